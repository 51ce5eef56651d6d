package scenarios

import (
	"strings"
	"testing"
)

// Effects that do nothing are named, with their place; those of case managers who differ,
// of programs that nobody is offered, and all others are not.
func TestIdleEffectsAreNamed(t *testing.T) {
	effect := func(on, form string) string {
		return "[[program.help.effect]]\non = \"" + on + "\"\n" + form + "\n"
	}
	all := "[program.other]\n[[program.other.effect]]\non = \"linkage\"\nprobability = 0.0\n" + // nobody is offered it
		"[program.help]\npreset = \"\"\n" + effect("linkage", "probability = 0.0") + effect("linkage", "probability = 0.1") +
		effect("leaving", "hazard_ratio = 1\nlasts_days = 5") + effect("leaving", "hazard_ratio = 0.5\nlasts_days = 5") +
		effect("satisfaction", "points = 0\nlasts_days = 5") + effect("satisfaction", "points = -1\nlasts_days = 5") + "[satisfaction]\nmean = 20\nsd = 4\n"
	found := func(sets ...string) string {
		var keys []string
		for _, p := range mustLoad(t, all, sets...).Idle() {
			keys = append(keys, p.Key+" "+p.Got)
		}
		return strings.Join(keys, ", ")
	}
	equal(t, "idle effects", found(), "program.help.effect[0] a probability of 0, program.help.effect[2] a hazard ratio of 1, program.help.effect[4] 0 points")
	equal(t, "where case managers differ", found("program.help.staff=5", "program.help.spread=0.2"), "program.help.effect[0] a probability of 0")
}
