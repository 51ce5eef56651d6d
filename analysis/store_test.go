package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"caseload/internal/suite"
)

// memory is a store that keeps blocks in memory, and fails when told to.
type memory struct {
	blocks map[int]*Block
	kept   int // calls of Keep
	fail   error
}

func (m *memory) Read(k int) (*Block, error) { return m.blocks[k], nil }

func (m *memory) Keep(k int, b *Block) error {
	m.kept++
	c := &Block{First: b.First, Counts: slices.Clone(b.Counts), Pilot: slices.Clone(b.Pilot)}
	for _, row := range b.Rows {
		c.Rows = append(c.Rows, slices.Clone(row))
	}
	m.blocks[k] = c
	return m.fail
}

func newMemory() *memory { return &memory{blocks: map[int]*Block{}} }

// sameResult compares what results say, NaN equal to NaN.
func sameResult(t *testing.T, what string, got, want *Result) {
	t.Helper()
	a, b := fmt.Sprintf("%+v", said(got)), fmt.Sprintf("%+v", said(want))
	if a != b {
		t.Errorf("%s: another result", what)
	}
}

func said(r *Result) (list []any) {
	list = append(list, r.Replicates, r.Failed, r.Partial)
	for k := range r.Rows {
		list = append(list, r.Rows[k].Performance, r.Rows[k].TruthRollout, r.Rows[k].FailureCounts)
	}
	for k := range r.Arms {
		a := &r.Arms[k]
		list = append(list, a.Mean, a.MeanMCSE, a.SD, a.N)
	}
	return list
}

// What is kept is not run again, and makes no difference: after an interruption,
// with more replicates later, with other workers, and in one go.
func TestKeptReplicatesAreNotRunAgain(t *testing.T) {
	m := parse(t, fmt.Sprintf(wideTOML, 20, 2)+wideOutcomes())
	want := run(t, m, Options{Replicates: 700, Seed: 4})
	store := newMemory()
	run(t, m, Options{Replicates: 300, Seed: 4, Store: store})
	if len(store.blocks) != 2 || len(store.blocks[1].Rows) != 300-BlockSize {
		t.Fatalf("%d blocks", len(store.blocks))
	}
	ctx, stop := context.WithCancel(context.Background())
	opt := Options{Replicates: 700, Seed: 4, Store: store, Workers: 2}
	opt.Progress = func(done, _ int) {
		if done == 400 {
			stop()
		}
	}
	part, err := Run(ctx, m, opt)
	if err != nil || !part.Partial || part.Replicates < 400 {
		t.Fatalf("%v, %d replicates, partial %v", err, part.Replicates, part.Partial)
	}
	store.kept = 0
	sameResult(t, "gone on", run(t, m, Options{Replicates: 700, Seed: 4, Store: store}), want)
	kept := store.kept
	sameResult(t, "read alone", run(t, m, Options{Replicates: 700, Seed: 4, Store: store}), want)
	if kept == 0 || store.kept != kept {
		t.Errorf("%d blocks kept, then %d", kept, store.kept)
	}
}

// Shards joined by hand hold what one run does.
func TestShardsHoldTheWhole(t *testing.T) {
	suite.Long(t)
	m := parse(t, fmt.Sprintf(wideTOML, 30, 2)+wideOutcomes())
	const replicates = 600
	whole := newMemory()
	run(t, m, Options{Replicates: replicates, Seed: 9, Store: whole})
	joined := newMemory()
	for shard := range 3 {
		part := newMemory()
		from, to := shard*replicates/3, (shard+1)*replicates/3
		if r := run(t, m, Options{Replicates: replicates, From: from, To: to, Seed: 9, Store: part}); r.Replicates != to-from || r.Partial {
			t.Fatalf("shard %d: %d replicates, partial %v", shard, r.Replicates, r.Partial)
		}
		for k, b := range part.blocks {
			old := joined.blocks[k]
			if old == nil {
				joined.blocks[k] = b
				continue
			}
			old.Rows = append(old.Rows, b.Rows...)
			for j, n := range b.Counts {
				old.Counts[j] += n
			}
		}
	}
	for k, b := range whole.blocks {
		got := joined.blocks[k]
		if got.First != b.First || !sameBits(got.Rows, b.Rows) || !reflect.DeepEqual(got.Counts, b.Counts) || !sameBits([][]float64{got.Pilot}, [][]float64{b.Pilot}) {
			t.Errorf("block %d differs", k)
		}
	}
}

