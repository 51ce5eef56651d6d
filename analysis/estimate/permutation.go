package estimate

import (
	"math"
	"math/bits"
	"slices"
)

// mostAllocations is up to how many allocations all are taken, and how many are drawn if there are more.
const mostAllocations = 10_000

// permutation is the scratch of clusterPermutation. What an allocation's statistic is made of are
// sums over clusters of numbers that depend on the cluster and the sequence that it is given, so that an
// allocation costs as many steps as there are clusters, whatever the number of periods and rows.
type permutation struct {
	clusters, periods, width int
	arms                     []uint8   // by cluster and period: 1 if treated
	exposed                  []int32   // by cluster and period, -1: no rows
	sequence                 []int32   // of each cluster, numbered from 0
	first                    []int32   // a cluster of each sequence
	count                    []int     // clusters of each sequence
	when                     []int32   // of each period of each cluster, numbered as in the model
	own                      []float64 // of each sequence: n a over the periods in which it is treated

	// By cluster and sequence: z'Py, z'V^-1 z, z'V^-1 of the observed z, and L^-1 X'V^-1 z with LL' = X'V^-1 X.
	table       []float64
	sum, origin []float64 // of an allocation, and of the one observed

	score, size float64 // of the allocation observed: z'Py, and the root of z'Pz
	given       []int32 // the sequences as an allocation gives them
	beyond      int     // allocations whose statistic is of at least the size
	total       int
	low, high   []float64 // the effects between which that is so of an allocation
}

// sequences fills the arms of each cluster and numbers their sequences. It fails where a period of a cluster has both arms.
func (p *permutation) sequences(d *Data, l *linearWork) bool {
	last := int32(0)
	for _, when := range d.When {
		last = max(last, when%mostPeriods)
	}
	p.clusters, p.periods = len(l.sites.size), int(last)+1
	p.when = resize(p.when, len(l.clusters.size))
	p.arms, p.exposed = resize(p.arms, p.clusters*p.periods), resize(p.exposed, p.clusters*p.periods)
	for i := range p.exposed {
		p.exposed[i] = -1
	}
	for i, k := range l.sites.of {
		cell, when := l.clusters.of[i], d.When[i]%mostPeriods
		if l.clusters.arms[cell] == 3 {
			return false
		}
		p.when[cell] = when
		at := int(k)*p.periods + int(when)
		p.exposed[at], p.arms[at] = d.Exposed[i], uint8(bit(d.Treated[i]))
	}
	p.sequence, p.first = resize(p.sequence, p.clusters), resize(p.first, p.clusters)[:0]
	for k := range p.clusters {
		p.complete(k)
		p.sequence[k] = p.number(k)
	}
	return true
}

// complete fills the arms of the periods without rows of a cluster.
func (p *permutation) complete(k int) {
	from := k * p.periods
	arms, exposed := p.arms[from:from+p.periods], p.exposed[from:from+p.periods]
	next, before := len(exposed), uint8(0)
	for t := len(exposed) - 1; t >= 0; t-- {
		if exposed[t] >= 0 {
			next = t
			continue
		}
		arms[t] = 2 // as before
		if next < len(exposed) && int(exposed[next]) > next-t {
			arms[t] = 1
		}
	}
	for t, arm := range arms {
		if arm == 2 {
			arms[t] = before
		}
		before = arms[t]
	}
}

// number returns the number of a cluster's sequence, a new one if no cluster before has it.
func (p *permutation) number(k int) int32 {
	for q, other := range p.first {
		if slices.Equal(p.armsOf(k), p.armsOf(int(other))) {
			return int32(q)
		}
	}
	p.first = append(p.first, int32(k))
	return int32(len(p.first) - 1)
}

func (p *permutation) armsOf(k int) []uint8 { return p.arms[k*p.periods : (k+1)*p.periods] }

// tabulate fills the table from a model without the arm, fitted.
func (p *permutation) tabulate(c *components) {
	p.width = 3 + c.r
	p.table = resize(p.table, p.clusters*len(p.first)*p.width)
	p.sum, p.origin, p.own = resize(p.sum, p.width), resize(p.origin, p.width), resize(p.own, len(p.first))
	clear(p.table)
	for k, site := range c.sites.sites {
		p.tabulateCluster(c, k, site)
	}
	p.add(p.origin, p.sequence)
	projected := p.origin[3:]
	p.score, p.size = p.origin[0], math.Sqrt(p.origin[1]-dot(projected, projected))
}

