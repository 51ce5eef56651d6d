package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/portable"
)

// Effects that are published of everyone randomized: as a share brought in, or as a ratio
// over a window. They are solved once, under the delivery of their source (the program's
// reference). From then on they are properties of a contact.

// travels reports whether the effect is solved under the program's reference.
func (f *effect) travels() bool { return f.brings != nil || f.over != nil }

// key returns the key of the scenario at which a solved effect says what it is solved for,
// "" for one that is not solved.
func (f *effect) key() string {
	switch {
	case f.solved != nil:
		return f.path + ".reaches"
	case f.over != nil:
		return f.path + ".over"
	case f.brings != nil:
		return f.path + ".brings"
	}
	return ""
}

// circular reports whether an effect that is solved under a reference acts in an arm under
// which quantities hold that it is solved from; or any solved effect in one under which a
// rate is solved for the share in a state, which is what lives show with effects at work.
func (s *solver) circular() bool {
	solved := func(f effect) bool { return f.key() != "" }
	for _, v := range s.prevalences() {
		if slices.ContainsFunc(s.m.byArm[v.arm], func(k int) bool { return slices.ContainsFunc(s.m.programs[k].effects, solved) }) {
			return true
		}
	}
	under := []int{s.m.control}
	for _, n := range naturals(s.m.Scenario) {
		if n.q != nil {
			under = append(under, s.m.arm(n.q.Under))
		}
	}
	travels := func(f effect) bool { return f.travels() }
	return !s.variant && slices.ContainsFunc(under, func(arm int) bool {
		return slices.ContainsFunc(s.m.byArm[arm], func(k int) bool { return slices.ContainsFunc(s.m.programs[k].effects, travels) })
	})
}

// underReference puts program k's reference in force, until the function it gives is
// called. The comparator, if there is one, is in the arm next to this one. Studies of
// linkage are of people who are not in treatment yet, whatever state the scenario's
// clients begin in.
func (s *solver) underReference(k, arm int, linkage bool) (comparator int, restore func()) {
	r, byArm, programs := s.m.Scenario.Programs[s.m.programs[k].name].Reference, s.u.byArm, slices.Clone(s.u.programs)
	for j := range s.u.programs {
		if linkage {
			s.u.programs[j].startIn = -1
		}
	}
	p := &s.u.programs[k]
	p.uptake, p.first, p.duration = r.Uptake, ticks(r.FirstContact.Day), int64(ticks(r.DurationDays))
	p.interval, p.most = contactInterval(r.Contacts), mostContacts(r.MaxContacts)
	comparator = -1
	if len(r.Comparator) > 0 {
		comparator = (arm + 1) % s.m.arms
		s.u.byArm = slices.Clone(byArm)
		s.u.byArm[arm], s.u.byArm[comparator] = []int{k}, nil
		for _, name := range r.Comparator {
			s.u.byArm[comparator] = append(s.u.byArm[comparator], s.m.programNamed(name))
		}
	}
	return comparator, func() {
		copy(s.u.programs, programs)
		s.u.byArm = byArm
	}
}

// travel solves effect e of program k, in the arm, under the program's reference.
func (s *solver) travel(k int, e effectID, arm int) {
	f := &s.m.programs[k].effects[e]
	comparator, restore := s.underReference(k, arm, s.m.soughtBy(f.on) != nil)
	defer restore()
	s.solving = f.key()
	curve := s.m.Scenario.Programs[s.m.programs[k].name].Reference.Linkage
	if f.brings != nil {
		s.solveBrings(k, f, arm, comparator, curve)
		return
	}
	s.m.setEffect(f, 0)
	s.solveOver(f, arm, comparator, curve, s.m.manualOf(k))
}

// manualOf returns the factor by which a manual multiplies the effects of program k.
func (m *Model) manualOf(k int) float64 {
	if x := m.Scenario.Programs[m.programs[k].name].Manual; x != nil {
		return x.Effect
	}
	return 1
}

// paths are those of one process or, of seeking, of several that each hold the others
// back, with the baselines that go with them.
type paths struct {
	probes []*probe
	bases  []baseline
	weight []float64
}

// seeking returns the paths of seeking the services in the arm, for the ticks that are asked
// about. Curve, if there is one, takes the place of the linkage of a single service; it
// holds in the arm `under`.
func (s *solver) seeking(services []int, arm, under int, last int64, curve *scenarios.Quantity) *paths {
	out := &paths{weight: s.ones}
	for _, k := range services {
		v := &s.m.services[k]
		base := s.m.procs[v.seek].base
		restore := s.alone(k, services)
		if curve != nil {
			base = s.baseline(s.solving+" (reference.linkage)", curve, s.probed(under, v.seek, nil, s.lookTo(curve, false)), s.ones,
				Reached{service: -1, arm: under, course: -1})
		}
		s.u.horizon = max(s.m.horizon, last+1)
		out.probes, out.bases = append(out.probes, s.probed(arm, v.seek, nil, max(last, s.m.horizon-1))), append(out.bases, base)
		restore()
	}
	return out
}

