package scenarios_test

import (
	"math"
	"testing"

	"caseload/scenarios"

	"gonum.org/v1/gonum/stat/distuv"
)

// What a prior says of itself is what the library says of its distribution. Its
// own quantiles of beta are good to some 1e-9.
func TestPriorsAreTheirDistributions(t *testing.T) {
	type distribution interface {
		Quantile(p float64) float64
		Mean() float64
		StdDev() float64
		Prob(x float64) float64
	}
	for name, c := range map[string]struct {
		prior scenarios.Prior
		want  distribution
	}{
		"uniform":   {scenarios.Prior{Uniform: []float64{-1, 3}}, distuv.Uniform{Min: -1, Max: 3}},
		"normal":    {scenarios.Prior{Normal: []float64{2, 0.3}}, distuv.Normal{Mu: 2, Sigma: 0.3}},
		"lognormal": {scenarios.Prior{Lognormal: []float64{2, 0.5}}, distuv.LogNormal{Mu: math.Log(2), Sigma: 0.5}},
		"beta":      {scenarios.Prior{Beta: []float64{27, 73}}, distuv.Beta{Alpha: 27, Beta: 73}},
	} {
		near := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-8*math.Abs(want)) {
				t.Errorf("%s: %s is %v, want %v", name, what, got, want)
			}
		}
		near("mean", c.prior.Mean(), c.want.Mean())
		near("SD", c.prior.SD(), c.want.StdDev())
		for _, q := range []float64{0.001, 0.025, 0.4, 0.5, 0.9, 0.999} {
			x := c.prior.Quantile(q)
			near("quantile", x, c.want.Quantile(q))
			near("density", c.prior.Density(x), c.want.Prob(x))
		}
		if outside := c.prior.Density(-1e9); outside != 0 {
			t.Errorf("%s: density far outside is %v", name, outside)
		}
	}
}
