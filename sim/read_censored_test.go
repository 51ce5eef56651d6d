package sim

import (
	"fmt"
	"testing"

	"caseload/scenarios"
	"caseload/sim/trial"

	"pgregory.net/rapid"
)

// scenarioWithoutLoss is the model's scenario without loss to the study and without missed visits.
func scenarioWithoutLoss(m *Model) *scenarios.Scenario {
	return m.Scenario.Edit(func(sc *scenarios.Scenario) {
		a := &sc.Attrition
		if a.Loss != nil {
			a.Loss = &scenarios.Quantity{Never: true}
		}
		a.Missed, a.MissedOdds, a.Traits, a.Arms, a.HidesRecords = 0, nil, nil, nil, false
	})
}

// seenOf is an observed record as differs compares truths.
func seenOf(o *trial.Observed) *trial.Truth {
	return &trial.Truth{N: o.N, Arm: o.Arm, Contacts: o.Contacts, Contaminated: o.Contaminated, Site: o.Site, Member: o.Member, Traits: o.Traits,
		Outcomes: o.Outcomes}
}

// checkWithoutLoss compares some trials as seen whole with those of the model in which nobody is lost,
// and tells how many clients were lost.
func checkWithoutLoss(m *Model, first int) (lost int, err error) {
	whole, err := m.Variant(scenarioWithoutLoss(m))
	if err != nil {
		return 0, err
	}
	a, b := m.NewWorkspace(), whole.NewWorkspace()
	for r := first; r < first+3; r++ {
		a.Begin(5, r)
		a.Trial()
		lost += a.Counts().Lost
		b.Begin(5, r)
		if d := differs(seenOf(a.WithoutLoss()), seenOf(b.Trial())); d != "" {
			return lost, fmt.Errorf("replicate %d: %s", r, d)
		}
	}
	return lost, nil
}

// Where loss changes no life, the trial without it is the same lives seen whole, to the last
// bit.
func TestATrialSeenWholeIsThatWithoutLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]func(*rapid.T) *Model{drawWorlds, drawAllOutcomes}).Draw(t, "scenario")(t)
		if !m.LossChangesNoLife() {
			return
		}
		if _, err := checkWithoutLoss(m, rapid.IntRange(0, 1000).Draw(t, "replicate")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBuiltInTrialsSeenWhole(t *testing.T) {
	lost := 0
	for _, name := range []string{"needle-exchange", "probation-case-management", "outreach-brokerage"} {
		sc, err := scenarios.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := compileFrom(sc, 512, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !m.LossChangesNoLife() {
			t.Errorf("%s: loss changes lives", name)
		}
		n, err := checkWithoutLoss(m, 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		lost += n
	}
	if lost == 0 {
		t.Error("nobody is lost")
	}
}
