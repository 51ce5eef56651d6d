package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// simulate fills d with a trial of n rows: arms at random but both present, an
// effect as each kind means it (log odds ratio, difference of means with
// standard deviation 1, log hazard ratio), and time outcomes censored at
// random and at 1, in units so fine that ties are rare.
func simulate(d *Data, kind Kind, n int, effect float64, rng *rand.Rand) {
	d.Reset(0)
	for i := range n {
		treated := i%2 == 0
		shift := 0.0
		if treated {
			shift = effect
		}
		d.Treated = append(d.Treated, treated)
		switch kind {
		case Binary:
			p := 1 / (1 + math.Exp(0.4-shift))
			d.Y = append(d.Y, float64(bit(rng.Float64() < p)))
		case Continuous:
			d.Y = append(d.Y, 10+shift+rng.NormFloat64())
		case Time:
			event := rng.ExpFloat64() / math.Exp(shift)
			censoring := min(1, 3*rng.Float64())
			d.Y = append(d.Y, min(event, censoring))
			d.Event = append(d.Event, event <= censoring)
		}
	}
	rng.Shuffle(n, func(i, j int) { swapRows(d, i, j) })
}

func swapRows(d *Data, i, j int) {
	d.Treated[i], d.Treated[j] = d.Treated[j], d.Treated[i]
	d.Y[i], d.Y[j] = d.Y[j], d.Y[i]
	if len(d.Event) > 0 {
		d.Event[i], d.Event[j] = d.Event[j], d.Event[i]
	}
	for _, x := range d.X {
		x[i], x[j] = x[j], x[i]
	}
}

// covariates gives d two standard normal covariates.
func covariates(d *Data, rng *rand.Rand) {
	d.X = [][]float64{make([]float64, len(d.Y)), make([]float64, len(d.Y))}
	for i := range d.Y {
		d.X[0][i], d.X[1][i] = rng.NormFloat64(), rng.NormFloat64()
	}
}

// TestErrorAndCoverage: without an effect the test rejects one time in twenty,
// and the interval contains the effect nineteen times in twenty, within 4 Monte
// Carlo standard errors. Rows are many enough for the approximations.
func TestErrorAndCoverage(t *testing.T) {
	const (
		replicates = 4000
		rows       = 400
	)
	mcse := math.Sqrt(0.05 * 0.95 / replicates)
	for k, e := range all {
		t.Run(e.Method().Name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(2024, uint64(k)))
			var w Work
			d := &Data{}
			rejected, covered, coveredEffect := 0, 0, 0
			effect, truth := 0.4, effectOn(e.Method(), 0.4)
			for range replicates {
				simulate(d, e.Method().Kind, rows, 0, rng)
				null := e.Fit(d, 0.05, &w)
				rejected += bit(null.P < 0.05)
				covered += bit(null.Low <= 0 && null.High >= 0)
				simulate(d, e.Method().Kind, rows, effect, rng)
				fit := e.Fit(d, 0.05, &w)
				coveredEffect += bit(fit.Low <= truth && fit.High >= truth)
			}
			for what, got := range map[string]float64{
				"type I error":              float64(rejected) / replicates,
				"1 - coverage of no effect": 1 - float64(covered)/replicates,
				"1 - coverage of an effect": 1 - float64(coveredEffect)/replicates,
			} {
				if !(math.Abs(got-0.05) <= 4*mcse) {
					t.Errorf("%s: %v, want 0.05 -+ %.4f", what, got, 4*mcse)
				}
			}
		})
	}
}

// effectOn is what a simulated effect is on a method's scale.
func effectOn(m Method, effect float64) float64 {
	if m.Measure == "RD" {
		return 1/(1+math.Exp(0.4-effect)) - 1/(1+math.Exp(0.4))
	}
	return effect
}

func TestFitsDoNotAllocate(t *testing.T) {
	for _, e := range all {
		for _, adjusted := range []bool{false, true} {
			rng := rand.New(rand.NewPCG(7, 7))
			var w Work
			d := &Data{}
			simulate(d, e.Method().Kind, 300, 0.3, rng)
			if adjusted {
				covariates(d, rng)
			}
			// A first row that moves forces a new sort of times each time.
			fit := func() { swapRows(d, 0, 1); e.Fit(d, 0.05, &w) }
			fit()
			if n := testing.AllocsPerRun(100, fit); n != 0 {
				t.Errorf("%s, covariates %v: %v allocations", e.Method().Name, adjusted, n)
			}
		}
	}
}

func BenchmarkFit(b *testing.B) {
	for _, e := range all {
		b.Run(e.Method().Name, func(b *testing.B) { benchmarkFits(b, false, e) })
	}
	b.Run("cox/covariates=2", func(b *testing.B) { benchmarkFits(b, true, cox{}) })
	b.Run("log_rank+risk_difference+student", func(b *testing.B) {
		benchmarkFits(b, false, logRank{}, riskDifference{}, student{})
	})
}

// benchmarkFits fits 300 rows, of other data each time, so that no order is
// kept and no branch is learnt.
func benchmarkFits(b *testing.B, adjusted bool, es ...Estimator) {
	const sets = 64
	rng := rand.New(rand.NewPCG(7, 7))
	data := make([][sets]Data, len(es))
	for j, e := range es {
		for i := range sets {
			simulate(&data[j][i], e.Method().Kind, 300, 0.3, rng)
			if adjusted {
				covariates(&data[j][i], rng)
			}
		}
	}
	var w Work
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for j, e := range es {
			if fit := e.Fit(&data[j][i%sets], 0.05, &w); fit.Status != OK {
				b.Fatal(fit.Status)
			}
		}
	}
}

func BenchmarkCoxFit(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	d := &Data{}
	simulate(d, Time, 20000, 0.3, rng)
	x := make([][]float64, 8)
	for j := range x {
		for range d.Y {
			x[j] = append(x[j], float64(bit(rng.Float64() < 0.4)))
		}
	}
	var w Work
	b.ReportAllocs()
	for b.Loop() {
		if _, _, status := CoxFit(d.Y, d.Event, x, &w); status != OK {
			b.Fatal(status)
		}
	}
}
