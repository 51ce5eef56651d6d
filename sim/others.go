package sim

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// Others are people who use the services beside the trial's clients: those who
// fill slots when the trial begins, and those who keep coming. They are drawn
// from the same population, are in no arm and nobody follows them; like a
// client whose follow-up is over, each has the clock of one service alone.

// others says who else comes to a service.
type others struct {
	service  int
	occupied int     // slots filled at day 0
	gap      float64 // ticks between those who come, on average; 0: nobody comes
	come     stream.Purpose
	elapsed  stream.Purpose // of the draw of how long an occupant has stayed
}

// longestStay is the longest that an occupant can have stayed before day 0.
const longestStay = 3650 * calendar.Day

// compileOthers finds who else comes, and room for them.
func (m *Model) compileOthers(sc *scenarios.Scenario) scenarios.Problems {
	last := float64(m.meanGap * (float64(m.clients) + float64(8*math.Sqrt(float64(m.clients))))) // eight standard deviations late
	for k := range m.services {
		v := &m.services[k]
		s := sc.Services[v.name]
		o := others{service: k, come: stream.NewPurpose("others." + v.name), elapsed: stream.NewPurpose("others.elapsed." + v.name)}
		if v.finite {
			o.occupied = int(math.Round(s.Occupied * float64(v.slots)))
		}
		if s.Background != nil && v.finite {
			o.gap = scenarios.DaysPerMonth * calendar.Day / s.Background.PerMonth
			n := (last + float64(m.horizon)) / o.gap
			m.places += int(n + float64(8*math.Sqrt(n)) + 10)
		}
		if o.occupied > 0 || o.gap > 0 {
			m.others = append(m.others, o)
			m.places += o.occupied
		}
	}
	const most = 1 << 20 // client numbers in a calendar key
	if m.clients+m.places >= most {
		return scenarios.Problems{sc.Problem("service", fmt.Sprintf("%d others beside %d clients", m.places, m.clients),
			fmt.Sprintf("fewer than %d together", most))}
	}
	return nil
}

// drawOthers draws who else comes, and puts all in the order in which they do.
func (w *Workspace) drawOthers() {
	if len(w.m.others) == 0 {
		return
	}
	id := w.n
	w.order = w.order[:0]
	add := func(at int64, service int) {
		if id == w.n+w.m.places {
			panic("more others came than there is room for")
		}
		w.arrivals[id], w.comesTo[id-w.n] = at, uint8(service)
		w.order = append(w.order, int32(id))
		id++
	}
	for k := range w.m.others {
		o := &w.m.others[k]
		for range o.occupied {
			add(0, o.service)
		}
		if o.gap == 0 {
			continue
		}
		r := w.replicate.Entity(entityTrial, 0).Stream(o.come)
		for t := o.gap * r.Exp(); t < float64(w.arrivals[w.n-1]+w.m.horizon); t += float64(o.gap * r.Exp()) {
			add(int64(t), o.service)
		}
	}
	w.here = id
	for i := range w.n {
		w.order = append(w.order, int32(i))
	}
	w.sortArrivals()
}

// sortArrivals orders by time, then number.
func (w *Workspace) sortArrivals() {
	slices.SortFunc(w.order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(w.arrivals[a], w.arrivals[b]), cmp.Compare(a, b))
	})
}

// enrolOther begins the life of one of the others: at a service from day 0 on,
// or asking for it.
func (w *Workspace) enrolOther(i int, now int64) {
	keys := w.keys(i)
	for k := range keys {
		keys[k] = off
	}
	s := int(w.comesTo[i-w.n])
	*w.client(i) = client{enrol: now, since: now, lost: calendar.MaxTick, first: -1, last: -1, useKey: off, ended: true}
	*w.stay(i, s) = stay{since: now, spell: -1, kicked: true}
	key := w.keyOf(i)
	v := &w.m.services[s]
	*w.stream(i, v.leave) = key.Stream(w.m.procs[v.leave].purpose)
	if v.renege >= 0 {
		*w.stream(i, v.renege) = key.Stream(w.m.procs[v.renege].purpose)
	}
	w.seek(i, s, now)
	if now == 0 && w.stay(i, s).state == staying {
		w.elapse(i, s)
	}
}

// elapse gives an occupant a stay that began before day 0. In a service that has
// long been running the time since admission has a density proportional to the
// share who stay as long; the rest of the stay then follows its hazard.
func (w *Workspace) elapse(i, s int) {
	v := &w.m.services[s]
	longest := float64(longestStay)
	if v.planned > 0 {
		longest = float64(v.planned)
	}
	mult := 1.0
	if w.m.procs[v.leave].hasBase {
		mult = w.base[i*len(w.m.procs)+v.leave]
	}
	r := w.keyOf(i).Stream(w.m.othersAt(s).elapsed)
	for range 100_000 {
		age := float64(r.Uniform() * longest)
		if r.Exp() < float64(mult*w.m.procs[v.leave].base.cumulative(age)) {
			continue
		}
		y := w.stay(i, s)
		y.since -= int64(age)
		w.aim(i, v.slot, v.leave, 0)
		if v.complete >= 0 {
			*w.key(i, v.complete) = keyAt(y.since+v.planned, rankRelease, v.complete)
		}
		return
	}
}

func (m *Model) othersAt(s int) *others {
	for k := range m.others {
		if m.others[k].service == s {
			return &m.others[k]
		}
	}
	return nil
}
