package sweep

import (
	"math"

	"caseload/analysis/measure"
)

// variances are the sums that variances between means take, by replicate left
// out or not. A mean of powers squared is too large by its Monte Carlo variance;
// the sum over pairs of different replicates is not. With d the distance of a
// replicate's group mean from its mean of all cells, and S and Q the sums of d
// and of d squared over R replicates, (S^2 - Q) / (R (R - 1)) is an unbiased
// estimate of the squared distance (a U-statistic, Hoeffding 1948). The share of
// a key is the first-order index of Sobol (1993, Math Model Comput Exp
// 1:407-414) with each level as likely as the others.
type variances struct {
	p      *powers
	groups []group // of all keys, then each cell by itself
	sum    []float64
	square []float64
	row    []float64 // of one replicate
	x      []float64 // by cell
}

func newVariances(p *powers, groups []group) *variances {
	v := &variances{p: p, groups: append([]group(nil), groups...)}
	for at := range p.items {
		v.groups = append(v.groups, group{at: []int{at}})
	}
	v.sum, v.square = make([]float64, len(v.groups)), make([]float64, len(v.groups))
	v.row, v.x = make([]float64, len(v.groups)), make([]float64, len(p.items))
	for r := range p.n {
		v.distances(r)
		for g, d := range v.row {
			v.sum[g] += d
			v.square[g] += float64(d * d)
		}
	}
	return v
}

// distances are those of a replicate's groups from the mean of all cells.
func (v *variances) distances(r int) {
	all := 0.0
	for at := range v.x {
		v.x[at] = v.p.items[at].at(r)
		all += v.x[at]
	}
	all /= float64(len(v.x))
	for g := range v.groups {
		sum := 0.0
		for _, at := range v.groups[g].at {
			sum += v.x[at]
		}
		v.row[g] = sum/float64(len(v.groups[g].at)) - all
	}
}

// between returns the variance between groups, without the replicate in v.row if it
// is left out.
func (v *variances) between(from, to int, without bool) float64 {
	total, n := 0.0, float64(v.p.n)
	if without {
		n--
	}
	for g := from; g < to; g++ {
		s, q := v.sum[g], v.square[g]
		if without {
			s, q = s-v.row[g], q-float64(v.row[g]*v.row[g])
		}
		total += (float64(s*s) - q) / (n * (n - 1))
	}
	return total / float64(to-from)
}

// shares works out the shares of the keys of a whole grid, whose groups begin
// where first says.
func (v *variances) shares(rank *Ranking, first []int) {
	cells := len(v.groups) - len(v.x)
	all := func(without bool) (total float64, keys []float64) {
		total = v.between(cells, len(v.groups), without)
		for k := range rank.Keys {
			keys = append(keys, v.between(first[k], first[k+1], without))
		}
		return total, keys
	}
	total, keys := all(false)
	var t jackknife
	shares := make([]jackknife, len(keys))
	for r := range v.p.n {
		v.distances(r)
		left, parts := all(true)
		t.add(left)
		for k := range parts {
			shares[k].add(parts[k] / left)
		}
	}
	mcse := t.mcse()
	if !(total > 3*mcse) {
		return // the cells can't be told apart
	}
	rank.SD, rank.SDMCSE = measure.Numbers(math.Sqrt(total), mcse/(2*math.Sqrt(total)))
	for k := range keys {
		rank.Keys[k].Share, rank.Keys[k].ShareMCSE = measure.Numbers(keys[k]/total, shares[k].mcse())
	}
}

// jackknife takes what a number is without each replicate.
type jackknife struct{ n, mean, squares float64 }

func (j *jackknife) add(x float64) {
	j.n++
	d := x - j.mean
	j.mean += d / j.n
	j.squares += float64(d * (x - j.mean))
}

// mcse returns sqrt((n-1)/n x sum of squares about the mean). Source: Efron &
// Tibshirani 1993, An Introduction to the Bootstrap, equation 11.5.
func (j *jackknife) mcse() float64 { return math.Sqrt((j.n - 1) / j.n * j.squares) }
