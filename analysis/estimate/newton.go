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
	// faded is the squared size of a step, in standard errors, at which what drifts no
	// longer changes what has settled: the rows that it is about weigh as much.
	faded = 1e-12
)

var (
	// halving of steps up a log likelihood.
	halving = numeric.Halving{Most: maxHalving, Slack: 1e-12, Ceiling: math.Inf(1)}
	// partialHalving is that of a log partial likelihood, which is at most 0.
	partialHalving = numeric.Halving{Most: maxHalving, Slack: 1e-12}
)

// What is asked of a model instead of one of its coefficients.
const (
	allCoefficients = -1
	fittedMeans     = -2
)

// ascent is the way to the maximum of a log likelihood.
type ascent interface {
	// aim sets the step from the present point, and returns the scale at which it is
	// to be tried first, and whether it is the last one. It ends the way unless the
	// status is OK.
	aim() (scale float64, last bool, s Status)
	// try returns the log likelihood the step away at a scale, NaN if there is none.
	try(scale float64) float64
	// accept goes to the point last tried. It ends the way unless the status is OK.
	accept() Status
	// settle takes the last step.
	settle(scale float64) Status
}

// ascend goes to the maximum by Newton's method with step halving, from a point
// with the log likelihood given.
func ascend(way ascent, loglik float64, h *numeric.Halving) Status {
	for range maxNewton {
		scale, last, status := way.aim()
		switch {
		case status != OK:
			return status
		case last:
			return way.settle(scale)
		}
		var ok bool
		if loglik, ok = h.Step(loglik, scale, way.try); !ok {
			return NotConverged
		}
		if status = way.accept(); status != OK {
			return status
		}
	}
	return NotConverged
}

// likelihood is a log likelihood of linear predictors.
type likelihood interface {
	// evaluate returns it at beta, and sets the score and the information there.
	evaluate(beta []float64) float64
	// moved is the largest change that a step makes to a linear predictor.
	moved(step []float64) float64
}

// newton is the scratch of Newton's method for coefficients, and the result. It
// is an ascent.
type newton struct {
	of                             likelihood
	beta, trial, newtonStep, score []float64
	info                           numeric.Symmetric // the lower triangle
	size                           float64           // of the step, squared, in standard errors

	// The coefficient that alone is asked, so that others may be infinite, or all or none
	// of them.
	asked    int
	variance float64 // of the coefficient, or the inverse of that of the outcomes, while others drift; 0 before
}

// reset makes room for p coefficients.
func (n *newton) reset(p int) {
	for _, v := range []*[]float64{&n.beta, &n.trial, &n.newtonStep, &n.score} {
		*v = resize(*v, p)
	}
	n.info.Reset(p)
	n.asked, n.variance = allCoefficients, 0
}

// begin evaluates a likelihood at beta, and finds the columns that those before
// them determine, which are left out: Alias.
func (n *newton) begin(of likelihood) (loglik float64) {
	n.of, n.variance = of, 0
	loglik = of.evaluate(n.beta)
	n.info.Alias()
	return loglik
}

// aim sets the step by the score and the information. It is the last one if it is
// small in standard errors.
func (n *newton) aim() (scale float64, last bool, s Status) {
	if !n.info.Factor() {
		return 0, false, NotConverged
	}
	copy(n.newtonStep, n.score)
	size := n.info.Forward(n.newtonStep)
	n.size = size
	n.info.Backward(n.newtonStep)
	if size < small && n.of.moved(n.newtonStep) > drift {
		last, s = n.drifting(&n.info, n.newtonStep, n.trial, size)
		return 1, last, s
	}
	return 1, size < settled, OK
}

// drifting tells whether the likelihood rises for ever in a way that leaves alone what
// is asked, as where all clients of a small site, or its only one, have the same
// outcome: the coefficient and its information have settled, and are those of the data
// without these rows (Geyer 2009, Electron J Stat 3:259). Otherwise it has none:
// Separated. So do the means, unless all drift to the ends of their range. It replaces
// scratch.
func (n *newton) drifting(info *numeric.Symmetric, step, scratch []float64, size float64) (last bool, s Status) {
	before := n.variance
	switch {
	case n.asked == fittedMeans:
		n.variance = 1 / info.A[0]
	case n.asked < 0 || info.Aliased[n.asked] || math.Abs(step[n.asked]) > drift:
		return false, Separated
	default:
		clear(scratch)
		scratch[n.asked] = 1
		n.variance = info.Forward(scratch)
	}
	if before > 0 && n.variance > (1+drift)*before {
		return false, Separated
	}
	return before > 0 && size < faded, OK
}

func (n *newton) try(scale float64) float64 {
	for j := range n.trial {
		n.trial[j] = n.beta[j] + float64(scale*n.newtonStep[j])
	}
	return n.of.evaluate(n.trial)
}

func (n *newton) accept() Status {
	n.beta, n.trial = n.trial, n.beta
	return OK
}

func (n *newton) settle(float64) Status {
	for j, s := range n.newtonStep {
		n.beta[j] += s
	}
	return OK
}

// mostMoved returns the largest size of a row of x, by row, times step.
func mostMoved(x, step []float64) float64 {
	most, p := 0.0, len(step)
	for ; len(x) > 0; x = x[p:] {
		most = max(most, math.Abs(dot(x[:p], step)))
	}
	return most
}
