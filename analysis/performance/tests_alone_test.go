package performance

import (
	"math"
	"testing"
)

// A fit with a test and without an estimate counts in the power and nowhere else.
func TestAFitWithoutAnEstimateCountsInThePower(t *testing.T) {
	nan := math.NaN()
	var with, without Accumulator
	for _, s := range []Sample{
		{Value: 1, SE: 1, Low: -1, High: 3, P: 0.3, SMD: 0.2, Truth: 1, OK: true},
		{Value: -3, SE: 1, Low: -5, High: -1, P: 0.003, SMD: -0.6, Truth: 1, OK: true, Rejected: true},
	} {
		with.Add(s)
		without.Add(s)
	}
	alone := Sample{Value: nan, SE: nan, Low: nan, High: nan, SMD: nan, Truth: 1, TestOnly: true}
	for _, p := range []float64{0.01, 0.02, 0.6} {
		alone.P, alone.Rejected = p, p < 0.05
		with.Add(alone)
	}
	got, want := with.Measures(1, 0.1), without.Measures(1, 0.1)
	if got.TestsAlone != 3 || got.Failed != 0 || got.N != 2 {
		t.Errorf("%d tests alone, %d failed, %d estimates", got.TestsAlone, got.Failed, got.N)
	}
	near(t, "power", got.Power, 3.0/5)
	near(t, "its MCSE", got.PowerMCSE, math.Sqrt(0.6*0.4/5))
	near(t, "MCSE so far", got.PowerMCSE, with.PowerMCSE())
	near(t, "bias", got.Bias, float64(want.Bias))
	near(t, "coverage", got.Coverage, 0.5)
	near(t, "bias-eliminated coverage", got.BiasEliminated, float64(want.BiasEliminated))
	near(t, "model SE", got.ModelSE, float64(want.ModelSE))
	near(t, "type S", got.TypeS, 1) // of the one rejection with an estimate
	near(t, "type M", got.TypeM, float64(want.TypeM))
}
