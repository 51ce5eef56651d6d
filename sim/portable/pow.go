package portable

import "math"

// Pow returns x^y for x >= 0, within 0.53 + |y ln x| / 400 ulp. Special cases
// are those of math.Pow for such x; a negative x gives NaN.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case y == 1:
		return x
	case !(x > 0 && x <= math.MaxFloat64) || !(math.Abs(y) <= math.MaxFloat64):
		return Exp(float64(y * Log(x)))
	}
	hi, lo := twoSum(logSum(x))
	p, e := twoProduct(hi, y)
	if !(math.Abs(p) < 746) {
		return expFar(p)
	}
	return expSum(p, e+float64(lo*y))
}

// Hypot returns the square root of x^2 + y^2, within 2 ulp, without overflow
// on the way.
func Hypot(x, y float64) float64 {
	a, b := math.Abs(x), math.Abs(y)
	switch {
	case a > math.MaxFloat64 || b > math.MaxFloat64:
		return math.Inf(1)
	case a < b:
		a, b = b, a
	}
	scale := 1.0
	switch {
	case a > 0x1p500:
		a, b, scale = a*0x1p-600, b*0x1p-600, 0x1p600
	case a < 0x1p-400:
		a, b, scale = a*0x1p600, b*0x1p600, 0x1p-600
	}
	return float64(scale * math.Sqrt(float64(a*a)+float64(b*b)))
}

// Asin returns the arc sine of x, within 6 ulp.
//
// Source: asin x = atan(x / sqrt(1 - x^2)), halved three times by
// atan t = 2 atan(t / (1 + sqrt(1 + t^2))) (Abramowitz & Stegun 4.4.34), then
// the Taylor series.
func Asin(x float64) float64 {
	if !(math.Abs(x) <= 1) {
		return math.NaN()
	}
	s, c := x, math.Sqrt(float64((1-x)*(1+x)))
	for range 3 { // tan(a/2) = sin a / (1 + cos a), with sin and cos of length 1
		t := s / (1 + c)
		c = 1 / math.Sqrt(1+float64(t*t))
		s = float64(t * c)
	}
	t := s / c
	square := float64(t * t)
	sum := 0.0
	for j := 27; j >= 1; j -= 2 {
		sum = 1/float64(j) - float64(square*sum)
	}
	return float64(8 * float64(t*sum))
}
