package analysis

import (
	"math"
	"testing"
	"time"

	"caseload/scenarios"
	"caseload/sim"
)

// BenchmarkTruth runs replicates with and without their truth in turn, on one core,
// and reports how many times as long those with it take, by the fastest of each: what
// else runs on the machine only makes some slower.
func BenchmarkTruth(b *testing.B) {
	overLibrary(b, func(b *testing.B, m *sim.Model, p *plan) {
		with, without := newBench(m, p, false), newBench(m, p, true)
		bare, full := math.Inf(1), math.Inf(1)
		for b.Loop() {
			bare, full = min(bare, without.block()), min(full, with.block())
		}
		b.ReportMetric(bare, "µs/trial")
		b.ReportMetric(full/bare, "ratio")
	})
}

// overLibrary makes a benchmark of each built-in scenario.
func overLibrary(b *testing.B, bench func(*testing.B, *sim.Model, *plan)) {
	for _, e := range scenarios.List() {
		if e.Name == "base" {
			continue
		}
		b.Run(e.Name, func(b *testing.B) {
			m := compile(b, e.Name)
			bench(b, m, planOf(b, m))
		})
	}
}

// truthBench runs blocks of replicates of one worker.
type truthBench struct {
	*worker
	out  record
	sums *block
}

func newBench(m *sim.Model, p *plan, noTruth bool) *truthBench {
	b := &truthBench{worker: newWorker(m, p, Options{Seed: 1, NoTruth: noTruth}), out: make(record, p.at.width), sums: newBlock(p, !noTruth)}
	b.block() // warm
	return b
}

// block runs the first replicates and returns the microseconds that one took.
func (b *truthBench) block() float64 {
	const n = 8
	start := time.Now()
	for r := range n {
		b.replicate(r, b.out, b.sums)
	}
	return time.Since(start).Seconds() * 1e6 / n
}
