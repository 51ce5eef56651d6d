package validation_test

import (
	"math"
	"slices"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// spread is one figure over many trials.
type spread struct{ values []float64 }

func (s *spread) add(x float64) {
	if x == x {
		s.values = append(s.values, x)
	}
}

func (s *spread) mean() (mean, mcse float64) {
	n := float64(len(s.values))
	for _, x := range s.values {
		mean += x / n
	}
	ss := 0.0
	for _, x := range s.values {
		ss += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(ss / (n - 1) / n)
}

// central is the central 95 % of the trials.
func (s *spread) central() (low, high float64) {
	v := slices.Sorted(slices.Values(s.values))
	at := func(p float64) float64 { return v[int(math.Round(p*float64(len(v)-1)))] }
	return at(0.025), at(0.975)
}

func mustCompile(t *testing.T, name string, sets ...string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// outcomeOf is the column of a named outcome.
func outcomeOf(t *testing.T, m *sim.Model, o *trial.Observed, name string) *trial.Column {
	t.Helper()
	k := slices.IndexFunc(m.Scenario.Outcomes, func(o scenarios.Outcome) bool { return o.Name == name })
	if k < 0 {
		t.Fatalf("no outcome %q", name)
	}
	return &o.Outcomes[k]
}

func rowOf(t *testing.T, r *analysis.Result, outcome, method string) *analysis.Row {
	t.Helper()
	for k := range r.Rows {
		if row := &r.Rows[k]; row.OutcomeSpec.Name == outcome && row.Method.Name == method && row.SubgroupName == "all" {
			return row
		}
	}
	t.Fatalf("no row of %s by %s", outcome, method)
	return nil
}
