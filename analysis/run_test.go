package analysis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"caseload/analysis/replicate"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

// Neither the number of workers nor the scheduler changes a bit: with as many
// replicates as fill more blocks than may be in work at once, and with a last
// block that is not full.
func TestResultsDoNotDependOnTheWorkers(t *testing.T) {
	for _, c := range []struct {
		name       string
		replicates int
		sets       []string
	}{
		{"needle-exchange", 300, []string{"trial.clients=30"}},
		{"bench-p2", 1400, []string{"trial.clients=20", "service.treatment.slots=4"}},
		{"bench-p2", 512, []string{"trial.clients=20", "service.treatment.slots=\"unlimited\""}},
		{"bench-p2", 3, nil},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.name, c.replicates), func(t *testing.T) {
			m := compile(t, c.name, c.sets...)
			one := run(t, m, Options{Replicates: c.replicates, Seed: 7, Workers: 1})
			if one.Replicates != c.replicates || one.Partial {
				t.Fatalf("%d of %d replicates, partial %v", one.Replicates, c.replicates, one.Partial)
			}
			for _, workers := range []int{2, 8} {
				r := run(t, m, Options{Replicates: c.replicates, Seed: 7, Workers: workers})
				sameNumbers(t, fmt.Sprintf("%d workers", workers), r, one)
			}
		})
	}
}

// The first replicates are the same however many follow: bench-p2 with another
// seed or one replicate more is another result.
func TestSeedsAndReplicatesMatter(t *testing.T) {
	m := compile(t, "bench-p2", "trial.clients=40")
	value := func(replicates int, seed int64) float64 {
		return float64(run(t, m, Options{Replicates: replicates, Seed: seed}).Rows[0].Performance.Mean)
	}
	if a, b, c := value(20, 1), value(20, 2), value(21, 1); a == b || a == c {
		t.Errorf("means %v, %v with another seed, %v with one replicate more", a, b, c)
	}
}

// foldAll runs replicates on one worker and returns where they were folded.
func foldAll(t *testing.T, m *sim.Model, opt Options) *accumulator {
	t.Helper()
	opt.To, opt.Workers = opt.Replicates, 1
	f := newAccumulator(m, planOf(t, m), opt)
	if err := f.run(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	return f
}

// Every client of every replicate counts once, also when a block is used
// again: as randomized in one arm, in the worlds of a rollout in each.
func TestEveryReplicateCountsOnce(t *testing.T) {
	const clients, replicates = 16, (ring+1)*BlockSize + 10
	f := foldAll(t, compile(t, "bench-p2", "trial.clients=16", "service.treatment.slots=4"), Options{Replicates: replicates, Seed: 2})
	if got := f.dTruth[0].Clients(); got[0]+got[1] != clients*replicates {
		t.Errorf("%d clients as randomized, want %d", got, clients*replicates)
	}
	if got := f.dRollout[0].Clients(); got[0]+got[1] != 2*clients*replicates {
		t.Errorf("%d clients in worlds of one arm, want %d", got, 2*clients*replicates)
	}
	closeTo(t, "clients of the pooled moments", f.truth[0].n*(f.truth[0].mean[0]+f.truth[0].mean[3]), clients*replicates)
	if f.n != replicates {
		t.Errorf("%d replicates, want %d", f.n, replicates)
	}
}

// A run that is interrupted is the run of exactly the replicates it finished.
func TestAnInterruptedRunIsAShorterRun(t *testing.T) {
	m := compile(t, "bench-p2", "trial.clients=16", "service.treatment.slots=4")
	for _, workers := range []int{1, 2, 8} {
		for _, stopAt := range []int{1, 300, 512} {
			ctx, cancel := context.WithCancel(context.Background())
			opt := Options{Replicates: 5000, Seed: 3, Workers: workers}
			opt.Progress = func(done, want int) {
				if done == stopAt {
					cancel()
				}
			}
			r, err := Run(ctx, m, opt)
			cancel()
			if err != nil {
				t.Fatal(err)
			}
			if !r.Partial || r.Replicates < stopAt || r.Replicates >= stopAt+workers {
				t.Errorf("%d workers stopped at %d: %d replicates, partial %v", workers, stopAt, r.Replicates, r.Partial)
			}
			whole := run(t, m, Options{Replicates: r.Replicates, Seed: 3})
			if whole.Partial {
				t.Error("a whole run is partial")
			}
			sameNumbers(t, fmt.Sprintf("%d workers stopped at %d", workers, stopAt), r, whole)
		}
	}
}

// Interrupted before the first replicate there is nothing, but no error.
func TestInterruptedBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := Run(ctx, compile(t, "bench-p2"), Options{Replicates: 10, Seed: 1})
	if err != nil || r.Replicates != 0 || !r.Partial {
		t.Errorf("%+v, %v", r, err)
	}
}

