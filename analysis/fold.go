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
	truth []lifetable.Counts // by plan's hazards
	roll  []lifetable.Counts
	// counts are the memory of both.
	counts []int64
}

func newBlock(p *plan, truth bool) *block {
	b := &block{}
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
func (b *block) countTimes(p *plan, k int, worlds []*trial.Truth, own *trial.Truth, r int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := &p.effects[k]
	for _, x := range p.pairs[k] {
		count(&b.roll[e.hazard], e, worlds[x.arm], worlds[x.control], x.weight, r)
	}
	if own != nil && e.among == everyone {
		countOwn(&b.truth[e.hazard], e, p.groups[e.arm].mask, p.groups[e.control].mask, own, r)
	}
}

// accumulator folds blocks, in order, into running sums: its memory does not grow
// with the number of replicates.
type accumulator struct {
	m   *sim.Model
	p   *plan
	opt Options

	blocks  [ring]*block
	folded  int  // blocks, those before the first replicate included
	n       int  // replicates folded
	limit   int  // replicate before which the run ends
	stopped bool // the precision is reached
	piloted bool

	places   []int                     // by analysis: its row in the result
	accs     []performance.Accumulator // by analysis
	failures [][estimate.Statuses]int  // by analysis
	truth    []pooled                  // by effect
	rollout  []pooled
	// byExposure are truths by effect and exposure.
	byExposure []pooled
	models     []scores // by plan.models
	ranks      []mean   // by analysis: truths of ranks
	arms       []pooled // by plan.arms
	seen       []float64
	named      [][]int     // by plan.best and regime, how often it was named as the best
	tips       [][]float64 // of trials with a finding in favour of the arm, by plan.tips
	dTruth     []lifetable.Counts
	dRollout   []lifetable.Counts
	critical   numeric.Criticals
	draws      *draws   // what was drawn, and what came of it; nil: nothing is
	looking    *looking // what comes of looks; nil: there are none
}

func newAccumulator(m *sim.Model, p *plan, opt Options) *accumulator {
	f := &accumulator{m: m, p: p, opt: opt, limit: opt.To, folded: opt.From / BlockSize}
	for k := range f.blocks {
		f.blocks[k] = newBlock(p, !opt.NoTruth)
	}
	f.accs = make([]performance.Accumulator, len(p.analyses))
	f.failures = make([][estimate.Statuses]int, len(p.analyses))
	f.truth, f.rollout = make([]pooled, len(p.effects)), make([]pooled, len(p.effects))
	f.byExposure = make([]pooled, len(p.effects)*p.exposures)
	f.models, f.ranks = make([]scores, len(p.models)), make([]mean, len(p.analyses))
	f.arms, f.seen = make([]pooled, len(p.arms)), make([]float64, len(p.arms))
	f.tips = make([][]float64, p.tips)
	for range p.best {
		f.named = append(f.named, make([]int, len(p.sc.Regimes)))
	}
	f.draws, f.looking = newDraws(p), newLooking(p)
	f.places = make([]int, len(p.analyses))
	for place, k := range p.order() {
		f.places[k] = place
	}
	for range p.hazards {
		f.dTruth = append(f.dTruth, lifetable.New(p.days))
		f.dRollout = append(f.dRollout, lifetable.New(p.days))
	}
	return f
}

// bounds returns the first of the replicates of block k that are wanted, and the one
// after the last.
func (f *accumulator) bounds(k int) (first, last int) {
	return max(f.opt.From, k*BlockSize), min(f.limit, (k+1)*BlockSize)
}

// restore folds what the store has, and returns the first replicate that it
// lacks. The rows of a block begun are put in their places.
func (f *accumulator) restore() (next int, err error) {
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
		b := f.blocks[f.folded%ring]
		first, last := f.bounds(f.folded)
		if kept.First != first || len(kept.Rows) > last-first {
			return next, errors.New("analysis: the store holds other replicates than were asked for")
		}
		for k, row := range kept.Rows {
			copy(b.rows[first%BlockSize+k], row)
		}
		copy(b.counts, kept.Counts)
		if next = first + len(kept.Rows); next < last {
			return next, nil
		}
		if err := f.fold(b, last, false); err != nil {
			return next, err
		}
	}
	return next, nil
}

// kept is what a store keeps of the next block's replicates before end.
func (f *accumulator) kept(b *block, end int) *Block {
	first, _ := f.bounds(f.folded)
	return &Block{First: first, Rows: b.rows[first%BlockSize:][:end-first], Counts: b.counts, Pilot: f.p.pilotNumbers()}
}

// fold adds the replicates of the next block before end to the running sums, in
// order. Precision counts at the ends of blocks alone.
func (f *accumulator) fold(b *block, end int, keep bool) error {
	_, last := f.bounds(f.folded)
	kept := f.kept(b, end)
	for _, row := range kept.Rows {
		f.add(record(row))
	}
	var err error
	if keep && f.opt.Store != nil {
		err = f.opt.Store.Keep(f.folded, kept)
	}
	for h := range b.truth {
		f.dTruth[h].Add(&b.truth[h])
		f.dRollout[h].Add(&b.roll[h])
	}
	clear(b.counts)
	f.folded++
	f.narrow()
	if err == nil && end == last && f.precise() {
		f.limit, f.stopped = f.opt.From+f.n, true
	}
	return err
}

