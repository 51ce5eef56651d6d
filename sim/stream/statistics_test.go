package stream_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// beyond4 is the probability of a normal more than 4 standard errors from its
// mean, either side: the level of every test of fit here.
var beyond4 = 2 * distuv.UnitNormal.Survival(4)

// mean4 checks a mean of n numbers of known variance within 4 standard errors.
func mean4(t *testing.T, name string, sum, n, mean, variance float64) {
	t.Helper()
	if z := (sum/n - mean) / math.Sqrt(variance/n); !(math.Abs(z) < 4) {
		t.Errorf("%s: mean %v of %v, want %v (%.1f standard errors off)", name, sum/n, n, mean, z)
	}
}

// chi4 checks a sum of squares against the chi-squared distribution, both
// tails: too good a fit is a fault too.
func chi4(t *testing.T, name string, x, df float64) {
	t.Helper()
	d := distuv.ChiSquared{K: df}
	if low, high := d.Quantile(beyond4/2), d.Quantile(1-beyond4/2); !(low < x && x < high) {
		t.Errorf("%s: chi-squared %.1f on %.0f degrees of freedom, want between %.1f and %.1f", name, x, df, low, high)
	}
}

// flat4 is Pearson's test that all counts have one expectation.
func flat4(t *testing.T, name string, counts []int) {
	t.Helper()
	n := 0
	for _, c := range counts {
		n += c
	}
	want := float64(n) / float64(len(counts))
	if !(want >= 20) {
		t.Fatalf("%s: %.1f expected in a bin is too few", name, want)
	}
	x := 0.0
	for _, c := range counts {
		x += (float64(c) - want) * (float64(c) - want) / want
	}
	chi4(t, name, x, float64(len(counts)-1))
}

// kolmogorov4 checks that numbers are uniform: sqrt(n) D exceeds k with
// probability 2 exp(-2 k^2) (Kolmogorov 1933; the first term of the series). It
// sorts them.
func kolmogorov4(t *testing.T, name string, u []float64) {
	t.Helper()
	slices.Sort(u)
	n := float64(len(u))
	d := 0.0
	for i, x := range u {
		if !(x >= 0 && x <= 1) {
			t.Fatalf("%s: %v is no probability", name, x)
		}
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	if k := math.Sqrt(-math.Log(beyond4/2) / 2); !(d*math.Sqrt(n) < k) {
		t.Errorf("%s: largest distance %v between distribution functions, want below %v", name, d, k/math.Sqrt(n))
	}
}

// lags4 checks the serial correlations of uniforms at lags 1 to 20: each is
// nearly normal with variance 1/n.
func lags4(t *testing.T, name string, u []float64) {
	t.Helper()
	squares := 0.0
	for lag := 1; lag <= 20; lag++ {
		sum := 0.0
		for i := range len(u) - lag {
			sum += (u[i] - 0.5) * (u[i+lag] - 0.5)
		}
		z := 12 * sum / math.Sqrt(float64(len(u)-lag))
		if squares += z * z; !(math.Abs(z) < 4) {
			t.Errorf("%s: correlation at lag %d is %.1f standard errors from 0", name, lag, z)
		}
	}
	chi4(t, name+", all lags", squares, 20)
}
