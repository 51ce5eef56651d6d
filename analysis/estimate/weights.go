package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// logitWork fits a logistic regression by Newton's method with step halving.
// The caller resizes it, fills x, whose first column is 1, y and weight, and
// calls fit. Aliased columns
// have a coefficient of zero. Source: McCullagh & Nelder 1989, section 4.4.
type logitWork struct {
	n, p   int
	x      []float64 // n x p by row
	y      []float64 // 0 or 1
	weight []float64 // of each row in the likelihood

	prob                     []float64 // fitted probability of 1
	beta, trial, step, score []float64
	info                     numeric.Symmetric // factored at beta
}

func (l *logitWork) resize(n, p int) {
	l.n, l.p = n, p
	l.x = resize(l.x, n*p)
	l.y, l.weight, l.prob = resize(l.y, n), resize(l.weight, n), resize(l.prob, n)
	for _, v := range []*[]float64{&l.beta, &l.trial, &l.step, &l.score} {
		*v = resize(*v, p)
	}
	l.info.Reset(p)
}

// fit climbs to the maximum: OK, Separated or NotConverged. It starts from the
// coefficients given, or the model of the intercept, the first column, alone.
func (l *logitWork) fit(start []float64) Status {
	if start == nil {
		clear(l.beta)
		l.beta[0] = l.logOdds()
	} else {
		copy(l.beta, start)
	}
	if math.IsInf(l.beta[0], 0) {
		return Separated
	}
	loglik := l.evaluate(l.beta)
	l.info.Alias()
	for range maxNewton {
		if !l.info.Factor() {
			return NotConverged
		}
		copy(l.step, l.score)
		size := l.info.Forward(l.step)
		l.info.Backward(l.step)
		switch {
		case size < small && l.moves() > drift:
			return Separated
		case size < settled:
			for j, s := range l.step {
				l.beta[j] += s
			}
			l.evaluate(l.beta)
			if !l.info.Factor() {
				return NotConverged
			}
			return OK
		}
		var ok bool
		if loglik, ok = l.advance(loglik); !ok {
			return NotConverged
		}
	}
	return NotConverged
}

// logOdds is that of all rows together.
func (l *logitWork) logOdds() float64 {
	var events, others float64
	for i, y := range l.y {
		events += l.weight[i] * y
		others += l.weight[i] * (1 - y)
	}
	return math.Log(events / others)
}

// advance takes the step, halved until the likelihood does not fall.
func (l *logitWork) advance(loglik float64) (float64, bool) {
	slack := 1e-12 * (1 + math.Abs(loglik)) // rounding near the maximum
	scale := 1.0
	for range maxHalving {
		for j := range l.trial {
			l.trial[j] = l.beta[j] + scale*l.step[j]
		}
		if next := l.evaluate(l.trial); next >= loglik-slack {
			l.beta, l.trial = l.trial, l.beta
			return next, true
		}
		scale /= 2
	}
	return loglik, false
}

// evaluate returns the log likelihood at beta, and sets the probabilities, the
// score and the information there.
func (l *logitWork) evaluate(beta []float64) float64 {
	clear(l.score)
	clear(l.info.A)
	loglik := 0.0
	for i := range l.n {
		row := l.x[i*l.p : (i+1)*l.p]
		eta := dot(row, beta)
		away := numeric.Exp(-math.Abs(eta))
		p := 1 / (1 + away)
		if eta < 0 {
			p = away / (1 + away)
		}
		// log p for an outcome of 1 is -log(1 + exp(-eta)), and so on.
		loglik += l.weight[i] * (l.y[i]*eta - max(eta, 0) - math.Log1p(away))
		l.prob[i] = p
		residual, curve := l.weight[i]*(l.y[i]-p), l.weight[i]*away/((1+away)*(1+away))
		for j, v := range row {
			l.score[j] += residual * v
			out := l.info.A[j*l.p : j*l.p+j+1]
			for k := range out {
				out[k] += curve * v * row[k]
			}
		}
	}
	return loglik
}

// moves is the largest change that the step makes to a linear predictor.
func (l *logitWork) moves() float64 {
	most := 0.0
	for i := range l.n {
		most = max(most, math.Abs(dot(l.x[i*l.p:(i+1)*l.p], l.step)))
	}
	return most
}
