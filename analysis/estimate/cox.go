package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// cox is the log hazard ratio of the arm by Cox's partial likelihood (Cox
// 1972) with Efron's handling of ties (Efron 1977), a Wald interval and z test
// from the observed information. Covariates in Data.X are adjusted for; one
// that the others determine is left out. SMD is Value x sqrt(6)/pi.
//
// Separated: the likelihood rises for ever and the effect with it, as when all events
// at which both arms are at risk fall in one of them. ZeroVariance: no
// event while both arms are at risk, or covariates determine the arm.
//
// Its variants, each for itself:
type cox struct {
	// With Breslow's handling of ties (Breslow 1974, Biometrics 30:89).
	breslow bool
	// With a baseline hazard for each stratum (Kalbfleisch & Prentice 1980, section
	// 4.4), so that rows are compared only within theirs.
	stratified bool
	// With the robust variance of clusters whose rows are alike (Lin & Wei 1989),
	// which is too small with few clusters. TooFewClusters: fewer than two.
	robust bool
	// With the interaction of the arm and the subgroup beside both as the effect:
	// the log of the ratio of the hazard ratio among members to that among others.
	// SMD is that of the difference of the two. ZeroVariance: nobody of an arm is a
	// member, or everybody.
	interaction bool
}

func (c cox) Method() Method {
	m := Method{Name: "cox", Kinds: Time, Measure: measure.LogHR, Needs: Events, Covariates: true, Interaction: c.interaction, Clustered: c.robust}
	switch {
	case c.breslow:
		m.Name = "cox_breslow"
	case c.stratified:
		m.Name, m.Needs = "stratified_cox", m.Needs|Strata
	case c.robust:
		m.Name, m.Needs = "cox_robust", m.Needs|Clusters
	case c.interaction:
		m.Name, m.Needs = "cox_interaction", m.Needs|Members
	}
	return m
}

func (c cox) Fit(d *Data, alpha float64, w *Work) Estimate {
	var value, variance float64
	var status Status
	if len(d.X) > 0 || c.robust || c.interaction {
		value, variance, status = c.adjusted(d, w)
	} else {
		var table []atRisk
		if table, status = c.table(d, w); status == OK {
			status = identified(table)
		}
		if status == OK {
			value, variance, status = coxTwoArms(table, c.breslow)
		}
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
	e.SMD = e.Value / gumbelSD
	return e
}

// table lists the event times of the arms, of each stratum if there are.
func (c cox) table(d *Data, w *Work) ([]atRisk, Status) {
	d.check(c.Method().Needs)
	if c.stratified {
		return stratifiedTable(d, w)
	}
	return riskTable(d, w)
}

// identified reports whether the partial likelihood of the arm alone has a
// maximum: it needs an event of either arm while the other is at risk. Without
// any the likelihood is flat, without one of the two it is monotone.
func identified(table []atRisk) Status {
	var up, down bool
	for i := range table {
		r := &table[i]
		up = up || r.d1 > 0 && r.n0 > 0
		down = down || r.d0 > 0 && r.n1 > 0
	}
	return moves(up, down)
}

// moves is the status of a likelihood by whether an event raises the coefficient of the arm,
// and whether one lowers it.
func moves(up, down bool) Status {
	switch {
	case up && down:
		return OK
	case up || down:
		return Separated
	}
	return ZeroVariance
}

// coxTwoArms finds the zero of the score, a decreasing function, by Newton's
// method from the one-step estimate, with bisection where a step would leave
// the interval known to hold it.
func coxTwoArms(table []atRisk, breslow bool) (beta, variance float64, status Status) {
	excess, v := logRankSums(table)
	if v > 0 {
		beta = max(-2, min(2, excess/v))
	}
	low, high := math.Inf(-1), math.Inf(1)
	for range 100 {
		score, information := twoArmScore(table, portable.Exp(beta), breslow)
		if score > 0 {
			low = beta
		} else {
			high = beta
		}
		step := max(-3, min(3, score/information))
		next := beta + step
		if !(next >= low && next <= high) {
			next = (low + high) / 2
		}
		// In standard errors, after which the error is of the order of its square.
		if step*step*information < 1e-18 {
			return next, 1 / information, OK
		}
		beta = next
	}
	return beta, math.NaN(), NotConverged
}

// twoArmScore returns the first derivative of the log partial likelihood, and minus
// the second, at hazard ratio theta. Source: Efron 1977; Breslow 1974.
func twoArmScore(table []atRisk, theta float64, breslow bool) (score, information float64) {
	for i := range table {
		r := &table[i]
		score += r.d1
		d := r.d1 + r.d0
		if breslow {
			p := theta * r.n1 / (float64(theta*r.n1) + r.n0)
			score -= float64(d * p)
			information += float64(d * p * (1 - p))
			continue
		}
		for l := 0.0; l < d; l++ {
			c := l / d
			one := float64(theta * (r.n1 - float64(c*r.d1)))
			p := one / (one + r.n0 - float64(c*r.d0))
			score -= p
			information += float64(p * (1 - p))
		}
	}
	return score, information
}
