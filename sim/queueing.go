package sim

// Services: seek, wait, enter, leave, come back; renege while waiting.

// beginServices starts the clock of seeking each service.
func (w *Workspace) beginServices(i int, now int64) {
	for s := range w.m.services {
		*w.stay(i, s) = stay{since: now}
		w.start(i, w.m.services[s].slot, w.m.services[s].seek, now)
	}
}

// serviceEvent executes what the client's state makes of the service's clock.
func (w *Workspace) serviceEvent(i, s int, now int64) {
	switch w.stay(i, s).state {
	case seeking:
		w.seek(i, s, now)
	case waiting:
		w.renege(i, s, now)
	case staying:
		w.leave(i, s, now)
	case left:
		w.counts.Returns++
		w.seek(i, s, now)
	}
}

// kick makes a client who is still seeking seek at once.
func (w *Workspace) kick(i, s int, now int64) {
	y := w.stay(i, s)
	if y.state != seeking {
		return
	}
	y.kicked = true
	slot := w.m.services[s].slot
	*w.clock(i, slot) = clock{since: now, mult: 1}
	*w.key(i, slot) = clockKey(now, 0, rankSeek, slot)
}

// seek takes a free slot or a place at the end of the waiting list.
func (w *Workspace) seek(i, s int, now int64) {
	v, y, q := &w.m.services[s], w.stay(i, s), &w.queues[s]
	if y.kicked {
		w.counts.Brought++
		y.kicked = false
	} else if y.state == seeking {
		w.counts.Sought++
	}
	w.note(i, now, EventSought, uint8(s))
	w.openSpell(i, s, now)
	if q.free > 0 || !v.finite {
		w.admit(i, s, now)
		return
	}
	y.state, y.since = waiting, now
	q.line.append(w.stayLinks[s], i)
	c := w.client(i)
	c.exposed++
	c.holds++
	w.note(i, now, EventQueued, uint8(s))
	w.start(i, v.slot, v.renege, now)
}

// admit gives the client a slot.
func (w *Workspace) admit(i, s int, now int64) {
	v, y, c := &w.m.services[s], w.stay(i, s), w.client(i)
	if v.finite {
		if w.queues[s].free == 0 {
			panic("a client is admitted to a full service")
		}
		w.queues[s].free--
		c.holds++
	}
	w.counts.Admitted++
	y.state, y.since = staying, now
	w.spells[c.last].Admitted = now
	w.note(i, now, EventAdmitted, uint8(s))
	w.start(i, v.slot, v.leave, now)
	if !c.ended {
		w.set(i, v.bit, true, now)
	}
}

// leave ends a stay and serves the waiting list.
func (w *Workspace) leave(i, s int, now int64) {
	v, y := &w.m.services[s], w.stay(i, s)
	w.counts.Left++
	w.note(i, now, EventLeft, uint8(s))
	w.closeSpell(i, now, SpellLeft)
	y.state, y.since = left, now
	if w.client(i).ended {
		w.stop(i, v.slot)
	} else {
		w.set(i, v.bit, false, now)
		w.start(i, v.slot, v.back, now)
	}
	w.free(i, s, now)
}

// free gives back the client's slot and serves the waiting list.
func (w *Workspace) free(i, s int, now int64) {
	if !w.m.services[s].finite {
		return
	}
	w.client(i).holds--
	q := &w.queues[s]
	q.free++
	if q.line.head < 0 {
		return
	}
	j := int(q.line.head)
	w.catchUp(j)
	w.unlist(j, s)
	w.admit(j, s, now)
	w.advance(j)
}

// renege gives up the client's place on the list; seeking begins anew.
func (w *Workspace) renege(i, s int, now int64) {
	w.counts.Reneged++
	w.note(i, now, EventReneged, uint8(s))
	w.closeSpell(i, now, SpellReneged)
	w.unlist(i, s)
	y := w.stay(i, s)
	y.state, y.since = seeking, now
	if w.client(i).ended {
		w.stop(i, w.m.services[s].slot)
		return
	}
	w.start(i, w.m.services[s].slot, w.m.services[s].seek, now)
}

// unlist takes the client off the waiting list.
func (w *Workspace) unlist(i, s int) {
	w.queues[s].line.remove(w.stayLinks[s], i)
	c := w.client(i)
	c.exposed--
	c.holds--
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
		w.resume(i, v.slot, v.leave, now)
	case y.state == waiting:
		w.unlist(i, s)
		y.state = left
	case y.state == staying:
		y.state = left
		w.free(i, s, now)
	}
}

// resume runs a clock on that the end of follow-up has stopped.
func (w *Workspace) resume(i, slot, p int, now int64) {
	if p < 0 || w.m.procs[p].base.kind == never {
		return
	}
	w.settle(i, slot, p, now)
	w.aim(i, slot, p, now)
}
