package explain

import (
	"context"
	"math"
	"sync"

	"caseload/analysis"
	"caseload/analysis/lifetable"
	"caseload/analysis/replicate"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// groupEffects are the effects among true members of the target and among the
// others, in the outcome's unit as the trial's measure shows it. What trials of
// another share find follows from them in theory.
//
// The theory is that an effect among a mixture of clients is the mixture of the
// effects. It holds exactly for means where nobody is lost and no visit is
// missed, for times where nothing but the event ends them, where clients don't
// share queues, where the scenario gives the share of no other subgroup, and
// where whether a client's membership is mismeasured has nothing to do with the
// client's effect, given membership: as in a subgroup by one trait. Elsewhere
// the distance between theory and trials tells what these do.
type groupEffects struct{ members, others Number }

// mixed returns the effect among clients of whom such a share are members in truth.
func (e *groupEffects) mixed(share Number) Number {
	a, b := share.Value, 1-share.Value
	if b == 0 && share.MCSE == 0 {
		return e.members
	}
	return Number{float64(a*e.members.Value) + float64(b*e.others.Value),
		norm(a*e.members.MCSE, b*e.others.MCSE, (e.members.Value-e.others.Value)*share.MCSE)}
}

// interaction returns the effect among those measured as members less that among the
// rest, at the shares of either who are so in truth: with p and q these, it is
// (p + q - 1) of the difference in truth.
func (e *groupEffects) interaction(x *membership) Number {
	kept, difference := x.members.Value+x.others.Value-1, e.members.Value-e.others.Value
	return Number{kept * difference,
		norm(kept*e.members.MCSE, kept*e.others.MCSE, difference*x.members.MCSE, difference*x.others.MCSE)}
}

// norm returns the standard error of a sum of terms with independent errors. Members
// and others are other clients, so that their effects are all but independent.
func norm(errors ...float64) float64 {
	sum := 0.0
	for _, e := range errors {
		sum += float64(e * e)
	}
	return math.Sqrt(sum)
}

// scaled returns the number in another unit.
func scaled(n Number, factor float64) Number {
	return Number{n.Value * factor, n.MCSE * math.Abs(factor)}
}

// trueEffects returns the effects in the scenario as written, nobody lost: everyone
// in the arm against everyone in control on the same streams or, where clients
// share queues, the arms as randomized, since it is that which trials show. An
// error of the outcome's measure that is known to shrink differences shrinks them.
// They are missing for an analysis set that is not everyone randomized: whom it is
// about changes with the effect.
func (d *diluter) trueEffects(ctx context.Context) (*groupEffects, error) {
	o := &d.m.Scenario.Outcomes[d.outcome]
	if o.Set != scenarios.SetITT || o.Has(scenarios.Principal) {
		return &groupEffects{Missing(), Missing()}, nil
	}
	t := d.newTally()
	n, err := d.replicates(ctx, func() func(r int) {
		ws, world, own := d.m.NewWorkspace(), d.m.NewTruth(), d.m.NewTruth()
		return func(r int) {
			ws.Begin(d.opt.Seed, r)
			if d.m.Shared() {
				ws.World(sim.AsRandomized, own)
			}
			for k, arm := range []int{d.arm, d.m.Scenario.Control()} {
				ws.World(arm, world)
				if d.m.Shared() {
					t.addShared(r, arm, k == 1, own, world)
				} else {
					t.add(r, arm, k == 1, world)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if n < d.opt.Replicates {
		return nil, &replicate.Interrupted{Done: n, Want: d.opt.Replicates, Cause: context.Cause(ctx)}
	}
	unit := d.good() * shown(d.m.Scenario, o)
	return &groupEffects{members: scaled(t.effect(1), unit), others: scaled(t.effect(0), unit)}, nil
}

// shown returns how much of a difference of proportions is left by the errors of a
// test: sensitivity + specificity - 1 (Rogan & Gladen 1978).
func shown(sc *scenarios.Scenario, o *scenarios.Outcome) float64 {
	if o.MeasuredBy == "" {
		return 1
	}
	x := sc.Measures[o.MeasuredBy]
	return x.Sensitivity + x.Specificity - 1
}

// groupTally adds up an outcome over worlds, apart for members and others.
type groupTally struct {
	outcome, group int
	day            float64                          // of the outcome
	period         float64                          // of rates while alive; 0: none
	sums           [2][2]*replicate.Places[counted] // [member][control]
	replicates     int
	mu             sync.Mutex
	times          []lifetable.Counts // [member]; nil: not a time
}

func (d *diluter) newTally() *groupTally {
	t := &groupTally{replicates: d.opt.Replicates, outcome: d.outcome, group: d.group, day: d.m.Scenario.Outcomes[d.outcome].AtDays,
		period: analysis.PeriodAlive(&d.m.Scenario.Outcomes[d.outcome])}
	if d.variable.Kind == scenarios.Time {
		days := int(t.day) + 1
		t.times = []lifetable.Counts{lifetable.New(days), lifetable.New(days)}
		return t
	}
	for member := range t.sums {
		for control := range t.sums[member] {
			t.sums[member][control] = replicate.NewPlaces[counted](d.opt.Replicates)
		}
	}
	return t
}

// add adds the clients of a replicate's world who are in the arm.
func (t *groupTally) add(r, arm int, control bool, world *trial.Truth) {
	c := &world.Outcomes[t.outcome]
	if t.times != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
	for i, y := range c.Value {
		if !c.In[i] || y != y || int(world.Arm[i]) != arm {
			continue
		}
		member := oneIf(world.Member[t.group][i])
		if t.times != nil {
			t.times[member].Exit(r, control, y, c.Event[i])
			continue
		}
		s := t.sums[member][oneIf(control)].At(r)
		s.n += analysis.Exposed(c, i, t.period)
		s.sum += y
	}
}

// addShared adds the clients in the arm as randomized. The world with everyone in
// it is a control variate: it stands for them in the draw of who is allocated,
// and its expectation over that draw, the arm's share of everyone's, replaces it
// (Owen 2013, Monte Carlo theory, methods and examples, chapter 8). Times go without.
func (t *groupTally) addShared(r, arm int, control bool, own, everyone *trial.Truth) {
	t.add(r, arm, control, own)
	if t.times != nil {
		return
	}
	var all, same [2]counted // of everyone's world: by member, all clients and those allocated
	for i, y := range everyone.Outcomes[t.outcome].Value {
		if !everyone.Outcomes[t.outcome].In[i] || y != y {
			continue
		}
		member := oneIf(everyone.Member[t.group][i])
		all[member].n += analysis.Exposed(&everyone.Outcomes[t.outcome], i, t.period)
		all[member].sum += y
		if int(own.Arm[i]) == arm {
			same[member].sum += y
		}
	}
	for member := range all {
		if s := t.sums[member][oneIf(control)].At(r); all[member].n > 0 {
			s.sum += float64(s.n/all[member].n*all[member].sum) - same[member].sum
		}
	}
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// effect returns the effect among members (1) or others (0), treated less control;
// missing where there are none.
func (t *groupTally) effect(member int) Number {
	if t.times == nil {
		return pooledDifference(t.sums[member][0].First(t.replicates), t.sums[member][1].First(t.replicates))
	}
	if n := t.times[member].Clients(); n[0] == 0 || n[1] == 0 {
		return Missing()
	}
	value, mcse := t.times[member].Value(1, t.day, (*lifetable.Table).RestrictedMean)
	return Number{value, mcse}
}
