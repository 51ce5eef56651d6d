package sim

import (
	"fmt"
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Events of the scenario's own: recurring courses that can be fatal, act on other
// processes for a time, and happen in some states only.

// dispersed is a process whose rate differs between clients by a gamma factor.
type dispersed struct {
	process processID
	shape   float64 // the scale is its inverse
	purpose stream.Purpose
}

// compileEvents adds the courses of events. They happen to those in jail, too, unless the
// scenario says otherwise.
func (m *Model) compileEvents(sc *scenarios.Scenario) {
	for _, name := range sortedKeys(sc.Events) {
		e, process := sc.Events[name], scenarios.EventProcess(name)
		f := m.newCourse(process, recurring, process, "", rankUse, EventHappened, EventHappened)
		if e.Fatal > 0 {
			f.fatal, f.decide = e.Fatal, m.newProcess(process+".fatal", rankUse)
		}
		if len(e.ActsOn) > 0 {
			f.mark, f.lasts = m.newBit(), int64(ticks(e.ActsDays))
		}
		if e.Dispersion > 0 {
			m.procs[f.on].hasBase = true
			m.dispersed = append(m.dispersed, dispersed{f.on, 1 / e.Dispersion, stream.NewPurpose(process + ".dispersion")})
		}
		m.courses = append(m.courses, f)
	}
}

// compileEventStates lets events act on processes, and happen in their states only.
func (m *Model) compileEventStates(sc *scenarios.Scenario) {
	for _, name := range sortedKeys(sc.Events) {
		e, f := sc.Events[name], &m.courses[m.course(scenarios.EventProcess(name))]
		if f.mark != noBit {
			m.actsOn(f.mark, e.ActsOn)
		}
		for _, state := range e.While {
			m.procs[f.on].only |= m.stateBits(state)
		}
	}
}

// eventNatural returns the natural quantities of events.
func eventNaturals(sc *scenarios.Scenario) (list []natural) {
	for _, name := range sortedKeys(sc.Events) {
		e, process := sc.Events[name], scenarios.EventProcess(name)
		list = append(list, natural{process + ".rate", process, &e.Rate})
	}
	return list
}

// events solves what events happen at.
func (s *solver) events() {
	for _, n := range eventNaturals(s.m.Scenario) {
		if len(s.problems) > 0 {
			return
		}
		p := s.m.find(n.process)
		pr := &s.m.procs[p]
		only := pr.only
		if _, rate := n.q.RatePerDay(); rate {
			pr.only = 0 // a rate is that in the state
		}
		s.marginal(n.key, p, n.q)
		pr.only = only
		s.bounded()
	}
}

// eventRecurrences lists the events among what can happen again and again.
func (m *Model) eventRecurrences() (list []recurrence) {
	for _, n := range eventNaturals(m.Scenario) {
		list = append(list, recurrence{"events", n.key, "", m.find(n.process), -1, 0, maxEvents})
	}
	return list
}

// disperse multiplies the client's own rates of events by its gamma factors. In the
// sample they are at the points of sequences, one for each event.
func (w *Workspace) disperse(i int) {
	for k := range w.m.dispersed {
		d := &w.m.dispersed[k]
		var g float64
		if w.sample {
			g = portable.GammaQuantile(d.shape, frac(i, math.Sqrt(float64(11+4*k))))
		} else {
			r := w.keyOf(i).Stream(d.purpose)
			g = gamma(&r, d.shape)
		}
		*w.ownBase(i, d.process) *= g / d.shape
	}
}

// spentEvent ends what holds after an event.
func (w *Workspace) spentEvent(c *client, k int, now int64) {
	f := &w.m.courses[k]
	*w.key(c, f.lapse) = calendar.Never
	w.set(c, f.mark, false, now)
}

// afterEvent lets what holds after an event begin, or begin anew.
func (w *Workspace) afterEvent(c *client, f *course, now int64) {
	if f.lasts > 0 {
		*w.key(c, f.lapse) = keyAt(now+f.lasts, rankLapse, f.lapse)
	}
	w.set(c, f.mark, true, now)
}

// killed decides whether an event is fatal. The chance is drawn in worlds without death,
// too, so that those to come are the same.
func (w *Workspace) killed(c *client, f *course) bool {
	return w.stream(c, f.decide).Bernoulli(f.fatal) && w.off&noDeath == 0
}

// causeName returns what somebody died of: an event of the scenario's own, "" for another
// cause.
func (m *Model) causeName(arg uint8) string {
	if arg == 0 {
		return ""
	}
	return m.courses[arg-1].eventName()
}

// eventName returns the name of the event that the course is of.
func (f *course) eventName() string {
	if f.happens != EventHappened {
		panic(fmt.Sprintf("course %q is of no event", f.name))
	}
	return f.name[len("event."):]
}
