package scenarios

import "slices"

// A shared describes who has the same case manager, or was randomized with the
// same cluster, in one arm, so that the outcomes of such clients are alike.
type shared struct {
	clusters int            // how many clusters the arm has; 0: its clients are independent
	unit     RandomizedUnit // what a cluster is
	program  string         // whose case managers they are; "" if clusters were randomized
	both     bool           // the arm compared with has the same case managers
	icc      float64        // an upper bound of the intraclass correlation
}

// differ reports whether the case managers of a program differ in their effects.
func (p *Program) differ() bool {
	if !p.Staff.Finite() || p.Manual != nil && p.Manual.Spread == 0 {
		return false
	}
	return p.Spread > 0 || p.ICC != nil && p.ICC.Value > 0
}

// sharedIn returns what the clients of an arm share, when it is compared with control, which
// may be any arm.
func (s *Scenario) sharedIn(arm, control int) shared {
	if s.Trial.Randomization.Clustered() {
		return s.randomizedIn(arm)
	}
	found := shared{unit: RandomizedManagers}
	for _, name := range s.Offered(arm) {
		p, ok := s.Programs[name]
		if !ok || !p.differ() && p.TurnoverPerYear() == 0 {
			continue
		}
		next := shared{clusters: p.managers() * max(1, s.Trial.Sites), unit: RandomizedManagers, program: name, icc: min(1, s.mostAlike(&p)+s.alikeByTurnover(&p))}
		next.both = control >= 0 && control != arm && !p.PerArm && slices.Contains(s.Offered(control), name)
		// With several programs, that of the arm alone matters, and the fewest limit.
		if found.program == "" || found.both && !next.both || found.both == next.both && next.clusters < found.clusters {
			found = next
		}
	}
	return found
}

// sharedAmong returns what the clients of both groups of a contrast share.
func (s *Scenario) sharedAmong(c Contrast) (with, without shared) {
	groups := s.Groups()
	arms, others := groups[c.Arm].Arms, groups[c.Control].Arms
	for _, pair := range s.Pairs(arms, others) {
		with = s.together(with, s.sharedIn(pair[0], pair[1]))
		without = s.together(without, s.sharedIn(pair[1], pair[1]))
	}
	return with, without
}

// together returns what the clients of two arms share who are analysed as one group:
// clusters that were randomized add up, and of case managers the fewest limit, those first
// whom the group compared with does not have.
func (s *Scenario) together(a, b shared) shared {
	switch {
	case a.clusters == 0:
		return b
	case b.clusters == 0:
		return a
	case s.Trial.Randomization.Clustered():
		a.clusters += b.clusters
		return a
	case a.both != b.both && a.both, a.both == b.both && b.clusters < a.clusters:
		return b
	}
	return a
}

// managers returns how many case managers a site has; a team counts as one.
func (p *Program) managers() int {
	if p.Team {
		return 1
	}
	return p.Staff.N
}

// randomizedIn returns the clusters that were randomized to an arm.
func (s *Scenario) randomizedIn(arm int) shared {
	r := &s.Trial.Randomization
	if r.By == RandomizedManagers {
		for _, name := range s.Arms[arm].Programs {
			if p, ok := s.Programs[name]; ok && p.OwnManagers() {
				return shared{clusters: p.Staff.N * max(1, s.Trial.Sites), unit: RandomizedManagers, icc: 1}
			}
		}
	}
	if r.Method != ClusterRandomization && s.InPeriods() {
		return shared{clusters: max(1, s.Trial.Sites), unit: RandomizedSites, icc: 1} // all are in both arms
	}
	share, sum := s.Arms[arm].Ratio, s.ratioSum()
	if sum == 0 {
		return shared{}
	}
	return shared{clusters: max(1, s.Trial.Sites*share/sum), unit: RandomizedSites, icc: 1}
}

// mostAlike returns an upper bound of the intraclass correlation of outcomes
// within the case managers of a program.
//
// Where the hazard H of an event by a day is multiplied by exp(b) with b of
// standard deviation d, the chance p = 1 - exp(-H) varies by (1-p) H d, and the
// share of its variance p (1-p) that is between case managers is at most
// d^2 (1-p) log(1-p)^2 / p, which has its maximum of 0.648 d^2 near p = 0.8.
func (s *Scenario) mostAlike(p *Program) float64 {
	if p.ICC != nil {
		return p.ICC.Value
	}
	d := p.Spread
	if p.Manual != nil {
		d *= p.Manual.Spread
	}
	most := 0.0
	for _, e := range p.Effects {
		alike := 0.648 * d * d
		if e.Points != 0 {
			alike = s.alikeIn(e.On, d)
		}
		most = max(most, alike)
	}
	return min(1, most)
}

// alikeIn returns the intraclass correlation of a score to which each case
// manager adds points of their own.
func (s *Scenario) alikeIn(score string, points float64) float64 {
	of := s.Health
	if score == "satisfaction" {
		of = s.Satisfaction
	}
	if of == nil || points == 0 {
		return 0
	}
	return points * points / (float64(points*points) + float64(of.SD*of.SD))
}
