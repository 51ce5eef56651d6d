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
	p.uptake, p.first, p.duration, p.batchable = r.Uptake, ticks(r.FirstContact.Day), int64(ticks(r.DurationDays)), false
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

// solveBrings finds what a contact of program k's effect adds, part by part.
func (s *solver) solveBrings(k int, f *effect, arm, comparator int, curve *scenarios.Quantity) {
	b := f.brings
	clear(b.added)
	s.of = b
	defer func() { s.of = nil }()
	under := s.studyControl(comparator, curve)
	about := func(arm int) *paths {
		if b.returns {
			return s.returning(k, f, arm, b.until[len(b.until)-1])
		}
		return s.seeking(f.services, arm, under, b.until[len(b.until)-1], curve)
	}
	with := about(arm)
	without := with
	if comparator >= 0 {
		without = about(comparator)
	}
	with.weight, without.weight = s.among(f, with.weight), s.among(f, without.weight)
	if b.returns && !slices.ContainsFunc(with.weight, func(x float64) bool { return x > 0 }) {
		s.fail(f.key(), "nobody who leaves the service while the program lasts", "a stay that ends by then, under the program's reference")
		return
	}
	brought, from := make([]float64, s.n), int64(0)
	for at, point := range b.asked.All() {
		to := b.until[at]
		pc := s.proportion(without, to)
		r := newReach(with.weight, b.reachable)
		for i := range s.n {
			x, jumps := with.hazard(i, to, everyStep)
			r.put(i, x+jumps, brought[i], with.own(i, from, to))
		}
		added, got, ok := r.solve(pc+float64(point.Share*(1-pc)), pc)
		if !ok {
			s.fail(f.key(), fmt.Sprintf("a share of %v by day %v", point.Share, point.ByDays), r.within(pc))
			return
		}
		b.added[at] = float64(added * b.manual)
		for i := range brought {
			brought[i] += float64(added * with.own(i, from, to))
		}
		from = to
		s.m.Reached = append(s.m.Reached, Reached{Key: f.key(), What: b.about(point.ByDays), Asked: point.Share,
			Got: got, service: -1, arm: arm, course: -1})
	}
}

// about says in words what a share by a day is.
func (b *bringing) about(day float64) string {
	if b.returns {
		return fmt.Sprintf("share brought back %.6g days after leaving", day)
	}
	return fmt.Sprintf("share brought in by day %.6g", day)
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

// reach is the equation for what a contact adds: of each client of the sample, once as
// one who can be brought and once as one who cannot.
type reach struct {
	n                     int
	weight, idle, brought []float64
}

func newReach(weight []float64, reachable float64) *reach {
	n := len(weight)
	r := &reach{n: n, weight: make([]float64, 2*n), idle: make([]float64, 2*n), brought: make([]float64, 2*n)}
	for i, x := range weight {
		r.weight[i], r.weight[n+i] = x*reachable, x*(1-reachable)
	}
	return r
}

// put sets client i's integrated hazard without the effect, what contacts of it have added
// before, and what they add for each unit.
func (r *reach) put(i int, free, before, own float64) {
	r.idle[i], r.idle[r.n+i], r.brought[i] = free+before, free, own
}

// solve returns what a contact adds so that the share of clients is reached, and the share
// brought in with it, of those who would not have come. A share that is nearly reached
// without is taken for reached.
func (r *reach) solve(share, pc float64) (added, got float64, ok bool) {
	const nearly = 0.005
	if p := marginal(0, r.weight, r.idle, r.brought); p >= share {
		return 0, (p - pc) / (1 - pc), p < share+nearly
	}
	added, ok = solveRate(share, r.weight, r.idle, r.brought)
	return added, (marginal(added, r.weight, r.idle, r.brought) - pc) / (1 - pc), ok && added < 1e4
}

// within says which shares can be reached.
func (r *reach) within(pc float64) string {
	share := func(h float64) float64 { return (marginal(h, r.weight, r.idle, r.brought) - pc) / (1 - pc) }
	if share(1e4) == share(0) {
		return "a contact before then, under the program's reference"
	}
	return fmt.Sprintf("a share between %.3g and %.3g, which contacts can reach under the program's reference", max(0, share(0)), share(1e4))
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
	with := about(arm)
	active := func(st *step) bool { return f.stage(st.bits) >= 0 }
	idle := func(st *step) bool { return !active(st) }
	for i := range s.n {
		sum, jumps := with.hazard(i, to, idle)
		s.a[i] = sum + jumps
		s.b[i], _ = with.hazard(i, to, active)
	}
	weight := s.among(f, with.weight)
	pc := marginal(1, weight, s.a, s.b)
	if comparator >= 0 {
		p := about(comparator)
		p.weight = s.among(f, p.weight)
		pc = s.proportion(p, to)
	}
	free := portable.Log1p(-pc)
	ratio := func(p float64) float64 { return portable.Log1p(-p) / free }
	hr, ok := solveRate(-portable.Expm1(f.over.HazardRatio*free), weight, s.a, s.b)
	if !ok || !(hr > 0) || hr > 1e4 {
		s.fail(f.key(), fmt.Sprintf("a ratio of %v by day %v", f.over.HazardRatio, f.over.ByDays),
			fmt.Sprintf("a ratio between %.3g and %.3g, which the effect can reach under the program's reference", ratio(marginal(0, weight, s.a, s.b)), ratio(marginal(1e4, weight, s.a, s.b))))
		return
	}
	s.m.setEffect(f, float64(manual*portable.Log(hr)))
	s.m.Reached = append(s.m.Reached, Reached{Key: f.key(), What: fmt.Sprintf("ratio by day %.6g", f.over.ByDays), Asked: f.over.HazardRatio,
		Got: ratio(marginal(hr, weight, s.a, s.b)), service: -1, arm: arm, course: -1})
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
