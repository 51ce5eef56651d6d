package sim

// Services: seek, wait, enter, leave, come back; renege while waiting.

// beginServices starts the clock of seeking each service.
func (w *Workspace) beginServices(i int, now int64) {
	for s := range w.m.services {
		*w.stay(i, s) = stay{since: now, spell: -1}
		w.start(i, w.m.services[s].slot, w.m.services[s].seek, now)
	}
}

// serviceEvent executes what the client's state makes of the service's clock.
func (w *Workspace) serviceEvent(i, s int, now int64) {
	if w.imposes(s) {
		w.imposedEvent(i, s, now)
		return
	}
	switch w.stay(i, s).state {
	case seeking:
		w.seek(i, s, now)
	case waiting:
		w.renege(i, s, now)
	case staying:
		w.leave(i, s, now)
	case left:
		if !w.stay(i, s).referred {
			w.counts.Returns++
		}
		w.seek(i, s, now)
	}
}

// refer sends a client who is still seeking the service there.
func (w *Workspace) refer(i, s int, now int64) {
	if w.stay(i, s).state == seeking {
		w.send(i, s, now)
	}
}

// send makes a client who is out of the service seek it at once, unless in jail or already
// in a treatment that is not beside it, or sent to one in the same tick.
func (w *Workspace) send(i, s int, now int64) {
	y, v := w.stay(i, s), &w.m.services[s]
	if w.imposes(s) || w.jailed(i) || w.barred(i, s) || v.treats && w.sent(i, v.excludes|1<<s) {
		return
	}
	y.referred = true
	slot := w.m.services[s].slot
	*w.clock(i, slot) = clock{since: now, mult: 1}
	*w.key(i, slot) = clockKey(now, 0, rankSeek, slot)
}

// barred reports whether the client is in treatment that the service does not go beside.
func (w *Workspace) barred(i, s int) bool {
	v := &w.m.services[s]
	return v.treats && w.client(i).bits&v.bars != 0
}

// sent reports whether the client is about to ask for one of the services.
func (w *Workspace) sent(i int, services uint64) bool {
	for s := range w.m.services {
		if services>>s&1 != 0 && w.stay(i, s).referred {
			return true
		}
	}
	return false
}

// seek takes a free slot or a place at the end of the waiting list.
func (w *Workspace) seek(i, s int, now int64) {
	v, y := &w.m.services[s], w.stay(i, s)
	if y.referred {
		w.counts.Brought++
		y.referred = false
	} else if y.state == seeking {
		w.counts.Sought++
	}
	w.note(i, now, EventSought, uint8(s))
	w.openSpell(i, s, now)
	if !v.finite || w.queues[s].free > 0 {
		w.admit(i, s, now)
		return
	}
	y.state, y.since = waiting, now
	w.lineOf(i, s).append(w.stayLinks[s], i)
	c := w.client(i)
	c.sharedDeps++
	c.heldSlots++
	w.note(i, now, EventQueued, uint8(s))
	w.start(i, v.slot, v.renege, now)
}

