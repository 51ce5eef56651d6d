package sim

// Services: seek, wait, enter, leave, come back; renege while waiting.

// beginServices starts the clock of seeking each service.
func (w *Workspace) beginServices(c *client, now int64) {
	for s := range w.m.services {
		*w.stay(c, s) = stay{since: now, spell: -1}
		w.start(c, w.m.services[s].slot, w.m.services[s].seek, now)
	}
}

// serviceEvent executes what the client's state makes of the service's clock.
func (w *Workspace) serviceEvent(c *client, s int, now int64) {
	if w.imposes(s) {
		w.imposedEvent(c, s, now)
		return
	}
	switch w.stay(c, s).state {
	case seeking:
		w.seek(c, s, now)
	case waiting:
		w.renege(c, s, now)
	case staying:
		w.leave(c, s, now)
	case left:
		if !w.stay(c, s).referred {
			w.counts.Returns++
		}
		w.seek(c, s, now)
	}
}

// refer sends a client who is still seeking the service there.
func (w *Workspace) refer(c *client, s int, now int64) {
	if w.stay(c, s).state == seeking {
		w.send(c, s, now)
	}
}

// send makes a client who is out of the service seek it at once, unless in jail or already
// in a treatment that is not beside it, or sent to one in the same tick.
func (w *Workspace) send(c *client, s int, now int64) {
	y, v := w.stay(c, s), &w.m.services[s]
	if w.imposes(s) || w.jailed(c) || w.barred(c, s) || v.treats && w.sent(c, v.excludes|1<<s) {
		return
	}
	y.referred = true
	slot := w.m.services[s].slot
	*w.clock(c, slot) = clock{since: now, mult: 1}
	*w.key(c, slot) = clockKey(now, 0, rankSeek, slot)
}

// barred reports whether the client is in treatment that the service does not go beside.
func (w *Workspace) barred(c *client, s int) bool {
	v := &w.m.services[s]
	return v.treats && c.bits&v.bars != 0
}

// sent reports whether the client is about to ask for one of the services.
func (w *Workspace) sent(c *client, services uint64) bool {
	for s := range w.m.services {
		if services>>s&1 != 0 && w.stay(c, s).referred {
			return true
		}
	}
	return false
}

// seek takes a free slot or a place at the end of the waiting list.
func (w *Workspace) seek(c *client, s int, now int64) {
	v, y := &w.m.services[s], w.stay(c, s)
	if v.brought {
		w.makeBringing(c)
	}
	if y.referred {
		w.counts.Brought++
		y.referred = false
	} else if y.state == seeking {
		w.counts.Sought++
	}
	w.note(c, now, EventSought, uint8(s))
	w.openSpell(c, s, now)
	if !v.finite || w.queues[s].free > 0 {
		w.admit(c, s, now)
		return
	}
	y.state, y.since = waiting, now
	w.lineOf(c, s).append(w.stayLinks[s], c.id)
	c.sharedDeps++
	c.heldSlots++
	w.note(c, now, EventQueued, uint8(s))
	w.start(c, v.slot, v.renege, now)
	if v.brought {
		w.postponeBringing(c)
	}
}

// lineOf returns the waiting list that the client belongs on.
func (w *Workspace) lineOf(c *client, s int) *line {
	v, q := &w.m.services[s], &w.queues[s]
	if v.priority >= 0 && w.member[v.priority][c.id] {
		return &q.lines[0]
	}
	return &q.lines[1]
}

// next returns who is served first, -1 for nobody.
func (q *queue) next() int32 {
	if first := q.lines[0].head; first >= 0 {
		return first
	}
	return q.lines[1].head
}

// admit gives the client a slot. Whoever was in a service that excludes this one moves.
func (w *Workspace) admit(c *client, s int, now int64) {
	v, y := &w.m.services[s], w.stay(c, s)
	if v.decides {
		w.makeBringing(c)
	}
	if v.finite {
		if w.queues[s].free == 0 {
			panic("a client is admitted to a full service")
		}
		w.queues[s].free--
		c.heldSlots++
	}
	w.counts.Admitted++
	y.state, y.since = staying, now
	w.spells[y.spell].Admitted = now
	w.note(c, now, EventAdmitted, uint8(s))
	w.start(c, v.slot, w.leaving(c, v), now)
	if v.complete >= 0 {
		*w.key(c, v.complete) = keyAt(now+v.planned, rankRelease, v.complete)
	}
	if !c.ended {
		w.forget(c, v.forgets, now)
		w.set(c, v.bit, true, now)
	}
	if v.excludes != 0 && c.id < w.n { // others ask for one service only
		w.moveTo(c, s, now)
	}
	if v.brought || v.decides {
		w.postponeBringing(c)
	}
}

// moveTo ends the client's stays in services that nobody can be in at once with s. After
// follow-up that matters only where it frees a slot.
func (w *Workspace) moveTo(c *client, s int, now int64) {
	ended := c.ended
	for k := range w.m.services {
		v := &w.m.services[k]
		if w.m.services[s].excludes>>k&1 != 0 && w.stay(c, k).state == staying && (!ended || v.finite) {
			w.end(c, k, now, SpellMoved)
		}
	}
}

