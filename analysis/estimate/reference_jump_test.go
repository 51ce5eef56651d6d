package estimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/sim/portable"
)

// monotone leaves out clients who came back after a missed visit, of whom make-jump.R
// uses nothing.
func monotone(d *Data) *Data {
	visits := append(append([][]float64{}, d.Earlier...), d.Y)
	c := &Data{X: make([][]float64, len(d.X)), Earlier: make([][]float64, len(d.Earlier))}
	for i := range d.Y {
		missed, back := false, false
		for _, y := range visits {
			back = back || missed && !math.IsNaN(y[i])
			missed = missed || math.IsNaN(y[i])
		}
		if back {
			continue
		}
		c.Y, c.Treated = append(c.Y, d.Y[i]), append(c.Treated, d.Treated[i])
		for j := range d.X {
			c.X[j] = append(c.X[j], d.X[j][i])
		}
		for v := range d.Earlier {
			c.Earlier[v] = append(c.Earlier[v], d.Earlier[v][i])
		}
	}
	return c
}

// R: draws of the conditional normal distributions of jump to reference, put together
// from means and covariance matrices; make-jump.R. Both sides are random: means
// within 4 standard errors of their difference; variances within a tenth, which is
// 3 standard errors of the R side's variance of 2,000 draws.
func TestJumpToReferenceAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[missingValues](t, "make-jump.json", "jump") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := monotone(incomplete(t, &c)), c.Expected
			if len(d.Y) != want.N {
				t.Fatalf("%d rows, want %d", len(d.Y), want.N)
			}
			d.Source, d.Assume.Reference = rand.NewPCG(5, 5), true
			var values, variances []float64
			for range 150 {
				if got := (multipleImputation{}).Fit(d, 0.05, &w); got.Status != OK {
					t.Fatal(got.Status)
				}
				values = append(values, w.missing.impute.values...)
				variances = append(variances, w.missing.impute.variances...)
			}
			mean, between := meanAndVariance(values)
			within, _ := meanAndVariance(variances)
			error := math.Sqrt(want.Between/float64(want.Imputations) + between/float64(len(values)))
			if !(math.Abs(mean-want.Estimate) < 4*error) {
				t.Errorf("estimate %v, want %v (%v)", mean, want.Estimate, error)
			}
			if !(math.Abs(between/want.Between-1) < 0.13) || !(math.Abs(within/want.Within-1) < 0.1) {
				t.Errorf("variances %v and %v, want %v and %v", between, within, want.Between, want.Within)
			}
		})
	}
}

// With one earlier visit that everyone made and no covariates, the estimate over many
// imputations has a closed form: clients of the treated arm who are missing are expected
// at control's line, at as far from control's mean at the visit as they were from their own
// arm's.
func TestJumpToReferenceHasItsClosedForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	d := &Data{Earlier: make([][]float64, 1), Assume: Assumption{Reference: true}, Source: rand.NewPCG(4, 4)}
	for i := range 200 {
		treated := i%2 == 0
		x := rng.NormFloat64() + 2*float64(bit(treated))
		y := 0.7*x + float64(bit(treated)) + rng.NormFloat64()
		if rng.Float64() < 1/(1+math.Exp(1-x)) {
			y = math.NaN()
		}
		d.Treated, d.Earlier[0], d.Y = append(d.Treated, treated), append(d.Earlier[0], x), append(d.Y, y)
	}
	var w Work
	var values []float64
	for range 200 {
		multipleImputation{}.Fit(d, 0.05, &w)
		values = append(values, w.missing.impute.values...)
	}
	mean, variance := meanAndVariance(values)
	if want, error := jumped(d), math.Sqrt(variance/float64(len(values))); !(math.Abs(mean-want) < 4*error) {
		t.Errorf("estimate %v (%v), want %v", mean, error, want)
	}
}

// jumped is the closed form.
func jumped(d *Data) float64 {
	var n, visit [2]float64
	var sx, sy, sxx, sxy, seen float64
	for i, x := range d.Earlier[0] {
		k := bit(d.Treated[i])
		n[k]++
		visit[k] += x
		if y := d.Y[i]; k == 0 && !math.IsNaN(y) {
			sx, sy, sxx, sxy, seen = sx+x, sy+y, sxx+x*x, sxy+x*y, seen+1
		}
	}
	slope := (sxy - sx*sy/seen) / (sxx - sx*sx/seen)
	var total [2]float64
	for i, x := range d.Earlier[0] {
		k := bit(d.Treated[i])
		y := d.Y[i]
		if math.IsNaN(y) {
			y = sy/seen + slope*(x-visit[k]/n[k]+visit[0]/n[0]-sx/seen)
		}
		total[k] += y
	}
	return total[1]/n[1] - total[0]/n[0]
}

