package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"caseload/scenarios"
)

// Each of these ran for ever or filled the memory: the numbers are within the bounds of
// their keys, but what they do together is not.
func TestWhatWouldHappenTooOftenIsRefusedAtItsKey(t *testing.T) {
	for _, c := range []struct {
		scenario, key, what string
		sets                []string
	}{
		{"needle-exchange", "use.quit", "changes of use", []string{"use.quit={ per_day = 1000 }", "use.relapse={ per_day = 900 }"}},
		{"needle-exchange", "service.opioid_agonist.stay", "admissions", []string{"service.opioid_agonist.stay={ median_days = 0.001 }", "service.opioid_agonist.return={ median_days = 0.002 }"}},
		{"crowded", "service.outpatient.renege", "attempts", []string{"service.outpatient.linkage={ probability = 0.5, by_days = 0.01 }", "service.outpatient.renege={ median_days = 0.001 }"}},
		{"probation-case-management", "arrest.rate", "arrests", []string{"arrest.rate={ per_day = 100 }", "use.using=1.0", "use.acts_on={ arrest = 0.01 }"}},
	} {
		sc, err := scenarios.Load(nil, c.scenario, c.sets)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Compile(sc)
		problems, ok := errors.AsType[scenarios.Problems](err)
		if !ok || problems[0].Key != c.key || !strings.Contains(problems[0].Got, c.what) {
			t.Errorf("%s, %v: got %v, want a problem of %s", c.scenario, c.sets, err, c.key)
		}
	}
}

// One of two changes of a state may be as fast as one likes: the other one waits.
func TestAFastChangeWithASlowWayBackIsFine(t *testing.T) {
	sc, err := scenarios.Load(nil, "needle-exchange", []string{"use.quit={ per_day = 1000 }", "use.relapse={ per_year = 1 }", "service.opioid_agonist.frailty_sd=10"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(sc); err != nil {
		t.Error(err)
	}
}

// The mean time of a baseline is the integral of its survival: that of a Weibull hazard
// with H(t) = a t^k is a^(-1/k) Gamma(1 + 1/k); of pieces it is summed here in steps.
func TestMeanTimeIsTheIntegralOfSurvival(t *testing.T) {
	for _, c := range []struct{ scale, shape, mult, want float64 }{
		{0.25, 1, 1, 4}, {0.25, 1, 2, 2},
		{1, 2, 1, math.Sqrt(math.Pi) / 2},    // Gamma(3/2)
		{1, 0.5, 1, 2}, {1, 0.5, 4, 2. / 16}, // Gamma(3) = 2
		{1, 0.1, 1, 3628800}, {2, 3, 4, 0.89297951156925 / 2}, // Gamma(11), Gamma(4/3)
	} {
		b := baseline{kind: weibull, shape: c.shape, scale: c.scale}
		if got := b.meanTime(c.mult) / (1 << 24); math.Abs(got/c.want-1) > 1e-9 {
			t.Errorf("%+v: got %v days", c, got)
		}
	}
	b := baseline{kind: piecewise, start: []float64{0, 100, 300}, cum: []float64{0, 1, 1.5}, rates: []float64{0.01, 0.0025, 0.02}}
	sum := 0.0
	for u := 0.5; u < 5000; u++ { // midpoints
		sum += math.Exp(-2 * b.cumulative(u))
	}
	if got := b.meanTime(2); math.Abs(got/sum-1) > 1e-4 {
		t.Errorf("piecewise: got %v, want %v", got, sum)
	}
}

// Whoever stops the program while hazards are solved does not wait for them.
func TestSolvingCanBeInterrupted(t *testing.T) {
	sc, err := scenarios.Load(nil, "crowded", nil)
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if m, err := CompileContext(ctx, sc); m != nil || !errors.Is(err, why) {
		t.Errorf("got %v, %v", m, err)
	}
	busy, err := scenarios.Load(nil, "crowded", []string{"use.quit={ per_day = 40 }", "use.relapse={ per_day = 40 }"})
	if err != nil {
		t.Fatal(err)
	}
	left := &leaving{Context: t.Context()}
	if _, err := CompileContext(left, busy); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if after := left.asked.Load() - leavesAfter; after < 0 || after > 20 {
		t.Errorf("asked %d times more when nobody waited", after)
	}
}

// leaving is done when it has been asked often enough that solving has begun.
type leaving struct {
	context.Context
	asked atomic.Int64
}

const leavesAfter = 3

func (l *leaving) Err() error {
	if l.asked.Add(1) > leavesAfter {
		return context.Canceled
	}
	return nil
}

// A world that would not end is stopped, says why, and can be replayed: hazards are made
// to be beyond all bounds after they were solved.
func TestAWorldThatWouldNotEndIsStopped(t *testing.T) {
	for _, lazy := range []bool{true, false} {
		m := mustCompile(t, "needle-exchange", "trial.clients=8")
		for p := range m.procs {
			if pr := &m.procs[p]; pr.name == "quit" || pr.name == "relapse" {
				pr.base = baseline{kind: constant, rate: 1e3}
			}
		}
		m.finish()
		w := m.NewWorkspace()
		w.plain = !lazy
		w.Begin(1, 0)
		got := func() (r any) {
			defer func() { r = recover() }()
			w.World(0, m.NewTruth())
			return nil
		}()
		err, _ := got.(error)
		if _, ok := errors.AsType[overrun](err); !ok || !strings.Contains(fmt.Sprint(err), "events a client and day") {
			t.Errorf("lazy %v: got %v", lazy, got)
		}
	}
}

func mustCompile(t *testing.T, name string, sets ...string) *Model {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
