package replicate

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// sums are what the replicates of a block leave: by place in the block.
type sums [4]int

// summing is a loop over a range that folds the square of each replicate into a
// list. Workers take turns in an order of their own: some replicates take longer.
func summing(r Range, o Options, out *[]int) *Loop[*int, *sums] {
	return &Loop[*int, *sums]{Options: o, Range: r, Size: len(sums{}), Blocks: []*sums{{}, {}},
		Worker: func() *int { return new(int) },
		Do: func(_ *int, block *sums, r int) error {
			if r%3 == 0 {
				time.Sleep(time.Duration(r%7) * 50 * time.Microsecond)
			}
			block[r%len(block)] = r * r
			return nil
		},
		Fold: func(block *sums, of Range) (bool, error) {
			*out = append(*out, block[of.From%len(block):][:of.To-of.From]...)
			*block = sums{}
			return true, nil
		},
	}
}

// squares are what a range leaves.
func squares(r Range) (out []int) {
	for n := r.From; n < r.To; n++ {
		out = append(out, n*n)
	}
	return out
}

// Whatever the number of workers, and whether the range begins and ends with a
// block or within one, all replicates are folded once and in order.
func TestFoldsInOrder(t *testing.T) {
	for _, r := range []Range{{0, 40}, {0, 41}, {3, 39}, {5, 6}, {6, 7}, {4, 4}, {8, 8}, {0, 0}} {
		for _, workers := range []int{1, 2, 3, 16, 0} {
			var got []int
			end, err := summing(r, Options{Workers: workers}, &got).Run(context.Background())
			if err != nil || end != r.To || !slices.Equal(got, squares(r)) {
				t.Errorf("%v with %d workers: to %d, %v, the error %v", r, workers, end, got, err)
			}
		}
	}
}

// What is done before the first replicate to run is folded with the rest of its
// block, or alone where nothing more is run.
func TestGoesOnWithinABlock(t *testing.T) {
	for _, c := range []struct {
		next, first int // replicate that the present block begins with
		of          Range
		cancelled   bool
	}{
		{6, 4, Range{0, 13}, false}, {4, 4, Range{0, 13}, false}, {3, 1, Range{1, 13}, false},
		{6, 4, Range{0, 13}, true}, {4, 4, Range{0, 13}, true}, {1, 1, Range{1, 13}, true},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		if c.cancelled {
			cancel()
		}
		var got []int
		l := summing(c.of, Options{Workers: 2}, &got)
		l.Next = c.next
		for r := c.first; r < c.next; r++ {
			l.Blocks[r/l.Size%2][r%l.Size] = r * r
		}
		want := squares(Range{c.first, c.of.To})
		if c.cancelled {
			want = squares(Range{c.first, c.next})
		}
		end, err := l.Run(ctx)
		cancel()
		if err != nil || end != c.first+len(want) || !slices.Equal(got, want) {
			t.Errorf("%+v: to %d, %v, the error %v, want %v", c, end, got, err, want)
		}
	}
}

// Cut off, what is folded is the first replicates: all that were begun.
func TestEndsWithTheReplicatesBegun(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		for _, at := range []int{1, 4, 9, 30} {
			ctx, cancel := context.WithCancel(context.Background())
			var got []int
			var begun atomic.Int64
			l := summing(Range{2, 1000}, Options{Workers: workers, Done: func(done int) {
				if done == at {
					cancel()
				}
			}}, &got)
			do := l.Do
			l.Do = func(w *int, b *sums, r int) error { begun.Add(1); return do(w, b, r) }
			end, err := l.Run(ctx)
			cancel()
			if err != nil || end < 2+at || end >= 2+at+workers {
				t.Errorf("%d workers cut off at %d: to %d, the error %v", workers, at, end, err)
			}
			if int(begun.Load()) != end-2 || !slices.Equal(got, squares(Range{2, end})) {
				t.Errorf("%d workers cut off at %d: %d begun to %d, %v folded", workers, at, begun.Load(), end, got)
			}
		}
	}
}

