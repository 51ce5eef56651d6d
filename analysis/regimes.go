package analysis

import (
	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// Regimes: strategies embedded in a trial whose clients are randomized again. Their clients
// are told by what they were randomized to, and their truth is that of worlds in which
// everyone follows them.

// world is one beside those in which everyone is in one arm.
type world struct {
	group   int    // of the scenario whose world it is
	arm     int    // in which everyone is, or sim.AsRandomized
	options []int8 // that everyone follows, by decision; -1: as drawn
	met     int    // the decision that the world's clients have met, -1: all count
}

// side tells who follows a regime, or is of a group that is compared with one.
type side struct {
	arms    armMask
	regime  []int8      // option by decision, -1: any; nil: it is no regime
	options [][]float64 // of a regime, the weight of each option, by decision
	met     int         // the decision at which clients were randomized to the option; -1: none
	option  int8
}

// newWorlds returns the worlds of regimes, and of options that are compared.
func newWorlds(sc *scenarios.Scenario) (list []world) {
	compared := map[int]bool{}
	for o := range sc.Outcomes {
		for _, c := range sc.Contrasts(&sc.Outcomes[o]) {
			compared[c.Arm], compared[c.Control] = true, true
		}
	}
	groups := sc.Groups()
	for k := range groups {
		g := &groups[k]
		switch {
		case g.Regime >= 0:
			list = append(list, world{k, g.Arms[0], sc.Follow(g), -1})
		case g.Option != nil && compared[k]:
			list = append(list, world{k, sim.AsRandomized, sc.Follow(g), g.Option.Decision})
		}
	}
	return list
}

// stand gives the groups that are no arms the places of their worlds after the arms.
func (p *plan) stand() {
	for k, x := range p.extra {
		p.groups[x.group].arms = []int{len(p.sc.Arms) + k}
	}
}

// newSide tells who is of a group.
func newSide(sc *scenarios.Scenario, g *scenarios.Group) *side {
	s := &side{arms: maskOf(g.Arms), met: -1}
	if g.Option != nil {
		s.met, s.option = g.Option.Decision, int8(g.Option.Option)
		return s
	}
	if g.Regime < 0 {
		return s
	}
	s.regime = sc.Follow(g)
	for k := range sc.Decisions {
		total, weights := 0, []float64(nil)
		for _, o := range sc.Decisions[k].Randomize {
			total += o.Ratio
		}
		for _, o := range sc.Decisions[k].Randomize {
			weights = append(weights, float64(total)/float64(o.Ratio))
		}
		s.options = append(s.options, weights)
	}
	return s
}

// sidesOf returns who is of both groups of a contrast that a method for regimes analyses,
// treated first; nil for another method.
func (p *plan) sidesOf(a *Analysis) *[2]*side {
	return sidesIn(p.sc.Groups(), p.sc, scenarios.Contrast{Arm: a.Arm, Control: a.Control}, a.Method)
}

// sidesIn does so of a contrast of the scenario's groups.
func sidesIn(groups []scenarios.Group, sc *scenarios.Scenario, c scenarios.Contrast, m estimate.Method) *[2]*side {
	if m.Needs&estimate.Regimes == 0 || c.Arm >= len(groups) || c.Control >= len(groups) {
		return nil
	}
	return &[2]*side{newSide(sc, &groups[c.Arm]), newSide(sc, &groups[c.Control])}
}

// weight returns the weight of client i in a trial: the inverse of the probability of what
// the client was randomized to at decisions, 0 for a client who is not of the side.
func (s *side) weight(o *trial.Observed, i int) float64 {
	switch {
	case s.arms.has(o.Arm[i]) == 0, s.met >= 0 && o.Options[s.met][i] != s.option:
		return 0
	}
	w := 1.0
	for k, option := range s.regime {
		given := o.Options[k][i]
		if option < 0 || given == trial.NotMet {
			continue
		}
		if given != option {
			return 0
		}
		w *= s.options[k][option]
	}
	return w
}

// replicate gathers the rows of two regimes: a client who is consistent with both has
// a row in each.
func (s *sample) replicate(d *estimate.Data, o *trial.Observed, rows []int32) []int32 {
	c := &o.Outcomes[s.outcome]
	rows = rows[:0]
	for k, x := range s.sides {
		for i := range o.Arm {
			w := x.weight(o, i)
			if w == 0 || !c.In[i] || s.subgroup >= 0 && !o.Member[s.subgroup][i] {
				continue
			}
			if c.Value[i] != c.Value[i] {
				d.Missing += 1 - one(k == 1 && s.sides[0].weight(o, i) > 0)
				continue
			}
			rows = append(rows, int32(i))
			d.Y, d.Treated = append(d.Y, c.Value[i]), append(d.Treated, k == 0)
			d.Weight, d.Person = append(d.Weight, w), append(d.Person, int32(i))
		}
	}
	return rows
}

// has reports whether client i counts in the world.
func (x *world) has(t *trial.Truth, i int) bool {
	return x.met < 0 || t.Options[x.met][i] != trial.NotMet
}

// followed sums an outcome over the clients who count in a world of the plan beside those of arms.
func (e *effect) followed(x *world, t *trial.Truth) (s moments) {
	c := &t.Outcomes[e.outcome]
	for i, in := range c.In {
		if !in || !e.group(t.Member, i) || !x.has(t, i) {
			continue
		}
		if y := c.Value[i]; y == y {
			n, square := e.weigh(c, i, y)
			s[0], s[1], s[2] = s[0]+n, s[1]+y, s[2]+square
		}
	}
	return s
}

// liveWorlds lives the worlds of a replicate.
func (w *worker) liveWorlds() {
	arms := len(w.p.sc.Arms)
	w.ws.Worlds(w.worlds[:arms], w.own())
	for k := range w.p.extra {
		x := &w.p.extra[k]
		w.ws.Follow(x.arm, x.options, w.worlds[arms+k])
	}
}

// unknownTruth are the moments of what a trial whose clients share queues has no truth of.
var unknownTruth = moments{nan, nan, nan}
