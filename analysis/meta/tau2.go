package meta

import (
	"math"
	"slices"
)

// settled is the size of a last step, by that of the total variance, after which
// an estimate is taken: Newton's steps square the error, so that the next would
// be rounding.
const settled = 1e-9

// estimateTau2 estimates the variance between studies and its standard error
// (as metafor gives it: from the method's own variance at the estimate). The
// model must be fitted with weights 1/v.
func (m *model) estimateTau2(o *Options) (tau2, se float64, second Peak, iterations int, status Status) {
	df := float64(m.k - m.p)
	switch o.Method {
	case FE:
		return 0, math.NaN(), second, 0, OK
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
			return 0, 0, second, iterations, NotConverged
		}
		se = math.Sqrt(2/df) * float64(m.k) / m.sumW()
	default:
		return m.maximize(o)
	}
	return tau2, se, second, iterations, OK
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

// maximize finds all maxima of the (restricted) likelihood, and takes the highest.
// Source: Viechtbauer 2005, J Educ Behav Stat 30:261; Harville 1977, J Am Stat
// Assoc 72:320.
func (m *model) maximize(o *Options) (tau2, se float64, second Peak, iterations int, status Status) {
	restricted := o.Method == REML
	m.weighEqually()
	m.fit()
	least, most := slices.Min(m.v), slices.Max(m.v)
	// With S the residual sum of squares without weights, y'PPy is at most
	// S/(least + tau2)^2, and tr P at least (k - p)/(most + tau2): above top the
	// likelihood falls.
	top := math.Max(most, 2*m.rss/float64(m.k-m.p))
	m.peaks.grid = gridOf(least, top, m.peaks.grid)
	iterations, ok := m.peaks.find(m.peaks.grid, o.mostIterations(), func(tau2 float64) (score, information, weight float64) {
		if !m.weigh(tau2) {
			nan := math.NaN()
			return nan, nan, nan
		}
		score, information, _ = m.slopes(restricted)
		return score, information, m.sumW() / float64(m.k)
	})
	if !ok {
		return 0, 0, second, iterations, NotConverged
	}
	tau2, second = m.peaks.choose(func(tau2 float64) float64 {
		m.weigh(tau2)
		return m.logLikelihood(restricted)
	})
	if !m.weigh(tau2) {
		return 0, 0, second, iterations, NotConverged
	}
	_, _, expected := m.slopes(restricted)
	return tau2, 1 / math.Sqrt(expected), second, iterations, OK
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
