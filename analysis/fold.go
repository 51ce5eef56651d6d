package analysis

import (
	"errors"
	"math"
	"sync"

	"caseload/analysis/estimate"
	"caseload/analysis/lifetable"
	"caseload/analysis/numeric"
	"caseload/analysis/performance"
	"caseload/sim"
	"caseload/sim/trial"
)

var nan = math.NaN()

// ring is how many blocks may be in work at once.
const ring = 4

// block holds the rows of BlockSize replicates until all are there.
type block struct {
	mu    sync.Mutex
	rows  [][]float64
	ready []bool
	count int
	truth []lifetable.Counts // by plan's hazards
	roll  []lifetable.Counts
	// counts are the memory of both.
	counts []int64
}

func newBlock(p *plan, truth bool) *block {
	b := &block{ready: make([]bool, BlockSize)}
	all := make([]float64, BlockSize*p.at.width)
	for k := range BlockSize {
		b.rows = append(b.rows, all[k*p.at.width:(k+1)*p.at.width])
	}
	if truth {
		size := lifetable.Size(p.days)
		b.counts = make([]int64, 2*p.hazards*size)
		for h := range p.hazards {
			b.truth = append(b.truth, lifetable.Of(p.days, b.counts[2*h*size:(2*h+1)*size]))
			b.roll = append(b.roll, lifetable.Of(p.days, b.counts[(2*h+1)*size:(2*h+2)*size]))
		}
	}
	return b
}

// countTimes adds a replicate's times to the block's daily counts.
func (b *block) countTimes(e *effect, x, y, own *trial.Truth, control, r int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	count(&b.roll[e.hazard], e, x, y, control, r)
	if own != nil && e.among == everyone {
		countOwn(&b.truth[e.hazard], e, own, control, r)
	}
}

// folder hands out places for results and folds full blocks, in order, into
// running sums: its memory does not grow with the number of replicates.
type folder struct {
	m    *sim.Model
	p    *plan
	opt  Options
	mu   sync.Mutex
	room *sync.Cond

	blocks  [ring]*block
	folded  int  // blocks, those before the first replicate included
	n       int  // replicates folded
	ran     int  // replicates finished, folded or not
	limit   int  // replicate before which the run ends
	stopped bool // nothing more is wanted
	piloted bool
	err     error

	accs     []performance.Accumulator // by analysis
	failures [][estimate.Statuses]int  // by analysis
	truth    []pooled                  // by effect
	rollout  []pooled
	models   []scores // by plan.models
	ranks    []mean   // by analysis: truths of ranks
	arms     []pooled // by plan.arms
	seen     []float64
	dTruth   []lifetable.Counts
	dRollout []lifetable.Counts
	critical numeric.Criticals
}

func newFolder(m *sim.Model, p *plan, opt Options) *folder {
	f := &folder{m: m, p: p, opt: opt, limit: opt.To, folded: opt.From / BlockSize}
	f.room = sync.NewCond(&f.mu)
	for k := range f.blocks {
		f.blocks[k] = newBlock(p, !opt.NoTruth)
	}
	f.accs = make([]performance.Accumulator, len(p.analyses))
	f.failures = make([][estimate.Statuses]int, len(p.analyses))
	f.truth, f.rollout = make([]pooled, len(p.effects)), make([]pooled, len(p.effects))
	f.models, f.ranks = make([]scores, len(p.models)), make([]mean, len(p.analyses))
	f.arms, f.seen = make([]pooled, len(p.arms)), make([]float64, len(p.arms))
	for range p.hazards {
		f.dTruth = append(f.dTruth, lifetable.New(p.days))
		f.dRollout = append(f.dRollout, lifetable.New(p.days))
	}
	return f
}

func (f *folder) block(r int) *block { return f.blocks[r/BlockSize%ring] }

// first and last bound the replicates of block k that are wanted.
func (f *folder) bounds(k int) (first, last int) {
	return max(f.opt.From, k*BlockSize), min(f.limit, (k+1)*BlockSize)
}

// restore folds what the store has, and returns the first replicate that it
// lacks. The rows of a block begun are put in their places.
func (f *folder) restore() (next int, err error) {
	next = f.opt.From
	for f.opt.Store != nil && next < f.limit && !f.stopped {
		kept, err := f.opt.Store.Read(f.folded)
		if err != nil || kept == nil || len(kept.Rows) == 0 {
			return next, err
		}
		if !f.piloted {
			f.p.usePilot(kept.Pilot)
			f.piloted = true
		}
		b := f.block(next)
		first, last := f.bounds(f.folded)
		if kept.First != first || len(kept.Rows) > last-first {
			return next, errors.New("analysis: the store holds other replicates than were asked for")
		}
		for k, row := range kept.Rows {
			copy(b.rows[first%BlockSize+k], row)
			b.ready[first%BlockSize+k] = true
		}
		copy(b.counts, kept.Counts)
		b.count = len(kept.Rows)
		next = first + b.count
		f.ran += b.count
		if next < last {
			return next, nil
		}
		f.foldNext(false)
	}
	return next, nil
}

