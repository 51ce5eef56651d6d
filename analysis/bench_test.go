package analysis

import (
	"context"
	"fmt"
	"math"
	"testing"

	"caseload/scenarios"
	"caseload/sim"
)

// eventsP2 is the expected number of model events of a bench-p2 replicate
// with 300 clients: the mean over 100,000 replicates of a hand-written engine
// of the same problem, 5631.9; four independent programs agree within their
// Monte Carlo error (docs/performance.md).
const eventsP2 = 5631.9

// worker of one trial a call, without truth.
func benchWorker(tb testing.TB, clients int) (*worker, record) {
	tb.Helper()
	sc, err := scenarios.Load(nil, "bench-p2", []string{
		fmt.Sprintf("trial.clients=%d", clients), fmt.Sprintf("service.treatment.slots=%d", clients/5)})
	if err != nil {
		tb.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := newPlan(m)
	if err != nil {
		tb.Fatal(err)
	}
	return newWorker(m, p, Options{Seed: 1, NoTruth: true}), make(record, p.at.width)
}

// BenchmarkTrial simulates and analyses trials of bench-p2 on one core and
// asserts that it does not get faster by doing less.
func BenchmarkTrial(b *testing.B) {
	for _, clients := range []int{300, 3000, 30000} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			w, out := benchWorker(b, clients)
			for r := range 20 {
				w.replicate(r, out, nil) // warm
			}
			events, sumsq, r := 0.0, 0.0, 20
			b.ReportAllocs()
			for b.Loop() {
				w.replicate(r, out, nil)
				x := float64(w.ws.Counts().Total())
				events += x
				sumsq += x * x
				r++
			}
			n := float64(b.N)
			mean := events / n
			if b.N >= 100 {
				mcse := math.Sqrt((sumsq/n - mean*mean) / n)
				if want := eventsP2 * float64(clients) / 300; !(math.Abs(mean-want) < 4*mcse+1e-3*want) {
					b.Errorf("%.1f events a trial, want %.1f (MCSE %.1f)", mean, want, mcse)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/events, "ns/event")
			b.ReportMetric(n/b.Elapsed().Seconds(), "trials/s")
			b.ReportMetric(mean, "events/trial")
		})
	}
}

// BenchmarkLibrary simulates and analyses trials of the built-in scenarios on one
// core. Their events are not the same, so that the times don't compare with
// each other.
func BenchmarkLibrary(b *testing.B) {
	overLibrary(b, func(b *testing.B, m *sim.Model, p *plan) {
		w, out := newWorker(m, p, Options{Seed: 1, NoTruth: true}), make(record, p.at.width)
		r, events := 20, 0
		for k := range r {
			w.replicate(k, out, nil) // warm
		}
		b.ReportAllocs()
		for b.Loop() {
			w.replicate(r, out, nil)
			events += w.ws.Counts().Total()
			r++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
		b.ReportMetric(float64(events)/float64(b.N), "events/trial")
	})
}

// BenchmarkRun runs bench-p2 over workers, with the worlds of the truth (two
// arms, and as randomized because slots are shared) and without.
func BenchmarkRun(b *testing.B) {
	m := compile(b, "bench-p2")
	for _, truth := range []bool{false, true} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("truth=%v/workers=%d", truth, workers), func(b *testing.B) {
				const replicates = 4 * BlockSize
				runs := 0
				for b.Loop() {
					opt := Options{Replicates: replicates, Seed: int64(runs), Workers: workers, NoTruth: !truth}
					if r, err := Run(context.Background(), m, opt); err != nil || r.Replicates != replicates {
						b.Fatal(r, err)
					}
					runs++
				}
				b.ReportMetric(float64(runs*replicates)/b.Elapsed().Seconds(), "trials/s")
			})
		}
	}
}
