package estimate

import (
	"caseload/sim/portable"
	"math"
)

// logit fits a logistic regression to the design, outcomes and weights that the
// caller has put in, the first column being 1: from the coefficients given, or
// the model of the intercept alone. Then mean is the fitted probability of 1,
// and the information is factored at beta.
func (g *glmWork) logit(start []float64) Status {
	g.family = binomialLogit
	clear(g.offset)
	if start == nil {
		clear(g.beta)
		g.beta[0] = g.logOdds()
	} else {
		copy(g.beta, start)
	}
	if math.IsInf(g.beta[0], 0) {
		return Separated
	}
	if status := g.maximize(); status != OK {
		return status
	}
	g.evaluate(g.beta)
	if !g.info.Factor() {
		return NotConverged
	}
	return OK
}

// logOdds returns that of all rows together.
func (g *glmWork) logOdds() float64 {
	var events, others float64
	for i, y := range g.y {
		events += float64(g.share(i) * y)
		others += float64(g.share(i) * (1 - y))
	}
	return portable.Log(events / others)
}
