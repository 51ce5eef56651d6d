package calibrate

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/analysis"
	"caseload/analysis/literature"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

func question(t *testing.T, file string, sets ...string) *Question {
	t.Helper()
	sc, err := scenarios.Load(os.DirFS("../../docs/examples"), file, sets)
	if err != nil {
		t.Fatal(err)
	}
	q, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// fewTrials is a body of six trials whose common effect is asked for.
func fewTrials(t *testing.T, sets ...string) *Question {
	t.Helper()
	sc, err := scenarios.Load(fstest.MapFS{"few.toml": {Data: []byte(fewText())}}, "few.toml", sets)
	if err != nil {
		t.Fatal(err)
	}
	q, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func fewText() string {
	text := `extends = "needle-exchange"
[literature]
effect_sd = 0.2
groups = ["linkage"]
[[calibrate.parameter]]
key = "literature.effect"
prior = { uniform = [0, 2] }
[[calibrate.figure]]
group = "linkage"
statistic = "smd"
value = 0.3
`
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		text += "[[study]]\nname = \"" + name + "\"\nclients = 150\noutcomes = [\"linked_7d\"]\n"
	}
	return text
}

// one is a parameter alone, in place of those of the example.
const one = `calibrate.parameter=[{ key = "program.strengths_based.effect[0].hazard_ratio", prior = { lognormal = [1.5, 0.5] } }]`

// simulate makes draw r at theta.
func (q *Question) simulate(t *testing.T, theta []float64, r int) Draw {
	t.Helper()
	n := len(q.Problem.Published)
	d := Draw{Values: make([]float64, n), SE: make([]float64, n)}
	if err := q.Problem.Simulator()(theta, r, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// A calibration leaves out what no figure is of. That changes nothing of the trial.
func TestFiguresAreThoseOfTheScenariosTrial(t *testing.T) {
	const effect = `calibrate.figure=[{ outcome = "linked_7d", statistic = "mean", arm = "sbcm", value = 0.4 },
		{ outcome = "linked_7d", statistic = "mean", arm = "referral", subgroup = "high_need", value = 0.3 },
		{ outcome = "linked_7d", statistic = "effect", value = 0.14, se = 0.06 }, { outcome = "retention", statistic = "effect", method = "cox", value = 0.1 }]`
	q := question(t, "needle-calibrate.toml", one, strings.ReplaceAll(effect, "\n", " "))
	m, err := sim.Compile(q.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	w := m.NewWorkspace()
	for r := range 3 {
		got := q.simulate(t, []float64{2.2}, r)
		w.Begin(q.Scenario.Seed, r)
		found, err := analysis.Once(m, w.Trial(), q.Scenario.Seed, r)
		if err != nil {
			t.Fatal(err)
		}
		find := func(outcome, subgroup, method string) *analysis.Finding {
			k := slices.IndexFunc(found, func(f analysis.Finding) bool {
				return f.OutcomeSpec.Name == outcome && f.SubgroupName == subgroup && f.Method.Name == method && !f.Method.Interaction
			})
			return &found[k]
		}
		linked, cox := find("linked_7d", "all", "risk_difference"), find("retention", "all", "cox")
		want := []float64{linked.Mean1, find("linked_7d", "high_need", "risk_difference").Mean0, linked.Estimate.Value, cox.Estimate.Value}
		if !slices.Equal(got.Values, want) || got.Failed != "" {
			t.Errorf("replicate %d: got %v (%s), want %v", r, got.Values, got.Failed, want)
		}
		if got.SE[2] != linked.Estimate.SE || got.SE[0] != math.Sqrt(want[0]*(1-want[0])/linked.N1) {
			t.Errorf("replicate %d: standard errors are %v", r, got.SE)
		}
	}
}

func TestALargerEffectLinksMore(t *testing.T) {
	q := question(t, "needle-calibrate.toml", one)
	low, high := q.simulate(t, []float64{1}, 1), q.simulate(t, []float64{4}, 1)
	if !(high.Values[0] > low.Values[0]+0.1) || high.Values[1] != low.Values[1] {
		t.Errorf("with a hazard ratio of 1 %v, of 4 %v", low.Values, high.Values)
	}
}

// Studies laid out anew and numbers of the literature table changed in place are
// the same body.
func TestABodyWithOtherNumbersIsTheSameEitherWay(t *testing.T) {
	q := fewTrials(t)
	theta := []float64{1.3}
	got := q.simulate(t, theta, 2)
	world, err := q.Scenario.With(settings(q.Scenario, theta)...)
	if err != nil {
		t.Fatal(err)
	}
	e, err := literature.New(world, nil)
	if err != nil {
		t.Fatal(err)
	}
	body := new(literature.Body)
	if err := e.NewWorker().Body(world.Seed, 2, body); err != nil {
		t.Fatal(err)
	}
	p := &body.Pooled[slices.Index(e.Groups, "linkage")]
	if got.Values[0] != float64(p.Estimate) || got.SE[0] != float64(p.SE) {
		t.Errorf("got %v, want %v (%v)", got, p.Estimate, p.SE)
	}
	if other := q.simulate(t, []float64{1}, 2); other.Values[0] == got.Values[0] {
		t.Error("the effect changes nothing")
	}
	// A key of the trials themselves, at what it is anyway and at another value.
	uptake := fewTrials(t, `calibrate.parameter=[{ key = "program.strengths_based.uptake", prior = { uniform = [0.1, 1.0] } }]`,
		`calibrate.figure=[{ group = "linkage", statistic = "smd", value = 0.3 }, { group = "linkage", statistic = "i2", value = 10 }]`)
	as, rare := uptake.simulate(t, []float64{0.85}, 2), uptake.simulate(t, []float64{0.1}, 2)
	if plain := q.simulate(t, []float64{1}, 2); as.Values[0] != plain.Values[0] || !(rare.Values[0] < as.Values[0]) || !math.IsNaN(as.SE[1]) {
		t.Errorf("with the uptake as it is %v, want %v; with less %v", as, plain, rare)
	}
}

// Values that are wrong together, each right by itself, are counted.
func TestValuesThatTheScenarioCannotHaveAreCounted(t *testing.T) {
	q := question(t, "needle-calibrate.toml", `calibrate.parameter=[`+
		`{ key = "service.opioid_agonist.linkage.points[0].probability", prior = { uniform = [0.15, 0.45] } }, `+
		`{ key = "service.opioid_agonist.linkage.points[1].probability", prior = { uniform = [0.30, 0.60] } }]`)
	if d := q.simulate(t, []float64{0.4, 0.35}, 1); d.Failed != noScenario {
		t.Errorf("got %q", d.Failed)
	}
	if d := q.simulate(t, []float64{0.3, 0.5}, 1); d.Failed != "" {
		t.Errorf("got %q", d.Failed)
	}
}

func TestWhatACalibrationNeeds(t *testing.T) {
	sc, err := scenarios.Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(sc); err == nil || !strings.Contains(err.Error(), "no [calibrate] table") {
		t.Errorf("got %v", err)
	}
	sc, err = scenarios.Load(fstest.MapFS{"few.toml": {Data: []byte(fewText())}}, "few.toml", []string{`calibrate.figure=[{ group = "health", statistic = "smd", value = 0.1 }]`})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(sc); err == nil || !strings.Contains(err.Error(), "--set: calibrate.figure[0].group: got a group that is not pooled: health, want one of linkage") {
		t.Errorf("got %v", err)
	}
}

// The check on real simulations, small. Larger ones are in docs/calibrate.md.
func TestCalibrationsOfScenariosAreChecked(t *testing.T) {
	suite.Long(t)
	for _, c := range []struct {
		file string
		sets []string
	}{{"needle-calibrate.toml", []string{one}}, {"few trials", nil}} {
		q := fewTrials(t)
		if c.sets != nil {
			q = question(t, c.file, c.sets...)
		}
		checked, err := q.Problem.Check(t.Context(), Options{Simulations: 400, Tolerance: 0.3, Seed: 1}, 100)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range checked.Parameters {
			if r.P < outOf4 {
				t.Errorf("%s, parameter %d: ranks are not level: p = %.2g, %v", c.file, k, r.P, r.Counts)
			}
			near4(t, c.file+": coverage", r.Coverage, 0.95, r.CoverageMCSE)
		}
		// A calibration that learns nothing has level ranks too.
		if r := checked.Parameters[0]; r.Contraction < Informed {
			t.Errorf("%s: a mean contraction of %.2f", c.file, r.Contraction)
		}
	}
}

func BenchmarkTrial(b *testing.B) { benchmark(b, "needle-calibrate.toml") }

func BenchmarkBody(b *testing.B) { benchmark(b, "cochrane-calibrate.toml") }

func benchmark(b *testing.B, file string) {
	sc, err := scenarios.Load(os.DirFS("../../docs/examples"), file, nil)
	if err != nil {
		b.Fatal(err)
	}
	q, err := New(sc)
	if err != nil {
		b.Fatal(err)
	}
	simulate := q.Problem.Simulator()
	n := len(q.Problem.Published)
	theta := make([]float64, len(q.Problem.Priors))
	z := make([]float64, len(theta))
	draw := Draw{Values: make([]float64, n), SE: make([]float64, n)}
	for i := 0; b.Loop(); i++ {
		q.Problem.prior(1, i, z, theta)
		if err := simulate(theta, i, &draw); err != nil || draw.Failed != "" {
			b.Fatal(err, draw.Failed, theta)
		}
	}
}
