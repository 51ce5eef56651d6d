package sim

import (
	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// Case managers who leave: their clients are taken over after a pause, wait for whoever
// comes, or stay away. Each client has a clock for the next of this, since all that
// the staff does is known beforehand.

// tenure is what a client's program knows of its case managers, where they change.
type tenure struct {
	due     int64   // tick of the contact that the pause puts off; NeverTick: there is none
	learned float64 // share of the full effect, at the last contact; -1 before the first
	skill   float64 // added to each log hazard ratio and to points, at the last contact
	first   int32   // the first case manager, -1
	begun   bool    // the program has begun
}

// postOf returns the first post of case manager g of the pool, and how many there are.
func (q *pool) postOf(p *program, g int32) (first, n int) {
	n = p.staffing.members
	return int(q.post) + int(g-q.first)*n, n
}

// present returns how many posts of case manager g are filled: 0 or 1, or those of a team.
func (w *Workspace) present(p *program, q *pool, g int32, now int64) (n int) {
	first, posts := q.postOf(p, g)
	for at := first; at < first+posts; at++ {
		if w.holder(at, now) >= 0 {
			n++
		}
	}
	return n
}

// room returns how many clients case manager g takes at the time: a team as many as those
// do who are there.
func (w *Workspace) room(p *program, q *pool, g int32, now int64) int32 {
	n := int64(w.present(p, q, g, now))
	return int32(int64(p.caseload) * n / int64(p.staffing.members))
}

// chooseManager returns a case manager who is there and takes the client, -1 for none: the one
// given by allocation; the one with the fewest clients; or, where load does not matter,
// one by the client's number, so that nobody else matters, or at the beginning the
// next in turn.
func (w *Workspace) chooseManager(c *client, k int, now int64, inTurn bool) int32 {
	p, q := &w.m.programs[k], w.poolOf(c, k)
	from, to := q.first, q.first+q.len
	if g := w.givenManager(c.id, k); g >= 0 {
		from, to = g, g+1
	}
	switch {
	case p.limited:
		return w.leastBusy(p, q, from, to, now)
	case inTurn && to-from == q.len:
		return w.nextInTurn(p, q, now)
	}
	n := 0
	for g := from; g < to; g++ {
		n += min(1, w.present(p, q, g, now))
	}
	if n == 0 {
		return -1
	}
	for g, left := from, c.id%n; ; g++ {
		if w.present(p, q, g, now) == 0 {
			continue
		}
		if left--; left < 0 {
			return g
		}
	}
}

// leastBusy returns the one of some case managers who has the fewest clients of those with
// room, -1 for none.
func (w *Workspace) leastBusy(p *program, q *pool, from, to int32, now int64) int32 {
	least := int32(-1)
	for g := from; g < to; g++ {
		if load := w.managers[g].load; load < w.room(p, q, g, now) && (least < 0 || load < w.managers[least].load) {
			least = g
		}
	}
	return least
}

// nextInTurn returns the next case manager in turn who is there, -1 for none.
func (w *Workspace) nextInTurn(p *program, q *pool, now int64) int32 {
	for range q.len {
		g := q.first + q.turn
		q.turn = (q.turn + 1) % q.len
		if w.present(p, q, g, now) > 0 {
			return g
		}
	}
	return -1
}

// staffEvent executes what the coming and going of the staff brings the client.
func (w *Workspace) staffEvent(c *client, k int, now int64) {
	p := &w.m.programs[k]
	w.makeDue(c, k)
	w.stop(c, p.staffing.slot)
	switch r := w.careOf(c, k); {
	case r.state == active && p.staffing.members > 1:
		w.repace(c, k, r.manager, now)
		w.awaitChange(c, k, now)
	case r.state == active:
		w.loseManager(c, k, now)
	case r.state == paused:
		w.seekManager(c, k, now)
	case r.state == awaiting:
		w.newManager(c, k, now)
	}
}

// loseManager parts the client from a case manager who leaves. If nobody takes over, the
// program ends.
func (w *Workspace) loseManager(c *client, k int, now int64) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	g := r.manager
	w.note(c, now, EventManagerLeft, uint8(k))
	w.counts.ManagersLost++
	w.tenureOf(c, p).due = w.contactDue(c, k, now)
	if p.limited {
		c.heldSlots--
		w.managers[g].load--
	}
	w.part(c, k, g, now)
	if !w.handsOver(c, k, g, now) {
		r.state = over
		if p.limited {
			w.stop(c, p.finish)
		}
		w.note(c, now, EventFinished, uint8(k))
		return
	}
	r.state = paused
	if p.staffing.pause == 0 {
		w.seekManager(c, k, now)
		return
	}
	*w.key(c, p.staffing.slot) = keyAt(now+p.staffing.pause, rankStaff, p.staffing.slot)
}

