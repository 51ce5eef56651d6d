package estimate

import (
	"math/rand/v2"
	"testing"
)

// Where treatment brings more of an outcome, or sooner events, and that is good
// for clients, every estimate has the sign that its measure calls good. With
// 4,000 rows and an effect of a standard deviation's four fifths, or more than
// twice the hazard, no sign is left to chance: the estimates are six standard
// errors and more from zero, but for interactions and medians, at some four.
func TestDirectionOfMeasures(t *testing.T) {
	for k, e := range all {
		m := e.Method()
		d := &Data{}
		simulate(d, m, 4000, 0.8, rand.New(rand.NewPCG(17, uint64(k))))
		outcome := 1
		if m.Kinds == Time {
			outcome = -1 // the sooner the better
		}
		got := fit(e, d)
		stat := got.Value / got.SE
		if m.TestOnly {
			stat = got.Stat
		}
		if good := float64(m.Measure.Good(outcome)); !(good*stat > 3) {
			t.Errorf("%s: %s %v (SE %v), which its measure calls bad for clients", m.Name, m.Measure, got.Value, got.SE)
		}
	}
}
