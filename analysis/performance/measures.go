package performance

import (
	"math"

	"caseload/analysis/measure"
)

// Measures describes the performance of many estimates of one effect. Every MCSE is in the
// unit of its measure; what is not defined is missing.
type Measures struct {
	N      int `json:"-"` // usable estimates: everything below but the power is about these
	Failed int `json:"-"` // fits that came to nothing
	// TestsAlone are fits with a test and no estimate: the power is about them, too.
	TestsAlone int `json:"-"`

	Mean               measure.Number `json:"mean"` // of the estimates
	MeanMCSE           measure.Number `json:"mean_mcse"`
	Bias               measure.Number `json:"bias"` // mean estimate minus truth
	BiasMCSE           measure.Number `json:"bias_mcse"`
	RelativeBias       measure.Number `json:"relative_bias"` // bias as a share of the truth; missing if |truth| < 3 MCSE
	RelativeBiasMCSE   measure.Number `json:"relative_bias_mcse"`
	EmpiricalSE        measure.Number `json:"empirical_se"` // standard deviation of the estimates
	EmpiricalSEMCSE    measure.Number `json:"empirical_se_mcse"`
	ModelSE            measure.Number `json:"model_se"` // root mean squared standard error that the analysis claims
	ModelSEMCSE        measure.Number `json:"model_se_mcse"`
	ModelSEError       measure.Number `json:"model_se_error"` // ModelSE / EmpiricalSE - 1
	ModelSEErrorMCSE   measure.Number `json:"model_se_error_mcse"`
	RMSE               measure.Number `json:"rmse"` // root mean squared distance to the truth
	RMSEMCSE           measure.Number `json:"rmse_mcse"`
	Power              measure.Number `json:"power"` // share of trials that reject, in which a failed fit rejects nothing; type I error if there is no effect
	PowerMCSE          measure.Number `json:"power_mcse"`
	PowerLow           measure.Number `json:"power_low"` // its 95 % Wilson interval
	PowerHigh          measure.Number `json:"power_high"`
	PowerFitted        measure.Number `json:"power_fitted"` // share of the fits that did not fail that reject
	PowerFittedMCSE    measure.Number `json:"power_fitted_mcse"`
	Coverage           measure.Number `json:"coverage"` // share of intervals that contain the truth
	CoverageMCSE       measure.Number `json:"coverage_mcse"`
	BiasEliminated     measure.Number `json:"bias_eliminated"` // share of intervals that contain the mean estimate
	BiasEliminatedMCSE measure.Number `json:"bias_eliminated_mcse"`
	Width              measure.Number `json:"width"` // mean width of the intervals
	WidthMCSE          measure.Number `json:"width_mcse"`
	TypeS              measure.Number `json:"type_s"` // share of rejections with the wrong sign; missing if |truth| < 3 MCSE
	TypeSMCSE          measure.Number `json:"type_s_mcse"`
	TypeM              measure.Number `json:"type_m"` // mean |estimate| / |truth| of rejections; missing if |truth| < 3 MCSE
	TypeMMCSE          measure.Number `json:"type_m_mcse"`
	SMD                measure.Number `json:"smd"` // mean standardized mean difference
	SMDMCSE            measure.Number `json:"smd_mcse"`
}

// Measures concludes about the samples so far, given the truth and its MCSE (0
// if it is known exactly). A NaN truth leaves out what depends on it.
func (a *Accumulator) Measures(truth, truthMCSE float64) Measures {
	m := Measures{N: a.value.n, Failed: a.failed, TestsAlone: a.testsAlone}
	m.Mean, m.MeanMCSE = measure.Numbers(a.value.average(), a.value.meanSE())
	m.Bias, m.BiasMCSE = measure.Numbers(a.bias(truth, truthMCSE))
	m.RelativeBias, m.RelativeBiasMCSE = measure.Numbers(a.relativeBias(truth, truthMCSE))
	m.EmpiricalSE, m.EmpiricalSEMCSE = measure.Numbers(a.empiricalSE())
	m.ModelSE, m.ModelSEMCSE = measure.Numbers(a.modelSE())
	m.ModelSEError, m.ModelSEErrorMCSE = measure.Numbers(a.modelSEError())
	m.RMSE, m.RMSEMCSE = measure.Numbers(a.rmse(truth, truthMCSE))
	m.Power, m.PowerMCSE = measure.Numbers(share(a.rejected, a.trials()))
	m.PowerLow, m.PowerHigh = measure.Numbers(wilson(a.rejected, a.trials()))
	m.PowerFitted, m.PowerFittedMCSE = measure.Numbers(share(a.rejected, a.tests))
	m.Coverage, m.CoverageMCSE = measure.Numbers(a.coverage(truth, truthMCSE))
	m.BiasEliminated, m.BiasEliminatedMCSE = measure.Numbers(a.biasEliminated())
	m.Width, m.WidthMCSE = measure.Numbers(a.width.average(), a.width.meanSE())
	m.TypeS, m.TypeSMCSE = measure.Numbers(a.typeS(truth, truthMCSE))
	m.TypeM, m.TypeMMCSE = measure.Numbers(a.typeM(truth, truthMCSE))
	m.SMD, m.SMDMCSE = measure.Numbers(a.smd.average(), a.smd.meanSE())
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
