package estimate

import (
	"caseload/sim/portable"
	"math"
)

// leastDispersion times the inverse of the mean is the dispersion below which nothing of
// it is left of the likelihood but rounding.
const leastDispersion = 1e-12

// disperseFrom goes from an intercept and an effect of the arm to the negative binomial fit:
// first towards the Poisson one, and on from near it once there is no doubt of dispersion. The
// information left in g is the expected one of the coefficients.
func (g *glmWork) disperseFrom(intercept, arm float64) Status {
	g.overdispersed = false
	status := g.maximizeBy(approach{g}, g.start(intercept, arm))
	switch {
	case status != OK:
		return status
	case g.aliased(g.asked):
		return ZeroVariance
	case !g.overdispersed:
		return g.disperse()
	}
	g.readyJoint()
	if slope, squares := g.undispersedSlope(); g.ascendJointly(slope, squares) == OK {
		return OK
	}
	g.family = poissonLog
	if status = g.maximizeFrom(intercept, arm); status != OK {
		return status
	}
	return g.disperse()
}

// approach is the ascent to a Poisson fit that stays where it is as soon as a step of it would be
// small and the counts are overdispersed.
type approach struct{ *glmWork }

// nearby is the squared size of a step, in standard errors, from which on dispersion is looked at.
const nearby = 0.5

func (a approach) aim() (scale float64, last bool, s Status) {
	scale, last, s = a.newton.aim()
	if s == OK && !last && a.size < nearby {
		// The slope is of the variance squares/2 where there is no dispersion, and the rest
		// of the way changes it by far less than its standard deviation.
		slope, squares := a.undispersedSlope()
		a.overdispersed = slope > 0 && slope*slope > squares/2
	}
	return scale, last || a.overdispersed, s
}

func (a approach) settle(scale float64) Status {
	if a.overdispersed {
		return OK
	}
	return a.newton.settle(scale)
}

// undispersedSlope returns the derivative of the log likelihood by the dispersion where there is
// none, at the coefficients last evaluated, and the sum of the squared means, half of which is its
// variance.
func (g *glmWork) undispersedSlope() (slope, squares float64) {
	sum := 0.0
	for i, mu := range g.mean {
		r := g.residual[i]
		slope += float64(r*r) - g.y[i]
		squares += float64(mu * mu)
		sum += mu
	}
	g.typical = sum / float64(g.n)
	return slope / 2, squares
}

// readyJoint makes room for the dispersion beside the coefficients.
func (g *glmWork) readyJoint() {
	g.tally()
	g.joint.Reset(g.p + 1)
	copy(g.joint.Aliased, g.info.Aliased)
	g.jointScore, g.jointStep = resize(g.jointScore, g.p+1), resize(g.jointStep, g.p+1)
}

// ascendJointly goes from the coefficients last evaluated, with the dispersion by moments, to
// the maximum over both.
func (g *glmWork) ascendJointly(slope, squares float64) Status {
	g.variance = 0
	g.family, g.alpha = negbinLog, 2*slope/squares // the sum of (y - mu)^2 - y is twice the slope
	return ascend(dispersing{g}, g.jointly(g.alpha), &halving)
}

// disperse goes from a Poisson fit to the negative binomial one by Newton's
// method on the coefficients and the logarithm of the dispersion together, with
// step halving. Boundary: the likelihood falls with dispersion from none on, and is
// no larger elsewhere; the Poisson fit stands.
func (g *glmWork) disperse() Status {
	none := g.rows(g.beta)
	g.readyJoint()
	slope, squares := g.undispersedSlope()
	g.undispersed = append(append(g.undispersed[:0], g.beta...), g.cov...)
	if slope > 0 {
		if status := g.ascendJointly(slope, squares); status != Boundary {
			return status
		}
	}
	g.variance = 0
	if !g.elsewhere(none) {
		g.family, g.alpha = poissonLog, 0
		copy(g.beta, g.undispersed)
		copy(g.cov, g.undispersed[g.p:])
		return Boundary
	}
	return ascend(dispersing{g}, g.evaluateJoint(g.beta, g.alpha), &halving)
}

