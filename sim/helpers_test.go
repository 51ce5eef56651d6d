package sim

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/trial"

	"pgregory.net/rapid"
)

var _ = suite.FewerChecks(8)

// crowdedTOML has every mechanism at once: slots and managers that run out,
// hours that stretch contacts, reneging, coming back, traits, frailty, uptake,
// staff spread, effects that lapse, use that acts on nothing but is acted on.
const crowdedTOML = `
title = "everything at once"
source = "a test"
[trial]
clients = 120
accrual = { per_month = 30 }
follow_up_days = [30, 90, 180]
sites = 2
randomization = { method = "blocks", sizes = [4, 6], strata = ["site", "poor"] }
[[arm]]
name = "managed"
programs = ["outreach", "manager"]
[[arm]]
name = "usual"
programs = ["outreach"]
control = true
[[trait]]
name = "poor"
prevalence = 0.4
[[trait]]
name = "severity"
mean = 0
sd = 1
[[correlation]]
traits = ["poor", "severity"]
rho = 0.5
[[subgroup]]
name = "needy"
when = "poor and severity > 0"
[service.clinic]
preset = ""
slots = 15
linkage = { points = [{ probability = 0.2, by_days = 10 }, { probability = 0.6, by_days = 180 }] }
frailty_sd = 0.7
stay = { median_days = 60, shape = 1.4 }
renege = { median_days = 40 }
return = { probability = 0.5, by_days = 60 }
acts_on = { quit = 3.0, relapse = 0.4 }
after_followup = "stay"
[service.clinic.leaving]
poor = 1.8
severity = 1.2
[service.clinic.linking]
poor = 0.7
[program.outreach]
preset = ""
first_contact = { day = 2 }
contacts = { every_days = 25 }
[[program.outreach.effect]]
on = "linkage"
probability = 0.03
[program.manager]
preset = ""
uptake = 0.9
staff = 2
caseload = 12
hours_per_week = 6
minutes_per_contact = 60
contacts = { per_month = 4 }
first_contact = { day = 1 }
duration_days = 90
spread = 0.3
manual = { effect = 1.25, spread = 0.5 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 12
[[program.manager.effect]]
on = "leaving.clinic"
hazard_ratio = 0.6
lasts_days = 20
in = "needy"
[[program.manager.effect]]
on = "quit"
hazard_ratio = 1.5
lasts_days = 15
direct = true
[use]
using = 0.8
quit = { per_month = 0.5 }
relapse = { per_month = 0.9 }
[attrition]
loss = { probability = 0.2, by_days = 180 }
missed = 0.1
[attrition.traits]
poor = 1.5
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
[[outcome]]
name = "days"
variable = "days_in_su"
at_days = 180
[[outcome]]
name = "stay"
variable = "time_in_su"
at_days = 60
[[outcome]]
name = "clean"
variable = "days_abstinent"
at_days = 180
`

// load parses a scenario with some keys set, and fails the test on problems.
func load(tb interface {
	Helper()
	Fatalf(string, ...any)
}, text string, sets ...string) *scenarios.Scenario {
	tb.Helper()
	fsys := mapFS{"s/test.toml": text}
	sc, err := scenarios.Load(fsys, "s/test.toml", sets)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return sc
}

func compile(tb interface {
	Helper()
	Fatalf(string, ...any)
}, text string, sets ...string) *Model {
	tb.Helper()
	m, err := compileFrom(load(tb, text, sets...), 512, nil) // enough for what these tests ask
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return m
}

