package explain

import (
	"slices"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// library are the built-in trials that can be explained: without decisions, and with sites
// that stay in their arms.
func library(t *testing.T) []*scenarios.Scenario {
	var all []*scenarios.Scenario
	for _, b := range scenarios.List() {
		if sc, err := scenarios.Builtin(b.Name); err == nil && len(sc.Decisions) == 0 && !sc.InPeriods() {
			all = append(all, sc)
		}
	}
	if len(all) < 10 {
		t.Fatalf("%d built-in trials", len(all))
	}
	return all
}

// Ideals don't touch the scenario that they are given, doing one twice is doing
// it once, and of two it doesn't matter which comes first: a world is a set of
// them. What comes out is a scenario that could have been written.
func TestIdealsArePureAndCommute(t *testing.T) {
	suite.Long(t)
	for _, sc := range library(t) {
		seen := map[string]bool{} // the day makes no difference
		for o := range sc.Outcomes {
			kind := sc.Outcomes[o].Variable + string(sc.Outcomes[o].Set)
			if seen[kind] {
				continue
			}
			seen[kind] = true
			q, err := newQuery(sc, Question{Outcome: sc.Outcomes[o].Name})
			if err != nil {
				t.Fatal(err)
			}
			real := q.alone(sc)
			before := real.Hash()
			for k := range standards {
				a := &standards[k]
				if a.cannot != nil && a.cannot(q) != "" {
					continue
				}
				once := a.apply(real, q)
				twice := a.apply(once, q)
				if once.Hash() != twice.Hash() {
					t.Errorf("%s of %s: twice is not once", a.Name, sc.Title)
				}
				parses(t, once, a.Name+" of "+sc.Title)
				for j := range standards[:k] {
					b := &standards[j]
					if b.cannot != nil && b.cannot(q) != "" {
						continue
					}
					other := b.apply(real, q)
					ab, ba := a.apply(other, q), b.apply(once, q)
					if ab.Hash() != ba.Hash() {
						t.Errorf("%s and %s of %s: the order matters", a.Name, b.Name, sc.Title)
					}
				}
			}
			if real.Hash() != before {
				t.Errorf("%s: the scenario as written has changed", sc.Title)
			}
		}
	}
}

// parses fails unless the scenario could have been written.
func parses(t *testing.T, sc *scenarios.Scenario, what string) {
	t.Helper()
	text, err := sc.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := scenarios.Parse(what, text)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	// A method that holds is added on reading, and not to a world of one method.
	again = again.Edit(func(s *scenarios.Scenario) {
		for o := range s.Outcomes {
			s.Outcomes[o].Methods = slices.Clone(sc.Outcomes[o].Methods)
		}
	})
	if again.Hash() != sc.Hash() {
		t.Errorf("%s: read again it is another scenario", what)
	}
}

// Every standard factor is met in some scenario of the library or of these tests,
// and takes what it says.
func TestEveryFactorHasItsObstacle(t *testing.T) {
	obstacles := map[string]func(*scenarios.Scenario){
		"mix": func(sc *scenarios.Scenario) { sc.Programs["manager"].Effects[0].In = "in_need" },
		"comparator": func(sc *scenarios.Scenario) {
			sc.Arms[1].Programs = []string{"manager"}
			sc.Arms[0].Programs = []string{"manager", "more"}
		},
		"uptake":   setProgram(func(p *scenarios.Program) { p.Uptake = 0.5 }),
		"delivery": setProgram(func(p *scenarios.Program) { p.Staff = scenarios.Limit{N: 2}; p.Spread = 0.5 }),
		"turnover": setProgram(func(p *scenarios.Program) {
			p.Staff = scenarios.Limit{N: 2}
			p.Staffing = &scenarios.Staffing{Turnover: scenarios.Turnover{PerYear: 40}, Vacancy: &scenarios.Vacancy{MedianDays: 60}}
		}),
		"capacity": setProgram(func(p *scenarios.Program) {
			p.Staff = scenarios.Limit{N: 2}
			p.Caseload = scenarios.Limit{N: 3}
			p.DurationDays = 40
		}),
		"contamination": func(sc *scenarios.Scenario) {
			sc.Arms[1].Contamination = &scenarios.Contamination{Arm: "managed", Probability: 0.5}
		},
		"persistence": setProgram(func(p *scenarios.Program) { p.Effects[0].LastsDays = 10 }),
		"competing":   func(sc *scenarios.Scenario) { sc.Death = &scenarios.Death{Rate: scenarios.Quantity{PerYear: 2}} },
		"attrition": func(sc *scenarios.Scenario) {
			sc.Attrition.Loss = &scenarios.Quantity{Probability: 0.5, ByDays: 90, Shape: 1}
		},
		"measurement": func(sc *scenarios.Scenario) {
			sc.Measures = map[string]scenarios.Measure{"urine": {Sensitivity: 0.6, Specificity: 0.7}}
			sc.Outcomes[1].MeasuredBy = "urine"
		},
		"selection": func(sc *scenarios.Scenario) {
			sc.Outcomes[1].Set = scenarios.SetPerProtocol
			sc.Outcomes[1].MinContacts = 1
		},
	}
	for _, s := range standards {
		edit := obstacles[s.Name]
		if s.Name == "pathway" {
			edit = func(*scenarios.Scenario) {} // clients leave as it is
		}
		m := load(t, plainTOML, func(sc *scenarios.Scenario) {
			more := sc.Programs["manager"]
			more.Effects = append([]scenarios.Effect(nil), more.Effects...)
			sc.Programs["more"] = more
		}, edit)
		e := run(t, m, Question{Outcome: "abstinent"}, 8)
		want := map[string]bool{s.Name: true, "pathway": true}
		for _, f := range e.Factors {
			if !want[f.Name] {
				t.Errorf("%s is there without its obstacle, beside %s", f.Name, s.Name)
			}
			if f.Name == s.Name && f.FromReal.SMD == (Number{}) && f.FromReal.Units == (Number{}) && s.Name != "selection" {
				t.Errorf("%s takes nothing", s.Name)
			}
			delete(want, f.Name)
		}
		if want[s.Name] {
			t.Errorf("%s is left out: %v", s.Name, e.Absent)
		}
		all := len(standards)
		if s.Name != "turnover" {
			all-- // of which nothing is said where nobody leaves
		}
		if len(e.Factors)+len(e.Absent) != all {
			t.Errorf("%d factors and %d left out, of %d", len(e.Factors), len(e.Absent), all)
		}
	}
}
