package explain

import (
	"maps"
	"slices"

	"caseload/scenarios"
)

// The ideals of the standard factors. Each takes a scenario by value and copies
// what it changes below that, so that the one it was given stays as it is.

func idealMix(sc scenarios.Scenario, q *query) scenarios.Scenario {
	if q.target == "" {
		return sc
	}
	return editPrograms(sc, slices.Collect(maps.Keys(sc.Programs)), func(p *scenarios.Program) {
		for e := range p.Effects {
			if p.Effects[e].In == q.target {
				p.Effects[e].In = ""
			}
		}
	})
}

func idealComparator(sc scenarios.Scenario, q *query) scenarios.Scenario {
	if !slices.ContainsFunc(sc.Arms[q.control].Programs, func(name string) bool { return acts(sc.Programs[name]) }) {
		return sc
	}
	sc.Arms = slices.Clone(sc.Arms)
	sc.Arms[q.control].Programs = nil
	return sc
}

// acts tells whether a program does anything to who gets it.
func acts(p scenarios.Program) bool { return len(p.Effects) > 0 || p.Start != nil }

func idealUptake(sc scenarios.Scenario, q *query) scenarios.Scenario {
	return editPrograms(sc, q.offered, func(p *scenarios.Program) { p.Uptake = 1 })
}

func idealDelivery(sc scenarios.Scenario, q *query) scenarios.Scenario {
	return editPrograms(sc, q.offered, func(p *scenarios.Program) {
		p.Spread, p.ICC, p.HoursPerWeek = 0, nil, 0
	})
}

func idealCapacity(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	sc = editServices(sc, func(v *scenarios.Service) { *v = v.Unlimited() })
	return editPrograms(sc, slices.Collect(maps.Keys(sc.Programs)), func(p *scenarios.Program) { *p = p.Unlimited() })
}

func idealContamination(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	sc.Arms = slices.Clone(sc.Arms)
	for a := range sc.Arms {
		sc.Arms[a].Contamination = nil
	}
	return sc
}

func idealPersistence(sc scenarios.Scenario, q *query) scenarios.Scenario {
	end := sc.LastVisit() + sc.Trial.VisitWindowDays + 1
	return editPrograms(sc, q.offered, func(p *scenarios.Program) {
		for e := range p.Effects {
			if f := &p.Effects[e]; f.LastsDays > 0 && (f.LastsDays < end || f.HalfLifeDays > 0) {
				f.LastsDays, f.HalfLifeDays = end, 0
			}
		}
	})
}

func idealPathway(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	acting := false
	for name := range sc.Services {
		acting = acting || actsInService(&sc, name)
	}
	if !acting {
		return sc
	}
	sc.Services = maps.Clone(sc.Services)
	for name, v := range sc.Services {
		if actsInService(&sc, name) {
			v.Stay = scenarios.Quantity{Never: true, Among: v.Stay.Among}
			v.PlannedDays = 0
			sc.Services[name] = v
		}
	}
	return sc
}

// actsInService tells whether being in the service does something: to a process,
// or to a score.
func actsInService(sc *scenarios.Scenario, name string) bool {
	if len(sc.Services[name].ActsOn) > 0 {
		return true
	}
	states := []string{name}
	if sc.Services[name].Kind == scenarios.SubstanceUse {
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

func idealCompeting(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	if sc.Jail != nil {
		jail := *sc.Jail
		jail.AfterArrest, jail.Jailed = 0, 0
		sc.Jail = &jail
		sc = editPrograms(sc, slices.Collect(maps.Keys(sc.Programs)), func(p *scenarios.Program) {
			for e := range p.Effects {
				if p.Effects[e].On == "jail" {
					p.Effects[e].Probability = 0
				}
			}
		})
	}
	if sc.Death != nil {
		death := *sc.Death
		death.Rate = scenarios.Quantity{Never: true}
		sc.Death = &death
	}
	return sc
}

func idealAttrition(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	a := &sc.Attrition
	if a.Loss != nil {
		a.Loss = &scenarios.Quantity{Never: true}
	}
	a.Missed, a.MissedOdds, a.Traits, a.Arms = 0, nil, nil, nil
	return sc
}

func idealMeasurement(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	sc.Outcomes = slices.Clone(sc.Outcomes)
	for k := range sc.Outcomes {
		sc.Outcomes[k].MeasuredBy, sc.Outcomes[k].Reliability = "", 0
	}
	sc.Traits = slices.Clone(sc.Traits)
	for k := range sc.Traits {
		sc.Traits[k].Observed = nil
	}
	sc.Trial.VisitWindowDays = 0
	return sc
}

func idealSelection(sc scenarios.Scenario, _ *query) scenarios.Scenario {
	sc.Outcomes = slices.Clone(sc.Outcomes)
	for k := range sc.Outcomes {
		sc.Outcomes[k].Set, sc.Outcomes[k].MinContacts = scenarios.SetITT, 0
	}
	return sc
}

// editPrograms edits copies of some programs.
func editPrograms(sc scenarios.Scenario, names []string, edit func(*scenarios.Program)) scenarios.Scenario {
	sc.Programs = maps.Clone(sc.Programs)
	for _, name := range names {
		p := sc.Programs[name]
		p.Effects = slices.Clone(p.Effects)
		edit(&p)
		sc.Programs[name] = p
	}
	return sc
}

// editServices edits copies of all services.
func editServices(sc scenarios.Scenario, edit func(*scenarios.Service)) scenarios.Scenario {
	sc.Services = maps.Clone(sc.Services)
	for name, v := range sc.Services {
		edit(&v)
		sc.Services[name] = v
	}
	return sc
}
