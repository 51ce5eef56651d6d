package estimate

import (
	"math"

	"caseload/analysis/numeric"
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
	// rounded is the share of the model's variance below which a robust one is
	// rounding: all scores are zero.
	rounded = 1e-20
)

// partial is a log partial likelihood, at most 0.
type partial interface {
	// evaluate returns it at beta, and sets the score and the information there.
	evaluate(beta []float64) float64
	// covariates of all rows, row by row, about their means.
	covariates() []float64
}

// climb is the scratch of the way to the maximum, and the result.
type climb struct {
	beta, trial, step, score []float64
	info                     numeric.Symmetric

	cov     [][]float64 // rows of covRows
	covRows []float64
}

// reset makes room for p coefficients.
func (c *climb) reset(p int) {
	for _, v := range []*[]float64{&c.beta, &c.trial, &c.step, &c.score} {
		*v = resize(*v, p)
	}
	c.covRows = resize(c.covRows, p*p)
	c.info.Reset(p)
	c.cov = resize(c.cov, p)
	for j := range c.cov {
		c.cov[j] = c.covRows[j*p : (j+1)*p]
	}
}

// newton climbs from zero to the maximum by Newton's method with step halving.
func (c *climb) newton(of partial) Status {
	clear(c.beta)
	loglik := of.evaluate(c.beta)
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
		if size < small && mostMoved(of.covariates(), c.step) > drift {
			return Separated
		}
		if size < settled {
			for j, s := range c.step {
				c.beta[j] += s
			}
			return OK
		}
		var ok bool
		if loglik, ok = c.advance(of, loglik); !ok {
			return NotConverged
		}
	}
	return NotConverged
}

// mostMoved is the largest size of a row of x, by row, times step.
func mostMoved(x, step []float64) float64 {
	most, p := 0.0, len(step)
	for ; len(x) > 0; x = x[p:] {
		most = max(most, math.Abs(dot(x[:p], step)))
	}
	return most
}

// advance takes the step, halved until the likelihood does not fall.
func (c *climb) advance(of partial, loglik float64) (float64, bool) {
	slack := float64(1e-12 * (1 + math.Abs(loglik))) // rounding near the maximum
	scale := 1.0
	for range maxHalving {
		for j := range c.trial {
			c.trial[j] = c.beta[j] + float64(scale*c.step[j])
		}
		if l := of.evaluate(c.trial); l >= loglik-slack && l <= slack {
			c.beta, c.trial = c.trial, c.beta
			return l, true
		}
		scale /= 2
	}
	return loglik, false
}

// dropAliased sets what belongs to aliased covariates to NaN.
func (c *climb) dropAliased() {
	for j, aliased := range c.info.Aliased {
		if !aliased {
			continue
		}
		c.beta[j] = math.NaN()
		for k := range c.cov {
			c.cov[j][k], c.cov[k][j] = math.NaN(), math.NaN()
		}
	}
}

// sandwich turns the inverse of the information, in covRows, into the robust
// variance about the given sum of squared scores; half and bread are scratch.
func (c *climb) sandwich(meat, half, bread []float64) {
	p := len(c.cov)
	copy(bread, c.covRows)
	multiply(half, bread, meat, p)
	multiply(c.covRows, half, bread, p)
	for j, row := range c.cov {
		if row[j] < rounded*bread[j*p+j] {
			row[j] = 0
		}
	}
}

// addScore adds the score and the information at beta, in which NaN counts as 0.
func (c *climb) addScore(of partial, beta, score, information []float64) {
	for j, b := range beta {
		c.trial[j] = b
		if math.IsNaN(b) {
			c.trial[j] = 0
		}
	}
	of.evaluate(c.trial)
	p := len(beta)
	for j := range p {
		score[j] += c.score[j]
		for i := range p {
			information[j*p+i] += c.info.A[max(i, j)*p+min(i, j)]
		}
	}
}
