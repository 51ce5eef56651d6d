package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCountsThatAreNone(t *testing.T) {
	for _, e := range countMethods {
		if e.Method().Needs&Recurrences != 0 {
			continue // it is about times
		}
		for what, spoil := range map[string]func(d *Data){
			"negative":              func(d *Data) { d.Y[3] = -1 },
			"not whole":             func(d *Data) { d.Y[3] = 1.5 },
			"too many":              func(d *Data) { d.Y[3] = 2 * mostEvents },
			"no exposure":           func(d *Data) { d.Exposure[3] = 0 },
			"infinite exposure":     func(d *Data) { d.Exposure[3] = math.Inf(1) },
			"exposure not a number": func(d *Data) { d.Exposure[3] = math.NaN() },
		} {
			d := trialFor(e, 200, 3)
			spoil(d)
			if got := fit(e, d); got.Status != BadData {
				t.Errorf("%s, %s: %v", e.Method().Name, what, got.Status)
			}
		}
	}
}

// Counts that vary less than Poisson's have no dispersion: the estimate is
// that of Poisson, and its model has a large theta.
func TestNoDispersion(t *testing.T) {
	d := trialFor(poisson{}, 200, 12)
	for i := range d.Y {
		d.Y[i], d.Exposure[i] = float64(2+i%3), 1
	}
	got, want := fit(negativeBinomial{}, d), fit(poisson{}, d)
	if got.Status != Boundary {
		t.Fatalf("status %v", got.Status)
	}
	want.Status = Boundary
	same(t, got, want)
	beta, effect, status := negativeBinomial{}.Coefficients(d, new(Work))
	if status != Boundary || beta[effect] != got.Value || beta[len(beta)-1] != math.Log(poissonTheta) {
		t.Errorf("%v: %v", status, beta)
	}
}

// Poisson counts are on either side of no dispersion, half the time each, and
// the estimate is much the same on both.
func TestNegativeBinomialOfPoissonCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 13))
	var w Work
	d := &Data{}
	counts := map[Status]int{}
	for range 500 {
		simulate(d, poisson{}.Method(), 200, 0.3, rng)
		got, want := negativeBinomial{}.Fit(d, 0.05, &w), poisson{}.Fit(d, 0.05, &w)
		counts[got.Status]++
		if !(math.Abs(got.Value-want.Value) < 0.2*want.SE && got.SE >= want.SE*(1-1e-9) && got.SE < 1.3*want.SE) {
			t.Errorf("%+v, Poisson %+v", got, want)
		}
	}
	if counts[OK]+counts[Boundary] != 500 || counts[Boundary] < 150 || counts[OK] < 150 {
		t.Errorf("%v", counts)
	}
}

// Data of every dispersion, exposure and size come to a maximum, but for those
// without one, which Poisson regression doesn't fit either.
func TestNegativeBinomialSettles(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 14))
	var w Work
	failures := 0
	for range 2000 {
		d, mean, shape := &Data{}, math.Exp(6*rng.Float64()-2), 1+rng.IntN(6)
		few := rng.IntN(2) // of which a third have events at all
		for i := range 20 + rng.IntN(200) {
			rate := 0.0
			for range shape {
				rate += rng.ExpFloat64() / float64(shape)
			}
			if few == 1 && rng.IntN(3) > 0 {
				rate = 0
			}
			exposure, events := 400*rng.Float64(), 0.0
			for s := rng.ExpFloat64(); s < mean*rate*exposure/200; s += rng.ExpFloat64() {
				events++
			}
			d.Y, d.Exposure, d.Treated = append(d.Y, events), append(d.Exposure, exposure), append(d.Treated, i%2 == 0)
		}
		covariates(d, rng)
		got, bare := negativeBinomial{}.Fit(d, 0.05, &w), poisson{}.Fit(d, 0.05, &w)
		if got.Status.Failed() != bare.Status.Failed() {
			t.Errorf("%v, Poisson %v", got.Status, bare.Status)
		}
		failures += bit(got.Status.Failed())
	}
	if failures > 40 {
		t.Errorf("%d failures", failures)
	}
}

// Both ways to log(1+x) - x/(1+x) agree where they meet, and its derivative is
// x/(1+x)^2.
func TestLogExcess(t *testing.T) {
	at := func(x float64) float64 { return logExcess(x, 1/(1+x), math.Log1p(x)) }
	for _, x := range []float64{1e-6, 0.01, 0.0999, 0.1, 0.5, 7, 1e5} {
		if x >= 0.01 {
			near(t, "excess", at(x), math.Log1p(x)-x/(1+x), 1e-11)
		}
		near(t, "slope", (at(x*1.0001)-at(x*0.9999))/(0.0002*x), x/((1+x)*(1+x)), 1e-6)
	}
	near(t, "where they meet", at(0.1-1e-15), at(0.1), 1e-12)
	near(t, "by its series", at(1e-3), 4.993340825342e-07, 1e-10) // x^2/2 - 2x^3/3 + 3x^4/4 - 4x^5/5 ...
	if got := at(0); got != 0 {
		t.Errorf("at 0: %v", got)
	}
}

// A sandwich needs rows to spare: a model that fits every count has none.
func TestRobustRatesNeedRowsToSpare(t *testing.T) {
	d := &Data{Treated: []bool{true, true, false, false}, Y: []float64{3, 5, 2, 9}, Exposure: []float64{1, 2, 3, 4},
		X: [][]float64{{1, 2, 3, 5}, {0, 1, 1, 0}}}
	if got := fit(poissonRobust{}, d); got.Status != TooFew {
		t.Errorf("four coefficients of four rows: %v", got.Status)
	}
	if got := fit(poisson{}, d); got.Status != OK {
		t.Errorf("Poisson: %v", got.Status)
	}
	for i := range d.Y {
		d.Y[i], d.Exposure[i] = 4, 1
	}
	d.X = nil
	if got := fit(poissonRobust{}, d); got.Status != ZeroVariance {
		t.Errorf("equal counts: %v", got.Status)
	}
}