// elsewhere looks for a larger likelihood than that of no dispersion away from it, as
// there can be where large counts are fitted exactly, such as that of the only client
// of a site. If there is one it goes to the largest that it finds.
func (g *glmWork) elsewhere(none float64) bool {
	best, at := none+float64(1e-9*max(1, math.Abs(none))), 0.0
	try := func(alpha float64) bool {
		g.family, g.alpha = negbinLog, alpha
		return g.maximize() == OK
	}
	for _, ratio := range [...]float64{0.01, 0.1, 1, 10} { // of the dispersion to that at which it doubles the variance
		if !try(ratio / g.typical) {
			continue
		}
		if loglik := g.evaluateJoint(g.beta, g.alpha); loglik > best {
			best, at = loglik, g.alpha
		}
	}
	return at > 0 && try(at)
}

// dispersing is the ascent over the coefficients and the logarithm of the
// dispersion.
type dispersing struct{ *glmWork }

// aim sets the step. Where the likelihood is not concave, as it can be in the
// dispersion, the coefficients and the dispersion each take their own step up. The
// dispersion goes by no more than a factor of e^3.
func (g dispersing) aim() (scale float64, last bool, s Status) {
	p := g.p
	copy(g.jointStep, g.jointScore)
	if !g.joint.Factor() {
		last := g.joint.A[p*(p+1) : (p+1)*(p+1)]
		clear(last[:p])
		last[p] = max(last[p], math.Abs(g.jointScore[p]), math.SmallestNonzeroFloat64)
		g.joint.Factor()
	}
	size := g.joint.Forward(g.jointStep)
	g.joint.Backward(g.jointStep)
	copy(g.newtonStep, g.jointStep)
	if size < small && g.movedMost(g.newtonStep) > drift {
		last, s = g.drifting(&g.joint, g.jointStep, g.jointScore, size)
		return min(1, 3/math.Abs(g.jointStep[p])), last, s
	}
	return min(1, 3/math.Abs(g.jointStep[p])), size < settled, OK
}

func (g dispersing) try(scale float64) float64 {
	for j := range g.trial {
		g.trial[j] = g.beta[j] + float64(scale*g.newtonStep[j])
	}
	g.trialAlpha = g.alpha * portable.Exp(scale*g.jointStep[g.p])
	return g.evaluateJoint(g.trial, g.trialAlpha)
}

func (g dispersing) accept() Status {
	g.beta, g.trial, g.alpha = g.trial, g.beta, g.trialAlpha
	if g.alpha*g.typical < leastDispersion {
		return Boundary
	}
	return OK
}

// settle takes the last step and the expected information after it.
func (g dispersing) settle(float64) Status {
	g.newton.settle(1)
	g.alpha *= portable.Exp(g.jointStep[g.p])
	g.predict(g.eta, g.beta)
	g.means()
	g.negbinRows(g.alpha)
	g.addUp(g.score, g.info.A, g.p, g.residual, g.curvature)
	if !g.info.Factor() {
		return NotConverged
	}
	g.info.Invert(g.cov)
	return OK
}

// evaluateJoint returns the log likelihood but for what nothing changes, and sets
// the score and the observed information of the coefficients and of the logarithm
// of the dispersion. Source: Lawless 1987.
func (g *glmWork) evaluateJoint(beta []float64, alpha float64) float64 {
	g.predict(g.eta, beta)
	g.means()
	return g.jointly(alpha)
}

// jointly does so at the coefficients of which the means are known.
func (g *glmWork) jointly(alpha float64) float64 {
	g.negbinRows(alpha)
	total, p := g.negbinLoglik(alpha), g.p
	last := g.joint.A[p*(p+1):]
	g.jointScore[p], last[p] = g.dispersionScore(alpha)
	g.addUp(g.jointScore, g.joint.A, p+1, g.residual, g.curvature)
	g.dots(last[:p], g.cross, 0)
	for j, rows := range g.over {
		total += float64(rows * portable.Log1p(alpha*float64(j)))
	}
	return total
}
