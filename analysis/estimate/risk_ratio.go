package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// riskRatio is the log risk ratio, log(p1/p0), with the standard error of the
// delta method, sqrt((1-p1)/x1 + (1-p0)/x0) (Katz et al. 1978, Biometrics
// 34:469), a Wald interval on the log scale and a z test.
//
// EmptyCell: an arm has no event. An arm in which all have it is fine;
// ZeroVariance: both are so.
type riskRatio struct{}

func (riskRatio) Method() Method {
	return Method{Name: "risk_ratio", Kinds: Binary, Measure: measure.LogRR}
}

func (riskRatio) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	switch {
	case status != OK:
		return failed(len(d.Y), status)
	case t.x1 == 0 || t.x0 == 0:
		return failed(len(d.Y), EmptyCell)
	case t.x1 == t.n1 && t.x0 == t.n0:
		return failed(len(d.Y), ZeroVariance)
	}
	x1, n1, x0, n0 := float64(t.x1), float64(t.n1), float64(t.x0), float64(t.n0)
	variance := (n1-x1)/(n1*x1) + (n0-x0)/(n0*x0)
	e := waldZ(portable.Log(x1/n1*n0/x0), math.Sqrt(variance), len(d.Y), alpha, w)
	e.SMD = t.smd()
	return e
}
