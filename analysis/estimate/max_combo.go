package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// maxCombo is the largest, by size, of four weighted log-rank tests, each divided by the
// root of its variance, of the weights (rho, gamma) = (0, 0), (1, 0), (0, 1) and (1, 1):
// for effects that are constant, early, late and in between (Lee 1996, Biometrics
// 52:721; Karrison 2016, Stata J 16:678; Lin et al. 2020, Stat Biopharm Res 12:187). Stat
// is that test with its sign. P is the chance that the largest is as far from 0, the
// four being normal with the covariances of the trial, which are sums of the products of
// their weights and the hypergeometric variance. Half of it is exact for a test with one
// side, by symmetry. If stratified as in flemingHarrington; never an estimate.
//
// Where no event has a weight above 0 by gamma, as where all events are at one time, it is the
// log-rank test. ZeroVariance as in log_rank.
type maxCombo struct{ stratified bool }

func (m maxCombo) Method() Method { return weightedTest("max_combo", m.stratified) }

func (m maxCombo) Fit(d *Data, alpha float64, w *Work) Estimate {
	table, status := weightedTable(d, m.stratified, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	var c combination
	c.add(table)
	stat, p, ok := c.test()
	if !ok {
		return failed(len(d.Y), ZeroVariance)
	}
	return testOnly(len(d.Y), stat, p)
}

// combination holds the tests (1, 0), (0, 1) and (1, 1). Test (0, 0) is the sum of the
// first two, since S + (1 - S) = 1.
type combination struct {
	excess     [3]float64
	covariance [3][3]float64
}

func (c *combination) add(table []weightedRisk) {
	for k := range table {
		r := &table[k]
		u, v := r.excess()
		weights := [3]float64{r.before, 1 - r.before, r.before * (1 - r.before)}
		for i, a := range weights {
			c.excess[i] += float64(a * u)
			for j, b := range weights[:i+1] {
				c.covariance[i][j] += float64(a * b * v)
			}
		}
	}
	for i := range 3 {
		for j := range i {
			c.covariance[j][i] = c.covariance[i][j]
		}
	}
}

// test returns the statistic and its p value, if any test has a variance.
func (c *combination) test() (stat, p float64, ok bool) {
	v := &c.covariance
	logRank := v[0][0] + float64(2*v[0][1]) + v[1][1]
	if !(logRank > 0) {
		return 0, 0, false
	}
	stat = (c.excess[0] + c.excess[1]) / math.Sqrt(logRank)
	if !(v[2][2] > 0) || !(v[0][0] > 0) {
		return stat, numeric.NormalTwoSided(stat), true
	}
	for i, u := range c.excess {
		if z := u / math.Sqrt(v[i][i]); math.Abs(z) > math.Abs(stat) {
			stat = z
		}
	}
	return stat, c.beyond(math.Abs(stat)), true
}

// beyond returns the probability that any of the four tests is at least so far from 0.
//
// With correlations r1 and r2 of test (1, 1) with the others and r of those, its
// regression on them has the square of its multiple correlation l^2, and it is l x + s z
// with x standard normal, in their plane, and z independent. The others are a_k x + b_k y
// with y independent, a_k = r_k/l. So all is one integral over x.
func (c *combination) beyond(size float64) float64 {
	v := &c.covariance
	correlation := func(i, j int) float64 { return v[i][j] / math.Sqrt(v[i][i]*v[j][j]) }
	r, r1, r2 := correlation(0, 1), correlation(0, 2), correlation(1, 2)
	var m numeric.PlanarMax
	left := 1 - float64(r*r)
	if left < 1e-10 { // the first two are one test
		m.Slope = r1
		m.A, m.B = [3]float64{1, 1, 1}, [3]float64{}
		return m.Beyond(size)
	}
	m.Slope = math.Sqrt((float64(r1*r1) + float64(r2*r2) - float64(2*r*r1*r2)) / left)
	a1, a2 := min(1, r1/m.Slope), min(1, r2/m.Slope)
	b1 := math.Sqrt(1 - float64(a1*a1))
	// That of the second has the other sign, since it is the nearer to (1, 1) on the other side.
	b2 := math.Sqrt(1 - float64(a2*a2))
	if r < float64(a1*a2) {
		b2 = -b2
	}
	root1, root2 := math.Sqrt(v[0][0]), math.Sqrt(v[1][1])
	root := math.Sqrt(v[0][0] + float64(2*v[0][1]) + v[1][1])
	m.A = [3]float64{a1, a2, (float64(root1*a1) + float64(root2*a2)) / root}
	m.B = [3]float64{b1, b2, (float64(root1*b1) + float64(root2*b2)) / root}
	return m.Beyond(size)
}