// A shift of the imputed outcomes moves the estimate by itself times the share missing in
// the treated arm, where there are no covariates and the draws are the same.
func TestAShiftMovesTheEstimateByTheShareMissing(t *testing.T) {
	var w Work
	d := shiftable(false)
	missing, treated := 0.0, 0.0
	for i, is := range d.Treated {
		treated += float64(bit(is))
		missing += float64(bit(is && math.IsNaN(d.Y[i])))
	}
	plain := fitAgain(d, Assumption{}, &w)
	got := fitAgain(d, Assumption{Delta: -3}, &w)
	near(t, "shift", got.Value-plain.Value, -3*missing/treated, 1e-12)
}

// In log odds the mean share of imputed ones is that of a normal posterior, shifted:
// its intercept is the log odds of the shares seen with half an event more of each kind
// (see fitLogit).
func TestAShiftOfZerosAndOnesIsInLogOdds(t *testing.T) {
	var w Work
	d := shiftable(true)
	var values []float64
	d.Assume = Assumption{Delta: -1.5}
	for range 200 {
		multipleImputation{}.Fit(d, 0.05, &w)
		values = append(values, w.missing.impute.values...)
	}
	want := 0.0
	for k, shift := range []float64{0, -1.5} {
		n, seen, ones := 0.0, 0.0, 0.0
		for i, y := range d.Y {
			if bit(d.Treated[i]) == k {
				n++
				if !math.IsNaN(y) {
					seen, ones = seen+1, ones+y
				}
			}
		}
		p := (ones + 0.5) / (seen + 1)
		mean, sd, share := math.Log(p/(1-p)), 1/math.Sqrt((seen+1)*p*(1-p)), 0.0
		for q := 0.0005; q < 1; q += 0.001 { // midpoints of the quantiles
			share += 0.001 / (1 + math.Exp(-mean-sd*portable.NormalQuantile(q)-shift))
		}
		want += (2*float64(k) - 1) * (ones + (n-seen)*share) / n
	}
	mean, variance := meanAndVariance(values)
	if error := math.Sqrt(variance / float64(len(values))); !(math.Abs(mean-want) < 4*error) {
		t.Errorf("estimate %v (%v), want %v", mean, error, want)
	}
}

// shiftable is a trial with an effect and a quarter of the outcomes missing.
func shiftable(binary bool) *Data {
	rng := rand.New(rand.NewPCG(8, 8))
	d := &Data{Source: rand.NewPCG(9, 9)}
	for i := range 400 {
		y := rng.NormFloat64() + 0.7*float64(i%2)
		if binary {
			y = float64(bit(y > 0))
		}
		if rng.Float64() < 0.25 {
			y = math.NaN()
		}
		d.Treated, d.Y = append(d.Treated, i%2 == 1), append(d.Y, y)
	}
	return d
}

// fitAgain fits with the same random numbers whenever it is called.
func fitAgain(d *Data, a Assumption, w *Work) Estimate {
	d.Assume, d.Source = a, rand.NewPCG(6, 6)
	return multipleImputation{}.Fit(d, 0.05, w)
}

type significant struct{}

func (significant) Holds(e *Estimate) bool { return e.Status == OK && e.P < 0.05 && e.Value > 0 }

// A tipping point is where a fit with the shift, and the same draws, loses the finding:
// with a little less it is there, and with the shift it is not.
func TestTheTippingPointIsWhereTheFindingGoes(t *testing.T) {
	var w Work
	for _, c := range []struct {
		binary bool
		a      Assumption
	}{{false, Assumption{}}, {true, Assumption{}}, {false, Assumption{Delta: 0.1}}, {true, Assumption{Delta: -0.1}}, {false, Assumption{Reference: true}}, {true, Assumption{Reference: true}}} {
		d := shiftable(c.binary)
		c.a.Keeps = true
		e := fitAgain(d, c.a, &w)
		if !(significant{}).Holds(&e) {
			t.Fatalf("%+v: no finding, p %v", c, e.P)
		}
		tip := multipleImputation{}.Tip(d, 0.05, -1, significant{}, &w)
		if !(tip < 0) {
			t.Fatalf("%+v: tips at %v", c, tip)
		}
		less := tip * 0.99
		if c.binary { // where the p value jumps, and may jump back: one step of the search
			less = tip + mostLogOdds*math.Pow(2, -halvings)
		}
		for _, at := range []struct {
			delta float64
			holds bool
		}{{less, true}, {tip * (1 + 1e-9), false}} {
			a := c.a
			a.Delta += at.delta
			if e := fitAgain(d, a, &w); (significant{}).Holds(&e) != at.holds {
				t.Errorf("%+v: tips at %v, but with %v p is %v and the estimate %v", c, tip, at.delta, e.P, e.Value)
			}
		}
	}
	// A finding that stays if all who are missing failed has none, nor one of which nothing is missing.
	d := shiftable(true)
	for i, y := range d.Y {
		if math.IsNaN(y) && (d.Treated[i] || i%40 != 0) {
			d.Y[i] = float64(bit(d.Treated[i]))
		}
	}
	d.Y[1] = math.NaN()
	fitAgain(d, Assumption{Keeps: true}, &w)
	if tip := (multipleImputation{}).Tip(d, 0.05, -1, significant{}, &w); !math.IsInf(tip, 1) {
		t.Errorf("one client tips at %v", tip)
	}
}
