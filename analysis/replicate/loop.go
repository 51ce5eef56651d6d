package replicate

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// Options say how replicates are run. None of them but Replay shows in what comes
// out.
type Options struct {
	Workers int // 0: one a core
	// Replay says how to see a replicate again, for the error of one that panics.
	// It is called from several goroutines. May be nil.
	Replay func(r int) string
	// Done is told how many replicates are done after each of them, under a lock:
	// it must be quick. May be nil.
	Done func(done int)
}

// Loop runs the replicates of a range, and folds what they leave block by block.
// W is what a worker needs, B what the replicates of a block leave. Block k is of
// replicates k x Size to (k+1) x Size as far as they are in the range.
type Loop[W, B any] struct {
	Options
	Range
	// Next is the first replicate to run, if it is not From: those before it are done
	// and, but for those of its own block, folded; what these left is in the block.
	Next int
	Size int // replicates of a block
	// Blocks are in work at once: block k is in Blocks[k % len(Blocks)], and is used
	// again when it has been folded.
	Blocks []B
	Worker func() W // makes a worker, once for each goroutine
	// Do runs replicate r, which belongs to the block. Other replicates of the block
	// run at the same time. An error ends the loop.
	Do func(w W, block B, r int) error
	// Fold takes the replicates of a block, which are all of its range unless the
	// loop is cut off. It is called in order, from one goroutine at a time and under
	// the lock. The loop ends unless more are wanted.
	Fold func(block B, of Range) (more bool, err error)
	// Checkpoint, every so often, is given the replicates of the next block that are
	// done so far, while nothing is in work. It is called as Fold is, and what it is
	// given will be folded all the same. No replicate is handed out until those in work
	// are done, so that a block has no gap. nil: never.
	Checkpoint func(block B, of Range) error
	Every      time.Duration
}

// Run runs the replicates until all are done, enough are folded, or ctx is done.
// Replicates before end are done and, unless Fold wanted no more, folded. The
// error is that of the first replicate that fails, whoever ran it.
func (l *Loop[W, B]) Run(ctx context.Context) (end int, err error) {
	workers := l.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	first := max(l.Next, l.From)
	s := &state[W, B]{Loop: l, next: first, folded: first / l.Size, counts: make([]int, len(l.Blocks))}
	s.room = sync.NewCond(&s.mu)
	s.begun, s.saved = first, time.Now()
	s.counts[s.folded%len(l.Blocks)] = first - s.bounds(s.folded).From
	var wg sync.WaitGroup
	for range min(workers, l.To-first) {
		wg.Go(func() { s.work(ctx) })
	}
	wg.Wait()
	if !s.stopped && s.counts[s.folded%len(l.Blocks)] > 0 {
		s.foldUntil(s.next)
	}
	return s.next, s.err
}

// Each does the replicates 0 to n, n excluded, where each leaves what it does in a
// place of its own. Those before done are done.
func Each[W any](ctx context.Context, n int, o Options, worker func() W, do func(w W, r int) error) (done int, err error) {
	l := Loop[W, struct{}]{Options: o, Range: Range{0, n}, Size: max(1, n), Blocks: make([]struct{}, 1), Worker: worker,
		Do:   func(w W, _ struct{}, r int) error { return do(w, r) },
		Fold: func(struct{}, Range) (bool, error) { return true, nil }}
	return l.Run(ctx)
}

// state is how far a loop has come.
type state[W, B any] struct {
	*Loop[W, B]
	mu   sync.Mutex
	room *sync.Cond

	next    int       // replicate to be handed out
	folded  int       // blocks
	counts  []int     // of replicates done, by place of Blocks
	done    int       // replicates run
	begun   int       // the first of them
	saved   time.Time // when there was a checkpoint
	pausing bool      // nothing is handed out, for a checkpoint
	stopped bool      // nothing more is wanted
	failed  int       // the first replicate that failed, if err is set
	err     error
}