// An interruption in a block that would have reached the precision is one.
func TestPrecisionCountsAtBlockEndsOnly(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m := compile(t, "bench-p2", "trial.clients=40")
	target := 0.0
	for _, row := range run(t, m, Options{Replicates: 600, Seed: 3, NoTruth: true}).Rows {
		target = max(target, float64(row.Performance.PowerMCSE))
	}
	at512 := 0.0
	for _, row := range run(t, m, Options{Replicates: 512, Seed: 3, NoTruth: true}).Rows {
		at512 = max(at512, float64(row.Performance.PowerMCSE))
	}
	if target *= 1.001; at512 <= target {
		t.Fatalf("an MCSE of %v after 512 replicates and %v after 600: nothing to test", at512, target)
	}
	r, err := Run(ctx, m, Options{Replicates: 5000, Seed: 3, Precision: target, Workers: 1, NoTruth: true, Progress: func(done, _ int) {
		if done == 600 {
			cancel()
		}
	}})
	if err != nil || r.Replicates != 600 || !r.Partial {
		t.Errorf("%d replicates, partial %v, %v", r.Replicates, r.Partial, err)
	}
}

// A wanted precision ends the run at the first block's end at which all
// powers have it, but not before 512 replicates, whoever is ahead by then.
func TestPrecisionEndsARun(t *testing.T) {
	m := compile(t, "bench-p2", "trial.clients=16", "service.treatment.slots=4")
	quick := !suite.IsLong()
	largest := func(replicates int) float64 {
		mcse := 0.0
		for _, row := range run(t, m, Options{Replicates: replicates, Seed: 5, NoTruth: quick}).Rows {
			mcse = max(mcse, float64(row.Performance.PowerMCSE))
		}
		return mcse
	}
	for _, c := range []struct {
		precision  float64
		limit      int
		replicates int
	}{
		{0.5, 2000, MinPrecise},         // long reached
		{largest(768), 2000, 768},       // just reached
		{1e-9, 600, 600},                // never
		{largest(768), 700, 700},        // not before the last
		{largest(768) / 2, 800, 800},    // not at 768
		{1, MinPrecise, MinPrecise},     // reached at the end
		{1, MinPrecise / 2, 256},        // not allowed yet
		{1, MinPrecise + 1, MinPrecise}, // one short of the end
	} {
		want := run(t, m, Options{Replicates: c.replicates, Seed: 5, NoTruth: quick})
		for _, workers := range []int{1, 8} {
			what := fmt.Sprintf("precision %.4f, at most %d, %d workers", c.precision, c.limit, workers)
			r := run(t, m, Options{Replicates: c.limit, Seed: 5, Precision: c.precision, Workers: workers, NoTruth: quick})
			if r.Partial {
				t.Errorf("%s: partial", what)
			}
			sameNumbers(t, what, r, want)
		}
	}
}

// Progress rises one by one to the end, from whichever worker.
func TestProgressCounts(t *testing.T) {
	m := compile(t, "bench-p2", "trial.clients=20")
	last := 0
	run(t, m, Options{Replicates: 700, Seed: 1, Workers: 4, NoTruth: true, Progress: func(done, want int) {
		if done != last+1 || want != 700 {
			t.Errorf("%d of %d after %d", done, want, last)
		}
		last = done
	}})
	if last != 700 {
		t.Errorf("ended at %d", last)
	}
}

