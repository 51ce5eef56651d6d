package sim

import (
	"maps"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// sameTrials tells whether two models give the same trials and truths.
func sameTrials(t *testing.T, a, b *Model, replicates int) {
	t.Helper()
	v, w := a.NewWorkspace(), b.NewWorkspace()
	x, y := a.NewTruth(), b.NewTruth()
	for r := range replicates {
		v.Begin(1, r)
		w.Begin(1, r)
		if p, q := v.Trial(), w.Trial(); !sameColumns(p.Outcomes, q.Outcomes) || !reflect.DeepEqual(p.Arm, q.Arm) || !reflect.DeepEqual(p.Member, q.Member) {
			t.Fatalf("replicate %d: the trials differ", r)
		}
		v.World(0, x)
		w.World(0, y)
		if !sameColumns(x.Outcomes, y.Outcomes) {
			t.Fatalf("replicate %d: the worlds differ", r)
		}
	}
}

// A variant in which nothing is varied is the model itself, and nothing of it is
// solved again.
func TestAVariantOfNothingIsTheModel(t *testing.T) {
	for _, b := range scenarios.List() {
		if !suite.IsLong() && b.Name != "needle-exchange" {
			continue
		}
		sc, err := scenarios.Builtin(b.Name)
		if err != nil {
			continue // the base is no trial
		}
		sc.Trial.Clients = min(sc.Trial.Clients, 200)
		m, err := Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		again, err := m.Variant(sc)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Reached) > 0 {
			t.Errorf("%s: %d quantities were solved again", b.Name, len(again.Reached))
		}
		sameTrials(t, m, again, 2)
	}
}

// What solves nothing draws no sample either, though replicates draw numbers that were solved
// for, and though a program that had to be solved is offered to nobody any more.
func TestAVariantThatSolvesNothingDrawsNoSample(t *testing.T) {
	for _, change := range []scenarios.Setting{{Key: "trial.clients", Value: 100}, {Key: "arm.interview.programs", Value: []string{"referral"}}} {
		as, err := scenarios.Builtin("central-intake-linkage")
		if err != nil {
			t.Fatal(err)
		}
		if as, err = as.Variant(scenarios.Setting{Key: "uncertainty.use", Value: true}, scenarios.Setting{Key: "arm.strengths_based.programs", Value: []string{"brokerage"}}); err != nil {
			t.Fatal(err)
		}
		m, err := Compile(as)
		if err != nil {
			t.Fatal(err)
		}
		sc, err := as.Variant(change)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if m, err = m.Variant(sc); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if len(m.Unknowns()) == 0 {
			t.Fatal("nothing is drawn")
		}
		// Each of the sample's clients has a piece of memory of 64 bytes at least, a row of clocks.
		if n := after.TotalAlloc - before.TotalAlloc; n > 64*sampleSize {
			t.Errorf("%s: %d bytes, enough for a sample", change.Key, n)
		}
	}
}

