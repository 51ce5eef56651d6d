package sim

import (
	"math"
	"strconv"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

func ftoa(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// meansOf are the means of an outcome in the truth as randomized, by replicate.
func meansOf(tb testing.TB, text string, replicates int, outcome string, sets ...string) []float64 {
	tb.Helper()
	m := compile(tb, text, sets...)
	w, truth := m.NewWorkspace(), m.NewTruth()
	var means []float64
	for k := range m.outcomes {
		if m.outcomes[k].name != outcome {
			continue
		}
		for r := range replicates {
			w.Begin(1, r)
			w.World(AsRandomized, truth)
			means = append(means, meanOf(truth.Outcomes[k].Value))
		}
	}
	return means
}

// meanOf is the mean of the values that are there.
func meanOf(values []float64) float64 {
	n, sum := 0.0, 0.0
	for _, y := range values {
		if y == y {
			n, sum = n+1, sum+y
		}
	}
	return sum / n
}

// meanSE is the mean and its standard error.
func meanSE(x []float64) (mean, se float64) {
	return meanOf(x), spread(x) / math.Sqrt(float64(len(x)))
}

// paired is the mean of differences and its standard error.
func paired(a, b []float64) (mean, se float64) {
	d := make([]float64, len(a))
	for k := range d {
		d[k] = a[k] - b[k]
	}
	return meanSE(d)
}
