package estimate

import (
	"math"

	"caseload/sim/portable"
)

// mixedLogit is a logistic regression in which the rows of a cluster share an
// intercept that is normal with mean zero: fitted by maximum likelihood, with the
// integral over each intercept by adaptive Gauss-Hermite quadrature (Pinheiro & Bates
// 1995, J Comput Graph Stat 4:12, with 15 nodes; as lme4::glmer(nAGQ = 15)). The
// coefficients are those of the columns, and last the standard deviation of the
// intercepts.
//
// Rows of a cluster with the same columns are one cell: so many events among so many
// trials.
type mixedLogit struct {
	newton
	r       int         // columns
	columns [][]float64 // of rows
	keep    []int       // which columns of the logistic regression they are
	ones    []float64

	x              []float64 // columns of the cells, by row
	trials, events []float64
	base           []float64 // linear predictors without the intercept
	groups         []mixedGroup
	from           []int32 // the first of a cluster's rows in order
	order          []int32

	// Of the coefficients last evaluated:
	spread   float64   // sum of squares of the clusters' sums of weights
	bend     float64   // observed information on the standard deviation
	outer    []float64 // sum of products of the clusters' scores
	observed []float64 // the observed information, its lower triangle
	concave  bool      // the observed information is positive definite: else info is outer

	at       [hermiteNodes]float64 // nodes of a cluster's intercept, in standard deviations,
	share    [hermiteNodes]float64 // and what they have of its distribution given the outcomes
	eta, exp []float64             // of a cluster's cells at the nodes
	logs     []float64
	lean     []float64 // the score at a node
	mean     []float64 // that of the cluster
	square   []float64 // mean of products of the scores at the nodes
	weights  []float64 // mean weight of each cell, times the intercept, and times its square
}

// mixedGroup is some clusters that are alike: cells from first to last.
type mixedGroup struct {
	first, last int32
	times       float64 // how many clusters
	random      bool    // they have an intercept of their own
	mode        float64 // the likeliest intercept, in standard deviations
}

// load takes the columns over to cells. Where alone is true, control has no clusters.
func (m *mixedLogit) load(d *Data, index *clusterIndex, alone bool) {
	m.r = len(m.columns)
	index.number(d.Cluster, d.Treated, alone)
	m.x, m.trials, m.events = m.x[:0], m.trials[:0], m.events[:0]
	m.groups = m.groups[:0]
	m.sort(index)
	if len(d.X) == 0 {
		m.tabulate(d, index, alone)
	} else {
		m.list(d, index, alone)
	}
	cells := 0
	for k := range m.groups {
		cells = max(cells, int(m.groups[k].last-m.groups[k].first))
	}
	m.base = resize(m.base, len(m.trials))
	for _, v := range []*[]float64{&m.eta, &m.exp, &m.logs} {
		*v = resize(*v, hermiteNodes*cells)
	}
	p := m.r + 1
	m.lean, m.mean, m.weights = resize(m.lean, p), resize(m.mean, p), resize(m.weights, 3*cells)
	m.square, m.outer, m.observed = resize(m.square, p*p), resize(m.outer, p*p), resize(m.observed, p*p)
	m.reset(p)
}

// sort lists the rows by cluster.
func (m *mixedLogit) sort(index *clusterIndex) {
	m.from, m.order = resize(m.from, len(index.size)+1), resize(m.order, len(index.of))
	total := int32(0)
	for k, size := range index.size {
		m.from[k] = total
		total += size
	}
	m.from[len(index.size)] = total
	for i, k := range index.of {
		m.order[m.from[k]] = int32(i)
		m.from[k]++
	}
	copy(m.from[1:], m.from[:len(index.size)])
	m.from[0] = 0
}

// cell adds a cell with the columns of a row.
func (m *mixedLogit) cell(row int32, trials, events float64) {
	for _, c := range m.columns {
		m.x = append(m.x, c[row])
	}
	m.trials, m.events = append(m.trials, trials), append(m.events, events)
}

// group makes the cells from first on a group.
func (m *mixedLogit) group(first int, times float64, random bool) {
	m.groups = append(m.groups, mixedGroup{first: int32(first), last: int32(len(m.trials)), times: times, random: random})
}

// list makes a cell of each row.
func (m *mixedLogit) list(d *Data, index *clusterIndex, alone bool) {
	for k := range index.size {
		first := len(m.trials)
		rows := m.order[m.from[k]:m.from[k+1]]
		for _, i := range rows {
			m.cell(i, 1, d.Y[i])
		}
		m.group(first, 1, !alone || d.Treated[rows[0]])
	}
}

