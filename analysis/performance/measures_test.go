package performance

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/measure"
)

func near(t *testing.T, what string, got measure.Number, want float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= 1e-12*max(1, math.Abs(want))) && !(math.IsNaN(float64(got)) && math.IsNaN(want)) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

var nan = math.NaN()

// four estimates 1, 2, 4, 5 of a truth of 2, and a fit that failed.
func four(truths bool) *Accumulator {
	a := &Accumulator{}
	a.Add(Sample{Value: 100, Rejected: true})
	for i, v := range []float64{1, 2, 4, 5} {
		s := Sample{Value: v, SE: 1 + float64(i%2), Low: v - 1, High: v + 2, SMD: v / 10, Truth: nan, OK: true, Rejected: v > 1}
		if truths {
			s.Truth = v - float64(i)/2
		}
		a.Add(s)
	}
	return a
}

func TestMeasuresByHand(t *testing.T) {
	m := four(false).Measures(2, 0.5)
	if m.N != 4 || m.Failed != 1 {
		t.Errorf("%d usable, %d failed", m.N, m.Failed)
	}
	se := math.Sqrt(10.0 / 3 / 4) // deviations -2, -1, 1, 2
	near(t, "mean", m.Mean, 3)
	near(t, "mean MCSE", m.MeanMCSE, se)
	near(t, "bias", m.Bias, 1)
	near(t, "bias MCSE", m.BiasMCSE, math.Sqrt(se*se+0.25))
	near(t, "relative bias", m.RelativeBias, 0.5)
	near(t, "relative bias MCSE", m.RelativeBiasMCSE, math.Hypot(se, 1.5*0.5)/2)
	near(t, "empirical SE", m.EmpiricalSE, math.Sqrt(10.0/3))
	near(t, "empirical SE MCSE", m.EmpiricalSEMCSE, math.Sqrt(10.0/3/6))
	near(t, "model SE", m.ModelSE, math.Sqrt(2.5)) // squares 1, 4, 1, 4
	near(t, "model SE MCSE", m.ModelSEMCSE, math.Sqrt(3.0/(4*4*2.5)))
	near(t, "model SE error", m.ModelSEError, math.Sqrt(0.75)-1)
	near(t, "model SE error MCSE", m.ModelSEErrorMCSE, math.Sqrt(0.75)*math.Sqrt(3.0/(4*4*2.5*2.5)+1.0/6))
	near(t, "RMSE", m.RMSE, math.Sqrt(3.5))                                   // squared distances 1, 0, 4, 9
	near(t, "RMSE MCSE", m.RMSEMCSE, math.Sqrt(49.0/12+1)/(2*math.Sqrt(3.5))) // and (2 x 1 x 0.5)^2
	// Intervals 0..3, 1..4, 3..6, 4..7; at 2.5 and at 1.5 two contain the truth too.
	near(t, "coverage", m.Coverage, 0.5)
	near(t, "coverage MCSE", m.CoverageMCSE, 0.25)
	near(t, "bias-eliminated coverage", m.BiasEliminated, 0.75)
	near(t, "width", m.Width, 3)
	near(t, "width MCSE", m.WidthMCSE, 0)
	near(t, "power", m.Power, 0.6) // 3 of 5: the fit that failed rejects nothing
	near(t, "power MCSE", m.PowerMCSE, math.Sqrt(0.6*0.4/5))
	near(t, "power among fits", m.PowerFitted, 0.75)
	near(t, "its MCSE", m.PowerFittedMCSE, math.Sqrt(0.75*0.25/4))
	near(t, "SMD", m.SMD, 0.3)
	near(t, "SMD MCSE", m.SMDMCSE, se/10)
	near(t, "type S", m.TypeS, 0)
	near(t, "type M", m.TypeM, 11.0/3/2)
	near(t, "type M MCSE", m.TypeMMCSE, math.Hypot(math.Sqrt(7.0/3/3), 11.0/3/2*0.5)/2)
}

