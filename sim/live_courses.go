package sim

// Courses: what goes on in a client's life beside care and the use of
// substances. Homes and jobs come and go, arrests and risk events happen, jail
// ends stays in services and death everything.

// beginCourses draws the states at enrolment. The clocks are started by
// startCourses, once all states are known.
func (w *Workspace) beginCourses(c *client, now int64) {
	for k := range w.m.courses {
		f := &w.m.courses[k]
		*w.history(c, k) = history{since: now, first: -1}
		if f.begin > 0 {
			if r := w.keyOf(c.id).Stream(f.first); r.Bernoulli(f.begin) {
				c.bits |= 1 << f.bit
				if f.kind == inJail {
					w.note(c, now, f.happens, 0)
				}
			}
		}
	}
}

func (w *Workspace) startCourses(c *client, now int64) {
	for k := range w.m.courses {
		w.startCourse(c, k, now)
	}
}

// startCourse starts the clock of the process that the state calls for.
func (w *Workspace) startCourse(c *client, k int, now int64) {
	slot := w.m.courses[k].slot
	w.start(c, slot, w.process(c, slot), now)
}

// courseProcess returns the process that runs on course k.
func (w *Workspace) courseProcess(c *client, k int) processID {
	if f := &w.m.courses[k]; f.kind == mortal && w.off&noDeath != 0 {
		return -1
	} else if c.bits>>f.bit&1 == 0 {
		return f.on
	} else {
		return f.off
	}
}

// courseEvent executes what the clock of course k was running for.
func (w *Workspace) courseEvent(c *client, k int, now int64) {
	switch f := &w.m.courses[k]; f.kind {
	case recurring:
		w.happen(c, k, now)
	case mortal:
		w.die(c, k, now, 0)
	case inJail:
		if h := w.history(c, k); h.sanctionDue {
			h.sanctionDue = false
			w.imprison(c, now)
			return
		}
		w.turn(c, k, now)
	default:
		w.turn(c, k, now)
	}
}

// happen is an event that can happen again. An arrest may end in jail.
func (w *Workspace) happen(c *client, k int, now int64) {
	f := &w.m.courses[k]
	w.mark(c, k, now)
	w.counts.Events++
	w.note(c, now, f.happens, uint8(k))
	if f.fatal > 0 && w.killed(c, f) {
		w.die(c, w.m.death, now, uint8(k+1))
		return
	}
	w.startCourse(c, k, now)
	if f.mark != noBit {
		w.afterEvent(c, f, now)
	}
	if f.after > 0 && w.stream(c, f.decide).Bernoulli(f.after) && w.off&noJail == 0 {
		w.imprison(c, now)
	}
}

// mark counts an event of the course.
func (w *Workspace) mark(c *client, k int, now int64) {
	h := w.history(c, k)
	h.count++
	if h.first < 0 {
		h.first = now
	}
	if w.m.timed > 0 {
		w.recordTime(c, k, now)
	}
}

// turn begins or ends the state of the course.
func (w *Workspace) turn(c *client, k int, now int64) {
	f, h := &w.m.courses[k], w.history(c, k)
	on := c.bits>>f.bit&1 == 0
	if on {
		w.mark(c, k, now)
		w.note(c, now, f.happens, 0)
	} else {
		h.time += now - h.since
		w.note(c, now, f.ends, 0)
	}
	h.since = now
	w.counts.Changes++
	w.set(c, f.bit, on, now)
	w.startCourse(c, k, now)
}

// imprison takes the client to jail, out of all services and off all lists.
func (w *Workspace) imprison(c *client, now int64) {
	w.makeAllDue(c)
	w.atEvent(c, w.m.atJail, now)
	w.turn(c, w.m.jail, now)
	w.endServices(c, now, SpellJailed)
}

// jailed reports whether the client is in jail.
func (w *Workspace) jailed(c *client) bool {
	return w.m.jail >= 0 && c.bits>>w.m.courses[w.m.jail].bit&1 != 0
}

// sanction sends the client to jail within the tick.
func (w *Workspace) sanction(c *client, now int64) {
	if w.off&noJail != 0 {
		return
	}
	k := w.m.jail
	w.history(c, k).sanctionDue = true
	slot := w.m.courses[k].slot
	*w.key(c, slot) = clockKey(now, 0, rankArrest, slot)
}

// die ends all. The cause is the course of a fatal event plus 1, or 0.
func (w *Workspace) die(c *client, k int, now int64, cause uint8) {
	w.mark(c, k, now)
	w.counts.Events++
	w.note(c, now, EventDied, cause)
	c.dead = true
	w.endServices(c, now, SpellDied)
	if b := w.probe; b != nil {
		b.stop(w, c.id, c.enrol, now)
	}
	w.depart(c, now, false)
}
