package closedform

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"caseload/analysis/numeric"
)

// TTestPower is the power of the two-sample t test with equal variances at a
// standardized mean difference d, both tails counted: the noncentral t
// distribution on n1 + n0 - 2 degrees of freedom (Cohen 1988, chapter 2).
func TTestPower(d, n1, n0, alpha float64) float64 {
	df := n1 + n0 - 2
	if !(n1 > 0) || !(n0 > 0) || !(df > 0) || !(alpha > 0 && alpha < 1) || math.IsNaN(d) {
		return math.NaN()
	}
	c := numeric.StudentCritical(alpha, df)
	ncp := d * math.Sqrt(n1*n0/(n1+n0))
	t := distuv.NoncentralT{Nu: df, Mu: ncp}
	return 1 - t.CDF(c) + t.CDF(-c)
}

// TTestSize is the rows in each of two equal arms that give a power.
func TTestSize(d, power, alpha float64) float64 {
	return bothTails(func(n float64) float64 { return TTestPower(d, n, n, alpha) }, 1+1e-6, d, power, alpha)
}

// bothTails is the size above low at which a two-sided test has that power, which
// is never below alpha.
func bothTails(powerAt func(n float64) float64, low, d, power, alpha float64) float64 {
	guess := MeansSize(d, power, alpha)
	switch {
	case math.IsNaN(guess) || !(power > alpha):
		return math.NaN()
	case math.IsInf(guess, 1):
		return guess
	}
	return increasingRoot(func(n float64) float64 { return powerAt(n) - power }, low, guess)
}

// increasingRoot is where f, which increases, is zero, above low; guess is where
// to look first.
func increasingRoot(f func(float64) float64, low, guess float64) float64 {
	high := math.Max(2*low, guess)
	for f(high) < 0 {
		low, high = high, 2*high
	}
	for range 200 {
		middle := (low + high) / 2
		if middle == low || middle == high {
			break
		}
		if f(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
