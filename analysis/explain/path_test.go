package explain

import (
	"context"
	"errors"
	"math"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
)

// pathTOML is a trial in which clients enter a clinic and an advice bureau, and
// the managed ones have a manager whose contact on day 0 acts all along.
const pathTOML = `
title = "a path"
source = "a test"
[trial]
clients = 200
accrual = { per_day = 10 }
follow_up_days = [120]
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[[trait]]
name = "poor"
prevalence = 0.4
[[subgroup]]
name = "poor"
when = "poor"
[[subgroup]]
name = "rich"
when = "not poor"
[service.clinic]
preset = ""
linkage = { per_day = 0.02 }
stay = { median_days = 40 }
[service.advice]
preset = ""
kind = "legal"
linkage = { per_day = 0.01 }
stay = { median_days = 30 }
[use]
using = 0.8
quit = { per_day = 0.02 }
relapse = { per_day = 0.03 }
[risk]
rate = { per_day = 0.1 }
[program.manager]
preset = ""
first_contact = { day = 0 }
`

// Pieces of such trials.
const (
	cleanDays   = "[[outcome]]\nname = \"clean\"\nvariable = \"days_abstinent\"\nat_days = 120\nmethod = \"welch\"\n"
	riskCount   = "[[outcome]]\nname = \"risks\"\nvariable = \"risk_events\"\nat_days = 120\n"
	effectOn    = "[[program.manager.effect]]\nlasts_days = 500\n"
	clinicHelps = "[service.clinic.acts_on]\nquit = 3.0\n[service.advice.acts_on]\nquit = 1.5\n"
)