// leave is an end of a stay that the client's own clock brings.
func (w *Workspace) leave(c *client, s int, now int64) {
	if w.m.services[s].treats {
		w.atEvent(c, w.m.atLeaving, now)
	}
	w.end(c, s, now, SpellLeft)
}

// complete is the end of a planned stay.
func (w *Workspace) complete(c *client, s int, now int64) { w.end(c, s, now, SpellCompleted) }

// end ends a stay and serves the waiting list.
func (w *Workspace) end(c *client, s int, now int64, why SpellEnd) {
	v, y := &w.m.services[s], w.stay(c, s)
	if v.decides {
		w.makeBringing(c)
	}
	w.counts.Left++
	w.note(c, now, stayEnds[why], uint8(s))
	w.closeSpell(y, now, why)
	if b := w.probe; b != nil && b.target == v.leave {
		b.stop(w, c.id, y.since, now)
	}
	y.state, y.since = left, now
	if v.complete >= 0 {
		w.stop(c, v.complete)
	}
	if c.ended {
		w.stop(c, v.slot)
	} else {
		w.set(c, v.bit, false, now)
		w.remember(c, s, why, now)
		w.start(c, v.slot, v.back, now)
	}
	w.release(c, s, now)
}

// stayEnds are the events of the ends of a stay.
var stayEnds = [...]EventKind{SpellLeft: EventLeft, SpellCompleted: EventCompleted, SpellMoved: EventMoved,
	SpellJailed: EventEnded, SpellDied: EventEnded}

// endServices ends all stays, and places on waiting lists, of a client whom
// something else takes away.
func (w *Workspace) endServices(c *client, now int64, why SpellEnd) {
	for s := range w.m.services {
		if w.outOfReach(c, s, why) {
			continue
		}
		switch w.stay(c, s).state {
		case staying:
			w.end(c, s, now, why)
		case waiting:
			w.giveUp(c, s, now, why)
		}
	}
}

// release gives back the client's slot and serves the waiting list.
func (w *Workspace) release(c *client, s int, now int64) {
	if !w.m.services[s].finite {
		return
	}
	c.heldSlots--
	q := &w.queues[s]
	q.free++
	j := int(q.next())
	if j < 0 {
		return
	}
	next := w.client(j)
	w.catchUp(next)
	w.unlist(next, s)
	if w.prefetches {
		w.prefetch(int(q.next()))
	}
	w.admit(next, s, now)
	w.advance(next)
}

// renege gives up the client's place on the list.
func (w *Workspace) renege(c *client, s int, now int64) { w.giveUp(c, s, now, SpellReneged) }

// giveUp ends an attempt before admission.
func (w *Workspace) giveUp(c *client, s int, now int64, why SpellEnd) {
	w.counts.Reneged++
	if why == SpellReneged {
		w.note(c, now, EventReneged, uint8(s))
	} else {
		w.note(c, now, EventDelisted, uint8(s))
	}
	w.closeSpell(w.stay(c, s), now, why)
	w.seekAnew(c, s, now)
}

// seekAnew takes the client off the list; seeking begins anew.
func (w *Workspace) seekAnew(c *client, s int, now int64) {
	if w.m.services[s].brought {
		w.makeBringing(c)
	}
	w.unlist(c, s)
	y := w.stay(c, s)
	y.state, y.since = seeking, now
	if c.ended {
		w.stop(c, w.m.services[s].slot)
		return
	}
	w.start(c, w.m.services[s].slot, w.m.services[s].seek, now)
}

// unlist takes the client off the waiting list. Who waits because that is
// imposed is on none.
func (w *Workspace) unlist(c *client, s int) {
	if w.imposes(s) {
		return
	}
	w.lineOf(c, s).remove(w.stayLinks[s], c.id)
	c.sharedDeps--
	c.heldSlots--
}

// quitService ends the client's dealings with a service at the end of the
// trial. With stay, a place of a service that outlasts follow-up is kept until
// its own end.
func (w *Workspace) quitService(c *client, s int, now int64, stay bool) {
	v, y := &w.m.services[s], w.stay(c, s)
	if !v.finite {
		return
	}
	switch keep := stay && v.stays; {
	case y.state == waiting && keep:
		w.resume(c, v.slot, v.renege, now)
	case y.state == staying && keep:
		w.resume(c, v.slot, w.leaving(c, v), now)
		if v.complete >= 0 {
			*w.key(c, v.complete) = keyAt(y.since+v.planned, rankRelease, v.complete)
		}
	case y.state == waiting:
		w.unlist(c, s)
		y.state = left
	case y.state == staying:
		y.state = left
		w.release(c, s, now)
	}
}

// resume runs a clock on that the end of follow-up has stopped.
func (w *Workspace) resume(c *client, slot slotID, p processID, now int64) {
	if p < 0 || w.m.procs[p].base.kind == never {
		return
	}
	w.settle(c, slot, p, now)
	w.aim(c, slot, p, now)
}
