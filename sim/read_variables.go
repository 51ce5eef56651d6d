package sim

import "caseload/sim/calendar"

// A reader reads one variable of the client off the history: a value and, for a
// time, whether it ended in the event. It sees the whole life; what the
// trialist misses is taken away afterwards.
type reader func(w *Workspace, o *outcome, c *client) (float64, bool)

// readers are the variables of scenarios.Variables.
var readers = map[string]reader{
	"linked_su":             readLinked,
	"time_to_linkage":       readTimeToLinkage,
	"linked_other":          readLinked,
	"services_other":        readServices,
	"time_to_linkage_other": readTimeToLinkage,
	"in_treatment_su":       readIn,
	"days_in_su":            readDaysIn,
	"time_in_su":            readTimeIn,
	"completed_su":          readCompleted,
	"in_service_other":      readIn,
	"days_in_other":         readDaysIn,
	"contacts":              readContacts,
	"visits_made":           readVisitsMade,
	"followed_up":           readFollowedUp,
	"condition":             readCondition,
	"satisfaction":          readScore,
	"days_abstinent":        readDaysAbstinent,
	"days_using":            readDaysUsing,
	"use_days_month":        readUseDaysMonth,
	"abstinent":             readAbstinent,
	"health":                readScore,
	"died":                  readHappened,
	"time_to_death":         readTimeTo,
	"event_count":           readCount,
	"event_any":             readHappened,
	"time_to_event":         readTimeTo,
	"events_reported":       readCount,
	"arrested":              readHappened,
	"arrests":               readCount,
	"time_to_arrest":        readTimeTo,
	"days_in_jail":          readDaysInState,
	"risk_events":           readCount,
	"risk_free":             readNoneThisMonth,
	"housed":                readState,
	"days_housed":           readDaysInState,
	"employed":              readState,
	"abstinent_employed":    readAbstinentEmployed,
	"days_employed":         readDaysInState,
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Services.

// admissionAmong returns the client's first admission to one of the services within
// follow-up, or nil.
func (w *Workspace) admissionAmong(c *client, services uint64) (first *Spell) {
	for k := c.first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		if services>>s.Service&1 != 0 && s.Admitted >= 0 && s.Admitted < c.exit() && (first == nil || s.Admitted < first.Admitted) {
			first = s
		}
	}
	return first
}

// over reports whether the stay of the spell has ended by the tick.
func (s *Spell) over(tick int64) bool { return s.Ended >= 0 && s.Ended <= tick }

func readLinked(w *Workspace, o *outcome, c *client) (float64, bool) {
	s := w.admissionAmong(c, o.services)
	return yes(s != nil && s.Admitted-c.enrol <= o.at), false
}

func readServices(w *Workspace, o *outcome, c *client) (float64, bool) {
	n := 0.0
	for s := range w.m.services {
		if one := o.services & (1 << s); one != 0 {
			if a := w.admissionAmong(c, one); a != nil && a.Admitted-c.enrol <= o.at {
				n++
			}
		}
	}
	return n, false
}

func readTimeToLinkage(w *Workspace, o *outcome, c *client) (float64, bool) {
	if s := w.admissionAmong(c, o.services); s != nil && s.Admitted-c.enrol <= o.at {
		return calendar.Days(s.Admitted - c.enrol), true
	}
	return calendar.Days(min(o.at, c.exit()-c.enrol)), false
}

// span returns what an outcome looks at: from enrolment, or from the first admission
// for those who entered.
func (w *Workspace) span(o *outcome, c *client) (from, to int64) {
	from = c.enrol
	if o.entered {
		from = w.admissionAmong(c, o.services).Admitted
	}
	return from, min(from+o.at, c.exit())
}

// enteredBy reports whether the client entered treatment so early that o.at
// days from entry lie within follow-up.
func (w *Workspace) enteredBy(o *outcome, c *client) bool {
	s := w.admissionAmong(c, o.services)
	return s != nil && s.Admitted-c.enrol <= w.m.horizon-o.at
}

// readIn reports whether the client is in one of the services on the day. Whose
// life in the trial has ended by then is not.
func readIn(w *Workspace, o *outcome, c *client) (float64, bool) {
	from, to := w.span(o, c)
	if to < from+o.at {
		return 0, false
	}
	for k := c.first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		if o.services>>s.Service&1 != 0 && s.Admitted >= 0 && s.Admitted <= to && !s.over(to) {
			return 1, false
		}
	}
	return 0, false
}

func readDaysIn(w *Workspace, o *outcome, c *client) (float64, bool) {
	from, to := w.span(o, c)
	return calendar.Days(w.timeInServices(c, o.services, from, to)), false
}

// timeInServices returns the ticks in the services between two times: each counted of
// ancillary ones, and in any of them of treatments.
func (w *Workspace) timeInServices(c *client, services uint64, from, to int64) (sum int64) {
	if services&w.m.together != 0 {
		return w.timeInAny(c, services, from, to)
	}
	for k := c.first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		if services>>s.Service&1 == 0 || s.Admitted < 0 {
			continue
		}
		end := to
		if s.Ended >= 0 {
			end = min(end, s.Ended)
		}
		sum += max(0, end-max(from, s.Admitted))
	}
	return sum
}

