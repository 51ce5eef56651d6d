package analysis

import (
	"caseload/scenarios"
	"caseload/sim/trial"
)

// An effect is the estimand of some analyses: the contrast of two arms in an outcome
// among a group of clients. They share its data and its truth.
type effect struct {
	outcome, subgroup, arm int   // a group of the plan
	control                int   // the group compared with
	rest                   bool  // the group is everyone outside the subgroup
	among                  among // whom the effect is about, whatever the analysis sees
	minContacts            int32 // of adherents
	times                  bool
	hazard                 int // index of the daily counts of a time, else -1
	rows                   int // the first of plan.arms with what happens in each arm
	// period is above 0 where what counts is a rate while alive: the days in which
	// the outcome could be counted in full, to which rates refer.
	period float64
}

// among is a principal stratum: clients told apart by what they would do in
// either arm, which randomization makes alike (Frangakis & Rubin 2002).
type among uint8

const (
	everyone   among = iota
	entrants         // would enter treatment in either arm
	adherents        // would get what the arm is about in either arm: set per_protocol
	compliers        // would get a contact in the treated arm and none in control
	unaffected       // would be alive in either arm, or another event would come to them in neither
)

// amongOf returns whom an analysis set is meant to tell about.
func amongOf(set scenarios.Set) among {
	switch set {
	case scenarios.SetEntered:
		return entrants
	case scenarios.SetPerProtocol:
		return adherents
	case scenarios.SetAsTreated:
		return compliers
	}
	return everyone
}

// group reports whether client i is of the group that the effect is about.
func (e *effect) group(member [][]bool, i int) bool {
	return e.subgroup < 0 || member[e.subgroup][i] != e.rest
}

// stratum reports whether client i is of those whom the effect is about, by what
// happens in the world with everyone in the treated arm, x, and in control, y.
func (e *effect) stratum(x, y *trial.Truth, i int) bool {
	if !x.Outcomes[e.outcome].In[i] || !y.Outcomes[e.outcome].In[i] || !e.group(x.Member, i) {
		return false
	}
	switch e.among {
	case adherents:
		return x.Contacts[i] >= e.minContacts && !x.Contaminated[i] && y.Contacts[i] == 0
	case compliers:
		return x.Contacts[i] > 0 && y.Contacts[i] == 0
	case unaffected:
		return !x.Outcomes[e.outcome].Outside[i] && !y.Outcomes[e.outcome].Outside[i]
	}
	return true
}

// sum sums an outcome over a world's clients in the group, those allocated to
// the effect's arm if allocated is given, else all.
func (e *effect) sum(x *trial.Truth, allocated []uint8) (s moments) {
	c := &x.Outcomes[e.outcome]
	for i, in := range c.In {
		if !in || allocated != nil && int(allocated[i]) != e.arm || !e.group(x.Member, i) {
			continue
		}
		if y := c.Value[i]; y == y {
			n, square := e.weigh(c, i, y)
			s[0] += n
			s[1] += y
			s[2] += square
		}
	}
	return s
}

// weigh returns what client i's outcome y adds to a number and a sum of squares. A rate
// while alive is the mean of clients' own rates, weighted by their exposures.
func (e *effect) weigh(c *trial.Column, i int, y float64) (n, square float64) {
	n = Exposed(c, i, e.period)
	return n, float64(y * (y / n))
}

// Exposed returns how much client i counts for: 1, or the share of a period above 0
// that the client was alive in.
func Exposed(c *trial.Column, i int, period float64) float64 {
	if period == 0 {
		return 1
	}
	return c.Exposure[i] / period
}

// gatherBoth sums an outcome in two worlds, everyone in the treated arm in x and
// in the control arm in y, over the clients of the stratum, and adds the sums with a weight.
func (e *effect) gatherBoth(s *sums, x, y *trial.Truth, weight float64) {
	cx, cy := &x.Outcomes[e.outcome], &y.Outcomes[e.outcome]
	for i := range x.Arm {
		if !e.stratum(x, y, i) {
			continue
		}
		if v := cx.Value[i]; v == v {
			n, square := e.weigh(cx, i, v)
			s.add(false, float64(weight*n), float64(weight*v), float64(weight*square))
		}
		if v := cy.Value[i]; v == v {
			n, square := e.weigh(cy, i, v)
			s.add(true, float64(weight*n), float64(weight*v), float64(weight*square))
		}
	}
}
