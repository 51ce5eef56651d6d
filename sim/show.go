package sim

import (
	"fmt"
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// Shown is one replicate with all that happened in it.
type Shown struct {
	Observed   *trial.Observed
	Events     []Event // by time, then in the order in which they were executed
	Background []Event // of those who use the services beside the trial's clients, as executed
	Clients    []Life  // in order of enrolment
	Visits     []Visit // by client, then visit
	Flow       []ArmFlow
	Screened   Screening
}

// Life summarizes what became of one client. Days are since enrolment, but Enrolled;
// what has not happened is NaN, and so are days in a state that the scenario
// does not have.
type Life struct {
	Arm          int     // index into the scenario's arms
	Site         int     // 0-based
	Manager      int     // numbered through the trial; -1 without one
	Contacts     int     // of all programs
	Enrolled     float64 // day of the trial's calendar
	Exit         float64 // end of follow-up
	Lost         float64 // to the study
	Died         float64
	Admitted     float64 // first, to a substance-use service
	Left         float64 // ending, in whatever way, the stay that began at Admitted
	Treatment    Treatment
	Used         bool    // using at enrolment
	DaysJailed   float64 // up to Exit, as the following
	DaysHoused   float64
	DaysEmployed float64
}

// Visit is one planned visit of one client. The states are those on the day,
// without error of measurement, and false unless the visit was made.
type Visit struct {
	Client, Visit int     // 0-based
	Planned       float64 // days since enrolment
	Made          bool
	Day           float64 // when it was made, days since enrolment; NaN unless made
	Lost          bool    // not made because the client was lost before it
	Died          bool    // not made because the client died before it
	NotDue        bool    // not made because it is due after the end of the trial
	DaysAbstinent float64 // up to the visit; NaN unless made
	Using         bool
	Jailed        bool
	Housed        bool
	Employed      bool
	InTreatment   bool // in a substance-use service
}

// Show runs one replicate as randomized with every event on record.
func (m *Model) Show(seed int64, replicate int) *Shown {
	r := m.NewRecorder(true)
	s, w := r.Show(seed, replicate), r.w
	s.Clients = w.summaries(s.Events)
	s.Flow = w.flow(s)
	s.Screened = w.Screening()
	return s
}

// summaries returns what became of each client in a world with these events.
func (w *Workspace) summaries(events []Event) (all []Life) {
	changed, of := firstChange(events), w.m.shownStates()
	for i := range w.n {
		l := w.life(i, &of)
		switch changed[i] {
		case EventQuit:
			l.Used = true
		case EventRelapse:
		default: // never a change: as in the end
			l.Used = w.client(i).bits&w.m.stateBits(scenarios.StateUsing) != 0
		}
		all = append(all, l)
	}
	return all
}

// firstChange returns how each client first began or stopped to use; a client who
// did neither has no entry.
func firstChange(events []Event) map[int]EventKind {
	first := map[int]EventKind{}
	for _, e := range events {
		if _, known := first[int(e.Client)]; !known && (e.Kind == EventQuit || e.Kind == EventRelapse) {
			first[int(e.Client)] = e.Kind
		}
	}
	return first
}

// shownStates are what is told of clients besides where they were: states, -1 for one that the
// scenario does not have, and stays in substance-use services.
type shownStates struct {
	jailed, housed, employed int
	treatments               uint64
}

func (m *Model) shownStates() shownStates {
	return shownStates{m.course(scenarios.StateJailed), m.course(scenarios.StateHoused), m.course(scenarios.StateEmployed), m.treatments()}
}

func (w *Workspace) life(i int, of *shownStates) Life {
	c := w.client(i)
	l := Life{Arm: int(w.arm[i]), Site: int(w.site[i]), Manager: int(w.managerOf(c)), Enrolled: calendar.Days(c.enrol),
		Exit: calendar.Days(c.exit() - c.enrol), Lost: math.NaN(), Died: math.NaN(), Admitted: math.NaN(), Left: math.NaN(),
		Treatment: w.treatmentOf(i), DaysJailed: w.daysInState(i, of.jailed),
		DaysHoused: w.daysInState(i, of.housed), DaysEmployed: w.daysInState(i, of.employed)}
	for k := range w.m.programs {
		l.Contacts += int(w.careOf(w.client(i), k).contacts())
	}
	if c.lost < c.enrol+w.m.horizon && !w.m.overAfter(c.lost) {
		l.Lost = calendar.Days(c.lost - c.enrol)
	}
	if c.dead {
		l.Died = l.Exit
	}
	if s := w.admissionAmong(w.client(i), of.treatments); s != nil {
		l.Admitted = calendar.Days(s.Admitted - c.enrol)
		if w.ended(s) {
			l.Left = calendar.Days(s.Ended - c.enrol)
		}
	}
	return l
}

// ended reports whether the spell ended within its client's follow-up. Death ends
// both at once.
func (w *Workspace) ended(s *Spell) bool {
	exit := w.client(int(s.Client)).exit()
	return s.Ended >= 0 && (s.Ended < exit || s.Ended == exit && s.End == SpellDied)
}

// daysInState returns the client's days in a state up to the end of follow-up, NaN
// for one that the scenario does not have.
func (w *Workspace) daysInState(i, k int) float64 {
	if k < 0 {
		return math.NaN()
	}
	c, h := w.client(i), w.history(w.client(i), k)
	on := int64(c.bits >> w.m.courses[k].bit & 1)
	return calendar.Days(h.time + on*(c.exit()-h.since))
}

func (w *Workspace) visit(i, v int, of *shownStates) Visit {
	c := w.client(i)
	k := w.m.visits[v]
	at := w.momentAt(w.client(i), k)
	x := Visit{Client: i, Visit: v, Planned: calendar.Days(w.m.moments[k].at), Day: math.NaN(), DaysAbstinent: math.NaN(),
		Made: c.attended>>v&1 != 0}
	if !x.Made {
		x.NotDue, x.Lost, x.Died = w.m.overAfter(at), c.lost <= at, c.dead && c.exit() <= at
		return x
	}
	seen := w.snapshot(w.client(i), k, -1)
	x.Day, x.DaysAbstinent, x.Using = calendar.Days(at-c.enrol), calendar.Days(seen.time()), seen.on()
	x.Jailed, x.Housed, x.Employed = w.sawIn(i, k, of.jailed), w.sawIn(i, k, of.housed), w.sawIn(i, k, of.employed)
	x.InTreatment = w.inServices(i, of.treatments, at)
	return x
}

// sawIn reports whether the client was in the state at moment v.
func (w *Workspace) sawIn(i int, v momentID, k int) bool {
	return k >= 0 && w.snapshot(w.client(i), v, k).on()
}

// inServices reports whether the client is in one of the services at the tick.
func (w *Workspace) inServices(i int, services uint64, tick int64) bool {
	for k := w.client(i).first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		if services>>s.Service&1 != 0 && s.Admitted >= 0 && s.Admitted <= tick && !s.over(tick) {
			return true
		}
	}
	return false
}

