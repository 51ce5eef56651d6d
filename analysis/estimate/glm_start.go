package estimate

import "caseload/sim/portable"

// maximizeFrom goes to the maximum from an intercept and an effect of the arm.
func (g *glmWork) maximizeFrom(intercept, arm float64) Status {
	return g.maximizeBy(&g.newton, g.start(intercept, arm))
}

// start at an intercept and an effect of the arm, and evaluate the likelihood there.
func (g *glmWork) start(intercept, arm float64) (loglik float64) {
	clear(g.beta)
	g.beta[0], g.beta[1] = intercept, arm
	if g.family != binomialLogit || len(g.weight) > 0 {
		return g.begin(g)
	}
	loglik = g.begin(ofArms{g})
	g.of = g
	return loglik
}

// ofArms is the likelihood of a logistic model at coefficients of the intercept and the arm
// alone, where the rows of an arm with the same outcome are alike.
type ofArms struct{ *glmWork }

func (g ofArms) evaluate(beta []float64) (loglik float64) {
	var kinds [4]struct{ loglik, mean, residual, curvature float64 } // of rows, two of either arm
	for n := range kinds {
		k, factor := &kinds[n], 0.0
		k.loglik, factor, k.mean, k.residual, k.curvature = g.family.terms(float64(n%2), beta[0]+float64(float64(n/2)*beta[1]), 0)
		k.loglik += portable.Log(factor)
	}
	arm := g.column(1)
	n := len(arm)
	outcome, means, residuals, curvatures := g.y[:n], g.mean[:n], g.residual[:n], g.curvature[:n]
	for i, x := range arm {
		k := &kinds[2*bit(x == 1)+bit(outcome[i] == 1)]
		loglik += k.loglik
		means[i], residuals[i], curvatures[i] = k.mean, k.residual, k.curvature
	}
	g.addUp(g.score, g.info.A, g.p, g.residual, g.curvature)
	return loglik
}
