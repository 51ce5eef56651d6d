package stream

import "math"

// Log and Exp serve the sampling path. math.Log and math.Exp are assembly on
// some architectures and fuse multiplications on others, so that the last bit
// differs from machine to machine; these use only + - * / with every product
// rounded by an explicit conversion, and agree everywhere. Both are within
// 1e-15 (relative) of the exact value, where that is not subnormal; a
// subnormal Exp is within two of the smallest steps.

const (
	ln2Hi = 6.93147180369123816490e-01 // ln 2 with its low 32 bits zero
	ln2Lo = 1.90821492927058770002e-10 // the rest
)

// Log returns the natural logarithm of x: NaN for negative x and NaN, -Inf for
// zero, +Inf for +Inf.
func Log(x float64) float64 {
	switch {
	case !(x >= 0):
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	m, e := math.Frexp(x) // exact: x = m * 2^e, m in [1/2, 1)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	// ln m = 2 atanh s with s = (m-1)/(m+1), |s| < 0.1716
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	p := 0.0
	for j := len(invOdd) - 1; j >= 0; j-- {
		p = float64((p + invOdd[j]) * z)
	}
	k := float64(e)
	return float64(k*ln2Hi) + (float64(2*s) + (float64(2*float64(s*p)) + float64(k*ln2Lo)))
}

// invOdd holds 1/3, 1/5, ... 1/21.
var invOdd = [10]float64{1. / 3, 1. / 5, 1. / 7, 1. / 9, 1. / 11, 1. / 13, 1. / 15, 1. / 17, 1. / 19, 1. / 21}

// inverse factorials 1/k! for k = 0..14
var invFactorial = func() (f [15]float64) {
	f[0] = 1
	for k := 1; k < len(f); k++ {
		f[k] = f[k-1] / float64(k)
	}
	return f
}()

// Exp returns e^x; 0 below -745 and +Inf above 709.78.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.782712893384:
		return math.Inf(1)
	case x < -745.2:
		return 0
	}
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	r := (x - float64(k*ln2Hi)) - float64(k*ln2Lo) // |r| <= 0.3466
	p := invFactorial[14]
	for j := 13; j >= 0; j-- {
		p = float64(p*r) + invFactorial[j]
	}
	return math.Ldexp(p, int(k))
}

// Pow returns x^y for x >= 0 by Exp and Log, within 1e-15 (1 + |y ln x|) of
// the exact value (relative): the error of y ln x is absolute in the result's
// exponent. Special cases are those of math.Pow for such x.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case y == 1:
		return x
	}
	return Exp(float64(y * Log(x)))
}
