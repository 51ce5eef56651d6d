package history

import (
	"slices"

	"caseload/sim"
)

// A life is what has to be known of a client to say in which state it is. The
// days are since enrolment; an interval has its begin and not its end.
type life struct {
	using, treated, waiting, jailed []interval
	dead                            float64 // never: beyond every day
}

type interval struct{ from, to float64 }

const never = 1e18

// lives puts together what the events say of each client, up to the end of
// follow-up.
func (l *layout) lives(s *sim.Shown) []life {
	all := make([]life, len(s.Clients))
	stays, waits := make([]map[uint8]float64, len(all)), make([]map[uint8]float64, len(all))
	uses, jail := make([]float64, len(all)), make([]float64, len(all)) // since when; never: not
	for i := range all {
		all[i].dead, uses[i], jail[i] = never, never, never
		stays[i], waits[i] = map[uint8]float64{}, map[uint8]float64{}
		if s.Clients[i].Used {
			uses[i] = 0
		}
	}
	for _, e := range s.Events {
		i := int(e.Client)
		c, x := &s.Clients[i], &all[i]
		day := e.Day() - c.Enrolled
		if day > c.Exit {
			continue
		}
		switch e.Kind {
		case sim.EventRelapse:
			uses[i] = day
		case sim.EventQuit:
			x.using = append(x.using, interval{uses[i], day})
			uses[i] = never
		case sim.EventJailed:
			jail[i] = day
		case sim.EventReleased:
			x.jailed = append(x.jailed, interval{jail[i], day})
			jail[i] = never
		case sim.EventDied:
			x.dead = day
		}
		if !l.treats[l.service(e)] {
			continue
		}
		switch e.Kind {
		case sim.EventQueued:
			waits[i][e.Arg] = day
		case sim.EventAdmitted:
			x.waiting = closeAt(x.waiting, waits[i], e.Arg, day)
			stays[i][e.Arg] = day
		case sim.EventReneged, sim.EventDelisted:
			x.waiting = closeAt(x.waiting, waits[i], e.Arg, day)
		case sim.EventLeft, sim.EventCompleted, sim.EventMoved, sim.EventEnded:
			x.treated = closeAt(x.treated, stays[i], e.Arg, day)
		}
	}
	for i := range all {
		x, end := &all[i], s.Clients[i].Exit
		for _, open := range []struct {
			list  *[]interval
			since float64
		}{{&x.using, uses[i]}, {&x.jailed, jail[i]}} {
			if open.since < never {
				*open.list = append(*open.list, interval{open.since, end})
			}
		}
		for _, since := range stays[i] {
			x.treated = append(x.treated, interval{since, end})
		}
		for _, since := range waits[i] {
			x.waiting = append(x.waiting, interval{since, end})
		}
	}
	return all
}

// service returns the service that an event is about, empty if it is about none.
func (l *layout) service(e sim.Event) string {
	switch e.Kind {
	case sim.EventQueued, sim.EventAdmitted, sim.EventReneged, sim.EventDelisted, sim.EventLeft, sim.EventCompleted, sim.EventMoved, sim.EventEnded:
		return l.m.Subject(e)
	}
	return ""
}

// closeAt ends what is open at a service.
func closeAt(list []interval, open map[uint8]float64, service uint8, day float64) []interval {
	if since, ok := open[service]; ok {
		delete(open, service)
		return append(list, interval{since, day})
	}
	return list
}

// in reports whether a day lies in one of the intervals.
func in(list []interval, day float64) bool {
	return slices.ContainsFunc(list, func(x interval) bool { return x.from <= day && day < x.to })
}

// stateShares returns the shares of each arm's clients in each state, by day.
func (l *layout) stateShares(s *sim.Shown) []float64 {
	lives := l.lives(s)
	var row []float64
	for a := range l.sc.Arms {
		clients := 0
		for i := range s.Clients {
			if s.Clients[i].Arm == a {
				clients++
			}
		}
		for _, state := range l.states {
			for _, day := range l.days {
				n := 0
				for i := range lives {
					if s.Clients[i].Arm == a && lives[i].is(state, day) {
						n++
					}
				}
				row = append(row, float64(n)/float64(clients)) // NaN without clients
			}
		}
	}
	return row
}

func (x *life) is(state string, day float64) bool {
	switch state {
	case "using":
		return in(x.using, day)
	case "in_treatment":
		return in(x.treated, day)
	case "waiting":
		return in(x.waiting, day)
	case "jailed":
		return in(x.jailed, day)
	}
	return x.dead <= day
}
