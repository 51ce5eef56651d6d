package sim

import (
	"caseload/scenarios"
	"caseload/sim/calendar"
)

// A chronicle is one client's life as the log of events tells it, put together
// without looking at what the engine keeps for its readers. Times are ticks of
// the trial's calendar.
type chronicle struct {
	m           *Model
	client      int
	arm         uint8
	enrol, exit int64 // exit: the end of follow-up, death, or loss that ends everything
	dead        bool
	lost        int64 // -1: never
	stays       []sojourn
	waits       []sojourn // on waiting lists
	flips       map[string][]int64
	begins      map[string]bool // in the state at enrolment
	happens     map[string][]int64
	contacts    map[int][]int64 // by program
	visits      map[int]int64   // made, by number
}

// sojourn is a time spent somewhere.
type sojourn struct {
	service  int
	from, to int64 // to is that of the exit if it was still going on
	end      EventKind
}

// openEnd is the end of a sojourn that was going on at the exit.
const openEnd = EventEnrolled

// flipsOf are the events that turn a state on and off.
var flipsOf = map[EventKind]struct {
	state string
	on    bool
}{
	EventQuit: {scenarios.StateUsing, false}, EventRelapse: {scenarios.StateUsing, true},
	EventJailed: {scenarios.StateJailed, true}, EventReleased: {scenarios.StateJailed, false},
	EventHoused: {scenarios.StateHoused, true}, EventUnhoused: {scenarios.StateHoused, false},
	EventEmployed: {scenarios.StateEmployed, true}, EventUnemployed: {scenarios.StateEmployed, false},
}

// chronicles are the lives of all clients of a world that was run with a log.
func chronicles(w *Workspace) []chronicle {
	all := make([]chronicle, w.n)
	byClient := make([][]Event, w.n)
	for _, e := range w.log.events {
		byClient[e.Client] = append(byClient[e.Client], e)
	}
	for i := range all {
		all[i] = newChronicle(w, i, byClient[i])
	}
	return all
}

func newChronicle(w *Workspace, i int, events []Event) chronicle {
	c := chronicle{m: w.m, client: i, arm: w.arm[i], lost: -1, flips: map[string][]int64{}, begins: map[string]bool{},
		happens: map[string][]int64{}, contacts: map[int][]int64{}, visits: map[int]int64{}}
	c.enrol = events[0].Tick
	c.exit = c.enrol + int64(ticks(w.m.Scenario.LastVisit()+w.m.Scenario.Trial.VisitWindowDays)) + 1
	for _, e := range events {
		c.add(e, w.m.Scenario.Attrition.Ends == "all")
	}
	c.settle(w)
	return c
}

// add takes up one event.
func (c *chronicle) add(e Event, lossEnds bool) {
	if f, ok := flipsOf[e.Kind]; ok {
		if len(c.flips[f.state]) == 0 {
			c.begins[f.state] = !f.on
		}
		c.flips[f.state] = append(c.flips[f.state], e.Tick)
	}
	switch e.Kind {
	case EventDied:
		c.dead, c.exit = true, e.Tick
		c.happens["death"] = append(c.happens["death"], e.Tick)
	case EventLost:
		if c.lost = e.Tick; lossEnds {
			c.exit = e.Tick
		}
	case EventArrested:
		c.happens["arrest"] = append(c.happens["arrest"], e.Tick)
	case EventRisk:
		c.happens["risk"] = append(c.happens["risk"], e.Tick)
	case EventHappened:
		name := scenarios.EventProcess(c.m.Subject(e))
		c.happens[name] = append(c.happens[name], e.Tick)
	case EventContact:
		c.contacts[int(e.Arg)] = append(c.contacts[int(e.Arg)], e.Tick)
	case EventVisit:
		c.visits[int(e.Arg)] = e.Tick
	default:
		c.addService(e)
	}
}

func (c *chronicle) addService(e Event) {
	switch s := int(e.Arg); e.Kind {
	case EventQueued:
		c.waits = append(c.waits, sojourn{service: s, from: e.Tick, to: calendar.MaxTick, end: openEnd})
	case EventAdmitted:
		closeLast(c.waits, s, e)
		c.stays = append(c.stays, sojourn{service: s, from: e.Tick, to: calendar.MaxTick, end: openEnd})
	case EventReneged, EventDelisted:
		closeLast(c.waits, s, e)
	case EventLeft, EventCompleted, EventMoved, EventEnded:
		closeLast(c.stays, s, e)
	}
}

// closeLast ends the open sojourn at the service, if there is one.
func closeLast(list []sojourn, service int, e Event) {
	for k := range list {
		if x := &list[k]; x.service == service && x.end == openEnd {
			x.to, x.end = e.Tick, e.Kind
		}
	}
}

// settle cuts everything at the exit and fills in the states that never change,
// which the log does not tell.
func (c *chronicle) settle(w *Workspace) {
	cut := func(list []sojourn) (kept []sojourn) {
		for _, x := range list {
			if x.from >= c.exit && !(c.dead && x.from == c.exit) {
				continue
			}
			if x.to > c.exit {
				x.to, x.end = c.exit, openEnd
			}
			kept = append(kept, x)
		}
		return kept
	}
	c.stays, c.waits = cut(c.stays), cut(c.waits)
	for _, state := range []string{scenarios.StateUsing, scenarios.StateJailed, scenarios.StateHoused, scenarios.StateEmployed} {
		if bits := w.m.stateBitsIfAny(state); len(c.flips[state]) == 0 && bits != 0 {
			c.begins[state] = w.client(c.client).bits&bits != 0
		}
	}
}

// stateBitsIfAny are the bits of a state that the scenario may not have.
func (m *Model) stateBitsIfAny(state string) uint64 {
	if state != scenarios.StateUsing && m.course(state) < 0 {
		return 0
	}
	return m.stateBits(state)
}

// in tells whether the client is in a state just before the tick.
func (c *chronicle) in(state string, tick int64) bool {
	on := c.begins[state]
	for _, at := range c.flips[state] {
		if at < tick {
			on = !on
		}
	}
	return on
}

// timeIn is the time in a state from enrolment to the tick.
func (c *chronicle) timeIn(state string, tick int64) (sum int64) {
	on, since := c.begins[state], c.enrol
	for _, at := range append(append([]int64(nil), c.flips[state]...), calendar.MaxTick) {
		at = min(at, tick, c.exit)
		if on {
			sum += at - since
		}
		on, since = !on, at
	}
	return sum
}

// countBy is how many times something has happened by the tick.
func (c *chronicle) countBy(what string, tick int64) (n int) {
	for _, at := range c.happens[what] {
		if at <= tick {
			n++
		}
	}
	return n
}
