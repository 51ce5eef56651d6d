package portable

import "math"

const (
	halfLog2Pi = 0.91893853320467274178
	twoPi      = 6.283185307179586477
	// mostTerms bounds each series and fraction here.
	mostTerms = 100_000
)

// stirling returns ln gamma(x + 1) less Stirling's (x + 1/2) ln x - x + ln(2 pi)/2,
// for x > 0. Source: Abramowitz & Stegun 6.1.41, from x = 10 on; below, the
// recurrence of gamma (Loader 2000, Fast and Accurate Computation of Binomial
// Probabilities).
func stirling(x float64) float64 {
	below := 0.0
	for x < 10 {
		below += float64((x+0.5)*Log1p(1/x)) - 1
		x++
	}
	u := 1 / x
	v := float64(u * u)
	s := 691.0/360360 - float64(v*(1.0/156))
	s = 1.0/1188 - float64(v*s)
	s = 1.0/1680 - float64(v*s)
	s = 1.0/1260 - float64(v*s)
	s = 1.0/360 - float64(v*s)
	s = 1.0/12 - float64(v*s)
	return below + float64(u*s)
}

// LogGamma returns the logarithm of gamma(x), x > 0, within 1e-14, or 1e-15 of
// its size if that is more.
func LogGamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	product := 1.0
	for x < 10 {
		product *= x
		x++
	}
	return (float64((x-0.5)*Log(x)) - x + (halfLog2Pi + stirling(x))) - Log(product)
}

// deviance returns a ln(a / m) + m - a, for a and m > 0.
func deviance(a, m float64) float64 {
	v := (m - a) / a
	if math.Abs(v) > 0.5 {
		return float64(a * (v - Log(m/a)))
	}
	return float64(a * (v - Log1p(v)))
}

// GammaTails returns the regularized incomplete gamma functions of a at x: the
// probabilities that a gamma variate of shape a is below x, and above. Each is
// within 1e-13 of its size for a up to 10^4.
//
// Source: Abramowitz & Stegun 6.5.29 (series) and 6.5.31 (continued fraction, by
// the method of Lentz as modified by Thompson & Barnett 1986).
func GammaTails(a, x float64) (below, above float64) {
	switch {
	case !(a > 0) || x != x:
		return math.NaN(), math.NaN()
	case !(x > 0):
		return 0, 1
	case x > math.MaxFloat64:
		return 1, 0
	}
	density := Exp(-(stirling(a) + deviance(a, x))) / math.Sqrt(float64(twoPi*a)) // x^a e^-x / gamma(a+1)
	if x < a+1 {
		term, sum := 1.0, 1.0
		for n := 1; n < mostTerms && term > 1e-17*sum; n++ {
			term = float64(term * (x / (a + float64(n))))
			sum += term
		}
		below = float64(density * sum)
		return below, 1 - below
	}
	b := x + 1 - a
	c, d := math.Inf(1), 1/b
	h := d
	for i := 1; i < mostTerms; i++ {
		n := float64(i)
		factor := float64(n * (a - n))
		b += 2
		d = 1 / (float64(factor*d) + b)
		c = b + factor/c
		step := float64(c * d)
		h = float64(h * step)
		if !(math.Abs(step-1) > 1e-16) {
			break
		}
	}
	above = float64(float64(density*a) * h)
	return 1 - above, above
}

// GammaQuantile returns the x below which a gamma variate of shape a lies with
// probability p, within 1e-12 of its size.
func GammaQuantile(a, p float64) float64 {
	switch {
	case !(a > 0) || !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return 0
	case p == 1:
		return math.Inf(1)
	}
	u := gammaStart(a, p)
	if u < -700 {
		return Exp(u) // where the density is its leading power
	}
	return Exp(newton(u, p, func(u float64) (below, above, slope float64) {
		x := Exp(u)
		below, above = GammaTails(a, x)
		return below, above, float64(a*Exp(-(stirling(a)+deviance(a, x)))) / math.Sqrt(float64(twoPi*a))
	}))
}

// gammaStart returns a first value of the logarithm: that of Wilson & Hilferty
// (1931), or, far to the left, of the density's leading power.
func gammaStart(a, p float64) float64 {
	z := NormalQuantile(p)
	c := 1 - 1/float64(9*a) + z/float64(3*math.Sqrt(a))
	if c > 0.2 {
		return Log(a) + float64(3*Log(c))
	}
	return (Log(p) + LogGamma(a+1)) / a
}

// newton returns the u at which a distribution function is p, by Newton's method
// on the logarithm of its smaller tail. Both tails are log-concave, so that from
// the second step on it comes nearer from one side. slope is the density.
func newton(u, p float64, at func(u float64) (below, above, slope float64)) float64 {
	before := u
	for range 200 {
		below, above, slope := at(u)
		tail, target, sign := below, p, 1.0
		if p > 0.5 {
			tail, target, sign = above, 1-p, -1
		}
		if !(tail > 0 && slope > 0) { // too far out
			u = float64(0.5 * (u + before))
			continue
		}
		step := float64(float64(sign*Log(tail/target)) * (tail / slope))
		before, u = u, u-step
		if !(math.Abs(step) > 1e-9) {
			break // the error is of the order of the step squared
		}
	}
	return u
}
