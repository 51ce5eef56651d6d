package sim

import (
	"slices"
	"testing"

	"caseload/scenarios"
	"caseload/sim/trial"
)

// The truth of outcomes about the study's visits is of worlds with the losses of the
// trial: as randomized it is what the trial sees, whatever else is asked and whichever
// engine lives the worlds.
func TestTruthOfVisitsIsThatOfTheTrial(t *testing.T) {
	for _, ends := range []string{"study", "all"} {
		m := compileRoughly(t, wholeTOML+studyOutcomes, "attrition.ends="+`"`+ends+`"`, "attrition.loss={per_month=0.2}")
		w, plain := m.NewWorkspace(), m.NewWorkspace()
		plain.plain = true
		made, n := 0.0, 0.0
		for r := range 4 {
			w.Begin(3, r)
			seen := w.Trial()
			trialSaw := slices.Clone(seen.Outcomes[3].Value)
			visits := slices.Clone(seen.Outcomes[2].Value)
			own, slow := m.NewTruth(), m.NewTruth()
			w.World(AsRandomized, own)
			plain.Begin(3, r)
			plain.World(AsRandomized, slow)
			if !slices.Equal(own.Outcomes[3].Value, trialSaw) || !slices.Equal(own.Outcomes[2].Value, visits) {
				t.Fatalf("loss ends %s, replicate %d: the truth of visits is not what the trial saw", ends, r)
			}
			for k := range own.Outcomes {
				if !slices.Equal(own.Outcomes[k].Value, slow.Outcomes[k].Value) {
					t.Fatalf("loss ends %s, replicate %d: the plain engine has another %s", ends, r, m.outcomes[k].name)
				}
			}
			for _, y := range trialSaw {
				made, n = made+y, n+1
			}
		}
		if made < n/4 || made > n*9/10 {
			t.Errorf("loss ends %s: %v of %v visits are made, which tests little", ends, made, n)
		}
	}
}

// contactsTOML has two programs without effects on lives that are never crowded.
const contactsTOML = `
title = "contacts"
source = "a test"
[trial]
clients = 60
accrual = { per_month = 30 }
follow_up_days = [90, 180]
[[arm]]
name = "often"
programs = ["often", "seldom"]
[[arm]]
name = "seldom"
programs = ["seldom"]
control = true
[program.often]
preset = ""
uptake = 0.7
duration_days = 90
contacts = { every_days = 7 }
[program.seldom]
preset = ""
duration_days = 90
contacts = { every_days = 30 }
[[outcome]]
name = "contacts"
variable = "contacts"
at_days = 60
`

// Contacts are those of the world's arm: where clients' lives do not depend on the arm, the
// lives are shared between worlds, but their contacts are not.
func TestContactsAreThoseOfTheArm(t *testing.T) {
	m := compileRoughly(t, contactsTOML)
	w, alone := m.NewWorkspace(), m.NewTruth()
	arms := []*trial.Truth{m.NewTruth(), m.NewTruth()}
	for r := range 3 {
		w.Begin(3, r)
		w.Trial()
		w.Worlds(arms, nil)
		for a := range arms {
			w.World(a, alone)
			if !slices.Equal(alone.Outcomes[0].Value, arms[a].Outcomes[0].Value) {
				t.Fatalf("replicate %d: the contacts in arm %d differ from those of its world", r, a)
			}
		}
		if slices.Equal(arms[0].Outcomes[0].Value, arms[1].Outcomes[0].Value) {
			t.Errorf("replicate %d: the same contacts in both arms", r)
		}
	}
}

// Several services are any of them: their days are at least those in each, and clients
// linked to one of them are those linked to the one or the other.
func TestSeveralServicesAreAnyOfThem(t *testing.T) {
	text := wholeTOML
	for name, services := range map[string]string{"one": `"advice"`, "other": `"shelter"`, "any": `["advice", "shelter"]`, "each": "[]"} {
		if text += "[[outcome]]\nname = \"" + name + "\"\nvariable = \"linked_other\"\nat_days = 60\n"; name != "each" {
			text += "service = " + services + "\n"
		}
	}
	m := compileRoughly(t, text)
	w := m.NewWorkspace()
	w.Begin(3, 0)
	at := map[string][]float64{}
	for k, c := range w.Trial().Outcomes {
		at[m.outcomes[k].name] = c.Value
	}
	for i := range w.n {
		if want := max(at["one"][i], at["other"][i]); at["any"][i] != want || at["each"][i] != want {
			t.Fatalf("client %d: linked to any is %v, to all of the kind %v, want %v", i, at["any"][i], at["each"][i], want)
		}
	}
}

// A state has precedence over a trait of its name.
func TestConditionsTakeTheStateBeforeTheTrait(t *testing.T) {
	const text = wholeTOML + "[[trait]]\nname = \"housed\"\nprevalence = 1\n" +
		"[[outcome]]\nname = \"a\"\nwhen = \"housed\"\nat_days = 90\n[[outcome]]\nname = \"b\"\nvariable = \"housed\"\nat_days = 90\n"
	m := compileRoughly(t, text)
	if v := m.Scenario.Outcomes[0].Variable; v != scenarios.VariableCondition {
		t.Fatalf("the variable is %q", v)
	}
	w, own := m.NewWorkspace(), m.NewTruth()
	w.Begin(3, 0)
	w.World(AsRandomized, own)
	for i, y := range own.Outcomes[0].Value {
		if other := own.Outcomes[1].Value[i]; y != other && (y == y || other == other) {
			t.Fatalf("client %d: %v, housed is %v", i, y, other)
		}
	}
}
