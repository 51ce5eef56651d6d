package portable

import "math"

// Digamma returns the derivative of the logarithm of gamma(x), x > 0, within 1e-14, or
// 1e-15 of its size if that is more. Source: Abramowitz & Stegun 6.3.5 and 6.3.18.
func Digamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	below := 0.0
	for x < 10 {
		below += 1 / x
		x++
	}
	u := 1 / x
	v := float64(u * u)
	s := 691.0/32760 - float64(v*(1.0/12))
	s = 1.0/132 - float64(v*s)
	s = 1.0/240 - float64(v*s)
	s = 1.0/252 - float64(v*s)
	s = 1.0/120 - float64(v*s)
	s = 1.0/12 - float64(v*s)
	return Log(x) - float64(u/2) - float64(v*s) - below
}

// Trigamma returns the second derivative of the logarithm of gamma(x), x > 0, within
// 1e-14 of its size. Source: Abramowitz & Stegun 6.4.6 and 6.4.12.
func Trigamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	below := 0.0
	for x < 10 {
		below += 1 / float64(x*x)
		x++
	}
	u := 1 / x
	v := float64(u * u)
	s := 691.0/2730 - float64(v*(7.0/6))
	s = 5.0/66 - float64(v*s)
	s = 1.0/30 - float64(v*s)
	s = 1.0/42 - float64(v*s)
	s = 1.0/30 - float64(v*s)
	s = 1.0/6 - float64(v*s)
	return float64(u*(1+float64(u/2)+float64(v*s))) + below
}
