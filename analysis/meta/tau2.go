package meta

import (
	"math"

	"caseload/analysis/numeric"
)

// settled is the size of a last step, by that of the total variance, after which
// an estimate is taken: Newton's steps square the error, so that the next would
// be rounding.
const settled = 1e-9

// estimateTau2 estimates the variance between studies and its standard error
// (as metafor gives it: from the method's own variance at the estimate). The
// model must be fitted with weights 1/v.
func (m *model) estimateTau2(o *Options) (tau2, se float64, iterations int, status Status) {
	df := float64(m.k - m.p)
	switch o.Method {
	case FE:
		return 0, math.NaN(), 0, OK
	case DL:
		tau2, se = m.moments(df, m.trace(nil))
	case HS:
		tau2, se = m.moments(float64(m.k), m.sumW())
	case HE:
		tau2, se = m.unweighted()
	case SJ:
		tau2, se = m.sidikJonkman()
	case PM, EB:
		var ok bool
		if tau2, iterations, ok = m.solveQ(df, o.mostIterations()); !ok {
			return 0, 0, iterations, NotConverged
		}
		se = math.Sqrt(2/df) * float64(m.k) / m.sumW()
	default:
		return m.maximize(o)
	}
	return tau2, se, iterations, OK
}

func (m *model) sumW() float64 {
	sum := 0.0
	for _, w := range m.w[:m.k] {
		sum += w
	}
	return sum
}

// moments equates Q with what it is expected to be, less + tau2 by: DerSimonian &
// Laird 1986 (Control Clin Trials 7:177, equation 8) with moderators as in Raudenbush
// 2009, and Hunter & Schmidt. The variance is that of a quadratic form.
func (m *model) moments(less, by float64) (tau2, se float64) {
	tau2 = math.Max(0, (m.rss-less)/by)
	df := float64(m.k - m.p)
	return tau2, math.Sqrt(float64(2*df)+float64(4*tau2*m.trace(nil))+float64(2*tau2*tau2*m.traceTwice(nil, nil))) / by
}

// unweighted returns the estimator of Hedges & Olkin 1985 (chapter 9).
func (m *model) unweighted() (tau2, se float64) {
	m.weighEqually()
	m.fit()
	df := float64(m.k - m.p)
	within := m.trace(m.v)
	tau2 = math.Max(0, (m.rss-within)/df)
	return tau2, math.Sqrt(float64(2*m.traceTwice(m.v, m.v))+float64(4*tau2*within)+float64(2*tau2*tau2*df)) / df
}

// sidikJonkman returns the estimator of Sidik & Jonkman 2005 (J R Stat Soc C
// 54:367): it starts from the crude variance of the effects and is above 0 unless
// they are equal.
func (m *model) sidikJonkman() (tau2, se float64) {
	crude := m.crude()
	if crude == 0 {
		return 0, math.NaN()
	}
	m.weigh(crude)
	df := float64(m.k - m.p)
	tau2 = crude * m.rss / df
	return tau2, crude / df * math.Sqrt(float64(2*m.traceTwice(m.v, m.v))+float64(4*tau2*m.traceTwice(m.v, nil))+float64(2*tau2*tau2*m.traceTwice(nil, nil)))
}

// crude returns the variance of the effects, with divisor k.
func (m *model) crude() float64 {
	mean, sum := 0.0, 0.0
	for _, y := range m.y {
		mean += y / float64(m.k)
	}
	for _, y := range m.y {
		sum += float64((y - mean) * (y - mean))
	}
	return sum / float64(m.k)
}

// solveQ finds the variance between studies at which Q takes a value, or 0 if it is
// less everywhere. Q falls in tau2 and is convex (DerSimonian & Kacker 2007), so
// that Newton's method from 0 comes ever nearer from below. The model is left
// fitted there.
func (m *model) solveQ(want float64, most int) (tau2 float64, iterations int, ok bool) {
	if m.k == m.p {
		return 0, 0, true
	}
	for n := range most {
		if !m.weigh(tau2) {
			return 0, n, false
		}
		slope := m.squares()
		step := (m.rss - want) / slope
		if !(step > 0) { // below from the start, or there but for rounding
			return tau2, n, slope == slope
		}
		tau2 += step
		if step < settled*tau2 {
			return tau2, n, m.weigh(tau2)
		}
	}
	return tau2, most, false
}

// maximize finds the maximum of the (restricted) likelihood by Newton's method, by
// Fisher scoring where the likelihood is not concave, with steps halved until it
// doesn't fall. It starts, as metafor does, from the unweighted estimate: where
// there is more than one maximum, the one reached is that which is nearer to it.
// Source: Viechtbauer 2005, J Educ Behav Stat 30:261; Harville 1977, J Am Stat
// Assoc 72:320.
func (m *model) maximize(o *Options) (tau2, se float64, iterations int, status Status) {
	restricted := o.Method == REML
	tau2, _ = m.unweighted()
	if !m.weigh(tau2) {
		return 0, 0, 0, NotConverged
	}
	here := m.logLikelihood(restricted)
	for n := range o.mostIterations() {
		score, information, expected := m.slopes(restricted)
		if tau2 == 0 && score <= 0 {
			return 0, 1 / math.Sqrt(expected), n, OK
		}
		if !(information > 0) {
			information = expected
		}
		next := math.Max(0, tau2+score/information)
		size := math.Abs(next-tau2) * m.sumW() / float64(m.k) // by a typical total variance
		if !m.advance(restricted, &tau2, next, &here) {
			return 0, 0, n, NotConverged
		}
		if size < settled && tau2 > 0 {
			_, _, expected = m.slopes(restricted)
			return tau2, 1 / math.Sqrt(expected), n + 1, OK
		}
	}
	return 0, 0, o.mostIterations(), NotConverged
}

// slopes returns the first derivative of the likelihood by tau2, minus the second,
// and what that is expected to be.
func (m *model) slopes(restricted bool) (score, information, expected float64) {
	if restricted {
		expected = float64(m.traceTwice(nil, nil) / 2)
		return (m.squares() - m.trace(nil)) / 2, m.cubes() - expected, expected
	}
	sum, squares := 0.0, 0.0
	for _, w := range m.w[:m.k] {
		sum += w
		squares += float64(w * w)
	}
	return (m.squares() - sum) / 2, m.cubes() - float64(squares/2), squares / 2
}

// halving is how steps up the likelihood are taken.
var halving = numeric.Halving{Most: 60, Slack: 1e-13, Ceiling: math.Inf(1)}

// advance takes a step, halved until the likelihood does not fall.
func (m *model) advance(restricted bool, tau2 *float64, next float64, here *float64) (ok bool) {
	weighed := true
	value, ok := halving.Step(*here, 1, func(scale float64) float64 {
		if scale < 1 {
			next = (next + *tau2) / 2
		}
		if weighed = weighed && m.weigh(next); !weighed {
			return math.NaN()
		}
		return m.logLikelihood(restricted)
	})
	if ok {
		*tau2, *here = next, value
	}
	return ok
}
