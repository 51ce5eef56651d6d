package numeric

import (
	"caseload/sim/portable"
	"math"
)

// asymptoticFrom is where the expansion in GammaRatio is good to the last
// bits; smaller arguments are shifted up to it.
const asymptoticFrom = 10

// GammaRatio returns gamma(x + 1/2) / gamma(x), for x > 0, to about 1e-15
// relative. Unlike a difference of log gammas it loses nothing at large x.
//
// Source: the asymptotic expansion of the ratio of two gamma functions
// (Tricomi & Erdelyi 1951), taken to x^-11 in the exponent, and the
// recurrence gamma(x + 1) = x gamma(x) for x < 10.
func GammaRatio(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	shift := 1.0
	for x < asymptoticFrom {
		shift *= x / (x + 0.5)
		x++
	}
	u := 1 / x
	v := u * u
	e := u * (-1.0/8 + float64(v*(1.0/192+float64(v*(-1.0/640+float64(v*(17.0/14336+float64(v*(-31.0/18432+float64(v*(691.0/180224)))))))))))
	return shift * math.Sqrt(x) * portable.Exp(e)
}
