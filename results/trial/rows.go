package trial

import (
	"strconv"

	"caseload/sim"
)

// visits has a row per client and planned visit.
func (t *Trial) visits() *Dataset {
	s := t.shown
	sc := t.model.Scenario
	d := &Dataset{Name: "visits.csv", rows: len(s.Visits)}
	add := func(name, kind, unit, meaning string, cell func(v *sim.Visit) string) {
		d.Columns = append(d.Columns, DatasetColumn{name, kind, unit, meaning, func(r int) string { return cell(&s.Visits[r]) }})
	}
	const since = "days since enrolment"
	add("client", "integer", "", "number in order of enrolment, from 0", func(v *sim.Visit) string { return strconv.Itoa(v.Client) })
	add("arm", "text", "", "arm as randomized", func(v *sim.Visit) string { return sc.Arms[s.Clients[v.Client].Arm].Name })
	add("visit", "integer", "", "number of the visit, from 1", func(v *sim.Visit) string { return strconv.Itoa(v.Visit + 1) })
	add("planned_day", "number", since, "when it is due", func(v *sim.Visit) string { return number(v.Planned) })
	add("made", "boolean", "", "the visit was made", func(v *sim.Visit) string { return boolean(v.Made) })
	add("day", "number", since, "when it was made; missing: not made", func(v *sim.Visit) string { return number(v.Day) })
	add("why_not", "text", "", "lost (to the study, before it), died (before it, and not lost) or missed; missing: made", func(v *sim.Visit) string { return whyNot(v) })
	add("days_abstinent", "number", "days", "days abstinent since enrolment; missing: not made", func(v *sim.Visit) string { return number(v.DaysAbstinent) })
	state := func(has bool, name, what string, of func(v *sim.Visit) bool) {
		if !has {
			return
		}
		add(name, "boolean", "", what+" on the day, as it is, without error of measurement; missing: not made", func(v *sim.Visit) string {
			if !v.Made {
				return ""
			}
			return boolean(of(v))
		})
	}
	state(true, "using", "using", func(v *sim.Visit) bool { return v.Using })
	state(len(sc.Services) > 0, "in_treatment", "in a substance-use service", func(v *sim.Visit) bool { return v.InTreatment })
	state(sc.Jail != nil, "jailed", "in jail", func(v *sim.Visit) bool { return v.Jailed })
	state(sc.Housing != nil, "housed", "in a stable home", func(v *sim.Visit) bool { return v.Housed })
	state(sc.Employment != nil, "employed", "in a job", func(v *sim.Visit) bool { return v.Employed })
	return d
}

// whyNot is why a visit was not made.
func whyNot(v *sim.Visit) string {
	switch {
	case v.Made:
		return ""
	case v.NotDue:
		return "not due"
	case v.Lost:
		return "lost"
	case v.Died:
		return "died"
	}
	return "missed"
}

// events has a row per event.
func (t *Trial) events() *Dataset {
	s := t.shown
	d := &Dataset{Name: "events.csv", rows: len(s.Events)}
	add := func(name, kind, unit, meaning string, cell func(e sim.Event) string) {
		d.Columns = append(d.Columns, DatasetColumn{name, kind, unit, meaning, func(r int) string { return cell(s.Events[r]) }})
	}
	add("calendar_day", "number", "days of the trial's calendar", "when it happened", func(e sim.Event) string { return number(e.Day()) })
	add("day", "number", "days since enrolment", "when it happened to the client", func(e sim.Event) string { return number(t.since(e)) })
	add("client", "integer", "", "number in order of enrolment, from 0", func(e sim.Event) string { return strconv.Itoa(int(e.Client)) })
	add("event", "text", "", "what happened: "+joined(sim.EventKinds())+"; moved: left it for another service; ended, delisted: jail or death took the stay, or the place on the waiting list; discharged, dropped: loss that ends all, or the end of follow-up, did; manager left, handed over: the client's case manager left, and another one took over; event: one of [event.NAME], about which it is; died: about the event that was fatal, if one was", func(e sim.Event) string { return e.Kind.String() })
	add("about", "text", "", "the arm, program, service, event or visit that it is about; missing: the client alone", t.model.Subject)
	add("after_exit", "boolean", "", "after the client's follow-up: seen by the simulator, not by the study", func(e sim.Event) string { return boolean(t.after(e)) })
	return d
}

// since is an event's day since the client's enrolment.
func (t *Trial) since(e sim.Event) float64 { return e.Day() - t.shown.Clients[e.Client].Enrolled }

// after tells whether an event lies behind the client's follow-up.
func (t *Trial) after(e sim.Event) bool {
	const rounding = 1e-9 // what ends follow-up is within it
	return t.since(e) > t.shown.Clients[e.Client].Exit+rounding
}