func TestBiasAgainstOwnTruths(t *testing.T) {
	m := four(true).Measures(2, 0.1) // differences 0, 0.5, 1, 1.5
	near(t, "bias", m.Bias, 0.75)
	near(t, "bias MCSE", m.BiasMCSE, math.Sqrt(1.25/3/4))
	near(t, "relative bias", m.RelativeBias, 0.375)
	near(t, "relative bias MCSE", m.RelativeBiasMCSE, math.Hypot(math.Sqrt(1.25/3/4), 0.375*0.1)/2)
	a := four(true)
	a.Add(Sample{Value: 3, SE: 1, Low: 2, High: 4, SMD: nan, Truth: nan, OK: true})
	near(t, "bias when one truth is missing", a.Measures(2, 0.1).Bias, 1)
}

func TestCoverageCarriesTheTruthsError(t *testing.T) {
	m := four(false).Measures(3.5, 1) // 2 contain it; 4.5: 2; 2.5: 2
	near(t, "flat", m.CoverageMCSE, 0.25)
	m = four(false).Measures(2, 1) // 2 contain it; 3: 3; 1: 2
	near(t, "sloped", m.CoverageMCSE, math.Hypot(0.25, 0.125))
}

func TestRatiosNeedATruth(t *testing.T) {
	for _, c := range []struct{ truth, mcse float64 }{{0, 0}, {2, 0.67}, {-2, 0.67}, {nan, 0}} {
		m := four(false).Measures(c.truth, c.mcse)
		for what, got := range map[string]float64{"relative bias": float64(m.RelativeBias), "type S": float64(m.TypeS), "type M": float64(m.TypeM)} {
			if !math.IsNaN(got) {
				t.Errorf("truth %v (%v): %s is %v", c.truth, c.mcse, what, got)
			}
		}
	}
	m := four(false).Measures(-2, 0)
	near(t, "type S against a negative truth", m.TypeS, 1)
	m = four(false).Measures(nan, nan)
	for _, got := range []float64{float64(m.Bias), float64(m.Coverage), float64(m.RMSE), float64(m.TypeM)} {
		if !math.IsNaN(got) {
			t.Errorf("without a truth: %v", got)
		}
	}
	near(t, "power without a truth", m.Power, 0.6)
}

func TestNothingAdded(t *testing.T) {
	var a Accumulator
	a.Narrow(0, 1)
	m := a.Measures(1, 0.1)
	for _, got := range []float64{float64(m.Mean), float64(m.Bias), float64(m.EmpiricalSE), float64(m.ModelSE), float64(m.RMSE), float64(m.Coverage), float64(m.BiasEliminated),
		float64(m.Power), float64(m.PowerLow), float64(m.TypeS), float64(m.TypeM), float64(m.SMD), float64(m.Width), float64(m.RelativeBias)} {
		if !math.IsNaN(got) {
			t.Errorf("of nothing: %+v", m)
		}
	}
}

func TestNoRejection(t *testing.T) {
	var a Accumulator
	for _, v := range []float64{1, 2} {
		a.Add(Sample{Value: v, SE: 1, Low: nan, High: nan, SMD: nan, Truth: nan, OK: true})
	}
	m := a.Measures(1, 0)
	near(t, "type S", m.TypeS, nan)
	near(t, "type M", m.TypeM, nan)
	near(t, "coverage without intervals", m.Coverage, nan)
	near(t, "SMD", m.SMD, nan)
	near(t, "power", m.Power, 0)
}

// Moments of numbers far from zero keep their digits.
func TestMomentsAgainstTwoPasses(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var m moments
	xs := make([]float64, 5000)
	mean := 0.0
	for i := range xs {
		xs[i] = rng.ExpFloat64()
		m.add(1e6 + xs[i])
		mean += xs[i] / float64(len(xs))
	}
	var m2, m3, m4 float64
	for _, x := range xs {
		d := x - mean
		m2, m3, m4 = m2+d*d, m3+d*d*d, m4+d*d*d*d
	}
	for what, pair := range map[string][2]float64{"mean": {m.mean - 1e6, mean}, "m2": {m.m2, m2}, "m3": {m.m3, m3}, "m4": {m.m4, m4}} {
		if !(math.Abs(pair[0]/pair[1]-1) < 1e-8) {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
}
