package sim

import (
	"fmt"
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// Others are people who use the services beside the trial's clients: those who
// fill slots when the trial begins, and those who keep coming. They are drawn
// from the same population, are in no arm and nobody follows them; like a
// client whose follow-up is over, each has the clock of one service alone.

// background says who else comes to a service.
type background struct {
	service  int
	occupied int     // slots filled at day 0
	gap      float64 // ticks between those who come, on average; 0: nobody comes
	arrivals stream.Purpose
	elapsed  stream.Purpose // of the draw of how long an occupant has stayed
}

// longestStay is the longest that an occupant can have stayed before day 0.
const longestStay = 3650 * calendar.Day

// compileBackground finds who else comes, and room for them.
func (m *Model) compileBackground(sc *scenarios.Scenario) scenarios.Problems {
	last := m.latest()
	for k := range m.services {
		v := &m.services[k]
		s := sc.Services[v.name]
		o := background{service: k, arrivals: stream.NewPurpose("others." + v.name), elapsed: stream.NewPurpose("others.elapsed." + v.name)}
		if v.finite {
			o.occupied = int(math.Round(s.Occupied * float64(v.slots)))
		}
		if s.Background != nil && v.finite {
			o.gap = scenarios.DaysPerMonth * calendar.Day / s.Background.PerMonth
			n := (last + float64(m.horizon)) / o.gap
			m.nBackground += int(n + float64(8*math.Sqrt(n)) + 10)
		}
		if o.occupied > 0 || o.gap > 0 {
			m.background = append(m.background, o)
			m.nBackground += o.occupied
		}
	}
	const most = 1 << 20 // client numbers in a calendar key
	if m.clients+m.nBackground >= most {
		return scenarios.Problems{sc.Problem("service", fmt.Sprintf("%d others beside %d clients", m.nBackground, m.clients),
			fmt.Sprintf("fewer than %d together", most))}
	}
	return nil
}

// drawBackground draws who else comes, and puts all in the order in which they do.
func (w *Workspace) drawBackground() {
	if len(w.m.background) == 0 {
		return
	}
	id := w.n
	w.order = w.order[:0]
	add := func(at int64, service int) {
		if id == w.n+w.m.nBackground {
			panic("more others came than there is room for")
		}
		w.arrivals[id], w.comesTo[id-w.n] = at, uint8(service)
		w.order = append(w.order, int32(id))
		id++
	}
	for k := range w.m.background {
		o, from := &w.m.background[k], len(w.order)
		for range o.occupied {
			add(0, o.service)
		}
		if o.gap > 0 {
			r := w.replicate.Entity(entityTrial, 0).Stream(o.arrivals)
			for t := o.gap * r.Exp(); t < float64(w.lastArrival()+w.m.horizon); t += float64(o.gap * r.Exp()) {
				add(int64(t), o.service)
			}
		}
		w.mergeArrivals(from)
	}
	w.nPresent = id
	from := len(w.order)
	for i := range w.n {
		w.order = append(w.order, int32(i))
	}
	w.mergeArrivals(from)
}

// mergeArrivals puts those who come in order, by time, then number, if those before the place
// are, and those from it on.
func (w *Workspace) mergeArrivals(from int) {
	later := append(w.merging[:0], w.order[from:]...)
	w.merging = later
	for k := len(w.order) - 1; len(later) > 0; k-- {
		last := later[len(later)-1]
		if from > 0 && w.arrivalOf(int(w.order[from-1])) > w.arrivalOf(int(last)) {
			from--
			w.order[k] = w.order[from]
		} else {
			w.order[k] = last
			later = later[:len(later)-1]
		}
	}
}

// enrolBackground begins the life of one of the others: at a service from day 0 on,
// or asking for it.
func (w *Workspace) enrolBackground(c *client, now int64) {
	s := int(w.comesTo[c.id-w.n])
	w.clear(c, now)
	c.ended = true
	*w.stay(c, s) = stay{since: now, spell: -1, referred: true}
	key := w.keyOf(c.id)
	v := &w.m.services[s]
	*w.stream(c, v.leave) = key.Stream(w.m.purposes[v.leave])
	if v.renege >= 0 {
		*w.stream(c, v.renege) = key.Stream(w.m.purposes[v.renege])
	}
	w.seek(c, s, now)
	if now == 0 && w.stay(c, s).state == staying {
		w.elapse(c, s)
	}
}

// elapse gives an occupant a stay that began before day 0. In a service that has
// long been running the time since admission has a density proportional to the
// share who stay as long; the rest of the stay then follows its hazard.
func (w *Workspace) elapse(c *client, s int) {
	v := &w.m.services[s]
	longest := float64(longestStay)
	if v.planned > 0 {
		longest = float64(v.planned)
	}
	mult := 1.0
	if w.m.procs[v.leave].hasBase {
		mult = *w.ownBase(c.id, v.leave)
	}
	r := w.keyOf(c.id).Stream(w.m.backgroundAt(s).elapsed)
	for range 100_000 {
		age := float64(r.Uniform() * longest)
		if r.Exp() < float64(mult*w.m.procs[v.leave].base.cumulative(age)) {
			continue
		}
		y := w.stay(c, s)
		y.since -= int64(age)
		w.aim(c, v.slot, v.leave, 0)
		if v.complete >= 0 {
			*w.key(c, v.complete) = keyAt(y.since+v.planned, rankRelease, v.complete)
		}
		return
	}
}

func (m *Model) backgroundAt(s int) *background {
	for k := range m.background {
		if m.background[k].service == s {
			return &m.background[k]
		}
	}
	return nil
}
