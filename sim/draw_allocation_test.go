package sim

import (
	"fmt"
	"math"
	"testing"

	"caseload/scenarios"
)

// imbalance is the largest departure from the ratio over the prefixes of a
// stratum's sequence, in clients of arm a.
func (w *Workspace) imbalance(stratum func(i int) int, ratioA, total int) int {
	counts := map[int][2]int{}
	worst := 0
	for i := range w.n {
		s := stratum(i)
		c := counts[s]
		if w.assigned[i] == 0 {
			c[0]++
		}
		c[1]++
		counts[s] = c
		worst = max(worst, abs(c[0]*total-c[1]*ratioA))
	}
	return worst
}

func abs(x int) int { return max(x, -x) }

// In each stratum, permuted blocks never let the arms part by more than half
// the longest block.
func TestBlocksKeepTheArmsTogether(t *testing.T) {
	for _, c := range []struct {
		allocation, ratio string
		stratum           func(w *Workspace, i int) int
		total, worst      int // all of one arm come first: size * ratioA * ratioB / total, in clients / total
	}{
		{`randomization = { method = "blocks", sizes = [4] }`, "1", func(*Workspace, int) int { return 0 }, 2, 2},
		{`randomization = { method = "blocks", sizes = [4, 6] }`, "1", func(*Workspace, int) int { return 0 }, 2, 3},
		{`randomization = { method = "blocks", sizes = [6] }`, "2", func(*Workspace, int) int { return 0 }, 3, 4},
		{`randomization = { method = "blocks", sizes = [4], strata = ["site", "old", "substance"] }`, "1",
			func(w *Workspace, i int) int {
				old := 0
				if w.member[0][i] {
					old = 1
				}
				return int(w.site[i])*6 + old*3 + int(w.traits[3][i])
			}, 2, 2},
	} {
		t.Run(fmt.Sprint(c.allocation, c.ratio), func(t *testing.T) {
			w := compile(t, mixed(c.allocation, c.ratio), "trial.clients=3000").NewWorkspace()
			for r := range 5 {
				w.Begin(1, r)
				if got := w.imbalance(func(i int) int { return c.stratum(w, i) }, 1, c.total); got != c.worst {
					t.Errorf("replicate %d: largest imbalance %d/%d clients, want %d/%d", r, got, c.total, c.worst, c.total)
				}
			}
		})
	}
}

// Every order of a block is as likely as the others: in blocks of four the
// first two clients are in the same arm once in three times.
func TestBlocksAreShuffled(t *testing.T) {
	w := compile(t, mixed(`randomization = { method = "blocks", sizes = [4] }`, "1"), "trial.clients=4000").NewWorkspace()
	w.Begin(1, 0)
	same, blocks := 0.0, 0.0
	for i := 0; i+4 <= w.n; i += 4 {
		if w.assigned[i] == w.assigned[i+1] {
			same++
		}
		blocks++
	}
	within(t, "first two alike", same/blocks, 1.0/3, math.Sqrt(2.0/9/blocks))
}

// Simple randomization tosses a coin for each client.
func TestSimpleRandomization(t *testing.T) {
	w := compile(t, mixed(`randomization = { method = "simple" }`, "3")).NewWorkspace()
	w.Begin(1, 0)
	n, a, runs := float64(w.n), 0.0, 0.0
	for i := range w.n {
		if w.assigned[i] == 0 {
			a++
		}
		if i > 0 && w.assigned[i] != w.assigned[i-1] {
			runs++
		}
	}
	p := 0.25
	within(t, "share of the arm", a/n, p, math.Sqrt(p*(1-p)/n))
	q := 2 * p * (1 - p) // of neighbours that differ
	within(t, "changes of arm", runs/n, q, math.Sqrt(2*q/n))
}

// A stratum's sequence is its own: clients of other strata don't shift it.
func TestStrataHaveTheirOwnSequences(t *testing.T) {
	allocation := `randomization = { method = "blocks", sizes = [4, 6], strata = ["site"] }`
	sequence := func(w *Workspace, site uint8) (arms []uint8) {
		for i := range w.n {
			if w.site[i] == site {
				arms = append(arms, w.assigned[i])
			}
		}
		return arms
	}
	w := compile(t, mixed(allocation, "1"), "trial.clients=300").NewWorkspace()
	w.Begin(1, 0)
	before := sequence(w, 1)
	for i := range w.site { // all clients of site 0 come to site 2 instead
		if w.site[i] == 0 {
			w.site[i] = 2
		}
	}
	w.allocate()
	if after := sequence(w, 1); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("site 1 was allocated %v, and %v when others moved", before, after)
	}
}

// Every method of randomization that a scenario can have is one that the engine
// knows: a method is listed in both places or in neither.
func TestEveryRandomizationIsKnown(t *testing.T) {
	methods := scenarios.RandomizationMethods()
	for _, m := range methods {
		if randomizers[m].allocate == nil {
			t.Errorf("nobody is allocated by %q", m)
		}
	}
	if len(randomizers) != len(methods) {
		t.Errorf("%d methods of randomization here, %d in scenarios", len(randomizers), len(methods))
	}
}
