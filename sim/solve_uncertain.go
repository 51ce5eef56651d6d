package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/scenarios"
	"caseload/sim/portable"
)

// Numbers that are solved for and uncertain are solved at some quantiles of what is
// known of them, with all else as written, so that replicates need not solve anything.

// curveNodes is how many quantiles a number is solved at. They lie evenly on the scale
// of a normal score.
const curveNodes = 33

// nodes returns the values at which an unknown is solved, rising.
func (u *unknown) nodes() (list []float64) {
	if x := u.row.Prior.Sample; len(x) > 0 {
		sorted := slices.Sorted(slices.Values(x))
		for k := range curveNodes {
			list = append(list, sorted[k*(len(sorted)-1)/(curveNodes-1)])
		}
		return slices.Compact(list)
	}
	end := portable.NormalQuantile(1e-3)
	for k := range curveNodes {
		z := float64(end * (1 - float64(2*float64(k)/(curveNodes-1))))
		list = append(list, u.row.At(portable.Erfc(-z/math.Sqrt2)/2))
	}
	return slices.Compact(list)
}

// unknowns solves what is uncertain and not solved elsewhere.
func (s *solver) unknowns() {
	settled := s.settled
	s.settled = nil // their quantities are solved, at one value
	defer func() { s.settled = settled }()
	for k := range s.m.unknowns {
		u := &s.m.unknowns[k]
		if u.row.Solved() && !settled[u.row.Key] && len(s.problems) == 0 {
			s.unknown(u)
		}
	}
	for k := range s.m.unknowns {
		s.withinBounds(&s.m.unknowns[k])
	}
}

// unknown solves one number at its nodes.
func (s *solver) unknown(u *unknown) {
	u.curve = curve{probability: u.row.Target.IsProbability()}
	s.repeating = true
	defer func() { s.repeating, s.lives = false, nil }()
	written := s.logsAt(u, u.row.Target.Written)
	for _, x := range u.nodes() {
		logs := s.logsAt(u, x)
		if len(s.problems) > 0 {
			s.problems[len(s.problems)-1].Hint = "the prior of " + u.row.Key + " goes there"
			return
		}
		for k := range logs {
			if logs[k] -= written[k]; math.IsInf(logs[k], 0) || math.IsNaN(logs[k]) {
				s.fail(u.row.Key, fmt.Sprintf("a prior that goes to %.6g, which is reached without any hazard", x), "one that does not")
				return
			}
		}
		u.curve.add(x, logs)
	}
	u.curve.finish()
}

// logsAt returns the logarithms of the hazards, or of the hazard ratio, with which an
// unknown has the value. It leaves the model as it was.
func (s *solver) logsAt(u *unknown, x float64) []float64 {
	m := s.m
	reached, effects := len(m.Reached), len(m.Effects)
	defer func() { m.Reached, m.Effects = m.Reached[:reached], m.Effects[:effects] }()
	if u.rate >= 0 {
		return s.rateLogs(u, x)
	}
	if t := &u.row.Target; t.Kind == scenarios.TargetQuantity {
		base := m.procs[u.process].base
		defer func() { m.procs[u.process].base = base }()
		for _, n := range naturals(m.Scenario) {
			if n.key == t.Quantity {
				s.quantity(n, u.process, n.q.WithNumber(t.Number, x))
			}
		}
		return m.procs[u.process].base.logs()
	}
	return s.effectLogs(u, x)
}

// effectLogs solves an effect for another number. A kind of effect that is solved joins
// here.
func (s *solver) effectLogs(u *unknown, x float64) []float64 {
	f := &s.m.programs[u.program].effects[u.effect]
	if f.travels() {
		return s.logsUnderReference(u, f, x)
	}
	old := *f
	if !s.m.offered(u.program) {
		return []float64{0} // nobody gets it
	}
	defer func() {
		f.solved = old.solved
		s.m.setEffect(f, old.logHR)
	}()
	f.solved = old.solved.WithNumber("probability", x)
	s.effect(u.program, u.effect)
	u.without = s.without
	return []float64{f.logHR}
}

// logsUnderReference is logsAt for an effect that is solved under its program's reference.
func (s *solver) logsUnderReference(u *unknown, f *effect, x float64) (logs []float64) {
	arm, restore := s.armWith(u.program)
	if arm < 0 {
		return make([]float64, max(1, len(f.logsOf()))) // nobody gets it
	}
	defer restore()
	old := *f
	if b := f.brings; b != nil {
		asked, added := b.asked, slices.Clone(b.added)
		defer func() {
			b.asked = asked
			copy(b.added, added)
		}()
		b.asked = asked.WithShare(x)
		s.travel(u.program, u.effect, arm)
		return f.logsOf()
	}
	defer func() {
		f.over = old.over
		s.m.setEffect(f, old.logHR)
	}()
	f.over = &scenarios.WindowRatio{HazardRatio: x, ByDays: old.over.ByDays}
	s.travel(u.program, u.effect, arm)
	return []float64{f.logHR}
}

// logsOf returns the logarithms of what contacts of an effect by a share add, by part.
func (f *effect) logsOf() (logs []float64) {
	if f.brings != nil {
		for _, h := range f.brings.added {
			logs = append(logs, portable.Log(max(h, 1e-12)))
		}
	}
	return logs
}

// quantity solves another quantity of a process.
func (s *solver) quantity(n natural, p processID, q *scenarios.Quantity) {
	service, what, _ := strings.Cut(strings.TrimPrefix(n.key, "service."), ".")
	k := s.m.serviceNamed(service)
	switch {
	case strings.HasPrefix(n.key, "use."):
		s.use(n.key, p, q)
	case k >= 0 && what == "linkage":
		s.linkage(k, n.key, q)
	case k >= 0 && what == "stay":
		defer s.sendTo(&s.m.services[k])()
		s.stay(k, s.m.arm(q.Under), n.key, q, nil)
	case slices.Contains([]string{"arrest.rate", "risk.rate", "death.rate", "attrition.loss"}, n.key):
		s.marginal(n.key, p, q)
	default:
		s.own(n.key, p, q)
	}
}

// logs returns the logarithms of the hazard, or of its pieces.
func (b *baseline) logs() []float64 {
	switch b.kind {
	case constant:
		return []float64{portable.Log(b.rate)}
	case weibull:
		return []float64{portable.Log(b.scale)}
	case piecewise:
		list := make([]float64, len(b.rates))
		for k := range list {
			list[k] = portable.Log(b.rates[k])
		}
		return list
	}
	return nil
}

// withinBounds reports a number that, far out, lets things happen too often for a trial
// to end.
func (s *solver) withinBounds(u *unknown) {
	nodes := u.nodes()
	m := s.m.varied()
	whole := s.m
	for _, x := range []float64{nodes[0], nodes[len(nodes)-1]} {
		if len(s.problems) > 0 {
			return
		}
		m.vary(whole, u, x, false)
		s.m = m
		s.bounded()
		s.m = whole
		if n := len(s.problems); n > 0 {
			s.problems[n-1].Hint = "the prior of " + u.row.Key + " goes there"
		}
	}
}
