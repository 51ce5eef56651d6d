package sim

import (
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// unknownTOML has a number of every kind that may be uncertain in the whole scenario.
const unknownTOML = `
[[uncertain]]
key = "program.team.effect[0].hazard_ratio"
prior = { lognormal = [2, 0.3], none = 0.3 }
group = "team"
[[uncertain]]
key = "program.team.effect[3].hazard_ratio"
prior = { uniform = [0.3, 0.9], none = 0.5 }
group = "team"
[[uncertain]]
key = "program.team.effect[4].points"
prior = { normal = [5, 2] }
[[uncertain]]
key = "program.team.effect[5].probability"
prior = { beta = [5, 95], none = 0.2 }
[[uncertain]]
key = "program.team.spread"
prior = { uniform = [0, 0.8] }
[[uncertain]]
key = "program.ward.uptake"
prior = { beta = [30, 70] }
[[uncertain]]
key = "service.clinic.linkage.probability"
prior = { beta = [60, 40] }
[[uncertain]]
key = "service.clinic.stay.median_days"
prior = { lognormal = [60, 0.2] }
[[uncertain]]
key = "service.clinic.return.probability"
prior = { sample = [0.4, 0.6, 0.5, 0.55] }
[[uncertain]]
key = "use.quit.per_month"
prior = { lognormal = [0.5, 0.2] }
[[uncertain]]
key = "arrest.rate.probability"
prior = { beta = [40, 60] }
[[uncertain]]
key = "housing.gain.median_days"
prior = { uniform = [80, 130] }
`

// compileUnknown compiles a scenario whose replicates draw what is uncertain.
func compileUnknown(t testing.TB, text string, sets ...string) *Model {
	t.Helper()
	m, err := compileFrom(load(t, text, append([]string{"uncertainty.use=true"}, sets...)...), sampleSize/4, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Without a width, a prior is the number as written: a replicate is the same to the last
// bit, whatever is uncertain.
func TestAPriorWithoutWidthChangesNothing(t *testing.T) {
	rows := `
[[uncertain]]
key = "program.team.effect[0].hazard_ratio"
prior = { lognormal = [2, 0] }
[[uncertain]]
key = "program.team.effect[3].hazard_ratio"
prior = { normal = [0.5, 0] }
[[uncertain]]
key = "program.team.effect[4].points"
prior = { uniform = [5, 5] }
[[uncertain]]
key = "program.team.effect[5].probability"
prior = { sample = [0.05] }
[[uncertain]]
key = "program.team.spread"
prior = { uniform = [0.4, 0.4] }
[[uncertain]]
key = "service.clinic.linkage.probability"
prior = { normal = [0.6, 0] }
[[uncertain]]
key = "service.clinic.stay.median_days"
prior = { normal = [60, 0] }
[[uncertain]]
key = "use.quit.per_month"
prior = { normal = [0.5, 0] }
`
	drawn, written := compileUnknown(t, wholeTOML+rows+wholeOutcomes()), compileUnknown(t, wholeTOML+rows+wholeOutcomes(), "uncertainty.use=false")
	if len(written.Unknowns()) != 0 || len(drawn.Unknowns()) != 8 {
		t.Fatalf("%d and %d unknowns", len(written.Unknowns()), len(drawn.Unknowns()))
	}
	for r := range 3 {
		a, b := drawn.NewWorkspace(), written.NewWorkspace()
		for _, w := range []*Workspace{a, b} {
			w.Begin(5, r)
			w.Trial()
		}
		if d := diff(a.allState(), b.allState()); d != "" {
			t.Fatalf("replicate %d: %s", r, d)
		}
	}
}

// Draws depend on the seed, the replicate and their group or key alone; keys of a group
// share their quantile and whether there is an effect.
func TestDrawsAreOfTheirKeyAlone(t *testing.T) {
	all := compileRoughly(t, wholeTOML+unknownTOML+wholeOutcomes(), "uncertainty.use=true")
	few := compileRoughly(t, wholeTOML+`
[[uncertain]]
key = "program.team.effect[4].points"
prior = { normal = [5, 2] }
`+wholeOutcomes(), "uncertainty.use=true", "trial.clients=40", "service.clinic.slots=5")
	a, b := all.NewWorkspace(), few.NewWorkspace()
	none, both := 0, 0
	const n = 2000
	sum, squares := 0.0, 0.0
	for r := range n {
		a.Begin(1, r)
		b.Begin(1, r)
		x := a.Drawn()
		if x[2] != b.Drawn()[0] {
			t.Fatalf("replicate %d: %v and %v", r, x[2], b.Drawn()[0])
		}
		sum, squares = sum+x[2], squares+float64(x[2]*x[2])
		if x[1] == 1 {
			none++
			if x[0] == 1 {
				both++
			}
		} else if q := (x[1] - 0.3) / 0.6; x[0] == 1 || math.Abs(math.Log(x[0]/2)/0.3-portable.NormalQuantile(q)) > 1e-9 && q > 0.001 && q < 0.999 {
			t.Fatalf("replicate %d: %v and %v are not at one quantile", r, x[0], x[1])
		}
	}
	// With chance 0.5 no effect of either or of the second; of both with chance 0.3.
	within(t, "no effect", float64(none)/n, 0.5, math.Sqrt(0.25/n))
	within(t, "no effect of either", float64(both)/n, 0.3, math.Sqrt(0.21/n))
	mean := sum / n
	within(t, "mean of points", mean, 5, 2/math.Sqrt(n))
	within(t, "SD of points", math.Sqrt(squares/n-mean*mean), 2, 2/math.Sqrt(2*n))
}

// A hazard between the values at which it is solved gives the probability asked for
// within 0.2 % of it: that of a scenario in which it is solved at that value.
func TestCurvesGiveWhatIsSolved(t *testing.T) {
	for k, c := range []struct {
		key, prior string
		values     []float64
	}{
		{"service.clinic.linkage.probability", "{ beta = [3, 2] }", []float64{0.121, 0.25, 0.47, 0.8, 0.93}},
		{"service.clinic.return.probability", "{ beta = [3, 3] }", []float64{0.2, 0.5001, 0.77}},
		{"service.clinic.stay.median_days", "{ lognormal = [60, 0.5] }", []float64{17, 61, 130}},
		{"arrest.rate.probability", "{ uniform = [0.05, 0.9] }", []float64{0.07, 0.31, 0.73}},
		{"housing.gain.median_days", "{ uniform = [20, 300] }", []float64{33, 111, 280}},
		{"use.quit.per_month", "{ lognormal = [0.5, 0.5] }", []float64{0.13, 0.7}},
		{"death.rate.probability", "{ beta = [8, 92] }", []float64{0.03, 0.09, 0.15}},
		{"attrition.loss.probability", "{ uniform = [0.05, 0.5] }", []float64{0.06, 0.22, 0.45}},
		{"risk.rate.per_month", "{ uniform = [0.5, 4] }", []float64{0.7, 3}},
	} {
		if !suite.IsLong() && k%3 > 0 {
			continue // a chance of coming, one of a state, one of loss
		}
		row := "[[uncertain]]\nkey = \"" + c.key + "\"\nprior = " + c.prior + "\n"
		m := compileUnknown(t, wholeTOML+row+wholeOutcomes())
		w, u := m.NewWorkspace(), &m.unknowns[0]
		offset := map[int][]float64{}
		for _, x := range c.values {
			w.m.vary(m, u, x, false)
			// With all else as it is, a variant solves the quantity at the value.
			sc, err := m.Scenario.With(scenarios.Setting{Key: c.key, Value: x}, scenarios.Setting{Key: "uncertainty.use", Value: false})
			if err != nil {
				t.Fatal(err)
			}
			v, err := compileFrom(sc, sampleSize/4, m)
			if err != nil {
				t.Fatal(err)
			}
			got, want := hazardsOf(&w.m.procs[u.process].base), hazardsOf(&v.procs[u.process].base)
			for k := range want {
				// The share of a probability p that an error of its log hazard changes is at
				// most that error.
				e := math.Abs(math.Log(got[k] / want[k]))
				offset[k] = append(offset[k], math.Log(got[k]/want[k]))
				if !(e < 0.002) {
					t.Errorf("%s at %v: hazard %v, solved %v", c.key, x, got[k], want[k])
				}
			}
		}
		// Most of that is the same at all values: what the rounds in which the scenario was
		// solved have left. The rest is of interpolation.
		for _, list := range offset {
			if e := slices.Max(list) - slices.Min(list); !(e < 1e-4) {
				t.Errorf("%s: interpolation is off by %.2g", c.key, e)
			} else {
				t.Logf("%s: interpolation is off by %.2g", c.key, e)
			}
		}
	}
}

// The hazard ratio of an effect that reaches a probability gives it as one that is solved
// at that value does, within 0.2 % of the probability; without an effect it is 1.
func TestCurvesOfWhatEffectsReach(t *testing.T) {
	const reaching = `
[[program.team.effect]]
on = "linkage.clinic"
reaches = { probability = 0.75, by_days = 180 }
lasts_days = 20
[[uncertain]]
key = "program.team.effect[6].reaches.probability"
prior = { uniform = [0.66, 0.85], none = 0.5 }
`
	m := compileUnknown(t, wholeTOML+reaching+wholeOutcomes())
	w, u := m.NewWorkspace(), &m.unknowns[0]
	k := m.programNamed("team")
	values := []float64{0.67, 0.75, 0.84}
	if suite.IsLong() {
		values = append(values, 0.712, 0.8)
	}
	for _, x := range values {
		w.m.vary(m, u, x, false)
		sc, err := m.Scenario.With(scenarios.Setting{Key: u.row.Key, Value: x}, scenarios.Setting{Key: "uncertainty.use", Value: false})
		if err != nil {
			t.Fatal(err)
		}
		v, err := compileFrom(sc, sampleSize/4, m)
		if err != nil {
			t.Fatal(err)
		}
		got, want := w.m.programs[k].effects[u.effect].logHR, v.programs[k].effects[u.effect].logHR
		if !(math.Abs(got-want) < 0.002) {
			t.Errorf("at %v: log hazard ratio %v, solved %v", x, got, want)
		}
	}
	w.m.vary(m, u, u.without, true)
	if hr := w.m.programs[k].effects[u.effect].logHR; hr != 0 {
		t.Errorf("without an effect the log hazard ratio is %v", hr)
	}
	// That is what is reached at a hazard ratio of 1, by the curve itself.
	f := &m.programs[k].effects[u.effect]
	if log := f.logHR + u.curve.at(0.67, 0); !(u.without < 0.67 && log > 0 && log < 0.1) {
		t.Errorf("without it %v are reached; at 67 %% the log hazard ratio is %v", u.without, log)
	}
}

func hazardsOf(b *baseline) []float64 {
	switch b.kind {
	case constant:
		return []float64{b.rate}
	case weibull:
		return []float64{b.scale}
	}
	return b.rates
}

// An effect that fades has the drawn hazard ratio in full, and its root a half-life on.
func TestADrawnEffectFades(t *testing.T) {
	m := compileUnknown(t, wholeTOML+unknownTOML+wholeOutcomes())
	w, u := m.NewWorkspace(), &m.unknowns[1]
	w.m.vary(m, u, 0.36, false)
	f := &w.m.programs[u.program].effects[u.effect]
	found := 0
	for p := range w.m.procs {
		for _, mod := range w.m.procs[p].mods {
			if mod.bit >= f.bit && mod.bit < f.bit+f.stages {
				found++
				want := math.Pow(0.36, math.Ldexp(1, -int(mod.bit-f.bit)))
				if math.Abs(mod.factor[1]-want) > 1e-12 || math.Abs(mod.inverse[1]*want-1) > 1e-12 {
					t.Errorf("stage %d: factor %v, want %v", mod.bit-f.bit, mod.factor[1], want)
				}
			}
		}
	}
	if found != int(f.stages) || found < 2 {
		t.Errorf("%d stages of %d", found, f.stages)
	}
	if old := &m.programs[u.program].effects[u.effect]; old.logHR != math.Log(0.5) {
		t.Errorf("the shared model has %v", old.logHR)
	}
}

// What cannot be solved, or would not end, far out in a prior is a problem that says so.
func TestPriorsBeyondWhatCanBeSolved(t *testing.T) {
	for _, c := range []struct{ row, got string }{
		{"[[uncertain]]\nkey = \"program.team.effect[6].reaches.probability\"\nprior = { uniform = [0.2, 0.85] }\n[[program.team.effect]]\non = \"linkage.clinic\"\nreaches = { probability = 0.75, by_days = 180 }\nlasts_days = 1\n",
			"want a probability between"},
		{"[[uncertain]]\nkey = \"use.quit.per_month\"\nprior = { lognormal = [0.5, 3] }\n", "changes of use"},
	} {
		_, err := compileFrom(load(t, wholeTOML+c.row+wholeOutcomes(), "uncertainty.use=true", "use.relapse={per_day=900}"), 256, nil)
		if err == nil || !strings.Contains(err.Error(), c.got) || !strings.Contains(err.Error(), "the prior of ") {
			t.Errorf("want a problem with %q, got %v", c.got, err)
		}
	}
}

// What contacts add for a share that they bring, and the hazard ratio of a published one,
// are those that are solved at the number.
func TestCurvesOfEffectsThatTravel(t *testing.T) {
	for _, c := range []struct {
		effect, key, prior string
		values             []float64
		of                 func(f *effect) float64
	}{
		{"", "program.guide.effect[0].brings.share", "{ beta = [30, 70], none = 0.2 }", []float64{0.19, 0.3, 0.42}, func(f *effect) float64 { return math.Log(f.brings.added[0]) }},
		{"program.guide.effect=[{on=\"linkage\",over={hazard_ratio=1.7,by_days=90},lasts_days=30}]", "program.guide.effect[0].over.hazard_ratio", "{ lognormal = [1.7, 0.1] }",
			[]float64{1.3, 1.7, 2.1}, func(f *effect) float64 { return f.logHR }},
	} {
		sets := []string{"uncertainty.use=true"}
		if c.effect != "" {
			sets = append(sets, c.effect)
		}
		m, err := compileFrom(load(t, broughtTOML+"[[uncertain]]\nkey = \""+c.key+"\"\nprior = "+c.prior+"\n", sets...), 512, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, u := m.NewWorkspace(), &m.unknowns[0]
		f, shared := &w.m.programs[u.program].effects[u.effect], c.of(&m.programs[u.program].effects[u.effect])
		for _, x := range c.values {
			w.m.vary(m, u, x, false)
			sc, err := m.Scenario.With(scenarios.Setting{Key: c.key, Value: x}, scenarios.Setting{Key: "uncertainty.use", Value: false})
			if err != nil {
				t.Fatal(err)
			}
			v, err := compileFrom(sc, 512, m)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := c.of(f), c.of(&v.programs[u.program].effects[u.effect]); !(math.Abs(got-want) < 0.002) {
				t.Errorf("%s at %v: %v, solved %v", c.key, x, got, want)
			}
		}
		w.m.vary(m, u, u.without, true)
		if f.logHR != 0 || f.brings != nil && f.brings.added[0] != 0 {
			t.Errorf("%s: without an effect there is one", c.key)
		}
		if c.of(&m.programs[u.program].effects[u.effect]) != shared {
			t.Errorf("%s: the shared model has changed", c.key)
		}
		for r := range 3 {
			a, b := m.NewWorkspace(), m.NewWorkspace()
			b.plain = true
			for _, w := range []*Workspace{a, b} {
				w.Begin(5, r)
				w.Trial()
			}
			if d := diff(a.allState(), b.allState()); d != "" {
				t.Fatalf("%s, replicate %d: %s", c.key, r, d)
			}
		}
	}
}
