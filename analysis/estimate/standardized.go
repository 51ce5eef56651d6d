package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// standardized is the risk difference of everybody treated against nobody, by
// standardization (g-computation): the mean over all rows of the risk that a
// logistic regression on the arm and the covariates in Data.X predicts, the row
// treated, less that of the row not treated (Lane & Nelder 1982; Ge et al. 2011,
// Drug Inf J 45:481). SE is that of the delta method from the information of the
// logistic regression, the covariates taken as they are, with a Wald interval
// and z test. Without covariates Value and SE are those of chiSquare.
//
// An arm in which all or none has the event has that risk without variance, the
// limit of the likelihood, and the other arm the risk of the regression on its
// own rows: to leave such trials out would bias the rest. If neither arm varies
// there is no difference with P = 1, or, arms opposite, ZeroVariance.
//
// Separated: covariates foretell the event. NotConverged, BadData.
type standardized struct{}

func (standardized) Method() Method {
	return Method{Name: "standardized", Kinds: Binary, Measure: measure.RD, Linear: true, Covariates: true}
}

func (s standardized) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	if status == OK {
		status = s.fit(d, t, &w.glm)
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	value, variance := w.glm.standardize(t)
	var e Estimate
	switch {
	case variance > 0:
		e = waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
	case value == 0:
		e = Estimate{Stat: 0, DF: math.NaN(), P: 1, N: len(d.Y)}
	default:
		return failed(len(d.Y), ZeroVariance)
	}
	e.SMD = t.smd()
	return e
}

// fit the regression on the rows of arms that vary.
func (standardized) fit(d *Data, t table, g *glmWork) Status {
	m := regression{family: binomialLogit}
	if status := m.load(d, g); status != OK {
		return status
	}
	varies := [2]bool{t.x0 != 0 && t.x0 != t.n0, t.x1 != 0 && t.x1 != t.n1}
	g.weight = resize(g.weight, len(d.Treated))
	for i, treated := range d.Treated {
		g.weight[i] = float64(bit(varies[bit(treated)]))
	}
	control, treated := portable.Log(odds(t.x0, t.n0)), portable.Log(odds(t.x1, t.n1))
	switch {
	case varies[0] && varies[1]:
		return g.maximizeFrom(control, treated-control)
	case varies[0]: // the arm is constant in the rows left, hence aliased
		return g.maximizeFrom(control, 0)
	case varies[1]:
		return g.maximizeFrom(treated, 0)
	}
	return OK
}

// standardize returns the difference of the mean risks and its variance.
func (g *glmWork) standardize(t table) (value, variance float64) {
	clear(g.gradient)
	value = g.meanRisk(t.x1, t.n1, 1, 1) - g.meanRisk(t.x0, t.n0, 0, -1)
	for j, a := range g.gradient {
		variance += float64(a * dot(g.gradient, g.cov[j*g.p:(j+1)*g.p]))
	}
	return value, variance
}

// meanRisk returns the mean over all rows of the risk in an arm with x events among
// its n rows. It adds sign times its derivative by beta to the gradient.
func (g *glmWork) meanRisk(x, n int, arm, sign float64) float64 {
	if x == 0 || x == n {
		return float64(x) / float64(n)
	}
	rows, sum := float64(g.n), 0.0
	for i := range g.n {
		g.column(1)[i] = arm // of the design in g, which nobody reads after this
	}
	g.predict(g.eta, g.beta)
	for i, eta := range g.eta {
		_, _, risk, _, weight := g.family.terms(0, eta, 0)
		sum += risk
		g.curvature[i] = weight * (sign / rows)
	}
	for j := range g.gradient {
		for i, v := range g.column(j) {
			g.gradient[j] += float64(g.curvature[i] * v)
		}
	}
	return sum / rows
}
