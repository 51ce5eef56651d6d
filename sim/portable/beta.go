package portable

import "math"

// betaTerm returns x^a y^b gamma(a+b+1) / (gamma(a+1) gamma(b+1)), y = 1 - x, by
// the saddle-point expansion (Loader 2000).
func betaTerm(a, b, x, y float64) float64 {
	n := a + b
	e := stirling(n) - stirling(a) - stirling(b) - deviance(a, float64(n*x)) - deviance(b, float64(n*y))
	return float64(Exp(e) * math.Sqrt(n/float64(twoPi*float64(a*b))))
}

// BetaTails returns the regularized incomplete beta functions of a and b at x:
// the probabilities that a beta variate is below x, and above. Each is within
// 1e-13 of its size for a + b up to 10^4.
//
// Source: Abramowitz & Stegun 26.5.8, by the method of Lentz.
func BetaTails(a, b, x float64) (below, above float64) {
	switch {
	case !(a > 0 && b > 0) || x != x:
		return math.NaN(), math.NaN()
	case x <= 0:
		return 0, 1
	case x >= 1:
		return 1, 0
	}
	return betaTails(a, b, x, 1-x)
}

func betaTails(a, b, x, y float64) (below, above float64) {
	term := betaTerm(a, b, x, y) / (a + b)
	if x < (a+1)/(a+b+2) {
		below = float64(float64(term*b) * betaFraction(a, b, x))
		return below, 1 - below
	}
	above = float64(float64(term*a) * betaFraction(b, a, y))
	return 1 - above, above
}

// betaFraction returns the continued fraction of the incomplete beta function
// without its leading factor.
func betaFraction(a, b, x float64) float64 {
	c, d := 1.0, 1/(1-float64((a+b)*x)/(a+1))
	h := d
	for i := 1; i < mostTerms; i++ {
		m := float64(i)
		even := float64(float64(m*(b-m))*x) / float64((a+2*m-1)*(a+2*m))
		d = 1 / (1 + float64(even*d))
		c = 1 + even/c
		h = float64(h * float64(d*c))
		odd := -float64(float64((a+m)*(a+b+m))*x) / float64((a+2*m)*(a+2*m+1))
		d = 1 / (1 + float64(odd*d))
		c = 1 + odd/c
		step := float64(d * c)
		h = float64(h * step)
		if !(math.Abs(step-1) > 1e-16) {
			break
		}
	}
	return h
}

// BetaDensity returns the density of a beta variate at x.
func BetaDensity(a, b, x float64) float64 {
	if !(x > 0 && x < 1) {
		return 0
	}
	y := 1 - x
	return betaTerm(a, b, x, y) * float64(a*b) / float64(float64((a+b)*x)*y)
}

// BetaQuantile returns the x below which a beta variate lies with probability p,
// within 1e-12 of the size of x or, if that is smaller, of 1 - x.
func BetaQuantile(a, b, p float64) float64 {
	switch {
	case !(a > 0 && b > 0) || !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0 || p == 1:
		return p
	}
	u := newton(Log(a/b), p, func(u float64) (below, above, slope float64) {
		x, y := 1/(1+Exp(-u)), 1/(1+Exp(u))
		below, above = betaTails(a, b, x, y)
		return below, above, float64(betaTerm(a, b, x, y) * (float64(a*b) / (a + b)))
	})
	return 1 / (1 + Exp(-u))
}
