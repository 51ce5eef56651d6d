package explain

import (
	"math"
	"slices"
	"testing"

	"caseload/internal/suite"
)

// The stories that the library's scenarios are there to tell.

// beyond tells that a number is above another by more than 4 of their standard
// errors.
func beyond(a, b Number) bool { return a.Value-b.Value > 4*math.Hypot(a.MCSE, b.MCSE) }

// takesMost fails unless the factor takes most, clearly.
func (e *Explanation) takesMost(t *testing.T, name string) {
	t.Helper()
	first := e.factor(t, name)
	for _, f := range e.Factors {
		if f.Name != name && !beyond(f.Shapley.SMD, first.Shapley.SMD) {
			t.Errorf("%s takes %+v, %s %+v", name, first.Shapley.SMD, f.Name, f.Shapley.SMD)
		}
	}
}

// A benefit in one client of five: the mix of clients takes most of it, and
// enrolling responders would save most of the clients.
func TestStoryOfDilution(t *testing.T) {
	suite.Long(t)
	e := run(t, builtin(t, "dilution"), Question{}, 60)
	e.takesMost(t, "mix")
	if kept := e.Kept; !(kept.Value < 0.3) {
		t.Errorf("%v of the effect is kept", kept)
	}
	if x := e.factor(t, "mix").Multiplies; !beyond(x, Number{3, 0}) {
		t.Errorf("the mix makes the trial %v times as large", x)
	}
	first, last := e.Dilution.Shares[0], e.Dilution.Shares[len(e.Dilution.Shares)-1]
	if !beyond(last.Overall.Effect, first.Overall.Effect) || last.Overall.Power.Value < 0.95 || first.Overall.Power.Value > 0.3 {
		t.Errorf("at %v %+v, at %v %+v", first.Share, first.Overall, last.Share, last.Overall)
	}
}

// A good program in a system without room: capacity takes most.
func TestStoryOfCrowding(t *testing.T) {
	suite.Long(t)
	e := run(t, builtin(t, "crowded"), Question{}, 100)
	e.takesMost(t, "capacity")
}

// On parole little is left under an intense comparator, and it takes most.
func TestStoryOfProbation(t *testing.T) {
	suite.Long(t)
	e := run(t, builtin(t, "probation-case-management"), Question{}, 24)
	e.takesMost(t, "comparator")
	if !(e.Kept.Value+4*e.Kept.MCSE < 0.15) {
		t.Errorf("%v of the effect is kept", e.Kept)
	}
}

// The needle exchange: a trial too small for the entry that it was after, though
// most of the effect is there; and, of staying, a selection among those who
// entered: at its true size, for everyone randomized, there is a benefit in days,
// and the comparison of those who entered can't find it with any number.
func TestStoryOfTheNeedleExchange(t *testing.T) {
	suite.Long(t)
	m := builtin(t, "needle-exchange")
	entry := run(t, m, Question{Outcome: "linked_7d"}, 1000)
	if clients := float64(m.Scenario.Trial.Clients); !beyond(entry.Observed.Clients, Number{clients, 0}) || !(entry.Kept.Value > 0.7) {
		t.Errorf("of %v kept, %v clients needed", entry.Kept, entry.Observed.Clients)
	}
	days := run(t, m, Question{Outcome: "days_in_treatment_entered"}, 200)
	days.takesMost(t, "selection")
	if f := days.factor(t, "selection"); !f.NewEstimand {
		t.Error("selection is not said to change what is asked")
	}
	before := days.Factors[len(days.Factors)-2].After
	if !beyond(before.Units, Number{20, 0}) || beyond(days.Observed.Units, Number{}) || days.Observed.Clients.Known() {
		t.Errorf("days for everyone %+v, among those who entered %+v", before, days.Observed)
	}
	all := run(t, m, Question{Outcome: "days_in_treatment"}, 200)
	if got, want := before.Units, all.Observed.Units; got != want {
		t.Errorf("for everyone randomized %v, by its own outcome %v", got, want)
	}
	if slices.ContainsFunc(all.Factors, func(f Factor) bool { return f.Name == "selection" }) {
		t.Error("selection where everyone is analysed")
	}
}

// What a case manager does for abstinence after a year goes through entering
// treatment alone at the needle exchange, since that is all that is done.
func TestStoryOfThePath(t *testing.T) {
	suite.Long(t)
	p := run(t, builtin(t, "needle-exchange"), Question{Outcome: "abstinent_365"}, 120).Path
	if p == nil || !beyond(p.Total, Number{}) || p.Forward[ThroughEntering] != p.Total || p.Forward[Direct] != (Number{}) || p.ForwardShare[ThroughEntering] != (Number{1, 0}) {
		t.Errorf("%+v", p)
	}
}
