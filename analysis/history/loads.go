package history

import (
	"slices"

	"caseload/sim"
)

// loadCounts returns for each load how many are served and how many wait, by day of
// the calendar. Others who use a service are counted with the clients.
func (l *layout) loadCounts(s *sim.Shown) []float64 {
	var row []float64
	for k := range l.loads {
		load := &l.loads[k]
		served, waiting := newSteps(), newSteps()
		for _, e := range s.Events {
			load.count(l, e, served, waiting)
		}
		for _, e := range s.Background {
			load.count(l, e, served, waiting)
		}
		// Whoever waits for a case manager, or has a slot or a place on the list of a
		// service that doesn't outlast follow-up, gives it up in the end; no event
		// says so.
		for i := range s.Clients {
			c := &s.Clients[i]
			if load.Program != "" || l.sc.Services[load.Service].AfterFollowup == "leave" || l.ends && c.Lost <= c.Exit {
				waiting.leave(int32(i), c.Enrolled+c.Exit)
				served.leave(int32(i), c.Enrolled+c.Exit)
			}
		}
		row = append(append(row, served.on(load.Days)...), waiting.on(load.Days)...)
	}
	return row
}

// count takes an event into account.
func (x *Load) count(l *layout, e sim.Event, served, waiting *steps) {
	id, day := e.Client, e.Day()
	if x.Program != "" {
		switch e.Kind {
		case sim.EventAwaiting, sim.EventStarted, sim.EventFinished, sim.EventStopped, sim.EventManagerLeft, sim.EventHandedOver:
			if l.m.Subject(e) != x.Program {
				return
			}
		}
		switch e.Kind {
		case sim.EventAwaiting:
			waiting.enter(id, day)
		case sim.EventStarted:
			waiting.leave(id, day)
			served.enter(id, day)
		case sim.EventHandedOver:
			served.enter(id, day)
		case sim.EventStopped:
			waiting.leave(id, day)
			served.leave(id, day)
		case sim.EventFinished, sim.EventManagerLeft:
			served.leave(id, day)
		}
		return
	}
	if l.service(e) != x.Service {
		return
	}
	switch e.Kind {
	case sim.EventQueued:
		waiting.enter(id, day)
	case sim.EventAdmitted:
		waiting.leave(id, day)
		served.enter(id, day)
	case sim.EventReneged, sim.EventDelisted:
		waiting.leave(id, day)
	default:
		served.leave(id, day)
	}
}

// steps is a number of people over time, by when each comes and goes.
type steps struct {
	inside      map[int32]bool
	comes, goes []float64
}

func newSteps() *steps { return &steps{inside: map[int32]bool{}} }

func (s *steps) enter(id int32, day float64) {
	s.inside[id] = true
	s.comes = append(s.comes, day)
}

func (s *steps) leave(id int32, day float64) {
	if s.inside[id] {
		delete(s.inside, id)
		s.goes = append(s.goes, day)
	}
}

// on returns the number on each of the days.
func (s *steps) on(days []float64) (n []float64) {
	slices.Sort(s.comes)
	slices.Sort(s.goes)
	until := func(list []float64, day float64) int {
		k, found := slices.BinarySearch(list, day)
		for found && k < len(list) && list[k] == day {
			k++
		}
		return k
	}
	for _, day := range days {
		n = append(n, float64(until(s.comes, day)-until(s.goes, day)))
	}
	return n
}