// timeInAny returns the ticks in any of the services between two times.
func (w *Workspace) timeInAny(c *client, services uint64, from, to int64) (sum int64) {
	for at := from; at < to; {
		end, next := at, to // of the time in services at present; of their next
		for k := c.first; k >= 0; k = w.spells[k].next {
			s := &w.spells[k]
			switch {
			case services>>s.Service&1 == 0 || s.Admitted < 0:
			case s.Admitted > at:
				next = min(next, s.Admitted)
			case s.Ended < 0:
				end = to
			default:
				end = max(end, s.Ended)
			}
		}
		if end > at {
			next = min(end, to)
			sum += next - at
		}
		at = next
	}
	return sum
}

// outlasting returns the client's last stay of those in the services that are each begun
// before the one before is over, from s on.
func (w *Workspace) outlasting(c *client, services uint64, s *Spell) *Spell {
	for grown := true; grown; {
		grown = false
		for k := c.first; k >= 0; k = w.spells[k].next {
			o := &w.spells[k]
			if services>>o.Service&1 != 0 && o.Admitted >= 0 && o.Admitted < s.Ended && (o.Ended < 0 || o.Ended > s.Ended) {
				s, grown = o, true
			}
		}
	}
	return s
}

// readTimeIn returns the time of the first stay, with those that are beside it and
// outlast it. Any end is an event but death.
func readTimeIn(w *Workspace, o *outcome, c *client) (float64, bool) {
	from, to := w.span(o, c)
	s := w.admissionAmong(c, o.services)
	if o.services&w.m.together != 0 {
		s = w.outlasting(c, o.services, s)
	}
	if s.over(to) {
		return calendar.Days(s.Ended - from), s.End != SpellDied
	}
	return calendar.Days(to - from), false
}

func readCompleted(w *Workspace, o *outcome, c *client) (float64, bool) {
	_, to := w.span(o, c)
	for k := c.first; k >= 0; k = w.spells[k].next {
		if s := &w.spells[k]; o.services>>s.Service&1 != 0 && s.End == SpellCompleted && s.over(to) {
			return 1, false
		}
	}
	return 0, false
}

// Use.

func readDaysAbstinent(w *Workspace, o *outcome, c *client) (float64, bool) {
	return calendar.Days(w.snapshot(c, o.moment, -1).time()), false
}

func readDaysUsing(w *Workspace, o *outcome, c *client) (float64, bool) {
	at := min(w.momentAt(c, o.moment), c.exit()) - c.enrol
	return calendar.Days(at - w.snapshot(c, o.moment, -1).time()), false
}

// readUseDaysMonth returns the time using in the thirty days before the visit, at so
// many days of use a month.
func readUseDaysMonth(w *Workspace, o *outcome, c *client) (float64, bool) {
	span := w.momentAt(c, o.moment) - w.momentAt(c, o.before)
	using := span - (w.snapshot(c, o.moment, -1).time() - w.snapshot(c, o.before, -1).time())
	return calendar.Days(using) * w.m.use.density, false
}

func readAbstinent(w *Workspace, o *outcome, c *client) (float64, bool) {
	return yes(!w.snapshot(c, o.moment, -1).on()), false
}

// Courses.

func readHappened(w *Workspace, o *outcome, c *client) (float64, bool) {
	first := w.history(c, o.course).first
	return yes(first >= 0 && first-c.enrol <= o.at), false
}

func readTimeTo(w *Workspace, o *outcome, c *client) (float64, bool) {
	if first := w.history(c, o.course).first; first >= 0 && first-c.enrol <= o.at {
		return calendar.Days(first - c.enrol), true
	}
	return calendar.Days(min(o.at, c.exit()-c.enrol)), false
}

func readCount(w *Workspace, o *outcome, c *client) (float64, bool) {
	return float64(w.snapshot(c, o.moment, o.course).count()), false
}

func readNoneThisMonth(w *Workspace, o *outcome, c *client) (float64, bool) {
	return yes(w.snapshot(c, o.moment, o.course).count() == w.snapshot(c, o.before, o.course).count()), false
}

func readState(w *Workspace, o *outcome, c *client) (float64, bool) {
	return yes(w.snapshot(c, o.moment, o.course).on()), false
}

func readDaysInState(w *Workspace, o *outcome, c *client) (float64, bool) {
	return calendar.Days(w.snapshot(c, o.moment, o.course).time()), false
}

// readAbstinentEmployed returns what programs that came with welfare reform were
// after: abstinent and in a job.
func readAbstinentEmployed(w *Workspace, o *outcome, c *client) (float64, bool) {
	using, employed := w.snapshot(c, o.moment, -1).on(), w.snapshot(c, o.moment, o.course).on()
	return yes(!using && employed), false
}
