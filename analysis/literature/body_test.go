package literature

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim/stream"
)

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

const dealt = `[literature]
effect_sd = 0.3
clients_log_sd = 0.5
[[moderator]]
name = "care"
[[moderator.level]]
name  = "little"
count = 4
[[moderator.level]]
name  = "much"
count = 2
score = 1
set   = { "service.clinic.linkage" = { probability = 0.6, by_days = 90 } }
`

// Levels are dealt anew to each body with their counts held, to all studies that
// don't say theirs with the same chance; sizes vary and their sum is held;
// strengths of programs have the mean and SD asked for on the log hazard ratio.
func TestWhatIsDrawnForABody(t *testing.T) {
	e := engine(t, plain+dealt+studies(5, "clients = 100")+"[[study]]\nname = \"known\"\nlevels = { care = \"much\" }\nclients = 100\n")
	w, b := e.NewWorker(), new(Body)
	const bodies = 4000
	var much [6]int
	var sum, square, logs, logs2 float64
	for body := range bodies {
		w.draw(1, body, b)
		total, n := 0, 0
		for s := range b.Trials {
			x := &b.Trials[s]
			total += x.Clients
			much[s] += x.Levels[0]
			n += x.Levels[0]
			shift := (x.Multiple - 1) * math.Log(1.65)
			sum, square = sum+shift, square+shift*shift
			logs, logs2 = logs+math.Log(float64(x.Clients)), logs2+math.Pow(math.Log(float64(x.Clients)), 2)
		}
		if n != 2 || math.Abs(float64(total-600)) > 12 { // rounding, and the smallest trials
			t.Fatalf("body %d has %d studies with much care and %d clients", body, n, total)
		}
	}
	if much[5] != bodies {
		t.Errorf("the study that says its level has it in %d of %d bodies", much[5], bodies)
	}
	for s := range 5 {
		near(t, "share with much care", float64(much[s])/bodies, 0.2, 4*math.Sqrt(0.2*0.8/bodies))
	}
	const n = 6 * bodies
	near(t, "mean of shifts", sum/n, 0, 4*0.3/math.Sqrt(n))
	near(t, "SD of shifts", math.Sqrt(square/n), 0.3, 4*0.3/math.Sqrt(2*n))
	// Rescaling takes a sixth of the variance, about: sizes of a body are tied.
	if sd := math.Sqrt(logs2/n - logs/n*logs/n); sd < 0.4 || sd > 0.5 {
		t.Errorf("sizes have an SD of log of %.3f", sd)
	}
}

func TestBodiesDoNotDependOnWorkersOrOnWhatWasCompiledBefore(t *testing.T) {
	e := engine(t, plain+dealt+studies(6, "clients = 100"))
	again, err := New(e.Scenario, e)
	if err != nil {
		t.Fatal(err)
	}
	var results []*Result
	for _, c := range []struct {
		e       *Engine
		workers int
	}{{e, 1}, {e, 3}, {again, 2}} {
		r, err := c.e.Run(context.Background(), Options{Bodies: 20, Seed: 5, Workers: c.workers})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	for _, r := range results[1:] {
		for k := range r.Rows {
			if !reflect.DeepEqual(r.Rows[k].Values, results[0].Rows[k].Values) {
				t.Errorf("%s differs", r.Rows[k].Group)
			}
		}
	}
}

func TestAnInterruptedRunHasTheFirstBodies(t *testing.T) {
	e := engine(t, plain+dealt+studies(6, "clients = 100"))
	whole := reviewed(t, e, 30)
	ctx, cancel := context.WithCancel(context.Background())
	r, err := e.Run(ctx, Options{Bodies: 30, Seed: 1, Workers: 2, Progress: func(done, _ int) {
		if done == 10 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Partial || r.Bodies < 9 || r.Bodies > 12 {
		t.Fatalf("partial %v with %d bodies", r.Partial, r.Bodies)
	}
	if !reflect.DeepEqual(r.Rows[0].Values, whole.Rows[0].Values[:r.Bodies]) {
		t.Error("the bodies finished are not the first ones")
	}
}

// With certainty the best of the measures of a cluster is reported, and the other
// clusters are left alone; one that failed is never the best.
func TestSelectiveReportingTakesTheBest(t *testing.T) {
	nan := math.NaN()
	x := Trial{Effects: []StudyEffect{{Cluster: "legal", Y: nan, Status: estimate.ZeroVariance, Reported: true}, {Cluster: "legal", Y: -0.2, Reported: true}, {Cluster: "health", Y: 0.1, Reported: true},
		{Cluster: "legal", Y: 0.3, Reported: true}, {Cluster: "legal", Y: 0.1, Reported: true}}}
	report(&x, 1, stream.NewKey(1, 1).Stream(reporting))
	for k, want := range []bool{false, false, true, true, false} {
		if x.Effects[k].Reported != want {
			t.Errorf("effect %d: reported %v", k, x.Effects[k].Reported)
		}
	}
}

// A study's program with a manual has its log hazard ratios multiplied.
func TestAManualMakesEffectsLarger(t *testing.T) {
	mean := func(manual string) Interval {
		r := reviewed(t, engine(t, plain+"[literature]\nmethod = \"fe\"\nmanual = { effect = 2, spread = 1 }\n"+studies(4, "manual = "+manual)), 150)
		return r.Rows[0].SMD
	}
	for manual, ratio := range map[string]float64{"true": 1.65 * 1.65, "false": 1.65} {
		d, _ := effect(0.3, ratio, 1000)
		x := mean(manual)
		near(t, "manual "+manual, x.Mean, d, 4*x.MCSE+0.002)
	}
}

// A level that gives a base starts from it; what is wrong in many combinations is
// said once.
func TestStudiesThatCannotBe(t *testing.T) {
	for text, want := range map[string]string{
		studies(3, `set = { "trial.cleints" = 3 }`): "trial.cleints",
		studies(3, `outcomes = ["legal"]`):          `outcomes: got "legal"`,
		studies(3, `arm = "treated"`):               `arm: got "treated", want one of helped`,
		studies(3, `programs = ["strenghts"]`):      "strenghts",
		"[[moderator]]\nname = \"m\"\n[[moderator.level]]\nname = \"l\"\ncount = 3\nset = { \"trial.sites\" = 0 }\n" + studies(3): "trial.sites",
	} {
		sc, err := scenarios.Parse("test.toml", []byte(plain+text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(sc, nil)
		problems, ok := errors.AsType[scenarios.Problems](err)
		if !ok || len(problems) != 1 || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "study.s1") {
			t.Errorf("want one problem with %q, got %v", want, err)
		}
	}
	sc, err := scenarios.Parse("test.toml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(sc, nil); err == nil || !strings.Contains(err.Error(), "no study") {
		t.Errorf("without studies: %v", err)
	}
}
