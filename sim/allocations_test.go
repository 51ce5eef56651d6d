package sim

import (
	"testing"

	"caseload/sim/trial"
)

// Nothing is allocated for a replicate of the whole of life. The list of spells
// grows until it has been as long as in the longest replicate; with room for
// that, a workspace allocates nothing from its second replicate on, be it one
// that it has not seen.
func TestWholeReplicatesAllocateNothing(t *testing.T) {
	for _, method := range []string{`{method="minimization",strata=["site","poor"]}`, `{method="blocks"}`, `{method="cluster",by="site"}`} {
		m := compileRoughly(t, wholeTOML+unknownTOML+wholeOutcomes(), "trial.sites=4", "trial.randomization="+method, "uncertainty.use=true")
		w, truth := m.NewWorkspace(), m.NewTruth()
		w.spells = make([]Spell, 0, 1<<16)
		w.replicateAll(0, truth)
		next := 0
		if n := testing.AllocsPerRun(20, func() { next++; w.replicateAll(next, truth) }); n != 0 {
			t.Errorf("%s: %v allocations a replicate, want 0", method, n)
		}
	}
}

// replicateAll runs the trial and the truth's worlds of a replicate.
func (w *Workspace) replicateAll(r int, truth *trial.Truth) {
	w.Begin(1, r)
	w.Trial()
	w.World(0, truth)
	w.World(1, truth)
	w.World(AsRandomized, truth)
}
