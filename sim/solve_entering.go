package sim

import (
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// Who enters a service, among whom its stay holds.

// brings reports whether somebody comes to service k other than by seeking it: to
// begin a program there, by a contact, or beside the trial.
func (m *Model) brings(k int) bool {
	atOnce := func(f effect) bool { return f.from == seeking && slices.Contains(f.services, k) }
	byContact := func(p program) bool { return slices.ContainsFunc(p.effects, atOnce) }
	return m.startsIn(k) || m.backgroundAt(k) != nil || slices.ContainsFunc(m.programs, byContact)
}

// sendTo lets a probe send clients to a service that nobody seeks, until the
// function it gives is called.
func (s *solver) sendTo(v *service) (restore func()) { return s.possible(v.seek) }

// possible lets a probe set the times of process p, which may never happen, until the
// function it gives is called.
func (s *solver) possible(p processID) (restore func()) {
	base := &s.m.procs[p].base
	if base.kind != never {
		return func() {}
	}
	*base = baseline{kind: constant, rate: math.SmallestNonzeroFloat64}
	return func() { *base = baseline{kind: never} }
}

// startsIn reports whether clients of some program begin in service k.
func (m *Model) startsIn(k int) bool {
	return slices.ContainsFunc(m.programs, func(p program) bool { return p.startIn == k })
}

// starter reports whether client i of the sample begins in service k.
func (s *solver) starter(i, arm, k int) bool {
	for _, j := range s.m.byArm[arm] {
		if p := &s.m.programs[j]; p.startIn == k && s.w.takesUp(i, j) && s.w.beginsIn(i, p) {
			return true
		}
	}
	return false
}

// entries returns for each client of the sample a time of admission to service k
// in the arm, drawn from the client's own distribution given that it comes
// within follow-up, and the chance of that as a weight. b are the paths of seeking
// in the arm, if they have been probed.
func (s *solver) entries(k, arm int, b *probe) (entry []int64, weight []float64) {
	v := &s.m.services[k]
	base := &s.m.procs[v.seek].base
	defer s.sendTo(v)()
	for i := 0; b == nil && i < s.n; i++ {
		if !s.starter(i, arm, k) {
			b = s.probed(arm, v.seek, nil, s.m.horizon-1)
		}
	}
	entry, weight = make([]int64, s.n), make([]float64, s.n)
	inParts(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			if weight[i] = 1; !s.starter(i, arm, k) {
				entry[i], weight[i] = s.entryOf(i, b, base)
			}
		}
	})
	return entry, weight
}

// entryOf returns client i's time of admission, with seeking of the given baseline along
// the paths, and its weight.
func (s *solver) entryOf(i int, b *probe, base *baseline) (entry int64, weight float64) {
	lo, hi := int64(0), s.m.horizon-1
	sum, jumps := b.integral(i, 0, hi, base.cumulative, everyStep)
	p := -portable.Expm1(-sum - jumps)
	want := -portable.Log1p(-p * frac(i, math.Sqrt(7)))
	for hi-lo > calendar.Day/1024 {
		mid := (lo + hi) / 2
		if sum, jumps := b.integral(i, 0, mid, base.cumulative, everyStep); sum+jumps < want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi, p
}

// service solves seeking in the whole cohort, then staying among those who enter.
func (s *solver) service(k int) {
	v := &s.m.services[k]
	sc := s.m.Scenario.Services[v.name]
	key := "service." + v.name + "."
	var b *probe
	if !s.settled[key+"linkage"] {
		b = s.linkage(k, key+"linkage", &sc.Linkage)
	}
	if s.settled[key+"stay"] || s.m.procs[v.seek].base.kind == never && !s.m.brings(k) {
		return // solved elsewhere, a problem, or nobody comes
	}
	defer s.sendTo(v)()
	arm := s.m.arm(sc.Stay.Under)
	if arm != s.m.arm(sc.Linkage.Under) {
		b = nil
	}
	s.stay(k, arm, key+"stay", &sc.Stay, b)
}

// linkage solves seeking and returns the paths that it was solved on.
func (s *solver) linkage(k int, key string, q *scenarios.Quantity) *probe {
	v, arm := &s.m.services[k], s.m.arm(q.Under)
	seek := &s.m.procs[v.seek]
	s.guess = seek.base
	defer func() { s.guess = baseline{} }()
	seek.base = baseline{kind: constant, rate: math.SmallestNonzeroFloat64}
	s.solving = key
	sight := s.lookTo(q, false)
	if q.Never {
		seek.base = baseline{kind: never}
		return nil
	}
	b := s.probed(arm, v.seek, nil, max(sight, s.m.horizon-1))
	seek.base = s.baseline(key, q, b, s.ones, Reached{service: k, arm: arm, course: -1})
	return b
}

// stay solves leaving among those who enter in the arm. Seeking has been probed
// there, or not.
func (s *solver) stay(k, arm int, key string, q *scenarios.Quantity, b *probe) {
	v := &s.m.services[k]
	s.solving = key
	entry, weight := s.entries(k, arm, b)
	if !slices.ContainsFunc(weight, func(x float64) bool { return x > 0 }) {
		weight = s.ones // nobody enters in that arm: as if everyone did at enrolment
	}
	leave := &s.m.procs[v.leave]
	leave.base = baseline{kind: constant, rate: math.SmallestNonzeroFloat64}
	b = s.probed(arm, v.leave, entry, s.lookTo(q, true))
	leave.base = s.baseline(key, q, b, weight, Reached{service: k, stay: true, arm: arm, course: -1})
}
