package scenarios

import (
	"testing"
	"testing/fstest"
)

// The scenario small has one outcome, linked.
const leveled = `
[[outcome]]
name = "own"
variable = "linked_su"
alpha = 0.02
[[family]]
name = "both"
outcomes = ["linked", "own"]
`

func wantLevels(t *testing.T, s *Scenario, linked, own, both float64) {
	t.Helper()
	for k, want := range map[string]float64{"linked": linked, "own": own} {
		equal(t, k, s.outcomeNamed(k).Alpha, want)
	}
	equal(t, "both", s.Families[0].Alpha, both)
	sameAgain(t, s)
}

func TestAlphaIsTheLevelOfWhatHasNone(t *testing.T) {
	wantLevels(t, mustLoad(t, leveled), 0.05, 0.02, 0.05)
	wantLevels(t, mustLoad(t, "alpha = 0.01\n"+leveled), 0.01, 0.02, 0.01)
}

func TestAlphaOverAScenarioIsTheLevelOfAll(t *testing.T) {
	s := mustLoad(t, leveled, "alpha=0.1")
	wantLevels(t, s, 0.1, 0.1, 0.1)
	wantLevels(t, mustLoad(t, leveled, "alpha=0.1", "outcome.own.alpha=0.03"), 0.1, 0.03, 0.1)
	wantLevels(t, mustLoad(t, leveled, "outcome.own.alpha=0.03", "family.both.alpha=0.04", "alpha=0.1"), 0.1, 0.1, 0.1)
	set, err := mustLoad(t, leveled).With(Setting{Key: "alpha", Value: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	wantLevels(t, set, 0.1, 0.1, 0.1)
	// The text has the level of each; a level set over it is that of all again.
	text, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"whole.toml": {Data: text}, "over.toml": {Data: []byte("extends = \"whole.toml\"\nalpha = 0.2\n[[outcome]]\nname = \"own\"\nalpha = 0.3\n")}}
	whole, err := Load(files, "whole.toml", []string{"alpha=0.01"})
	if err != nil {
		t.Fatal(err)
	}
	wantLevels(t, whole, 0.01, 0.01, 0.01)
	over, err := Load(files, "over.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLevels(t, over, 0.2, 0.3, 0.2)
}

func TestABadAlphaIsReportedOnce(t *testing.T) {
	for _, bad := range []string{"0", "0.6", "nan", "\"x\""} {
		_, err := over(t, "alpha = "+bad+"\n"+leveled)
		mustFail(t, err, "over.toml:2: alpha: got ")
		equal(t, "problems", len(err.(Problems)), 1)
	}
}

func TestLevelsAreNotInTheHashButTold(t *testing.T) {
	a, b := mustLoad(t, leveled), mustLoad(t, leveled, "alpha=0.1")
	equal(t, "hash", a.Hash(), b.Hash())
	equal(t, "same", a.Same(b), false)
	equal(t, "same as itself", a.Same(mustLoad(t, leveled, "seed=9", "size.power=0.9")), true)
	equal(t, "level", b.Levels()["outcome.own.alpha"]+b.Levels()["family.both.alpha"], 0.2)
	equal(t, "how many", len(b.Levels()), len(b.Outcomes)+len(b.Families))
}

// TestSimulatedFollowsHash changes every kind of key and compares what is said of
// it with what the hash does.
func TestSimulatedFollowsHash(t *testing.T) {
	plain := everything(t)
	outcome := "outcome." + plain.Outcomes[0].Name
	for _, set := range []struct{ key, value string }{
		{"title", "x"}, {"source", "x"}, {"seed", "5"}, {"alpha", "0.01"}, {"replicates", "77"}, {"size.power", "0.7"}, {"explain.target", `""`},
		{"trait.age.source", "x"}, {"trait.age.mean", "41"}, {"trial.clients", "300"}, {"attrition.missed", "0.11"},
		{"arm.team.ratio", "3"}, {"use.days_per_month", "19"}, {outcome + ".alpha", "0.01"}, {outcome + ".at_days", "31"},
	} {
		parsed, bad := parseSet(set.key + "=" + set.value)
		if bad != nil {
			t.Fatal(bad)
		}
		changed, err := plain.With(Setting{Key: set.key, Value: parsed.Value.Plain()})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, set.key, changed.Hash() != plain.Hash(), Simulated(set.key))
	}
}