// pathModel compiles a trial given as text.
func pathModel(t *testing.T, text string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Parse("test.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pathFound finds the path of a trial's first arm, and checks that both
// directions sum to the total.
func pathFound(t *testing.T, m *sim.Model, subgroup int, good float64, replicates int) *Path {
	t.Helper()
	p, err := findPath(context.Background(), m, 0, subgroup, good, pathOptions{Replicates: replicates, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, parts := range [][PathParts]Number{p.Forward, p.Backward} {
		sum := 0.0
		for _, n := range parts {
			sum += n.Value
		}
		if !(math.Abs(sum-p.Total.Value) <= 1e-9) {
			t.Errorf("parts sum to %v, the total is %v", sum, p.Total.Value)
		}
	}
	return p
}

// pathIs checks a number to the last bit: where two worlds are the same, so are
// the luck and the sums.
func pathIs(t *testing.T, what string, got Number, want float64) {
	t.Helper()
	if got.Value != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// isClear checks that there is an effect to follow.
func isClear(t *testing.T, what string, n Number) {
	t.Helper()
	if !(math.Abs(n.Value) > 4*n.MCSE) {
		t.Errorf("%s: %v is not clear of zero", what, n)
	}
}

// A program that changes nothing has no path: with queues and deaths too, every
// world is the same.
func TestPathOfNoEffect(t *testing.T) {
	m := pathModel(t, crowdedPathTOML+effectOn+"on = \"linkage\"\nhazard_ratio = 1\n"+cleanDays)
	p := pathFound(t, m, -1, 1, 20)
	pathIs(t, "total", p.Total, 0)
	for k := range PathParts {
		pathIs(t, "forward", p.Forward[k], 0)
		pathIs(t, "backward", p.Backward[k], 0)
	}
}

// What only brings clients to treatment has no direct effect, and keeps nobody
// there.
func TestPathOfLinkage(t *testing.T) {
	m := pathModel(t, pathTOML+clinicHelps+effectOn+"on = \"linkage\"\nhazard_ratio = 4\n"+cleanDays)
	p := pathFound(t, m, -1, 1, 50)
	isClear(t, "total", p.Total)
	for _, parts := range [][PathParts]Number{p.Forward, p.Backward} {
		isClear(t, "entering", parts[ThroughEntering])
		pathIs(t, "staying", parts[ThroughStaying], 0)
		pathIs(t, "other services", parts[ThroughOther], 0)
		pathIs(t, "direct", parts[Direct], 0)
	}
}

// What acts on quitting alone, where services don't, is direct.
func TestPathOfQuitting(t *testing.T) {
	m := pathModel(t, pathTOML+effectOn+"on = \"quit\"\nhazard_ratio = 2\ndirect = true\n"+cleanDays)
	p := pathFound(t, m, -1, 1, 20)
	isClear(t, "total", p.Total)
	for _, parts := range [][PathParts]Number{p.Forward, p.Backward} {
		pathIs(t, "entering", parts[ThroughEntering], 0)
		pathIs(t, "staying", parts[ThroughStaying], 0)
		pathIs(t, "other services", parts[ThroughOther], 0)
		pathIs(t, "direct", parts[Direct], p.Total.Value)
	}
}

// What keeps clients in a clinic to which nobody returns changes nobody's
// entering.
func TestPathOfLeaving(t *testing.T) {
	m := pathModel(t, pathTOML+clinicHelps+effectOn+"on = \"leaving\"\nhazard_ratio = 0.3\n"+cleanDays)
	p := pathFound(t, m, -1, 1, 50)
	for _, parts := range [][PathParts]Number{p.Forward, p.Backward} {
		pathIs(t, "entering", parts[ThroughEntering], 0)
		isClear(t, "staying", parts[ThroughStaying])
		pathIs(t, "other services", parts[ThroughOther], 0)
		pathIs(t, "direct", parts[Direct], 0)
	}
}

// An effect in one subgroup has a path there and none elsewhere.
func TestPathInASubgroup(t *testing.T) {
	m := pathModel(t, pathTOML+clinicHelps+effectOn+"on = \"linkage\"\nhazard_ratio = 4\nin = \"poor\"\n"+cleanDays)
	isClear(t, "poor", pathFound(t, m, 0, 1, 50).Forward[ThroughEntering])
	p := pathFound(t, m, 1, 1, 50)
	pathIs(t, "rich", p.Total, 0)
	pathIs(t, "rich, entering", p.Forward[ThroughEntering], 0)
}

// crowdedPathTOML has slots that run out and clients who die.
const crowdedPathTOML = pathTOML + clinicHelps + `
[service.ward]
preset = ""
slots = 10
linkage = { per_day = 0.02 }
stay = { median_days = 20 }
return = { median_days = 60 }
acts_on = { quit = 2.0 }
[death]
rate = { probability = 0.2, by_days = 120 }
`

// busyEffects act on clients of crowdedPathTOML.
const busyEffects = effectOn + "on = \"linkage\"\nhazard_ratio = 3\n" +
	effectOn + "on = \"quit\"\nhazard_ratio = 1.5\ndirect = true\n" + cleanDays

// With queues and deaths, the total is the effect of giving the program to
// everyone, as a run of the trial has it.
func TestPathTotalIsTheEffectOfRollout(t *testing.T) {
	m := pathModel(t, crowdedPathTOML+busyEffects)
	p := pathFound(t, m, -1, 1, 40)
	r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 40, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	isClear(t, "total", p.Total)
	if want := r.Rows[0].TruthRollout; !(math.Abs(p.Total.Value-float64(want)) <= 1e-9*math.Abs(float64(want))) {
		t.Errorf("total %v, rollout %v", p.Total, want)
	}
}

// The number of workers changes nothing, and a path that is interrupted is that
// of the replicates finished.
func TestPathOfFirstReplicates(t *testing.T) {
	m := pathModel(t, crowdedPathTOML+busyEffects)
	find := func(ctx context.Context, replicates, workers int) *Path {
		p, err := findPath(ctx, m, 0, -1, 1, pathOptions{Replicates: replicates, Seed: 2, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	one := find(context.Background(), 20, 1)
	if three := find(context.Background(), 20, 3); *three != *one {
		t.Errorf("three workers: %v; one: %v", *three, *one)
	}
	if cut := find(&weary{Context: context.Background(), asked: 20}, 500, 1); *cut != *one {
		t.Errorf("interrupted: %v; in full: %v", *cut, *one)
	}
}

// weary is a context that is done after so many questions.
type weary struct {
	context.Context
	asked int
}

func (w *weary) Err() error {
	if w.asked--; w.asked < 0 {
		return context.Canceled
	}
	return nil
}

// Interrupted before the first replicate, there is only the reason.
func TestPathInterruptedAtOnce(t *testing.T) {
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(reason)
	if p, err := findPath(ctx, pathModel(t, pathTOML+cleanDays), 0, -1, 1, pathOptions{Replicates: 5}); p != nil || !errors.Is(err, reason) {
		t.Errorf("%v, %v", p, err)
	}
}