// A fold that wants no more ends the loop, at the same block however many work.
func TestEndsWhenEnoughIsFolded(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		var got []int
		l := summing(Range{0, 1000}, Options{Workers: workers}, &got)
		fold := l.Fold
		l.Fold = func(b *sums, of Range) (bool, error) {
			_, err := fold(b, of)
			return of.To < 12, err
		}
		if _, err := l.Run(context.Background()); err != nil || !slices.Equal(got, squares(Range{0, 12})) {
			t.Errorf("%d workers: %v, the error %v", workers, got, err)
		}
	}
}

// No block is used again before it is folded: with two blocks, a replicate of the
// third waits for the first one.
func TestWaitsForRoom(t *testing.T) {
	var got []int
	var folded atomic.Int64
	l := summing(Range{0, 100}, Options{Workers: 3}, &got)
	do, fold := l.Do, l.Fold
	l.Do = func(w *int, b *sums, r int) error {
		if r == 0 {
			time.Sleep(20 * time.Millisecond) // the others would be far ahead
		}
		if behind := int(folded.Load()); r >= (behind+2)*l.Size {
			t.Errorf("replicate %d is run when %d blocks are folded", r, behind)
		}
		return do(w, b, r)
	}
	l.Fold = func(b *sums, of Range) (bool, error) {
		folded.Add(1)
		return fold(b, of)
	}
	if _, err := l.Run(context.Background()); err != nil || !slices.Equal(got, squares(l.Range)) {
		t.Errorf("%v, the error %v", got, err)
	}
}

// The first replicate that fails is the one told of, whether the next one, which is
// in work by then, fails sooner or later; and what is not begun then is not run.
func TestNamesTheFirstThatFails(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		for slow := 5; slow <= 6; slow++ {
			var begun atomic.Int64
			next := make(chan bool, 1) // the sixth has begun
			_, err := Each(context.Background(), 500, Options{Workers: workers}, func() int { return 0 }, func(_ int, r int) error {
				begun.Add(1)
				if r < 5 {
					return nil
				}
				if r == 6 {
					next <- true
				} else if r == 5 && workers > 1 {
					<-next
				}
				if r == slow {
					time.Sleep(5 * time.Millisecond)
				}
				return fmt.Errorf("replicate %d", r)
			})
			if err == nil || err.Error() != "replicate 5" || int(begun.Load()) > 5+workers {
				t.Errorf("%d workers, %d slow: %d begun, the error %v", workers, slow, begun.Load(), err)
			}
		}
	}
}

// A fold that fails ends the loop with its error, of a full block or of the rest.
func TestFoldCanFail(t *testing.T) {
	for _, to := range []int{40, 7} {
		var got []int
		l := summing(Range{0, to}, Options{Workers: 2}, &got)
		fold, full := l.Fold, errors.New("the disk is full")
		l.Fold = func(b *sums, of Range) (bool, error) {
			if of.From == 4 {
				return true, full
			}
			return fold(b, of)
		}
		if _, err := l.Run(context.Background()); err != full || !slices.Equal(got, squares(Range{0, 4})) {
			t.Errorf("to %d: %v, the error %v", to, got, err)
		}
	}
}

