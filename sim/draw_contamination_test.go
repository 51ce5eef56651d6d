package sim

import (
	"testing"

	"caseload/scenarios"
)

func contaminated(sc *scenarios.Scenario) {
	sc.Arms[1].Contamination = &scenarios.Contamination{Arm: "managed", Probability: 0.3}
}

// Of the control arm, the share asked gets the other arm's programs instead of
// its own, and nobody else does.
func TestContaminationIsOfTheShareAsked(t *testing.T) {
	m := compileEdited(t, designTOML, contaminated)
	w := m.NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	programs := map[string]int{}
	for k := range m.programs {
		programs[m.programs[k].name] = k
	}
	n, hit := 0.0, 0.0
	for i := range w.n {
		if o.Contaminated[i] != w.Contaminated(i) {
			t.Fatal("the record differs from the workspace")
		}
		if o.Arm[i] == 1 {
			n++
		}
		if o.Contaminated[i] {
			hit++
		}
		managed := o.Arm[i] == 0 || o.Contaminated[i]
		if o.Arm[i] == 0 && o.Contaminated[i] {
			t.Fatal("a client of the other arm is contaminated")
		}
		if a, b := w.careOf(w.client(i), programs["manager"]).done > 0, w.careOf(w.client(i), programs["advice"]).done > 0; a != managed || b == managed || (o.Contacts[i] > 0) != managed {
			t.Fatalf("client %d of arm %d, contaminated %v: contacts with manager %v, advice %v", i, o.Arm[i], o.Contaminated[i], a, b)
		}
	}
	within(t, "share contaminated", hit/n, 0.3, se(0.3, n))
}

// Contamination is part of all worlds: with everyone in the control arm as many
// are contaminated, those who are as randomized among them; with everyone in the
// other, nobody is.
func TestWorldsShareContamination(t *testing.T) {
	w := compileEdited(t, designTOML, contaminated).NewWorkspace()
	w.Begin(1, 0)
	w.Trial()
	before := make([]bool, w.n)
	for i := range before {
		before[i] = w.Contaminated(i)
	}
	truth := w.m.NewTruth()
	w.World(1, truth)
	for i, b := range before {
		if b && !w.Contaminated(i) {
			t.Fatalf("client %d is no longer contaminated", i)
		}
	}
	within(t, "share contaminated", w.share(w.Contaminated), 0.3, se(0.3, float64(w.n)))
	w.World(0, truth)
	if got := w.share(w.Contaminated); got != 0 {
		t.Errorf("%v of the other arm are contaminated", got)
	}
}

// Staff of its own for each arm: contaminated clients come to the other arm's.
func TestContaminatedClientsComeToTheOtherArmsStaff(t *testing.T) {
	m := compileEdited(t, designTOML, contaminated, "program.manager.per_arm=true", "trial.sites=1")
	w := m.NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	managers := map[int32]bool{}
	for i := range w.n {
		if o.Arm[i] == 0 {
			managers[o.Manager[i]] = true
		}
	}
	for i, hit := range o.Contaminated {
		if hit && !managers[o.Manager[i]] {
			t.Fatalf("client %d came to manager %d, who is not of the arm", i, o.Manager[i])
		}
	}
}

// Hazards are solved without contamination: they are those of the scenario
// without it.
func TestHazardsAreSolvedWithoutContamination(t *testing.T) {
	with := compileEdited(t, designTOML, contaminated)
	without := compileEdited(t, designTOML, func(*scenarios.Scenario) {})
	for p := range with.procs {
		if a, b := with.procs[p].base, without.procs[p].base; a.rate != b.rate {
			t.Errorf("%s: %v and %v", with.procs[p].name, a.rate, b.rate)
		}
	}
}