// A broken invariant names the replicate and how to see it.
func TestABrokenReplicateNamesItself(t *testing.T) {
	m := compile(t, "bench-p2", "trial.clients=20")
	p := planOf(t, m)
	p.samples[0].outcome = 99
	opt := Options{Seed: 31, NoTruth: true, Name: "bench-p2 --set trial.clients=20", From: 17, To: 30}
	err := newAccumulator(m, p, opt).run(context.Background(), 17)
	const want = "caseload trial bench-p2 --set trial.clients=20 --seed 31 --replicate 17"
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A run ends with the error of a replicate, whatever else is in work. An
// outcome that the compiled model does not know breaks every replicate.
func TestABrokenReplicateEndsTheRun(t *testing.T) {
	for _, workers := range []int{1, 8} {
		m := compile(t, "bench-p2", "trial.clients=20")
		m.Scenario.Outcomes = append(m.Scenario.Outcomes, scenarios.Outcome{Name: "unknown", Variable: "linked_su",
			Methods: scenarios.Strings{"risk_difference"}, AtDays: 10, Alpha: 0.05})
		r, err := Run(context.Background(), m, Options{Replicates: 3000, Seed: 5, Workers: workers, Name: "bench-p2"})
		if r != nil || err == nil || !strings.Contains(err.Error(), "caseload trial bench-p2 --seed 5 --replicate ") {
			t.Errorf("%d workers: %v, %v", workers, r, err)
		}
		if broken, ok := errors.AsType[*replicate.Panic](err); !ok || broken.Replicate != 0 {
			t.Errorf("%d workers: got %v, want replicate 0", workers, err)
		}
	}
}

// A method that nobody knows is an error, not a panic.
func TestUnknownMethods(t *testing.T) {
	m := compile(t, "bench-p2")
	m.Scenario.Outcomes[0].Methods = scenarios.Strings{"divination"}
	if _, err := Run(context.Background(), m, Options{Replicates: 1}); err == nil || !strings.Contains(err.Error(), `"divination"`) {
		t.Errorf("got %v", err)
	}
	if _, err := Once(m, nil, 1, 0); err == nil {
		t.Error("Once accepts it")
	}
}

// TestVisitHearsEveryFitInOrder: what a visitor is told is what is kept, in the
// order of replicates and rows, whoever ran them, and at the level asked for.
func TestVisitHearsEveryFitInOrder(t *testing.T) {
	m := compile(t, "crowded", "trial.clients=60")
	layout, err := NewLayout(m)
	if err != nil {
		t.Fatal(err)
	}
	type told struct {
		replicate, row int
		value, high    float64
	}
	hear := func(opt Options) (all []told) {
		opt.Replicates, opt.Seed = 300, 1
		opt.Visit = func(replicate, row int, fit Fit) { all = append(all, told{replicate, row, fit.Value, fit.High}) }
		if _, err := Run(t.Context(), m, opt); err != nil {
			t.Fatal(err)
		}
		return all
	}
	one, many, strict := hear(Options{Workers: 1}), hear(Options{Workers: 4}), hear(Options{Alpha: 0.01})
	if len(one) != 300*len(layout.Keys) || len(one) == 0 {
		t.Fatalf("%d fits of 300 replicates of %d analyses", len(one), len(layout.Keys))
	}
	for k := range one {
		if one[k].replicate != k/len(layout.Keys) || one[k].row != k%len(layout.Keys) {
			t.Fatalf("fit %d is of replicate %d, row %d", k, one[k].replicate, one[k].row)
		}
		if one[k] != many[k] && one[k].value == one[k].value {
			t.Fatalf("fit %d differs between 1 and 4 workers: %+v, %+v", k, one[k], many[k])
		}
		if s := strict[k]; s.value == s.value && !(s.high > one[k].high) {
			t.Fatalf("fit %d: the limit at alpha 0.01 is %g, at 0.05 %g", k, s.high, one[k].high)
		}
	}
}