// A panic is an error that names the replicate and how to see it again, at any
// number of workers.
func TestPanicIsAnError(t *testing.T) {
	broken := errors.New("a clock ran backwards")
	o := Options{Replay: func(r int) string { return fmt.Sprintf("see --replicate %d", r) }}
	for o.Workers = range 5 {
		_, err := Each(context.Background(), 50, o, func() int { return 0 }, func(_ int, r int) error {
			if r >= 13 {
				panic(broken)
			}
			return nil
		})
		p, ok := errors.AsType[*Panic](err)
		if !ok || p.Replicate != 13 || !errors.Is(err, broken) || err.Error() != "a clock ran backwards\nsee --replicate 13" {
			t.Errorf("%d workers: got %v", o.Workers, err)
		}
	}
	_, err := Each(context.Background(), 1, Options{}, func() []int { return nil }, func(none []int, r int) error {
		none[r]++
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "index out of range") || !strings.HasSuffix(err.Error(), "\nThis was replicate 0") {
		t.Errorf("without Replay: got %v", err)
	}
}

// Each leaves every replicate in its place, and the first ones where it is cut off.
func TestEach(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		out, made := make([]int, 200), atomic.Int64{}
		o := Options{Workers: workers, Done: func(done int) {
			if done == 20 {
				cancel()
			}
		}}
		done, err := Each(ctx, len(out), o, func() int { return int(made.Add(1)) }, func(w, r int) error {
			out[r] = w
			return nil
		})
		if err != nil || done < 20 || done >= 20+workers || made.Load() != int64(workers) {
			t.Errorf("%d workers made for %d: %d done, the error %v", made.Load(), workers, done, err)
		}
		for r, w := range out {
			if (w > 0) != (r < done) {
				t.Errorf("%d workers, %d done: replicate %d by %d", workers, done, r, w)
			}
		}
	}
}

// A context that is done tells why, and how far it came.
func TestInterrupted(t *testing.T) {
	enough := errors.New("enough")
	var err error = &Interrupted{Done: 3, Want: 10, Cause: enough}
	if !errors.Is(err, enough) || err.Error() != "interrupted after 3 of 10 replicates: enough" {
		t.Errorf("got %v", err)
	}
}

// What a loop allocates does not grow with its replicates.
func TestAllocatesNothingForAReplicate(t *testing.T) {
	allocated := func(n int) uint64 {
		l := Loop[int, *sums]{Options: Options{Workers: 1, Replay: func(int) string { return "" }}, Range: Range{0, n}, Size: 4,
			Blocks: []*sums{{}, {}}, Worker: func() int { return 0 },
			Do:   func(_ int, b *sums, r int) error { b[r%4]++; return nil },
			Fold: func(*sums, Range) (bool, error) { return true, nil }}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := l.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs
	}
	allocated(10)
	const few = 50 // of the runtime itself meanwhile
	if n := allocated(100_000); n > few {
		t.Errorf("%d allocations in 100 000 replicates, want at most %d", n, few)
	}
}

// A checkpoint has all that was handed out and not folded, and nothing runs meanwhile.
func TestCheckpointsHaveNoGaps(t *testing.T) {
	var working atomic.Int32
	blocks := []*[7]int{{}, {}, {}}
	checkpoints, folded := 0, 0
	l := Loop[int, *[7]int]{Options: Options{Workers: 4}, Range: Range{3, 100}, Size: 7, Blocks: blocks,
		Worker: func() int { return 0 },
		Do: func(_ int, b *[7]int, r int) error {
			working.Add(1)
			defer working.Add(-1)
			time.Sleep(time.Duration(r%3) * 50 * time.Microsecond)
			b[r%7] = r
			return nil
		},
		Fold: func(b *[7]int, of Range) (bool, error) {
			if of.From != max(3, folded) {
				t.Errorf("folded %v after those before %d", of, folded)
			}
			folded = of.To
			return true, nil
		},
		Checkpoint: func(b *[7]int, of Range) error {
			checkpoints++
			for r := of.From; r < of.To; r++ {
				if b[r%7] != r {
					t.Errorf("checkpoint of %v: replicate %d is not done", of, r)
				}
			}
			if n := working.Load(); n > 0 || of.From != max(3, folded) || of.From/7 != (of.To-1)/7 {
				t.Errorf("checkpoint of %v while %d are in work and those before %d are folded", of, n, folded)
			}
			return nil
		},
		Every: 100 * time.Microsecond}
	end, err := l.Run(t.Context())
	if end != 100 || err != nil || folded != 100 || checkpoints < 5 {
		t.Errorf("ended at %d and folded to %d (%v), with %d checkpoints", end, folded, err, checkpoints)
	}
	broken := errors.New("full disk")
	l.Checkpoint = func(*[7]int, Range) error { return broken }
	folded = 0
	if _, err := l.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("a checkpoint that fails: %v, want its error", err)
	}
}
