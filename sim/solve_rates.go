package sim

import "caseload/scenarios"

// Hazards that are solved from the clients' own multipliers alone.

// own solves a process from the clients' own multipliers alone: nothing that
// changes with time acts on it while the quantity holds.
func (s *solver) own(key string, p processID, q *scenarios.Quantity) {
	if q == nil || p < 0 || s.settled[key] || q.Prevalence != nil {
		return
	}
	s.m.procs[p].base = s.byThemselves(key, p, q, s.m.aboutCourse(p))
}

// use solves a hazard of the course of use, whose clock is a constant one.
func (s *solver) use(key string, p processID, q *scenarios.Quantity) {
	s.own(key, p, q)
	if k := s.m.procs[p].base.kind; k != constant && k != never {
		s.fail(key, "a hazard that changes with time", "a constant one: a rate, or a probability or median without shape")
		s.m.procs[p].base = baseline{kind: never}
	}
}

// ownRates solves the rates that processes have in services and after stays, from the
// clients' own multipliers alone.
func (s *solver) ownRates() {
	for p := range s.m.procs {
		rates := s.m.procs[p].rates
		for k := range rates {
			if r := &rates[k]; !s.settled[r.key] && r.q.Prevalence == nil {
				r.perTick = s.byThemselves(r.key, processID(p), r.q, Reached{service: -1, course: -1, arm: s.m.control}).rate
			}
		}
	}
}

// byThemselves returns the baseline with which process p reaches the quantity by the clients'
// own multipliers.
func (s *solver) byThemselves(key string, p processID, q *scenarios.Quantity, r Reached) baseline {
	for i := range s.b {
		s.b[i] = s.ownRatio(i, p)
	}
	b := &probe{target: p, paths: make([][]step, s.n), steps: make([]step, s.n)}
	for i, x := range s.b {
		b.steps[i].mult = x
		b.paths[i] = b.steps[i : i+1]
	}
	return s.baseline(key, q, b, s.ones, r)
}
