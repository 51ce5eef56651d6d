package analysis

import (
	"context"
	"fmt"
	"math"
	"testing"
)

// What is taken down gives the powers and means of the run, whether replicates
// are run or read.
func TestDecisionsAreThoseOfTheRun(t *testing.T) {
	m := parse(t, fmt.Sprintf(wideTOML, 30, 2)+wideOutcomes())
	const replicates = 300
	store := newMemory()
	ctx, stop := context.WithCancel(context.Background())
	if _, err := Run(ctx, m, Options{Replicates: replicates, Seed: 7, Store: store, Progress: func(done, _ int) {
		if done > BlockSize+20 {
			stop()
		}
	}}); err != nil {
		t.Fatal(err)
	}
	d, err := NewDecisions(m, store)
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, m, Options{Replicates: replicates, Seed: 7, Store: d})
	alone, err := NewDecisions(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	run(t, m, Options{Replicates: replicates, Seed: 7, Store: alone, Workers: 3})
	failed := 0
	for k := range r.Rows {
		p := &r.Rows[k].Performance
		tests, rejections, estimates, sum := 0, 0, 0, 0.0
		for j := range replicates {
			if d.Tested(k, j) {
				tests++
			}
			if d.Rejected(k, j) {
				rejections++
			}
			if x := d.Value(k, j); x == x {
				estimates++
				sum += x
			}
			if d.Tested(k, j) != alone.Tested(k, j) || d.Rejected(k, j) != alone.Rejected(k, j) ||
				math.Float64bits(d.Value(k, j)) != math.Float64bits(alone.Value(k, j)) {
				t.Fatalf("%v, replicate %d: read and run differ", d.Keys[k], j)
			}
		}
		failed += replicates - estimates - p.TestsAlone
		if power := float64(rejections) / float64(tests); power != float64(p.Power) && (tests > 0 || p.Power == p.Power) {
			t.Errorf("%v: power %v, want %v", d.Keys[k], power, p.Power)
		}
		if mean := sum / float64(estimates); estimates != p.N || math.Abs(mean-float64(p.Mean)) > 1e-9*math.Max(1, math.Abs(mean)) {
			t.Errorf("%v: mean %v of %d, want %v of %d", d.Keys[k], mean, estimates, p.Mean, p.N)
		}
	}
	if d.Replicates() != replicates || failed != r.Failed || failed == 0 {
		t.Errorf("%d replicates, %d fits failed, want %d and %d (some must fail, or this shows nothing)", d.Replicates(), failed, replicates, r.Failed)
	}
	d.DropValues()
	if x := d.Value(0, 0); x == x {
		t.Errorf("an estimate of %v is left", x)
	}
}
