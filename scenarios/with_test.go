package scenarios

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// wholly compares scenarios to the last place and layer.
var wholly = cmp.AllowUnexported(Scenario{}, Expr{}, exprNode{}, origin{}, layers{}, controlOf{})

// settingOf reads the text of a --set whose value is TOML.
func settingOf(t fataler, text string) Setting {
	t.Helper()
	key, value, _ := strings.Cut(text, "=")
	var read struct{ Value any }
	if _, err := toml.Decode("value = "+value, &read); err != nil {
		t.Fatal(err)
	}
	return Setting{Key: key, Value: read.Value}
}

// sameAsSet checks that settings give what they give as --set, on top of some
// that are given as --set both times.
func sameAsSet(t fataler, load func(sets ...string) (*Scenario, error), before, sets []string) {
	t.Helper()
	below, err := load(before...)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := below.Encode()
	var settings []Setting
	for _, set := range sets {
		settings = append(settings, settingOf(t, set))
	}
	got, gotErr := below.With(settings...)
	want, wantErr := load(append(before, sets...)...)
	if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
		t.Fatalf("%v: got %v, want %v", sets, gotErr, wantErr)
	}
	if diff := cmp.Diff(want, got, wholly); diff != "" {
		t.Fatalf("%v (-set +with):\n%s", sets, diff)
	}
	if again, _ := below.Encode(); string(again) != string(text) {
		t.Fatalf("%v: the scenario below changed", sets)
	}
	again, err := below.With()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(below, again, wholly); diff != "" {
		t.Fatalf("%v: what the scenario below is made of changed:\n%s", sets, diff)
	}
}

func TestWithIsLikeSet(t *testing.T) {
	load := func(sets ...string) (*Scenario, error) { return over(t, "[program.mine]\nuptake = 0.2", sets...) }
	for _, sets := range [][]string{
		{},
		{"trial.clients=500"},
		{" trial.clients =500", "trial.clients=600"},
		{`title="two words"`, "seed=-7", "precision=0.01"},
		{"service.clinic.linkage={ probability = 0.5, by_days = 10 }"},
		{"service.clinic.linkage={ points = [{ probability = 0.1, by_days = 7 }, { probability = 0.4, by_days = 90 }] }"},
		{`program.mine.preset="referral"`},
		{`program.mine.preset="strengths_based"`, "program.mine.effect[0].hazard_ratio=3"},
		{`arm.usual.programs=["outreach", "mine"]`},
		{`arm.usual.programs=["residential"]`, "program.residential.uptake=0.5"},
		{"arm.usual={ ratio = 3 }", "arm.usual.ratio=2"},
		{"program.help.manual={ effect = 1.5 }", "program.help.manual.effect=2"},
		{"outcome.days.remove=true", "correlation.distress~housing.remove=true"},
		{`trait=[{ name = "new", prevalence = 0.1 }]`, "trait.new.prevalence=0.2"},
		{`outcome=[{ name = "clean", variable = "abstinent", measured_by = "urine" }]`},
		{"program.help.manual.effect=2"},
		{"trial.follow_up_days=[30, 60.5]"},
		{"factor=[{ name = \"f\", ideal = { \"trial.sites\" = 3 } }]"},
		{"outcome.linked.at_days=31.5"},
		// What is wrong is wrong in the same words.
		{"trial.clients=-3"}, {"trial.clients=nan"}, {"trial.client=3"}, {"trial.clients=2.0"}, {"trial.clients.few=3"},
		{"arm.usal.ratio=3", "seed=true"}, {"program.help.effect[2].hazard_ratio=3"}, {"program.help.effect.hazard_ratio=3"},
		{`arm.usual.programs=["referal"]`}, {`program.mine.preset="referal"`}, {"service.clinic.stay.per_day=0.1"},
		{"trial.accrual=1979-05-27"}, {"trial.follow_up_days=[]"}, {"program.help={ uptak = 1 }"},
		{"factor=[{ name = \"f\", ideal = { \"trial.sites\" = 0 } }]"},
		{"factor=[{ name = \"f\", ideal = { \"trial.sites\" = 3 } }]", "factor.f.ideal.trial.sites=2"},
	} {
		sameAsSet(t, load, nil, sets)
		sameAsSet(t, load, []string{"trial.clients=300", "program.help.manual={ spread = 2 }"}, sets)
	}
}

