package sim

import (
	"cmp"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// recount finds an outcome from a chronicle, by the words that describe the
// variable in scenarios.Variables: its value, whether a time ended in the
// event, whether the client is in the analysis, and whether the value is there.
func recount(w *Workspace, c *chronicle, o *scenarios.Outcome, seen bool) (y float64, event, in, there bool) {
	v, _ := scenarios.LookupVariable(o.Variable)
	r := recounter{w: w, c: c, o: o, services: servicesAsked(w.m.Scenario, o, v), from: c.enrol}
	for s := range w.m.services {
		r.index = append(r.index, w.m.services[s].name)
	}
	if o.Set == scenarios.SetEntered {
		first := r.firstStay()
		if first == nil || first.from+days(o.AtDays) > c.enrol+w.m.horizon {
			return 0, false, false, false
		}
		r.from = first.from
	}
	until := r.seenUntil(seen)
	if r.from > until {
		return 0, false, false, false
	}
	r.at = r.from + days(o.AtDays)
	r.to = min(r.at, c.exit)
	if !v.Records && !r.visit(seen) {
		return math.NaN(), false, true, false
	}
	if v.Records && r.at > until && v.Kind != scenarios.Time {
		return math.NaN(), false, true, false
	}
	y, event = recounts[o.Variable](&r)
	if limit := calendar.Days(max(1, until-r.from)); v.Kind == scenarios.Time && v.Records && y > limit {
		return limit, false, true, true
	}
	return y, event, true, true
}

// seenUntil is the tick up to which the study sees records.
func (r *recounter) seenUntil(seen bool) int64 {
	sc, until := r.w.m.Scenario, int64(calendar.NeverTick)
	if seen && sc.Trial.EndsDay > 0 {
		until = days(sc.Trial.EndsDay)
	}
	if v, _ := scenarios.LookupVariable(r.o.Variable); seen && sc.Attrition.HidesRecords && r.c.lost >= 0 && !v.OfStudy() {
		until = min(until, r.c.lost)
	}
	return until
}

// recounter is one outcome of one client.
type recounter struct {
	w            *Workspace
	c            *chronicle
	o            *scenarios.Outcome
	services     map[string]bool
	index        []string // names of the services
	from, at, to int64    // the time looked at; to is cut at the exit
}

func days(x float64) int64 { return int64(ticks(x)) }

// servicesAsked are the services that an outcome is about.
func servicesAsked(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable) map[string]bool {
	asked := map[string]bool{}
	for name, s := range sc.Services {
		treats := v.Cluster == "linkage_su" || v.Cluster == "retention_su"
		asked[name] = slices.Contains(o.Service, name) || len(o.Service) == 0 && (s.Kind == scenarios.SubstanceUse) == treats
	}
	return asked
}

// visit finds when the outcome's visit was made. In the truth's worlds it is
// made on its day, by whoever lives.
func (r *recounter) visit(seen bool) bool {
	for v, day := range r.w.m.Scenario.Trial.FollowUpDays {
		if day != r.o.AtDays {
			continue
		}
		tick, made := r.c.visits[v]
		if !seen {
			tick, made = r.c.enrol+days(day), !r.c.dead || r.c.enrol+days(day) <= r.c.exit
		}
		r.at, r.to = tick, tick
		return made
	}
	return false
}

// admitted are the stays in the services asked about that began by the tick.
func (r *recounter) admitted(by int64) (list []sojourn) {
	for _, x := range r.c.stays {
		if r.services[r.index[x.service]] && x.from <= by && x.from < r.c.exit {
			list = append(list, x)
		}
	}
	return list
}

func (r *recounter) firstStay() *sojourn {
	if list := r.admitted(calendar.MaxTick); len(list) > 0 {
		return &list[0]
	}
	return nil
}

// untilFirst is the time to the first of the events, censored.
func (r *recounter) untilFirst(events []int64) (float64, bool) {
	if len(events) > 0 && events[0] <= r.at {
		return calendar.Days(events[0] - r.from), true
	}
	return calendar.Days(r.to - r.from), false
}

func (r *recounter) linked() (float64, bool) { return yes(len(r.admitted(r.at)) > 0), false }

func (r *recounter) kindsOfService() (float64, bool) {
	n := map[int]bool{}
	for _, x := range r.admitted(r.at) {
		n[x.service] = true
	}
	return float64(len(n)), false
}

func (r *recounter) timeToLinkage() (float64, bool) {
	var from []int64
	for _, x := range r.admitted(r.at) {
		from = append(from, x.from)
	}
	return r.untilFirst(from)
}

// inService is about the day itself: a client whose life in the trial ended
// before is in no service any more.
func (r *recounter) inService() (float64, bool) {
	for _, x := range r.admitted(r.at) {
		if x.to > r.at || x.end == openEnd && x.to == r.at {
			return 1, false
		}
	}
	return 0, false
}

func (r *recounter) daysInService() (float64, bool) {
	return calendar.Days(r.timeInServices(r.from, r.to)), false
}

func (r *recounter) timeInServices(from, to int64) (sum int64) {
	for _, x := range r.admitted(to) {
		if r.w.m.services[x.service].treats {
			return r.timeTreated(from, to)
		}
		sum += max(0, min(x.to, to)-max(x.from, from))
	}
	return sum
}

// timeTreated is that in any of the services, by intervals joined in order of their begin.
func (r *recounter) timeTreated(from, to int64) (sum int64) {
	stays := r.admitted(to)
	slices.SortFunc(stays, func(a, b sojourn) int { return cmp.Compare(a.from, b.from) })
	for _, x := range stays {
		begin, end := max(x.from, from), min(x.to, to)
		sum += max(0, end-begin)
		from = max(from, end)
	}
	return sum
}

func (r *recounter) firstStayTime() (float64, bool) {
	x := *r.firstStay()
	for range r.c.stays { // each can be outlasted by one beside it
		for _, y := range r.admitted(calendar.MaxTick) {
			if y.from < x.to && y.to > x.to && r.w.m.services[y.service].treats {
				x.to, x.end = y.to, y.end
			}
		}
	}
	if x.end != openEnd && x.to <= r.to {
		died := x.end == EventEnded && r.c.dead && x.to == r.c.exit
		return calendar.Days(x.to - x.from), !died
	}
	return calendar.Days(r.to - x.from), false
}

func (r *recounter) completed() (float64, bool) {
	for _, x := range r.admitted(r.to) {
		if x.end == EventCompleted && x.to <= r.to {
			return 1, false
		}
	}
	return 0, false
}

// month is the time looked back at from the visit.
func (r *recounter) month() int64 { return r.at - days(min(30, r.o.AtDays)) }

func (r *recounter) used(from, to int64) float64 {
	return calendar.Days(r.c.timeIn(scenarios.StateUsing, to) - r.c.timeIn(scenarios.StateUsing, from))
}

func ofState(state string) func(*recounter) (float64, bool) {
	return func(r *recounter) (float64, bool) { return yes(r.c.in(state, r.at)), false }
}

func daysOfState(state string) func(*recounter) (float64, bool) {
	return func(r *recounter) (float64, bool) { return calendar.Days(r.c.timeIn(state, r.to)), false }
}

func happened(what string) func(*recounter) (float64, bool) {
	return func(r *recounter) (float64, bool) { return yes(r.c.countBy(what, r.at) > 0), false }
}

func counted(what string) func(*recounter) (float64, bool) {
	return func(r *recounter) (float64, bool) { return float64(r.c.countBy(what, r.at)), false }
}

func timeToFirst(what string) func(*recounter) (float64, bool) {
	return func(r *recounter) (float64, bool) { return r.untilFirst(r.c.happens[what]) }
}

// aboutIts is about the event that the outcome names.
func aboutIts(of func(string) func(*recounter) (float64, bool)) func(*recounter) (float64, bool) {
	return func(r *recounter) (float64, bool) { return of(scenarios.EventProcess(r.o.Event))(r) }
}

// recounts are all variables.
var recounts = map[string]func(*recounter) (float64, bool){
	"linked_su": (*recounter).linked, "linked_other": (*recounter).linked,
	"contacts": (*recounter).contacts, "visits_made": (*recounter).visitsMade, "followed_up": (*recounter).followedUp,
	"condition":       (*recounter).condition,
	"services_other":  (*recounter).kindsOfService,
	"time_to_linkage": (*recounter).timeToLinkage, "time_to_linkage_other": (*recounter).timeToLinkage,
	"in_treatment_su": (*recounter).inService, "in_service_other": (*recounter).inService,
	"days_in_su": (*recounter).daysInService, "days_in_other": (*recounter).daysInService,
	"time_in_su": (*recounter).firstStayTime, "completed_su": (*recounter).completed,
	"days_abstinent": func(r *recounter) (float64, bool) {
		return calendar.Days(r.at-r.c.enrol) - r.used(r.c.enrol, r.at), false
	},
	"days_using": func(r *recounter) (float64, bool) { return r.used(r.c.enrol, r.at), false },
	"use_days_month": func(r *recounter) (float64, bool) {
		return r.used(r.month(), r.at) * r.w.m.Scenario.Use.DaysPerMonth / scenarios.DaysPerMonth, false
	},
	"abstinent": func(r *recounter) (float64, bool) { return yes(!r.c.in(scenarios.StateUsing, r.at)), false },
	"health":    (*recounter).score, "satisfaction": (*recounter).score,
	"died":          happened("death"),
	"time_to_death": timeToFirst("death"), "time_to_arrest": timeToFirst("arrest"),
	"arrested": happened("arrest"), "arrests": counted("arrest"),
	"days_in_jail": daysOfState(scenarios.StateJailed),
	"risk_events":  counted("risk"),
	"event_count":  aboutIts(counted), "events_reported": aboutIts(counted), "event_any": aboutIts(happened), "time_to_event": aboutIts(timeToFirst),
	"risk_free": func(r *recounter) (float64, bool) {
		return yes(r.c.countBy("risk", r.at) == r.c.countBy("risk", r.month())), false
	},
	"housed": ofState(scenarios.StateHoused), "days_housed": daysOfState(scenarios.StateHoused),
	"abstinent_employed": func(r *recounter) (float64, bool) {
		return yes(!r.c.in(scenarios.StateUsing, r.at) && r.c.in(scenarios.StateEmployed, r.at)), false
	},
	"employed": ofState(scenarios.StateEmployed), "days_employed": daysOfState(scenarios.StateEmployed),
}
