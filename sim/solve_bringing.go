package sim

import (
	"fmt"
	"slices"

	"caseload/scenarios"
)

// Effects that are solved under a program's reference: what contacts that bring clients add,
// and what of the sample's lives an effect is solved on.

// effectLives are what solving an effect needs of the sample's lives.
type effectLives struct {
	weight []float64
	parts  []livesPart // by point of a share; a ratio has one
}

// livesPart is the lives up to a day.
type livesPart struct {
	control   float64   // share without the effect to whom it has happened by then
	free, own []float64 // by client: integrated hazard without the effect, and of it, for each unit
}

func newLivesPart(n int) livesPart {
	return livesPart{free: make([]float64, n), own: make([]float64, n)}
}

// each fills the part, client by client, on all cores.
func (p *livesPart) each(of func(i int) (free, own float64)) {
	inParts(len(p.free), func(from, to int) {
		for i := from; i < to; i++ {
			p.free[i], p.own[i] = of(i)
		}
	})
}

// livesOf returns the lives that an effect is solved on. While the quantiles of an uncertain
// number are solved for, all else stays, and so do they.
func (s *solver) livesOf(find func() *effectLives) *effectLives {
	if !s.repeating {
		return find()
	}
	if s.lives == nil {
		s.lives = find()
	}
	return s.lives
}

// solveBrings finds what a contact of program k's effect adds, part by part.
func (s *solver) solveBrings(k int, f *effect, arm, comparator int, curve *scenarios.Quantity) {
	b := f.brings
	clear(b.added)
	l := s.livesOf(func() *effectLives { return s.livesBrought(k, f, arm, comparator, curve) })
	if l == nil {
		return
	}
	brought := make([]float64, s.n)
	for at, point := range b.asked.All() {
		part := &l.parts[at]
		r := s.reachFor(l.weight, b.reachable)
		for i := range s.n {
			r.put(i, part.free[i], brought[i], part.own[i])
		}
		pc := part.control
		added, ok := r.solve(pc + float64(point.Share*(1-pc)))
		if !ok {
			s.fail(f.key(), fmt.Sprintf("a share of %v by day %v", point.Share, point.ByDays), r.within(pc))
			return
		}
		b.added[at] = float64(added * b.manual)
		for i := range brought {
			brought[i] += float64(added * part.own[i])
		}
		if !s.repeating { // else nobody reads it
			s.m.Reached = append(s.m.Reached, Reached{Key: f.key(), What: b.about(point.ByDays), Asked: point.Share,
				Got: (r.share(added) - pc) / (1 - pc), service: -1, arm: arm, course: -1})
		}
	}
}

// livesBrought returns the lives that an effect by a share is solved on, a part for each point
// of the share; nil if there are none, which is a problem.
func (s *solver) livesBrought(k int, f *effect, arm, comparator int, curve *scenarios.Quantity) *effectLives {
	b := f.brings
	s.of = f
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
		return nil
	}
	l, from := &effectLives{weight: with.weight}, int64(0)
	for _, to := range b.until {
		part := newLivesPart(s.n)
		part.control = s.proportion(without, to)
		part.each(func(i int) (free, own float64) {
			x, jumps := with.hazard(i, to, everyStep)
			return x + jumps, with.own(i, from, to)
		})
		l.parts, from = append(l.parts, part), to
	}
	return l
}

// about says in words what a share by a day is.
func (b *bringing) about(day float64) string {
	if b.returns {
		return fmt.Sprintf("share brought back %.6g days after leaving", day)
	}
	return fmt.Sprintf("share brought in by day %.6g", day)
}

// reach is the equation for what a contact adds: of each client of the sample, once as
// one who can be brought and once as one who cannot.
type reach struct {
	n                     int
	all                   int // of the clients that have a weight: with those who cannot be brought, if there are any
	weight, idle, brought []float64
}

// reachFor starts one in the memory of the last one.
func (s *solver) reachFor(weight []float64, reachable float64) *reach {
	r, n := &s.reach, len(weight)
	r.n = n
	for _, list := range []*[]float64{&r.weight, &r.idle, &r.brought} {
		*list = slices.Grow((*list)[:0], 2*n)[:2*n]
	}
	clear(r.brought)
	if r.all = 2 * n; reachable >= 1 {
		r.all = n
	}
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

// share returns the share of clients to whom it has happened, with so much a contact.
func (r *reach) share(added float64) float64 {
	return marginal(added, r.weight[:r.all], r.idle[:r.all], r.brought[:r.all])
}

// solve returns what a contact adds so that the share of clients is reached. A share that is
// nearly reached without is taken for reached.
func (r *reach) solve(share float64) (added float64, ok bool) {
	const nearly = 0.005
	if added, ok = solveRate(share, r.weight[:r.all], r.idle[:r.all], r.brought[:r.all]); ok && added < 1e4 {
		return added, true
	}
	p := r.share(0)
	return 0, p >= share && p < share+nearly
}

// within says which shares can be reached.
func (r *reach) within(pc float64) string {
	share := func(h float64) float64 { return (r.share(h) - pc) / (1 - pc) }
	if share(1e4) == share(0) {
		return "a contact before then, under the program's reference"
	}
	return fmt.Sprintf("a share between %.3g and %.3g, which contacts can reach under the program's reference", max(0, share(0)), share(1e4))
}
