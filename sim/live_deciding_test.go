package sim

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// decidingTOML adds decisions of all kinds to the crowded scenario: stepped care, checkups
// that act on a test, and a second randomization.
const decidingTOML = crowdedTOML + `
[measure.urine]
sensitivity = 0.8
specificity = 0.9
[program.intensive]
preset = ""
uptake = 0.7
staff = 1
caseload = 5
contacts = { every_days = 3 }
duration_days = 30
spread = 0.2
[[program.intensive.effect]]
on = "quit"
hazard_ratio = 2
lasts_days = 9
half_life_days = 4
direct = true
[[program.intensive.effect]]
on = "relapse"
hazard_ratio = 0.5
lasts_days = 9
starts_day = 5
direct = true
[[program.intensive.effect]]
on = "linkage"
probability = 0.1
[[decision]]
name = "step"
at_days = 30
when = "using and not in_treatment"
arms = ["managed"]
randomize = [
  { name = "intensive", add = ["intensive"], stop = ["manager", "outreach"] },
  { name = "again", add = ["manager"], ratio = 2 },
  { name = "none" },
]
[[decision]]
name = "checkup"
every_days = 20
measured_by = "urine"
when = "using or poor"
add = ["intensive"]
stop = ["manager"]
[[decision]]
name = "rest"
at_days = 50
when = "abstinent"
stop = ["manager", "intensive"]
`

// drawDecisions draws a variation of the decisions.
func drawDecisions(t *rapid.T) []string {
	oneOf := func(key string, values ...string) string {
		return key + "=" + rapid.SampledFrom(values).Draw(t, key)
	}
	return []string{
		oneOf("decision.step.at_days", "0", "5.5", "30"),
		oneOf("decision.step.arms", "[]", `["managed"]`),
		oneOf("decision.checkup.missing", "act", "wait"),
		oneOf("decision.checkup.every_days", "7", "30"),
		oneOf("program.intensive.staff", "1", `"unlimited"`),
		oneOf("program.intensive.hours_per_week", "0", "1"),
		oneOf("program.intensive.minutes_per_contact", "30", "60"),
		oneOf("program.intensive.spread", "0", "0.2"),
	}
}

// fixStaff keeps a spread, a caseload and hours to programs that have staff.
func fixStaff(sets []string) []string {
	if slices.Contains(sets, `program.intensive.staff="unlimited"`) {
		sets = append(sets, "program.intensive.spread=0", `program.intensive.caseload="unlimited"`, "program.intensive.hours_per_week=0")
	}
	return sets
}

// choices are what decisions have been for clients.
func (w *Workspace) allChoices() (list []choice) {
	for i := range w.n {
		for k := range w.m.decisions {
			list = append(list, *w.choiceOf(w.client(i), k))
		}
	}
	return list
}

// With decisions, too, lives that run ahead are those in which every event goes through
// the calendar.
func TestDecisionsAreTheSameInBothEngines(t *testing.T) {
	met := 0
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, decidingTOML, fixStaff(slices.Concat(drawSets(t), drawStaffing(t, "manager", false), drawDecisions(t)))...)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		run := func(plain, logged bool) (allState, []choice) {
			w := m.NewWorkspace()
			w.plain = plain
			if logged {
				w.log = &eventLog{}
			}
			w.Begin(3, replicate)
			w.Trial()
			conserve(t, m, w)
			return w.allState(), w.allChoices()
		}
		ahead, choices := run(false, false)
		for _, by := range []struct{ plain, logged bool }{{true, false}, {true, true}} {
			state, other := run(by.plain, by.logged)
			if d := diff(state, ahead); d != "" {
				t.Fatalf("%+v: %s", by, d)
			}
			if !slices.Equal(choices, other) {
				t.Fatalf("%+v: other choices", by)
			}
		}
		for _, c := range choices {
			met += int(c.times)
		}
	})
	if met == 0 {
		t.Error("nobody met a decision")
	}
}

