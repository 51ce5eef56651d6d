package sim

import (
	"math"
	"testing"

	"caseload/scenarios"

	"pgregory.net/rapid"
)

// designTOML has two arms with case managers of their own, and traits of three
// kinds.
const designTOML = `
title = "a design"
source = "a test"
[trial]
clients = 20000
accrual = { per_day = 500 }
follow_up_days = [30]
sites = 4
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = ["advice"]
control = true
[[trait]]
name = "poor"
prevalence = 0.3
[[trait]]
name = "age"
mean = 40
sd = 10
[[trait]]
name = "income"
median = 900
log_sd = 0.8
[[subgroup]]
name = "grown"
when = "age > 35"
[[subgroup]]
name = "old"
when = "age > 50"
[[subgroup]]
name = "anyone"
when = "true"
[service.clinic]
preset = ""
linkage = { probability = 0.5, by_days = 20 }
stay = { median_days = 10 }
[service.clinic.linking]
poor = 0.25
[program.manager]
preset = ""
staff = 2
first_contact = { day = 1 }
contacts = { every_days = 7 }
[[program.manager.effect]]
on = "linkage.clinic"
hazard_ratio = 2
lasts_days = 10
[program.advice]
preset = ""
staff = 3
first_contact = { day = 2 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 20
`

// compileEdited compiles a scenario after an edit, on as many clients as
// Compile does: natural quantities hold to a few parts in ten thousand.
func compileEdited(tb interface {
	Helper()
	Fatalf(string, ...any)
}, text string, edit func(*scenarios.Scenario), sets ...string) *Model {
	tb.Helper()
	sc := load(tb, text, sets...)
	edit(sc)
	m, err := Compile(sc)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return m
}

// eligible makes membership in a subgroup the criterion of eligibility.
func eligible(sc *scenarios.Scenario, subgroup string) {
	for _, g := range sc.Subgroups {
		if g.Name == subgroup {
			sc.Trial.Eligible, sc.Trial.EligibleExpr = g.When, g.Expr
		}
	}
}

// share is the share of clients of whom is holds.
func (w *Workspace) share(is func(i int) bool) float64 {
	n := 0.0
	for i := range w.n {
		if is(i) {
			n++
		}
	}
	return n / float64(w.n)
}

// se is the standard error of a share of n.
func se(p, n float64) float64 { return math.Sqrt(p * (1 - p) / n) }

// everyDesign puts every feature on top of the crowded scenario, whose arms
// then have staff of their own.
func everyDesign(method scenarios.RandomizationMethod, by scenarios.RandomizedUnit) func(*scenarios.Scenario) {
	return func(sc *scenarios.Scenario) {
		t := &sc.Trial
		t.Eligible, t.EligibleExpr = "not needy", scenarios.Expr{}
		t.Refusal, t.Refusing = 0.3, map[string]float64{"poor": 3, "severity": 0.5}
		t.SiteSpread = map[string]float64{"linkage": 0.5, "quit": 0.3, "leaving.clinic": 0.4}
		t.Randomization = scenarios.Randomization{Method: method, By: by, Strata: []string{"site", "poor", "needy"}, Probability: 0.8}
		sc.Traits[0].Observed = &scenarios.ObservedTrait{Sensitivity: 0.8, Specificity: 0.9}
		sc.Traits[1].Observed = &scenarios.ObservedTrait{Reliability: 0.7}
		sc.Arms[1].Contamination = &scenarios.Contamination{Arm: "managed", Probability: 0.3}
	}
}

var ownStaff = []string{"arm.managed.programs=[\"manager\"]", "program.outreach.staff=3", "program.outreach.caseload=15"}

// With every feature on, lives that run ahead are those of the plain engine to
// the last bit, what is shared is conserved, and nothing is allocated.
func TestEveryDesignRunsAhead(t *testing.T) {
	for _, c := range [][2]string{{"minimization", ""}, {"cluster", "site"}, {"cluster", "manager"}} {
		rapid.Check(t, func(t *rapid.T) {
			sc := load(t, crowdedTOML, append(drawSets(t), ownStaff...)...)
			everyDesign(scenarios.RandomizationMethod(c[0]), scenarios.RandomizedUnit(c[1]))(sc)
			m, err := compileFrom(sc, 256, nil)
			if err != nil {
				t.Fatalf("%v", err)
			}
			replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
			plain, ahead := m.NewWorkspace(), m.NewWorkspace()
			plain.plain = true
			for _, w := range []*Workspace{plain, ahead} {
				w.Begin(3, replicate)
				w.Trial()
				conserve(t, m, w)
			}
			if d := diff(plain.allState(), ahead.allState()); d != "" {
				t.Fatalf("%v: plain and ahead: %s", c, d)
			}
		})
		sc := load(t, crowdedTOML, ownStaff...)
		everyDesign(scenarios.RandomizationMethod(c[0]), scenarios.RandomizedUnit(c[1]))(sc)
		m, err := compileFrom(sc, 512, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, truth := m.NewWorkspace(), m.NewTruth()
		replicate := func() {
			w.Begin(1, 7)
			w.Trial()
			w.World(0, truth)
			w.World(1, truth)
		}
		replicate()
		if n := testing.AllocsPerRun(10, replicate); n != 0 {
			t.Errorf("%v: %v allocations a replicate, want 0", c, n)
		}
	}
}

// Features set to nothing change nothing, to the last bit: everyone eligible,
// traits measured without error, contamination with no chance.
func TestFeaturesSetToNothingChangeNothing(t *testing.T) {
	run := func(edit func(*scenarios.Scenario)) allState {
		sc := load(t, crowdedTOML)
		edit(sc)
		m, err := compileFrom(sc, 512, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := m.NewWorkspace()
		w.Begin(3, 4)
		w.Trial()
		return w.allState()
	}
	bare := run(func(*scenarios.Scenario) {})
	neutral := run(func(sc *scenarios.Scenario) {
		sc.Trial.Eligible = "true" // and the zero Expr, which holds for everyone
		sc.Traits[0].Observed = &scenarios.ObservedTrait{Sensitivity: 1, Specificity: 1}
		sc.Traits[1].Observed = &scenarios.ObservedTrait{Reliability: 1}
		sc.Arms[1].Contamination = &scenarios.Contamination{Arm: "managed"}
		sc.Trial.SiteSpread = map[string]float64{"linkage": 0}
	})
	if d := diff(bare, neutral); d != "" {
		t.Error(d)
	}
}
