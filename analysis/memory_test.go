package analysis

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"caseload/internal/suite"
	"caseload/sim"
)

// A worker that is warm allocates nothing for a replicate and its analyses,
// with the worlds of the truth and without.
func TestReplicatesAllocateNothing(t *testing.T) {
	models := map[string]*sim.Model{"bench-p2": compile(t, "bench-p2"), "needle-exchange": compile(t, "needle-exchange")}
	if suite.IsLong() {
		models["the standard plan"], models["all methods"], models["a stepped wedge"] = standardPlan(t), allMethods(t), inWedge(t)
		models["decisions"], models["a published stepped wedge"] = compile(t, "engage"), compile(t, "consult-wedge")
	}
	for name, m := range models {
		for _, noTruth := range []bool{true, false} {
			p := planOf(t, m)
			w, out, b := newWorker(m, p, Options{Seed: 1, NoTruth: noTruth}), make(record, p.at.width), newBlock(p, true)
			p.pilot(newWorker(m, p, Options{Seed: 1, NoTruth: noTruth})) // of the models' truths
			r := 0
			replicate := func() {
				w.replicate(r, out, b)
				r++
			}
			for range 40 {
				replicate() // warm
			}
			if n := testing.AllocsPerRun(40, replicate); n != 0 {
				t.Errorf("%s, without truth %v: %v allocations a replicate", name, noTruth, n)
			}
		}
	}
}

// live is the memory in use after a collection, in bytes.
func live() float64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc)
}

// What a run holds on to does not grow with its replicates, but for the ends
// of intervals near the truth: with sqrt(replicates), some 16 bytes for
// each. Eight times the replicates may need 64 KB more; outputs that were kept
// would take some 400 bytes each, 1.4 MB.
func TestMemoryIsFlat(t *testing.T) {
	suite.Long(t)
	const few, many, allowed = 512, 4096, 64 << 10
	for _, noTruth := range []bool{true, false} {
		m := compile(t, "bench-p2", "trial.clients=30", "service.treatment.slots=6")
		var atFew, atMany float64
		run(t, m, Options{Replicates: many, Seed: 1, Workers: 1, NoTruth: noTruth, Progress: func(done, _ int) {
			switch done {
			case few:
				atFew = live()
			case many:
				atMany = live()
			}
		}})
		t.Logf("without truth %v: %.0f KB after %d replicates, %.0f KB after %d", noTruth, atFew/1024, few, atMany/1024, many)
		if atMany-atFew > allowed {
			t.Errorf("without truth %v: %.0f bytes more after %d replicates than after %d", noTruth, atMany-atFew, many, few)
		}
	}
}

// A block of replicates costs some constant number of allocations when it is
// folded, and nothing for each replicate: 256 of them cost less than one each
// for the tables of two pooled hazard ratios and the ends of intervals.
func TestReplicatesCostFewAllocations(t *testing.T) {
	suite.Long(t)
	m := compile(t, "bench-p2", "trial.clients=30", "service.treatment.slots=6")
	allocations := func(replicates int) (count, bytes float64) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Run(context.Background(), m, Options{Replicates: replicates, Seed: 1, Workers: 1}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)
	}
	count1, bytes1 := allocations(512)
	count2, bytes2 := allocations(4096)
	count, bytes := (count2-count1)/(4096-512), (bytes2-bytes1)/(4096-512)
	t.Logf("%.3f allocations and %.0f bytes for each further replicate", count, bytes)
	if count > 0.2 || bytes > 256 {
		t.Errorf("%.3f allocations and %.0f bytes for each further replicate, want at most 0.2 and 256", count, bytes)
	}
}

// The ends of intervals that are kept grow with the square root of the number
// of replicates, whatever the truth: a known effect, none, or none asked for.
func TestIntervalEndsAreForgotten(t *testing.T) {
	suite.Long(t)
	for _, c := range []struct {
		name    string
		ratio   float64
		noTruth bool
	}{{"an effect", 1.5, false}, {"no effect", 1, false}, {"no truth", 1.5, true}} {
		m := parse(t, fmt.Sprintf(plainTOML, 40, "20", c.ratio))
		kept := func(replicates int) (n float64) {
			f := foldAll(t, m, Options{Replicates: replicates, Seed: 1, NoTruth: c.noTruth})
			for k := range f.accs {
				n += float64(f.accs[k].Kept())
			}
			return n / float64(len(f.accs))
		}
		few, many := kept(512), kept(4096)
		t.Logf("%s: %.0f numbers an analysis after 512 replicates, %.0f after 4096", c.name, few, many)
		if many > 4*few+50 { // sqrt(8) = 2.8 times
			t.Errorf("%s: %.0f numbers kept for an analysis after 512 replicates, %.0f after 4096", c.name, few, many)
		}
	}
}
