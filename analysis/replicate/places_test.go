package replicate

import (
	"context"
	"errors"
	"runtime"
	"testing"
)

// A thousand million replicates took eight gigabytes before the first was run.
func TestPlacesTakeNoMemoryBeforeTheyAreUsed(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := NewPlaces[[8]float64](1_000_000_000)
	*p.At(3) = [8]float64{1}
	*p.At(999_999_999) = [8]float64{2}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes", grown)
	}
	if p.At(3)[0] != 1 || p.At(999_999_999)[0] != 2 || p.At(4)[0] != 0 {
		t.Error("places are mixed up")
	}
}

func TestPlacesHoldWhatEachReplicateLeft(t *testing.T) {
	for _, n := range []int{0, 1, placesInChunk, 3*placesInChunk + 5} {
		p := NewPlaces[int](n)
		done, err := Each(context.Background(), n, Options{Workers: 4}, func() int { return 0 }, func(_ int, r int) error {
			*p.At(r) = r + 1
			return nil
		})
		if err != nil || done != n {
			t.Fatal(done, err)
		}
		got := p.First(n)
		for r := range n {
			if got[r] != r+1 {
				t.Fatalf("of %d: replicate %d left %d", n, r, got[r])
			}
		}
		if len(got) != n {
			t.Errorf("got %d of %d", len(got), n)
		}
	}
}

// A worker that cannot be made, and a block that cannot be folded, are errors as a
// replicate that panics is: these ended the program with a stack trace.
func TestABrokenWorkerOrFoldIsAnError(t *testing.T) {
	for _, workers := range []int{1, 4} {
		_, err := Each(context.Background(), 9, Options{Workers: workers}, func() int { panic("no workspace") }, func(int, int) error { return nil })
		if broken, ok := errors.AsType[*Panic](err); !ok || broken.Cause != "no workspace" {
			t.Errorf("%d workers: %v", workers, err)
		}
		var got []int
		l := summing(Range{0, 40}, Options{Workers: workers}, &got)
		l.Fold = func(*sums, Range) (bool, error) { panic("a row too many") }
		if _, err := l.Run(context.Background()); err == nil || err.Error() != "a row too many\nThis was replicate 0" {
			t.Errorf("%d workers: %v", workers, err)
		}
	}
}
