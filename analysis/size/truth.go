package size

import (
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/verdict"
	"caseload/scenarios"
	"caseload/sim"
)

// truthWork bounds the clients simulated to learn a true effect, where more than the
// fewest replicates that can tell are needed.
const truthWork = 1_500_000

// A trueEffect is what a test is to find: in standard deviations, as a verdict is
// made of it, and in its own measure, in the trial and rolled out to everyone.
type trueEffect struct {
	analysis.Standardized
	trial, rollout Number
}

// trueEffects returns the true effects of all tests in a trial, of so many replicates
// that the verdict on each is known, if there can be so many. A nil result means that
// there was no time for enough of them.
func (r *runner) trueEffects(m *sim.Model) ([]trueEffect, error) {
	for replicates := verdict.Enough; ; replicates *= 4 {
		opt := analysis.Options{Replicates: replicates, Seed: r.opt.Seed, Workers: r.opt.Workers, Name: r.opt.Name}
		res, err := analysis.Run(r.ctx, m, opt)
		if err != nil || res.Replicates < verdict.Enough {
			return nil, err
		}
		list := r.truthsIn(res)
		untold := slices.ContainsFunc(list, func(x trueEffect) bool { return x.Verdict == verdict.CannotTell })
		if !untold || res.Partial || 4*replicates*m.Scenario.Trial.Clients > truthWork {
			return list, nil
		}
	}
}

// truthsIn reads the true effects of all tests off trials.
func (r *runner) truthsIn(res *analysis.Result) []trueEffect {
	list := make([]trueEffect, len(r.d.q.outcomes))
	for t, k := range r.rows(res) {
		p := &res.Rows[k].Performance
		list[t] = trueEffect{p.Standardized, Number{float64(p.Truth), float64(p.TruthMCSE)}, Number{float64(p.TruthRollout), float64(p.RolloutMCSE)}}
	}
	return list
}

// trueEffectsOf returns the true effects in trials of a design, with room for
// everyone in some services and programs.
func (r *runner) trueEffectsOf(n float64, unlimited []string) ([]trueEffect, error) {
	if len(unlimited) == 0 && r.truths[n] != nil {
		return r.truths[n], nil
	}
	m, err := r.withRoom(n, unlimited)
	if err != nil {
		return nil, err
	}
	list, err := r.trueEffects(m)
	if len(unlimited) == 0 && list != nil {
		if r.truths == nil {
			r.truths = map[float64][]trueEffect{}
		}
		r.truths[n] = list
	}
	return list, err
}

// withRoom returns the trial of a design with room for everyone in some services and
// programs.
func (r *runner) withRoom(n float64, unlimited []string) (*sim.Model, error) {
	if len(unlimited) == 0 {
		return r.d.model(n)
	}
	return r.d.base.Variant(r.d.scenario(n).Edit(func(sc *scenarios.Scenario) {
		for _, name := range unlimited {
			if v, ok := sc.Services[name]; ok {
				sc.Services[name] = v.Unlimited()
			}
			if p, ok := sc.Programs[name]; ok {
				sc.Programs[name] = p.Unlimited()
			}
		}
	}))
}

// moderate is the most clients of a trial in which an effect is looked for. Larger
// ones take long, and where clients share queues they have less of an effect.
const moderate = 2000

// telling returns the design in which to look for an effect: as written where the
// effect is the same in all; the one with the greatest power, of those tried that
// are not too large, where clients share queues.
func (r *runner) telling(s *search, g int) float64 {
	if r.d.q.solve == Effect {
		return s.max
	}
	if start := s.near(s.start); !r.d.base.Shared() && r.d.clients(start) <= moderate {
		return start
	}
	best, power := math.NaN(), -1.0
	for k := range s.evals {
		if e := &s.evals[k]; r.d.clients(e.n) <= moderate && e.share(g) > power {
			best, power = e.n, e.share(g)
		}
	}
	if best == best {
		return best
	}
	return s.near(s.min)
}

// tellTruths gives an answer without a design the true effects where they can be had, if
// a trial and a rollout can differ: where clients share queues. Of an answer with a
// design the trials that score its methods tell them.
func (r *runner) tellTruths(s *search, g int, a *Answer) error {
	if a.Design == a.Design || !r.d.base.Shared() || r.d.q.solve == Effect || r.ctx.Err() != nil {
		return nil
	}
	n := r.telling(s, g)
	all, err := r.trueEffectsOf(n, nil)
	if err == nil && all != nil {
		a.setTruths(r.d.q.goals[g].tests, all, r.d.clients(n))
	}
	return err
}

// setTruths sets the true effects of the tests of an answer, in trials of so many clients.
func (a *Answer) setTruths(tests []int, all []trueEffect, clients float64) {
	for k, t := range tests {
		o := &a.Outcomes[k]
		o.Truth, o.Rollout, o.TruthClients = all[t].trial, all[t].rollout, clients
	}
}
