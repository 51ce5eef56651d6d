package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// logisticInteraction is the log odds ratio of the arm among members of the
// subgroup less that among the others: the coefficient of their product in a
// logistic regression on the arm, membership, the product and the covariates in
// Data.X. Standard error, interval and test are those of logistic; without
// covariates it is the difference of two log odds ratios with Woolf's variances
// added. SMD is the same difference of the tables' standardized differences.
//
// ZeroVariance: an arm has no member, or none but members. EmptyCell: one of
// the four groups in which all or none has the event. Separated, NotConverged,
// BadData as in logistic.
type logisticInteraction struct{}

func (logisticInteraction) model() regression {
	return regression{family: binomialLogit, interaction: true}
}

func (logisticInteraction) Method() Method {
	return Method{Name: "logistic_interaction", Kinds: Binary, Measure: measure.LogOR, Needs: Members, Covariates: true, Interaction: true}
}

func (l logisticInteraction) Fit(d *Data, alpha float64, w *Work) Estimate {
	members, others, status := l.fit(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	value, variance, status := l.model().effectOf(&w.glm)
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
	e.SMD = members.smd() - others.smd()
	return e
}

// fit starts at the log odds of the two arms among others than members.
func (l logisticInteraction) fit(d *Data, w *Work) (members, others table, status Status) {
	d.check(Members)
	all, status := count(d)
	if status != OK {
		return members, others, status
	}
	for i, y := range d.Y {
		if d.Member[i] {
			members.add(d.Treated[i], y == 1)
		}
	}
	others = table{x1: all.x1 - members.x1, n1: all.n1 - members.n1, x0: all.x0 - members.x0, n0: all.n0 - members.n0}
	switch {
	case members.n1 == 0 || members.n0 == 0 || others.n1 == 0 || others.n0 == 0:
		return members, others, ZeroVariance
	case members.hasZero() || others.hasZero():
		return members, others, EmptyCell
	}
	odds1, odds0 := odds(others.x1, others.n1), odds(others.x0, others.n0)
	return members, others, l.model().fit(d, portable.Log(odds0), portable.Log(odds1/odds0), w)
}

// add one row.
func (t *table) add(treated, event bool) {
	if treated {
		t.n1++
		t.x1 += bit(event)
	} else {
		t.n0++
		t.x0 += bit(event)
	}
}

// Coefficients of Model: intercept, arm, membership, their product, covariates.
func (l logisticInteraction) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	if _, _, status = l.fit(d, w); status != OK {
		return nil, 0, status
	}
	_, _, status = l.model().effectOf(&w.glm)
	return w.glm.uncentred(), l.model().effect(), status
}

// Score of Model.
func (l logisticInteraction) Score(d *Data, beta, score, information []float64, w *Work) {
	l.model().score(d, beta, score, information, len(beta), 0, w)
}
