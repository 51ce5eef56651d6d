package history

import (
	"strconv"

	"caseload/sim"
)

// tally is a count of the flow in one replicate.
type tally struct {
	Count
	n int
}

// flow lists the counts of one replicate, in the same order for all; nil: with
// every count zero.
func (l *layout) flow(s *sim.Shown) (all []tally) {
	if s == nil {
		s = l.empty()
	}
	add := func(arm int, stage, of, what string, n int) {
		all = append(all, tally{Count{Arm: arm, Stage: stage, Of: of, What: what}, n})
	}
	randomized := 0
	for k := range s.Flow {
		randomized += s.Flow[k].Allocated
	}
	if l.sc.Trial.Eligible != "" || l.sc.Trial.Refusal > 0 {
		add(-1, "screening", "", "screened", s.Screened.Screened)
		add(-1, "screening", "", "not_eligible", s.Screened.Ineligible)
		add(-1, "screening", "", "refused", s.Screened.Refused)
	}
	add(-1, "allocation", "", "randomized", randomized)
	for a := range s.Flow {
		addArm(add, a, &s.Flow[a], l.sc.Trial.EndsDay > 0)
	}
	return all
}

// addArm adds the counts of an arm, of a trial that ends on a day or not.
func addArm(add func(arm int, stage, of, what string, n int), a int, f *sim.ArmFlow, ends bool) {
	add(a, "allocation", "", "allocated", f.Allocated)
	add(a, "allocation", "", "contaminated", f.Contaminated)
	for _, p := range f.Programs {
		add(a, "program", p.Program, "offered", p.Offered)
		add(a, "program", p.Program, "refused", p.Refused)
		add(a, "program", p.Program, "started", p.Started)
		add(a, "program", p.Program, "awaiting", p.Awaiting)
		add(a, "program", p.Program, "contacted", p.Contacted)
		add(a, "program", p.Program, "uncontacted", p.Started-p.Contacted)
	}
	for _, v := range f.Services {
		add(a, "service", v.Service, "sought", v.Sought)
		add(a, "service", v.Service, "queued", v.Queued)
		add(a, "service", v.Service, "reneged", v.Reneged)
		add(a, "service", v.Service, "delisted", v.Delisted)
		add(a, "service", v.Service, "waiting", v.Waiting)
		add(a, "service", v.Service, "admitted", v.Admitted)
		add(a, "service", v.Service, "completed", v.Completed)
		add(a, "service", v.Service, "moved", v.Moved)
		add(a, "service", v.Service, "left", v.Left)
		add(a, "service", v.Service, "ended", v.Ended)
	}
	add(a, "follow_up", "", "jailed", f.Jailed)
	add(a, "follow_up", "", "died", f.Died)
	add(a, "follow_up", "", "lost", f.Lost)
	for _, v := range f.Visits {
		day := strconv.FormatFloat(v.Day, 'g', -1, 64)
		add(a, "visit", day, "made", v.Made)
		add(a, "visit", day, "missed", v.Missed)
		add(a, "visit", day, "lost", v.Lost)
		add(a, "visit", day, "died", v.Died)
		if ends {
			add(a, "visit", day, "not_due", v.NotDue)
		}
	}
	for _, o := range f.Outcomes {
		add(a, "analysis", o.Outcome, "in_set", o.InSet)
		add(a, "analysis", o.Outcome, "outside", f.Allocated-o.InSet)
		add(a, "analysis", o.Outcome, "missing", o.Missing)
		if ends {
			add(a, "analysis", o.Outcome, "not_due", o.NotDue)
		}
		add(a, "analysis", o.Outcome, "lost", o.Lost)
		add(a, "analysis", o.Outcome, "died", o.Died)
		add(a, "analysis", o.Outcome, "unseen", o.Unseen)
		add(a, "analysis", o.Outcome, "analysed", o.Analysed)
	}
}

// empty returns a replicate without clients.
func (l *layout) empty() *sim.Shown {
	s := new(sim.Shown)
	for a := range l.sc.Arms {
		s.Flow = append(s.Flow, l.m.NewFlow(a))
	}
	return s
}
