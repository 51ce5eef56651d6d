package sim

// Courses: what goes on in a client's life beside care and the use of
// substances. Homes and jobs come and go, arrests and risk events happen, jail
// ends stays in services and death everything.

// beginCourses draws the states at enrolment. The clocks are started by
// startCourses, once all states are known.
func (w *Workspace) beginCourses(i int, now int64) {
	c := w.client(i)
	for k := range w.m.courses {
		f := &w.m.courses[k]
		*w.history(i, k) = history{since: now, first: -1}
		if f.begin > 0 {
			if r := w.keyOf(i).Stream(f.first); r.Bernoulli(f.begin) {
				c.bits |= 1 << f.bit
				if f.kind == inJail {
					w.note(i, now, f.happens, 0)
				}
			}
		}
	}
}

func (w *Workspace) startCourses(i int, now int64) {
	for k := range w.m.courses {
		w.startCourse(i, k, now)
	}
}

// startCourse starts the clock of the process that the state calls for.
func (w *Workspace) startCourse(i, k int, now int64) {
	slot := w.m.courses[k].slot
	w.start(i, slot, w.process(i, slot), now)
}

// courseProcess returns the process that runs on course k.
func (w *Workspace) courseProcess(i, k int) processID {
	if f := &w.m.courses[k]; f.kind == mortal && w.off&noDeath != 0 {
		return -1
	} else if w.client(i).bits>>f.bit&1 == 0 {
		return f.on
	} else {
		return f.off
	}
}

// courseEvent executes what the clock of course k was running for.
func (w *Workspace) courseEvent(i, k int, now int64) {
	switch f := &w.m.courses[k]; f.kind {
	case recurring:
		w.happen(i, k, now)
	case mortal:
		w.die(i, k, now, 0)
	case inJail:
		if h := w.history(i, k); h.sanctionDue {
			h.sanctionDue = false
			w.imprison(i, now)
			return
		}
		w.turn(i, k, now)
	default:
		w.turn(i, k, now)
	}
}

// happen is an event that can happen again. An arrest may end in jail.
func (w *Workspace) happen(i, k int, now int64) {
	f := &w.m.courses[k]
	w.mark(i, k, now)
	w.counts.Events++
	w.note(i, now, f.happens, uint8(k))
	if f.fatal > 0 && w.killed(i, f) {
		w.die(i, w.m.death, now, uint8(k+1))
		return
	}
	w.startCourse(i, k, now)
	if f.mark != noBit {
		w.afterEvent(i, f, now)
	}
	if f.after > 0 && w.stream(i, f.decide).Bernoulli(f.after) && w.off&noJail == 0 {
		w.imprison(i, now)
	}
}

// mark counts an event of the course.
func (w *Workspace) mark(i, k int, now int64) {
	h := w.history(i, k)
	h.count++
	if h.first < 0 {
		h.first = now
	}
	if w.m.timed > 0 {
		w.recordTime(i, k, now)
	}
}

// turn begins or ends the state of the course.
func (w *Workspace) turn(i, k int, now int64) {
	f, h := &w.m.courses[k], w.history(i, k)
	on := w.client(i).bits>>f.bit&1 == 0
	if on {
		w.mark(i, k, now)
		w.note(i, now, f.happens, 0)
	} else {
		h.time += now - h.since
		w.note(i, now, f.ends, 0)
	}
	h.since = now
	w.counts.Changes++
	w.set(i, f.bit, on, now)
	w.startCourse(i, k, now)
}

// imprison takes the client to jail, out of all services and off all lists.
func (w *Workspace) imprison(i int, now int64) {
	w.atEvent(i, w.m.atJail, now)
	w.turn(i, w.m.jail, now)
	w.endServices(i, now, SpellJailed)
}

// jailed reports whether the client is in jail.
func (w *Workspace) jailed(i int) bool {
	return w.m.jail >= 0 && w.client(i).bits>>w.m.courses[w.m.jail].bit&1 != 0
}

// sanction sends the client to jail within the tick.
func (w *Workspace) sanction(i int, now int64) {
	if w.off&noJail != 0 {
		return
	}
	k := w.m.jail
	w.history(i, k).sanctionDue = true
	slot := w.m.courses[k].slot
	*w.key(i, slot) = clockKey(now, 0, rankArrest, slot)
}

// die ends all. The cause is the course of a fatal event plus 1, or 0.
func (w *Workspace) die(i, k int, now int64, cause uint8) {
	w.mark(i, k, now)
	w.counts.Events++
	w.note(i, now, EventDied, cause)
	w.client(i).dead = true
	w.endServices(i, now, SpellDied)
	if b := w.probe; b != nil {
		b.stop(w, i, w.client(i).enrol, now)
	}
	w.depart(i, now, false)
}
