package analysis

import (
	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// A Finding is what one analysis says about one trial.
type Finding struct {
	Analysis
	OutcomeSpec  *scenarios.Outcome
	SubgroupName string // "all" for everyone
	ArmName      string
	ControlName  string
	Missing      int // clients of the set left out because the outcome is missing
	Estimate     estimate.Estimate
}

// Contrast names the arms compared.
func (f *Finding) Contrast() string { return f.ArmName + " - " + f.ControlName }

// Once makes the scenario's analyses of one trial.
func Once(m *sim.Model, o *trial.Observed) ([]Finding, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	w := &worker{m: m, p: p}
	var out []Finding
	for k := range p.analyses {
		a := &p.analyses[k]
		w.fill(o, &p.effects[a.effect])
		out = append(out, Finding{Analysis: *a, OutcomeSpec: &p.sc.Outcomes[a.Outcome], SubgroupName: subgroupName(p.sc, a.Subgroup),
			ArmName: p.sc.Arms[a.Arm].Name, ControlName: p.sc.Arms[p.control].Name,
			Missing: w.data.Missing, Estimate: p.fit(a, &w.data, &w.work)})
	}
	return out, nil
}
