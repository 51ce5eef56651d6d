package explain

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"testing"

	"caseload/scenarios"
)

func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// The glove game: a pair of gloves is worth 1; one has a left glove, two have a
// right one. The Shapley values are 2/3, 1/6 and 1/6 (a textbook example; Myerson
// 1991, section 9.4).
func TestShapleyOfTheGloveGame(t *testing.T) {
	v := func(s mask) float64 {
		if s&1 != 0 && s&6 != 0 {
			return 1
		}
		return 0
	}
	for k, want := range []float64{2. / 3, 1. / 6, 1. / 6} {
		near(t, fmt.Sprintf("player %d", k), shapley(3, k, v), want, 1e-14)
	}
}

// rough is a value of sets with every kind of interplay: of sums and products.
// Factors 0 and 1 are alike; the last does nothing.
func rough(n int) func(mask) float64 {
	return func(s mask) float64 {
		s &^= 1 << (n - 1)
		x := 1.0
		for k := 2; k < n; k++ {
			if s>>k&1 != 0 {
				x *= 1 - 0.07*float64(k)
			}
		}
		return x - 0.3*float64(s&1) - 0.3*float64(s>>1&1) + 0.2*float64(bits.OnesCount32(uint32(s&3)))*x
	}
}

// Shapley values sum to the difference of the whole, those that are alike have the
// same, and who does nothing has exactly nothing: over all orders and over some.
func TestShapleyValuesAddUp(t *testing.T) {
	for _, n := range []int{4, exactFactors, exactFactors + 3} {
		v, list := rough(n), orders(n, 1)
		sum := 0.0
		value := make([]float64, n)
		for k := range n {
			if list == nil {
				value[k] = shapley(n, k, v)
			} else {
				value[k], _ = sampled(list, k, v)
			}
			sum += value[k]
		}
		near(t, "sum", sum, v(1<<n-1)-v(0), 1e-12)
		if value[n-1] != 0 {
			t.Errorf("%d factors: %v of nothing", n, value[n-1])
		}
		if list == nil {
			near(t, "alike", value[0], value[1], 1e-14)
		}
	}
}

// What is drawn is within 4 of its standard errors of all orders, and that error
// is what draws differ by: over 200 draws, whose mean error has a standard error of
// about 1/sqrt(2 x 49 x 200) = 0.7 % and whose spread one of 1/sqrt(2 x 199) = 5 %.
func TestSampledOrders(t *testing.T) {
	const n = exactFactors + 1
	v := rough(n)
	draws := 200
	var got, errors, squares [n]float64
	for seed := range draws {
		list := orders(n, int64(seed))
		for k := range n {
			x, se := sampled(list, k, v)
			got[k] += x / float64(draws)
			squares[k] += x * x / float64(draws)
			errors[k] += se / float64(draws)
		}
	}
	for k := range n - 1 {
		spread := math.Sqrt(squares[k] - got[k]*got[k])
		near(t, fmt.Sprintf("mean of factor %d", k), got[k], shapley(n, k, v), 4*spread/math.Sqrt(float64(draws)))
		near(t, "its error", errors[k]/spread, 1, 4*0.06)
	}
}

// Every order drawn is one of all factors, and followed by its reverse.
func TestOrdersAreOrders(t *testing.T) {
	const n = 12
	list := orders(n, 3)
	if len(list) != 2*pairs {
		t.Fatalf("%d orders", len(list))
	}
	for p := 0; p < len(list); p += 2 {
		seen := map[int]bool{}
		for k := range n {
			seen[list[p][k]] = true
			if list[p][k] != list[p+1][n-1-k] {
				t.Fatal("no reverse")
			}
		}
		if len(seen) != n {
			t.Fatalf("%v is no order of %d factors", list[p], n)
		}
	}
	if fmt.Sprint(orders(n, 3)) != fmt.Sprint(list) || fmt.Sprint(orders(n, 4)) == fmt.Sprint(list) {
		t.Error("orders go by the seed and nothing else")
	}
}

