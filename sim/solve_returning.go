package sim

import (
	"math"

	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// Who leaves a service, among whom a share brought back holds.

// returning returns the paths of coming back to the service that the effect of program k is
// about, from leaving it, for the ticks that are asked about. They are those of clients of
// the arm who leave within follow-up, while the program lasts; each weighs as much as
// that is likely.
func (s *solver) returning(k int, f *effect, arm int, last int64) *paths {
	v := &s.m.services[f.services[0]]
	defer s.possible(v.seek)()
	defer s.possible(v.leave)()
	defer s.possible(v.back)()
	entry, weight := s.entries(f.services[0], arm, nil)
	stay := s.departures(v, arm, entry, weight, min(s.m.horizon, s.u.programs[k].duration))
	s.u.horizon = s.m.horizon + last + 1
	b := s.probedAfter(arm, v.back, entry, stay, last)
	return &paths{probes: []*probe{b}, bases: []baseline{s.m.procs[v.back].base}, weight: weight}
}

// departures returns for each client of the sample how long a stay lasts that begins at
// entry and is over before the end, in ticks since enrolment: drawn from the client's own
// distribution given that it is. The chance of that multiplies the weight.
func (s *solver) departures(v *service, arm int, entry []int64, weight []float64, end int64) (stay []int64) {
	s.u.horizon = 2 * s.m.horizon
	b := s.probed(arm, v.leave, entry, s.m.horizon)
	base := &s.m.procs[v.leave].base
	stay = make([]int64, s.n)
	inParts(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			if weight[i] > 0 {
				chance := 0.0
				stay[i], chance = b.departure(i, v, base, end-entry[i])
				weight[i] *= chance
			}
		}
	})
	return stay
}

// departure returns after how many ticks client i's stay ends, given that it is over before
// so many, and the chance of that. Who completes a planned stay has one that is a tick
// longer, so that the service ends it.
func (b *probe) departure(i int, v *service, base *baseline, within int64) (stay int64, chance float64) {
	if within <= 0 {
		return 0, 0
	}
	path := b.paths[i]
	completes := v.planned > 0 && v.planned < within && len(path) > 0 && path[len(path)-1].from == v.planned
	used := func(to int64) float64 {
		sum, jumps := b.integral(i, 0, to, base.cumulative, everyStep)
		return sum + jumps
	}
	if chance = 1; !completes {
		chance = -portable.Expm1(-used(within))
	}
	want := -portable.Log1p(-chance * frac(i, math.Sqrt(13)))
	lo, hi := int64(0), within
	if completes {
		if hi = v.planned; want >= used(hi) {
			return hi + 1, chance
		}
	}
	for hi-lo > calendar.Day/1024 {
		if mid := (lo + hi) / 2; used(mid) < want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi, chance
}
