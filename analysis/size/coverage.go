package size

import (
	"slices"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/analysis/verdict"
	"caseload/scenarios"
)

// checkTrials is how many trials of an answer its methods are checked in, unless the
// search itself may take fewer: the MCSE of a coverage of 95 % is then 0.7 points.
const checkTrials = 1000

// A Check says whether the method of an answer keeps its coverage in the trial of the
// answer, and what a method that does gives there.
type Check struct {
	Outcome  string         `json:"outcome"`
	Method   string         `json:"method"`
	Valid    bool           `json:"valid"`             // the method holds its level in the design
	WhyNot   string         `json:"why_not,omitempty"` // what stands against it
	NoMethod bool           `json:"no_method"`         // no method does
	Claimed  measure.Number `json:"coverage_claimed"`  // level of the intervals
	Coverage measure.Number `json:"coverage"`          // of the intervals, in fresh trials
	MCSE     measure.Number `json:"coverage_mcse"`
	Fails    bool           `json:"fails"` // coverage is below what a valid method has, beyond chance

	Instead      string         `json:"instead,omitempty"` // a method that holds
	Power        measure.Number `json:"instead_power"`     // and its power in the same trials
	PowerMCSE    measure.Number `json:"instead_power_mcse"`
	InsteadCover measure.Number `json:"instead_coverage"`
}

// check says of each answer whether its methods hold and, in trials of the answer,
// scores them. Without trials, because there is no answer or the search was
// interrupted, nothing is known of the coverage.
func (r *runner) check(res *Result) error {
	for g := range res.Answers {
		a := &res.Answers[g]
		n := a.Design
		if n != n {
			n = r.d.axis.start // as written
		}
		sc := r.d.scenario(n)
		r.addChecks(sc, g, a)
		if n == a.Design && r.ctx.Err() == nil {
			if err := r.scoreAnswer(sc, g, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// addChecks adds what is known of an answer's methods from the design alone.
func (r *runner) addChecks(sc *scenarios.Scenario, g int, a *Answer) {
	for _, t := range r.d.q.goals[g].tests {
		v := sc.ValidityIn(&sc.Outcomes[t], r.d.q.contrast(), r.d.q.methods[t])
		none := measure.Missing()
		a.Checks = append(a.Checks, Check{Outcome: sc.Outcomes[t].Name, Method: r.d.q.methods[t], Valid: v.Holds, WhyNot: v.Why, NoMethod: v.Hopeless, Instead: v.Instead,
			Claimed: none, Coverage: none, MCSE: none, Power: none, PowerMCSE: none, InsteadCover: none})
	}
}

// scoreAnswer runs trials of an answer's design, and scores its methods and those that
// hold in their place. The trials also tell the true effects, where they are asked.
func (r *runner) scoreAnswer(sc *scenarios.Scenario, g int, a *Answer) error {
	q := r.d.q
	both := sc.Edit(func(one *scenarios.Scenario) {
		for k, t := range q.goals[g].tests {
			if c := &a.Checks[k]; c.Instead != "" {
				one.Outcomes[t].Methods = append(slices.Clip(one.Outcomes[t].Methods), c.Instead)
			}
		}
	})
	m, err := r.d.base.Variant(both)
	if err != nil {
		return err
	}
	trials := min(checkTrials, q.size.MaxReplicates)
	res, err := analysis.Run(r.ctx, m, analysis.Options{Replicates: r.next + trials, From: r.next, Seed: r.opt.Seed, Workers: r.opt.Workers, Name: r.opt.Name})
	if err != nil {
		return err
	}
	r.next += trials
	for k, t := range q.goals[g].tests {
		r.score(&a.Checks[k], t, res)
	}
	if r.d.base.Shared() && q.solve != Effect {
		a.setTruths(q.goals[g].tests, r.truthsIn(res), r.d.clients(a.Design))
	}
	return nil
}

// score reads off trials what a check says of a test.
func (r *runner) score(c *Check, test int, res *analysis.Result) {
	for k := range res.Rows {
		row := &res.Rows[k]
		if row.Outcome != test || row.Arm != r.d.q.arm || row.Control != r.d.q.control || row.Subgroup != r.d.q.subgroup {
			continue
		}
		switch row.Method.Name {
		case c.Method:
			c.Coverage, c.MCSE = row.Coverage, row.CoverageMCSE
			c.Claimed = measure.Number(1 - row.Test.IntervalAlpha())
			c.Fails = verdict.TooNarrow(float64(row.Coverage), float64(row.CoverageMCSE), row.Test.IntervalAlpha())
		case c.Instead:
			if r.d.q.size.HalfWidth > 0 { // how narrow its intervals are has not been asked
				continue
			}
			c.Power, c.PowerMCSE, c.InsteadCover = row.Power, row.PowerMCSE, row.Coverage
			if row.Drawn != nil {
				c.Power, c.PowerMCSE = row.Drawn.Assurance.Assurance, row.Drawn.AssuranceMCSE
			}
		}
	}
}
