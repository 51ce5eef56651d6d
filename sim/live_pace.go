package sim

import (
	"slices"
	"sort"

	"caseload/sim/calendar"
)

// The pace of contacts: a case manager with more clients than the hours suffice for
// meets each of them less often.
//
// All contacts of a busy manager slow down together, so that their order does not
// change. Each manager has an own time, which runs at the manager's pace (a random time change
// with a common rate), and a queue of the clients' next contacts in that time. Who comes or
// goes changes how fast it runs, and no client's place in it: the calendar holds one event a
// manager, the next contact of all, and only that is aimed anew.

// due is a client's next contact, in the ticks of the manager's own time.
type due struct {
	at     float64
	client int32
}

// before orders contacts; those due at the same moment are made in the order of clients.
func (d due) before(e due) bool { return d.at < e.at || d.at == e.at && d.client < e.client }

// agenda is a case manager's next contacts with clients, and own time.
type agenda struct {
	pace   float64 // ticks of own time a tick
	since  int64   // tick from which that is so
	worked float64 // ticks of own time by then
	queue  []due   // in order, a part of the room; in the plain engine in no order
	room   []due
}

// workedBy returns how much of the manager's own time has passed.
func (a *agenda) workedBy(now int64) float64 {
	return a.worked + float64(a.pace*float64(now-a.since))
}

// turn has the manager's own time run at another pace from now on.
func (a *agenda) turn(now int64, pace float64) {
	a.worked, a.since, a.pace = a.workedBy(now), now, pace
}

// next returns the next contact of a queue that is not empty.
func (w *Workspace) next(a *agenda) due {
	if w.plain {
		return slices.MinFunc(a.queue, func(d, e due) int {
			if d.before(e) {
				return -1
			}
			return 1
		})
	}
	return a.queue[0]
}

// schedule puts a contact into the queue of a manager. Most come after all others, since there is
// one interval between contacts.
func (w *Workspace) schedule(a *agenda, d due) {
	if len(a.queue) == cap(a.queue) {
		if n := len(a.queue); cap(a.room) < 2*n+2 {
			a.room = make([]due, 4*n+4)
		}
		a.queue = append(a.room[:0], a.queue...)
	}
	q := append(a.queue, d)
	if last := len(q) - 1; last > 0 && d.before(q[last-1]) && !w.plain {
		at := sort.Search(last, func(k int) bool { return d.before(q[k]) })
		copy(q[at+1:], q[at:last])
		q[at] = d
	}
	a.queue = q
}

// placeOf returns the place of the client's next contact in the queue, -1 if there is none.
func (a *agenda) placeOf(c *client) int {
	for k := range a.queue {
		if int(a.queue[k].client) == c.id {
			return k
		}
	}
	return -1
}

// cancel takes the client's next contact out of the queue, and reports whether there was one.
func (a *agenda) cancel(c *client) bool {
	switch place := a.placeOf(c); place {
	case -1:
		return false
	case 0:
		a.queue = a.queue[1:]
	default:
		a.queue = slices.Delete(a.queue, place, place+1)
	}
	return true
}

// pace returns how fast the contacts of manager g, in the pool of the client, come: 1 up to
// the capacity, then capacity / load, since the same hours serve more clients. A team has
// the hours of those who are there; while nobody is, no contact is made at any pace.
func (w *Workspace) pace(c *client, k int, g int32, now int64) float64 {
	p := &w.m.programs[k]
	capacity := p.stretch
	if p.changes() && p.staffing.members > 1 {
		capacity *= float64(max(1, w.present(p, w.poolOf(c, k), g, now))) / float64(p.staffing.members)
	}
	if load := float64(w.managers[g].load); capacity > 0 && load > capacity {
		return capacity / load
	}
	return 1
}

// repace puts the pace of a manager of the client in force after the load has changed.
func (w *Workspace) repace(c *client, k int, g int32, now int64) {
	a, pace := &w.managers[g].agenda, w.pace(c, k, g, now)
	if pace == a.pace {
		return
	}
	a.turn(now, pace)
	w.callNext(g, now)
}

// callNext sets the calendar to the manager's next contact.
func (w *Workspace) callNext(g int32, now int64) {
	a, key := &w.managers[g].agenda, uint64(calendar.Never)
	if len(a.queue) > 0 {
		d := w.next(a)
		tick := max(now, after(a.since, float64(d.at-a.worked)/a.pace))
		key = calendar.Key(tick, rankContact, int(d.client))
	}
	w.cal.Set(w.leafOf(g), key)
}

// leafOf returns the calendar's leaf of a manager, after those of all clients.
func (w *Workspace) leafOf(g int32) int { return len(w.arrivals) + int(g) }

// callOn sets the client's clocks of contacts that busy managers are to make now. They stay in
// the managers' queues until they have been made.
func (w *Workspace) callOn(c *client) {
	for _, k := range w.m.paced {
		if r := w.careOf(c, k); r.state == active && w.cal.Get(w.leafOf(r.manager)) == w.now {
			contact := w.m.programs[k].contact
			*w.key(c, contact) = keyAt(calendar.Tick(w.now), rankContact, contact)
		}
	}
}

// meetInTurn is a contact of a manager who can be busy.
func (w *Workspace) meetInTurn(c *client, k int, now int64, bound uint64) {
	g := w.careOf(c, k).manager
	w.managers[g].agenda.cancel(c)
	w.meet(c, k, now, bound)
	if w.cal.Get(w.leafOf(g)) == w.now { // there is no other with the client
		w.callNext(g, now)
	}
}

// awaitContact has the client's next contact come after so many ticks, or of a manager who
// can be busy, so many of the manager's own.
func (w *Workspace) awaitContact(c *client, k int, now int64, wait float64) {
	p := &w.m.programs[k]
	if p.stretch == 0 {
		*w.key(c, p.contact) = clockKey(now, wait, rankContact, p.contact)
		return
	}
	if wait >= calendar.NeverTick {
		return
	}
	g := w.careOf(c, k).manager
	a := &w.managers[g].agenda
	w.schedule(a, due{a.workedBy(now) + wait, int32(c.id)})
	w.callNext(g, now)
}

// part ends the contacts of the client with manager g, whose pace changes where managers can be busy.
func (w *Workspace) part(c *client, k int, g int32, now int64) {
	p := &w.m.programs[k]
	w.stop(c, p.contact)
	if p.stretch == 0 {
		return
	}
	c.sharedDeps--
	if w.managers[g].agenda.cancel(c) {
		w.callNext(g, now)
	}
	w.repace(c, k, g, now)
}
