package sim

import "slices"

// otherArms reports what effect e of program k amounts to in the arms that have the
// program beside the first, for which it is solved.
func (s *solver) otherArms(k int, e effectID) {
	if s.variant || len(s.problems) > 0 {
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
	s.of = f.brings
	b := s.probed(arm, f.process, entry, s.m.horizon)
	s.of = nil
	if f.solved != nil {
		s.m.setEffect(f, logHR)
	}
	s.report(k, e, arm, b, weight)
}