// slot is where replicate r's results go; nil if they are not wanted. It waits
// until the block is free.
func (f *folder) slot(r int) record {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r/BlockSize >= f.folded+ring && !f.stopped && r < f.limit {
		f.room.Wait()
	}
	if f.stopped || r >= f.limit {
		return nil
	}
	return f.block(r).rows[r%BlockSize]
}

// done marks replicate r as finished and folds what is complete.
func (f *folder) done(r int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.block(r)
	b.ready[r%BlockSize] = true
	b.count++
	f.ran++
	for !f.stopped {
		first, last := f.bounds(f.folded)
		if b := f.blocks[f.folded%ring]; b.count < last-first || b.count == 0 {
			break
		}
		f.foldNext(true)
		f.room.Broadcast()
	}
	if f.opt.Progress != nil {
		f.opt.Progress(min(f.ran, f.limit-f.opt.From), f.limit-f.opt.From)
	}
}

// foldNext folds the next block, which is complete.
func (f *folder) foldNext(keep bool) {
	if err := f.fold(f.blocks[f.folded%ring], keep); err != nil {
		f.err, f.stopped = errors.Join(f.err, err), true
		return
	}
	if f.precise() {
		f.limit, f.stopped = f.opt.From+f.n, true
	}
}

// stop wakes everybody and wants nothing more.
func (f *folder) stop(err error) {
	f.mu.Lock()
	f.stopped = true
	f.err = errors.Join(f.err, err)
	f.mu.Unlock()
	f.room.Broadcast()
}

// finish folds what an interrupted run has finished of its last block. A
// worker ends what it has begun, and replicates are begun in order, so that
// these are the first ones and nothing of a later block is there. Where the
// precision ended the run, blocks beyond it are not wanted.
func (f *folder) finish() error {
	if b := f.blocks[f.folded%ring]; !f.stopped && b.count > 0 {
		return f.fold(b, true)
	}
	return f.err
}

// fold adds a block's replicates to the running sums, in order.
func (f *folder) fold(b *block, keep bool) error {
	first, _ := f.bounds(f.folded)
	n := first % BlockSize
	for ; n < BlockSize && b.ready[n]; n++ {
		f.add(record(b.rows[n]))
		b.ready[n] = false
	}
	var err error
	if keep && f.opt.Store != nil {
		err = f.opt.Store.Keep(f.folded, &Block{First: first, Rows: b.rows[first%BlockSize : n], Counts: b.counts, Pilot: f.p.pilotNumbers()})
	}
	b.count = 0
	for h := range b.truth {
		f.dTruth[h].Add(&b.truth[h])
		f.dRollout[h].Add(&b.roll[h])
	}
	clear(b.counts)
	f.folded++
	f.narrow()
	return err
}

// add adds a replicate.
func (f *folder) add(row record) {
	f.n++
	p := f.p
	for k := range p.analyses {
		a := &p.analyses[k]
		fit := row.fit(k)
		if p.releveled {
			a.relevel(&fit, &f.critical)
		}
		if f.opt.Visit != nil {
			f.opt.Visit(f.opt.From+f.n-1, k, fit)
		}
		f.accs[k].Add(performance.Sample{Value: fit.Value, SE: fit.SE, Low: fit.Low, High: fit.High, P: a.Test.P(&fit),
			SMD: fit.SMD, Truth: fit.Truth, OK: !fit.Status.Failed(), Rejected: !fit.Status.Failed() && a.Test.Rejects(&fit)})
		f.failures[k][fit.Status]++
		f.ranks[k].add(fit.Truth)
	}
	for k := range p.families {
		p.families[k].add(p, row)
	}
	for k, at := range p.at.seen {
		f.seen[k] += row[at]
	}
	if f.opt.NoTruth {
		return
	}
	for k := range p.effects {
		f.truth[k].add(row.sums(p.at.truth[k]))
		f.rollout[k].add(row.sums(p.at.rollout[k]))
	}
	for k, at := range p.at.arms {
		f.arms[k].add(row.sums(at))
	}
	for k, at := range p.at.models {
		f.models[k].add(row.score(&p.models[k], at))
	}
}

// trustedMCSE is how many MCSEs of the truth so far its final value is
// believed to stay within. More than needed costs memory, less coverage.
const trustedMCSE = 8

// narrow tells the accumulators where the truth will be. It is given at least
// the room of one MCSE of the mean estimate: a truth that is the same in all
// replicates so far, such as none at all, seems to have no error, but may
// still differ in the last digit or in a rare replicate. Without truths no
// interval will be asked for, and none is kept.
func (f *folder) narrow() {
	for k := range f.accs {
		if f.opt.NoTruth {
			f.accs[k].Narrow(0, 0)
			continue
		}
		value, mcse := f.truthOf(k, false)
		f.accs[k].Narrow(value, max(trustedMCSE*mcse, f.accs[k].Measures(nan, nan).MeanMCSE))
	}
}

// precise tells whether every power has the precision wanted. Without powers
// there is nothing to be precise about, and all replicates are run.
func (f *folder) precise() bool {
	if f.opt.Precision <= 0 || f.n < MinPrecise {
		return false
	}
	tested := false
	for k := range f.accs {
		if f.p.untested(&f.p.analyses[k]) {
			continue
		}
		tested = true
		if !(f.accs[k].PowerMCSE() <= f.opt.Precision) {
			return false
		}
	}
	return tested
}
