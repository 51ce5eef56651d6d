package sim

import (
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// Intercurrent events other than death: what an outcome is for clients to whom one comes
// before the outcome is measured.

// eventSet is a set of intercurrent events that come to nobody in a world.
type eventSet uint8

const (
	noDeath eventSet = 1 << iota
	noJail
	noLeaving
	noRefusal
	noContamination
	withLosses // not an event: the world has the losses of the trial
)

// eventSets are the sets of one event each.
var eventSets = map[scenarios.IntercurrentEvent]eventSet{scenarios.ByDeath: noDeath, scenarios.ByJail: noJail,
	scenarios.ByLeaving: noLeaving, scenarios.ByRefusal: noRefusal, scenarios.ByContamination: noContamination}

// handled is what an outcome is for clients to whom an event comes before it.
type handled struct {
	event  scenarios.IntercurrentEvent
	is     ifDead
	moment momentID // of the event, with toDeath; else -1
}

// compileHandled lays out what the outcome is for those to whom events other than death
// come.
func (m *Model) compileHandled(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable, c *outcome) {
	c.inDays = v.InDays()
	for _, e := range o.Handled() {
		h := handled{event: e, moment: -1}
		switch o.Strategy(e) {
		case scenarios.Composite:
			h.is = badEnd
			c.bad, _ = sc.ValueAtDeath(o)
			c.event = v.Good > 0
		case scenarios.WhileAlive:
			h.is, h.moment = toDeath, m.momentOf(e)
		case scenarios.Principal:
			h.is = leftOut
			c.form.Outside = true
		case scenarios.Hypothetical:
			h.is = asIfAlive
			c.off |= eventSets[e]
		}
		c.handled = append(c.handled, h)
		c.form.Dies = true
	}
}

// momentOf returns the moment of an event, -1 where nothing is read at it.
func (m *Model) momentOf(e scenarios.IntercurrentEvent) momentID {
	return momentID(slices.IndexFunc(m.moments, func(mo moment) bool { return mo.event == e }))
}

// leaving returns the process by which the client leaves the service, -1 where no client
// does. People outside the trial always do.
func (w *Workspace) leaving(c *client, v *service) processID {
	if v.treats && c.id < w.n && w.off&noLeaving != 0 {
		return -1
	}
	return v.leave
}

// atEvent records the client's state at the first event of a kind.
func (w *Workspace) atEvent(c *client, v momentID, now int64) {
	if v < 0 || c.id >= w.n || c.ended || c.recorded>>v&1 != 0 {
		return
	}
	w.account(c, now)
	w.recordSnapshot(c, v, now)
}

// first returns when an event came to the client for the first time; the end of the
// client's life in the trial or later if it did not.
func (w *Workspace) first(c *client, e scenarios.IntercurrentEvent) int64 {
	const not = math.MaxInt64
	switch e {
	case scenarios.ByJail:
		if w.m.jail >= 0 {
			if t := w.history(c, w.m.jail).first; t >= 0 {
				return t
			}
		}
	case scenarios.ByLeaving:
		return w.firstLeaving(c)
	case scenarios.ByRefusal:
		for _, k := range w.m.byArm[w.careIn(c.id, w.arm[c.id])] {
			if !w.takesUp(c.id, k) {
				return c.enrol
			}
		}
	case scenarios.ByContamination:
		if w.Contaminated(c.id) {
			return c.enrol
		}
	}
	return not
}

// firstLeaving returns when the client first left a treatment before its end.
func (w *Workspace) firstLeaving(c *client) int64 {
	first := int64(math.MaxInt64)
	for k := c.first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		if s.End == SpellLeft && w.m.services[s.Service].treats && s.Ended < c.exit() {
			first = min(first, s.Ended)
		}
	}
	return first
}

// handledBefore returns what holds of the client by the first event before the outcome
// could be measured, and when that was; nil if there was none.
func (w *Workspace) handledBefore(o *outcome, c *client) (h *handled, at int64) {
	at = c.enrol + o.at
	if o.visit >= 0 {
		at = w.momentAt(c, o.moment)
	}
	for k := range o.handled {
		if t := w.first(c, o.handled[k].event); t < at {
			h, at = &o.handled[k], t
		}
	}
	return h, at
}

// readHandled reads the outcome of a client to whom an event came before it, as the
// scenario says, and reports whether there was one. The first event decides.
func (w *Workspace) readHandled(o *outcome, col *trial.Column, c *client, seen bool) bool {
	h, at := w.handledBefore(o, c)
	if h == nil {
		return false
	}
	col.Died[c.id] = h.is != asIfAlive
	switch {
	case h.is == leftOut:
		col.Outside[c.id] = true
	case o.form.Times && (h.is == badEnd || at > c.enrol):
		w.readTimeBefore(o, h, col, c, at)
	case o.form.Times, h.is == asIfAlive: // missing
	case h.is == badEnd:
		col.Value[c.id] = o.bad
		if o.form.Counts {
			col.Exposure[c.id] = calendar.Days(o.at)
		}
	default:
		w.readUntil(o, h, col, c, at, seen)
	}
	return true
}

// readTimeBefore reads a time that an event ends, or after which its own event never
// comes, or that is censored by it. What came before, or with it, stands.
func (w *Workspace) readTimeBefore(o *outcome, h *handled, col *trial.Column, c *client, at int64) {
	y, event := o.read(w, o, c)
	if last := calendar.Days(at - c.enrol); !event || y > last {
		y, event = last, h.is == badEnd && o.event
		if h.is == badEnd && !event {
			y = calendar.Days(o.at)
		}
	}
	col.Value[c.id], col.Event[c.id] = y, event
}

// readUntil reads what was counted up to an event, of a client whom the study had not
// lost by then, where a visit would count it.
func (w *Workspace) readUntil(o *outcome, h *handled, col *trial.Column, c *client, at int64, seen bool) {
	if seen && o.visit >= 0 && c.lost < at {
		return // missing
	}
	w.until = *o
	w.until.at, w.until.moment, w.until.visit = at-c.enrol, h.moment, -1
	y, _ := o.read(w, &w.until, c)
	alive := calendar.Days(max(1, at-c.enrol))
	if seen && o.visit >= 0 {
		if y = w.measured(o, c, y); o.inDays {
			y = min(y, alive)
		}
	}
	col.Value[c.id], col.Exposure[c.id] = y, alive
}

// readHandledEarlier reads the outcome at an earlier visit of a client to whom an event
// came before that, and reports whether there was one.
func (w *Workspace) readHandledEarlier(e *outcome, values []float64, c *client) bool {
	h, _ := w.handledBefore(e, c)
	if h != nil && h.is == badEnd {
		values[c.id] = e.bad
	}
	return h != nil
}
