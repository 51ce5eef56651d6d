package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// logistic is the log odds ratio of the arm given the covariates in Data.X, by
// maximum likelihood in a logistic regression (Cox 1958; McCullagh & Nelder
// 1989, chapter 4), with the standard error of the information, a Wald interval
// and z test. Without covariates it is oddsRatio. Covariates that others
// determine are left out.
//
// The odds ratio isn't collapsible: with covariates that matter it is farther
// from 1 than without (Gail et al. 1984), so that its truth is that of Model.
//
// EmptyCell: an arm in which all or none has the event. Separated: covariates
// foretell the event, and the likelihood rises for ever (Albert & Anderson
// 1984), the effect with it. Rows of which it is foretold while the effect stays,
// such as the only client of a site, count as if they were not there. NotConverged,
// BadData.
type logistic struct{}

func (logistic) model() regression { return regression{family: binomialLogit} }

func (logistic) Method() Method {
	return Method{Name: "logistic", Kinds: Binary, Measure: measure.LogOR, Covariates: true}
}

func (l logistic) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	if status == OK {
		status = l.fit(d, t, w)
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	value, variance, status := l.model().effectOf(&w.glm)
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
	e.SMD = t.smd()
	return e
}

// fit starts at the log odds of the two arms.
func (l logistic) fit(d *Data, t table, w *Work) Status {
	if t.hasZero() {
		return EmptyCell
	}
	odds1, odds0 := odds(t.x1, t.n1), odds(t.x0, t.n0)
	return l.model().fit(d, portable.Log(odds0), portable.Log(odds1/odds0), w)
}

// odds of x events among n.
func odds(x, n int) float64 { return float64(x) / float64(n-x) }

// Coefficients of Model: intercept, arm, covariates.
func (l logistic) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	t, status := count(d)
	if status == OK {
		status = l.fit(d, t, w)
	}
	if status != OK {
		return nil, 0, status
	}
	_, _, status = l.model().effectOf(&w.glm)
	return w.glm.uncentred(), l.model().effect(), status
}

// Score of Model.
func (l logistic) Score(d *Data, beta, score, information []float64, w *Work) {
	l.model().score(d, beta, score, information, len(beta), 0, w)
}
