package history

import (
	"math"
	"slices"
)

// pooled returns columns from to to of the rows, a replicate each, pooled.
func pooled(rows [][]float64, from, to int) (p Pooled) {
	column := make([]float64, 0, len(rows))
	for c := from; c < to; c++ {
		column = column[:0]
		for _, row := range rows {
			if x := row[c]; !math.IsNaN(x) {
				column = append(column, x)
			}
		}
		mean, mcse, low, high := math.NaN(), math.NaN(), math.NaN(), math.NaN()
		if 2*len(column) >= len(rows) {
			mean, mcse = meanAndError(column)
			slices.Sort(column)
			low, high = quantile(column, 0.1), quantile(column, 0.9)
		}
		p.Mean, p.MCSE, p.Low, p.High = append(p.Mean, mean), append(p.MCSE, mcse), append(p.Low, low), append(p.High, high)
	}
	return p
}

// meanAndError returns the mean of numbers in their order, and its standard error,
// NaN for a single one.
func meanAndError(x []float64) (mean, mcse float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v
	}
	mean /= n
	ss := 0.0
	for _, v := range x {
		ss += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(ss / (n - 1) / n)
}

// quantile returns that of sorted numbers, between two of them by a straight line
// (Hyndman & Fan 1996, type 7).
func quantile(sorted []float64, p float64) float64 {
	at := float64(p * float64(len(sorted)-1))
	k := int(at)
	if k+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + float64((at-float64(k))*(sorted[k+1]-sorted[k]))
}
