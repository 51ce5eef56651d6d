package explain

import (
	"reflect"
	"testing"
)

// A world in which nobody is lost, seen in the lives of the one that loss alone sets apart from
// it, has the same trials, to the bit, as one lived on its own.
func TestWorldsShareTheLivesThatLossLeavesAlone(t *testing.T) {
	c, err := newComparison(builtin(t, "needle-exchange"), Question{Outcome: "abstinent_365"}, Options{Replicates: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Replicates: 4, Seed: 5, Workers: 2}
	shared, alone := c.w.lives(), []lived(nil)
	for k := range c.w.models {
		alone = append(alone, lived{k, -1})
	}
	if 2*len(shared) != len(alone) {
		t.Errorf("%d lives of %d worlds, want half as many", len(shared), len(alone))
	}
	a, b := newSimulation(c.w, shared, opt), newSimulation(c.w, alone, opt)
	for _, s := range []*simulation{a, b} {
		if err := s.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.finished != 4*len(c.w.models) {
			t.Errorf("%d trials, want %d", s.finished, 4*len(c.w.models))
		}
	}
	if !reflect.DeepEqual(a.tallies, b.tallies) {
		t.Errorf("other trials")
	}
}