// tabulate makes a cell of each arm of a cluster. Clusters of one row are of four
// kinds.
func (m *mixedLogit) tabulate(d *Data, index *clusterIndex, alone bool) {
	var single [2][2]float64 // by arm and outcome
	var row [2]int32
	for k := range index.size {
		var trials, events [2]float64
		for _, i := range m.order[m.from[k]:m.from[k+1]] {
			arm := bit(d.Treated[i])
			row[arm] = i
			trials[arm]++
			events[arm] += d.Y[i]
		}
		if arm := bit(trials[1] > 0); index.size[k] == 1 {
			single[arm][bit(events[arm] > 0)]++
			continue
		}
		first := len(m.trials)
		for arm, n := range trials {
			if n > 0 {
				m.cell(row[arm], n, events[arm])
			}
		}
		m.group(first, 1, true)
	}
	for arm := range single {
		for outcome, times := range single[arm] {
			if times > 0 {
				m.cell(row[arm], 1, float64(outcome))
				m.group(len(m.trials)-1, times, !alone || arm == 1)
			}
		}
	}
}

// widest is the standard deviation of intercepts, in logits, beyond which the
// likelihood is taken to rise for ever: clusters of which all clients have the event or
// none.
const widest = 20

// evaluate returns the log likelihood at the coefficients, and sets the score and the
// information there, that of clusters from the mean of the scores' products where the
// observed one is not positive definite (Berndt et al. 1974).
func (m *mixedLogit) evaluate(beta []float64) (loglik float64) {
	r := m.r
	if !(math.Abs(beta[r]) <= 2*widest) {
		return math.NaN()
	}
	clear(m.score)
	clear(m.info.A)
	clear(m.outer)
	m.spread = 0
	m.predict(beta)
	for k := range m.groups {
		if g := &m.groups[k]; g.random && beta[r] != 0 {
			loglik += float64(g.times * m.integrate(g, beta[r]))
		} else {
			loglik += float64(g.times * m.plain(g))
		}
	}
	copy(m.observed, m.info.A)
	m.bend = m.info.A[len(m.info.A)-1]
	if m.concave = m.info.Factor(); !m.concave {
		copy(m.info.A, m.outer)
	}
	return loglik
}

// predict sets the linear predictors of the cells without the intercepts.
func (m *mixedLogit) predict(beta []float64) {
	r := m.r
	for c := range m.base {
		m.base[c] = dot(beta[:r], m.x[c*r:(c+1)*r])
	}
}

// value returns the log likelihood at the coefficients, and nothing else.
func (m *mixedLogit) value(beta []float64) (loglik float64) {
	m.predict(beta)
	for k := range m.groups {
		g := &m.groups[k]
		if g.random {
			l, _ := m.overNodes(g, beta[m.r])
			loglik += float64(g.times * l)
			continue
		}
		for c := g.first; c < g.last; c++ {
			_, _, rest := logitTerms(m.base[c])
			loglik += float64(g.times * (float64(m.events[c]*m.base[c]) - float64(m.trials[c]*(max(m.base[c], 0)+rest))))
		}
	}
	return loglik
}

// moved returns the largest change that a step makes to a linear predictor.
func (m *mixedLogit) moved(step []float64) float64 { return mostMoved(m.x, step[:m.r]) }

// plain adds a group without intercepts, as in a logistic regression. Of a group that
// may have them it adds the information on their standard deviation at zero.
func (m *mixedLogit) plain(g *mixedGroup) (loglik float64) {
	r := m.r
	clear(m.mean)
	residuals, weights := 0.0, 0.0
	for c := int(g.first); c < int(g.last); c++ {
		eta, x := m.base[c], m.x[c*r:(c+1)*r]
		p, q, l := logitTerms(eta)
		loglik += float64(m.events[c]*eta) - float64(m.trials[c]*(max(eta, 0)+l))
		residual, weight := float64(m.events[c]*q)-float64((m.trials[c]-m.events[c])*p), float64(m.trials[c]*p*q)
		residuals += residual
		weights += weight
		addScaled(m.mean, x, residual)
		m.inform(x, g.times*weight)
	}
	m.addScore(g.times)
	if g.random {
		m.info.A[len(m.info.A)-1] += float64(g.times * (weights - float64(residuals*residuals)))
		m.spread += float64(g.times * weights * weights)
	}
	return loglik
}

// addScore takes the mean score of a group to the sums.
func (m *mixedLogit) addScore(times float64) {
	addScaled(m.score, m.mean, times)
	addProduct(m.outer, m.mean, times)
}

// inform adds weight x x' to the information on the coefficients of columns.
func (m *mixedLogit) inform(x []float64, weight float64) {
	p := m.r + 1
	for j, v := range x {
		wv := float64(weight * v)
		to := m.info.A[j*p : j*p+j+1]
		for k := range to {
			to[k] += float64(wv * x[k])
		}
	}
}

// addScaled adds x, times a number, to sums.
func addScaled(sums, x []float64, by float64) {
	for j, v := range x {
		sums[j] += float64(v * by)
	}
}

// logitTerms returns the probability at a linear predictor, that of the complement,
// and what log(1 + exp(eta)) is above the larger of eta and 0.
func logitTerms(eta float64) (p, q, rest float64) {
	e := portable.Exp(-math.Abs(eta))
	p, q = 1/(1+e), e/(1+e)
	if eta < 0 {
		p, q = q, p
	}
	return p, q, portable.Log1p(e)
}
