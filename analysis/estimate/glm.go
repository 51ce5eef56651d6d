package estimate

import (
	"caseload/sim/portable"
	"math"
)

// family is the distribution of an outcome in a generalized linear model,
// each with its usual link: the logit, else the log.
type family uint8

const (
	binomialLogit family = iota // 0 or 1
	poissonLog                  // counts
	negbinLog                   // counts whose variance is mu + alpha mu^2
)

// terms of one row with linear predictor eta: its log likelihood up to what
// eta doesn't change, less the logarithm of factor; its mean, and the derivative
// of the log likelihood by eta with the expectation of minus the second. Source:
// McCullagh & Nelder 1989, 2.5; Lawless 1987 for the negative binomial, with
// dispersion alpha > 0.
func (f family) terms(y, eta, alpha float64) (loglik, factor, mean, residual, weight float64) {
	switch f {
	case binomialLogit:
		e := portable.Exp(-math.Abs(eta))
		likely := 1 / (1 + e)
		rare := e * likely
		one, zero := likely, rare
		if eta < 0 {
			one, zero = rare, likely
		}
		// Never 1 less a number near 1.
		residual = zero
		if y == 0 {
			residual = -one
		}
		return float64(y*eta) - max(eta, 0), likely, one, residual, rare * likely
	case poissonLog:
		mean = portable.Exp(eta)
		return float64(y*eta) - mean, 1, mean, y - mean, mean
	default:
		mean = portable.Exp(eta)
		share := 1 / (1 + float64(alpha*mean))
		return float64(y*eta) - float64((y+1/alpha)*portable.Log1p(alpha*mean)), 1, mean, (y - mean) * share, mean * share
	}
}

// newton climbs from beta to the maximum, by Newton's method with step halving,
// which for negbinLog, whose information is the expected one, is Fisher's
// scoring. Columns that those before them determine are left out: Alias.
func (g *glmWork) newton() Status {
	loglik := g.evaluate(g.beta)
	if g.info.Alias(); loglik-loglik != 0 {
		return BadData
	}
	for range maxNewton {
		if !g.info.Factor() {
			return NotConverged
		}
		size := g.towards()
		if size < small && g.moves() > drift {
			return Separated
		}
		if size < settled {
			g.take()
			return OK
		}
		var ok bool
		if loglik, ok = g.advance(loglik); !ok {
			return NotConverged
		}
	}
	return NotConverged
}

// towards sets the step from the score and the factored information and returns
// its squared length in standard errors.
func (g *glmWork) towards() float64 {
	copy(g.step, g.score)
	size := g.info.Forward(g.step)
	g.info.Backward(g.step)
	return size
}

// take the step, and the inverse of the information.
func (g *glmWork) take() {
	for j, s := range g.step {
		g.beta[j] += s
	}
	g.info.Invert(g.cov)
}

// advance takes the step, halved until the likelihood does not fall.
func (g *glmWork) advance(loglik float64) (float64, bool) {
	slack := float64(1e-12 * (1 + math.Abs(loglik))) // rounding near the maximum
	scale := 1.0
	for range maxHalving {
		for j := range g.trial {
			g.trial[j] = g.beta[j] + float64(scale*g.step[j])
		}
		if l := g.evaluate(g.trial); l >= loglik-slack {
			g.beta, g.trial = g.trial, g.beta
			return l, true
		}
		scale /= 2
	}
	return loglik, false
}

// moves is the largest change that the step makes to a linear predictor.
func (g *glmWork) moves() float64 {
	most := 0.0
	for i := range g.n {
		if g.weight[i] != 0 {
			most = max(most, math.Abs(dot(g.row(i), g.step)))
		}
	}
	return most
}