// tabulateCluster adds the periods of a cluster. In units of the sums over the rows of a period, with n rows and a = 1/(s +
// n u), V^-1 is diag(n a) - g n a (n a)', as in siteSums.
func (p *permutation) tabulateCluster(c *components, k int, site siteRange) {
	s, r, arms := &c.sites, c.r, p.armsOf(k)
	g := c.theta[2] / (1 + float64(c.theta[2]*c.totalOf(site)))
	total, observed := s.total[0], 0.0 // n a over the periods in which the cluster is treated
	for m := site.from; m < site.to; m++ {
		if arms[p.when[s.order[m]]] == 1 {
			observed += s.sizes[m] / (c.theta[1] + float64(s.sizes[m]*c.theta[0]))
		}
	}
	clear(p.own)
	for m := site.from; m < site.to; m++ {
		n, sums := s.sizes[m], s.sums[m*(r+1):(m+1)*(r+1)]
		a := 1 / (c.theta[1] + float64(n*c.theta[0]))
		for j := range c.change {
			c.change[j] = float64(a * (sums[j] - float64(g*n*total[j])))
		}
		c.inverse.Forward(c.change)
		score := float64(a * (c.residualOf(sums) - float64(g*n*total[r])))
		p.addPeriod(k, int(p.when[s.order[m]]), float64(n*a), score, float64(g*observed), c.change)
	}
	for q, sum := range p.own {
		p.row(k, int32(q))[1] -= float64(g * sum * sum)
	}
}

// addPeriod adds a period of a cluster to the rows of the sequences in which it is treated.
func (p *permutation) addPeriod(k, when int, weight, score, shared float64, projected []float64) {
	cross := float64(weight * (float64(p.armsOf(k)[when]) - shared))
	for q, other := range p.first {
		if p.armsOf(int(other))[when] == 0 {
			continue
		}
		row := p.row(k, int32(q))
		row[0] += score
		row[1] += weight
		row[2] += cross
		p.own[q] += weight
		for j, v := range projected {
			row[3+j] += v
		}
	}
}

func (p *permutation) row(k int, q int32) []float64 {
	at := (k*len(p.first) + int(q)) * p.width
	return p.table[at : at+p.width]
}

// add sets sum to that of an allocation.
func (p *permutation) add(sum []float64, given []int32) {
	clear(sum)
	for k, q := range given {
		row := p.row(k, q)[:len(sum)]
		for j, v := range row {
			sum[j] += v
		}
	}
}

// run takes all allocations, or draws some.
func (p *permutation) run(source Source) {
	p.given = append(p.given[:0], p.sequence...)
	p.low, p.high, p.beyond, p.total = p.low[:0], p.high[:0], 0, 0
	if p.few() {
		slices.Sort(p.given)
		p.take()
		for nextArrangement(p.given) {
			p.take()
		}
		return
	}
	p.take()
	for range mostAllocations {
		for k := len(p.given) - 1; k > 0; k-- {
			at, _ := bits.Mul64(source.Uint64(), uint64(k+1))
			p.given[k], p.given[at] = p.given[at], p.given[k]
		}
		p.take()
	}
}

// few reports whether there are at most mostAllocations. Cluster by cluster, their number is
// multiplied by that of the clusters and divided by that of the clusters of the sequence.
func (p *permutation) few() bool {
	p.count = resize(p.count, len(p.first))
	clear(p.count)
	allocations := 1
	for k, q := range p.sequence {
		p.count[q]++
		if allocations = allocations * (k + 1) / p.count[q]; allocations > mostAllocations {
			return false
		}
	}
	return true
}

// alike is the share of a statistic by which rounding may part those of one size.
const alike = 1e-9

// take counts an allocation, and adds the effects b between which its statistic of y - bz is of at least the size of the one
// observed. With s(b) = s - kb, and |k| at most that of the one observed, whose b where it is
// zero is in between, these are where s(b) is that of the one observed, or its negative.
func (p *permutation) take() {
	p.add(p.sum, p.given)
	projected := p.sum[3:]
	score, slope := 0.0, 0.0
	if square := p.sum[1] - dot(projected, projected); square > alike*p.size*p.size {
		size := math.Sqrt(square)
		score, slope = p.sum[0]/size, (p.sum[2]-dot(projected, p.origin[3:]))/size
	}
	observed := p.score / p.size
	p.total++
	if math.Abs(score) >= math.Abs(observed)*(1-alike) {
		p.beyond++
	}
	if math.Abs(slope) >= p.size*(1-alike) {
		p.low, p.high = append(p.low, math.Inf(-1)), append(p.high, math.Inf(1))
		return
	}
	a, b := (observed-score)/(p.size-slope), (observed+score)/(p.size+slope)
	p.low, p.high = append(p.low, min(a, b)), append(p.high, max(a, b))
}

// share returns the p value.
func (p *permutation) share() float64 { return float64(p.beyond) / float64(p.total) }

// interval returns the effects of which the share is at least alpha, and whether they are bounded.
func (p *permutation) interval(alpha float64) (low, high float64, ok bool) {
	slices.Sort(p.low)
	slices.Sort(p.high)
	at := max(0, int(math.Ceil(float64(alpha*float64(p.total))-alike))-1)
	low, high = p.low[at], p.high[p.total-1-at]
	return low, high, !math.IsInf(low, 0) && !math.IsInf(high, 0)
}

// nextArrangement makes x the next of its arrangements in lexicographic order, and reports whether there
// is one (Knuth, The Art of Computer Programming 4A, 7.2.1.2, algorithm L).
func nextArrangement(x []int32) bool {
	j := len(x) - 2
	for j >= 0 && x[j] >= x[j+1] {
		j--
	}
	if j < 0 {
		return false
	}
	l := len(x) - 1
	for x[j] >= x[l] {
		l--
	}
	x[j], x[l] = x[l], x[j]
	slices.Reverse(x[j+1:])
	return true
}
