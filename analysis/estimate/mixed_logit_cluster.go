package estimate

import (
	"math"

	"caseload/sim/portable"
)

// integrate returns the log likelihood of a group's cluster, over its intercept of
// standard deviation sd, and adds the group's score and information: by the
// distribution of the intercept given the outcomes, the score is the mean of that
// given the intercept, and the information the mean of that given the intercept less
// the variance of the score (Louis 1982, J R Stat Soc B 44:226).
func (m *mixedLogit) integrate(g *mixedGroup, sd float64) float64 {
	loglik, cells := m.overNodes(g, sd)
	m.derive(g, cells)
	return loglik
}

// overNodes returns the log likelihood of a group's cluster, and its cells, and sets
// the nodes and their shares.
func (m *mixedLogit) overNodes(g *mixedGroup, sd float64) (loglik float64, cells int) {
	wide := math.Sqrt(2 / m.findMode(g, sd))
	cells = int(g.last - g.first)
	for k, x := range hermite.at {
		m.at[k] = g.mode + float64(wide*x)
	}
	m.predictNodes(g, sd, cells)
	return m.shares(g, cells, wide), cells
}

// findMode sets the group's mode by Newton's method, within bounds that close in on
// it, and returns the curvature there.
func (m *mixedLogit) findMode(g *mixedGroup, sd float64) (curvature float64) {
	trials, events := 0.0, 0.0
	for c := g.first; c < g.last; c++ {
		trials += m.trials[c]
		events += m.events[c]
	}
	low, high := sd*(events-trials), sd*events
	if low > high {
		low, high = high, low
	}
	u := min(max(g.mode, low), high)
	for range 60 {
		slope, weight := 0.0, 0.0
		for c := g.first; c < g.last; c++ {
			p, q := chances(m.base[c] + float64(sd*u))
			slope += float64(m.events[c]*q) - float64((m.trials[c]-m.events[c])*p)
			weight += float64(m.trials[c] * p * q)
		}
		slope, curvature = float64(sd*slope)-u, float64(sd*sd*weight)+1
		if slope > 0 {
			low = u
		} else {
			high = u
		}
		next := u + slope/curvature
		if !(next >= low && next <= high) {
			next = (low + high) / 2
		}
		step := math.Abs(next - u)
		u = next
		if step < 1e-7 {
			break
		}
	}
	g.mode = u
	return curvature
}

// chances are the first two of logitTerms.
func chances(eta float64) (p, q float64) {
	e := portable.Exp(-math.Abs(eta))
	p = 1 / (1 + e)
	q = e * p
	if eta < 0 {
		return q, p
	}
	return p, q
}

// predictNodes sets the linear predictors of the cells at the nodes, with what
// logitTerms makes of them: a node after the other.
func (m *mixedLogit) predictNodes(g *mixedGroup, sd float64, cells int) {
	base, n := m.base[g.first:g.last], hermiteNodes*cells
	eta, size := m.eta[:n], m.logs[:n]
	for k, u := range m.at {
		shift := float64(sd * u)
		for c, b := range base {
			v := b + shift
			eta[k*cells+c], size[k*cells+c] = v, -math.Abs(v)
		}
	}
	portable.Exps(m.exp[:n], size)
	portable.Log1ps(size, m.exp[:n])
}

// shares sets what the nodes have of the distribution of the intercept given the
// outcomes, and returns the log likelihood.
func (m *mixedLogit) shares(g *mixedGroup, cells int, wide float64) float64 {
	most := math.Inf(-1)
	trials, events := m.trials[g.first:g.last], m.events[g.first:g.last]
	for k, u := range m.at {
		eta, logs := m.eta[k*cells:(k+1)*cells], m.logs[k*cells:(k+1)*cells]
		l := float64(-0.5 * u * u)
		for c, n := range trials {
			l += float64(events[c]*eta[c]) - float64(n*(max(eta[c], 0)+logs[c]))
		}
		m.share[k] = l
		most = max(most, l)
	}
	var less, shares [hermiteNodes]float64
	for k, l := range m.share {
		less[k] = l - most
	}
	portable.Exps(shares[:], less[:])
	total := 0.0
	for k, s := range shares {
		shares[k] = float64(hermite.weight[k] * s)
		total += shares[k]
	}
	for k, s := range shares {
		m.share[k] = s / total
	}
	const rootTwoPi = 2.50662827463100050241576528481104525
	return most + portable.Log(wide*total/rootTwoPi)
}

// derive adds the score and the information of a group.
func (m *mixedLogit) derive(g *mixedGroup, cells int) {
	r, p := m.r, m.r+1
	clear(m.mean)
	clear(m.square)
	weights := m.weights[:3*cells]
	clear(weights)
	for k, share := range m.share {
		m.leanAt(g, k, cells, share)
		addScaled(m.mean, m.lean, share)
		addProduct(m.square, m.lean, share)
	}
	withIntercept := m.info.A[r*p : r*p+p]
	sum := 0.0
	for c := range cells {
		x, w := m.x[(int(g.first)+c)*r:][:r], weights[3*c:3*c+3]
		m.inform(x, g.times*w[0])
		addScaled(withIntercept, x, g.times*w[1])
		withIntercept[r] += float64(g.times * w[2])
		sum += w[0]
	}
	m.spread += float64(g.times * sum * sum)
	m.addScore(g.times)
	for j, v := range m.mean {
		for l := range j + 1 {
			m.info.A[j*p+l] -= float64(g.times * (m.square[j*p+l] - float64(v*m.mean[l])))
		}
	}
}

// leanAt sets lean to the score at node k, and adds the node's share of the weights of
// cells.
func (m *mixedLogit) leanAt(g *mixedGroup, k, cells int, share float64) {
	r, u := m.r, m.at[k]
	clear(m.lean)
	total := 0.0
	for c := range cells {
		at := int(g.first) + c
		e := m.exp[k*cells+c]
		p := 1 / (1 + e)
		q := e * p
		weight := float64(m.trials[at] * p * q)
		if m.eta[k*cells+c] < 0 {
			p, q = q, p
		}
		residual := float64(m.events[at]*q) - float64((m.trials[at]-m.events[at])*p)
		total += residual
		addScaled(m.lean, m.x[at*r:at*r+r], residual)
		w := m.weights[3*c : 3*c+3]
		part := float64(share * weight)
		w[0] += part
		w[1] += float64(part * u)
		w[2] += float64(part * u * u)
	}
	m.lean[r] = float64(total * u)
}
