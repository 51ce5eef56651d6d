package size

import (
	"fmt"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

// said holds what only the sentence about a cause says.
var said = map[Cause]string{
	NoEffect: "nothing of a size that matters", Untellable: "can't tell whether", WrongSide: "The true effect on", Hidden: "does not show it",
	ServiceCapacity: "Capacity is", ManagerCapacity: "Capacity is", Capacity: "Capacity is", Clustering: "alike within clusters",
	FailingFits: "fail and reject nothing", Falling: "Power falls again", StillRising: "It still rises", RanOut: "ran out",
	AlwaysReached: "the smallest design tried, reach", BeyondLargest: "the answer is beyond",
}

// A case is a question about a trial that is made to have one cause and no other.
type caused struct {
	what  string
	want  Cause
	edits []string // of the plain trial
	q     Question
	size  func(*scenarios.Size)
}

// wantCause asks and checks that the answer has the cause, and speaks of no other.
func (c *caused) wantCause(t *testing.T, m *sim.Model, seed int64) {
	t.Helper()
	q := c.q
	q.Size = sized(m, c.size)
	res, err := Run(t.Context(), m, q, Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	a := res.Answers[0]
	if a.Cause != c.want {
		t.Errorf("%s, seed %d: cause %q, want %q: %s", c.what, seed, a.Cause, c.want, a.Reason)
	}
	for cause, words := range said {
		if same := words == said[c.want]; strings.Contains(a.Reason, words) != same {
			t.Errorf("%s, seed %d: about %s: %v, in\n%s", c.what, seed, cause, !same, a.Reason)
		}
	}
}

// A strength makes a case with more or less of its cause; 1 is in the quick suite.
type strength int

// noEffect has no effect, or one far below what matters.
func noEffect(k strength) caused {
	points := fmt.Sprintf("points = %g", []float64{0, 0, 0.05}[k])
	outcome := []string{"linked", "score", "score"}[k]
	return caused{"no effect", NoEffect, []string{"points = 8", points, "hazard_ratio = 2", "hazard_ratio = 1"}, Question{Outcomes: []string{outcome}}, upToClients(400)}
}

// fewSlots has a clinic with few slots: with room 51 % and 30 % are admitted, and 180
// clients would do.
func fewSlots(k strength) caused {
	slots := fmt.Sprintf("slots = %d", []int{3, 5, 6}[k])
	return caused{"few slots", ServiceCapacity, []string{`slots = "unlimited"`, slots, "staff = 2\ncaseload = 30", `staff = "unlimited"`}, Question{Outcomes: []string{"linked"}},
		func(s *scenarios.Size) { s.MaxClients, s.Hold = 800, scenarios.HoldDuration }}
}

// fewManagers has one case manager for a client or two at a time, so that others wait
// for longer than the month until the score is taken: with more, 52 clients would do.
func fewManagers(k strength) caused {
	staff := fmt.Sprintf("staff = 1\ncaseload = %d", []int{2, 1, 1}[k])
	hold := []string{scenarios.HoldDuration, scenarios.HoldDuration, scenarios.HoldAccrualRate}[k]
	days := []string{"over_days = 390", "over_days = 390", "over_days = 40"}[k]
	return caused{"few case managers", ManagerCapacity, []string{"staff = 2\ncaseload = 30", staff, "over_days = 390", days, "at_days = 90\nmethod = \"student\"", "at_days = 30\nmethod = \"student\""}, Question{},
		func(s *scenarios.Size) { s.MaxClients, s.Hold = 600, hold }}
}

// alikeClients has case managers who differ much.
func alikeClients(k strength) caused {
	spread := fmt.Sprintf("staff = 5\nspread = %d", []int{8, 10, 9}[k])
	return caused{"clients of a case manager are alike", Clustering,
		[]string{"staff = 2\ncaseload = 30", spread, "over_days = 390", "over_days = 30", "points = 8", "points = 5", `"student"`, `"cluster_robust"`}, Question{}, upToClients(1000)}
}

// failingFits has hardly any events, and a method that needs some.
func failingFits(k strength) caused {
	rare := fmt.Sprintf("probability = %g, by_days = 90", []float64{0.001, 0.0001, 0.0005}[k])
	return caused{"fits that fail", FailingFits, []string{"probability = 0.3, by_days = 90", rare}, Question{Outcomes: []string{"linked"}, Method: "odds_ratio"}, upToClients(60)}
}

// tooFew has an effect for which more clients are needed than are allowed.
func tooFew(k strength) caused {
	points := fmt.Sprintf("points = %g", []float64{1.5, 2, 3}[k])
	return caused{"too few clients allowed", StillRising, []string{"points = 8", points}, Question{}, upToClients([]int{400, 400, 200}[k])}
}

// ranOut may not run enough trials.
func ranOut(k strength) caused {
	return caused{"replicates run out", RanOut, nil, Question{}, func(s *scenarios.Size) { s.MaxReplicates, s.Precision = []int{50, 600, 100}[k], 0.02 }}
}

// alwaysReached has an effect that the smallest trial finds.
func alwaysReached(k strength) caused {
	points := fmt.Sprintf("points = %g", []float64{35, 45, 60}[k])
	return caused{"the smallest trial is enough", AlwaysReached, []string{"points = 8", points}, Question{}, upToClients(400)}
}

// wrongSide has a harm and a one-sided test, or a difference beyond the margin.
func wrongSide(k strength) caused {
	test := []string{"sides = 1", "sides = 1", "test = \"non_inferiority\"\nmargin = 3\nsides = 1"}[k]
	return caused{"an effect on the other side", WrongSide, []string{"points = 8", "points = -8", `method = "student"`, "method = \"student\"\n" + test}, Question{}, upToClients(400)}
}

// hidden is measured by the toss of a coin.
func hidden(k strength) caused {
	chance := []float64{0.4, 0.5, 0.6}[k]
	coin := fmt.Sprintf("[measure.coin]\nsensitivity = %g\nspecificity = %g\n[[family]]", chance, 1.005-chance)
	return caused{"an effect that is not measured", Hidden, []string{"[[family]]", coin, "[health]", "[use]\nquit = { per_day = 0.01 }\n[health]", `variable = "health"`, "variable = \"abstinent\"\nmeasured_by = \"coin\"",
		`"student"`, `"risk_difference"`, "on = \"health\"\ndirect = true\npoints = 8", "on = \"quit\"\ndirect = true\nhazard_ratio = 2"}, Question{}, upToClients(400)}
}

func upToClients(n int) func(*scenarios.Size) {
	return func(s *scenarios.Size) { s.MaxClients = n }
}

// causes make cases of each cause.
var causes = []func(strength) caused{noEffect, fewSlots, fewManagers, alikeClients, failingFits, tooFew, ranOut, alwaysReached, wrongSide, hidden}

// A trial with one thing the matter with it is told that, and nothing else. With one
// case manager a site, for whom clients wait, a user read that there is no effect to
// find, "whatever the number of clients".
func TestEachCauseAndNoOther(t *testing.T) {
	for _, of := range causes {
		c := of(1)
		c.wantCause(t, plain(t, c.edits...), 1)
	}
}

// The same over a grid of strengths and seeds.
func TestEachCauseAndNoOtherOverAGrid(t *testing.T) {
	suite.Long(t)
	for _, of := range causes {
		for k := range strength(3) {
			c := of(k)
			m := plain(t, c.edits...)
			for seed := range int64(5) {
				c.wantCause(t, m, seed+1)
			}
		}
	}
}
