package meta

import "math"

// HeterogeneityLimits are limits of tau2, and of I2 and H2 that go with them.
type HeterogeneityLimits struct {
	Tau2Low, Tau2High float64
	I2Low, I2High     float64
	H2Low, H2High     float64
}

// QProfile returns the interval of tau2 at whose ends Q, with weights 1/(v + tau2),
// equals the quantiles of chi-square (Viechtbauer 2007, Stat Med 26:37): exact if
// effects are normal with known variances, whatever the method that estimates
// tau2. Effects that agree better than chance would have it give 0 to 0. All are
// NaN for fewer than two studies, and where the model of x fails.
func QProfile(y, v []float64, x [][]float64, o Options, w *Work) HeterogeneityLimits {
	nan := math.NaN()
	out := HeterogeneityLimits{nan, nan, nan, nan, nan, nan}
	m := &w.model
	if m.load(y, v, x) != OK || m.k == m.p {
		return out
	}
	m.weigh(0)
	typical := m.typical()
	few, many := w.chi.of(o.alpha(), float64(m.k-m.p))
	low, _, ok := m.solveQ(many, o.mostIterations())
	high, _, ok2 := m.solveQ(few, o.mostIterations())
	if !ok || !ok2 {
		return out
	}
	return HeterogeneityLimits{low, high, share(low, typical), share(high, typical), low/typical + 1, high/typical + 1}
}
