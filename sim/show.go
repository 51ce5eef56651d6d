package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// Shown is one replicate with all that happened in it.
type Shown struct {
	Observed *trial.Observed
	Events   []Event // by time, then in the order in which they were executed
	Clients  []Life  // in order of enrolment
	Visits   []Visit // by client, then visit
	Flow     []ArmFlow
	Screened Screening
}

// Life is what became of one client. Days are since enrolment, but Enrolled;
// what has not happened is NaN.
type Life struct {
	Arm       int     // index into the scenario's arms
	Site      int     // 0-based
	Manager   int     // numbered through the trial; -1 without one
	Contacts  int     // of all programs
	Enrolled  float64 // day of the trial's calendar
	Exit      float64 // end of follow-up
	Lost      float64 // to the study
	Admitted  float64 // first
	Left      float64 // ending the stay that began at Admitted
	Treatment Treatment
}

// Treatment is how far a client got by the end of follow-up.
type Treatment uint8

// How far a client can get.
const (
	NeverSought Treatment = iota
	StillWaiting
	GaveUp // the place on the list
	StillIn
	HasLeft
)

// String says it in words.
func (t Treatment) String() string {
	return [...]string{"never sought", "still waiting", "gave up waiting", "still in treatment", "left treatment"}[t]
}

// Visit is one planned visit of one client.
type Visit struct {
	Client, Visit int     // 0-based
	Planned       float64 // days since enrolment
	Made          bool
	Day           float64 // when it was made, days since enrolment
	Lost          bool    // not made because the client was lost before it
	Died          bool    // not made because the client died before it
	DaysAbstinent float64 // up to the visit; NaN unless made
	Using         bool    // on the day; false unless made
}

// Show runs one replicate as randomized with every event on record.
func (m *Model) Show(seed int64, replicate int) *Shown {
	w := m.NewWorkspace()
	w.plain = true // events in the order of the trial's calendar
	w.log = &eventLog{}
	w.Begin(seed, replicate)
	s := &Shown{Observed: w.Trial()}
	s.Events = w.log.events
	slices.SortStableFunc(s.Events, func(a, b Event) int { return int(a.Tick - b.Tick) })
	for i := range w.n {
		s.Clients = append(s.Clients, w.life(i))
		for v := range m.visits {
			s.Visits = append(s.Visits, w.visit(i, v))
		}
	}
	s.Flow = w.flow(s)
	s.Screened = w.Screening()
	return s
}

func (w *Workspace) life(i int) Life {
	c := w.client(i)
	l := Life{Arm: int(w.arm[i]), Site: int(w.site[i]), Manager: int(w.managerOf(i)), Enrolled: calendar.Days(c.enrol),
		Exit: calendar.Days(c.exit() - c.enrol), Lost: math.NaN(), Admitted: math.NaN(), Left: math.NaN()}
	for k := range w.m.programs {
		l.Contacts += int(w.careOf(i, k).done)
	}
	if c.lost < c.enrol+w.m.horizon {
		l.Lost = calendar.Days(c.lost - c.enrol)
	}
	if s := w.admissionAmong(i, w.m.treatments()); s != nil {
		l.Admitted, l.Treatment = calendar.Days(s.Admitted-c.enrol), StillIn
		if s.Ended >= 0 && s.Ended < c.exit() {
			l.Left, l.Treatment = calendar.Days(s.Ended-c.enrol), HasLeft
		}
	} else if c.last >= 0 {
		l.Treatment = StillWaiting
		if w.spells[c.last].End == SpellReneged {
			l.Treatment = GaveUp
		}
	}
	return l
}

func (w *Workspace) visit(i, v int) Visit {
	c := w.client(i)
	k := w.m.visits[v]
	at := w.momentAt(i, k)
	x := Visit{Client: i, Visit: v, Planned: calendar.Days(w.m.moments[k].at), DaysAbstinent: math.NaN(),
		Made: c.attended>>v&1 != 0, Lost: c.lost <= at, Died: c.dead && c.exit() <= at}
	if x.Made {
		seen := w.sighting(i, k, -1)
		x.Lost, x.Day, x.DaysAbstinent, x.Using = false, calendar.Days(at-c.enrol), calendar.Days(seen.time()), seen.on()
	}
	return x
}

// Clients is how many clients the trial has.
func (m *Model) Clients() int { return m.clients }

// Subject is what an event is about: an arm, a program, a service or a visit
// day; empty for what is about the client alone.
func (m *Model) Subject(e Event) string {
	switch e.Kind {
	case EventEnrolled:
		return m.Scenario.Arms[e.Arg].Name
	case EventRefused, EventAwaiting, EventStarted, EventContact, EventFinished:
		return m.programs[e.Arg].name
	case EventSought, EventQueued, EventAdmitted, EventLeft, EventReneged, EventCompleted, EventMoved, EventEnded:
		return m.services[e.Arg].name
	case EventVisit:
		return fmt.Sprintf("day %g", calendar.Days(m.moments[m.visits[e.Arg]].at))
	}
	return ""
}

// String names the kind of event, as in a table of events.
func (k EventKind) String() string {
	return [...]string{"enrolled", "refused", "awaiting", "started", "contact", "finished", "sought", "queued",
		"admitted", "left", "reneged", "quit", "relapse", "visit", "lost", "completed", "moved", "ended", "arrested",
		"jailed", "released", "risk event", "housed", "unhoused", "employed", "unemployed", "died"}[k]
}

// EventKinds lists the kinds of event.
func EventKinds() []EventKind {
	var all []EventKind
	for k := EventEnrolled; k <= EventDied; k++ {
		all = append(all, k)
	}
	return all
}

// treatments are the substance-use services.
func (m *Model) treatments() (mask uint64) {
	for s := range m.services {
		if m.services[s].treats {
			mask |= 1 << s
		}
	}
	return mask
}
