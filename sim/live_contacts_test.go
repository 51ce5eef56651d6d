package sim

import (
	"strings"
	"testing"
)

// Where no hazard depends on use, its course is brought up to date only when something
// asks: also a contact that acts on clients who are using. It saw the state at the
// last visit.
func TestAContactSeesTheUseOfTheDay(t *testing.T) {
	text := strings.Replace(wholeTOML, "acts_on = { arrest = 2.0, lose_housing = 1.5, lose_job = 2.0, risk = 5.0, death = 2.0 }\n", "", 1)
	text = strings.Replace(text, "while = [\"using\", \"ward\"]\n", "", 1)
	m := compileRoughly(t, text+wholeOutcomes(), "program.supervision.effect=[{on=\"jail\",probability=0.5,while=\"using\"}]")
	if m.touch[m.use.bit] != 0 {
		t.Fatal("a hazard depends on use")
	}
	plain, ahead := m.NewWorkspace(), m.NewWorkspace()
	plain.plain = true
	for r := range 10 {
		for _, w := range []*Workspace{plain, ahead} {
			w.Begin(5, r)
			w.Trial()
		}
		if d := diff(plain.allState(), ahead.allState()); d != "" {
			t.Fatalf("replicate %d: %s", r, d)
		}
	}
}