// add adds a replicate.
func (f *accumulator) add(row record) {
	f.n++
	p := f.p
	for k := range p.analyses {
		a := &p.analyses[k]
		fit := f.fitOf(row, k)
		if p.releveled && k < p.own {
			a.relevel(&fit, &f.critical)
		}
		if f.opt.Visit != nil {
			f.opt.Visit(f.opt.From+f.n-1, f.places[k], fit)
		}
		if f.draws != nil {
			f.draws.report(k, &fit)
		}
		pValue := a.Test.P(&fit)
		f.accs[k].Add(performance.Sample{Value: fit.Value, SE: fit.SE, Low: fit.Low, High: fit.High, P: pValue,
			SMD: fit.SMD, Truth: fit.Truth, OK: !fit.Status.Failed(), TestOnly: fit.Status == estimate.NoEstimate && !math.IsNaN(pValue),
			Rejected: a.Test.Rejects(&fit), Good: a.Test.Favours(&fit)})
		f.failures[k][fit.Status]++
		f.ranks[k].add(fit.Truth)
	}
	if f.draws != nil {
		f.draws.add(row, !f.opt.NoTruth)
	}
	for k := range p.families {
		p.families[k].add(p, row)
	}
	for k := range p.screenings {
		p.screenings[k].add(p, row)
	}
	if f.looking != nil {
		f.looking.add(p, row)
	}
	for k, at := range p.at.tips {
		if tip := row[at]; tip == tip {
			f.tips[k] = append(f.tips[k], tip)
		}
	}
	for k, at := range p.at.best {
		if named := row[at]; named == named {
			f.named[k][int(named)]++
		}
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
		for x := range p.exposures {
			f.byExposure[k*p.exposures+x].add(row.sums(p.at.exposed[k][x]))
		}
	}
	for k, at := range p.at.arms {
		f.arms[k].add(row.sums(at))
	}
	for k, at := range p.at.models {
		f.models[k].add(row.score(&p.models[k], at))
	}
}

// fitOf returns the fit of analysis k to the replicate that was counted last.
func (f *accumulator) fitOf(row record, k int) Fit {
	if k < f.p.own {
		return row.fit(k)
	}
	a := &f.p.analyses[k]
	fit := Fit{Status: estimate.NotMade, Value: nan, SE: nan, DF: nan, Low: nan, High: nan, Stat: nan, P: nan, SMD: nan, Truth: nan}
	if x, made := f.opt.Answer(f.opt.From+f.n-1, k-f.p.own); made {
		fit = x.fit(a, f.critical.Normal(a.Test.IntervalAlpha()))
		if given := x.Low == x.Low || x.High == x.High; given && f.p.releveled {
			fit.Low, fit.High = nan, nan // those given are at another level
		}
	}
	if own := f.p.outside[k-f.p.own].own; own >= 0 {
		fit.Truth = row.fit(own).Truth
	}
	return fit
}

// trustedMCSE is how many MCSEs of the truth so far its final value is
// believed to stay within. More than needed costs memory, less coverage.
const trustedMCSE = 8

// narrow tells the accumulators where the truth will be. It is given at least
// the room of one MCSE of the mean estimate: a truth that is the same in all
// replicates so far, such as none at all, seems to have no error, but may
// still differ in the last digit or in a rare replicate. Without truths no
// interval will be asked for, and none is kept; nor where the truth differs between
// replicates.
func (f *accumulator) narrow() {
	if f.looking != nil && !f.opt.NoTruth && f.draws == nil {
		k := f.p.looks.analysis
		value, mcse := f.truthOf(k, false)
		f.looking.narrow(value, max(trustedMCSE*mcse, float64(f.accs[k].Measures(nan, nan).MeanMCSE)))
	}
	for k := range f.accs {
		if f.opt.NoTruth || f.draws != nil {
			f.accs[k].Narrow(0, 0)
			continue
		}
		value, mcse := f.truthOf(k, false)
		f.accs[k].Narrow(value, max(trustedMCSE*mcse, float64(f.accs[k].Measures(nan, nan).MeanMCSE)))
	}
}

// precise reports whether every power has the precision wanted. Without powers
// there is nothing to be precise about, and all replicates are run.
func (f *accumulator) precise() bool {
	if f.opt.Precision <= 0 || f.n < MinPrecise {
		return false
	}
	tested := false
	for k := range f.accs {
		if f.p.untested(&f.p.analyses[k]) {
			continue
		}
		tested = true
		mcse := f.accs[k].PowerMCSE()
		if f.draws != nil {
			mcse = float64(f.accs[k].Assurance().AssuranceMCSE)
		}
		if !(mcse <= f.opt.Precision) {
			return false
		}
	}
	return tested
}
