package sim

import (
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// Times of events that recur: recorded while they are lived, for the courses of which
// some analysis uses them.

// eventTime is one event of a client.
type eventTime struct {
	tick int64
	last int32 // the one before it; -1: none
}

// compileTimes lets the times of the outcome's events be recorded if a method uses them.
func (m *Model) compileTimes(o *scenarios.Outcome, c *outcome) {
	if !o.Recurrent() {
		return
	}
	c.form.Recurs = true
	if f := &m.courses[c.course]; f.times < 0 {
		f.times = m.timed
		m.timed++
	}
}

// resetTimes forgets all that have been recorded.
func (w *Workspace) resetTimes() { w.times = w.times[:0] }

// recordTime records an event of course k of the client.
func (w *Workspace) recordTime(c *client, k int, now int64) {
	f := &w.m.courses[k]
	if f.times < 0 || c.id >= w.n {
		return
	}
	last := &w.lastTimes[c.id*w.m.timed+f.times]
	if w.history(c, k).count == 1 {
		*last = -1
	}
	w.times = append(w.times, eventTime{now, *last})
	*last = int32(len(w.times) - 1)
}

// readTimes reads the times of the outcome's events, as far as they are seen, and how
// long that is. Death is one of them where it counts as one, and a censoring where the
// outcome is as if nobody died.
func (w *Workspace) readTimes(o *outcome, col *trial.Column, c *client, seen bool) {
	r := &col.Recurring
	until := min(c.enrol+o.at, c.exit())
	if seen && w.m.censors() {
		until = min(until, w.studySees(o, c))
	}
	died := c.dead && c.exit() <= until && c.exit() < c.enrol+o.at
	r.Until[c.id] = calendar.Days(max(1, until-c.enrol))
	r.Ended[c.id] = died && o.ifDead != asIfAlive
	r.First[c.id] = int32(len(r.Times))
	if w.history(c, o.course).count > 0 {
		f := &w.m.courses[o.course]
		for k := w.lastTimes[c.id*w.m.timed+f.times]; k >= 0; k = w.times[k].last {
			if t := w.times[k].tick; t <= until {
				r.Times = append(r.Times, calendar.Days(max(1, t-c.enrol)))
			}
		}
		slices.Reverse(r.Times[r.First[c.id]:])
	}
	if died && o.adds {
		r.Times = append(r.Times, r.Until[c.id])
	}
	r.Count[c.id] = int32(len(r.Times)) - r.First[c.id]
}
