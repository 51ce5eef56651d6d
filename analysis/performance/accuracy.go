package performance

import (
	"math"

	"caseload/sim/portable"
)

// ownTruths reports whether every usable sample came with its replicate's own truth.
func (a *Accumulator) ownTruths() bool {
	return a.difference.n == a.value.n && a.value.n > 0
}

// bias returns mean(estimate) - truth, with MCSE sqrt(variance/n + MCSE(truth)^2).
// With a truth for each replicate it is mean(estimate - truth), in which what
// estimate and truth share by chance cancels, with MCSE sqrt(variance/n) of
// the differences. Source: Morris et al. 2019, table 6.
func (a *Accumulator) bias(truth, truthMCSE float64) (bias, mcse float64) {
	if a.ownTruths() {
		return a.difference.mean, a.difference.meanSE()
	}
	return a.value.average() - truth, portable.Hypot(a.value.meanSE(), truthMCSE)
}

// relativeBias returns bias/truth, by the delta method. Without own truths it is
// mean/truth - 1, in which the truth counts with the factor mean/truth; with
// them the truth only scales the bias.
func (a *Accumulator) relativeBias(truth, truthMCSE float64) (relative, mcse float64) {
	if uncertain(truth, truthMCSE) {
		return math.NaN(), math.NaN()
	}
	bias, se := a.bias(truth, truthMCSE)
	relative = bias / truth
	if a.ownTruths() {
		return relative, portable.Hypot(se, relative*truthMCSE) / math.Abs(truth)
	}
	return relative, portable.Hypot(a.value.meanSE(), a.value.mean/truth*truthMCSE) / math.Abs(truth)
}

// empiricalSE returns the standard deviation of the estimates, with MCSE
// EmpiricalSE/sqrt(2(n-1)), which takes them for normal. Source: Morris et al.
// 2019, table 6.
func (a *Accumulator) empiricalSE() (se, mcse float64) {
	se = a.value.sd()
	return se, se / math.Sqrt(2*float64(a.value.n-1))
}

// modelSE returns sqrt(mean(SE^2)) with MCSE sqrt(var(SE^2)/(4 n ModelSE^2)).
// Source: Morris et al. 2019, table 6.
func (a *Accumulator) modelSE() (se, mcse float64) {
	se = math.Sqrt(a.variance.average())
	return se, a.variance.meanSE() / (2 * se)
}

// modelSEError returns ModelSE/EmpiricalSE - 1, by the delta method. Source: Morris
// et al. 2019, table 6.
func (a *Accumulator) modelSEError() (relative, mcse float64) {
	model, modelMCSE := a.modelSE()
	empirical, empiricalMCSE := a.empiricalSE()
	ratio := model / empirical
	return ratio - 1, ratio * portable.Hypot(modelMCSE/model, empiricalMCSE/empirical)
}

// rmse returns the root of MSE = mean((estimate - truth)^2), about the pooled truth
// for every measure. MCSE(MSE)^2 is the variance of the squared distances over
// n, from the moments about the mean, plus (2 bias MCSE(truth))^2; the root is
// by the delta method. Source: Morris et al. 2019, table 6.
func (a *Accumulator) rmse(truth, truthMCSE float64) (rmse, mcse float64) {
	n := float64(a.value.n)
	if a.value.n < 2 || math.IsNaN(truth) {
		return math.NaN(), math.NaN()
	}
	b := a.value.mean - truth
	m2, m3, m4 := a.value.m2/n, a.value.m3/n, a.value.m4/n
	mse := m2 + float64(b*b)
	spread := max(0, m4+float64(4*b*m3)+float64(4*b*b*m2)-float64(m2*m2)) / (n - 1)
	rmse = math.Sqrt(mse)
	return rmse, math.Sqrt(spread+float64(4*b*b*truthMCSE*truthMCSE)) / (2 * rmse)
}
