package explain

import (
	"context"
	"fmt"
	"math"
	"slices"

	"caseload/analysis/replicate"
	"caseload/analysis/verdict"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/portable"
)

// Run explains where the effect of one contrast on one outcome goes. The model is
// that of the scenario as written and loaded. If ctx is done the explanation is
// of the replicates that every world has finished, and partial; with none
// finished it is nil, with the cause as the error. Other errors are about the
// question, or scenarios.Problems of a world.
func Run(ctx context.Context, m *sim.Model, question Question, opt Options) (*Explanation, error) {
	c, err := newComparison(m, question, opt)
	if err != nil {
		return nil, err
	}
	s := newSimulation(c.w, c.w.lives(), opt)
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	if s.done < 2 {
		return nil, &replicate.Interrupted{Done: s.done, Want: opt.Replicates, Cause: context.Cause(ctx)}
	}
	e := c.explanation(s)
	e.Partial = s.done < opt.Replicates
	if e.Partial || opt.WorldsOnly {
		return e, nil
	}
	return e, c.further(ctx, e, opt)
}

// newComparison makes the worlds that are compared.
func newComparison(m *sim.Model, question Question, opt Options) (*comparison, error) {
	if opt.Replicates < 2 {
		return nil, fmt.Errorf("explain: %d replicates, want at least 2", opt.Replicates)
	}
	q, err := newQuery(m.Scenario, question)
	if err != nil {
		return nil, err
	}
	w, err := newWorlds(m, q)
	if err != nil {
		return nil, err
	}
	c := &comparison{q: q, w: w, orders: orders(len(w.factors), opt.Seed)}
	for _, set := range setsOf(len(w.factors), c.orders) {
		if _, err := w.world(set); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// further adds the path and the dilution. Interrupted there, the explanation is
// partial for want of them.
func (c *comparison) further(ctx context.Context, e *Explanation, opt Options) (err error) {
	for _, step := range c.steps() {
		if err = step(ctx, e, opt); err != nil {
			break
		}
	}
	if ctx.Err() != nil {
		e.Partial, e.Unfinished = true, true
		return nil
	}
	return err
}

// steps are what an explanation has beside the worlds. They need nothing of each other.
func (c *comparison) steps() []func(ctx context.Context, e *Explanation, opt Options) error {
	return []func(ctx context.Context, e *Explanation, opt Options) error{c.rolledOut, c.path, c.dilution}
}

// path finds how much of the effect goes through services, if it is one on recovery.
func (c *comparison) path(ctx context.Context, e *Explanation, opt Options) error {
	q := c.q
	if notRecovery(q) != "" {
		return nil
	}
	m, err := withoutEvents(c.w.models[c.w.index[c.w.real()]], q.outcome)
	if err != nil {
		return err
	}
	e.Path, err = findPath(ctx, m, q.arm, q.subgroup, float64(q.variable.Good), pathOptions{Replicates: opt.Replicates, Seed: opt.Seed, Workers: opt.Workers})
	return err
}

// dilution varies the share of the target subgroup, if there is one.
func (c *comparison) dilution(ctx context.Context, e *Explanation, opt Options) (err error) {
	q := c.q
	if q.target == "" || q.subgroup >= 0 {
		return nil
	}
	o := slices.IndexFunc(q.sc.Outcomes, func(o scenarios.Outcome) bool { return o.Name == q.outcome.Name })
	if show := opt.Progress; show != nil {
		before := len(c.w.models) * opt.Replicates
		opt.Progress = func(done, want int) { show(before+done, before+want) }
	}
	e.Dilution, err = dilute(ctx, c.w.base, o, q.arm, q.target, opt)
	return err
}

// withoutEvents returns the model in which the path of the outcome lies: one in which
// events come to nobody of which the outcome is as if they came to nobody.
func withoutEvents(m *sim.Model, o *scenarios.Outcome) (*sim.Model, error) {
	if !o.Has(scenarios.Hypothetical) {
		return m, nil
	}
	return m.Variant(m.Scenario.Edit(func(sc *scenarios.Scenario) { sc.StopEvents(o) }))
}

// comparison compares the worlds.
type comparison struct {
	q      *query
	w      *worlds
	orders [][]int
	values [][]value // by model: all replicates, then each batch left out
}

// number returns a function of the worlds' values with its MCSE.
func (c *comparison) number(f func(v func(mask) *value) float64) Number {
	x := make([]float64, len(c.values[0]))
	for b := range x {
		x[b] = f(func(s mask) *value { return &c.values[c.w.index[s]][b] })
	}
	return jackknife(x)
}

// scales are how effects are read.
var scales = []func(*value) float64{
	func(v *value) float64 { return v.smd },
	func(v *value) float64 { return v.units },
}

// part returns a difference of worlds on each scale.
func (c *comparison) part(difference func(v func(mask) float64) float64) Part {
	on := func(scale func(*value) float64) Number {
		return c.number(func(v func(mask) *value) float64 {
			return difference(func(s mask) float64 { return scale(v(s)) })
		})
	}
	return Part{SMD: on(scales[0]), Units: on(scales[1]), ByIdealSD: c.number(func(v func(mask) *value) float64 {
		return difference(func(s mask) float64 { return v(s).units }) / v(0).sd
	})}
}

// effect returns that of one world.
func (c *comparison) effect(set mask) WorldEffect {
	e := WorldEffect{SMD: c.number(func(v func(mask) *value) float64 { return v(set).smd }),
		Units: c.number(func(v func(mask) *value) float64 { return v(set).units }), Clients: Missing()}
	if c.found(set) {
		e.Clients = c.number(func(v func(mask) *value) float64 { return c.clients(v(set)) })
	}
	return e
}

// found reports whether the effect of a world can be told from none.
func (c *comparison) found(set mask) bool {
	x := c.number(func(v func(mask) *value) float64 { return v(set).effect })
	return math.Abs(x.Value) >= verdict.Clear*x.MCSE && x.Value != 0
}

// Enrolled returns how many clients a trial enrols: on average, if enrolment closes on a day.
func Enrolled(sc *scenarios.Scenario) float64 {
	if sc.Trial.RecruitByDays == 0 {
		return float64(sc.Trial.Clients)
	}
	return sim.RecruitmentOf(sc).Enrolled
}

func (c *comparison) clients(v *value) float64 {
	return v.clients(Enrolled(c.q.sc), factorForPower(c.q.outcome.Alpha, c.q.outcome.Sides))
}

// explanation is what the worlds say, all of which are simulated.
func (c *comparison) explanation(s *simulation) *Explanation {
	v := newValuer(c.q)
	for k := range s.tallies {
		c.values = append(c.values, v.values(&s.tallies[k], s.done))
	}
	q, real := c.q, c.w.real()
	e := &Explanation{Scenario: q.sc, Name: s.opt.Name, Outcome: q.outcome, Variable: q.variable, Subgroup: "all", Target: q.target,
		Arm: q.sc.Arms[q.arm].Name, Control: q.sc.Arms[q.control].Name, Shared: c.w.base.Shared(),
		Seed: s.opt.Seed, Replicates: s.done, Worlds: len(c.w.models), Orders: len(c.orders), Absent: c.w.absent,
		Ideal: c.effect(0), Observed: c.effect(real), Kept: Missing(), Truth: Missing(), Rollout: Missing()}
	if c.found(0) {
		e.Kept = c.number(func(v func(mask) *value) float64 { return v(real).smd / v(0).smd })
	}
	if q.subgroup >= 0 {
		e.Subgroup = q.sc.Subgroups[q.subgroup].Name
	}
	var all record
	for _, r := range s.tallies[c.w.index[real]].by {
		for j, x := range r {
			all[j] += x
		}
	}
	e.Failed = s.done - int(all[estimated])
	good := float64(s.estimator.Method().Measure.Good(q.variable.Good))
	e.PerTrial = Number{good * all.mean(estimatedG), all.spread(estimatedG) / math.Sqrt(all[estimatedG])}
	before := mask(0)
	for k := range c.w.factors {
		after := before | 1<<k
		e.Factors = append(e.Factors, c.factor(k, before, after))
		before = after
	}
	return e
}

// factor returns what factor k takes, on its way from one set to the next and
// otherwise.
func (c *comparison) factor(k int, before, after mask) Factor {
	f, real, alone := &c.w.factors[k], c.w.real(), mask(1)<<k
	out := Factor{Name: f.name, About: f.about, Own: f.own != nil, NewEstimand: f.changesEstimand, After: c.effect(after), Multiplies: Missing()}
	out.Step = c.part(func(v func(mask) float64) float64 { return v(after) - v(before) })
	out.FromIdeal = c.part(func(v func(mask) float64) float64 { return v(alone) - v(0) })
	out.FromReal = c.part(func(v func(mask) float64) float64 { return v(real) - v(real&^alone) })
	step := func(v func(mask) float64) float64 { return v(after) - v(before) }
	if c.orders == nil {
		n := len(c.w.factors)
		out.Shapley = c.part(func(v func(mask) float64) float64 { return shapley(n, k, v) })
		out.Order = c.part(func(v func(mask) float64) float64 { return step(v) - shapley(n, k, v) })
	} else {
		out.Shapley, out.OrderError = c.sampled(k)
		out.Order = c.part(func(v func(mask) float64) float64 {
			mean, _ := sampled(c.orders, k, v)
			return step(v) - mean
		})
		addOrderError(&out.Order, &out.OrderError)
	}
	if c.found(real) && c.found(real&^alone) {
		out.Multiplies = c.number(func(v func(mask) *value) float64 { return c.clients(v(real)) / c.clients(v(real&^alone)) })
	}
	return out
}

// sampled returns the Shapley value over the orders drawn; the error of having drawn
// them joins its MCSE.
func (c *comparison) sampled(k int) (part, order Part) {
	part = c.part(func(v func(mask) float64) float64 {
		mean, _ := sampled(c.orders, k, v)
		return mean
	})
	order = c.part(func(v func(mask) float64) float64 {
		_, se := sampled(c.orders, k, v)
		return se
	})
	addOrderError(&part, &order)
	return part, order
}

// addOrderError joins the error of having drawn some orders to the MCSE of a part.
func addOrderError(part, order *Part) {
	for _, x := range []struct{ of, by *Number }{{&part.SMD, &order.SMD}, {&part.Units, &order.Units}, {&part.ByIdealSD, &order.ByIdealSD}} {
		x.of.MCSE = portable.Hypot(x.of.MCSE, x.by.Value)
	}
}
