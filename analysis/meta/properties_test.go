package meta

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// methods are all of them.
func methods() []Method { return []Method{FE, DL, HE, HS, SJ, ML, REML, PM, EB} }

// body draws effects and variances such as reviews have.
func body(t *rapid.T, least int) (y, v []float64) {
	k := rapid.IntRange(least, 25).Draw(t, "k")
	tau := rapid.SampledFrom([]float64{0, 0.1, 0.5, 3}).Draw(t, "tau")
	for range k {
		se := rapid.Float64Range(0.02, 1).Draw(t, "se")
		y = append(y, 0.3+tau*rapid.Float64Range(-1.7, 1.7).Draw(t, "true")+se*rapid.Float64Range(-1.7, 1.7).Draw(t, "error"))
		v = append(v, se*se)
	}
	return y, v
}

// same tells of numbers that differ by rounding: relative to their own size or that of
// the scale that they come from.
func same[A, B, C ~float64 | ~int](x A, y B, scale C) bool {
	a, b := float64(x), float64(y)
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) == math.IsNaN(b)
	}
	return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(b), float64(scale))
}

// Effects in another unit give the same result in that unit.
func TestAnotherUnitChangesNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 2)
		by := math.Exp(rapid.Float64Range(-8, 8).Draw(t, "log unit"))
		y2, v2 := slices.Clone(y), slices.Clone(v)
		for i := range y {
			y2[i], v2[i] = y[i]*by, v[i]*by*by
		}
		var w Work
		for _, m := range methods() {
			a, b := Pool(y, v, Options{Method: m}, &w), Pool(y2, v2, Options{Method: m}, &w)
			if a.Status != OK || b.Status != OK {
				t.Fatalf("%v: %v, %v", m, a.Status, b.Status)
			}
			if !same(b.Estimate, float64(a.Estimate)*by, float64(a.SE)*by) || !same(b.SE, float64(a.SE)*by, 0) || !same(b.Tau2, float64(a.Tau2)*by*by, float64(a.SE*a.SE)*by*by) ||
				!same(b.I2, a.I2, 1) || !same(b.Q, a.Q, 1) || !same(b.P, a.P, 1e-3) || !same(b.PILow, float64(a.PILow)*by, float64(a.SE)*by) {
				t.Fatalf("%v: %+v becomes %+v", m, a, b)
			}
		}
	})
}

// Effects from another origin, in another order, or turned around.
func TestOriginOrderAndSign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 2)
		shift := rapid.Float64Range(-5, 5).Draw(t, "shift")
		order := rapid.Permutation(indices(len(y))).Draw(t, "order")
		y2, v2 := make([]float64, len(y)), make([]float64, len(y))
		for k, i := range order {
			y2[k], v2[k] = -y[i]+shift, v[i]
		}
		var w Work
		for _, m := range methods() {
			a, b := Pool(y, v, Options{Method: m}, &w), Pool(y2, v2, Options{Method: m}, &w)
			if !same(b.Estimate, shift-float64(a.Estimate), a.SE) || !same(b.SE, a.SE, 0) || !same(b.Tau2, a.Tau2, a.SE*a.SE) || !same(b.Q, a.Q, 1) || !same(b.H2, a.H2, 1) {
				t.Fatalf("%v: %+v becomes %+v", m, a, b)
			}
		}
	})
}

// Turned around, what is missing is missing on the other side.
func TestTrimAndFillTurnsAround(t *testing.T) {
	y, v := column(t, "hackshaw1998.csv", "yi"), column(t, "hackshaw1998.csv", "vi")
	turned := make([]float64, len(y))
	for i := range y {
		turned[len(y)-1-i] = 1 - y[i]
	}
	reversed := slices.Clone(v)
	slices.Reverse(reversed)
	var w Work
	for _, run := range []bool{false, true} {
		a, b := TrimAndFill(y, v, run, Options{Method: REML}, &w), TrimAndFill(turned, reversed, run, Options{Method: REML}, &w)
		if a.Status != OK || a.Missing == 0 || a.Missing != b.Missing || a.Right == b.Right || !same(b.Fit.Estimate, 1-a.Fit.Estimate, 0) {
			t.Errorf("%+v becomes %+v", a, b)
		}
		for k := range a.FilledY {
			if !same(b.FilledY[k], 1-a.FilledY[k], 1) || b.FilledV[k] != a.FilledV[k] {
				t.Errorf("filled %v becomes %v", a.FilledY, b.FilledY)
			}
		}
	}
	if f := TrimAndFill(y[:4], []float64{1, 1, 1, 1}, false, Options{}, &w); f.Status != Collinear {
		t.Errorf("equal errors say nothing of the side: %+v", f)
	}
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// Where all variances are v, tau2 is the variance of the effects less v, by every
// method but those that divide by k; REML's score there is (k-1)/2 (s2 - v - tau2) /
// (v + tau2)^2, from which it follows, ML's the same with k for k-1.
func TestEqualVariancesHaveAClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 2)
		one := v[0]
		mean, s2 := 0.0, 0.0
		k := float64(len(y))
		for i := range v {
			v[i] = one
			mean += y[i] / k
		}
		for _, x := range y {
			s2 += (x - mean) * (x - mean) / (k - 1)
		}
		var w Work
		for _, m := range []Method{DL, HE, REML, PM, EB, ML} {
			want := math.Max(0, s2-one)
			if m == ML {
				want = math.Max(0, s2*(k-1)/k-one)
			}
			f := Pool(y, v, Options{Method: m}, &w)
			if f.Status != OK || !same(f.Tau2, want, one) || !same(f.Estimate, mean, f.SE) || !same(f.SE, math.Sqrt((one+want)/k), 0) {
				t.Fatalf("%v: %+v, want tau2 %g", m, f, want)
			}
		}
	})
}

