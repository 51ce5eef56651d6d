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
	all, open := make([]life, len(s.Clients)), make([]openings, len(s.Clients))
	for i := range all {
		all[i].dead = never
		open[i] = openings{uses: never, jail: never, stays: map[uint8]float64{}, waits: map[uint8]float64{}}
		if s.Clients[i].Used {
			open[i].uses = 0
		}
	}
	for _, e := range s.Events {
		i := int(e.Client)
		c := &s.Clients[i]
		day := e.Day() - c.Enrolled
		if day > c.Exit {
			continue
		}
		all[i].change(&open[i], e.Kind, day)
		if l.treats[l.service(e)] {
			all[i].dealWith(&open[i], e, day)
		}
	}
	for i := range all {
		all[i].close(&open[i], s.Clients[i].Exit)
	}
	return all
}

// openings are the days on which a client's present states began, never for a
// state that the client is not in; of stays and waits, by service.
type openings struct {
	uses, jail   float64
	stays, waits map[uint8]float64
}

// change applies an event that concerns no service.
func (x *life) change(o *openings, kind sim.EventKind, day float64) {
	switch kind {
	case sim.EventRelapse:
		o.uses = day
	case sim.EventQuit:
		x.using = append(x.using, interval{o.uses, day})
		o.uses = never
	case sim.EventJailed:
		o.jail = day
	case sim.EventReleased:
		x.jailed = append(x.jailed, interval{o.jail, day})
		o.jail = never
	case sim.EventDied:
		x.dead = day
	}
}

// dealWith applies an event at a substance-use service.
func (x *life) dealWith(o *openings, e sim.Event, day float64) {
	switch e.Kind {
	case sim.EventQueued:
		o.waits[e.Arg] = day
	case sim.EventAdmitted:
		x.waiting = closeAt(x.waiting, o.waits, e.Arg, day)
		o.stays[e.Arg] = day
	case sim.EventReneged, sim.EventDelisted:
		x.waiting = closeAt(x.waiting, o.waits, e.Arg, day)
	case sim.EventLeft, sim.EventCompleted, sim.EventMoved, sim.EventEnded:
		x.treated = closeAt(x.treated, o.stays, e.Arg, day)
	}
}

// close ends the states that are open at the end of follow-up.
func (x *life) close(o *openings, end float64) {
	if o.uses < never {
		x.using = append(x.using, interval{o.uses, end})
	}
	if o.jail < never {
		x.jailed = append(x.jailed, interval{o.jail, end})
	}
	for _, since := range o.stays {
		x.treated = append(x.treated, interval{since, end})
	}
	for _, since := range o.waits {
		x.waiting = append(x.waiting, interval{since, end})
	}
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
