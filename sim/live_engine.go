package sim

import "caseload/sim/calendar"

// The event loop.
//
// A client whose life nobody else can change lives it at once, event by event,
// up to the first event that touches what clients share: a slot, a waiting
// list, a case manager's time. That event waits in the calendar for its turn.
// A client whom others can change (on a waiting list, or with a manager who
// gets slower when busier) waits in the calendar with the earliest clock that
// matters to others; the rest of the life is caught up with when somebody
// comes to change it. Which clocks matter is derived by Compile from the graph
// of modifiers. Every event meets the same state in the same order of a
// client's own time as if all went through the calendar one by one.

// run executes the world to its end.
func (w *Workspace) run() {
	next, arrival := 0, w.arrival(0)
	for {
		if arrival < w.cal.Peek() {
			w.now = arrival
			w.arrive(calendar.Client(arrival), calendar.Tick(arrival))
			next++
			arrival = w.arrival(next)
			continue
		}
		if w.now = w.cal.Next(); w.now == calendar.Never {
			return
		}
		i := calendar.Client(w.now)
		if len(w.m.paced) > 0 {
			w.callOn(w.client(i))
		}
		if w.prefetches {
			w.prefetchAfter(i)
		}
		w.liveFrom(w.client(i), w.bound(w.client(i)))
	}
}

// arrive begins a life.
func (w *Workspace) arrive(i int, now int64) {
	switch {
	case i >= w.n:
		w.enrolBackground(w.client(i), now)
	case w.role == nil || w.role[i] == living:
		w.enrol(w.client(i), now)
	case w.role[i] == known:
		w.enrolKnown(w.client(i), now)
	default:
		return
	}
	w.advance(w.client(i))
}

// arrival returns the calendar key of the k-th who comes, Never after the last.
func (w *Workspace) arrival(k int) uint64 {
	if k == w.nPresent {
		return calendar.Never
	}
	i := k
	if w.order != nil {
		i = int(w.order[k])
	}
	return w.arrivalOf(i)
}

// arrivalOf returns the calendar key at which client i, or one of the others, comes.
func (w *Workspace) arrivalOf(i int) uint64 { return calendar.Key(w.arrivals[i], rankArrival, i) }

// earliest returns the earliest of the client's clocks; that of the course of use only
// where something depends on it: see syncUse. A client's clocks come in eights,
// those that aren't used off, so that the minimum is a tree of branch-free
// comparisons.
func (w *Workspace) earliest(c *client) uint64 {
	first := earliestOf(keysOf(c, 0))
	if w.manyClocks {
		first = min(first, w.earliestBeyond(c))
	}
	return first
}

// earliestBeyond returns the earliest of the clocks beyond the first eight.
func (w *Workspace) earliestBeyond(c *client) uint64 {
	first := uint64(calendar.Never)
	for eight := range w.m.eights - 1 {
		first = min(first, earliestOf(keysOf(c, eight+1)))
	}
	if !w.lazyUse {
		first = min(first, c.useKey)
	}
	return first
}

func earliestOf(k *[8]uint64) uint64 {
	return min(min(min(k[0], k[1]), min(k[2], k[3])), min(min(k[4], k[5]), min(k[6], k[7])))
}

// liveUntil executes the client's events before the bound.
func (w *Workspace) liveUntil(c *client, bound uint64) {
	for k := w.earliest(c); k < bound; k = w.earliest(c) {
		w.fire(c, k, bound)
	}
}

// bound returns the first clock key of the client that lies after the event being
// executed.
func (w *Workspace) bound(c *client) uint64 { return boundAt(w.now, c.id) }

// boundAt returns that after an event.
func boundAt(event uint64, i int) uint64 {
	b := event >> 20
	if i <= calendar.Client(event) {
		b++
	}
	return b << 8
}

// advance puts the client's next event that may concern others in the calendar,
// after living up to it where nobody can interfere.
func (w *Workspace) advance(c *client) { w.liveFrom(c, 0) }

// liveFrom executes the client's events before the bound, and goes on as advance.
func (w *Workspace) liveFrom(c *client, bound uint64) {
	for {
		k := w.earliest(c)
		switch {
		case k < bound:
			w.fire(c, k, bound)
			if c.sharedDeps == 0 || w.plain {
				continue
			}
			if k = w.earliestShared(c); k < bound {
				continue
			} // what is left before the bound concerns nobody else, and is caught up with
		case w.plain || k == calendar.Never:
		case c.sharedDeps > 0:
			k = w.earliestShared(c)
		case !w.touches(c, k):
			w.fire(c, k, calendar.Never)
			continue
		}
		w.cal.Set(c.id, calendarKey(c.id, k))
		return
	}
}

// calendarKey turns a clock key into a calendar key.
func calendarKey(i int, k uint64) uint64 {
	if k == calendar.Never {
		return calendar.Never
	}
	return k>>8<<20 | uint64(i)
}

// earliestShared returns the earliest of the clocks that matter to others.
func (w *Workspace) earliestShared(c *client) uint64 {
	k := uint64(calendar.Never)
	for _, at := range w.m.seen {
		k = min(k, *w.key(c, at))
	}
	if w.m.local>>w.m.use.slot&1 == 0 {
		k = min(k, c.useKey)
	}
	return k
}

// touches reports whether the event k of a client whom others cannot change concerns
// what clients share.
func (w *Workspace) touches(c *client, k uint64) bool {
	slot := uint64(1) << (k & 0x3f)
	return w.m.touching&slot != 0 && (w.m.giving&slot == 0 || c.heldSlots > 0)
}

// fire executes the event k of the client. Further events of the same clock
// before the bound and before all other clocks may be executed in the same
// call.
func (w *Workspace) fire(c *client, k, bound uint64) {
	c.current = k
	w.spend(1)
	now := int64(k >> 12)
	switch s := &w.m.slots[k&0xff]; s.kind {
	case slotContact:
		if w.m.programs[s.arg].stretch > 0 {
			w.meetInTurn(c, s.arg, now, bound)
		} else {
			w.meet(c, s.arg, now, bound)
		}
	case slotVisit:
		w.assess(c, now)
	case slotDecide:
		w.decideEvent(c, now)
	case slotSwitch:
		w.switchEvent(c, now)
	case slotService:
		w.serviceEvent(c, s.arg, now)
	case slotUse:
		w.changeUse(c, now)
	case slotCourse:
		w.courseEvent(c, s.arg, now)
	case slotComplete:
		w.complete(c, s.arg, now)
	case slotAfter:
		w.forget(c, 1<<s.arg, now)
	case slotSpent:
		w.spentEvent(c, s.arg, now)
	case slotLapse:
		w.lapse(c, s.arg, s.sub, now)
	case slotOpen:
		w.openLate(c, s.arg, s.sub, now)
	case slotFinish:
		w.finish(c, s.arg, now)
	case slotStaff:
		w.staffEvent(c, s.arg, now)
	case slotLoss:
		w.lose(c, now)
	case slotEnd:
		w.depart(c, now, true) // nothing else of that tick is executed
	}
}

// catchUp lives a client whom the present event of another is about to
// change, up to that event.
func (w *Workspace) catchUp(c *client) {
	bound := w.bound(c)
	w.liveUntil(c, bound)
	c.current = bound
}
