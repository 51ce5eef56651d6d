package estimate

import "math"

// cox is the log hazard ratio of the arm by Cox's partial likelihood (Cox
// 1972) with Efron's handling of ties (Efron 1977), a Wald interval and z test
// from the observed information. Covariates in Data.X are adjusted for; one
// that the others determine is left out. SMD is Value x sqrt(6)/pi.
//
// Separated: the likelihood rises for ever, as when all events at which both
// arms are at risk fall in one of them, or a covariate does so.
type cox struct{}

func (cox) Method() Method {
	return Method{Name: "cox", Kinds: Time, Measure: "log HR", Needs: Events, Covariates: true}
}

func (cox) Fit(d *Data, alpha float64, w *Work) Estimate {
	table, status := riskTable(d, w)
	if status == OK {
		status = identified(table)
	}
	var value, variance float64
	switch {
	case status != OK:
	case len(d.X) == 0:
		value, variance, status = coxTwoArms(table)
	default:
		value, variance, status = coxAdjusted(d, w)
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
	e.SMD = e.Value / gumbelSD
	return e
}

// identified tells whether the partial likelihood of the arm alone has a
// maximum: it needs an event of either arm while the other is at risk. Without
// any the likelihood is flat, without one of the two it is monotone.
func identified(table []atRisk) Status {
	var up, down bool
	for i := range table {
		r := &table[i]
		up = up || r.d1 > 0 && r.n0 > 0
		down = down || r.d0 > 0 && r.n1 > 0
	}
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
func coxTwoArms(table []atRisk) (beta, variance float64, status Status) {
	excess, v := logRankSums(table)
	if v > 0 {
		beta = max(-2, min(2, excess/v))
	}
	low, high := math.Inf(-1), math.Inf(1)
	for range 100 {
		score, information := twoArmScore(table, math.Exp(beta))
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

// twoArmScore is the first derivative of the log partial likelihood, and minus
// the second, at hazard ratio theta. Source: Efron 1977.
func twoArmScore(table []atRisk, theta float64) (score, information float64) {
	for i := range table {
		r := &table[i]
		score += r.d1
		d := r.d1 + r.d0
		for l := 0.0; l < d; l++ {
			c := l / d
			one := theta * (r.n1 - c*r.d1)
			p := one / (one + r.n0 - c*r.d0)
			score -= p
			information += p * (1 - p)
		}
	}
	return score, information
}

// coxAdjusted fits the arm beside the covariates.
func coxAdjusted(d *Data, w *Work) (beta, variance float64, status Status) {
	w.arm = resize(w.arm, len(d.Y))
	for i, t := range d.Treated {
		w.arm[i] = float64(bit(t))
	}
	w.design = append(append(w.design[:0], w.arm), d.X...)
	b, cov, status := CoxFit(d.Y, d.Event, w.design, w)
	if status != OK {
		return 0, 0, status
	}
	if math.IsNaN(b[0]) {
		return 0, 0, ZeroVariance
	}
	return b[0], cov[0][0], OK
}