func TestWithOnAnyScenario(t *testing.T) {
	for _, e := range List() {
		if e.Name == "base" {
			continue // no trial by itself
		}
		load := func(sets ...string) (*Scenario, error) { return Load(nil, e.Name, sets) }
		sameAsSet(t, load, nil, []string{"trial.clients=77", "attrition.missed=0.123"})
	}
	s, err := Parse("small.toml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	more, err := s.With(Setting{Key: "trial.clients", Value: 7})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "clients", more.Trial.Clients, 7)
	if more, err = more.With(Setting{Key: "trial.sites", Value: 3}); err != nil {
		t.Fatal(err)
	}
	equal(t, "clients stay", more.Trial.Clients, 7)
}

func TestWithOnVariations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom([]string{"small.toml", "bench-p2", "needle-exchange"}).Draw(t, "base")
		files := fstest.MapFS{"small.toml": {Data: []byte(small)}, "top.toml": {Data: []byte(drawScenario(t, base))}}
		load := func(sets ...string) (*Scenario, error) { return Load(files, "top.toml", sets) }
		sameAsSet(t, load, nil, drawSets(t))
	})
}

func TestWithTakesValuesOfGo(t *testing.T) {
	type rate float32
	s := mustLoad(t, "")
	got, err := s.With(Setting{Key: "trial.clients", Value: uint16(500)}, Setting{Key: "arm.usual.programs", Value: []string{"help"}},
		Setting{Key: "trial.follow_up_days", Value: [2]any{90, 365.5}}, Setting{Key: "program.help.uptake", Value: rate(0.5)},
		Setting{Key: "service.clinic.linkage", Value: map[string]float64{"per_day": 0.1}}, Setting{Key: "program.help.team", Value: true})
	if err != nil {
		t.Fatal(err)
	}
	want := mustLoad(t, "", "trial.clients=500", `arm.usual.programs=["help"]`, "trial.follow_up_days=[90, 365.5]",
		"program.help.uptake=0.5", "service.clinic.linkage={ per_day = 0.1 }", "program.help.team=true")
	if diff := cmp.Diff(want, got, wholly); diff != "" {
		t.Error(diff)
	}
}

func TestWithRefuses(t *testing.T) {
	s := mustLoad(t, "")
	endless := map[string]any{}
	endless["again"] = endless
	for _, value := range []any{nil, make(chan int), uint64(math.MaxUint64), "caf\xe9", []any{nil}, map[int]int{1: 1},
		map[string]any{"\xe9": 1}, endless, struct{}{}} {
		_, err := s.With(Setting{Key: "trial.clients", Value: value})
		mustFail(t, err, "--set: trial.clients: got a ", "of Go, want a value that TOML can say")
	}
	_, err := s.With(Setting{Key: "trial.accrual", Value: time.Unix(0, 0)})
	mustFail(t, err, "--set: trial.accrual: got a date or time, want a table")
	_, err = s.With(Setting{Key: "trial..clients", Value: 3}, Setting{Key: "trial.clients = 3"}, Setting{Key: "trial.sites", Value: 0})
	mustFail(t, err, "--set: trial..clients: got no path", "--set: trial.clients = 3: got no path", "--set: trial.sites: got 0")
	_, err = new(Scenario).With()
	mustFail(t, err, "got a scenario that was not loaded")
}

func TestProblemAfterWithNamesThePlace(t *testing.T) {
	s, err := mustLoad(t, "").With(Setting{Key: "arm.usual.ratio", Value: 2})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "set", s.Problem("arm.usual.ratio", "2", "1").Error(), "--set: arm.usual.ratio: got 2, want 1")
	equal(t, "line", s.Problem("trial.sites", "2", "1").Line, 4)
}

func TestWithSharesNothingThatChanges(t *testing.T) {
	s := mustLoad(t, "", "seed=1", "replicates=3", "trial.clients=50") // three: there is room behind them
	sites := func(n int) *Scenario {
		world, err := s.With(Setting{Key: "trial.sites", Value: n})
		if err != nil {
			t.Fatal(err)
		}
		return world
	}
	two := sites(2)
	sites(3)
	again, err := two.With()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "sites", again.Trial.Sites, 2)
}