// The likelihood is not higher close by.
func TestLikelihoodsAreAtTheirMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 3)
		var w Work
		for _, m := range []Method{ML, REML} {
			f := Pool(y, v, Options{Method: m}, &w)
			if f.Status != OK {
				t.Fatal(f.Status)
			}
			at := func(tau2 float64) float64 {
				w.model.weigh(tau2)
				return w.model.logLikelihood(m == REML)
			}
			here := at(float64(f.Tau2))
			for _, step := range []float64{1e-3, 0.03} {
				step *= float64(f.Tau2) + float64(f.SE*f.SE)
				if at(float64(f.Tau2)+step) > here+1e-9 || float64(f.Tau2) > step && at(float64(f.Tau2)-step) > here+1e-9 {
					t.Fatalf("%v: tau2 %g is not where the likelihood is largest", m, f.Tau2)
				}
			}
		}
	})
}

// Q at the estimate of Paule and Mandel is its degrees of freedom, and at the ends of the
// profile the quantiles, unless that would be below 0.
func TestQIsSolvedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 3)
		var w Work
		f := Pool(y, v, Options{Method: PM}, &w)
		if f.Tau2 > 0 && !same(w.model.rss, f.QDF, 0) || f.Tau2 == 0 && w.model.rss > float64(f.QDF*(1+1e-9)) {
			t.Fatalf("Q is %g at tau2 %g, want %g", w.model.rss, f.Tau2, f.QDF)
		}
		p := QProfile(y, v, nil, Options{}, &w)
		few, many := w.chi.of(0.05, float64(f.QDF))
		for _, end := range []struct{ tau2, q float64 }{{float64(p.Tau2Low), many}, {float64(p.Tau2High), few}} {
			w.model.weigh(end.tau2)
			if end.tau2 > 0 && !same(w.model.rss, end.q, 0) || end.tau2 == 0 && w.model.rss > end.q*(1+1e-9) {
				t.Fatalf("Q is %g at the end %g, want %g", w.model.rss, end.tau2, end.q)
			}
		}
		if p.Tau2Low > f.Tau2*(1+1e-9) || p.Tau2High < f.Tau2*(1-1e-9) {
			t.Fatalf("%g is outside its interval %g to %g", f.Tau2, p.Tau2Low, p.Tau2High)
		}
	})
}

// The variances between and within are where the likelihood is largest, and with a trial
// for each effect the model is the one of one level.
func TestNestedModelIsAtItsMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 4)
		cluster := make([]int, len(y))
		for i := range cluster {
			cluster[i] = i / rapid.IntRange(2, 3).Draw(t, "size")
		}
		var numbers []float64
		for _, c := range cluster {
			numbers = append(numbers, float64(c))
		}
		cluster, _ = groups(numbers)
		var w Work
		var r Clustered
		for _, m := range []Method{ML, REML} {
			RegressClustered(y, v, cluster, nil, Options{Method: m}, &w, &r)
			if r.Clusters < 2 {
				return
			}
			if r.Status != OK {
				t.Fatalf("%v of %d effects in %d clusters", r.Status, r.K, r.Clusters)
			}
			n := &w.nested
			at := func(between, within float64) float64 {
				n.fit(between, within)
				return n.logLikelihood(m == REML)
			}
			here, step := at(r.Between, r.Within), 0.003*(r.Between+r.Within+slices.Min(v))
			for _, side := range [][2]float64{{step, 0}, {-step, 0}, {0, step}, {0, -step}, {step, -step}, {-step, step}} {
				if b, i := r.Between+side[0], r.Within+side[1]; b >= 0 && i >= 0 && at(b, i) > here+1e-9 {
					t.Fatalf("%v: %g and %g are not where the likelihood is largest", m, r.Between, r.Within)
				}
			}
		}
		RegressClustered(y, v, indices(len(y)), nil, Options{Method: REML}, &w, &r)
		f := Pool(y, v, Options{Method: REML}, &w)
		if r.Status != OK || !same(r.Between, f.Tau2, f.SE*f.SE) || !math.IsNaN(r.Within) || !same(r.Model[0].SE, f.SE, 0) {
			t.Fatalf("%+v, want the fit of one level %+v", r, f)
		}
	})
}

// A regression on nothing pools, and one on groups gives each its common effect.
func TestRegressionsContainSimplerModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, v := body(t, 4)
		var w Work
		var r Regression
		for _, m := range methods() {
			o := Options{Method: m}
			f := Pool(y, v, o, &w)
			Regress(y, v, nil, o, &w, &r)
			c := r.Coefficients[0]
			if !same(c.Estimate, f.Estimate, f.SE) || !same(c.SE, f.SE, 0) || !same(r.Tau2, f.Tau2, f.SE*f.SE) {
				t.Fatalf("%v: %+v, want %+v", m, r, f)
			}
		}
		half := len(y) / 2
		group := make([]int, len(y))
		for i := half; i < len(y); i++ {
			group[i] = 1
		}
		Regress(y, v, Indicators(group, 2, nil), Options{}, &w, &r)
		slope, se := r.Coefficients[1].Estimate, r.Coefficients[1].SE
		out := make([]Fit, 2)
		b := Subgroups(y, v, group, Options{}, &w, out)
		if !same(slope, out[1].Estimate-out[0].Estimate, se) || !same(b.Q, float64(slope*slope/(se*se)), 1) {
			t.Fatalf("slope %g (%g), groups %+v", slope, se, out)
		}
	})
}