// finishAway ends the program of a client who has no case manager at the moment.
func (w *Workspace) finishAway(c *client, k int, now int64, how EventKind) {
	r := w.careOf(c, k)
	w.stop(c, w.m.programs[k].finish)
	if r.state == awaiting {
		w.unqueue(c, k)
	}
	r.state = over
	w.note(c, now, how, uint8(k))
}

// handsOver reports whether case manager g, who leaves, hands the client over.
func (w *Workspace) handsOver(c *client, k int, g int32, now int64) bool {
	p := &w.m.programs[k]
	post, _ := w.poolOf(c, k).postOf(p, g)
	number := w.holder(post, now-1)
	r := w.keyOf(c.id).Entity(entityManager, int(g)).Entity(entityMember, number).Stream(purposeHandover)
	return r.Bernoulli(p.staffing.handover)
}

// contactDue returns the tick of the next contact at the ordinary pace, NeverTick if the
// program ends before it.
func (w *Workspace) contactDue(c *client, k int, now int64) int64 {
	p := &w.m.programs[k]
	r, key, due := w.careOf(c, k), *w.key(c, p.contact), int64(calendar.NeverTick)
	if key != calendar.Never {
		due = int64(key >> 12)
	} else if p.stretch > 0 {
		a := &w.managers[r.manager].agenda
		if place := a.placeOf(c); place >= 0 {
			due = after(now, a.queue[place].at-a.workedBy(now))
		}
	}
	if due-r.start >= p.duration || r.done >= p.most {
		return calendar.NeverTick
	}
	return due
}

// seekManager gives a client whose pause is over another case manager, or a place on
// the list.
func (w *Workspace) seekManager(c *client, k int, now int64) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	if now-r.start >= p.duration {
		r.state = over
		return
	}
	if g := w.chooseManager(c, k, now, false); g >= 0 {
		w.takeOver(c, k, g, now)
		return
	}
	w.awaitManager(c, k, now)
}

// takeOver goes on with the client's program, with case manager g. What has fallen due
// in the meantime is done at once.
func (w *Workspace) takeOver(c *client, k int, g int32, now int64) {
	r, due := w.careOf(c, k), w.tenureOf(c, &w.m.programs[k]).due
	r.state, r.manager = active, g
	w.note(c, now, EventHandedOver, uint8(k))
	w.counts.HandedOver++
	wait := float64(calendar.NeverTick)
	if due < calendar.NeverTick {
		wait = float64(max(0, due-now))
	}
	w.assign(c, k, g, now, wait)
}

// awaitManager puts the client on the list of the pool, or lets one who depends on nobody
// else wait for whoever comes.
func (w *Workspace) awaitManager(c *client, k int, now int64) {
	p, q := &w.m.programs[k], w.poolOf(c, k)
	w.careOf(c, k).state = awaiting
	if p.limited {
		q.line.append(w.careLinks[k], c.id)
		c.sharedDeps++
		c.heldSlots++
	}
	if p.changes() {
		w.awaitNewcomer(c, k, now)
		if w.tenureOf(c, p).begun {
			return // it is another one who is awaited
		}
	}
	w.counts.Awaited++
	w.note(c, now, EventAwaiting, uint8(k))
}

// awaitNewcomer sets the clock of a client who waits for the next who comes.
func (w *Workspace) awaitNewcomer(c *client, k int, now int64) {
	p, q := &w.m.programs[k], w.poolOf(c, k)
	first, n := int(q.post), int(q.len)*p.staffing.members
	if g := w.givenManager(c.id, k); g >= 0 {
		first, n = q.postOf(p, g)
	}
	*w.key(c, p.staffing.slot) = keyAt(w.nextChange(first, n, now, true), rankStaff, p.staffing.slot)
}

// awaitChange sets the clock of a client for the day on which the case manager leaves; of
// a busy team, for the next change in it.
func (w *Workspace) awaitChange(c *client, k int, now int64) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	w.stop(c, p.staffing.slot)
	if p.staffing.members > 1 && p.stretch == 0 {
		return
	}
	first, n := w.poolOf(c, k).postOf(p, r.manager)
	if at := w.nextChange(first, n, now, false); at-r.start < p.duration {
		*w.key(c, p.staffing.slot) = keyAt(at, rankStaff, p.staffing.slot)
	}
}

