package estimate

import "math"

// rubin combines the estimates of several imputations and their variances on
// df degrees of freedom. The mean stands; its variance is the mean variance
// within imputations, plus (1 + 1/m) times that between them (Rubin 1987,
// equations 3.1.2 to 3.1.5). The degrees of freedom are those of Barnard &
// Rubin 1999 (Biometrika 86:948), which stay below df; they are df itself where
// the imputations agree, or there is but one.
func rubin(values, variances []float64, df float64) (value, variance, combined float64) {
	m := float64(len(values))
	var off, within, between float64
	for i, v := range values {
		off += v - values[0]
		within += variances[i]
	}
	off, within = off/m, within/m
	for _, v := range values {
		dev := v - values[0] - off
		between += float64(dev * dev)
	}
	extra := (1 + 1/m) * between / math.Max(m-1, 1)
	value, variance = values[0]+off, within+extra
	if !(extra > 0) {
		return value, variance, df
	}
	lambda := extra / variance
	old := (m - 1) / (lambda * lambda)
	observed := (1 - lambda) * (df + 1) / (df + 3) * df
	return value, variance, 1 / (1/old + 1/observed)
}

// uniform returns a number between 0 and 1, neither included.
func uniform(s Source) float64 { return float64((float64(s.Uint64()>>11) + 0.5) / (1 << 53)) }

// meanOf returns the mean of some numbers, NaN if one is.
func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
