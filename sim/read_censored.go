package sim

import (
	mathbits "math/bits"

	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// What a study does not see, beside missed visits: what is due after the end of follow-up,
// and, if loss hides them, the records of clients whom it has lost. An outcome is due when
// all of its time is over. What is not due by then is missing, whether or not the client
// has died, so that who is analysed does not depend on the outcome; a time is censored.

// censors reports whether there is any of that.
func (m *Model) censors() bool { return m.design.recruitment.ends > 0 || m.loss.hides }

// overAfter reports whether a tick is after the end of follow-up of all.
func (m *Model) overAfter(tick int64) bool {
	return m.design.recruitment.ends > 0 && tick > m.design.recruitment.ends
}

// seenUntil returns the tick up to which the study sees the records of the client.
func (w *Workspace) seenUntil(c *client) int64 {
	until := int64(calendar.NeverTick)
	if ends := w.m.design.recruitment.ends; ends > 0 {
		until = ends
	}
	if w.m.loss.hides {
		until = min(until, c.lost)
	}
	return until
}

// readCensored reads an outcome as far as the study sees it, and reports whether there is
// nothing else to read since it is not due, or hidden.
func (w *Workspace) readCensored(o *outcome, col *trial.Column, c *client) bool {
	if o.visit >= 0 {
		if w.m.overAfter(w.momentAt(c, o.moment)) {
			return true
		}
		if hidden := w.m.loss.hides && c.dead && c.lost < c.exit() && w.diedBefore(o, c); !hidden {
			return false
		}
		if o.fails { // nothing is known but that the visit was missed
			col.Value[c.id] = o.bad
		}
		return true
	}
	until, from := w.studySees(o, c), c.enrol
	if o.entered {
		if from = w.admissionAmong(c, o.services).Admitted; from > until {
			col.In[c.id] = false // as far as the study knows
			return true
		}
	}
	if from+o.at <= until {
		return false
	}
	if o.form.Times {
		w.readCut(o, col, c, until)
		cut(col, c, calendar.Days(max(1, until-from)))
	}
	return true
}

// readCut reads a time that the study sees up to a tick. Deaths after that have not
// happened yet.
func (w *Workspace) readCut(o *outcome, col *trial.Column, c *client, until int64) {
	if o.form.Dies && c.dead && c.exit() <= until && w.diedBefore(o, c) && w.readDead(o, col, c, true) {
		return
	}
	y, event := o.read(w, o, c)
	col.Value[c.id], col.Event[c.id] = y, event
	col.Competing[c.id] = !event && c.dead && y < calendar.Days(o.at)
}

// cut censors a time at a limit.
func cut(col *trial.Column, c *client, limit float64) {
	if col.Value[c.id] > limit {
		col.Value[c.id], col.Event[c.id], col.Competing[c.id] = limit, false, false
	}
}

// notDue reports whether all of an outcome's time was over only after the end of
// follow-up of all.
func (w *Workspace) notDue(o *outcome, c *client) bool {
	switch {
	case w.m.design.recruitment.ends == 0:
		return false
	case o.visit >= 0:
		return w.m.overAfter(w.momentAt(c, o.moment))
	}
	from, _ := w.span(o, c)
	return w.m.overAfter(from + o.at)
}

// hidesDeath reports whether the study does not know at a visit's time that the client has
// died.
func (w *Workspace) hidesDeath(o *outcome, c *client) bool {
	return w.m.loss.hides && c.lost < c.exit() || w.m.overAfter(w.momentAt(c, o.moment))
}

// LossChangesNoLife reports whether clients live on as they would have when the study loses
// them, or they miss a visit, so that it only sees less of them.
func (m *Model) LossChangesNoLife() bool {
	return !m.loss.all && !m.changesCare() && m.design.recruitment.ends == 0
}

// WithoutLoss returns what the trialist would have of the trial just run had nobody been lost and
// no visit missed, of a model whose LossChangesNoLife holds. It takes the place of the record of
// that trial.
func (w *Workspace) WithoutLoss() *trial.Observed {
	w.inTrial = false
	for i := range w.n {
		c := w.client(i)
		c.lost, c.attended = calendar.NeverTick, 0
		for made := c.recorded; made != 0; made &= made - 1 {
			if mo := &w.m.moments[mathbits.TrailingZeros64(made)]; mo.made {
				c.attended |= 1 << mo.visit
			}
		}
	}
	w.observe(&w.observed)
	return &w.observed
}