// Steps and Shapley values sum to observed less ideal, on both scales and by the
// SD of the ideal world.
func TestAnExplanationAddsUp(t *testing.T) {
	for _, name := range []string{"needle-exchange", "dilution", "crowded"} {
		e := run(t, builtin(t, name), Question{}, 6)
		var steps, values [2]float64
		for _, f := range e.Factors {
			steps[0], steps[1] = steps[0]+f.Step.SMD.Value, steps[1]+f.Step.Units.Value
			values[0], values[1] = values[0]+f.Shapley.SMD.Value, values[1]+f.Shapley.Units.Value
		}
		for k, whole := range []float64{e.Observed.SMD.Value - e.Ideal.SMD.Value, e.Observed.Units.Value - e.Ideal.Units.Value} {
			near(t, name+" steps", steps[k], whole, 1e-9)
			near(t, name+" Shapley values", values[k], whole, 1e-9)
		}
		last := e.Factors[len(e.Factors)-1].After
		if last != e.Observed {
			t.Errorf("%s: after all steps %v, observed %v", name, last, e.Observed)
		}
	}
}

// A factor that is there but takes nothing, since the outcome is over before it
// could, has exactly 0.
func TestAFactorThatDoesNothingHasZero(t *testing.T) {
	m := load(t, plainTOML, setProgram(func(p *scenarios.Program) { p.Effects[0].LastsDays = 100; p.Uptake = 0.7 }))
	f := run(t, m, Question{Outcome: "linked"}, 10).factor(t, "persistence")
	for _, p := range []Part{f.Step, f.Shapley, f.FromIdeal, f.FromReal} {
		if p.SMD != (Number{}) || p.Units != (Number{}) || p.ByIdealSD != (Number{}) {
			t.Errorf("%+v of nothing", p)
		}
	}
}

// The number of workers changes nothing.
func TestWorkersChangeNothing(t *testing.T) {
	m := builtin(t, "needle-exchange")
	var shown []string
	for _, workers := range []int{1, 3} {
		e, err := Run(context.Background(), m, Question{Outcome: "abstinent_365"}, Options{Replicates: 16, Seed: 5, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		e.Scenario, e.Outcome, e.Path, e.Dilution = nil, nil, nil, nil
		shown = append(shown, fmt.Sprintf("%+v", e))
	}
	if shown[0] != shown[1] {
		t.Errorf("one worker: %s\nthree: %s", shown[0], shown[1])
	}
}

// An interrupted explanation is that of the replicates which every world has
// finished.
func TestInterrupted(t *testing.T) {
	m := builtin(t, "needle-exchange")
	ctx, stop := context.WithCancel(context.Background())
	opt := Options{Replicates: 10_000, Seed: 5, Progress: func(done, _ int) {
		if done > 40*chunk {
			stop()
		}
	}}
	e, err := Run(ctx, m, Question{}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if !e.Partial || e.Replicates < chunk || e.Replicates%chunk != 0 || e.Replicates > 10*chunk {
		t.Fatalf("partial %v, %d replicates", e.Partial, e.Replicates)
	}
	again, err := Run(context.Background(), m, Question{}, Options{Replicates: e.Replicates, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%+v", e.Factors) != fmt.Sprintf("%+v", again.Factors) || again.Partial {
		t.Error("the replicates finished say something else alone")
	}
	stop()
	if e, err := Run(ctx, m, Question{}, opt); e != nil || err == nil {
		t.Errorf("stopped before it began: %v, %v", e, err)
	}
}

func TestQuestionsThatMeanNothing(t *testing.T) {
	m := load(t, plainTOML)
	for _, q := range []Question{{Outcome: "nothing"}, {Subgroup: "nobody"}, {Arm: "usual"}, {Arm: "none"}, {Target: "nobody"}} {
		if _, err := Run(context.Background(), m, q, Options{Replicates: 2}); err == nil {
			t.Errorf("%+v has an answer", q)
		}
	}
}
