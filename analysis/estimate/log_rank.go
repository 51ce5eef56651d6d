package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// logRank is the log-rank test (Mantel 1966; Peto & Peto 1972): Stat is
// (O - E)/sqrt(V) for the treated arm, positive when it has more events than
// expected, and P is that of its square on 1 degree of freedom.
//
// Value is the one-step log hazard ratio (O - E)/V with standard error
// 1/sqrt(V) (Peto; Yusuf et al. 1985, Prog Cardiovasc Dis 27:335), which falls
// short of the hazard ratio when that is far from 1: see cox. Where one step leads
// too far, as it does for a few clients against many, Value and SE are those of
// cox, and P is no less than that of the most extreme allocation. SMD is
// Value x sqrt(6)/pi, by the standard deviation of the log of an exponential time.
//
// ZeroVariance: no event while both arms are at risk. NoEstimate: one step leads too
// far, and the hazard ratio of cox is 0 or infinite.
type logRank struct{}

func (logRank) Method() Method {
	return Method{Name: "log_rank", Kinds: Time, Measure: measure.LogHR, Needs: Events}
}

func (logRank) Fit(d *Data, alpha float64, w *Work) Estimate {
	table, status := riskTable(d, w)
	return logRankFit(table, status, d, false, alpha, w)
}

// stratifiedLogRank is the log-rank test with observed and expected events, and
// variances, summed over strata (Mantel 1966), so that rows are compared only
// within their stratum. Value, SE, Stat, P and SMD as of log_rank.
//
// ZeroVariance: no event while both arms are at risk in its stratum. NoEstimate as of
// log_rank.
type stratifiedLogRank struct{}

func (stratifiedLogRank) Method() Method {
	return Method{Name: "stratified_log_rank", Kinds: Time, Measure: measure.LogHR, Needs: Events | Strata}
}

func (stratifiedLogRank) Fit(d *Data, alpha float64, w *Work) Estimate {
	table, status := stratifiedTable(d, w)
	return logRankFit(table, status, d, true, alpha, w)
}

// logRankFit returns the test from the table of the rows, if there is one.
func logRankFit(table []atRisk, status Status, d *Data, strata bool, alpha float64, w *Work) Estimate {
	n := len(d.Y)
	if status != OK {
		return failed(n, status)
	}
	excess, variance := logRankSums(table)
	if !(variance > 0) {
		return failed(n, ZeroVariance)
	}
	e := waldZ(excess/variance, 1/math.Sqrt(variance), n, alpha, w)
	if !oneStep(table, e.Value, variance, &w.fisher) {
		e = farFit(table, e, max(e.P, leastP(d, strata)), alpha, w)
	}
	e.SMD = e.Value / gumbelSD
	return e
}

// farFit returns the test where one step leads too far.
func farFit(table []atRisk, test Estimate, p, alpha float64, w *Work) Estimate {
	status := identified(table)
	var value, variance float64
	if status == OK {
		value, variance, status = coxTwoArms(table, false)
	}
	if status != OK {
		return testOnly(test.N, test.Stat, p)
	}
	e := waldZ(value, math.Sqrt(variance), test.N, alpha, w)
	if e.Status == OK {
		e.Stat, e.P = test.Stat, p
	}
	return e
}

// gumbelSD is the standard deviation of the log of an exponential time,
// pi/sqrt(6).
const gumbelSD = math.Pi / 2.44948974278317809819728407470589139196594748065667
