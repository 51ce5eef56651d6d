package explain

import (
	"context"
	"fmt"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/scenarios"
	"caseload/sim"
)

// Shares returns the shares of clients in the target subgroup at which its dilution
// is simulated, rising to everyone.
func Shares() []float64 {
	return []float64{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
}

// dilute follows the effect of an arm on an outcome, indexes into the model's
// scenario, as the share of the target subgroup among clients goes through
// Shares and all else stays as written: what trials find overall, among those
// measured as members and of the difference between these and the rest, each
// with the power of its test, beside the theory of groupEffects. The share of any
// other subgroup that the scenario gives is given up for the target's.
//
// Effects are differences of proportions, of means or of restricted mean days,
// whatever the outcome's own methods are, and the tests are of no difference at
// its level and sides, so that the three share a scale. A test is missing where
// clusters are randomized and no method on that scale allows for them (times,
// and every interaction); times have no interaction in days. What fewer than
// half of the trials could estimate is missing: the rest would not be like them.
//
// A share that can't be had, since everyone or nobody is in a subgroup then, is
// left out; the error is that of the last if none can be had. Where ctx is done
// the shares finished are returned, and its error only if there is none.
func dilute(ctx context.Context, m *sim.Model, outcome, arm int, target string, opt Options) (*Dilution, error) {
	d, err := newDiluter(m, outcome, arm, target, opt)
	if err != nil {
		return nil, err
	}
	mixtures, err := d.mixtures()
	if err != nil {
		return nil, err
	}
	effects, err := d.trueEffects(ctx)
	if err != nil {
		return nil, err
	}
	out := &Dilution{Subgroup: target, Method: d.method, Interacts: d.interaction, Sensitive: d.mismeasured, Replicates: opt.Replicates}
	for k := range mixtures {
		row, err := d.share(ctx, &mixtures[k], effects, d.progress(k, len(mixtures)))
		if err != nil {
			return nil, err
		}
		if row == nil {
			break // interrupted
		}
		out.Shares = append(out.Shares, *row)
	}
	if len(out.Shares) == 0 {
		return nil, &replicate.Interrupted{Want: opt.Replicates, Cause: context.Cause(ctx)}
	}
	return out, nil
}

// diluter holds what stays the same from share to share.
type diluter struct {
	m                   *sim.Model // as written
	outcome, arm, group int        // indexes into its scenario
	variable            scenarios.Variable
	method              string // of the effects
	interaction         string // "": none on their scale
	mismeasured         bool   // membership
	opt                 Options
}

func newDiluter(m *sim.Model, outcome, arm int, target string, opt Options) (*diluter, error) {
	sc := m.Scenario
	d := &diluter{m: m, outcome: outcome, arm: arm, group: subgroupIndex(sc, target), opt: opt}
	if d.group < 0 {
		return nil, fmt.Errorf("explain: no subgroup %q", target)
	}
	d.mismeasured = mismeasured(sc, d.group)
	d.variable, _ = scenarios.LookupVariable(sc.Outcomes[outcome].Variable)
	d.method, d.interaction = onOneScale(&sc.Outcomes[outcome], d.variable.Kind, m.Clustered())
	return d, nil
}

// onOneScale returns the methods for an effect and for an interaction as a
// difference of the outcome's means.
func onOneScale(o *scenarios.Outcome, kind scenarios.VarKind, clustered bool) (effect, interaction string) {
	switch {
	case kind == scenarios.Time:
		return "rmst", ""
	case o.WhileAlive():
		return "while_alive", ""
	case clustered:
		return "cluster_robust", "interaction"
	case kind == scenarios.Binary:
		return "risk_difference", "interaction"
	}
	return "welch", "interaction"
}

// good returns the sign that makes what is better for clients positive: a mean time
// is larger where events are later.
func (d *diluter) good() float64 { return float64(d.variable.Good) }

// mixture is the model of a scenario in which the target has a share.
type mixture struct {
	share float64
	model *sim.Model
}

// mixtures returns those of the shares that can be had.
func (d *diluter) mixtures() (list []mixture, err error) {
	var refused error
	for _, share := range Shares() {
		m, err := d.m.Variant(d.scenario(share))
		if err != nil {
			refused = err
			continue
		}
		list = append(list, mixture{share, m})
	}
	if len(list) == 0 {
		return nil, refused
	}
	return list, nil
}

// scenario returns the scenario with another share, and its outcome alone.
func (d *diluter) scenario(share float64) *scenarios.Scenario {
	sc := d.m.Scenario
	target := sc.Subgroups[d.group].Name
	o := sc.Outcomes[d.outcome]
	o.Subgroup, o.Methods = []string{target}, scenarios.Strings{d.method}
	if d.interaction != "" {
		o.Methods = append(o.Methods, d.interaction)
	}
	o.Test, o.Margin = scenarios.Superiority, 0 // a margin is in the unit of the outcome's own method
	return sc.Edit(func(sc *scenarios.Scenario) {
		sc.Outcomes, sc.Families = []scenarios.Outcome{o}, nil
		sc.SubgroupShare = map[string]float64{target: share}
	})
}

// progress tells of the trials of mixture k, after those of the ones before it.
func (d *diluter) progress(k, mixtures int) func(done, want int) {
	if d.opt.Progress == nil {
		return nil
	}
	return func(done, _ int) { d.opt.Progress(k*d.opt.Replicates+done, mixtures*d.opt.Replicates) }
}

// share returns the row of one mixture; nil if it was interrupted.
func (d *diluter) share(ctx context.Context, x *mixture, effects *groupEffects, progress func(done, want int)) (*Share, error) {
	found, err := d.membership(ctx, x)
	if found == nil {
		return nil, err
	}
	res, err := analysis.Run(ctx, x.model, analysis.Options{Replicates: d.opt.Replicates, Seed: d.opt.Seed, Workers: d.opt.Workers,
		NoTruth: true, Name: d.opt.Name, Progress: progress})
	if err != nil || res.Partial {
		return nil, err
	}
	s := &Share{Share: x.share, Observed: found.share, Correct: found.members, Overall: d.found(res, analysis.Everyone, d.method),
		Member: d.found(res, d.group, d.method), Interaction: d.found(res, d.group, d.interaction)}
	s.Overall.Theory = effects.mixed(Number{x.share, 0})
	s.Member.Theory = effects.mixed(found.members)
	s.Interaction.Theory = Missing()
	if d.interaction != "" {
		s.Interaction.Theory = effects.interaction(found)
	}
	return s, nil
}

// found returns what the trials found by a method in a group, theory aside.
func (d *diluter) found(res *analysis.Result, group int, method string) Diluted {
	for k := range res.Rows {
		row := &res.Rows[k]
		p := &row.Performance
		if row.Arm == d.arm && row.Subgroup == group && row.Method.Name == method && p.N > 0 && p.N >= p.Failed {
			return Diluted{Effect: scaled(Number{float64(p.Mean), float64(p.MeanMCSE)}, d.good()), Power: Number{float64(p.Power), float64(p.PowerMCSE)}}
		}
	}
	return Diluted{Effect: Missing(), Power: Missing()}
}
