package validation_test

import (
	"math"

	"caseload/analysis/numeric"
)

// exactProportions is the power of Pearson's test with n clients in either arm, by
// all pairs of counts.
func exactProportions(n int, p1, p0 float64) (power float64) {
	a, b := binomial(n, p1), binomial(n, p0)
	critical := numeric.NormalQuantile(0.975)
	for x, px := range a {
		for y, py := range b {
			difference, both := float64(x-y)/float64(n), float64(x+y)/float64(2*n)
			if math.Abs(difference) > critical*math.Sqrt(both*(1-both)*2/float64(n)) {
				power += px * py
			}
		}
	}
	return power
}

// binomial is the chances of all counts among n.
func binomial(n int, p float64) []float64 {
	chances := make([]float64, n+1)
	all, _ := math.Lgamma(float64(n + 1))
	for k := range chances {
		some, _ := math.Lgamma(float64(k + 1))
		rest, _ := math.Lgamma(float64(n - k + 1))
		chances[k] = math.Exp(all - some - rest + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return chances
}

// logRankAtRatio is the power of the log-rank test in n clients with exponential
// times, by the statistic's mean and variance at the hazard ratio. At an event of
// day t, of those at risk a share q is treated, and the one with the event is by
// chance w = hr q/(hr q + 1 - q): the statistic moves by w - q on average, with
// variance w (1 - w), and takes its variance for q (1 - q).
func logRankAtRatio(n, hazard, hr float64) float64 {
	var mean, variance, taken float64
	const steps = 20000
	for k := range steps {
		t := (float64(k) + 0.5) / steps * powerDays
		one, other := math.Exp(-hr*hazard*t), math.Exp(-hazard*t)
		q := one / (one + other)
		w := hr * q / (hr*q + 1 - q)
		events := n / 2 * hazard * (hr*one + other) * powerDays / steps
		mean += events * (w - q)
		variance += events * w * (1 - w)
		taken += events * q * (1 - q)
	}
	return numeric.NormalCDF((math.Abs(mean) + numeric.NormalQuantile(0.025)*math.Sqrt(taken)) / math.Sqrt(variance))
}
