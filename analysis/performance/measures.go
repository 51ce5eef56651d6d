package performance

import "math"

// Measures describes the performance of many estimates of one effect. Every MCSE is in the
// unit of its measure; NaN is what isn't defined.
type Measures struct {
	N      int // usable estimates: everything below is about these
	Failed int // fits that came to nothing

	Mean, MeanMCSE         float64 // of the estimates
	Truth, TruthMCSE       float64 // as given
	Bias, BiasMCSE         float64 // mean estimate minus truth
	RelativeBias           float64 // bias as a share of the truth; NaN if |truth| < 3 MCSE
	RelativeBiasMCSE       float64
	EmpiricalSE            float64 // standard deviation of the estimates
	EmpiricalSEMCSE        float64
	ModelSE, ModelSEMCSE   float64 // root mean squared standard error that the analysis claims
	ModelSEError           float64 // ModelSE / EmpiricalSE - 1
	ModelSEErrorMCSE       float64
	RMSE, RMSEMCSE         float64 // root mean squared distance to the truth
	Coverage, CoverageMCSE float64 // share of intervals that contain the truth
	BiasEliminated         float64 // share of intervals that contain the mean estimate
	BiasEliminatedMCSE     float64
	Width, WidthMCSE       float64 // mean width of the intervals
	Power, PowerMCSE       float64 // share of tests that reject; type I error if there is no effect
	PowerLow, PowerHigh    float64 // its 95 % Wilson interval
	TypeS, TypeSMCSE       float64 // share of rejections with the wrong sign; NaN if |truth| < 3 MCSE
	TypeM, TypeMMCSE       float64 // mean |estimate| / |truth| of rejections; NaN if |truth| < 3 MCSE
	SMD, SMDMCSE           float64 // mean standardized mean difference
}

// Measures concludes about the samples so far, given the truth and its MCSE (0
// if it is known exactly). A NaN truth leaves out what depends on it.
func (a *Accumulator) Measures(truth, truthMCSE float64) Measures {
	m := Measures{N: a.value.n, Failed: a.failed, Truth: truth, TruthMCSE: truthMCSE}
	m.Mean, m.MeanMCSE = a.value.average(), a.value.meanSE()
	m.Bias, m.BiasMCSE = a.bias(truth, truthMCSE)
	m.RelativeBias, m.RelativeBiasMCSE = a.relativeBias(truth, truthMCSE)
	m.EmpiricalSE, m.EmpiricalSEMCSE = a.empiricalSE()
	m.ModelSE, m.ModelSEMCSE = a.modelSE()
	m.ModelSEError, m.ModelSEErrorMCSE = a.modelSEError()
	m.RMSE, m.RMSEMCSE = a.rmse(truth, truthMCSE)
	m.Coverage, m.CoverageMCSE = a.coverage(truth, truthMCSE)
	m.BiasEliminated, m.BiasEliminatedMCSE = a.biasEliminated()
	m.Width, m.WidthMCSE = a.width.average(), a.width.meanSE()
	m.Power, m.PowerMCSE = share(a.rejected, a.tests)
	m.PowerLow, m.PowerHigh = a.powerInterval()
	m.TypeS, m.TypeSMCSE = a.typeS(truth, truthMCSE)
	m.TypeM, m.TypeMMCSE = a.typeM(truth, truthMCSE)
	m.SMD, m.SMDMCSE = a.smd.average(), a.smd.meanSE()
	return m
}

// share returns a proportion and its MCSE, sqrt(p(1-p)/n); NaN of nothing.
// Source: Morris et al. 2019, table 6.
func share(count, n int) (p, mcse float64) {
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	p = float64(count) / float64(n)
	return p, math.Sqrt(p * (1 - p) / float64(n))
}

// uncertain reports whether the truth cannot be told from zero, so that a ratio to it
// or its sign has no meaning.
func uncertain(truth, truthMCSE float64) bool {
	return !(math.Abs(truth) >= 3*truthMCSE) || truth == 0
}
