package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// hypergeometric is the noncentral distribution at a log odds ratio, by log
// gammas: its places from low on.
func hypergeometric(tab table, logOdds float64) (low int, p []float64) {
	choose := func(n, k int) float64 {
		a, _ := math.Lgamma(float64(n) + 1)
		b, _ := math.Lgamma(float64(k) + 1)
		c, _ := math.Lgamma(float64(n-k) + 1)
		return a - b - c
	}
	k := tab.x1 + tab.x0
	low = max(0, k-tab.n0)
	most := math.Inf(-1)
	for x := low; x <= min(tab.n1, k); x++ {
		p = append(p, choose(tab.n1, x)+choose(tab.n0, k-x)+float64(x)*logOdds)
		most = max(most, p[len(p)-1])
	}
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return low, p
}

// What Fisher's estimates are by definition, on tables of all sizes and shapes.
func TestFisherByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 15))
	var w Work
	for range 2000 {
		size := []int{8, 60, 400}[rng.IntN(3)]
		n1, n0 := 2+rng.IntN(size), 2+rng.IntN(size)
		tab := table{x1: 1 + rng.IntN(n1-1), n1: n1, x0: 1 + rng.IntN(n0-1), n0: n0}
		got := fisher{}.Fit(tableData(tab.x1, n1-tab.x1, tab.x0, n0-tab.x0), 0.1, &w)
		if got.Status != OK {
			t.Fatalf("%+v: %v", tab, got.Status)
		}
		low, p := hypergeometric(tab, got.Value)
		mean, variance := 0.0, 0.0
		for i, q := range p {
			mean += float64(low+i) * q
			variance += float64(low+i-tab.x1) * float64(low+i-tab.x1) * q
		}
		near(t, "mean", mean, float64(tab.x1), 1e-9)
		near(t, "SE", got.SE, 1/math.Sqrt(variance), closedForm)
		var upper, lower, two float64
		low, p = hypergeometric(tab, got.Low)
		for i, q := range p {
			upper += q * float64(bit(low+i >= tab.x1))
		}
		_, p = hypergeometric(tab, got.High)
		for i, q := range p {
			lower += q * float64(bit(low+i <= tab.x1))
		}
		near(t, "upper tail", upper, 0.05, closedForm)
		near(t, "lower tail", lower, 0.05, closedForm)
		_, p = hypergeometric(tab, 0)
		for _, q := range p {
			two += q * float64(bit(q <= p[tab.x1-low]*(1+1e-7)))
		}
		nearP(t, "p", got.P, two, closedForm)
	}
}

// Ties count on both sides: tables as likely as the one observed are as
// extreme.
func TestFisherTies(t *testing.T) {
	if got := fit(fisher{}, tableData(10, 10, 10, 10)); got.P != 1 || math.Abs(got.Value) > 1e-12 {
		t.Errorf("no difference: %+v", got)
	}
	// R: stats::fisher.test(matrix(c(3, 1, 1, 3), 2)).
	near(t, "tea", fit(fisher{}, tableData(3, 1, 1, 3)).P, 0.485714285714286, closedForm)
}