// bounds returns the replicates of block k.
func (s *state[W, B]) bounds(k int) Range {
	return Range{max(s.From, k*s.Size), min(s.To, (k+1)*s.Size)}
}

// work runs replicates as long as there are any.
func (s *state[W, B]) work(ctx context.Context) {
	w, err := s.begin()
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.fail(s.next, err)
		return
	}
	for r, ok := s.take(ctx); ok; r, ok = s.take(ctx) {
		s.finish(r, s.attempt(w, r))
	}
}

// take returns the next replicate, as soon as there is room for its block and no
// checkpoint is waited for.
//
// Nobody waits for ever where ctx is done: room is wanted only when all replicates
// of the block to be folded next have been handed out, and these are ended; so are
// those that a checkpoint waits for.
func (s *state[W, B]) take(ctx context.Context) (r int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stopped && s.next < s.To && (s.pausing || s.next/s.Size >= s.folded+len(s.Blocks)) {
		s.room.Wait()
	}
	if s.stopped || s.next >= s.To || ctx.Err() != nil {
		return 0, false
	}
	r = s.next
	s.next++
	return r, true
}

// begin makes a worker.
func (s *state[W, B]) begin() (w W, err error) {
	defer Catch(&err, s.From, s.Replay)
	return s.Worker(), nil
}

func (s *state[W, B]) attempt(w W, r int) (err error) {
	defer Catch(&err, r, s.Replay)
	return s.Do(w, s.Blocks[r/s.Size%len(s.Blocks)], r)
}

// finish marks replicate r as done, and folds the blocks that are complete.
func (s *state[W, B]) finish(r int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.fail(r, err)
		return
	}
	s.counts[r/s.Size%len(s.Blocks)]++
	for !s.stopped {
		of, n := s.bounds(s.folded), s.counts[s.folded%len(s.Blocks)]
		if n == 0 || n < of.To-of.From {
			break
		}
		s.foldUntil(of.To)
	}
	s.done++
	if s.Done != nil {
		s.Done(s.done)
	}
	s.checkpoint(r)
}

// checkpoint makes a checkpoint if it is time for one, as soon as all that was handed
// out is done. Replicate r was done last.
func (s *state[W, B]) checkpoint(r int) {
	if s.Checkpoint == nil || s.stopped {
		return
	}
	s.pausing = s.pausing || time.Since(s.saved) >= s.Every
	if !s.pausing || s.done < s.next-s.begun {
		return
	}
	if at := s.folded % len(s.Blocks); s.counts[at] > 0 {
		if err := s.save(s.Blocks[at], Range{s.bounds(s.folded).From, s.next}); err != nil {
			s.fail(r, err)
		}
	}
	s.saved, s.pausing = time.Now(), false
	s.room.Broadcast()
}

// save is Checkpoint; a panic is an error of the first replicate.
func (s *state[W, B]) save(block B, of Range) (err error) {
	defer Catch(&err, of.From, s.Replay)
	return s.Checkpoint(block, of)
}

// foldUntil folds the next block, of which the replicates before end are done.
func (s *state[W, B]) foldUntil(end int) {
	at := s.folded % len(s.Blocks)
	more, err := s.fold(s.Blocks[at], Range{s.bounds(s.folded).From, end})
	if err != nil {
		s.fail(end, err)
	}
	s.counts[at] = 0
	s.folded++
	s.stopped = s.stopped || !more
	s.room.Broadcast()
}

// fold is Fold; a panic is an error of the first replicate.
func (s *state[W, B]) fold(block B, of Range) (more bool, err error) {
	defer Catch(&err, of.From, s.Replay)
	return s.Fold(block, of)
}

// fail ends the loop. Replicates are handed out in order, so that the first of
// those that fail is among those in work.
func (s *state[W, B]) fail(r int, err error) {
	if s.err == nil || r < s.failed {
		s.failed, s.err = r, err
	}
	s.stopped = true
	s.room.Broadcast()
}