// Clients returns how many clients the trial has.
func (m *Model) Clients() int { return m.clients }

// Subject returns what an event is about: an arm, a program, a service or a visit
// day; empty for what is about the client alone.
func (m *Model) Subject(e Event) string {
	switch e.Kind {
	case EventEnrolled:
		return m.Scenario.Arms[e.Arg].Name
	case EventRefused, EventAwaiting, EventStarted, EventContact, EventFinished, EventStopped, EventManagerLeft, EventHandedOver:
		return m.programs[e.Arg].name
	case EventSought, EventQueued, EventAdmitted, EventLeft, EventReneged, EventCompleted, EventMoved, EventEnded, EventDelisted, EventDischarged, EventDropped:
		return m.services[e.Arg].name
	case EventHappened:
		return m.courses[e.Arg].eventName()
	case EventMet:
		return m.decisions[e.Arg].name
	case EventRandomized:
		return m.optionNamed(int(e.Arg))
	case EventDied:
		return m.causeName(e.Arg)
	case EventVisit:
		return fmt.Sprintf("day %g", calendar.Days(m.moments[m.visits[e.Arg]].at))
	}
	return ""
}

// String names the kind of event, as in a table of events.
func (k EventKind) String() string {
	return [...]string{"enrolled", "refused", "awaiting", "started", "contact", "finished", "sought", "queued",
		"admitted", "left", "reneged", "quit", "relapse", "visit", "lost", "completed", "moved", "ended", "arrested",
		"jailed", "released", "risk event", "housed", "unhoused", "employed", "unemployed", "died", "delisted", "discharged", "dropped", "manager left", "handed over", "event", "stopped", "met decision", "randomized again"}[k]
}

