package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// score finds a score from the chronicle: mean, traits, points of the states of
// the day and of months spent in states, points of programs whose last contact
// still acts, each with the case manager's own, and the client's own part.
func (r *recounter) score() (float64, bool) {
	sc := r.w.m.Scenario
	s := sc.Health
	if r.o.Variable == "satisfaction" {
		s = sc.Satisfaction
	}
	k := r.w.m.scoreNamed(r.o.Variable)
	y := s.Mean + s.SD*r.w.frailty[r.w.m.scores[k].own][r.c.client]
	for name, points := range s.Traits {
		y += points * r.w.traits[r.w.m.trait(name)][r.c.client]
	}
	for state, points := range s.Now {
		if r.isIn(state) {
			y += points
		}
	}
	for state, points := range s.PerMonth {
		y += points * calendar.Days(r.spentIn(state)) / scenarios.DaysPerMonth
	}
	for p := range r.w.m.programs {
		y += r.pointsOf(p)
	}
	return y, false
}

// stateServices are the services that a state is about; nil for other states.
func (r *recounter) stateServices(state string) map[string]bool {
	sc := r.w.m.Scenario
	if _, ok := sc.Services[state]; ok {
		return map[string]bool{state: true}
	}
	if state != scenarios.StateInTreatment {
		return nil
	}
	in := map[string]bool{}
	for name, s := range sc.Services {
		in[name] = s.Kind == scenarios.SubstanceUse
	}
	return in
}

func (r *recounter) isIn(state string) bool {
	services := r.stateServices(state)
	for _, x := range r.c.stays {
		if services[r.index[x.service]] && x.from < r.at && x.to >= r.at {
			return true
		}
	}
	return services == nil && r.c.in(state, r.at)
}

func (r *recounter) spentIn(state string) int64 {
	services := r.stateServices(state)
	if services == nil {
		return r.c.timeIn(state, r.at)
	}
	in := *r
	in.services = services
	return in.timeInServices(r.c.enrol, r.at)
}

// pointsOf are the points of program p that act at the visit: those of effects
// whose time since the last contact is not over.
func (r *recounter) pointsOf(p int) (sum float64) {
	sc := r.w.m.Scenario
	s := sc.Programs[r.w.m.programs[p].name]
	last := int64(math.MinInt64 / 2)
	for _, at := range r.c.contacts[p] {
		if at < r.at {
			last = max(last, at)
		}
	}
	for _, e := range s.Effects {
		member := e.In == "" || r.w.member[r.w.m.subgroup(e.In)][r.c.client]
		if e.On != r.o.Variable || !member || last+days(e.LastsDays) < r.at {
			continue
		}
		points := e.Points
		if s.Team {
			s.Spread /= math.Sqrt(float64(s.Staff.N))
		}
		if g := r.w.careOf(r.w.client(r.c.client), p).manager; g >= 0 {
			points += s.Spread * r.w.managers[g].z
		}
		for half := days(e.HalfLifeDays); half > 0 && r.at > last+half; last += half {
			points /= 2
		}
		sum += points
	}
	return sum
}
