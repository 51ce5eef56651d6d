package trial

import (
	"math"

	"caseload/sim"
)

// visits has a row per client and planned visit.
func (t *Data) visits() *Dataset {
	sc := t.model.Scenario
	d := t.table("visits", func() int { return len(t.shown.Visits) })
	const since = "days since enrolment"
	add := func(name, kind, unit, meaning string, cell func(v *sim.Visit) float64) {
		d.addNumbers(name, kind, unit, meaning, func(cells []float64, from int) {
			visits := t.shown.Visits[from:]
			for k := range cells {
				cells[k] = cell(&visits[k])
			}
		})
	}
	add("client", "integer", "", "number in order of enrolment, from 0", func(v *sim.Visit) float64 { return float64(v.Client) })
	d.addText("arm", "arm as randomized", func(r int) string { return sc.Arms[t.shown.Clients[t.shown.Visits[r].Client].Arm].Name })
	add("visit", "integer", "", "number of the visit, from 1", func(v *sim.Visit) float64 { return float64(v.Visit + 1) })
	add("planned_day", "number", since, "when it is due", func(v *sim.Visit) float64 { return v.Planned })
	add("made", "boolean", "", "the visit was made", func(v *sim.Visit) float64 { return indicator(v.Made) })
	add("day", "number", since, "when it was made; missing: not made", func(v *sim.Visit) float64 { return v.Day })
	d.addText("why_not", "lost (to the study, before it), died (before it, and not lost) or missed; missing: made", func(r int) string { return whyNot(&t.shown.Visits[r]) })
	add("days_abstinent", "number", "days", "days abstinent since enrolment; missing: not made", func(v *sim.Visit) float64 { return v.DaysAbstinent })
	state := func(has bool, name, what string, of func(v *sim.Visit) bool) {
		if !has {
			return
		}
		add(name, "boolean", "", what+" on the day, as it is, without error of measurement; missing: not made", func(v *sim.Visit) float64 {
			if !v.Made {
				return math.NaN()
			}
			return indicator(of(v))
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
func (t *Data) events() *Dataset {
	d := t.table("events", func() int { return len(t.shown.Events) })
	add := func(name, kind, unit, meaning string, cell func(e sim.Event) float64) {
		d.addNumber(name, kind, unit, meaning, func(r int) float64 { return cell(t.shown.Events[r]) })
	}
	add("calendar_day", "number", "days of the trial's calendar", "when it happened", sim.Event.Day)
	add("day", "number", "days since enrolment", "when it happened to the client", func(e sim.Event) float64 { return since(t.shown, e) })
	add("client", "integer", "", "number in order of enrolment, from 0", func(e sim.Event) float64 { return float64(e.Client) })
	d.addText("event", "what happened: "+joined(sim.EventKinds())+"; moved: left it for another service; ended, delisted: jail or death took the stay, or the place on the waiting list; discharged, dropped: loss that ends all, or the end of follow-up, did; manager left, handed over: the client's case manager left, and another one took over; event: one of [event.NAME], about which it is; died: about the event that was fatal, if one was", func(r int) string { return t.shown.Events[r].Kind.String() })
	d.addText("about", "the arm, program, service, event or visit that it is about; missing: the client alone", func(r int) string { return t.model.Subject(t.shown.Events[r]) })
	add("after_exit", "boolean", "", "after the client's follow-up: seen by the simulator, not by the study", func(e sim.Event) float64 { return indicator(after(t.shown, e)) })
	return d
}

// since is an event's day since the client's enrolment.
func since(s *sim.Shown, e sim.Event) float64 { return e.Day() - s.Clients[e.Client].Enrolled }

// after tells whether an event lies behind the client's follow-up.
func after(s *sim.Shown, e sim.Event) bool {
	const rounding = 1e-9 // what ends follow-up is within it
	return since(s, e) > s.Clients[e.Client].Exit+rounding
}
