package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// Control returns the index of the control arm, or -1 in a scenario that has
// not been checked.
func (s *Scenario) Control() int {
	for i, a := range s.Arms {
		if a.Control {
			return i
		}
	}
	return -1
}

// Treated returns the index of the arm of a name that is compared with control, the
// first such arm if the name is empty; -1 if there is none. Arms are the names of
// all that are.
func (s *Scenario) Treated(name string) (arm int, arms []string) {
	arm = -1
	for a := range s.Arms {
		if s.Arms[a].Control {
			continue
		}
		arms = append(arms, s.Arms[a].Name)
		if arm < 0 && name == "" || s.Arms[a].Name == name {
			arm = a
		}
	}
	return arm, arms
}

// Asked returns the contrast that a question about one arm is about: that arm with control
// or, of a factorial trial, the main effect of a factor, by the factor's name or that of
// the arms with it. Without a name it is the first. Its Arm is -1 if there is none of the
// name; names are those that there are.
func (s *Scenario) Asked(name string) (c Contrast, names []string) {
	if !s.Factorial() {
		arm, arms := s.Treated(name)
		return Contrast{arm, s.Control()}, arms
	}
	c = Contrast{-1, -1}
	for f, main := range s.MainEffects() {
		factor := s.Trial.Factors[f]
		names = append(names, factor)
		if c.Arm < 0 && (name == "" || name == factor || name == WithFactor(factor)) {
			c = main
		}
	}
	return c, names
}

// Primary returns the index of the primary outcome: the one marked so, else the
// first.
func (s *Scenario) Primary() int {
	for i, o := range s.Outcomes {
		if o.Primary {
			return i
		}
	}
	return 0
}

// LastVisit returns the last follow-up day, or 0 if there is none.
func (s *Scenario) LastVisit() float64 {
	if n := len(s.Trial.FollowUpDays); n > 0 {
		return s.Trial.FollowUpDays[n-1]
	}
	return 0
}

// Days returns the expected time, in days, until n clients are enrolled.
func (a Accrual) Days(n int) float64 {
	if a.OverDays > 0 {
		return a.OverDays
	}
	return float64(n) / (a.PerDay + a.PerMonth/DaysPerMonth + a.PerYear/DaysPerYear)
}

// rate returns a quantity's rate a day, 0 if it is not spelled as a rate.
func (q Quantity) rate() float64 {
	return q.PerDay + q.PerMonth/DaysPerMonth + q.PerYear/DaysPerYear
}

// RatePerDay returns the hazard a day of a quantity that is spelled as a rate;
// ok tells whether it is.
func (q Quantity) RatePerDay() (rate float64, ok bool) {
	r := q.rate()
	return r, r != 0
}

// ratioSum returns how many clients a smallest block has, 0 if a ratio is wrong.
func (s *Scenario) ratioSum() int {
	sum := 0
	for _, a := range s.Arms {
		if a.Ratio < 1 || a.Ratio > maxRatio {
			return 0
		}
		sum += a.Ratio
	}
	return sum
}

func (s *Scenario) armPath(i int) string     { return elementPath("arm", s.Arms[i].Name, i) }
func (s *Scenario) traitPath(i int) string   { return elementPath("trait", s.Traits[i].Name, i) }
func (s *Scenario) outcomePath(i int) string { return elementPath("outcome", s.Outcomes[i].Name, i) }
func (s *Scenario) subgroupPath(i int) string {
	return elementPath("subgroup", s.Subgroups[i].Name, i)
}

func (s *Scenario) correlationPath(i int) string {
	name := ""
	if t := s.Correlations[i].Traits; len(t) == 2 {
		name = pairName(t[0], t[1])
	}
	return elementPath("correlation", name, i)
}

// elementPath returns the path of an element of a named list.
func elementPath(list, name string, i int) string {
	if name == "" {
		return layer.At(list, i)
	}
	return layer.Join(list, name)
}

// has reports whether the scenario has what a Variable needs: a table, or a
// service of some kind. Every scenario has what needs nothing.
func (s *Scenario) has(need string) bool {
	switch need {
	case needsTreatment, needsAncillary:
		for _, v := range s.Services {
			if v.fits(need) {
				return true
			}
		}
		return false
	case needsProgram:
		return len(s.Programs) > 0
	case "arrest":
		return s.Arrest != nil
	case "jail":
		return s.Jail != nil
	case "risk":
		return s.Risk != nil
	case "housing":
		return s.Housing != nil
	case "employment":
		return s.Employment != nil
	case "death":
		return s.Death != nil
	case needsEvent:
		return len(s.Events) > 0
	case "health":
		return s.Health != nil
	case "satisfaction":
		return s.Satisfaction != nil
	}
	return need == ""
}

// fits reports whether a service is of the kind that a Variable needs. One of a
// misspelt kind is taken for either: that it is misspelt is enough to report.
func (v Service) fits(need string) bool {
	return (v.Kind == SubstanceUse) == (need == needsTreatment) || !slices.Contains(ServiceKinds, v.Kind)
}

// The names that can be referred to.

func (s *Scenario) traitNames() []string {
	names := make([]string, len(s.Traits))
	for i, t := range s.Traits {
		names[i] = t.Name
	}
	return names
}

func (s *Scenario) subgroupNames() []string {
	names := make([]string, len(s.Subgroups))
	for i, g := range s.Subgroups {
		names[i] = g.Name
	}
	return names
}

func (s *Scenario) armNames() []string {
	names := make([]string, len(s.Arms))
	for i, a := range s.Arms {
		names[i] = a.Name
	}
	return names
}

// OwnManagers reports whether the program's clients come to case managers of their
// own whoever else does: nobody waits for another one, and none shares clients.
// Only such case managers can be randomized with their clients.
func (p Program) OwnManagers() bool {
	return p.Staff.Finite() && !p.Caseload.Finite() && !p.Team
}
