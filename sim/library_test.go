package sim

import (
	"math"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// Without queues, every built-in scenario reaches what it asks for: the solved
// hazards are let loose on cohorts of its own, and what happens to them is
// counted. That holds each process to its figure while all others are at work on
// it. Tolerance: 4 Monte Carlo standard errors and a half of a thousandth,
// which is what a sample of 8192 and the rounds of solving leave open.
func TestTheLibraryReachesWhatItAsks(t *testing.T) {
	suite.Long(t)
	measured := 0
	for _, e := range scenarios.List() {
		if e.Name == "base" {
			continue
		}
		sc, err := scenarios.Builtin(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		replicates := 60_000 / m.clients
		for _, q := range m.unqueued(m.clients).WithQueues(1, replicates) {
			if math.IsNaN(q.Share) {
				continue
			}
			measured++
			if !(math.Abs(q.Share-q.Asked) < 4*q.MCSE+0.0005) {
				t.Errorf("%s: %s: %s: asked %.4f, simulated %.4f (MCSE %.4f)", e.Name, q.Key, q.What, q.Asked, q.Share, q.MCSE)
			}
		}
	}
	if measured < 30 {
		t.Errorf("%d quantities measured, want those of a library", measured)
	}
}
