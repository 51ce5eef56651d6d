package analysis

import (
	"math"
	"slices"

	"caseload/analysis/numeric"
)

// splineKnots are the quantiles of a number at which its spline has knots. Source:
// Harrell 2015, Regression Modeling Strategies, table 2.3.
var splineKnots = []float64{0.05, 0.275, 0.5, 0.725, 0.95}

// splines returns the columns of a restricted cubic spline of the numbers (Stone & Koo
// 1985; Harrell 2015, section 2.4.5), each about its mean: none of a number that does
// not vary, a line where it takes fewer values than there are knots.
func splines(x []float64) [][]float64 {
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	if n == 0 || !(sorted[n-1] > sorted[0]) {
		return nil
	}
	var knots []float64
	for _, q := range splineKnots {
		if t := sorted[int(q*float64(n-1))]; len(knots) == 0 || t > knots[len(knots)-1] {
			knots = append(knots, t)
		}
	}
	columns := [][]float64{centred(x, func(v float64) float64 { return v })}
	last := len(knots) - 1
	if last < 2 {
		return columns
	}
	width := knots[last] - knots[0]
	cube := func(v, t float64) float64 {
		u := max(0, (v-t)/width)
		return float64(u * u * u)
	}
	for j := range last - 1 {
		a := (knots[last] - knots[j]) / (knots[last] - knots[last-1])
		b := (knots[last-1] - knots[j]) / (knots[last] - knots[last-1])
		columns = append(columns, centred(x, func(v float64) float64 {
			return cube(v, knots[j]) - float64(a*cube(v, knots[last-1])) + float64(b*cube(v, knots[last]))
		}))
	}
	return columns
}

// centred returns a function of the numbers, less its mean.
func centred(x []float64, f func(float64) float64) []float64 {
	y, sum := make([]float64, len(x)), 0.0
	for i, v := range x {
		y[i] = f(v)
		sum += y[i]
	}
	sum /= float64(len(x))
	for i := range y {
		y[i] -= sum
	}
	return y
}

// jackknifeGroups is how many groups of replicates the error of a share is of, each left
// out in turn.
const jackknifeGroups = 20

// explainedShare returns the share of the variance of y that its regression on the
// columns explains, adjusted for the number of columns (Ezekiel 1930), and its error by
// the jackknife over groups of replicates (Quenouille 1956).
func explainedShare(y []float64, columns [][]float64) (share, mcse float64) {
	if len(columns) == 0 {
		return 0, 0
	}
	y = centred(y, func(v float64) float64 { return v })
	groups := make([]products, jackknifeGroups)
	var all products
	row := make([]float64, len(columns)+2)
	for i := range y {
		row[0] = 1
		for k := range columns {
			row[k+1] = columns[k][i]
		}
		row[len(row)-1] = y[i]
		groups[i%jackknifeGroups].add(row)
		all.add(row)
	}
	share = all.share(nil)
	var m mean
	for g := range groups {
		m.add(all.share(&groups[g]))
	}
	_, se := m.value()
	return share, se * (jackknifeGroups - 1)
}

// products are sums of products of a row, of a 1, columns and an outcome.
type products struct {
	n   float64
	sum []float64 // row by row
}

func (p *products) add(row []float64) {
	if p.sum == nil {
		p.sum = make([]float64, len(row)*len(row))
	}
	p.n++
	for j, x := range row {
		for k, y := range row {
			p.sum[j*len(row)+k] += float64(x * y)
		}
	}
}

// share returns the share of the last column's variance that the others explain,
// without a group if one is given.
func (p *products) share(without *products) float64 {
	size := int(math.Round(math.Sqrt(float64(len(p.sum)))))
	sum, n := slices.Clone(p.sum), p.n
	if without != nil {
		n -= without.n
		for k := range without.sum {
			sum[k] -= without.sum[k]
		}
	}
	var system numeric.Symmetric
	c := size - 1 // coefficients
	if size == 0 {
		return nan
	}
	system.Reset(c)
	for j := range c {
		copy(system.A[j*c:(j+1)*c], sum[j*size:])
	}
	system.Alias()
	right := make([]float64, c)
	copy(right, sum[c*size:])
	moments := slices.Clone(right)
	system.Solve(right)
	explained := 0.0
	for j := range right {
		if !system.Aliased[j] {
			explained += float64(right[j] * moments[j])
		}
	}
	total := sum[c*size+c]
	around := total - float64(moments[0]*moments[0])/n
	left := n - float64(system.Rank)
	if !(around > 0) || !(left > 0) {
		return nan
	}
	return 1 - (total-explained)/left/(around/(n-1))
}
