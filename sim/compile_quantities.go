package sim

import (
	"fmt"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// baseline turns a quantity into a hazard that makes it hold over the probed
// paths.
func (s *solver) baseline(key string, q *scenarios.Quantity, b *probe, weight []float64, r Reached) baseline {
	r.Key = key
	if rate := q.PerDay + q.PerMonth/scenarios.DaysPerMonth + q.PerYear/scenarios.DaysPerYear; rate > 0 {
		return s.meanRate(rate, b, weight, r)
	}
	switch {
	case len(q.Points) > 0:
		return s.points(q.Points, b, weight, r)
	case q.MedianDays > 0:
		return s.weibull(scenarios.Point{Probability: 0.5, ByDays: q.MedianDays}, q.Shape, b, weight, r)
	case q.Probability > 0 && q.Shape > 0 && q.Shape != 1:
		return s.weibull(scenarios.Point{Probability: q.Probability, ByDays: q.ByDays}, q.Shape, b, weight, r)
	case q.Probability > 0:
		return s.points([]scenarios.Point{{Probability: q.Probability, ByDays: q.ByDays}}, b, weight, r)
	}
	return baseline{kind: never}
}

// unreachable reports a quantity that no hazard, or hazard ratio, gives.
func (s *solver) unreachable(key string, p, day float64, weight []float64) {
	s.fail(key, fmt.Sprintf("probability %v by day %v", p, day), fmt.Sprintf("a probability between %.3g (what else acts gives that without it) and %.3g",
		marginal(0, weight, s.a, s.b), marginal(1e4, weight, s.a, s.b)))
}

// meanRate sets a constant hazard whose mean over the cohort, at the start, is
// the rate.
func (s *solver) meanRate(rate float64, b *probe, weight []float64, r Reached) baseline {
	sum, fixed, total := 0.0, 0.0, 0.0
	for i := range weight {
		if p := b.paths[i]; len(p) > 0 {
			mult, rate := s.m.atStart(p)
			sum += float64(weight[i] * mult)
			fixed += float64(weight[i] * rate * calendar.Day)
			total += weight[i]
		}
	}
	if fixed > 0 && float64(rate*total) <= fixed {
		s.fail(r.Key, fmt.Sprintf("a rate at the start of %.3g a day", rate), fmt.Sprintf("more than the %.3g that rates in services give", fixed/total))
		return baseline{kind: never}
	}
	if !(sum > 0) {
		s.fail(r.Key, "a rate at the start, when nobody can have the event", "a probability by a day, or somebody at risk at the start")
		return baseline{kind: never}
	}
	h := (float64(rate*total) - fixed) / sum
	r.What, r.Asked, r.Got = "events a day at the start", rate, h*sum/total+fixed/total
	r.service, r.course = -1, -1
	s.m.Reached = append(s.m.Reached, r)
	return baseline{kind: constant, rate: h / calendar.Day}
}

// atStart returns the multiplier of the baseline in force in the state in which a client
// begins, a bed perhaps, and before any contact has done anything; or the rate in its place.
func (m *Model) atStart(p []step) (mult, rate float64) {
	k := 0
	for k+1 < len(p) && p[k+1].from == p[0].from && p[k+1].bits&m.effectBits == 0 {
		k++
	}
	return p[k].mult, p[k].rate
}

// points sets a piecewise-constant hazard through the points.
func (s *solver) points(points []scenarios.Point, b *probe, weight []float64, r Reached) baseline {
	base := baseline{kind: piecewise}
	clear(s.a)
	cum, from := 0.0, int64(0)
	for _, pt := range points {
		to := int64(ticks(pt.ByDays))
		for i := range s.b {
			sum, jumps := b.integral(i, from, to, identity, everyStep)
			s.a[i] += jumps
			s.b[i] = sum
		}
		h, ok := solveRate(pt.Probability, weight, s.a, s.b)
		if !ok {
			s.unreachable(r.Key, pt.Probability, pt.ByDays, weight)
			return baseline{kind: never}
		}
		base.start, base.cum, base.rates = append(base.start, float64(from)), append(base.cum, cum), append(base.rates, h)
		cum += float64(h * float64(to-from))
		r.What, r.Asked, r.day = fmt.Sprintf("probability by day %.6g", pt.ByDays), pt.Probability, pt.ByDays
		r.Got = marginal(h, weight, s.a, s.b)
		s.m.Reached = append(s.m.Reached, r)
		for i := range s.a {
			s.a[i] += float64(h * s.b[i])
		}
		from = to
	}
	if len(base.rates) == 1 {
		return baseline{kind: constant, rate: base.rates[0]}
	}
	return base
}

// weibull sets a Weibull hazard of the given conditional shape through a point.
func (s *solver) weibull(pt scenarios.Point, shape float64, b *probe, weight []float64, r Reached) baseline {
	unit := baseline{kind: weibull, shape: shape, scale: 1}
	to := int64(ticks(pt.ByDays))
	for i := range s.b {
		s.b[i], s.a[i] = b.integral(i, 0, to, unit.cumulative, everyStep)
	}
	h, ok := solveRate(pt.Probability, weight, s.a, s.b)
	if !ok {
		s.unreachable(r.Key, pt.Probability, pt.ByDays, weight)
		return baseline{kind: never}
	}
	r.What, r.Asked, r.day = fmt.Sprintf("probability by day %.6g", pt.ByDays), pt.Probability, pt.ByDays
	r.Got = marginal(h, weight, s.a, s.b)
	s.m.Reached = append(s.m.Reached, r)
	if shape == 1 {
		return baseline{kind: constant, rate: h / calendar.Day}
	}
	return baseline{kind: weibull, shape: shape, scale: h}
}
