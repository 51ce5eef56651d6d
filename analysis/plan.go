package analysis

import (
	"fmt"
	"slices"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
)

// Everyone is the subgroup index of all clients.
const Everyone = -1

// Analysis is one row of the plan: one method on one outcome in one contrast
// of arms, among everyone or a subgroup.
type Analysis struct {
	Outcome  int // index into Scenario.Outcomes
	Subgroup int // index into Scenario.Subgroups, or Everyone
	Arm      int // treated arm, index into Scenario.Arms
	Method   estimate.Method

	estimator estimate.Estimator
	alpha     float64
	effect    int // index into plan.effects
}

// effect is what the analyses of one outcome, subgroup and contrast are about:
// they share its data and its truth.
type effect struct {
	outcome, subgroup, arm int
	times                  bool
	entered                bool
	hazard                 int // index of the daily counts of a time, else -1
	armRow, controlRow     int // of plan.arms
}

// plan is everything that is estimated in each replicate.
type plan struct {
	sc       *scenarios.Scenario
	control  int
	effects  []effect
	analyses []Analysis
	arms     []effect // outcome x subgroup x arm, for what happens in each arm
	hazards  int
	days     int // of the longest time, for daily counts
	// clustered tells that clusters were randomized whole. Their clients are
	// alike, and the estimators take clients as independent, so that only the
	// effect itself is reported.
	clustered bool
}

// newPlan lays out the scenario's analyses: by outcome, subgroup, contrast and
// method.
func newPlan(m *sim.Model) (*plan, error) {
	sc := m.Scenario
	p := &plan{sc: sc, clustered: m.Clustered(), control: slices.IndexFunc(sc.Arms, func(a scenarios.Arm) bool { return a.Control })}
	for o := range sc.Outcomes {
		for _, g := range p.subgroups(o) {
			first := len(p.arms)
			for a := range sc.Arms {
				p.arms = append(p.arms, effect{outcome: o, subgroup: g, arm: a, entered: sc.Outcomes[o].Set == "entered"})
			}
			for a := range sc.Arms {
				if a == p.control {
					continue
				}
				if err := p.addEffect(o, g, a, first); err != nil {
					return nil, err
				}
			}
		}
	}
	return p, nil
}

// subgroups are the groups in which outcome o is analysed.
func (p *plan) subgroups(o int) []int {
	groups := []int{Everyone}
	for _, name := range p.sc.Outcomes[o].Subgroup {
		groups = append(groups, slices.IndexFunc(p.sc.Subgroups, func(g scenarios.Subgroup) bool { return g.Name == name }))
	}
	return groups
}

// fit makes an analysis of the data gathered. Where clusters were randomized it
// leaves out what a wrong standard error would spoil.
func (p *plan) fit(a *Analysis, data *estimate.Data, work *estimate.Work) estimate.Estimate {
	e := a.estimator.Fit(data, a.alpha, work)
	if p.clustered {
		e.SE, e.Low, e.High, e.Stat, e.DF, e.P = nan, nan, nan, nan, nan, nan
	}
	return e
}

func (p *plan) addEffect(o, g, arm, first int) error {
	out := &p.sc.Outcomes[o]
	v, _ := scenarios.LookupVariable(out.Variable)
	e := effect{outcome: o, subgroup: g, arm: arm, times: v.Kind == scenarios.Time, entered: out.Set == "entered", hazard: -1,
		armRow: first + arm, controlRow: first + p.control}
	if e.times {
		e.hazard = p.hazards
		p.hazards++
		p.days = max(p.days, int(out.AtDays)+1)
	}
	for _, name := range out.Methods {
		est, ok := estimate.Lookup(name)
		if !ok {
			return fmt.Errorf("analysis: no method %q", name)
		}
		p.analyses = append(p.analyses, Analysis{Outcome: o, Subgroup: g, Arm: arm, Method: est.Method(),
			estimator: est, alpha: out.Alpha, effect: len(p.effects)})
	}
	p.effects = append(p.effects, e)
	return nil
}
