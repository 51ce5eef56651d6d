package explain

import (
	"context"
	"testing"

	"caseload/scenarios"
	"caseload/sim"
)

// BenchmarkEightFactors is the size that explain is meant for: eight factors, all
// 256 worlds, 200 trials of 300 clients each, on parole with jail, loss, four
// sites and three services.
func BenchmarkEightFactors(b *testing.B) {
	sc, err := scenarios.Builtin("probation-case-management")
	if err != nil {
		b.Fatal(err)
	}
	sc.Trial.Clients = 300
	p := sc.Programs["probation"]
	p.Effects = nil
	sc.Programs["probation"] = p
	m, err := sim.Compile(sc)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e, err := Run(context.Background(), m, Question{Outcome: "abstinent_274"}, Options{Replicates: 8, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(e.Factors)), "factors")
		b.ReportMetric(float64(e.Worlds), "worlds")
	}
}
