package calibrate

import (
	"math"
	"slices"
	"sync"
	"testing"
)

// Draws about a line, with a spread that grows with the figure, are moved to the
// line at the target, with the spread there.
func TestDrawsGetThePlaceAndSpreadOfTheTarget(t *testing.T) {
	const n, slope, growth, target = 4000, 0.7, 0.5, 1.2
	s := sampler(1)
	tab := table{spread: []float64{1}}
	near := neighbours{}
	z := make([]float64, n)
	for i := range n {
		x := s.Normal()
		tab.rows = append(tab.rows, row{values: []float64{x}})
		near.rows, near.weight = append(near.rows, i), append(near.weight, 1.0/n)
		z[i] = 0.3 + slope*x + math.Exp(growth*x)*s.Normal()
	}
	newRegression(&tab, []float64{target}, near).adjust(z)
	mean, sd := 0.0, 0.0
	for _, v := range z {
		mean += v / n
	}
	for _, v := range z {
		sd += (v - mean) * (v - mean) / n
	}
	sd = math.Sqrt(sd)
	// The line's error at the target has the variance of a residual over n, times
	// 1 + target^2 where residuals are alike; those far out are larger: E[x^2
	// exp(2 growth x)] = (1 + 4 growth^2) exp(2 growth^2) = 3.3 for the slope.
	wantMean, wantSD := 0.3+slope*target, math.Exp(growth*target)
	seMean := math.Sqrt((math.Exp(2*growth*growth) + target*target*3.3) / n)
	// log SD: half the error of the fit of log squares, whose variance is pi^2/2, and
	// the error of the SD of n normals.
	seLog := math.Sqrt(math.Pi*math.Pi/2*(1+target*target)/4/n + 1.0/(2*n))
	near4(t, "mean", mean, wantMean, seMean)
	near4(t, "log SD", math.Log(sd), math.Log(wantSD), seLog)
}

// What is simulated from the posterior must not have the luck of what chose it.
func TestNoTwoSimulationsShareTheirChances(t *testing.T) {
	p := toy(1)
	var mu sync.Mutex
	var seen []int
	plain := p.Simulator
	p.Simulator = func() Simulate {
		simulate := plain()
		return func(theta []float64, replicate int, out *Draw) error {
			mu.Lock()
			seen = append(seen, replicate)
			mu.Unlock()
			return simulate(theta, replicate, out)
		}
	}
	opt := Options{Simulations: 300, Predictive: 50, Tolerance: 0.5, Seed: 1}
	run(t, p, opt)
	for range 2 {
		slices.Sort(seen)
		if n := len(slices.Compact(slices.Clone(seen))); n != 350 || len(seen) != 350 {
			t.Errorf("%d simulations with %d numbers, want 350 of both", len(seen), n)
		}
		seen = nil
		if _, err := p.Check(t.Context(), opt, 50); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWeightedQuantiles(t *testing.T) {
	// Steps of 0.1, 0.2, 0.3 and 0.4 have their middles at 0.05, 0.2, 0.45 and 0.8.
	values, weight := []float64{4, 1, 3, 2}, []float64{0.4, 0.1, 0.3, 0.2}
	got := weightedQuantiles(values, weight, 0.01, 0.05, 0.125, 0.2, 0.8, 0.99)
	for k, want := range []float64{1, 1, 1.5, 2, 4, 4} {
		if math.Abs(got[k]-want) > 1e-12 {
			t.Errorf("quantile %d: got %v, want %v", k, got[k], want)
		}
	}
}
