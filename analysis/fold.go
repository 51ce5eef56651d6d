package analysis

import (
	"math"
	"sync"

	"caseload/analysis/estimate"
	"caseload/analysis/performance"
	"caseload/sim"
	"caseload/sim/trial"
)

var nan = math.NaN()

// ring is how many blocks may be in work at once.
const ring = 4

// block holds the outputs of BlockSize replicates until all are there.
type block struct {
	mu      sync.Mutex
	outputs []output
	ready   []bool
	count   int
	truth   []daily // by plan's hazards
	rollout []daily
}

func newBlock(p *plan, truth bool) *block {
	b := &block{ready: make([]bool, BlockSize)}
	for range BlockSize {
		b.outputs = append(b.outputs, newOutput(p))
	}
	if truth {
		for range p.hazards {
			b.truth = append(b.truth, newDaily(p.days))
			b.rollout = append(b.rollout, newDaily(p.days))
		}
	}
	return b
}

// countTimes adds a replicate's times to the block's daily counts.
func (b *block) countTimes(e *effect, x, y, own *trial.Truth, control, r int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rollout[e.hazard].count(e, x, y, control, true, r)
	if own != nil && !e.entered {
		b.truth[e.hazard].count(e, own, own, control, false, r)
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
	folded  int  // blocks
	n       int  // replicates folded
	ran     int  // replicates finished, folded or not
	limit   int  // replicates that will be folded at most
	stopped bool // nothing more is wanted

	accs     []performance.Accumulator // by analysis
	failures [][estimate.Statuses]int  // by analysis
	truth    []pooled                  // by effect
	rollout  []pooled
	arms     []pooled  // by plan.arms
	seen     []float64 // by plan.arms: sum
	dTruth   []daily
	dRollout []daily
}

func newFolder(m *sim.Model, p *plan, opt Options) *folder {
	f := &folder{m: m, p: p, opt: opt, limit: opt.Replicates}
	f.room = sync.NewCond(&f.mu)
	for k := range f.blocks {
		f.blocks[k] = newBlock(p, !opt.NoTruth)
	}
	f.accs = make([]performance.Accumulator, len(p.analyses))
	f.failures = make([][estimate.Statuses]int, len(p.analyses))
	f.truth, f.rollout = make([]pooled, len(p.effects)), make([]pooled, len(p.effects))
	f.arms, f.seen = make([]pooled, len(p.arms)), make([]float64, len(p.arms))
	for range p.hazards {
		f.dTruth = append(f.dTruth, newDaily(p.days))
		f.dRollout = append(f.dRollout, newDaily(p.days))
	}
	return f
}

func (f *folder) block(r int) *block { return f.blocks[r/BlockSize%ring] }

// slot is where replicate r's results go; nil if they are not wanted. It waits
// until the block is free.
func (f *folder) slot(r int) *output {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r/BlockSize >= f.folded+ring && !f.stopped && r < f.limit {
		f.room.Wait()
	}
	if f.stopped || r >= f.limit {
		return nil
	}
	return &f.block(r).outputs[r%BlockSize]
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
		b := f.blocks[f.folded%ring]
		if b.count < min(BlockSize, f.limit-f.folded*BlockSize) || b.count == 0 {
			break
		}
		f.fold(b)
		if f.precise() {
			f.limit, f.stopped = f.n, true
		}
		f.room.Broadcast()
	}
	if f.opt.Progress != nil {
		f.opt.Progress(min(f.ran, f.limit), f.limit)
	}
}

// stop wakes everybody and wants nothing more.
func (f *folder) stop() {
	f.mu.Lock()
	f.stopped = true
	f.mu.Unlock()
	f.room.Broadcast()
}

// finish folds what an interrupted run has finished of its last block. A
// worker ends what it has begun, and replicates are begun in order, so that
// these are the first ones and nothing of a later block is there. Where the
// precision ended the run, blocks beyond it are not wanted.
func (f *folder) finish() {
	if b := f.blocks[f.folded%ring]; !f.stopped && b.count > 0 {
		f.fold(b)
	}
}

// fold adds a block's replicates to the running sums, in order.
func (f *folder) fold(b *block) {
	for k := 0; k < BlockSize && b.ready[k]; k++ {
		f.add(&b.outputs[k])
		b.ready[k] = false
	}
	b.count = 0
	for h := range b.truth {
		f.dTruth[h].add(&b.truth[h])
		f.dRollout[h].add(&b.rollout[h])
		b.truth[h].clear()
		b.rollout[h].clear()
	}
	f.folded++
	f.narrow()
}

func (f *folder) add(o *output) {
	f.n++
	for k := range o.samples {
		f.accs[k].Add(o.samples[k])
		f.failures[k][o.status[k]]++
	}
	for k := range o.seen {
		f.seen[k] += o.seen[k]
	}
	if f.opt.NoTruth {
		return
	}
	for k := range o.truth {
		f.truth[k].add(&o.truth[k])
		f.rollout[k].add(&o.rollout[k])
	}
	for k := range o.arms {
		f.arms[k].add(&o.arms[k])
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
		value, mcse := f.truthOf(&f.p.analyses[k], false)
		f.accs[k].Narrow(value, max(trustedMCSE*mcse, f.accs[k].Measures(nan, nan).MeanMCSE))
	}
}

// precise tells whether every power has the precision wanted. Without powers
// there is nothing to be precise about, and all replicates are run.
func (f *folder) precise() bool {
	if f.opt.Precision <= 0 || f.n < MinPrecise || f.p.clustered {
		return false
	}
	for k := range f.accs {
		if !(f.accs[k].PowerMCSE() <= f.opt.Precision) {
			return false
		}
	}
	return true
}

// truthOf is the pooled truth of an analysis in its own measure.
func (f *folder) truthOf(a *Analysis, rollout bool) (value, mcse float64) {
	if f.opt.NoTruth {
		return nan, nan
	}
	e := &f.p.effects[a.effect]
	moments := &f.truth[a.effect]
	if rollout {
		moments = &f.rollout[a.effect]
	}
	switch a.Method.Measure {
	case "RD", "MD":
		return moments.value(difference)
	case "log OR":
		return moments.value(logOdds)
	case "SMD":
		return moments.value(smd)
	case "log HR":
		return f.hazardRatio(e, rollout)
	}
	panic("no truth for the measure " + a.Method.Measure)
}

func (f *folder) hazardRatio(e *effect, rollout bool) (value, mcse float64) {
	if f.m.Shared() && !e.entered && !rollout {
		return f.dTruth[e.hazard].logHazardRatio(1)
	}
	arms := f.p.sc.Arms
	return f.dRollout[e.hazard].logHazardRatio(float64(arms[e.arm].Ratio) / float64(arms[f.p.control].Ratio))
}
