package analysis

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"caseload/analysis/replicate"
	"caseload/sim"
)

// BlockSize is how many replicates are summed together, in order. Results
// are the same whoever ran them.
const BlockSize = 256

// MinPrecise is the least number of replicates before a wanted precision may
// stop a run.
const MinPrecise = 512

// Options says how a run is done. Neither Workers nor Name nor Progress nor
// Visit nor Store nor CheckpointEvery changes its numbers.
type Options struct {
	Replicates int     // at most
	Precision  float64 // stop at a block's end once all powers have an MCSE this small; 0: never
	Seed       int64
	Workers    int     // 0: one a core
	Alpha      float64 // level of all tests and intervals; 0: each outcome's own
	// From and To bound the replicates of a shard, To excluded; 0: Replicates.
	From, To int
	Store    Store // what is kept and need not be run again; nil: nothing
	NoTruth  bool  // leave out the worlds; what needs a truth is NaN
	// Outside are analyses made elsewhere, and Answer what analysis k of them says of a
	// replicate, false if nothing.
	Outside []Outside
	Answer  func(replicate, k int) (x OutsideFit, made bool)
	Name    string // of the scenario, for the line that replays a replicate
	// Visit is told what each analysis of each replicate says, at the level asked
	// for, in the order of the replicates and of the result's rows; also of
	// replicates that the store has. May be nil.
	Visit func(replicate, row int, fit Fit)
	// CheckpointEvery is the time after which what is done is kept, if the store can;
	// 0: half a minute.
	CheckpointEvery time.Duration
	// Progress is told how many replicates are done after each of them, from
	// one goroutine at a time and under a lock: it must be quick. May be nil.
	Progress func(done, want int)
}

// Run simulates and analyses replicates of the model's trial until all are
// done, the precision is reached, or ctx is done; in the last case the result
// covers the replicates finished, which are the first ones, and is partial.
// Replicates in the store are not run again.
func Run(ctx context.Context, m *sim.Model, opt Options) (*Result, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	if err := p.addOutside(opt.Outside); err != nil {
		return nil, err
	}
	if opt.Alpha > 0 {
		p.withAlpha(opt.Alpha)
	}
	if opt.To <= 0 || opt.To > opt.Replicates {
		opt.To = opt.Replicates
	}
	f := newAccumulator(m, p, opt)
	first, err := f.restore()
	if err != nil {
		return nil, err
	}
	if first < f.limit && !f.stopped {
		if !f.piloted {
			p.pilot(newWorker(m, p, opt))
		}
		if err := f.run(ctx, first); err != nil {
			return nil, err
		}
	}
	return f.result(), nil
}

// run runs the replicates from the first on.
func (f *accumulator) run(ctx context.Context, first int) error {
	l := replicate.Loop[*worker, *block]{
		Options: replicate.Options{Workers: f.opt.Workers, Replay: f.opt.replay},
		Range:   replicate.Range{From: f.opt.From, To: f.limit},
		Next:    first,
		Size:    BlockSize,
		Blocks:  f.blocks[:],
		Worker:  func() *worker { return newWorker(f.m, f.p, f.opt) },
		Do: func(w *worker, b *block, r int) error {
			w.replicate(r, b.rows[r%BlockSize], b)
			return nil
		},
		Fold: func(b *block, of replicate.Range) (more bool, err error) {
			err = f.fold(b, of.To, true)
			return !f.stopped, err
		},
	}
	if tell := f.opt.Progress; tell != nil {
		l.Done = func(done int) {
			want := f.limit - f.opt.From
			tell(min(first-f.opt.From+done, want), want)
		}
	}
	if c, ok := f.opt.Store.(Checkpointer); ok {
		l.Every = cmp.Or(f.opt.CheckpointEvery, checkpointEvery)
		l.Checkpoint = func(b *block, of replicate.Range) error {
			return c.Checkpoint(f.folded, f.kept(b, of.To))
		}
	}
	_, err := l.Run(ctx)
	return err
}

// checkpointEvery is how much work a machine that fails can cost: a worker spends a
// minute or more on 1,024 replicates of a large trial, which are a part.
const checkpointEvery = 30 * time.Second

// replay returns the command that shows a replicate.
func (o *Options) replay(r int) string {
	return fmt.Sprintf("To see this replicate: caseload trial %s --seed %d --replicate %d", o.Name, o.Seed, r)
}
