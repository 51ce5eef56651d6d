package sim

import (
	mathbits "math/bits"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// What care and the study themselves did with clients: contacts by a day, and visits of
// the study that were made. Without loss all visits are made, so the truth of these is in
// worlds with the losses of the trial, which are lived in addition where an outcome asks.

// compileStudy compiles what an outcome about contacts or visits needs.
func (m *Model) compileStudy(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable, c *outcome) {
	if v.Name == scenarios.VariableContacts {
		m.countsContacts = true
		c.moment = m.findMoment(c.at, -1)
	}
	if !v.OfStudy() {
		return
	}
	c.ofStudy = true
	c.off |= withLosses
	for k, day := range sc.Trial.FollowUpDays {
		if due := day > 0 && day <= o.AtDays; due && (v.Name == scenarios.VariableVisitsMade || day == o.AtDays) {
			c.due |= 1 << k
			m.readMoments |= 1 << m.visits[k] // whether it is made depends on the day
		}
	}
}

// forgetLog empties the log, so that it is of the world that is lived last.
func (w *Workspace) forgetLog() {
	if w.log != nil {
		w.log.events, w.log.background = w.log.events[:0], w.log.background[:0]
	}
}

func readContacts(w *Workspace, o *outcome, c *client) (float64, bool) {
	return float64(*w.contactsAt(c, o.moment)), false
}

func readVisitsMade(w *Workspace, o *outcome, c *client) (float64, bool) {
	n := 0
	for made := c.attended & o.due; made != 0; made &= made - 1 {
		if w.m.moments[w.m.visits[mathbits.TrailingZeros64(made)]].at <= o.at { // with an event that ends the count, fewer
			n++
		}
	}
	return float64(n), false
}

func readFollowedUp(w *Workspace, o *outcome, c *client) (float64, bool) {
	return yes(c.attended&o.due != 0), false
}

// contactsAt returns the contacts of the client before moment v, where the model has them
// recorded.
func (w *Workspace) contactsAt(c *client, v momentID) *uint64 {
	at := w.lives.sights - 1
	if w.m.seesBits {
		at--
	}
	return part[uint64](c, w.lives.seen, int(v)*w.lives.sights+at)
}

// recordContacts records the contacts of the client at moment v.
func (w *Workspace) recordContacts(c *client, v momentID) {
	w.makeAllDue(c)
	n := uint64(0)
	for k := range w.m.programs {
		n += uint64(w.careOf(c, k).contacts())
	}
	*w.contactsAt(c, v) = n
}

// studySees returns the tick up to which the study knows of an outcome of the client. Of its
// own visits it knows whether or not loss hides records.
func (w *Workspace) studySees(o *outcome, c *client) int64 {
	if !o.ofStudy {
		return w.seenUntil(c)
	}
	if ends := w.m.design.recruitment.ends; ends > 0 {
		return ends
	}
	return calendar.NeverTick
}
