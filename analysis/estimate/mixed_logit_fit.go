package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// quadratureHalving is halving of steps up a log likelihood that is an integral by
// quadrature, as is its score, each with an error of its own: near the maximum a step
// by the score may lower the other by a little.
var quadratureHalving = numeric.Halving{Most: maxHalving, Slack: 1e-7, Ceiling: math.Inf(1)}

// maximize goes from the coefficients without intercepts to the maximum. Boundary is
// without them: the likelihood is largest there, or no cluster has two rows.
func (m *mixedLogit) maximize() Status {
	m.of = m
	loglik := m.evaluate(m.beta)
	if loglik-loglik != 0 {
		return BadData
	}
	if !m.several() || !m.leave(loglik) {
		m.evaluate(m.beta)
		return Boundary
	}
	status := ascend(&m.newton, m.evaluate(m.beta), &quadratureHalving)
	m.beta[m.r] = math.Abs(m.beta[m.r])
	switch {
	case m.beta[m.r] > widest:
		return Separated
	case status == OK && !m.concave:
		return NotConverged
	}
	return status
}

// several reports whether a cluster has two rows.
func (m *mixedLogit) several() bool {
	for k := range m.groups {
		g := &m.groups[k]
		if trials := m.trials[g.first:g.last]; g.random && (len(trials) > 1 || trials[0] > 1) {
			return true
		}
	}
	return false
}

// attenuation is by how much the coefficients of a logistic regression rise with a
// variance of intercepts: times the square root of 1 and so much of it (Zeger, Liang &
// Albert 1988).
const attenuation = 0.346

// leave moves from no intercepts, where the log likelihood is given and has just been
// evaluated, to where it is to rise from, and reports whether there is such a place.
//
// The likelihood is the same for a standard deviation and minus it. By their square
// it rises at zero at half of minus the information on it, which is the sum of the
// squared residuals of clusters less their weights. Where it falls at first it may
// still be larger farther on: rare, and of small trials.
func (m *mixedLogit) leave(loglik float64) bool {
	if m.bend < 0 {
		m.rescale(m.beta, math.Sqrt(min(max(-m.bend/m.spread, 0.01), 4)))
		return true
	}
	best, to := loglik+1e-9, 0.0
	for _, sd := range [...]float64{0.5, 1, 2} {
		m.rescale(m.trial, sd)
		if l := m.value(m.trial); l > best {
			best, to = l, sd
		}
	}
	if to > 0 {
		m.rescale(m.beta, to)
	}
	return to > 0
}

// rescale sets out to the coefficients as they are likely to be with intercepts of a
// standard deviation.
func (m *mixedLogit) rescale(out []float64, sd float64) {
	by := math.Sqrt(1 + float64(attenuation*sd*sd))
	for j, b := range m.beta[:m.r] {
		out[j] = b * by
	}
	out[m.r] = sd
}

// betweenWithin returns the degrees of freedom of the arm's coefficient: those between
// clusters if no cluster has both arms, else those within.
func (m *mixedLogit) betweenWithin(index *clusterIndex) float64 {
	between := 0
	for _, x := range m.columns {
		between += bit(m.constant(x))
	}
	if clusters := len(index.size); m.constant(m.columns[m.asked]) {
		return float64(clusters - between)
	} else {
		return float64(len(index.of) - clusters - (m.r - between))
	}
}

// constant reports whether a column is the same for all rows of each cluster.
func (m *mixedLogit) constant(x []float64) bool {
	for k := range len(m.from) - 1 {
		rows := m.order[m.from[k]:m.from[k+1]]
		for _, i := range rows {
			if x[i] != x[rows[0]] {
				return false
			}
		}
	}
	return true
}

// satterthwaiteNested returns the degrees of freedom of an effect with a variance
// where only the treated have clusters.
func (m *mixedLogit) satterthwaiteNested(index *clusterIndex, variance float64) float64 {
	weight := 0.0
	for k := range m.groups {
		g := &m.groups[k]
		for c := g.first; !g.random && c < g.last; c++ {
			p, q := chances(m.base[c])
			weight += float64(g.times * m.trials[c] * p * q)
		}
	}
	control := min(variance, 1/weight)
	treated := variance - control
	rows, clusters := float64(index.inArm[0]), float64(index.inArm[1])
	return variance * variance / (treated*treated/(clusters-1) + control*control/max(1, rows-1))
}
