package numeric

import (
	"caseload/sim/portable"
	"math"
)

// NormalCDF returns the probability that a standard normal variate is at most z.
func NormalCDF(z float64) float64 {
	return float64(0.5 * portable.Erfc(-z/math.Sqrt2))
}

// NormalQuantile returns the point below which a standard normal variate lies
// with probability p. It is -Inf at 0, +Inf at 1 and NaN outside [0, 1].
func NormalQuantile(p float64) float64 { return portable.NormalQuantile(p) }

// NormalTwoSided returns the probability that a standard normal variate is at
// least |z| away from 0. It is also the upper tail of chi-square on 1 degree
// of freedom at z squared.
func NormalTwoSided(z float64) float64 {
	return portable.Erfc(math.Abs(z) / math.Sqrt2)
}