func sameBits(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(p, q float64) bool { return math.Float64bits(p) == math.Float64bits(q) })
	})
}

// Another level changes decisions and intervals, not estimates, and is that of
// a run at it.
func TestScoredAgainAtAnotherLevel(t *testing.T) {
	suite.Long(t)
	m := parse(t, fmt.Sprintf(wideTOML, 60, 2)+wideOutcomes())
	store := newMemory()
	run(t, m, Options{Replicates: 300, Seed: 2, Store: store})
	again := run(t, m, Options{Replicates: 300, Seed: 2, Store: store, Alpha: 0.2})
	for k := range m.Scenario.Outcomes {
		m.Scenario.Outcomes[k].Alpha = 0.2
	}
	want := run(t, m, Options{Replicates: 300, Seed: 2})
	for k := range want.Rows {
		a, b := again.Rows[k].Performance, want.Rows[k].Performance
		if again.Rows[k].LimitsLost {
			if a.Coverage == a.Coverage {
				t.Errorf("%s: coverage %v from nowhere", want.Rows[k].Method.Name, a.Coverage)
			}
			continue
		}
		near := func(x, y float64) bool { return math.Abs(x-y) < 1e-9 || x != x && y != y }
		if !near(float64(a.Power), float64(b.Power)) || !near(float64(a.Coverage), float64(b.Coverage)) || !near(float64(a.Width), float64(b.Width)) || !near(float64(a.TypeM), float64(b.TypeM)) || a.Mean != b.Mean {
			t.Errorf("%s: %+v, want %+v", want.Rows[k].Method.Name, a, b)
		}
	}
}

// A store that fails ends the run with its error.
func TestAStoreThatFails(t *testing.T) {
	store := newMemory()
	store.fail = errors.New("no room")
	_, err := Run(context.Background(), parse(t, fmt.Sprintf(wideTOML, 10, 2)+wideOutcomes()), Options{Replicates: 3000, Seed: 4, Store: store})
	if !errors.Is(err, store.fail) || store.kept != 1 {
		t.Errorf("%v after %d blocks", err, store.kept)
	}
}

// checkpointed is a store that can keep a block before it is complete.
type checkpointed struct {
	*memory
	partial []*Block
}

func (c *checkpointed) Checkpoint(k int, b *Block) error {
	if err := c.Keep(k, b); err != nil {
		return err
	}
	c.partial = append(c.partial, c.blocks[k])
	return nil
}

// Checkpoints at any moment change no number, hold replicates without a gap with
// their counts, and are what a run goes on from.
func TestCheckpointsChangeNothing(t *testing.T) {
	m := parse(t, fmt.Sprintf(wideTOML, 20, 2)+wideOutcomes())
	const replicates = BlockSize + 40
	plain := newMemory()
	want := run(t, m, Options{Replicates: replicates, Seed: 4, Store: plain})
	store := &checkpointed{memory: newMemory()}
	sameResult(t, "with checkpoints", run(t, m, Options{Replicates: replicates, Seed: 4, Store: store, Workers: 3, CheckpointEvery: 1}), want)
	if len(store.partial) < replicates/10 {
		t.Fatalf("%d checkpoints within blocks, want one after every three replicates or so", len(store.partial))
	}
	for k := range plain.blocks {
		if a, b := fmt.Sprint(*plain.blocks[k]), fmt.Sprint(*store.blocks[k]); a != b {
			t.Errorf("block %d is another one", k)
		}
	}
	from := []int{len(store.partial) / 2, len(store.partial) - 1}
	if !suite.IsLong() {
		from = from[:1]
	}
	for _, at := range from {
		last := store.partial[at]
		begun := &memory{blocks: map[int]*Block{}}
		for k := range last.First / BlockSize {
			begun.blocks[k] = plain.blocks[k]
		}
		begun.blocks[last.First/BlockSize] = last
		sameResult(t, "gone on from a checkpoint", run(t, m, Options{Replicates: replicates, Seed: 4, Store: begun}), want)
		if a, b := fmt.Sprint(*plain.blocks[1]), fmt.Sprint(*begun.blocks[1]); a != b {
			t.Errorf("after checkpoint %d the last block is another one", at)
		}
	}
}
