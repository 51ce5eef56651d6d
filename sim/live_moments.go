package sim

import (
	"math"
	mathbits "math/bits"

	"caseload/scenarios"
)

// Moments are when the state of a client is recorded: at visits, some days
// before a visit, and at times that records are asked about.

// moment is one of them.
type moment struct {
	at    int64 // ticks since enrolment, of a visit its planned time
	visit int   // the visit that it belongs to, -1: records
	made  bool  // it is the visit itself
	// event is what it is the time of, if it comes; else the end of the client's life.
	event scenarios.IntercurrentEvent
}

// momentAt returns the client's own time of moment v. A visit can be late in the
// trial; in the truth's worlds it is not.
func (w *Workspace) momentAt(c *client, v momentID) int64 {
	mo := &w.m.moments[v]
	if mo.event != "" {
		return w.first(c, mo.event)
	}
	at := c.enrol + mo.at
	if mo.visit >= 0 && w.m.window > 0 && !w.lossOff && !w.m.atEnrolment(mo) {
		r := w.keyOf(c.id).Stream(w.m.late[mo.visit])
		at += int64(float64(r.Uniform() * float64(w.m.window)))
	}
	return at
}

// nextMoment returns the first of the given moments, one at least, and its time. Without
// windows they come in order.
func (w *Workspace) nextMoment(c *client, among uint64) (v momentID, at int64) {
	v = momentID(mathbits.TrailingZeros64(among))
	if w.m.window > 0 {
		return w.firstInWindows(c, among)
	}
	return v, c.enrol + w.m.moments[v].at
}

func (w *Workspace) firstInWindows(c *client, among uint64) (v momentID, at int64) {
	at = math.MaxInt64
	for ; among != 0; among &= among - 1 {
		k := momentID(mathbits.TrailingZeros64(among))
		if t := w.momentAt(c, k); t < at {
			v, at = k, t
		}
	}
	return v, at
}

// awaitMoment sets the clock for the next moment, or the next that something
// reads: what is found at the others is not kept, so they are made up for at the next
// that is, or at the end.
func (w *Workspace) awaitMoment(c *client) {
	among := w.m.allMoments
	if w.skips {
		among &= w.m.readMoments // others are recorded at an event
	}
	if among &^= c.recorded; among == 0 {
		w.stop(c, w.m.visitSlot)
		return
	}
	_, at := w.nextMoment(c, among)
	*w.key(c, w.m.visitSlot) = keyAt(at, rankVisit, w.m.visitSlot)
}

// assess records the moments up to now and waits for the next.
func (w *Workspace) assess(c *client, now int64) {
	w.account(c, now)
	w.momentsBy(c, now)
	w.awaitMoment(c)
}

// momentsBy records the client's moments up to now. A visit on the day of
// loss is made.
func (w *Workspace) momentsBy(c *client, now int64) {
	for left := w.m.allMoments &^ c.recorded; left != 0; {
		v, at := w.nextMoment(c, left)
		if at > now {
			return
		}
		left &^= 1 << v
		if w.skips && w.m.readMoments>>v&1 == 0 {
			c.recorded |= 1 << v
		} else {
			w.recordSnapshot(c, v, now)
		}
		if mo := &w.m.moments[v]; mo.made {
			w.counts.Visits++
			if c.lost >= at && !w.m.overAfter(at) && (w.m.loss.visit < 0 || w.m.atEnrolment(mo) || !w.missed(c)) {
				c.attended |= 1 << mo.visit
				w.note(c, now, EventVisit, uint8(mo.visit))
			}
		}
	}
}

// atEnrolment reports whether a moment is that of the baseline visit, which is neither late nor missed.
func (m *Model) atEnrolment(mo *moment) bool { return m.baseline && mo.visit == 0 }

// seeAtEnrolment makes the baseline visit: the client's life has begun and nothing of the
// trial has happened. Where a program's clients begin it with a share using of their own, the visit comes
// before that, so that it is the same in all arms.
func (w *Workspace) seeAtEnrolment(c *client, now int64) {
	u := &w.m.use
	bits := c.bits
	if w.m.startsUse {
		c.bits &^= 1 << u.bit
		if w.uses(c, u.using) {
			c.bits |= 1 << u.bit
		}
	}
	w.momentsBy(c, now)
	c.bits = bits
}

// recordSnapshot records the client's state as that of moment v.
func (w *Workspace) recordSnapshot(c *client, v momentID, now int64) {
	m := w.m
	c.recorded |= 1 << v
	*w.snapshot(c, v, -1) = newSnapshot(c.abst, 0, c.bits>>m.use.bit&1)
	if w.lives.sights == 1 {
		return
	}
	for k := range m.courses {
		h := w.history(c, k)
		state := c.bits >> m.courses[k].bit & 1
		*w.snapshot(c, v, k) = newSnapshot(h.time+int64(state)*(now-h.since), h.count, state)
	}
	if m.seesBits {
		*w.bitsAt(c, v) = c.bits
	}
	if m.countsContacts {
		w.recordContacts(c, v)
	}
	if m.skillsKept > 0 {
		w.recordSkills(c, v)
	}
}

// recordsAtEnd records the moments of records that the end of the client's
// life in the trial forestalls: nothing more happens by then.
func (w *Workspace) recordsAtEnd(c *client, now int64) {
	for left := w.m.recordMoments &^ c.recorded; left != 0; left &= left - 1 {
		w.recordSnapshot(c, momentID(mathbits.TrailingZeros64(left)), now)
	}
}
