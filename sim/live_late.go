package sim

import "caseload/sim/calendar"

// Effects that start late: their windows can be open only from a time after the client
// began the program. Contacts before then set when a window closes, and do not open it.

// awaitLate sets the clocks of the program's late windows for a client who begins it.
func (w *Workspace) awaitLate(c *client, p *program, now int64) {
	for k := range p.windows {
		if v := &p.windows[k]; v.late > 0 && w.opens(c, v, 1) {
			*w.key(c, v.openKey) = keyAt(now+v.late, rankLapse, v.opens)
		}
	}
}

// tooSoon reports whether the window cannot be open yet at a contact. One in the tick in
// which it can comes first, and opens it.
func (w *Workspace) tooSoon(c *client, v *window, contact int64) bool {
	key := *w.key(c, v.openKey)
	return key != calendar.Never && int64(key>>12) > contact
}

// openLate opens the window of effect e from now on, if a contact before would still keep
// it open.
func (w *Workspace) openLate(c *client, k int, e effectID, now int64) {
	p := &w.m.programs[k]
	v := &p.windows[p.effects[e].window]
	*w.key(c, v.openKey) = calendar.Never
	if flipped := c.bits&v.all ^ v.full; flipped != 0 && *w.key(c, v.key) != calendar.Never {
		c.bits ^= flipped
		w.reaim(c, w.m.touchedBy(flipped), now)
	}
}
