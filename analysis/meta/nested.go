package meta

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// nested is the model with two variances: the effects of a cluster share one
// deviation, of variance between, and each has another, of variance within. The
// variance of a cluster's effects is D + between 11', D the diagonal matrix of v +
// within, whose inverse is known in closed form. P is kept whole: bodies of trials
// have tens or hundreds of effects, not thousands.
type nested struct {
	m        *model
	cluster  []int
	members  [][]int
	clusters int
	several  bool // some cluster has two effects

	between, within float64
	total           []float64 // D, and by cluster the sum of its inverse
	sums            []float64
	wx              []float64 // V^-1 X
	info            numeric.Symmetric
	beta, inverse   []float64
	e, py           []float64
	logDet          float64 // of V
	p               []float64
	byCluster       []float64 // k x clusters: sums of P over the columns of a cluster
}

func (n *nested) load(m *model, cluster []int) {
	n.m, n.cluster, n.clusters, n.several = m, cluster, 0, false
	for _, c := range cluster {
		n.clusters = max(n.clusters, c+1)
	}
	for len(n.members) < n.clusters {
		n.members = append(n.members, nil)
	}
	for c := range n.clusters {
		n.members[c] = n.members[c][:0]
	}
	for i, c := range cluster {
		n.members[c] = append(n.members[c], i)
		n.several = n.several || len(n.members[c]) > 1
	}
	k, p := m.k, m.p
	for _, s := range []*[]float64{&n.total, &n.e, &n.py} {
		*s = resize(*s, k)
	}
	n.sums, n.wx, n.beta, n.inverse = resize(n.sums, n.clusters), resize(n.wx, k*p), resize(n.beta, p), resize(n.inverse, p*p)
	n.p, n.byCluster = resize(n.p, k*k), resize(n.byCluster, k*n.clusters)
}

// weight returns an entry of V^-1.
func (n *nested) weight(i, j int) float64 {
	if n.cluster[i] != n.cluster[j] {
		return 0
	}
	out := -n.between / (1 + float64(n.between*n.sums[n.cluster[i]])) / n.total[i] / n.total[j]
	if i == j {
		out += 1 / n.total[i]
	}
	return out
}

// fit fits by generalized least squares with these variances.
func (n *nested) fit(between, within float64) bool {
	m := n.m
	k, p := m.k, m.p
	n.weigh(between, within)
	n.info.Reset(p)
	clear(n.beta)
	for i := range k {
		for j, xj := range m.row(i) {
			for l := range j + 1 {
				n.info.A[j*p+l] += float64(xj * n.wx[i*p+l])
			}
			n.beta[j] += float64(n.wx[i*p+j] * m.y[i])
		}
	}
	if !n.info.Factor() {
		return false
	}
	n.info.Solve(n.beta)
	n.info.Invert(n.inverse)
	for i := range k {
		n.e[i] = m.y[i] - dot(m.row(i), n.beta)
	}
	return true
}

// weigh sets the weights with these variances, and V^-1 X.
func (n *nested) weigh(between, within float64) {
	m := n.m
	k, p := m.k, m.p
	n.between, n.within, n.logDet = between, within, 0
	clear(n.sums)
	for i := range k {
		n.total[i] = m.v[i] + within
		n.sums[n.cluster[i]] += 1 / n.total[i]
		n.logDet += portable.Log(n.total[i])
	}
	clear(n.wx)
	for c := range n.clusters {
		n.logDet += portable.Log1p(between * n.sums[c])
		for _, i := range n.members[c] {
			for _, j := range n.members[c] {
				w := n.weight(i, j)
				for l, x := range m.row(j) {
					n.wx[i*p+l] += float64(w * x)
				}
			}
		}
	}
}

// project fills P, or V^-1 for the unrestricted likelihood, its sums over clusters, and Py.
func (n *nested) project(restricted bool) {
	m := n.m
	k, p, g := m.k, m.p, n.clusters
	clear(n.byCluster)
	for i := range k {
		n.py[i] = 0
		for j := range k {
			w := n.weight(i, j)
			n.py[i] += float64(w * n.e[j])
			if restricted {
				for l := range p {
					w -= float64(n.wx[i*p+l] * dot(n.inverse[l*p:(l+1)*p], n.wx[j*p:]))
				}
			}
			n.p[i*k+j] = w
			n.byCluster[i*g+n.cluster[j]] += w
		}
	}
}

func (n *nested) logLikelihood(restricted bool) float64 {
	l := -n.logDet / 2
	for i := range n.m.k {
		for _, j := range n.members[n.cluster[i]] {
			l -= float64(n.e[i] * n.weight(i, j) * n.e[j] / 2)
		}
	}
	if restricted {
		for j := range n.m.p {
			l -= portable.Log(n.info.L[j*n.m.p+j])
		}
	}
	return l
}

func (n *nested) metaforLikelihood(restricted bool) float64 {
	k, p := float64(n.m.k), float64(n.m.p)
	if !restricted {
		return n.logLikelihood(false) - float64(k/2*portable.Log(2*math.Pi))
	}
	return n.logLikelihood(true) - float64((k-p)/2*portable.Log(2*math.Pi)) + n.m.logDesign()
}
