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
// short of the hazard ratio when that is far from 1: see cox. SMD is
// Value x sqrt(6)/pi, by the standard deviation of the log of an exponential time.
type logRank struct{}

func (logRank) Method() Method {
	return Method{Name: "log_rank", Kinds: Time, Measure: measure.LogHR, Needs: Events}
}

func (logRank) Fit(d *Data, alpha float64, w *Work) Estimate {
	table, status := riskTable(d, w)
	return logRankFit(table, status, len(d.Y), alpha, w)
}

// stratifiedLogRank is the log-rank test with observed and expected events, and
// variances, summed over strata (Mantel 1966), so that rows are compared only
// within their stratum. Value, SE, Stat, P and SMD as of log_rank.
//
// ZeroVariance: no event while both arms are at risk in its stratum.
type stratifiedLogRank struct{}

func (stratifiedLogRank) Method() Method {
	return Method{Name: "stratified_log_rank", Kinds: Time, Measure: measure.LogHR, Needs: Events | Strata}
}

func (stratifiedLogRank) Fit(d *Data, alpha float64, w *Work) Estimate {
	table, status := stratifiedTable(d, w)
	return logRankFit(table, status, len(d.Y), alpha, w)
}

// logRankFit returns the test on n rows from their table, if there is one.
func logRankFit(table []atRisk, status Status, n int, alpha float64, w *Work) Estimate {
	if status != OK {
		return failed(n, status)
	}
	excess, variance := logRankSums(table)
	if !(variance > 0) {
		return failed(n, ZeroVariance)
	}
	e := waldZ(excess/variance, 1/math.Sqrt(variance), n, alpha, w)
	e.SMD = e.Value / gumbelSD
	return e
}

// gumbelSD is the standard deviation of the log of an exponential time,
// pi/sqrt(6).
const gumbelSD = math.Pi / 2.44948974278317809819728407470589139196594748065667
