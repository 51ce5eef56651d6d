package estimate

import (
	"caseload/sim/portable"
	"math"
)

// leastDispersion is that below which counts are taken for Poisson: their
// variance exceeds a mean of mu by less than mu in a hundred million.
const leastDispersion = 1e-8

// disperse goes from a Poisson fit to the negative binomial one by Newton's
// method on the coefficients and the logarithm of the dispersion together, with
// step halving. The information left in g is the expected one of the
// coefficients. Boundary: the likelihood falls with dispersion from none on; the
// Poisson fit stands.
func (g *glmWork) disperse() Status {
	g.evaluate(g.beta)
	g.tally()
	g.alpha = 0
	slope, _ := g.dispersionScore()
	if !(slope > 0) {
		return Boundary
	}
	squares := 0.0
	for _, mu := range g.mean {
		squares += float64(mu * mu)
	}
	g.family, g.alpha = negbinLog, 2*slope/squares // by moments: the sum of (y - mu)^2 - y is twice the slope
	g.joint.Reset(g.p + 1)
	copy(g.joint.Aliased, g.info.Aliased)
	g.jointScore, g.jointStep = resize(g.jointScore, g.p+1), resize(g.jointStep, g.p+1)
	return ascend(dispersing{g}, g.evaluateJoint(g.beta, g.alpha), &halving)
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
	if size < small && g.moved(g.newtonStep) > drift {
		return 0, false, Separated
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
	if g.alpha < leastDispersion {
		return g.undisperse()
	}
	return OK
}

// settle takes the last step and the expected information after it.
func (g dispersing) settle(float64) Status {
	g.newton.settle(1)
	g.alpha *= portable.Exp(g.jointStep[g.p])
	g.evaluate(g.beta)
	if !g.info.Factor() {
		return NotConverged
	}
	g.info.Invert(g.cov)
	return OK
}

// undisperse goes back to the Poisson fit. The status is never OK.
func (g *glmWork) undisperse() Status {
	g.family, g.alpha = poissonLog, 0
	if status := g.maximize(); status != OK {
		return status
	}
	return Boundary
}

// evaluateJoint returns the log likelihood but for what nothing changes, and sets
// the score and the observed information of the coefficients and of the logarithm
// of the dispersion. Source: Lawless 1987.
func (g *glmWork) evaluateJoint(beta []float64, alpha float64) float64 {
	clear(g.jointScore)
	clear(g.joint.A)
	p, total := g.p, 0.0
	last := g.joint.A[p*(p+1):]
	for i := range g.n {
		row := g.row(i)
		loglik, _, mean, residual, weight := negbinLog.terms(g.y[i], g.offset[i]+dot(row, beta), alpha)
		total += loglik
		g.mean[i] = mean
		share := 1 / (1 + float64(alpha*mean))
		cross := alpha * residual * mean * share
		weight *= (1 + float64(alpha*g.y[i])) * share
		for j, x := range row {
			g.jointScore[j] += float64(residual * x)
			last[j] += float64(cross * x)
			wx := weight * x
			out := g.joint.A[j*(p+1) : j*(p+1)+j+1]
			for k := range out {
				out[k] += float64(wx * row[k])
			}
		}
	}
	for j, rows := range g.over {
		total += float64(rows * portable.Log1p(alpha*float64(j)))
	}
	before := g.alpha
	g.alpha = alpha
	g.jointScore[p], last[p] = g.logDispersionScore()
	g.alpha = before
	return total
}
