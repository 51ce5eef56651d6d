package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// EffectReport says what an effect of a program amounts to.
type EffectReport struct {
	Program, On string
	Index       int            // of the program's effects as written
	Arm         string         // in which it was looked at
	In          string         // subgroup in which there is an effect, empty for everyone
	HazardRatio float64        // conditional, while active; manual included
	Solved      bool           // for a marginal quantity
	Chance      float64        // of an effect at once; HazardRatio is then NaN
	Added       []float64      // cumulative hazard that a contact adds, by point of a share brought in; HazardRatio is then NaN
	Points      float64        // of an effect on a score; HazardRatio is then NaN
	ActiveShare float64        // share of the time at risk in which it is active
	MarginalHR  float64        // log survival at the horizon with the arm's programs over that without the effect's
	Windows     []EffectWindow // of an effect on linkage: of one service, or solved under a reference
}

// effect solves and reports effect e of program k.
func (s *solver) effect(k int, e effectID) {
	p := &s.m.programs[k]
	f := &p.effects[e]
	if s.settled[f.key()] || s.variant && f.key() == "" {
		return // a variant's effects are not reported
	}
	arm, restore := s.armWith(k)
	if arm < 0 {
		return // nobody gets it
	}
	defer restore()
	if f.travels() {
		if s.travel(k, e, arm); len(s.problems) > 0 || s.variant {
			return
		}
	}
	v := slices.IndexFunc(s.m.services, func(v service) bool { return v.seek == f.process || v.leave == f.process })
	if v < 0 && f.solved != nil {
		s.fail(f.path+".reaches", "a quantity of "+f.on, "hazard_ratio; reaches is for linkage and leaving")
	}
	if f.brings != nil && !f.brings.returns {
		defer s.sendTo(&s.m.services[f.services[0]])()
	}
	if f.solved == nil && !s.reporting {
		return
	}
	if f.process < 0 || v < 0 && !s.m.fromEnrolment(f.process) || s.m.procs[f.process].base.kind == never {
		s.report(k, e, arm, nil, nil)
		return
	}
	s.solving = f.path
	if v >= 0 && s.m.services[v].leave == f.process {
		defer s.sendTo(&s.m.services[v])()
	}
	if f.solved != nil {
		s.m.setEffect(f, 0)
	}
	b, weight := s.pathsOf(f, v, arm)
	switch {
	case f.solved == nil:
	case s.m.reachesElsewhere(p.name):
		s.solveAtReference(k, f, v, arm)
	default:
		s.solveEffect(f, v, b, weight, arm)
	}
	s.report(k, e, arm, b, weight)
}

// pathsOf returns the paths of an effect's process in the arm, and the weights of those who
// have them; a solved effect is at 1.
func (s *solver) pathsOf(f *effect, v, arm int) (*probe, []float64) {
	entry, weight := []int64(nil), s.ones
	if v >= 0 && s.m.services[v].leave == f.process {
		entry, weight = s.entries(v, arm, nil)
	}
	if s.u.horizon = s.m.horizon; entry != nil {
		s.u.horizon *= 2
	}
	sight := s.m.horizon
	if f.solved != nil {
		sight = max(sight, int64(ticks(f.solved.ByDays)))
	}
	s.of = f
	defer func() { s.of = nil }()
	return s.probed(arm, f.process, entry, sight), weight
}

// solveAtReference finds the hazard ratio with which the quantity is reached under the
// program's reference, whatever the delivery is in the scenario. What it amounts to there is reported of the
// paths that are known.
func (s *solver) solveAtReference(k int, f *effect, v, arm int) {
	_, restore := s.underReference(k, arm, false)
	defer restore()
	b, weight := s.pathsOf(f, v, arm)
	s.solveEffect(f, v, b, weight, arm)
}

// fromEnrolment reports whether the process is one that runs from enrolment, and
// so has one path a client.
func (m *Model) fromEnrolment(p processID) bool {
	for k := range m.courses {
		if f := &m.courses[k]; f.on == p && (f.kind == recurring || f.kind == mortal) {
			return true
		}
	}
	return m.loss.active && p == m.loss.proc
}

