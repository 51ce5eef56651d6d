package sim

import (
	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// ifDead says what an outcome is for a client who dies before it is measured.
type ifDead uint8

const (
	unstated  ifDead = iota // missing with the visit; from records, what there was by death
	badEnd                  // the bad end of the outcome
	toDeath                 // what there was by death, also where a visit would count it
	leftOut                 // missing
	asIfAlive               // missing in the trial; the truth is of a world without death
)

// compileIfDead lays out what the outcome is for those who die.
func (m *Model) compileIfDead(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable, c *outcome) {
	if c.fails = o.FailsIfMissing(); c.fails {
		c.bad, _ = sc.ValueAtDeath(o)
	}
	c.form.Counts = c.form.Counts || o.WhileAlive()
	m.compileHandled(sc, o, v, c)
	if m.death < 0 || !sc.CutByDeath(o) {
		return
	}
	c.form.Dies, c.mortal = true, true
	switch o.Death() {
	case scenarios.Composite:
		c.ifDead = badEnd
		c.bad, _ = sc.ValueAtDeath(o)
		c.event, c.adds = v.Good > 0, o.DeathCounts()
	case scenarios.WhileAlive:
		c.ifDead = toDeath
		c.inDays = v.InDays()
		if c.visit >= 0 {
			last := *c
			last.visit, last.moment = -1, m.findMoment(c.at, -1)
			m.readMoments |= 1 << last.moment
			c.last = &last
		}
	case scenarios.Principal:
		c.ifDead = leftOut
		c.form.Outside = true
	case scenarios.Hypothetical:
		c.ifDead = asIfAlive
		c.off |= noDeath
	}
}

// readsHere reports whether the outcome is read in the world in progress: those that
// ask what would be if nobody died, or another event came to nobody, and those about the
// study's visits, have worlds of their own in the truth.
func (w *Workspace) readsHere(o *outcome, seen bool) bool {
	return seen || o.off == w.off
}

// diedBefore reports whether the client died before the outcome could be measured.
func (w *Workspace) diedBefore(o *outcome, c *client) bool {
	switch {
	case !c.dead:
		return false
	case o.visit >= 0:
		return c.recorded>>o.moment&1 == 0
	}
	from, to := w.span(o, c)
	return to < from+o.at
}

// readDead reads the outcome of a client who died before it, as the scenario says, and
// reports whether there is nothing else to read.
func (w *Workspace) readDead(o *outcome, col *trial.Column, c *client, seen bool) bool {
	col.Died[c.id] = o.ifDead != asIfAlive
	if o.ifDead == leftOut {
		col.Outside[c.id] = true
	}
	switch {
	case o.ifDead == badEnd && o.form.Times:
		w.readBadTime(o, col, c)
	case o.adds:
		y, _ := o.read(w, o, c)
		col.Value[c.id], col.Exposure[c.id] = y+1, w.exposure(o, c)
	case o.ifDead == badEnd:
		col.Value[c.id] = o.bad
		if o.form.Counts {
			col.Exposure[c.id] = calendar.Days(o.at)
		}
	case o.ifDead == toDeath:
		return w.readLast(o, col, c, seen)
	case o.ifDead == asIfAlive && o.form.Times:
		y, event := o.read(w, o, c)
		col.Value[c.id], col.Event[c.id] = y, event
	default:
		return o.ifDead != unstated || o.visit >= 0
	}
	return true
}

// readBadTime reads a time of which death is the event, or after which the event never
// comes. What came before death stands.
func (w *Workspace) readBadTime(o *outcome, col *trial.Column, c *client) {
	y, event := o.read(w, o, c)
	if !event && !o.event {
		y = calendar.Days(o.at)
	}
	col.Value[c.id], col.Event[c.id] = y, event || o.event
}

// readLast reads what a visit would have counted up to death, of a client whom the
// study had not lost by then. What comes from records is read as always.
func (w *Workspace) readLast(o *outcome, col *trial.Column, c *client, seen bool) bool {
	if o.last == nil {
		return false
	}
	if seen && c.lost < c.exit() {
		return true // missing
	}
	y, _ := o.read(w, o.last, c)
	alive := w.exposure(o.last, c)
	if seen {
		if y = w.measured(o, c, y); o.inDays {
			y = min(y, alive)
		}
	}
	col.Value[c.id], col.Exposure[c.id] = y, alive
	return true
}
