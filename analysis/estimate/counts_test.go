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

// h(x) is (log(1+x) - x/(1+x))/x^2: both ways to it agree where they meet, and
// its derivative is its slope.
func TestLogExcess(t *testing.T) {
	for _, x := range []float64{1e-6, 0.01, 0.0999, 0.1, 0.5, 7, 1e5} {
		h, slope := logExcess(x, math.Log1p(x))
		if x >= 0.01 {
			near(t, "h", h, (math.Log1p(x)-x/(1+x))/(x*x), 1e-11)
		}
		up, _ := logExcess(x*1.0001, math.Log1p(x*1.0001))
		down, _ := logExcess(x*0.9999, math.Log1p(x*0.9999))
		near(t, "slope", slope, (up-down)/(0.0002*x), 1e-6)
	}
	below, _ := logExcess(0.1-1e-15, math.Log1p(0.1-1e-15))
	above, _ := logExcess(0.1, math.Log1p(0.1))
	near(t, "where they meet", below, above, 1e-12)
	if h, slope := logExcess(0, math.Log1p(0)); h != 0.5 || slope != -2.0/3 {
		t.Errorf("at 0: %v, %v", h, slope)
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