// The worlds of the truth are those lived one by one.
func TestWorldsWithDecisionsAreLivedAnew(t *testing.T) {
	for _, sets := range [][]string{nil, {`program.intensive.staff="unlimited"`, "program.intensive.spread=0", `program.intensive.caseload="unlimited"`,
		`program.manager.staff="unlimited"`, `program.manager.caseload="unlimited"`, "program.manager.spread=0", "program.manager.hours_per_week=0", `service.clinic.slots="unlimited"`}} {
		m := compile(t, decidingTOML, sets...)
		w, all, one := m.NewWorkspace(), truths(m), m.NewTruth()
		for r := range 3 {
			w.Begin(1, r)
			w.Trial()
			w.Worlds(all[:m.arms], all[m.arms])
			for arm := AsRandomized; arm < m.arms; arm++ {
				w.World(arm, one)
				want := all[(arm+m.arms+1)%(m.arms+1)]
				for k := range one.Outcomes {
					for i, y := range one.Outcomes[k].Value {
						if x := want.Outcomes[k].Value[i]; math.Float64bits(x) != math.Float64bits(y) && (x == x || y == y) {
							t.Fatalf("%v: replicate %d, world %d, outcome %d of client %d: %v, and %v when lived alone", sets, r, arm, k, i, x, y)
						}
					}
				}
			}
		}
	}
}

// A decision that nobody meets changes nothing of the lives.
func TestADecisionThatNobodyMeetsChangesNothing(t *testing.T) {
	run := func(text string) allState {
		w := compile(t, text).NewWorkspace()
		w.Begin(1, 3)
		w.Trial()
		return w.allState()
	}
	const never = "[[decision]]\nname = \"never\"\nevery_days = 10\nwhen = \"using and abstinent\"\nstop = [\"manager\"]\n"
	if d := diff(run(crowdedTOML), run(crowdedTOML+never)); d != "" {
		t.Error(d)
	}
}

// A program that a decision adds for all on day 0 is the program of the arm; randomizing
// to one option is deciding without.
func TestADecisionForAllAtOnceIsTheArm(t *testing.T) {
	const all = "[[decision]]\nname = \"everyone\"\nat_days = 0\narms = [\"managed\"]\n"
	run := func(text string, sets ...string) allState {
		w := compile(t, text, sets...).NewWorkspace()
		w.Begin(1, 3)
		w.Trial()
		return w.allState()
	}
	arm := run(crowdedTOML)
	without := `arm.managed.programs=["outreach"]`
	for name, add := range map[string]string{"rule": `add = ["manager"]`, "one option": `randomize = [{ name = "it", add = ["manager"] }]`} {
		if d := diff(arm, run(crowdedTOML+all+add+"\n", without)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if d := diff(arm, run(crowdedTOML, without)); d == "" {
		t.Error("without the decision nothing differs")
	}
}

// Clients are randomized in the ratio of the options, each alone, and only those who meet
// the decision: 4 standard errors.
func TestOptionsAreDrawnInTheirRatio(t *testing.T) {
	w := compile(t, decidingTOML, "trial.clients=4000").NewWorkspace()
	w.Begin(1, 0)
	w.Trial()
	var n [3]float64
	total := 0.0
	for i := range w.n {
		c := w.choiceOf(w.client(i), 0)
		if (c.option >= 0) != (c.first >= 0) || c.times > 1 {
			t.Fatalf("client %d: %+v", i, *c)
		}
		if c.option >= 0 {
			n[c.option]++
			total++
		}
	}
	for k, share := range []float64{0.25, 0.5, 0.25} {
		if got := n[k] / total; math.Abs(got-share) > 4*math.Sqrt(share*(1-share)/total) {
			t.Errorf("option %d: %v of %v clients, want %v", k, got, total, share)
		}
	}
}

// A test finds as many using as its sensitivity and specificity say, and the same on the day
// of a visit as the visit's own.
func TestDecisionsByATest(t *testing.T) {
	const text = crowdedTOML + `
[measure.urine]
sensitivity = 0.8
specificity = 0.9
[[decision]]
name = "screen"
at_days = 90
when = "using"
measured_by = "urine"
stop = ["manager"]
[[outcome]]
name = "negative"
variable = "abstinent"
measured_by = "urine"
at_days = 90
`
	w := compile(t, text, "trial.clients=4000", "attrition.missed=0.3").NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	seen, missed := 0, 0
	for i, y := range o.Outcomes[len(o.Outcomes)-1].Value {
		found := w.choiceOf(w.client(i), 0).first >= 0
		if y != y {
			if missed++; found {
				t.Fatalf("client %d misses the visit and is found using", i)
			}
			continue
		}
		if seen++; found != (y == 0) {
			t.Fatalf("client %d: found using %v, and the outcome is %v", i, found, y)
		}
	}
	if seen == 0 || missed == 0 {
		t.Errorf("%d seen, %d missed", seen, missed)
	}
}
