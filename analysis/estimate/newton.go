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
)

var (
	// halving of steps up a log likelihood.
	halving = numeric.Halving{Most: maxHalving, Slack: 1e-12, Ceiling: math.Inf(1)}
	// partialHalving is that of a log partial likelihood, which is at most 0.
	partialHalving = numeric.Halving{Most: maxHalving, Slack: 1e-12}
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
}

// reset makes room for p coefficients.
func (n *newton) reset(p int) {
	for _, v := range []*[]float64{&n.beta, &n.trial, &n.newtonStep, &n.score} {
		*v = resize(*v, p)
	}
	n.info.Reset(p)
}

// begin evaluates a likelihood at beta, and finds the columns that those before
// them determine, which are left out: Alias.
func (n *newton) begin(of likelihood) (loglik float64) {
	n.of = of
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
	n.info.Backward(n.newtonStep)
	if size < small && n.of.moved(n.newtonStep) > drift {
		return 0, false, Separated
	}
	return 1, size < settled, OK
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
