package sim

import (
	"math"

	"caseload/sim/calendar"
)

// Programs: offered, taken up or refused, assigned to a case manager or put
// on the list, until they end.

// beginPrograms offers the client the programs of the arm.
func (w *Workspace) beginPrograms(c *client, now int64) {
	for k := range w.m.programs {
		*w.careOf(c, k) = care{manager: -1, staff: 1}
		if p := &w.m.programs[k]; p.changes() {
			*w.tenureOf(c, p) = tenure{due: calendar.NeverTick, learned: -1, first: -1}
		}
	}
	for _, k := range w.m.byArm[w.careArm(c.id)] {
		w.offer(c, k, w.takesUp(c.id, k), true, now)
	}
}

// offer offers the client a program, which begins, at once or when there is a case
// manager, if it is taken up. Only at enrolment are case managers assigned in turn.
func (w *Workspace) offer(c *client, k int, takesUp, inTurn bool, now int64) {
	r := w.careOf(c, k)
	r.offers = min(r.offers, math.MaxUint8-1) + 1
	switch {
	case !takesUp:
		r.state = refused
		w.note(c, now, EventRefused, uint8(k))
	case w.m.programs[k].staff == 0:
		w.begin(c, k, -1, now)
	default:
		w.request(c, k, inTurn, now)
	}
}

// takesUp reports whether the client starts a program that is offered.
func (w *Workspace) takesUp(i, k int) bool {
	p := &w.m.programs[k]
	switch {
	case p.uptake >= 1, w.off&noRefusal != 0:
		return true
	case w.sample:
		return frac(i, math.Sqrt(3)) < p.uptake
	}
	r := w.keyOf(i).Stream(p.offer)
	return r.Bernoulli(p.uptake)
}

// beginsIn reports whether a client of the program begins in the state that it says.
func (w *Workspace) beginsIn(i int, p *program) bool {
	switch {
	case p.startPart >= 1:
		return true
	case w.sample:
		return frac(i, math.Sqrt(11)) < p.startPart
	}
	r := w.keyOf(i).Stream(p.begins)
	return r.Bernoulli(p.startPart)
}

// usingAtStart returns the share using among those who begin as the client does.
func (w *Workspace) usingAtStart(i int) float64 {
	share := w.m.use.using
	for _, k := range w.m.byArm[w.careArm(i)] {
		if p := &w.m.programs[k]; p.starts && w.takesUp(i, k) && w.beginsIn(i, p) {
			share = p.using
		}
	}
	return share
}

// poolOf returns the staff pool of program k for the client.
func (w *Workspace) poolOf(c *client, k int) *pool {
	p := &w.m.programs[k]
	at := p.pool + int(w.site[c.id])
	if p.perArm {
		at += int(w.careArm(c.id)) * w.m.sites
	}
	return &w.pools[at]
}

// request asks for a case manager: the one given by allocation, else the one
// with the fewest clients, or, where load doesn't matter, the next in turn or one by the
// client's number, so that nobody else matters; if all are full, the client waits.
func (w *Workspace) request(c *client, k int, inTurn bool, now int64) {
	p, q := &w.m.programs[k], w.poolOf(c, k)
	if w.fixed != nil {
		w.begin(c, k, w.fixed[c.id*len(w.m.programs)+k], now)
		return
	}
	if p.changes() {
		if g := w.chooseManager(c, k, now, inTurn); g >= 0 {
			w.begin(c, k, g, now)
		} else {
			w.awaitManager(c, k, now)
		}
		return
	}
	from, to := q.first, q.first+q.len
	if g := w.givenManager(c.id, k); g >= 0 {
		from, to = g, g+1
	}
	if !p.limited {
		g := from
		switch {
		case to-from < q.len:
		case inTurn: // clients of a site come one after another
			g += q.turn
			q.turn = (q.turn + 1) % q.len
		default:
			g += int32(c.id) % q.len
		}
		w.begin(c, k, g, now)
		return
	}
	least := from
	for g := from + 1; g < to; g++ {
		if w.managers[g].load < w.managers[least].load {
			least = g
		}
	}
	if w.managers[least].load < p.caseload {
		w.begin(c, k, least, now)
		return
	}
	w.awaitManager(c, k, now)
}

// begin starts the program for the client, with manager g if not -1.
func (w *Workspace) begin(c *client, k int, g int32, now int64) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	r.state, r.start, r.manager = active, now, g
	w.counts.Started++
	w.note(c, now, EventStarted, uint8(k))
	if p.startIn >= 0 && w.beginsIn(c.id, p) {
		w.refer(c, p.startIn, now)
	}
	if g >= 0 {
		r.staff = w.skillEffect(p, g)
	}
	if p.limited {
		*w.key(c, p.finish) = keyAt(now+p.duration, rankFinish, p.finish)
	}
	if p.changes() {
		t := w.tenureOf(c, p)
		if t.begun = true; t.first < 0 {
			t.first = g
		}
	}
	w.beginBringing(c, p)
	w.reskill(c, p, r.offers > 1, now)
	if p.anyLate {
		w.awaitLate(c, p, now)
	}
	w.assign(c, k, g, now, p.first)
}

// assign gives the client to manager g, if not -1, with the next contact after so many
// ticks.
func (w *Workspace) assign(c *client, k int, g int32, now int64, wait float64) {
	p := &w.m.programs[k]
	if p.limited {
		c.heldSlots++
		w.managers[g].load++
	}
	if p.stretch > 0 {
		c.sharedDeps++
		w.repace(c, k, g, now)
	}
	w.awaitContact(c, k, now, wait)
	w.postponeNext(c, k)
	if p.changes() {
		w.awaitChange(c, k, now)
	}
}

// finish ends a program that has lasted its time.
func (w *Workspace) finish(c *client, k int, now int64) { w.endProgram(c, k, now, EventFinished) }

// endProgram ends the program of a client who can have a case manager, and frees the manager
// for who waits.
func (w *Workspace) endProgram(c *client, k int, now int64, how EventKind) {
	r, q, p := w.careOf(c, k), w.poolOf(c, k), &w.m.programs[k]
	if p.changes() {
		w.stop(c, p.staffing.slot)
		if r.state != active {
			w.finishAway(c, k, now, how)
			return
		}
	}
	w.stop(c, p.finish)
	r.state = over
	g := r.manager
	c.heldSlots--
	m := &w.managers[g]
	m.load--
	if m.load < 0 {
		panic("a case manager is freed twice")
	}
	w.part(c, k, g, now)
	w.note(c, now, how, uint8(k))
	if p.changes() {
		w.serve(c, k, q, g, now)
		return
	}
	if j := w.nextInLine(q, k, g); j >= 0 {
		next := w.client(int(j))
		w.catchUp(next)
		w.unqueue(next, k)
		w.begin(next, k, g, now)
		w.advance(next)
	}
}

// unqueue takes the client off the list for a manager.
func (w *Workspace) unqueue(c *client, k int) {
	w.poolOf(c, k).line.remove(w.careLinks[k], c.id)
	c.sharedDeps--
	c.heldSlots--
}

// quitProgram ends the client's dealings with a program at the end of the trial.
func (w *Workspace) quitProgram(c *client, k int, now int64) {
	switch r := w.careOf(c, k); r.state {
	case awaiting:
		if w.m.programs[k].limited {
			w.unqueue(c, k)
		}
		r.state = over
	case paused:
		r.state = over
	case active:
		if w.m.programs[k].limited {
			w.finish(c, k, now)
		}
		r.state = over
	}
}
