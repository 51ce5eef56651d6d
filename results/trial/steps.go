package trial

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"caseload/results/report"
	"caseload/scenarios"
)

// step is one line of an arm's box; without a count it is a heading.
type step struct{ label, count string }

// width is how wide the line is at least.
func (s step) width() int {
	if s.count == "" {
		return utf8.RuneCountInString(s.label)
	}
	return utf8.RuneCountInString(s.label) + 2 + len(s.count)
}

// steps are the lines of each arm, those that all arms have at the same height.
// A count of what the scenario has no way to is left out.
func (f *Flow) steps(sc *scenarios.Scenario) [][]step {
	all := make([][]step, len(f.Arms))
	for k := range f.Arms {
		all[k] = programSteps(&f.Arms[k], sc)
	}
	longest := slices.MaxFunc(all, func(a, b []step) int { return len(a) - len(b) })
	for k := range all {
		for len(all[k]) < len(longest) {
			all[k] = append(all[k], step{})
		}
		all[k] = append(all[k], serviceSteps(&f.Arms[k], sc)...)
		all[k] = append(all[k], lifeSteps(&f.Arms[k], sc)...)
		all[k] = append(all[k], visitSteps(&f.Arms[k], sc)...)
		all[k] = append(all[k], f.Arms[k].outcomeSteps(sc.Labels())...)
	}
	return all
}

// lines gathers steps under headings.
type lines []step

func (l *lines) head(text string) { *l = append(*l, step{label: text}) }

// count adds a count, but not one that is zero because the scenario has nothing
// that leads to it.
func (l *lines) count(label string, n int, has bool) {
	if has || n > 0 {
		*l = append(*l, step{"  " + label, report.Grouped(n)})
	}
}

// contaminates tells whether clients can get the programs of another arm.
func contaminates(sc *scenarios.Scenario) bool {
	return slices.ContainsFunc(sc.Arms, func(a scenarios.Arm) bool { return a.Contamination != nil })
}

// programSteps are what an arm's clients were offered and took.
func programSteps(a *FlowArm, sc *scenarios.Scenario) []step {
	labels := sc.Labels()
	l := lines{{"allocated", report.Grouped(a.Allocated)}}
	l.count("got another arm's programs", a.Contaminated, contaminates(sc))
	for _, p := range a.Programs {
		spec, title := sc.Programs[p.Program], "program "+labels.Program(p.Program)
		if p.Foreign {
			title += ", of another arm"
		}
		l.head(title)
		if p.Offered != a.Allocated {
			l.count("offered", p.Offered, true)
		}
		l.count("started", p.Started, true)
		l.count("refused", p.Refused, spec.Uptake < 1)
		l.count("still awaiting a manager", p.Awaiting, spec.Staff.Finite() && spec.Caseload.Finite())
		l.count("had at least one contact", p.Contacted, true)
	}
	return l
}

// serviceSteps are what became of an arm's clients in services.
func serviceSteps(a *FlowArm, sc *scenarios.Scenario) []step {
	var l lines
	labels := sc.Labels()
	for k := range a.Services {
		v := &a.Services[k]
		spec := sc.Services[v.Service]
		lists := spec.Slots.Finite()
		taken := sc.Jail != nil || sc.Death != nil
		l.head("service " + labels.Service(v.Service))
		l.count("sought it", v.Sought, true)
		l.count("put on the waiting list", v.Queued, lists)
		l.count("gave up waiting", v.Reneged, lists && spec.Renege != nil)
		l.count("lost place by jail or death", v.Delisted, lists && taken)
		l.count("still waiting at the end", v.Waiting, lists)
		l.count("admitted", v.Admitted, true)
		l.count("completed the stay", v.Completed, spec.PlannedDays > 0)
		l.count("left", v.Left, true)
		l.count("moved to another service", v.Moved, moves(sc, v.Service))
		l.count("stay ended by jail or death", v.Ended, taken)
	}
	return l
}

// moves tells whether clients can move from the service to another one: when a
// place that they wait for comes free.
func moves(sc *scenarios.Scenario, service string) bool {
	if sc.Services[service].Kind != scenarios.SubstanceUse {
		return false
	}
	for name, v := range sc.Services {
		if name != service && v.Kind == scenarios.SubstanceUse && v.Slots.Finite() {
			return true
		}
	}
	return false
}

// lifeSteps are what befell an arm's clients otherwise.
func lifeSteps(a *FlowArm, sc *scenarios.Scenario) []step {
	var l lines
	l.head("follow-up")
	l.count("in jail some of the time", a.Jailed, sc.Jail != nil)
	l.count("died", a.Died, sc.Death != nil)
	l.count("lost to the study", a.Lost, sc.Attrition.Loss != nil)
	if len(l) == 1 {
		return nil
	}
	return l
}

// visitSteps are what became of each visit.
func visitSteps(a *FlowArm, sc *scenarios.Scenario) []step {
	var l lines
	for _, v := range a.Visits {
		l.head(fmt.Sprintf("visit of day %g", v.Day))
		l.count("made", v.Made, true)
		l.count("missed", v.Missed, sc.Attrition.Missed > 0)
		l.count("lost before it", v.Lost, sc.Attrition.Loss != nil)
		l.count("died before it", v.Died, sc.Death != nil)
		l.count("not yet due", v.NotDue, sc.Trial.EndsDay > 0)
	}
	return l
}

func (a *FlowArm) outcomeSteps(labels scenarios.Labels) []step {
	l := lines{{label: "analysed"}}
	for _, o := range a.Outcomes {
		text := report.Grouped(o.Analysed)
		if o.Missing > 0 {
			text += " of " + report.Grouped(o.InSet)
		}
		l = append(l, step{"  " + labels.Outcome(o.Outcome), text})
		l.count("  not yet due", o.NotDue, false)
		l.count("  lost before", o.Lost, false)
		l.count("  died before", o.Died, false)
		l.count("  visit missed", o.Unseen, false)
	}
	return l
}
