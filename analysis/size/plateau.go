package size

import (
	"cmp"
	"math"
	"slices"
)

// settle gives a search whose replicates ran out, and which has no line that fits,
// what the designs tried tell without one. On a plateau, or across a jump, none does,
// and yet some designs may be clearly below the target and others clearly above it.
func (s *search) settle(goal int, sd side, f *finding) {
	if f == nil || s.interrupted || !(f.outcome == unknown || f.outcome == wide && f.bent()) {
		return
	}
	if v, ok := s.byTrials(goal, sd); ok {
		f.outcome, f.flat = wide, true
		f.value, f.low, f.high = v.value, v.low, v.high
	}
}

// byTrials returns the interval between the largest design that is clearly below the
// target and the smallest that is clearly above it, as are all larger ones or may
// be; and within it where the monotone curve nearest to the powers found passes the
// target. It reports false where no design is clearly above.
func (s *search) byTrials(goal int, sd side) (v bracket, ok bool) {
	v = noBracket()
	list := s.along(sd)
	v.low, v.high = s.min, math.Inf(1)
	for k := range list {
		low, high := list[k].wilson(goal, z99)
		switch {
		case high < s.target:
			v.low, v.high = list[k].n, math.Inf(1)
		case low > s.target:
			v.high = math.Min(v.high, list[k].n)
		}
	}
	if math.IsInf(v.high, 0) {
		return v, false
	}
	v.value = math.Max(v.low, math.Min(v.high, s.crossing(list, monotone(list, goal))))
	return v, true
}

// along returns the evaluations on a side by design.
func (s *search) along(sd side) (list []evaluation) {
	for _, e := range s.evals {
		if e.n >= sd.lo && e.n <= sd.hi {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b evaluation) int { return cmp.Compare(a.n, b.n) })
	return list
}

// monotone returns the powers nearest to those found that do not fall from one
// design to the next, by pooling adjacent violators (Barlow et al. 1972, Statistical
// Inference under Order Restrictions, section 1.2).
func monotone(list []evaluation, goal int) []float64 {
	type pool struct {
		n, hits float64
		designs int
	}
	var pools []pool
	for _, e := range list {
		p := pool{float64(e.replicates), float64(e.hits[goal]), 1}
		for len(pools) > 0 {
			before := pools[len(pools)-1]
			if before.hits/before.n < p.hits/p.n {
				break
			}
			p = pool{p.n + before.n, p.hits + before.hits, p.designs + before.designs}
			pools = pools[:len(pools)-1]
		}
		pools = append(pools, p)
	}
	var powers []float64
	for _, p := range pools {
		for range p.designs {
			powers = append(powers, p.hits/p.n)
		}
	}
	return powers
}

// crossing returns where powers that do not fall reach the target, on a straight line
// between designs.
func (s *search) crossing(list []evaluation, powers []float64) float64 {
	for k, p := range powers {
		switch {
		case p < s.target:
		case k == 0:
			return list[0].n
		default:
			share := (s.target - powers[k-1]) / (p - powers[k-1])
			x := s.link(list[k-1].n) + float64(share*(s.link(list[k].n)-s.link(list[k-1].n)))
			return s.unlink(x)
		}
	}
	return math.Inf(1)
}

// mostlyAbove reports whether more trials than the target's share have met a goal, of
// all those tried.
func (s *search) mostlyAbove(goal int) bool {
	var all, hits float64
	for k := range s.evals {
		all, hits = all+float64(s.evals[k].replicates), hits+float64(s.evals[k].hits[goal])
	}
	return all > 0 && hits/all > s.target
}
