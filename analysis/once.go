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
	P            float64 // of the plan's test
	Rejects      bool
	Untested     bool    // no standard error: clusters were randomized and the method ignores them
	N1, N0       float64 // rows, treated and control
	Mean1, Mean0 float64 // of the outcome; NaN for times
}

// Contrast names the arms compared.
func (f *Finding) Contrast() string { return f.ArmName + " - " + f.ControlName }

// Once makes the scenario's analyses of one trial, replicate r of the seed.
func Once(m *sim.Model, o *trial.Observed, seed int64, r int) ([]Finding, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	w := &worker{m: m, p: p, opt: Options{Seed: seed}}
	var out []Finding
	for k := range p.analyses {
		a := &p.analyses[k]
		w.fill(o, a)
		s := w.describe(p.effects[a.effect].times)
		e := w.fit(r, a)
		fit := Fit{Status: e.Status, Value: e.Value, SE: e.SE, DF: e.DF, Low: e.Low, High: e.High, Stat: e.Stat, P: e.P,
			N1: s.rows[1], N0: s.rows[0], Mean1: s.mean[1], Mean0: s.mean[0]}
		out = append(out, Finding{Analysis: *a, OutcomeSpec: &p.sc.Outcomes[a.Outcome], SubgroupName: subgroupName(p.sc, a.Subgroup),
			ArmName: p.sc.GroupName(a.Arm), ControlName: p.sc.GroupName(a.Control), Missing: w.data.Missing, Estimate: e,
			P: a.Test.P(&fit), Untested: p.untested(a), Rejects: a.Test.Rejects(&fit), N1: s.rows[1], N0: s.rows[0], Mean1: s.mean[1], Mean0: s.mean[0]})
	}
	return out, nil
}
