package estimate

import (
	"fmt"
	"math"
)

const (
	maxNewton  = 50
	maxHalving = 30
	// settled bounds the squared last step in standard errors; the error after
	// the step is of the order of its square.
	settled = 1e-16
	// A step of small size in standard errors that still moves a linear
	// predictor by more than drift means that there is no maximum: the
	// information fades as fast as the score.
	small = 1e-8
	drift = 0.01
)

// CoxFit fits a proportional hazards model with Efron's handling of ties by
// Newton's method with step halving: event times or censoring times, whether
// each is an event, and covariates x[covariate][row]. An iteration costs
// O(rows x covariates^2). Source: Cox 1972; Efron 1977.
//
// beta is the log hazard ratios and cov the inverse of the observed
// information. Both live in w until its next fit. A covariate that is constant
// or determined by those before it has NaN there, and the others are those of
// the model without it. Status is OK, NoEvents, ZeroVariance (no covariate
// varies among those at risk), NotConverged, Separated or BadData; beta and
// cov are nil unless it is OK. CoxFit panics if lengths differ.
func CoxFit(time []float64, event []bool, x [][]float64, w *Work) (beta []float64, cov [][]float64, status Status) {
	if len(event) != len(time) {
		panic(fmt.Sprintf("estimate: %d times, %d events", len(time), len(event)))
	}
	for j := range x {
		if len(x[j]) != len(time) {
			panic(fmt.Sprintf("estimate: %d times, %d rows of covariate %d", len(time), len(x[j]), j))
		}
	}
	if !w.times.sort(time) {
		return nil, nil, BadData
	}
	c := &w.cox
	if status = c.load(&w.times, event, x); status != OK {
		return nil, nil, status
	}
	if status = c.newton(); status != OK {
		return nil, nil, status
	}
	c.invert()
	return c.beta, c.cov, OK
}

// newton climbs from zero to the maximum.
func (c *coxWork) newton() Status {
	clear(c.beta)
	loglik := c.evaluate(c.beta)
	if c.info.Alias(); c.info.Rank == 0 {
		return ZeroVariance
	}
	for range maxNewton {
		if !c.info.Factor() {
			return NotConverged
		}
		copy(c.step, c.score)
		size := c.info.Forward(c.step)
		c.info.Backward(c.step)
		if size < small && c.moves(c.step) > drift {
			return Separated
		}
		if size < settled {
			for j, s := range c.step {
				c.beta[j] += s
			}
			return OK
		}
		var ok bool
		if loglik, ok = c.advance(loglik); !ok {
			return NotConverged
		}
	}
	return NotConverged
}

// advance takes the step, halved until the likelihood does not fall.
func (c *coxWork) advance(loglik float64) (float64, bool) {
	slack := 1e-12 * (1 + math.Abs(loglik)) // rounding near the maximum
	scale := 1.0
	for range maxHalving {
		for j := range c.trial {
			c.trial[j] = c.beta[j] + scale*c.step[j]
		}
		if l := c.evaluate(c.trial); l >= loglik-slack && l <= slack {
			c.beta, c.trial = c.trial, c.beta
			return l, true
		}
		scale /= 2
	}
	return loglik, false
}

// invert sets cov to the inverse of the information, and what belongs to
// aliased covariates to NaN.
func (c *coxWork) invert() {
	c.info.Invert(c.covRows)
	for j, aliased := range c.info.Aliased {
		if !aliased {
			continue
		}
		c.beta[j] = math.NaN()
		for k := range c.p {
			c.cov[j][k], c.cov[k][j] = math.NaN(), math.NaN()
		}
	}
}
