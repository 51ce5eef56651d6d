package sim

import "slices"

// armWith returns the first arm whose clients are offered program k, -1 for none. For a
// program that only decisions add, it is the first arm with such a decision, and the program
// is solved as if it were offered from enrolment on, until the function returned is called.
func (s *solver) armWith(k int) (arm int, restore func()) {
	nothing := func() {}
	if arm = slices.IndexFunc(s.m.byArm, func(list []int) bool { return slices.Contains(list, k) }); arm >= 0 {
		return arm, nothing
	}
	if arm = slices.IndexFunc(s.m.available, func(set uint64) bool { return set>>k&1 != 0 }); arm < 0 {
		return arm, nothing
	}
	byArm := s.u.byArm
	s.u.byArm = slices.Clone(byArm)
	s.u.byArm[arm] = append(slices.Clone(byArm[arm]), k)
	return arm, func() { s.u.byArm = byArm }
}

// otherArms reports what effect e of program k amounts to in the arms that have the
// program beside the first, for which it is solved.
func (s *solver) otherArms(k int, e effectID) {
	if s.variant || !s.reporting || len(s.problems) > 0 {
		return // a variant's effects are not reported
	}
	first := true
	for arm := range s.m.byArm {
		if !slices.Contains(s.m.byArm[arm], k) {
			continue
		}
		if !first {
			s.reportIn(k, e, arm)
		}
		first = false
	}
}

// reportIn reports what effect e of program k, which has been solved, amounts to in an arm.
func (s *solver) reportIn(k int, e effectID, arm int) {
	f := &s.m.programs[k].effects[e]
	v := slices.IndexFunc(s.m.services, func(v service) bool { return v.seek == f.process || v.leave == f.process })
	if f.brings != nil && !f.brings.returns {
		defer s.sendTo(&s.m.services[f.services[0]])()
	}
	if f.process < 0 || v < 0 && !s.m.fromEnrolment(f.process) || s.m.procs[f.process].base.kind == never {
		s.report(k, e, arm, nil, nil)
		return
	}
	s.solving = f.path
	entry, weight := []int64(nil), s.ones
	if v >= 0 && s.m.services[v].leave == f.process {
		defer s.sendTo(&s.m.services[v])()
		entry, weight = s.entries(v, arm, nil)
	}
	if s.u.horizon = s.m.horizon; entry != nil {
		s.u.horizon *= 2
	}
	logHR := f.logHR
	if f.solved != nil {
		s.m.setEffect(f, 0) // as paths are reported of
	}
	s.of = f
	b := s.probed(arm, f.process, entry, s.m.horizon)
	s.of = nil
	if f.solved != nil {
		s.m.setEffect(f, logHR)
	}
	s.report(k, e, arm, b, weight)
}
