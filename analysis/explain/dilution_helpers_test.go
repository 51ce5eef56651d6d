package explain

import (
	"context"
	"math"
	"testing"
	"testing/fstest"

	"caseload/scenarios"
	"caseload/sim"
)

const trials = 300

// plainly is the library's dilution where theory holds exactly: nobody is lost,
// and a case manager for everyone, none better than another. Treatment does much
// for recovery, so that it gains too.
func plainly(tb testing.TB, sets ...string) *scenarios.Scenario { return plainlyWith(tb, "", sets...) }

// plainlyWith adds some text to the scenario.
func plainlyWith(tb testing.TB, text string, sets ...string) *scenarios.Scenario {
	tb.Helper()
	files := fstest.MapFS{"test.toml": {Data: []byte("extends = \"dilution\"\n" + text)}}
	sc, err := scenarios.Load(files, "test.toml", append([]string{"trial.clients=200", "attrition.loss={never=true}",
		"service.outpatient.acts_on={quit=20,relapse=0.1}"}, sets...))
	if err != nil {
		tb.Fatal(err)
	}
	p := sc.Programs["intensive"]
	p.Staff, p.Caseload, p.HoursPerWeek, p.Spread = scenarios.Unlimited, scenarios.Unlimited, 0, 0
	sc.Programs["intensive"] = p
	return sc
}

// outcomeOf is an outcome analysed as outcomes are by default.
func outcomeOf(name, variable string, days float64) scenarios.Outcome {
	return scenarios.Outcome{Name: name, Variable: variable, AtDays: days, Methods: scenarios.Strings{"welch"},
		Set: scenarios.SetITT, Alpha: 0.05, Sides: 2, Test: scenarios.Superiority}
}

func compiled(tb testing.TB, sc *scenarios.Scenario) *sim.Model {
	tb.Helper()
	m, err := sim.Compile(sc)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// diluted is the dilution of the scenario's first arm and one of its outcomes.
func diluted(tb testing.TB, sc *scenarios.Scenario, outcome int, opt Options) *Dilution {
	tb.Helper()
	d, err := dilute(context.Background(), compiled(tb, sc), outcome, 0, "high_need", opt)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// allShares fails the test unless all shares are there.
func allShares(t *testing.T, d *Dilution) {
	t.Helper()
	if len(d.Shares) != len(Shares()) {
		t.Fatalf("%d shares, want %d", len(d.Shares), len(Shares()))
	}
	for k, s := range d.Shares {
		if s.Share != Shares()[k] {
			t.Fatalf("share %d is %v, want %v", k, s.Share, Shares()[k])
		}
	}
}

// agree fails the test where two numbers differ by more than 4 standard errors
// of their difference, or either is missing.
func agree(t *testing.T, what string, got, want Number) {
	t.Helper()
	se := math.Hypot(got.MCSE, want.MCSE)
	if !(math.Abs(got.Value-want.Value) <= 4*se) {
		t.Errorf("%s: got %.5g (%.2g), want %.5g (%.2g)", what, got.Value, got.MCSE, want.Value, want.MCSE)
	}
}

func missing(t *testing.T, what string, numbers ...Number) {
	t.Helper()
	for k, n := range numbers {
		if n.Known() || !math.IsNaN(n.MCSE) {
			t.Errorf("%s: number %d is %v, want none", what, k, n)
		}
	}
}
