package sim

import (
	"math"

	"caseload/sim/calendar"
)

// Programs that begin or end in the middle of a client's follow-up.
//
// Who calls addProgram or stopProgram does so in an event of the client whose slot touches
// what clients share, if a program that it begins or ends is limited (see sharing).

// contacts returns how many there have been in all.
func (r *care) contacts() int32 { return int32(r.before) + r.done }

// addProgram offers the client program k. Nothing is offered to a client who has the
// program, or waits for it.
func (w *Workspace) addProgram(c *client, k int, now int64) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	if c.ended || w.has(c, k, now) {
		return
	}
	w.makeDue(c, k)
	r.before = uint16(min(math.MaxUint16, int32(r.before)+r.done))
	r.done = 0
	if p.changes() {
		w.stop(c, p.staffing.slot)
		t := w.tenureOf(c, p)
		t.due, t.begun = calendar.NeverTick, false
	}
	w.offer(c, k, w.takesUpNext(c, k), false, now)
}

// has reports whether the client is in the program, or waits for it. One that nobody has
// to leave for others is over when its time is.
func (w *Workspace) has(c *client, k int, now int64) bool {
	p, r := &w.m.programs[k], w.careOf(c, k)
	switch r.state {
	case awaiting, paused:
		return true
	case active:
		return now-r.start < p.duration
	}
	return false
}

// takesUpNext reports whether the client starts a program at this offer. Each offer is
// decided anew, by the next number of the stream that has decided the first.
func (w *Workspace) takesUpNext(c *client, k int) (takes bool) {
	p := &w.m.programs[k]
	if n := w.careOf(c, k).offers; n > 0 && p.uptake < 1 && w.off&noRefusal == 0 {
		r := w.keyOf(c.id).Stream(p.offer)
		for range int(n) + 1 {
			takes = r.Bernoulli(p.uptake)
		}
		return takes
	}
	return w.takesUp(c.id, k)
}

// stopProgram ends the client's program k before its time: there are no more contacts, and
// the case manager is free for who waits. Effects that last run out as after any last
// contact. A client who waits for a case manager waits no longer.
func (w *Workspace) stopProgram(c *client, k int, now int64) {
	p, r := &w.m.programs[k], w.careOf(c, k)
	if !w.has(c, k, now) {
		return
	}
	w.makeDue(c, k)
	if p.limited && (r.state == active || p.changes()) {
		w.endProgram(c, k, now, EventStopped)
		return
	}
	if r.state == awaiting && p.limited {
		w.unqueue(c, k)
	}
	if p.changes() {
		w.stop(c, p.staffing.slot)
	}
	w.stop(c, p.contact)
	r.state = over
	w.note(c, now, EventStopped, uint8(k))
}
