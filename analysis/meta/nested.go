package meta

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// nested is the model with two variances: the effects of a cluster share one
// deviation, of variance between, and each has another, of variance within. The
// variance of a cluster's effects is D + between 11', D the diagonal matrix of v +
// within, whose inverse W is D^-1 less share D^-1 11' D^-1. Nothing is kept of the size of
// all effects times all: sums over clusters are enough.
type nested struct {
	m        *model
	cluster  []int
	members  [][]int
	clusters int
	several  bool // some cluster has two effects

	between, within float64
	total           []float64 // D, and by cluster the sum of its inverse
	sums            []float64
	wx              []float64 // WX
	info            numeric.Symmetric
	beta, inverse   []float64
	e               []float64
	logDet          float64 // of the variance

	py      []float64 // P times the effects, which is W times the residuals
	pulls   []float64 // by cluster the sum of WX
	row     []float64 // p numbers
	squares traces
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
	n.pulls, n.row = resize(n.pulls, n.clusters*p), resize(n.row, p)
	n.squares.resize(p)
}

// common returns the share and what is left: the factors by which the inverse variance of
// cluster c's effects differs from D^-1, and its sum from that of D^-1.
func (n *nested) common(c int) (share, left float64) {
	left = 1 / (1 + float64(n.between*n.sums[c]))
	return float64(n.between * left), left
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
	n.between, n.within = between, within
	var det product
	clear(n.sums)
	for i := range k {
		n.total[i] = m.v[i] + within
		n.sums[n.cluster[i]] += 1 / n.total[i]
		det.times(n.total[i])
	}
	for c, members := range n.members[:n.clusters] {
		share, left := n.common(c)
		det.times(1 / left)
		clear(n.row)
		for _, i := range members {
			for l, x := range m.row(i) {
				n.row[l] += x / n.total[i]
			}
		}
		for l, sum := range n.row {
			n.pulls[c*p+l] = left * sum
		}
		for _, i := range members {
			for l, x := range m.row(i) {
				n.wx[i*p+l] = (x - float64(share*n.row[l])) / n.total[i]
			}
		}
	}
	n.logDet = det.log()
}

// over returns the sum of x over the effects of cluster c, each divided by its variance in D.
func (n *nested) over(x []float64, c int) float64 {
	sum := 0.0
	for _, i := range n.members[c] {
		sum += x[i] / n.total[i]
	}
	return sum
}

// form returns x'Wx.
func (n *nested) form(x []float64) float64 {
	sum := 0.0
	for c, members := range n.members[:n.clusters] {
		share, _ := n.common(c)
		shared := float64(share * n.over(x, c))
		for _, i := range members {
			sum += float64(x[i] * (x[i] - shared) / n.total[i])
		}
	}
	return sum
}

func (n *nested) logLikelihood(restricted bool) float64 {
	l := -float64(n.logDet/2) - float64(n.form(n.e)/2)
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
