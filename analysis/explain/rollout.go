package explain

import (
	"context"

	"caseload/analysis"
	"caseload/analysis/verdict"
)

// rolloutReplicates are enough to tell the effect of a rollout from that in the trial.
const rolloutReplicates = 2 * verdict.Enough

// rolledOut finds the true effects in the real trial and of a rollout. Only where
// clients share queues can they differ, and only enough replicates can tell whether they do.
func (c *comparison) rolledOut(ctx context.Context, e *Explanation, opt Options) error {
	if !e.Shared || opt.Replicates < verdict.Enough {
		return nil
	}
	real := c.w.models[c.w.index[c.w.real()]]
	res, err := analysis.Run(ctx, real, analysis.Options{Replicates: min(opt.Replicates, rolloutReplicates), Seed: opt.Seed, Workers: opt.Workers, Name: opt.Name})
	if err != nil || res.Partial {
		return err
	}
	for k := range res.Rows {
		row := &res.Rows[k]
		if row.Arm != c.q.arm || row.Subgroup != c.q.subgroup {
			continue
		}
		e.Measure = row.Method.Measure
		good := float64(e.Measure.Good(c.q.variable.Good))
		e.Truth = Number{good * float64(row.Truth), float64(row.TruthMCSE)}
		e.Rollout = Number{good * float64(row.TruthRollout), float64(row.RolloutMCSE)}
	}
	return nil
}
