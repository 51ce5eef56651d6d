package meta

import "caseload/analysis/measure"

// HeterogeneityLimits are limits of tau2, and of I2 and H2 that go with them.
type HeterogeneityLimits struct {
	Tau2Low  measure.Number `json:"tau2_low"`
	Tau2High measure.Number `json:"tau2_high"`
	I2Low    measure.Number `json:"i2_low"`
	I2High   measure.Number `json:"i2_high"`
	H2Low    measure.Number `json:"h2_low"`
	H2High   measure.Number `json:"h2_high"`
}

// NoLimits is limits that nothing is known about.
func NoLimits() HeterogeneityLimits {
	none := measure.Missing()
	return HeterogeneityLimits{none, none, none, none, none, none}
}

// QProfile returns the interval of tau2 at whose ends Q, with weights 1/(v + tau2),
// equals the quantiles of chi-square (Viechtbauer 2007, Stat Med 26:37): exact if
// effects are normal with known variances, whatever the method that estimates
// tau2. Effects that agree better than chance would have it give 0 to 0. All are
// NaN for fewer than two studies, and where the model of x fails.
func QProfile(y, v []float64, x [][]float64, o Options, w *Work) HeterogeneityLimits {
	m := &w.model
	if m.load(y, v, x) != OK || m.k == m.p {
		return NoLimits()
	}
	m.weigh(0)
	typical := m.typical()
	few, many := w.chi.of(o.alpha(), float64(m.k-m.p))
	low, _, ok := m.solveQ(many, o.mostIterations())
	high, _, ok2 := m.solveQ(few, o.mostIterations())
	if !ok || !ok2 {
		return NoLimits()
	}
	var out HeterogeneityLimits
	out.Tau2Low, out.Tau2High = measure.Numbers(low, high)
	out.I2Low, out.I2High = measure.Numbers(share(low, typical), share(high, typical))
	out.H2Low, out.H2High = measure.Numbers(low/typical+1, high/typical+1)
	return out
}