// alone lets clients seek service k of these alone, until the function it gives is called.
func (s *solver) alone(k int, services []int) (restore func()) {
	old := make([]baseline, len(services))
	for at, j := range services {
		base := &s.m.procs[s.m.services[j].seek].base
		if old[at] = *base; j != k {
			*base = baseline{kind: never}
		} else if base.kind == never {
			*base = baseline{kind: constant, rate: math.SmallestNonzeroFloat64}
		}
	}
	s.guess = baseline{kind: constant, rate: 1}
	return func() {
		for at, j := range services {
			s.m.procs[s.m.services[j].seek].base = old[at]
		}
		s.guess = baseline{}
	}
}

// hazard integrates client i's hazard from the origin to a time over the steps that keep
// accepts; all of it includes what contacts add but those of the effect that is solved.
func (p *paths) hazard(i int, to int64, keep func(*step) bool) (sum, jumps float64) {
	for k, b := range p.probes {
		x, j := b.integral(i, 0, to, p.bases[k].cumulative, keep)
		sum += x
		if k == 0 { // each of the others has met the same contacts
			jumps = j
		}
	}
	return sum, jumps
}

// own returns what the contacts of the effect that is solved add to client i in a time,
// for each unit of it.
func (p *paths) own(i int, from, to int64) (sum float64) {
	for _, st := range p.probes[0].paths[i] {
		if st.from >= from && st.from < to {
			sum += st.own
		}
	}
	return sum
}

// proportion returns the share to whom the process has happened by a time, without the
// effect that is solved.
func (s *solver) proportion(p *paths, to int64) float64 {
	sum, total := 0.0, 0.0
	for i, weight := range p.weight {
		x, jumps := p.hazard(i, to, everyStep)
		sum += float64(weight * -portable.Expm1(-x-jumps))
		total += weight
	}
	return sum / total
}

// among returns the weights of those in the effect's subgroup, 0 for others.
func (s *solver) among(f *effect, weight []float64) []float64 {
	if f.subgroup < 0 {
		return weight
	}
	in := slices.Clone(weight)
	for i := range in {
		if !s.w.member[f.subgroup][i] {
			in[i] = 0
		}
	}
	return in
}

// studyControl returns the arm in which a source's control curve holds.
func (s *solver) studyControl(comparator int, curve *scenarios.Quantity) int {
	if comparator >= 0 || curve == nil {
		return comparator
	}
	return s.m.arm(curve.Under)
}

// solveOver finds the hazard ratio that gives the ratio of cumulative hazards.
func (s *solver) solveOver(f *effect, arm, comparator int, curve *scenarios.Quantity, manual float64) {
	to := int64(ticks(f.over.ByDays))
	under := s.studyControl(comparator, curve)
	about := func(arm int) *paths {
		if services := s.m.soughtBy(f.on); services != nil {
			return s.seeking(services, arm, under, to, curve)
		}
		return s.leaving(f, arm, to)
	}
	active := func(st *step) bool { return f.stage(st.bits) >= 0 }
	idle := func(st *step) bool { return !active(st) }
	l := s.livesOf(func() *effectLives {
		with, part := about(arm), newLivesPart(s.n)
		part.each(func(i int) (free, own float64) {
			sum, jumps := with.hazard(i, to, idle)
			own, _ = with.hazard(i, to, active)
			return sum + jumps, own
		})
		weight := s.among(f, with.weight)
		part.control = marginal(1, weight, part.free, part.own)
		if comparator >= 0 {
			p := about(comparator)
			p.weight = s.among(f, p.weight)
			part.control = s.proportion(p, to)
		}
		return &effectLives{weight, []livesPart{part}}
	})
	weight, part := l.weight, &l.parts[0]
	free := portable.Log1p(-part.control)
	ratio := func(p float64) float64 { return portable.Log1p(-p) / free }
	hr, ok := solveRate(-portable.Expm1(f.over.HazardRatio*free), weight, part.free, part.own)
	if !ok || !(hr > 0) || hr > 1e4 {
		s.fail(f.key(), fmt.Sprintf("a ratio of %v by day %v", f.over.HazardRatio, f.over.ByDays),
			fmt.Sprintf("a ratio between %.3g and %.3g, which the effect can reach under the program's reference", ratio(marginal(0, weight, part.free, part.own)), ratio(marginal(1e4, weight, part.free, part.own))))
		return
	}
	s.m.setEffect(f, float64(manual*portable.Log(hr)))
	s.m.Reached = append(s.m.Reached, Reached{Key: f.key(), What: fmt.Sprintf("ratio by day %.6g", f.over.ByDays), Asked: f.over.HazardRatio,
		Got: ratio(marginal(hr, weight, part.free, part.own)), service: -1, arm: arm, course: -1})
}

// leaving returns the paths of leaving the service that the effect is about, among those
// who enter it in the arm.
func (s *solver) leaving(f *effect, arm int, last int64) *paths {
	k := slices.IndexFunc(s.m.services, func(v service) bool { return v.leave == f.process })
	v := &s.m.services[k]
	defer s.sendTo(v)()
	entry, weight := s.entries(k, arm, nil)
	s.u.horizon = s.m.horizon + max(s.m.horizon, last+1)
	b := s.probed(arm, v.leave, entry, last)
	return &paths{probes: []*probe{b}, bases: []baseline{s.m.procs[v.leave].base}, weight: weight}
}
