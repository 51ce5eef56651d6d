package estimate

import (
	"caseload/sim/portable"
	"math"
)

// family is the distribution of an outcome in a generalized linear model,
// each with its usual link: the logit, the identity of numbers, else the log.
type family uint8

const (
	binomialLogit    family = iota // 0 or 1
	poissonLog                     // counts
	negbinLog                      // counts whose variance is mu + alpha mu^2
	gaussianIdentity               // numbers of variance 1
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
	case gaussianIdentity:
		residual = y - eta
		return float64(-0.5 * residual * residual), 1, eta, residual, 1
	case poissonLog:
		mean = portable.Exp(eta)
		return float64(y*eta) - mean, 1, mean, y - mean, mean
	default:
		mean = portable.Exp(eta)
		share := 1 / (1 + float64(alpha*mean))
		return float64(y*eta) - float64((y+1/alpha)*portable.Log1p(alpha*mean)), 1, mean, (y - mean) * share, mean * share
	}
}

// maximize goes from beta to the maximum, which for negbinLog, whose information
// is the expected one, is Fisher's scoring. Cov is the inverse of the information
// there, but for the last step.
func (g *glmWork) maximize() Status { return g.maximizeBy(&g.newton, g.begin(g)) }

// maximizeBy does so on some way, from where begin came to a log likelihood.
func (g *glmWork) maximizeBy(way ascent, loglik float64) Status {
	if loglik-loglik != 0 {
		return BadData
	}
	status := ascend(way, loglik, &halving)
	if status == OK {
		g.info.Invert(g.cov)
	}
	return status
}

// moved returns the largest change that the step of aim makes to a linear predictor, or what it
// is surely below if that is below drift: no row's curvature times the square of its change is
// more than their sum, which is the size of the step.
func (g *glmWork) moved(step []float64) float64 {
	if bound := g.size / least(g.curvature); bound < drift*drift/4 {
		return math.Sqrt(bound)
	}
	return g.movedMost(step)
}

// movedMost returns the largest change that a step makes to a linear predictor.
func (g *glmWork) movedMost(step []float64) float64 {
	most := g.mostMoved(step, g.eta)
	if len(g.weight) == 0 {
		return most
	}
	most = 0
	for i, by := range g.eta {
		if g.weight[i] != 0 {
			most = max(most, math.Abs(by))
		}
	}
	return most
}

// least of some numbers that are not negative.
func least(x []float64) float64 {
	bits := math.Float64bits(math.Inf(1)) // numbers are in the order of their bits
	for _, v := range x {
		bits = min(bits, math.Float64bits(v))
	}
	return math.Float64frombits(bits)
}
