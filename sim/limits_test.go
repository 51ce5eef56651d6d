package sim

import (
	"math"
	"strings"
	"testing"

	"caseload/scenarios"

	"pgregory.net/rapid"
)

// exactOutcomes asks for every variable, measured without error: some read the
// first visit, some a day between visits, some one service alone.
func exactOutcomes() string {
	text := wholeOutcomes() + studyOutcomes
	text = strings.ReplaceAll(text, "measured_by = \"urine\"\n", "")
	text = strings.ReplaceAll(text, "reliability = 0.8\n", "")
	for _, variable := range []string{"in_treatment_su", "days_in_su", "linked_su", "time_to_linkage", "completed_su"} {
		text += "[[outcome]]\nname = \"ward_" + variable + "\"\nvariable = \"" + variable + "\"\nservice = \"ward\"\nat_days = 45\n"
	}
	for _, variable := range []string{"in_treatment_su", "days_in_su"} {
		text += "[[outcome]]\nname = \"entered_" + variable + "\"\nvariable = \"" + variable + "\"\nset = \"entered\"\nat_days = 70\n"
	}
	for _, variable := range []string{"use_days_month", "risk_free", "satisfaction", "housed", "days_abstinent"} {
		text += "[[outcome]]\nname = \"early_" + variable + "\"\nvariable = \"" + variable + "\"\nat_days = 30\n"
	}
	return text
}

// someOf drops the outcomes of a scenario at random but for the first, so that
// what is read, and hence taken down, differs.
func someOf(t *rapid.T, text string) string {
	kept := ""
	for k, o := range strings.SplitAfter(text, "[[outcome]]\n")[1:] {
		if o = strings.TrimSuffix(o, "[[outcome]]\n"); k == 0 || rapid.IntRange(0, 3).Draw(t, "keep") > 0 {
			kept += "[[outcome]]\n" + o
		}
	}
	return kept
}

// histories runs a replicate, or one of its worlds, twice: as fast as the engine
// can, and event by event with a log. Worlds below AsRandomized are the trial.
func histories(m *Model, replicate, world int) (fast, logged *Workspace) {
	live := func(w *Workspace) *Workspace {
		w.Begin(3, replicate)
		if world < AsRandomized {
			w.Trial()
			return w
		}
		truth := m.NewTruth()
		w.World(world, truth)
		w.observed.Outcomes = truth.Outcomes
		return w
	}
	logged = m.NewWorkspace()
	logged.plain, logged.log = true, &eventLog{}
	return live(m.NewWorkspace()), live(logged)
}

// compileRoughly solves hazards on a sample too small for natural quantities to
// hold: what is tested with it holds at any hazards.
func compileRoughly(tb interface {
	Helper()
	Fatalf(string, ...any)
}, text string, sets ...string) *Model {
	tb.Helper()
	m, err := compileFrom(load(tb, text, sets...), 32, nil)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return m
}

// drawHistories draws a scenario and a world of it.
func drawHistories(t *rapid.T) (fast, logged *Workspace, world int) {
	m := drawAllOutcomes(t)
	world = rapid.IntRange(AsRandomized-1, 1).Draw(t, "world")
	fast, logged = histories(m, rapid.IntRange(0, 1000).Draw(t, "replicate"), world)
	return fast, logged, world
}

// drawAllOutcomes draws a scenario with some of all outcomes, visits that are late, and losses.
func drawAllOutcomes(t *rapid.T) *Model {
	text, more := drawRecruitment(t)
	sets := append(append(drawWhole(t), drawEnds(t)...), more...)
	return compileRoughly(t, wholeTOML+text+someOf(t, exactOutcomes()), sets...)
}

func drawEnds(t *rapid.T) (sets []string) {
	return []string{
		rapid.SampledFrom([]string{"trial.follow_up_days=[30,60,90,180]", "trial.follow_up_days=[30,90,180]", "trial.follow_up_days=[0,30,90,180]"}).Draw(t, "visits"),
		rapid.SampledFrom([]string{"trial.visit_window_days=28", "trial.visit_window_days=3"}).Draw(t, "late"),
		rapid.SampledFrom([]string{"program.ward.first_contact={day=0}", "program.team.first_contact={day=0}"}).Draw(t, "first"),
	}
}

// Every variable, in the trial and in the truth, is what the log of events says
// when it is counted again from the description of the variable.
func TestHistoriesAgreeWithTheLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fast, logged, world := drawHistories(t)
		seen := world < AsRandomized
		for _, c := range chronicles(logged) {
			for k := range fast.m.outcomes {
				o := &fast.m.Scenario.Outcomes[k]
				if !seen && fast.m.outcomes[k].ofStudy {
					continue // the log is of the world without losses
				}
				y, event, in, there := recount(logged, &c, o, seen)
				compareOutcome(t, fast, k, c.client, y, event, in, there)
			}
		}
	})
}

func compareOutcome(t *rapid.T, w *Workspace, k, i int, y float64, event, in, there bool) {
	col := &w.observed.Outcomes[k]
	name := w.m.outcomes[k].name
	if col.In[i] != in {
		t.Fatalf("%s of client %d: in the analysis is %v, want %v", name, i, col.In[i], in)
	}
	if got := col.Value[i]; there != (got == got) && in || math.Abs(got-y) > 1e-7 {
		t.Fatalf("%s of client %d: %v, the log says %v", name, i, got, y)
	}
	if v, _ := scenarios.LookupVariable(w.m.Scenario.Outcomes[k].Variable); v.Kind == scenarios.Time && in && there && col.Event[i] != event {
		t.Fatalf("%s of client %d: event %v, the log says %v", name, i, col.Event[i], event)
	}
}
