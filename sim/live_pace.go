package sim

import "caseload/sim/calendar"

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
	queue  []due   // a heap with the next contact first; in the plain engine in no order
}

// workedBy returns how much of the manager's own time has passed.
func (a *agenda) workedBy(now int64) float64 {
	return a.worked + float64(a.pace*float64(now-a.since))
}

// turn has the manager's own time run at another pace from now on.
func (a *agenda) turn(now int64, pace float64) {
	a.worked, a.since, a.pace = a.workedBy(now), now, pace
}

// nextOf returns the place of the next contact in a queue that is not empty.
func (w *Workspace) nextOf(a *agenda) (place int) {
	if w.plain {
		for k := range a.queue {
			if a.queue[k].before(a.queue[place]) {
				place = k
			}
		}
	}
	return place
}

// schedule puts the next contact of the client into the queue of a manager of program k, in the
// place of the one before if that is still there.
func (w *Workspace) schedule(c *client, k int, a *agenda, at float64) {
	if place := w.places[k][c.id]; place >= 0 {
		a.queue[place].at = at
		w.lower(w.places[k], a.queue, int(place))
		return
	}
	a.queue = append(a.queue, due{at, int32(c.id)})
	w.lift(w.places[k], a.queue, len(a.queue)-1)
}

// take takes the contact at a place out of the queue.
func (w *Workspace) take(k int, a *agenda, place int) {
	places, q := w.places[k], a.queue
	places[q[place].client] = -1
	last := len(q) - 1
	a.queue = q[:last]
	if place == last {
		return
	}
	q[place] = q[last]
	w.lower(places, a.queue, place)
}

// lift moves the contact at a place up until none above it comes later.
func (w *Workspace) lift(places []int32, q []due, place int) {
	d := q[place]
	for place > 0 && !w.plain {
		above := (place - 1) / 2
		if !d.before(q[above]) {
			break
		}
		q[place] = q[above]
		places[q[place].client] = int32(place)
		place = above
	}
	q[place] = d
	places[d.client] = int32(place)
}

// lower moves the contact at a place down until none below it comes earlier, or else up.
func (w *Workspace) lower(places []int32, q []due, place int) {
	d := q[place]
	for !w.plain {
		below := 2*place + 1
		if below >= len(q) {
			break
		}
		if below+1 < len(q) && q[below+1].before(q[below]) {
			below++
		}
		if !q[below].before(d) {
			break
		}
		q[place] = q[below]
		places[q[place].client] = int32(place)
		place = below
	}
	q[place] = d
	w.lift(places, q, place)
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
		d := a.queue[w.nextOf(a)]
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
	a, place := &w.managers[w.careOf(c, k).manager].agenda, &w.places[k][c.id]
	made := a.queue[*place].at
	w.meet(c, k, now, bound)
	if *place >= 0 && a.queue[*place].at == made { // there is no other
		w.take(k, a, int(*place))
		w.callNext(w.careOf(c, k).manager, now)
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
	w.schedule(c, k, a, a.workedBy(now)+wait)
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
	if place := w.places[k][c.id]; place >= 0 {
		w.take(k, &w.managers[g].agenda, int(place))
		w.callNext(g, now)
	}
	w.repace(c, k, g, now)
}
