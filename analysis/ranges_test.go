package analysis

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"caseload/analysis/measure"
	"caseload/analysis/replicate"
	"caseload/internal/suite"
	"caseload/scenarios"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Ranges that two others run, put together in any order, give the result of a run in one
// piece to the bit: binary outcomes, times, and models whose truth needs a pilot.
func TestRangesTogetherAreARun(t *testing.T) {
	suite.Long(t)
	for _, name := range []string{"dilution", "crowded"} {
		m := compile(t, name, "trial.clients=60")
		opt := Options{Replicates: 300, Seed: 4, Workers: 2}
		var workers [2]*Ranges
		for k := range workers {
			var err error
			if workers[k], err = NewRanges(m, opt); err != nil {
				t.Fatal(err)
			}
		}
		ends := []int{0, 1, 2, 4, 8, 100, 256, 290, 300}
		var blocks []*Block
		for k, from := range ends[:len(ends)-1] {
			b, err := workers[k%2].Run(t.Context(), replicate.Range{From: from, To: ends[k+1]}, nil)
			if err != nil {
				t.Fatal(err)
			}
			blocks = append(blocks, b)
		}
		for _, some := range []int{4, len(blocks)} {
			var all Together
			for _, b := range slices.Backward(blocks[:some]) {
				all.Add(b)
			}
			if all.Replicates() != ends[some] {
				t.Fatalf("%s: %d replicates of %d", name, all.Replicates(), ends[some])
			}
			got, err := all.Result(m, opt)
			if err != nil {
				t.Fatal(err)
			}
			one := opt
			one.Replicates = ends[some]
			want, err := Run(context.Background(), m, one)
			if err != nil {
				t.Fatal(err)
			}
			same := cmp.Options{cmp.Exporter(func(reflect.Type) bool { return true }),
				cmp.Comparer(func(x, y float64) bool { return x == y || x != x && y != y }),
				cmp.Comparer(func(x, y measure.Number) bool { return x == y || x != x && y != y }),
				cmp.Comparer(func(a, b *scenarios.Outcome) bool { return a == b })}
			if diff := cmp.Diff(want.Rows, got.Rows, same); diff != "" {
				t.Errorf("%s, %d replicates (-run +ranges): %s", name, ends[some], diff)
			}
			if diff := cmp.Diff(want.Arms, got.Arms, same); diff != "" {
				t.Errorf("%s, arms of %d replicates (-run +ranges): %s", name, ends[some], diff)
			}
		}
	}
}

// A range of two blocks, an empty one, and one beyond the run are refused.
func TestRangesAreOfOneBlock(t *testing.T) {
	g, err := NewRanges(compile(t, "null"), Options{Replicates: 300, Seed: 1, NoTruth: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []replicate.Range{{From: 255, To: 257}, {From: 3, To: 3}, {From: -1, To: 2}, {From: 299, To: 301}} {
		if b, err := g.Run(t.Context(), of, nil); err == nil || b != nil {
			t.Errorf("%v was run", of)
		}
	}
}

// A range that is cut off leaves nothing, and changes nothing of what is run after it.
func TestARangeIsCutOff(t *testing.T) {
	m, opt := compile(t, "bench-p2"), Options{Replicates: 8, Seed: 1}
	var workers [2]*Ranges
	for k := range workers {
		var err error
		if workers[k], err = NewRanges(m, opt); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := 0
	cut, err := workers[0].Run(ctx, replicate.Range{To: 8}, func(n, _ int) {
		if done = n; n == 3 {
			cancel()
		}
	})
	if cut != nil || !errors.Is(err, context.Canceled) || done != 3 {
		t.Errorf("cut off after 3 replicates: %v, %v after %d", cut, err, done)
	}
	var blocks [2]*Block
	for k, g := range workers {
		if blocks[k], err = g.Run(t.Context(), replicate.Range{From: 4, To: 8}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(blocks[1], blocks[0], cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("a range is another after one that was cut off: %s", diff)
	}
}
