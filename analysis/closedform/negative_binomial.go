package closedform

import (
	"math"

	"caseload/analysis/numeric"
)

// NegativeBinomialSize returns the clients in each of two equal arms that give a power to the z
// test of the log rate ratio in a negative binomial regression, two-sided. Mean is the mean
// count in control, ratio that of the arms' means, and dispersion k that of the variance mu + k mu^2. The
// variance of the estimate, times the clients of an arm, is (1/mean + 1/(ratio mean)) + 2k,
// under the hypothesis as under the alternative, or with pooled means under the hypothesis
// (Zhu & Lakkis 2014, Statist Med 33:376, their second and third approach).
func NegativeBinomialSize(mean, ratio, k, power, alpha float64, pooled bool) float64 {
	other := mean * ratio
	v1 := 1/mean + 1/other + float64(2*k)
	v0 := v1
	if pooled {
		v0 = 4/(mean+other) + float64(2*k)
	}
	z := float64(numeric.NormalQuantile(1-alpha/2)*math.Sqrt(v0)) + float64(numeric.NormalQuantile(power)*math.Sqrt(v1))
	d := math.Log(ratio)
	return float64(z*z) / float64(d*d)
}
