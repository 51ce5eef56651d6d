package scenarios

import (
	"errors"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// A slider changes its number and what goes with it, and nothing as long as it is not
// moved: the scenario is the same world with or without [explore].
func TestSlidersChangeTheScenario(t *testing.T) {
	s, err := Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	moved, err := s.Slide(map[string]float64{"trial.clients": 300.4, "arm.referral.contamination.probability": 0.2})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "clients", moved.Trial.Clients, 300)
	equal(t, "contamination", *moved.Arms[1].Contamination, Contamination{Arm: "sbcm", Probability: 0.2})
	if same, err := s.Slide(nil); err != nil || !same.Same(s) {
		t.Errorf("nothing moved: %v", err)
	}
	_, err = s.Slide(map[string]float64{"trial.client": 300, "attrition.missed": 0.9})
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 2 ||
		!strings.Contains(err.Error(), `attrition.missed: got 0.9, want 0 to 0.5`) || !strings.Contains(err.Error(), `no slider of "trial.client"`) {
		t.Errorf("got %v", err)
	}
}

// An end that a scenario can't have is reported at its line.
func TestEndsOfSlidersAreTried(t *testing.T) {
	s, err := Parse("mine.toml", []byte("extends = \"null\"\n[explore]\n[[explore.slider]]\nkey = \"trial.clients\"\nlabel = \"Clients\"\nlow = 0\nhigh = 100\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.TrySliders(); err == nil || !strings.HasPrefix(err.Error(), "mine.toml:6: explore.slider[0].low: ") {
		t.Errorf("got %v", err)
	}
}

// The built-in scenarios can have both ends of all their sliders.
func TestBuiltinSlidersReachTheirEnds(t *testing.T) {
	asked := 0
	for _, e := range List() {
		s, err := Builtin(e.Name)
		if err != nil {
			continue // base is no trial
		}
		if s.Explore.Question != "" {
			asked++
		}
		if !suite.IsLong() && asked > 2 {
			continue
		}
		if err := s.TrySliders(); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
	if asked < 6 {
		t.Errorf("%d scenarios have a question, want at least 6", asked)
	}
}