// solveEffect finds the hazard ratio with which the quantity is reached.
func (s *solver) solveEffect(f *effect, v int, b *probe, weight []float64, arm int) {
	q := f.solved
	base := &s.m.procs[f.process].base
	to := int64(ticks(q.ByDays))
	active := func(st *step) bool { return f.stage(st.bits) >= 0 }
	idle := func(st *step) bool { return !active(st) }
	for i := range s.a {
		sum, jumps := b.integral(i, 0, to, base.cumulative, idle)
		s.a[i] = sum + jumps
		s.b[i], _ = b.integral(i, 0, to, base.cumulative, active)
	}
	key := f.path + ".reaches"
	hr, ok := solveRate(q.Probability, weight, s.a, s.b)
	if !ok || hr <= 0 || hr > 1e4 {
		s.unreachable(key, q.Probability, q.ByDays, weight)
		return
	}
	s.without = marginal(1, weight, s.a, s.b)
	s.m.setEffect(f, portable.Log(hr))
	s.m.Reached = append(s.m.Reached, Reached{Key: key, What: fmt.Sprintf("probability by day %v", q.ByDays), Asked: q.Probability,
		Got: marginal(hr, weight, s.a, s.b), service: v, stay: s.m.services[v].leave == f.process, course: -1, arm: arm, day: q.ByDays})
}

// report says what the effect amounts to over the probed paths, which were
// recorded with a solved effect still at 1. While effects are still being solved nobody asks.
func (s *solver) report(k int, e effectID, arm int, b *probe, weight []float64) {
	if !s.reporting {
		return
	}
	p := &s.m.programs[k]
	f := &p.effects[e]
	r := EffectReport{Program: p.name, On: f.on, Index: f.index, Arm: s.m.Scenario.Arms[arm].Name, Points: f.points,
		In: s.m.Scenario.Programs[p.name].Effects[f.index].In, HazardRatio: portable.Exp(f.logHR), Solved: f.solved != nil, Chance: f.chance, ActiveShare: math.NaN(), MarginalHR: math.NaN()}
	if f.stages == 0 || f.score >= 0 {
		r.HazardRatio = math.NaN()
	}
	if b != nil {
		s.exposure(&r, f, b, weight)
		if n := len(s.m.soughtBy(f.on)); n == 1 || n > 1 && f.travels() {
			r.Windows = s.windows(k, f, arm)
		}
	}
	if f.from == left && len(s.problems) == 0 {
		r.Windows = s.windows(k, f, arm)
	}
	if f.brings != nil {
		r.Added = slices.Clone(f.brings.added)
	}
	s.m.Effects = append(s.m.Effects, r)
}

// exposure integrates survival along the paths, with the effect and without.
func (s *solver) exposure(r *EffectReport, f *effect, b *probe, weight []float64) {
	base := &s.m.procs[f.process].base
	rescale := 1.0
	if f.solved != nil {
		rescale = portable.Exp(f.logHR)
	}
	var active, atRisk, with, without, total float64
	for i := range weight {
		h, h0 := 0.0, 0.0
		p := b.paths[i]
		for j := range p {
			from, to := p[j].from, s.m.horizon
			if j+1 < len(p) {
				to = min(to, p[j+1].from)
			}
			h += p[j].jump
			h0 += p[j].jump
			if f.brings != nil {
				h += float64(p[j].own * f.brings.at(p[j].from))
			}
			if to <= from {
				continue
			}
			stage := f.stage(p[j].bits)
			grow := float64(p[j].mult*base.between(from, to)) + float64(p[j].rate*float64(to-from))
			if stage >= 0 {
				grow *= rescale
			}
			t := float64(calendar.Days(to-from) * portable.Exp(-h) * meanDecay(grow) * weight[i])
			atRisk += t
			if stage >= 0 {
				active += t
				h0 += grow / portable.Exp(math.Ldexp(f.logHR, -stage))
			} else {
				h0 += grow
			}
			h += grow
		}
		with += float64(weight[i] * portable.Exp(-h))
		without += float64(weight[i] * portable.Exp(-h0))
		total += weight[i]
	}
	r.ActiveShare = active / atRisk
	r.MarginalHR = portable.Log(with/total) / portable.Log(without/total)
}

// meanDecay returns the mean of exp(-x) over 0..h.
func meanDecay(h float64) float64 {
	if h < 1e-8 {
		return 1
	}
	return -portable.Expm1(-h) / h
}

// SolvedRatio returns the hazard ratio that was solved for an effect of a program, by
// its place among those written, as the scenario would spell it: before a manual
// multiplies it. It is 1 where nothing was solved.
func (m *Model) SolvedRatio(program string, index int) float64 {
	k := m.programNamed(program)
	if k < 0 {
		return 1
	}
	manual := 1.0
	if x := m.Scenario.Programs[program].Manual; x != nil {
		manual = x.Effect
	}
	for e := range m.programs[k].effects {
		if f := &m.programs[k].effects[e]; f.index == index && (f.solved != nil || f.over != nil) {
			return portable.Exp(f.logHR / manual)
		}
	}
	return 1
}
