package numeric

import (
	"caseload/sim/portable"
	"math"
)

const (
	// maxTerms bounds every series here; none needs a tenth of it.
	maxTerms = 5000
	// farOut is the |t| beyond which 1 - (central probability) would lose
	// digits, so that the tail is summed itself.
	farOut = 3.5
)

// StudentTwoSided returns the probability that a Student variate on df degrees of
// freedom (any positive number, +Inf for the normal) is at least |t| away
// from 0, to about 1e-12 relative.
//
// It is the incomplete beta function I(df/2, 1/2) at df/(df + t^2), Abramowitz
// & Stegun 26.5.27. Three ways share the work: a power series of the centre
// while t is moderate, a power series of the tail once t^2 > df, and a
// continued fraction of the tail between the two.
func StudentTwoSided(t, df float64) float64 {
	p, _ := studentTail(math.Abs(t), df)
	return p
}

// studentTail returns the two-sided tail at t >= 0, and 2 t f(t) with f the
// density, which is minus the derivative of the tail by log t.
func studentTail(t, df float64) (tail, slope float64) {
	switch {
	case !(df > 0) || math.IsNaN(t):
		return math.NaN(), math.NaN()
	case math.IsInf(t, 1):
		return 0, 0
	case t == 0:
		return 1, 0
	case math.IsInf(df, 1):
		return NormalTwoSided(t), 2 * t * portable.Exp(-t*t/2) / math.Sqrt(2*math.Pi)
	}
	r := t * t / df
	slope = 2 * t * GammaRatio(df/2) / math.Sqrt(df*math.Pi) * portable.Exp(-(df+1)/2*portable.Log1p(r))
	switch {
	case r > 1:
		return slope / df * betaSeries(df+1, df+2, 1/(1+r)), slope
	case t < farOut:
		return 1 - float64(slope*betaSeries(df+1, 3, r/(1+r))), slope
	default:
		below, _ := portable.BetaTails(df/2, 0.5, 1/(1+r))
		return below, slope
	}
}

// betaSeries returns the sum over n of z^n times the product of (num + 2k)/(den + 2k)
// for k < n: the power series of the incomplete beta function without its
// leading factor (Abramowitz & Stegun 26.5.4). All terms are positive.
func betaSeries(num, den, z float64) float64 {
	term, sum := 1.0, 1.0
	for range maxTerms {
		term = float64(term * (num * z / den))
		sum += term
		if !(term > 1e-17*sum) {
			break
		}
		num += 2
		den += 2
	}
	return sum
}

// StudentCritical returns the t that a Student variate on df degrees of freedom
// exceeds in size with probability alpha (two-sided), for alpha in (0, 1).
//
// Newton's method on the logarithm of the tail by the logarithm of t, a
// concave function, so that it converges from anywhere; it starts from the
// Cornish-Fisher expansion, Abramowitz & Stegun 26.7.5.
func StudentCritical(alpha, df float64) float64 {
	if !(alpha > 0 && alpha < 1) || !(df > 0) {
		return math.NaN()
	}
	z := -NormalQuantile(alpha / 2)
	if math.IsInf(df, 1) {
		return z
	}
	t := cornishFisher(z, df)
	for range 100 {
		p, slope := studentTail(t, df)
		step := portable.Log(p/alpha) * p / slope
		t *= portable.Exp(step)
		// The error after a step is of the order of the step squared.
		if !(math.Abs(step) > 1e-8) {
			break
		}
	}
	return t
}

// cornishFisher expands a Student quantile about the normal quantile z in
// powers of 1/df. Below 3 degrees of freedom the expansion is of no use and
// z itself is returned.
func cornishFisher(z, df float64) float64 {
	if df < 3 {
		return z
	}
	s := float64(z * z)
	u := 1 / df
	g1 := float64((s + 1) / 4)
	g2 := float64((float64((float64(5*s)+16)*s) + 3) / 96)
	g3 := (float64((float64((float64(3*s)+19)*s)+17)*s) - 15) / 384
	return z * (1 + float64(u*(g1+float64(u*(g2+float64(u*g3))))))
}
