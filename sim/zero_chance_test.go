package sim

import (
	"fmt"
	"testing"
)

// An effect at once with no chance does nothing: the trial is the one without
// the effect, to the last bit.
func TestNoChanceIsNoEffect(t *testing.T) {
	run := func(sets ...string) allState {
		w := compileRoughly(t, wholeTOML+wholeOutcomes(), sets...).NewWorkspace()
		w.Begin(1, 3)
		w.Trial()
		return w.allState()
	}
	supervision := `program.supervision.effect=[%s{on="linkage",hazard_ratio=1.5,lasts_days=30}]`
	without := run(fmt.Sprintf(supervision, ""))
	for _, none := range []string{`{on="jail",probability=0,while="using"},`, `{on="linkage",probability=0},`} {
		with := run(fmt.Sprintf(supervision, none))
		for i := range with.Clients { // bits are numbered by effect
			with.Clients[i].bits, without.Clients[i].bits = 0, 0
		}
		if d := diff(with, without); d != "" {
			t.Errorf("%s: %s", none, d)
		}
	}
}
