package sim

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// learningTOML is of a contact on the day of enrolment, whose effect on a constant hazard lasts as
// long as it is looked at, by staff to whom the program is new.
const learningTOML = `
title = "learning"
source = "a test"
[trial]
clients = 20000
sites = 40
accrual = { over_days = 400 }
follow_up_days = [60]
randomization = { method = "stepped_wedge", steps = 3, step_days = 100 }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
control = true
[service.clinic]
preset = ""
slots = "unlimited"
linkage = { probability = 0.3, by_days = 60 }
stay = { median_days = 40 }
[program.manager]
preset = ""
staff = 2
caseload = "unlimited"
first_contact = { day = 0 }
[program.manager.staffing]
turnover = { per_year = 0 }
learning = { start = 0.2, median_days = 50, new_at_change = true }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 3
lasts_days = 60
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
`

// Where a program is new to its staff when their site crosses over, a client who enrols t days
// later is linked with 1 - 0.7^(3^L), with L = 1 - 0.8 2^(-t/50) the share that is learned by then; with
// everyone in the arm from the beginning t is the day of enrolment.
func TestAProgramIsNewToItsStaff(t *testing.T) {
	m := compile(t, learningTOML)
	w, truth := m.NewWorkspace(), m.NewTruth()
	chance := func(days float64) float64 {
		learned := 1 - 0.8*math.Exp2(-days/50)
		return 1 - math.Pow(0.7, math.Pow(3, learned))
	}
	check := func(what string, y []float64, in func(i int) (days float64, ok bool)) {
		t.Helper()
		got, want, variance := 0.0, 0.0, 0.0
		for i := range w.n {
			if days, ok := in(i); ok {
				p := chance(days)
				got, want, variance = got+y[i], want+p, variance+p*(1-p)
			}
		}
		within(t, what, got, want, math.Sqrt(variance))
	}
	for r := range 2 {
		w.Begin(1, r)
		o := w.Trial()
		for exposed := uint8(1); exposed <= 3; exposed++ {
			check(fmt.Sprint("linked after ", exposed), o.Outcomes[0].Value, func(i int) (float64, bool) {
				first := 100 * float64(o.Period[i]-exposed+1)
				return calendar.Days(w.arrivals[i]) - first, o.Exposed[i] == exposed
			})
		}
		worlds := []*trial.Truth{truth, m.NewTruth()}
		w.Worlds(worlds, nil)
		check("linked in a rollout", truth.Outcomes[0].Value, func(i int) (float64, bool) { return calendar.Days(w.arrivals[i]), true })
	}
}

// Worlds that are read off lives are those lived in full where a program is new to its staff.
func TestWorldsOfStaffWhoLearn(t *testing.T) {
	m := compile(t, learningTOML, "trial.clients=300", "program.manager.caseload=15", "service.clinic.slots=40", "program.manager.staffing.turnover.per_year=1")
	a, b := m.NewWorkspace(), m.NewWorkspace()
	b.plain = true
	x, y := truths(m), truths(m)
	for r := range 5 {
		a.Begin(1, r)
		a.Trial()
		a.Worlds(x[:2], x[2])
		b.Begin(1, r)
		b.Worlds(y[:2], y[2])
		for k := range x {
			if d := differs(x[k], y[k]); d != "" {
				t.Fatalf("replicate %d, world %d: %s", r, k, d)
			}
		}
	}
}

const switching = `trial.randomization={method="cluster_crossover",period_days=50,periods=4,at_change="switch"}`

// Where clients change with their site, the plain engine lives the same lives, and worlds that are read
// off lives are those lived in full; a change after the last follow-up is none, to the bit.
func TestClientsSwitchWithTheirSite(t *testing.T) {
	sets := []string{switching, "trial.sites=5", "program.manager.staffing={turnover={per_year=1},handover={probability=0.7,pause_days=5}}"}
	m := compile(t, crowdedTOML, sets...)
	a, b := m.NewWorkspace(), m.NewWorkspace()
	b.plain = true
	x, y := truths(m), truths(m)
	for r := range 6 {
		a.Begin(1, r)
		b.Begin(1, r)
		if got, want := fmt.Sprint(*a.Trial()), fmt.Sprint(*b.Trial()); got != want {
			t.Fatalf("replicate %d: the engines differ", r)
		}
		a.Worlds(x[:2], x[2])
		b.Worlds(y[:2], y[2])
		for k := range x {
			if d := differs(x[k], y[k]); d != "" {
				t.Fatalf("replicate %d, world %d: %s", r, k, d)
			}
		}
	}
	late := strings.Replace(wedge, "step_days=30", "step_days=5000", 1)
	c, d := compile(t, crowdedTOML, late, "trial.sites=5").NewWorkspace(), compile(t, crowdedTOML, strings.Replace(late, "never=1", `never=1,at_change="switch"`, 1), "trial.sites=5").NewWorkspace()
	for r := range 3 {
		c.Begin(1, r)
		d.Begin(1, r)
		if fmt.Sprint(*c.Trial()) != fmt.Sprint(*d.Trial()) {
			t.Fatalf("replicate %d: a change after the last follow-up changes it", r)
		}
	}
}

// A client has contacts of a program on just the days on which the arm that offers it is in force at
// the site, from the enrolment or from the change on, as often as the program says.
func TestContactsFollowTheArmInForce(t *testing.T) {
	toml := strings.Replace(learningTOML, "[program.manager.staffing]\nturnover = { per_year = 0 }\nlearning = { start = 0.2, median_days = 50, new_at_change = true }\n", "", 1)
	m := compile(t, toml, "trial.clients=400", `program.manager.contacts={every_days=7}`, "program.manager.duration_days=60",
		`trial.randomization={method="cluster_crossover",period_days=25,periods=8,at_change="switch"}`)
	w := m.NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	changed := 0
	for i := range w.n {
		day := calendar.Days(w.arrivals[i])
		row := m.design.schedule.arms[w.design.sequence[w.site[i]]]
		want, begins := int32(0), day // of the present offer
		for k := int(o.Period[i]); k < len(row) && 25*float64(k) < day+60; k++ {
			from, to := max(day, 25*float64(k)), 25*float64(k+1)
			if k == len(row)-1 {
				to = math.Inf(1)
			}
			if row[k] == uint8(m.control) {
				continue
			}
			for begins = from; begins < min(to, day+60, from+60); begins += 7 {
				want++
			}
			if k > int(o.Period[i]) {
				changed++
			}
		}
		if o.Contacts[i] != want {
			t.Fatalf("client of day %v at a site of %v has %d contacts, want %d", day, row, o.Contacts[i], want)
		}
	}
	if changed < 100 {
		t.Errorf("only %d changes", changed)
	}
}
