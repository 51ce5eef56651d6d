package sim

import (
	"slices"
	"testing"

	"caseload/scenarios"
	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// Jail, death and treatment exclude each other, and the times in states add up.
func TestJailDeathAndTreatmentNeverOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, w, _ := drawHistories(t)
		for _, c := range chronicles(w) {
			jailExcludes(t, w, &c)
			treatmentsExcludeEachOther(t, w, &c)
			timesAddUp(t, w, &c)
		}
		nothingAfterDeath(t, w)
	})
}

// jailExcludes fails if a client in jail is met, arrested, in a service or on a
// waiting list. An instant at which one thing ends and the other begins is
// neither.
func jailExcludes(t *rapid.T, w *Workspace, c *chronicle) {
	for _, x := range append(slices.Clone(c.stays), c.waits...) {
		if in := c.timeIn(scenarios.StateJailed, x.to) - c.timeIn(scenarios.StateJailed, x.from); in > 0 {
			t.Fatalf("client %d is %v days in service %d, or its list, and in jail", c.client, calendar.Days(in), x.service)
		}
	}
	for _, list := range c.contacts {
		for _, at := range list {
			if c.in(scenarios.StateJailed, at) && c.in(scenarios.StateJailed, at+1) {
				t.Fatalf("client %d is met in jail on day %v", c.client, calendar.Days(at-c.enrol))
			}
		}
	}
	for _, at := range c.happens["arrest"] {
		if c.in(scenarios.StateJailed, at) {
			t.Fatalf("client %d is arrested in jail", c.client)
		}
	}
}

// treatmentsExcludeEachOther looks at all stays in services for substance use,
// also at those that outlast follow-up.
func treatmentsExcludeEachOther(t *rapid.T, w *Workspace, c *chronicle) {
	for k := w.client(c.client).first; k >= 0; k = w.spells[k].next {
		sp := &w.spells[k]
		if !w.m.services[sp.Service].treats || sp.Admitted < 0 {
			continue
		}
		for j := w.client(c.client).first; j >= 0; j = w.spells[j].next {
			other := &w.spells[j]
			if j == k || !w.m.services[other.Service].treats || other.Admitted < 0 || other.Admitted > sp.Admitted || beside(w.m, int(sp.Service), int(other.Service)) {
				continue
			}
			if w.freed(other) > sp.Admitted && w.freed(sp) > sp.Admitted {
				t.Fatalf("client %d is in services %d and %d on day %v", c.client, other.Service, sp.Service, calendar.Days(sp.Admitted-c.enrol))
			}
		}
	}
}

// beside reports whether the scenario lets clients be in two services at once.
func beside(m *Model, k, j int) bool {
	names := []string{m.services[k].name, m.services[j].name}
	for i, name := range names {
		if slices.Contains(m.Scenario.Services[name].Beside, names[1-i]) {
			return true
		}
	}
	return false
}

// freed is when the spell's slot, or place on the list, is free again, or would
// be: whoever leaves the trial gives it back unless the service outlasts
// follow-up and has slots that run out.
func (w *Workspace) freed(sp *Spell) int64 {
	if sp.Ended >= 0 {
		return sp.Ended
	}
	c, i := w.client(int(sp.Client)), int(sp.Client)
	if i >= w.n {
		return calendar.NeverTick
	}
	followed := c.exit() == c.enrol+w.m.horizon
	if v := &w.m.services[sp.Service]; v.stays && v.finite && followed { // of a service without limits nothing goes on
		return calendar.NeverTick
	}
	return c.exit()
}

// timesAddUp checks that in and out of a state make up the time until a visit.
func timesAddUp(t *rapid.T, w *Workspace, c *chronicle) {
	for v := range momentID(len(w.m.moments)) {
		if w.client(c.client).recorded>>v&1 == 0 || w.m.moments[v].visit < 0 {
			continue
		}
		at := w.momentAt(w.client(c.client), v)
		if w.lossOff && w.m.window > 0 && c.dead {
			continue // the dead have no visits
		}
		for k := range w.m.courses {
			s := w.snapshot(w.client(c.client), v, k)
			if name := w.m.courses[k].name; w.m.courses[k].bit != noBit && s.time() != c.timeIn(name, at) {
				t.Fatalf("client %d is %v days %s by day %v, want %v", c.client, calendar.Days(s.time()), name,
					calendar.Days(at-c.enrol), calendar.Days(c.timeIn(name, at)))
			}
		}
		if using := at - c.enrol - w.snapshot(w.client(c.client), v, -1).time(); using != c.timeIn(scenarios.StateUsing, at) {
			t.Fatalf("client %d: %v days using by day %v", c.client, calendar.Days(using), calendar.Days(at-c.enrol))
		}
	}
}

func nothingAfterDeath(t *rapid.T, w *Workspace) {
	died := map[int32]int64{}
	for _, e := range w.log.events {
		if at, dead := died[e.Client]; dead && e.Tick > at {
			t.Fatalf("client %d died on day %v and %v on day %v", e.Client, calendar.Days(at), e.Kind, e.Day())
		}
		if e.Kind == EventDied {
			died[e.Client] = e.Tick
		}
	}
	for _, sp := range w.spells {
		if at, dead := died[sp.Client]; dead && (sp.Admitted > at || sp.Ended > at || sp.Admitted >= 0 && sp.Ended < 0) {
			t.Fatalf("client %d died on day %v: %+v", sp.Client, calendar.Days(at), sp)
		}
	}
}

// Whoever begins a program in a bed is not sent elsewhere by a contact of the
// same instant: there would be a stay of no length.
func TestAStartInABedComesBeforeTheDaysContacts(t *testing.T) {
	text := replaceAll(t, wholeTOML, "on = \"linkage.advice\"\nprobability = 0.05", "on = \"linkage.clinic\"\nprobability = 1.0")
	m := compileRoughly(t, text+"[[outcome]]\nname = \"stay\"\nvariable = \"time_in_su\"\nat_days = 60\n", "program.team.first_contact={day=0}",
		"program.ward.uptake=1", "service.ward.slots=200", "service.clinic.occupied=0")
	w := m.NewWorkspace()
	w.Begin(1, 2)
	w.Trial()
	for _, sp := range w.spells {
		if sp.Admitted >= 0 && sp.Ended == sp.Admitted {
			t.Fatalf("a stay of no length: %+v", sp)
		}
	}
}
