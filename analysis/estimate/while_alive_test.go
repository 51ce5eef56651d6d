package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// R 4: each arm's mean by lm(y/e ~ 1, weights = e) with its variance by
// sandwich::vcovHC(type = "HC1"), e in periods of 180 days; the difference with Welch's
// degrees of freedom and 2 * pt(-abs(t), df).
func TestWhileAliveAgainstR(t *testing.T) {
	d := &Data{Period: 180}
	for _, arm := range []struct {
		treated     bool
		y, exposure []float64
	}{
		{true, []float64{12, 40, 0, 90, 33, 7, 61}, []float64{180, 180, 20.5, 180, 95.25, 180, 180}},
		{false, []float64{5, 22, 14, 0, 70, 3}, []float64{180, 61, 180, 12, 180, 140}},
	} {
		d.Y, d.Exposure = append(d.Y, arm.y...), append(d.Exposure, arm.exposure...)
		for range arm.y {
			d.Treated = append(d.Treated, arm.treated)
		}
	}
	e := fit(whileAlive{}, d)
	if e.Status != OK {
		t.Fatal(e.Status)
	}
	near(t, "difference", e.Value, 15.81078099612378, 1e-13)
	near(t, "SE", e.SE, 19.64554898295395, 1e-13)
	near(t, "df", e.DF, 10.73881151768954, 1e-13)
	nearP(t, "p", e.P, 0.4383889400194623, 1e-10)
}

// Where all are alive to the end the rate is a mean, and the analysis Welch's.
func TestWhileAliveWithNobodyDeadIsWelch(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := &Data{Period: 365}
	for i := range 60 {
		d.Treated, d.Y, d.Exposure = append(d.Treated, i%3 == 0), append(d.Y, 365*rng.Float64()), append(d.Exposure, 365)
	}
	got, want := fit(whileAlive{}, d), fit(welch{}, d)
	near(t, "difference", got.Value, want.Value, 1e-12)
	near(t, "SE", got.SE, want.SE, 1e-12)
	near(t, "df", got.DF, want.DF, 1e-12)
	near(t, "low", got.Low, want.Low, 1e-12)
	near(t, "high", got.High, want.High, 1e-12)
	nearP(t, "p", got.P, want.P, 1e-10)
}

// Equal rates have no variance, whatever the exposures, and arms that differ by
// rounding are no finding.
func TestWhileAliveTakesNoRoundingForVariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		d, rate := &Data{Period: 180}, rng.Float64()
		for i := range 20 {
			e := 180 * (0.01 + rng.Float64())
			d.Treated, d.Y, d.Exposure = append(d.Treated, i%2 == 0), append(d.Y, rate*e), append(d.Exposure, e)
		}
		if e := fit(whileAlive{}, d); e.Status != ZeroVariance {
			t.Fatalf("all have the rate %v: %v, SE %v", rate, e.Status, e.SE)
		}
	}
	for what, d := range map[string]*Data{
		"an empty arm":      {Treated: []bool{true, true}, Y: []float64{1, 2}, Exposure: []float64{1, 1}},
		"an arm of one":     {Treated: []bool{true, true, false}, Y: []float64{1, 2, 3}, Exposure: []float64{1, 1, 1}},
		"no exposure":       {Treated: []bool{true, true, false, false}, Y: []float64{1, 2, 3, 4}, Exposure: []float64{1, 0, 1, 1}},
		"an infinite count": {Treated: []bool{true, true, false, false}, Y: []float64{1, math.Inf(1), 3, 4}, Exposure: []float64{1, 1, 1, 1}},
	} {
		want := map[string]Status{"an empty arm": EmptyArm, "an arm of one": TooFew, "no exposure": BadData, "an infinite count": BadData}[what]
		if e := fit(whileAlive{}, d); e.Status != want {
			t.Errorf("%s: %v, want %v", what, e.Status, want)
		}
	}
}
