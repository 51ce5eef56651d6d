package explain

import (
	"maps"
	"slices"

	"caseload/scenarios"
)

// The ideals of the standard factors. Each changes a copy of the scenario: see
// scenarios.Scenario.Edit.

func idealMix(sc *scenarios.Scenario, q *query) {
	if q.target == "" {
		return
	}
	editPrograms(sc, slices.Collect(maps.Keys(sc.Programs)), func(p *scenarios.Program) {
		for e := range p.Effects {
			if p.Effects[e].In == q.target {
				p.Effects[e].In = ""
			}
		}
	})
}

func idealComparator(sc *scenarios.Scenario, q *query) {
	if !slices.ContainsFunc(sc.Arms[q.control].Programs, func(name string) bool { return acts(sc.Programs[name]) }) {
		return
	}
	sc.Arms[q.control].Programs = nil
}

// acts reports whether a program does anything to who gets it.
func acts(p scenarios.Program) bool { return len(p.Effects) > 0 || p.Start != nil }

func idealUptake(sc *scenarios.Scenario, q *query) {
	editPrograms(sc, q.offered, func(p *scenarios.Program) { p.Uptake = 1 })
}

func idealDelivery(sc *scenarios.Scenario, q *query) {
	editPrograms(sc, q.offered, func(p *scenarios.Program) {
		p.Spread, p.ICC, p.HoursPerWeek = 0, nil, 0
	})
}

func idealTurnover(sc *scenarios.Scenario, q *query) {
	editPrograms(sc, q.offered, func(p *scenarios.Program) {
		if p.TurnoverPerYear() > 0 {
			p.Staffing = nil
		}
	})
}

func idealCapacity(sc *scenarios.Scenario, _ *query) {
	editServices(sc, func(v *scenarios.Service) { *v = v.Unlimited() })
	editPrograms(sc, slices.Collect(maps.Keys(sc.Programs)), func(p *scenarios.Program) { *p = p.Unlimited() })
}

func idealContamination(sc *scenarios.Scenario, _ *query) {
	for a := range sc.Arms {
		sc.Arms[a].Contamination = nil
	}
}

func idealPersistence(sc *scenarios.Scenario, q *query) {
	end := sc.LastVisit() + sc.Trial.VisitWindowDays + 1
	editPrograms(sc, q.offered, func(p *scenarios.Program) {
		for e := range p.Effects {
			if f := &p.Effects[e]; f.LastsDays > 0 && (f.LastsDays < end || f.HalfLifeDays > 0) {
				f.LastsDays, f.HalfLifeDays = end, 0
			}
		}
	})
}

func idealPathway(sc *scenarios.Scenario, _ *query) {
	for name, v := range sc.Services {
		if actsInService(sc, name) {
			v.Stay = scenarios.Quantity{Never: true, Among: v.Stay.Among}
			v.PlannedDays = 0
			sc.Services[name] = v
		}
	}
}

// actsInService reports whether being in the service does something: to a process,
// or to a score.
func actsInService(sc *scenarios.Scenario, name string) bool {
	v := sc.Services[name]
	if len(v.ActsOn) > 0 || len(v.OwnRates()) > 0 {
		return true
	}
	states := []string{name}
	if v.Kind == scenarios.SubstanceUse {
		states = append(states, scenarios.StateInTreatment)
	}
	for _, s := range []*scenarios.Score{sc.Health, sc.Satisfaction} {
		if s == nil {
			continue
		}
		for _, state := range states {
			if s.Now[state] != 0 || s.PerMonth[state] != 0 {
				return true
			}
		}
	}
	return false
}

func idealCompeting(sc *scenarios.Scenario, q *query) {
	if sc.Jail != nil && q.outcome.Strategy(scenarios.ByJail) != scenarios.Composite {
		sc.Jail.Jailed = 0
		sc.StopJail()
	}
	if sc.Death != nil && q.outcome.Death() != scenarios.Composite {
		sc.StopDeath()
	}
}

func idealAttrition(sc *scenarios.Scenario, _ *query) {
	a := &sc.Attrition
	if a.Loss != nil {
		a.Loss = &scenarios.Quantity{Never: true}
	}
	a.Missed, a.MissedOdds, a.Traits, a.Arms, a.HidesRecords = 0, nil, nil, nil, false
	sc.Trial.EndsDay = 0
}

func idealMeasurement(sc *scenarios.Scenario, _ *query) {
	for k := range sc.Outcomes {
		sc.Outcomes[k].MeasuredBy, sc.Outcomes[k].Reliability = "", 0
	}
	for k := range sc.Traits {
		sc.Traits[k].Observed = nil
	}
	sc.Trial.VisitWindowDays = 0
}

func idealSelection(sc *scenarios.Scenario, _ *query) {
	for k := range sc.Outcomes {
		sc.Outcomes[k].Set, sc.Outcomes[k].MinContacts = scenarios.SetITT, 0
	}
}

// editPrograms edits some programs.
func editPrograms(sc *scenarios.Scenario, names []string, edit func(*scenarios.Program)) {
	for _, name := range names {
		p := sc.Programs[name]
		edit(&p)
		sc.Programs[name] = p
	}
}

// editServices edits all services.
func editServices(sc *scenarios.Scenario, edit func(*scenarios.Service)) {
	for name, v := range sc.Services {
		edit(&v)
		sc.Services[name] = v
	}
}
