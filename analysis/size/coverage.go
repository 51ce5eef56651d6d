package size

import (
	"slices"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/scenarios"
)

// checkTrials is how many trials of an answer its methods are checked in: the MCSE
// of a coverage of 95 % is then 0.7 points.
const checkTrials = 1000

// A Check says whether the method of an answer keeps its coverage in the trial of the
// answer, and what a method that does gives there.
type Check struct {
	Outcome  string         `json:"outcome"`
	Method   string         `json:"method"`
	Valid    bool           `json:"valid"`             // the method holds its level in the design
	WhyNot   string         `json:"why_not,omitempty"` // what stands against it
	NoMethod bool           `json:"no_method"`         // no method does
	Coverage measure.Number `json:"coverage"`          // of the intervals, in fresh trials
	MCSE     measure.Number `json:"coverage_mcse"`
	Fails    bool           `json:"fails"` // coverage is below what a valid method has, beyond chance

	Instead      string         `json:"instead,omitempty"` // a method that holds
	Power        measure.Number `json:"instead_power"`     // and its power in the same trials
	PowerMCSE    measure.Number `json:"instead_power_mcse"`
	InsteadCover measure.Number `json:"instead_coverage"`
}

// mostError is how much larger than the level asked for the error of a valid method
// may be: 6.5 % for 5 %.
const mostError = 1.3

// check runs trials of each answer and scores its methods. Without trials, because
// the search is over or was interrupted, nothing is known of the coverage.
func (r *runner) check(res *Result) error {
	for g := range res.Answers {
		if a := &res.Answers[g]; a.Design == a.Design && r.ctx.Err() == nil {
			if err := r.checkAnswer(g, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *runner) checkAnswer(g int, a *Answer) error {
	q := r.d.q
	sc := r.d.scenario(a.Design)
	for _, t := range q.goals[g].tests {
		v := sc.Validity(&sc.Outcomes[t], q.arm, q.methods[t])
		a.Checks = append(a.Checks, Check{Outcome: sc.Outcomes[t].Name, Method: q.methods[t], Valid: v.Holds, WhyNot: v.Why, NoMethod: v.Hopeless, Instead: v.Instead,
			Coverage: measure.Missing(), MCSE: measure.Missing(), Power: measure.Missing(), PowerMCSE: measure.Missing(), InsteadCover: measure.Missing()})
	}
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
	res, err := analysis.Run(r.ctx, m, analysis.Options{Replicates: r.next + checkTrials, From: r.next, Seed: r.opt.Seed, Workers: r.opt.Workers, Name: r.opt.Name})
	if err != nil {
		return err
	}
	r.next += checkTrials
	for k, t := range q.goals[g].tests {
		r.score(&a.Checks[k], t, res)
	}
	return nil
}

// score reads off trials what a check says of a test.
func (r *runner) score(c *Check, test int, res *analysis.Result) {
	for k := range res.Rows {
		row := &res.Rows[k]
		if row.Outcome != test || row.Arm != r.d.q.arm || row.Subgroup != r.d.q.subgroup {
			continue
		}
		switch row.Method.Name {
		case c.Method:
			c.Coverage, c.MCSE = row.Coverage, row.CoverageMCSE
			level := row.Test.Alpha
			c.Fails = float64(row.Coverage)+float64(3*row.CoverageMCSE) < 1-level && float64(row.Coverage) < 1-float64(mostError*level)
		case c.Instead:
			c.Power, c.PowerMCSE, c.InsteadCover = row.Power, row.PowerMCSE, row.Coverage
		}
	}
}
