package closedform

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// TTestPower returns the power of the two-sample t test with equal variances at a
// standardized mean difference d, both tails counted: the noncentral t
// distribution on n1 + n0 - 2 degrees of freedom (Cohen 1988, chapter 2).
func TTestPower(d, n1, n0, alpha float64) float64 {
	return tPower(d, n1, n0, float64(n1)+float64(n0)-2, alpha) // rounded, as this is inlined where they are products
}

// tPower returns the power of a difference in a regression with so many degrees of freedom,
// standardized by what is left of the standard deviation.
func tPower(d, n1, n0, df, alpha float64) float64 {
	if !(n1 > 0) || !(n0 > 0) || !(df > 0) || !(alpha > 0 && alpha < 1) || math.IsNaN(d) {
		return math.NaN()
	}
	c := numeric.StudentCritical(alpha, df)
	ncp := d * math.Sqrt(n1*n0/(n1+n0))
	return noncentralAbove(c, df, ncp) + noncentralAbove(c, df, -ncp)
}

// noncentralAbove returns the probability that noncentral t is above t > 0, within
// 1e-12: the sum over j of Poisson weights times incomplete beta functions (Lenth
// 1989, AS 243, Appl Stat 38:185). Where all weights vanish, beyond a noncentrality
// of 37, it is the normal approximation of Abramowitz & Stegun 26.7.10.
func noncentralAbove(t, df, ncp float64) float64 {
	lambda := ncp * ncp / 2
	if math.Abs(ncp) > 37 {
		z := (float64(t*(1-1/(4*df))) - ncp) / math.Sqrt(1+float64(t*t)/(2*df))
		return numeric.NormalCDF(-z)
	}
	x := t * t / (float64(t*t) + df)
	p := portable.Exp(-lambda) / 2      // of j, halved
	q := p * ncp * math.Sqrt(2/math.Pi) // of j + 1/2
	above, left := numeric.NormalCDF(ncp), 0.5
	for j := 0.0; j < 5000; j++ {
		even, _ := portable.BetaTails(j+0.5, df/2, x)
		odd, _ := portable.BetaTails(j+1, df/2, x)
		above -= float64(p*even) + float64(q*odd)
		if left -= p; left < 1e-15 || even < 1e-15 {
			break
		}
		p *= lambda / (j + 1)
		q *= lambda / (j + 1.5)
	}
	return above
}

// TTestSize returns the rows in each of two equal arms that give a power.
func TTestSize(d, power, alpha float64) float64 {
	return bothTails(func(n float64) float64 { return TTestPower(d, n, n, alpha) }, 1+1e-6, d, power, alpha)
}

// bothTails returns the size above low at which a two-sided test has that power,
// which is never below alpha.
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

// increasingRoot returns where f, which increases, is zero, above low; guess is where
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
