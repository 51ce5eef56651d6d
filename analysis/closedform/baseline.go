package closedform

import (
	"math"

	"caseload/analysis/numeric"
)

// AncovaPower returns the power of analysis of covariance at a standardized mean difference
// d, where baseline and outcome have the correlation r within arms: that of the t test with
// the variance reduced to 1 - r^2 of itself (Borm, Fransen & Lemmens 2007, J Clin Epidemiol
// 60:1234), on one degree of freedom less.
func AncovaPower(d, r, n1, n0, alpha float64) float64 {
	return tPower(d/math.Sqrt(1-float64(r*r)), n1, n0, float64(n1)+float64(n0)-3, alpha)
}

// AncovaSize returns the rows in each of two equal arms that give a power.
func AncovaSize(d, r, power, alpha float64) float64 {
	return bothTails(func(n float64) float64 { return AncovaPower(d, r, n, n, alpha) }, 1.5+1e-6, d/math.Sqrt(1-float64(r*r)), power, alpha)
}

// LastVisitVariance returns the variance of the mean of an arm at the last of several visits, by
// maximum likelihood with a mean for each visit, times the rows that begin: covariance is that of the visits, by row, and retention the
// share who make each visit, of whom all have made the ones before (Lu, Luo & Chen 2008, Int J Biostat
// 4(1):9, formula 3). With a_j the share whose last visit is j and S_j the covariance of the first j
// visits, it is the last entry of the inverse of the sum of a_j S_j^-1. NaN where
// there is none.
func LastVisitVariance(covariance, retention []float64) float64 {
	v := len(retention)
	sum := make([]float64, v*v)
	for j := range v {
		share := retention[j]
		if j+1 < v {
			share -= retention[j+1]
		}
		if !addInverse(sum, covariance, v, j+1, share) {
			return math.NaN()
		}
	}
	var s numeric.Symmetric
	s.Reset(v)
	copy(s.A, sum)
	if !s.Factor() {
		return math.NaN()
	}
	last := make([]float64, v)
	last[v-1] = 1
	s.Solve(last)
	return last[v-1]
}

// addInverse adds to sum, v x v, a weight times the inverse of the first few rows and columns of
// a covariance.
func addInverse(sum, covariance []float64, v, few int, weight float64) bool {
	var s numeric.Symmetric
	s.Reset(few)
	for a := range few {
		copy(s.A[a*few:(a+1)*few], covariance[a*v:])
	}
	if !s.Factor() {
		return false
	}
	inverse := make([]float64, few*few)
	s.Invert(inverse)
	for a := range few {
		for b := range few {
			sum[a*v+b] += float64(weight * inverse[a*few+b])
		}
	}
	return true
}
