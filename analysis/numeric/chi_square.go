package numeric

import "caseload/sim/portable"

// ChiSquareTail returns the probability that chi-square on df degrees of freedom is
// at least x.
func ChiSquareTail(x, df float64) float64 {
	if !(x > 0) {
		return 1
	}
	_, above := portable.GammaTails(df/2, x/2)
	return above
}

// ChiSquareQuantile returns the x below which chi-square on df degrees of freedom
// lies with probability p.
func ChiSquareQuantile(p, df float64) float64 { return 2 * portable.GammaQuantile(df/2, p) }