// lineOf returns the waiting list that the client belongs on.
func (w *Workspace) lineOf(i, s int) *line {
	v, q := &w.m.services[s], &w.queues[s]
	if v.priority >= 0 && w.member[v.priority][i] {
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
func (w *Workspace) admit(i, s int, now int64) {
	v, y, c := &w.m.services[s], w.stay(i, s), w.client(i)
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
	w.note(i, now, EventAdmitted, uint8(s))
	w.start(i, v.slot, w.leaving(i, v), now)
	if v.complete >= 0 {
		*w.key(i, v.complete) = keyAt(now+v.planned, rankRelease, v.complete)
	}
	if !c.ended {
		w.forget(i, v.forgets, now)
		w.set(i, v.bit, true, now)
	}
	if v.excludes != 0 && i < w.n { // others ask for one service only
		w.moveTo(i, s, now)
	}
}

// moveTo ends the client's stays in services that nobody can be in at once with s. After
// follow-up that matters only where it frees a slot.
func (w *Workspace) moveTo(i, s int, now int64) {
	ended := w.client(i).ended
	for k := range w.m.services {
		v := &w.m.services[k]
		if w.m.services[s].excludes>>k&1 != 0 && w.stay(i, k).state == staying && (!ended || v.finite) {
			w.end(i, k, now, SpellMoved)
		}
	}
}

// leave is an end of a stay that the client's own clock brings.
func (w *Workspace) leave(i, s int, now int64) {
	if w.m.services[s].treats {
		w.atEvent(i, w.m.atLeaving, now)
	}
	w.end(i, s, now, SpellLeft)
}

// complete is the end of a planned stay.
func (w *Workspace) complete(i, s int, now int64) { w.end(i, s, now, SpellCompleted) }

// end ends a stay and serves the waiting list.
func (w *Workspace) end(i, s int, now int64, why SpellEnd) {
	v, y := &w.m.services[s], w.stay(i, s)
	w.counts.Left++
	w.note(i, now, stayEnds[why], uint8(s))
	w.closeSpell(y, now, why)
	if b := w.probe; b != nil && b.target == v.leave {
		b.stop(w, i, y.since, now)
	}
	y.state, y.since = left, now
	if v.complete >= 0 {
		w.stop(i, v.complete)
	}
	if w.client(i).ended {
		w.stop(i, v.slot)
	} else {
		w.set(i, v.bit, false, now)
		w.remember(i, s, why, now)
		w.start(i, v.slot, v.back, now)
	}
	w.release(i, s, now)
}

// stayEnds are the events of the ends of a stay.
var stayEnds = [...]EventKind{SpellLeft: EventLeft, SpellCompleted: EventCompleted, SpellMoved: EventMoved,
	SpellJailed: EventEnded, SpellDied: EventEnded}

// endServices ends all stays, and places on waiting lists, of a client whom
// something else takes away.
func (w *Workspace) endServices(i int, now int64, why SpellEnd) {
	for s := range w.m.services {
		if w.outOfReach(i, s, why) {
			continue
		}
		switch w.stay(i, s).state {
		case staying:
			w.end(i, s, now, why)
		case waiting:
			w.giveUp(i, s, now, why)
		}
	}
}

// release gives back the client's slot and serves the waiting list.
func (w *Workspace) release(i, s int, now int64) {
	if !w.m.services[s].finite {
		return
	}
	w.client(i).heldSlots--
	q := &w.queues[s]
	q.free++
	j := int(q.next())
	if j < 0 {
		return
	}
	w.catchUp(j)
	w.unlist(j, s)
	w.admit(j, s, now)
	w.advance(j)
}

// renege gives up the client's place on the list.
func (w *Workspace) renege(i, s int, now int64) { w.giveUp(i, s, now, SpellReneged) }

// giveUp ends an attempt before admission.
func (w *Workspace) giveUp(i, s int, now int64, why SpellEnd) {
	w.counts.Reneged++
	if why == SpellReneged {
		w.note(i, now, EventReneged, uint8(s))
	} else {
		w.note(i, now, EventDelisted, uint8(s))
	}
	w.closeSpell(w.stay(i, s), now, why)
	w.seekAnew(i, s, now)
}

// seekAnew takes the client off the list; seeking begins anew.
func (w *Workspace) seekAnew(i, s int, now int64) {
	w.unlist(i, s)
	y := w.stay(i, s)
	y.state, y.since = seeking, now
	if w.client(i).ended {
		w.stop(i, w.m.services[s].slot)
		return
	}
	w.start(i, w.m.services[s].slot, w.m.services[s].seek, now)
}

// unlist takes the client off the waiting list. Who waits because that is
// imposed is on none.
func (w *Workspace) unlist(i, s int) {
	if w.imposes(s) {
		return
	}
	w.lineOf(i, s).remove(w.stayLinks[s], i)
	c := w.client(i)
	c.sharedDeps--
	c.heldSlots--
}

// quitService ends the client's dealings with a service at the end of the
// trial. With stay, a place of a service that outlasts follow-up is kept until
// its own end.
func (w *Workspace) quitService(i, s int, now int64, stay bool) {
	v, y := &w.m.services[s], w.stay(i, s)
	if !v.finite {
		return
	}
	switch keep := stay && v.stays; {
	case y.state == waiting && keep:
		w.resume(i, v.slot, v.renege, now)
	case y.state == staying && keep:
		w.resume(i, v.slot, w.leaving(i, v), now)
		if v.complete >= 0 {
			*w.key(i, v.complete) = keyAt(y.since+v.planned, rankRelease, v.complete)
		}
	case y.state == waiting:
		w.unlist(i, s)
		y.state = left
	case y.state == staying:
		y.state = left
		w.release(i, s, now)
	}
}

// resume runs a clock on that the end of follow-up has stopped.
func (w *Workspace) resume(i int, slot slotID, p processID, now int64) {
	if p < 0 || w.m.procs[p].base.kind == never {
		return
	}
	w.settle(i, slot, p, now)
	w.aim(i, slot, p, now)
}