// newManager serves those who wait when somebody has come: one who depends on nobody else
// alone, else in the order of the list, whoever's clock it was.
func (w *Workspace) newManager(c *client, k int, now int64) {
	p, q := &w.m.programs[k], w.poolOf(c, k)
	if !p.limited {
		w.startOrGoOn(c, k, w.chooseManager(c, k, now, false), now)
		return
	}
	for g := q.first; g < q.first+q.len; g++ {
		w.serve(c, k, q, g, now)
	}
	if w.careOf(c, k).state == awaiting {
		w.awaitNewcomer(c, k, now)
	}
}

// serve gives case manager g clients from the list, as long as there is room. Client i's
// event it is.
func (w *Workspace) serve(c *client, k int, q *pool, g int32, now int64) {
	p := &w.m.programs[k]
	for w.managers[g].load < w.room(p, q, g, now) {
		j := int(w.nextInLine(q, k, g))
		switch {
		case j < 0:
			return
		case j == c.id:
			w.unqueue(c, k)
			w.startOrGoOn(c, k, g, now)
		default:
			next := w.client(j)
			w.catchUp(next)
			w.unqueue(next, k)
			w.startOrGoOn(next, k, g, now)
			w.advance(next)
		}
	}
}

// startOrGoOn begins the program of a client who has waited, or goes on with it.
func (w *Workspace) startOrGoOn(c *client, k int, g int32, now int64) {
	if r := w.careOf(c, k); !w.tenureOf(c, &w.m.programs[k]).begun {
		w.begin(c, k, g, now)
	} else if now-r.start < w.m.programs[k].duration {
		w.takeOver(c, k, g, now)
	} else {
		r.state = over
	}
}

// meets finds the skill that the client meets in a contact, and reports whether it is
// another one than before, and whether anybody is there.
func (w *Workspace) meets(c *client, k int, now int64) (differs, there bool) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	first, n := w.poolOf(c, k).postOf(p, r.manager)
	learned, z, there := w.skillOf(p, first, n, now)
	if !there {
		return false, false
	}
	t := w.tenureOf(c, p)
	if t.learned == learned && t.skill == z {
		return false, true
	}
	t.learned, t.skill = learned, z
	r.staff = w.ratioOf(p, z, w.present(p, w.poolOf(c, k), r.manager, now))
	return true, true
}

// reskill lets the effects of a contact act with its skill, where it differs from that of
// the contact before.
func (w *Workspace) reskill(c *client, p *program, differs bool, now int64) {
	if !differs {
		return
	}
	active := uint64(0)
	for v := range p.windows {
		active |= c.bits & p.windows[v].all
	}
	w.reaim(c, w.m.touchedBy(active), now)
}

// skillOf returns the mean of what those in the posts have learned and of their own skill.
func (w *Workspace) skillOf(p *program, first, n int, now int64) (learned, skill float64, there bool) {
	some := 0.0
	for at := first; at < first+n; at++ {
		if number := w.holder(at, now); number >= 0 {
			t := &w.termsOf(at)[number]
			learned += p.staffing.learned(t, now)
			skill += t.z
			some++
		}
	}
	if some == 0 {
		return 0, 0, false
	}
	return learned / some, float64(p.ownSpread() * (skill / some)), true
}

// ratioOf returns the multiplier of hazard ratios of so much skill, the mean of n.
func (w *Workspace) ratioOf(p *program, skill float64, n int) float64 {
	if p.spread == 0 {
		return 1
	}
	s := p.ownSpread()
	return portable.Exp(saturated(skill - float64(s*s/2/float64(n))))
}

// steady reports whether the client meets the same skill until the case manager leaves.
func (w *Workspace) steady(c *client, k int, now int64) bool {
	p := &w.m.programs[k]
	if p.staffing.members > 1 {
		return false
	}
	post, _ := w.poolOf(c, k).postOf(p, w.careOf(c, k).manager)
	return p.staffing.half == 0 || !p.staffing.fresh && w.holder(post, now) == 0
}

// recordSkills records the skills that points depend on as those of moment v.
func (w *Workspace) recordSkills(c *client, v momentID) {
	for k := range w.m.programs {
		if p := &w.m.programs[k]; p.staffing.recorded >= 0 {
			t := w.tenureOf(c, p)
			*w.skillAt(c, v, p) = [2]float64{t.learned, t.skill}
		}
	}
}

// tenureOf returns what the client's program knows of its case managers.
func (w *Workspace) tenureOf(c *client, p *program) *tenure {
	return part[tenure](c, w.lives.tenures, int(p.tenure))
}