// drawSets draws a variation of the crowded scenario.
func drawSets(t *rapid.T) []string {
	oneOf := func(key string, values ...string) string {
		return key + "=" + rapid.SampledFrom(values).Draw(t, key)
	}
	sets := []string{
		oneOf("trial.clients", "6", "17", "60", "150"),
		oneOf("trial.accrual", "{per_month=5}", "{per_month=40}", "{per_day=20,pattern=\"fixed\"}"),
		oneOf("service.clinic.slots", "1", "5", "20", "\"unlimited\""),
		oneOf("service.clinic.after_followup", "stay", "leave"),
		oneOf("service.clinic.frailty_sd", "0", "1"),
		oneOf("program.manager.caseload", "2", "8", "\"unlimited\""),
		oneOf("program.manager.staff", "1", "3"),
		oneOf("program.manager.hours_per_week", "0", "3"),
		oneOf("program.manager.per_arm", "true", "false"),
		oneOf("program.manager.uptake", "1", "0.6"),
		oneOf("program.manager.duration_days", "20", "180"),
		oneOf("program.outreach.contacts", "{every_days=25}", "{every_days=10}", "{}"),
		oneOf("program.manager.max_contacts", "0", "3"),
		oneOf("attrition.ends", "study", "all"),
		oneOf("trial.sites", "1", "3"),
		oneOf("trial.follow_up_days", "[30,90,180]", "[0,30,90,180]"),
		oneOf("use.using", "1", "0.3"),
		oneOf("use.quit", "{per_day=0.1}", "{per_month=0.5}"),
	}
	if rapid.Bool().Draw(t, "rates in and after the clinic") {
		sets = append(sets, "service.clinic.acts_on={ quit = 1, relapse = 1 }", "service.clinic.while_in={ quit = { probability = 0.8, by_days = 28 }, relapse = { never = true } }",
			"service.clinic.after={ days = 30, relapse = { per_month = 2 } }")
	}
	switch rapid.IntRange(0, 3).Draw(t, "outreach brings") {
	case 1:
		sets = append(sets, `program.outreach.effect=[{on="linkage",brings={share=0.1,by_days=90}}]`)
	case 2:
		sets = append(sets, "program.outreach.reference={contacts={every_days=9}}",
			`program.outreach.effect=[{on="linkage",brings={points=[{share=0.05,by_days=30},{share=0.1,by_days=150}],reachable=0.6}},{on="quit",hazard_ratio=2,lasts_days=30,direct=true}]`)
	case 3:
		sets = append(sets, "program.outreach.reference={contacts={every_days=9}}", `program.outreach.effect=[{on="linkage",brings={share=0.1,by_days=90},max_contacts=4},{on="return.clinic",brings={share=0.05,by_days=60}}]`)
	}
	if rapid.Bool().Draw(t, "nobody reneges") {
		sets = append(sets, "service.clinic.renege={never=true}")
	}
	if rapid.Bool().Draw(t, "nobody returns") {
		sets = append(sets, "service.clinic.return={never=true}")
	}
	return sets
}

// allState is everything that a world leaves, copied.
type allState struct {
	Counts    Counts
	Spells    []Spell
	Clients   []client
	Care      []any
	Seen      []snapshot
	Histories []history
	Outcomes  []trial.Column
}

func (w *Workspace) allState() allState {
	s := allState{Counts: w.counts}
	for i := range w.n { // in order of client: events of different clients have none
		for k := w.client(i).first; k >= 0; k = w.spells[k].next {
			sp := w.spells[k]
			sp.next = 0
			s.Spells = append(s.Spells, sp)
		}
		c := *w.client(i)
		c.first, c.last, c.current = 0, 0, 0
		s.Clients = append(s.Clients, c)
		for k := range w.m.programs {
			r := w.careOf(w.client(i), k)
			s.Care = append(s.Care, r.manager, r.done, r.start, r.staff)
			if p := &w.m.programs[k]; p.changes() {
				s.Care = append(s.Care, *w.tenureOf(w.client(i), p))
			}
		}
		for k := range w.m.courses {
			s.Histories = append(s.Histories, *w.history(w.client(i), k))
		}
		for v := range momentID(len(w.m.moments)) {
			if w.m.readMoments>>v&1 == 0 {
				continue // not kept where use is lived between the events that read it
			}
			for k := -1; k < w.lives.sights-1; k++ {
				s.Seen = append(s.Seen, *w.snapshot(w.client(i), v, k))
			}
		}
	}
	for _, o := range w.observed.Outcomes {
		s.Outcomes = append(s.Outcomes, trial.Column{Value: append([]float64(nil), o.Value...),
			Event: append([]bool(nil), o.Event...), In: append([]bool(nil), o.In...)})
	}
	return s
}

// diff tells where two snapshots part, NaNs being alike; "" if nowhere.
func diff(a, b allState) string {
	if a.Counts != b.Counts {
		return fmt.Sprintf("counts %+v and %+v", a.Counts, b.Counts)
	}
	if len(a.Spells) != len(b.Spells) {
		return fmt.Sprintf("%d and %d spells", len(a.Spells), len(b.Spells))
	}
	for k := range a.Spells {
		if a.Spells[k] != b.Spells[k] {
			return fmt.Sprintf("spell %d: %+v and %+v", k, a.Spells[k], b.Spells[k])
		}
	}
	for i := range a.Clients {
		if a.Clients[i] != b.Clients[i] {
			return fmt.Sprintf("client %d: %+v and %+v", i, a.Clients[i], b.Clients[i])
		}
	}
	if !reflect.DeepEqual(a.Care, b.Care) {
		return "care"
	}
	if !reflect.DeepEqual(a.Seen, b.Seen) {
		return "assessments"
	}
	if !reflect.DeepEqual(a.Histories, b.Histories) {
		return "courses"
	}
	for k := range a.Outcomes {
		for i, x := range a.Outcomes[k].Value {
			if y := b.Outcomes[k].Value[i]; math.Float64bits(x) != math.Float64bits(y) && (x == x || y == y) {
				return fmt.Sprintf("outcome %d of client %d: %v and %v", k, i, x, y)
			}
		}
	}
	return ""
}

// replaceAll edits a scenario's text, and fails if there is nothing to edit.
func replaceAll(t *testing.T, text, old, new string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("no %q to replace", old)
	}
	return strings.ReplaceAll(text, old, new)
}