// EventKinds lists the kinds of event.
func EventKinds() []EventKind {
	var all []EventKind
	for k := EventEnrolled; k <= EventRandomized; k++ {
		all = append(all, k)
	}
	return all
}

// Treatment is how far a client got in substance-use services by the end of
// follow-up. Whoever was admitted is in treatment or went as the last stay
// ended; whoever was not is as the last attempt left off.
type Treatment uint8

// How far a client can get.
const (
	NeverSought Treatment = iota
	StillWaiting
	GaveUp // the place on the list
	JailedWaiting
	DiedWaiting
	StillIn
	HasLeft
	HasCompleted
	JailedIn
	DiedIn
	treatmentCount
)

// String names the treatment in words.
func (t Treatment) String() string {
	return [...]string{"never sought treatment", "still waiting for treatment", "gave up waiting", "left the waiting list for jail", "died waiting",
		"still in treatment", "left treatment", "completed treatment", "left treatment for jail", "died in treatment"}[t]
}

// Treatments lists all of them.
func Treatments() []Treatment {
	var all []Treatment
	for t := range treatmentCount {
		all = append(all, t)
	}
	return all
}

// treatmentOf returns how far client i got. Whoever moved is in another stay.
func (w *Workspace) treatmentOf(i int) Treatment {
	treats, exit := w.m.treatments(), w.client(i).exit()
	var stay, attempt *Spell // the latest stay; an attempt still open, else the latest
	for k := w.client(i).first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		switch {
		case treats>>s.Service&1 == 0 || s.Sought >= exit || s.End == SpellMoved && w.ended(s):
		case s.Admitted >= 0 && s.Admitted < exit:
			if stay == nil || w.later(s, stay) {
				stay = s
			}
		case attempt == nil || w.ended(attempt):
			attempt = s
		}
	}
	switch {
	case stay != nil && !w.ended(stay):
		return StillIn
	case stay != nil:
		return treatmentAfter(stay.End)
	case attempt == nil:
		return NeverSought
	case !w.ended(attempt):
		return StillWaiting
	}
	switch attempt.End {
	case SpellReneged:
		return GaveUp
	case SpellJailed:
		return JailedWaiting
	case SpellDied:
		return DiedWaiting
	}
	return NeverSought
}

// treatmentAfter returns how far a client got whose last stay ended so.
func treatmentAfter(end SpellEnd) Treatment {
	switch end {
	case SpellLeft:
		return HasLeft
	case SpellCompleted:
		return HasCompleted
	case SpellJailed:
		return JailedIn
	case SpellDied:
		return DiedIn
	}
	return NeverSought
}

// later reports whether stay s tells how far a client got, and not stay t: the one admitted
// later or, where several go on at once, the one that ends later.
func (w *Workspace) later(s, t *Spell) bool {
	if w.m.together == 0 {
		return s.Admitted >= t.Admitted
	}
	return !w.ended(s) || w.ended(t) && s.Ended >= t.Ended
}

// treatments returns the substance-use services.
func (m *Model) treatments() (mask uint64) {
	for s := range m.services {
		if m.services[s].treats {
			mask |= 1 << s
		}
	}
	return mask
}