// What a program does that nobody was offered is solved once somebody is, in a variant of the
// variant, and comes out as in the scenario as written.
func TestAProgramThatIsOfferedAgainIsSolved(t *testing.T) {
	as, v := changed(t, "central-intake-linkage", func(sc *scenarios.Scenario) { sc.Arms[1].Programs = []string{"referral"} })
	again, err := v.Variant(as.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	const program = "motivational_interview"
	if got, want := again.SolvedRatio(program, 0), as.SolvedRatio(program, 0); !(math.Abs(got/want-1) < 1e-6) {
		t.Errorf("a hazard ratio of %v, want %v", got, want)
	}
	if solved := as.SolvedRatio(program, 0); math.Abs(solved-1) < 0.01 || v.SolvedRatio(program, 0) == solved {
		t.Errorf("%v solved, %v where nobody is offered it: the test shows nothing", solved, v.SolvedRatio(program, 0))
	}
}

// A variant in which replicates draw what was a fixed number is looked at as the scenario is:
// the ends of the prior must be within bounds.
func TestTheBoundsOfAVariantsPriors(t *testing.T) {
	sets := []string{"uncertainty.use=true", "use.relapse={per_day=900}"}
	row := func(prior string) string {
		return wholeTOML + "[[uncertain]]\nkey = \"service.clinic.acts_on.quit\"\nprior = " + prior + "\n" + wholeOutcomes()
	}
	m, err := compileFrom(load(t, row("{ uniform = [1, 2] }"), sets...), 256, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = compileFrom(load(t, row("{ uniform = [1, 9999] }"), sets...), 256, m)
	if err == nil || !strings.Contains(err.Error(), "changes of use") || !strings.Contains(err.Error(), "the prior of ") {
		t.Errorf("got %v, want too many changes of use", err)
	}
}

// changed is the library scenario with a change made by hand.
func changed(t *testing.T, name string, change func(*scenarios.Scenario)) (as *Model, variant *Model) {
	t.Helper()
	sc, err := scenarios.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	as, err = Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	other := *sc
	other.Services, other.Programs = maps.Clone(sc.Services), maps.Clone(sc.Programs)
	other.Arms = append([]scenarios.Arm(nil), sc.Arms...)
	change(&other)
	if variant, err = as.Variant(&other); err != nil {
		t.Fatal(err)
	}
	return as, variant
}

// bases are the baselines by process.
func (m *Model) bases() map[string]baseline {
	out := map[string]baseline{}
	for _, p := range m.procs {
		out[p.name] = p.base
	}
	return out
}

// differing are the processes whose baselines differ.
func differing(a, b *Model) (names []string) {
	x, y := a.bases(), b.bases()
	for _, p := range a.procs {
		if !reflect.DeepEqual(x[p.name], y[p.name]) {
			names = append(names, p.name)
		}
	}
	return names
}

// Hazards hold for the scenario as written. With nothing done in the control arm
// they would come out higher, if they were solved again.
func TestAVariantKeepsTheHazards(t *testing.T) {
	as, v := changed(t, "probation-case-management", func(sc *scenarios.Scenario) { sc.Arms[1].Programs = nil })
	if names := differing(as, v); names != nil {
		t.Errorf("the baselines of %v differ", names)
	}
	again, err := Compile(v.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	if differing(as, again) == nil {
		t.Error("solving again would have changed nothing: the test shows nothing")
	}
}

// Of a quantity that is changed itself, and of that alone, the hazard is solved.
func TestAVariantSolvesWhatIsChanged(t *testing.T) {
	as, v := changed(t, "probation-case-management", func(sc *scenarios.Scenario) {
		s := sc.Services["outpatient"]
		s.Stay = scenarios.Quantity{MedianDays: 200, Shape: 1}
		sc.Services["outpatient"] = s
	})
	if names := differing(as, v); !reflect.DeepEqual(names, []string{"leaving.outpatient"}) {
		t.Errorf("the baselines of %v differ, want that of leaving.outpatient", names)
	}
	if len(v.Reached) != 1 || v.Reached[0].Key != "service.outpatient.stay" || v.Reached[0].Asked != 0.5 {
		t.Errorf("solved: %+v", v.Reached)
	}
}

func TestWhatNeverHappensNeedsNoSolving(t *testing.T) {
	suite.Long(t)
	as, v := changed(t, "probation-case-management", func(sc *scenarios.Scenario) {
		s := sc.Services["outpatient"]
		s.Stay = scenarios.Quantity{Never: true}
		sc.Services["outpatient"] = s
		sc.Attrition.Loss = &scenarios.Quantity{Never: true}
	})
	if names := differing(as, v); !reflect.DeepEqual(names, []string{"loss", "leaving.outpatient"}) && !reflect.DeepEqual(names, []string{"leaving.outpatient", "loss"}) {
		t.Errorf("the baselines of %v differ", names)
	}
	if len(v.Reached) > 0 || v.bases()["loss"].kind != never || v.bases()["leaving.outpatient"].kind != never {
		t.Error("never is not never")
	}
}

// The hazard ratio with which 40 % enter in 7 days stays what it is when the
// effect lasts longer, and is another one for another share.
func TestAVariantKeepsWhatAnEffectIs(t *testing.T) {
	edit := func(change func(*scenarios.Effect)) func(*scenarios.Scenario) {
		return func(sc *scenarios.Scenario) {
			p := sc.Programs["strengths_based"]
			p.Effects = append([]scenarios.Effect(nil), p.Effects...)
			change(&p.Effects[0])
			sc.Programs["strengths_based"] = p
		}
	}
	logHR := func(m *Model) float64 { return m.programs[m.programNamed("strengths_based")].effects[0].logHR }
	as, v := changed(t, "needle-exchange", edit(func(e *scenarios.Effect) { e.LastsDays = 365 }))
	if logHR(as) != logHR(v) {
		t.Errorf("log hazard ratio %v, was %v", logHR(v), logHR(as))
	}
	as, v = changed(t, "needle-exchange", edit(func(e *scenarios.Effect) {
		e.Reaches = &scenarios.Quantity{Probability: 0.5, ByDays: 7}
	}))
	if !(logHR(v) > logHR(as)) || differing(as, v) != nil {
		t.Errorf("log hazard ratio %v for 50 %%, %v for 40 %%; other hazards: %v", logHR(v), logHR(as), differing(as, v))
	}
}

// The rest of what is solved is kept too: the spread that gives a correlation,
// the error that gives a reliability, and the intercepts of refusing and of
// missing visits.
func TestAVariantKeepsSpreadsErrorsAndIntercepts(t *testing.T) {
	suite.Long(t)
	as := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
		sc.Trial.Refusal, sc.Trial.Refusing = 0.2, map[string]float64{sc.Traits[0].Name: 2}
		sc.Attrition.Missed, sc.Attrition.MissedOdds = 0.1, map[string]float64{scenarios.StateUsing: 3}
		p := sc.Programs["manager"]
		p.ICC, p.Spread = &scenarios.ICC{Outcome: sc.Outcomes[0].Name, Value: 0.03}, 0
		sc.Programs["manager"] = p
	})
	other := *as.Scenario
	other.Programs = maps.Clone(other.Programs)
	p := other.Programs["manager"]
	p.Uptake = 1
	other.Programs["manager"] = p
	v, err := as.Variant(&other)
	if err != nil {
		t.Fatal(err)
	}
	k := as.programNamed("manager")
	if as.programs[k].spread == 0.3 || v.programs[k].spread != as.programs[k].spread {
		t.Errorf("spread %v, was %v", v.programs[k].spread, as.programs[k].spread)
	}
	if as.missing.intercept == 0 || v.missing.intercept != as.missing.intercept {
		t.Errorf("intercept of missing %v, was %v", v.missing.intercept, as.missing.intercept)
	}
	if as.design.screening.intercept == 0 || v.design.screening.intercept != as.design.screening.intercept {
		t.Errorf("intercept of refusing %v, was %v", v.design.screening.intercept, as.design.screening.intercept)
	}
	if len(v.Reached) > 0 {
		t.Errorf("solved again: %+v", v.Reached)
	}
}

// sameColumns tells whether outcomes are the same to the last bit.
func sameColumns(a, b []trial.Column) bool {
	for k := range a {
		for i := range a[k].Value {
			if math.Float64bits(a[k].Value[i]) != math.Float64bits(b[k].Value[i]) || a[k].In[i] != b[k].In[i] {
				return false
			}
		}
	}
	return len(a) == len(b)
}

func BenchmarkVariant(b *testing.B) {
	sc, err := scenarios.Builtin("probation-case-management")
	if err != nil {
		b.Fatal(err)
	}
	m, err := Compile(sc)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := m.Variant(sc); err != nil {
			b.Fatal(err)
		}
	}
}
