package estimate

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkFit(b *testing.B) {
	for _, e := range all {
		b.Run(e.Method().Name, func(b *testing.B) { benchmarkFits(b, false, e) })
	}
	for _, e := range all {
		if e.Method().Covariates {
			b.Run(e.Method().Name+"/covariates=2", func(b *testing.B) { benchmarkFits(b, true, e) })
		}
	}
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
			simulate(&data[j][i], e.Method(), 300, 0.3, rng)
			if adjusted {
				covariates(&data[j][i], rng)
			}
		}
	}
	var w Work
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for j, e := range es {
			if fit := e.Fit(&data[j][i%sets], 0.05, &w); !fit.Status.Tested() {
				b.Fatal(fit.Status)
			}
		}
	}
}

func BenchmarkCoxFit(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	d := &Data{}
	simulate(d, Method{Kinds: Time}, 20000, 0.3, rng)
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
