package analysis

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"caseload/analysis/estimate"
	"caseload/analysis/performance"
	"caseload/sim"
	"caseload/sim/trial"
)

// BlockSize is how many replicates are summed together, in order. Results
// are the same whoever ran them.
const BlockSize = 256

// MinPrecise is the least number of replicates before a wanted precision may
// stop a run.
const MinPrecise = 512

// Options says how a run is done. Neither Workers nor Name nor Progress
// changes its numbers.
type Options struct {
	Replicates int     // at most
	Precision  float64 // stop at a block's end once all powers have an MCSE this small; 0: never
	Seed       int64
	Workers    int // 0: one a core
	// From and To bound the replicates of a shard, To excluded; 0: Replicates.
	From, To int
	Store    Store  // what is kept and need not be run again; nil: nothing
	NoTruth  bool   // leave out the worlds; what needs a truth is NaN
	Name     string // of the scenario, for the line that replays a replicate
	// Progress is told how many replicates are done after each of them, from
	// one goroutine at a time and under a lock: it must be quick. May be nil.
	Progress func(done, want int)
}

// Run simulates and analyses replicates of the model's trial until all are
// done, the precision is reached, or ctx is done; in the last case the result
// covers the replicates finished, which are the first ones, and is partial.
func Run(ctx context.Context, m *sim.Model, opt Options) (*Result, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	if opt.Workers <= 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	f := newFolder(m, p, opt)
	var wg sync.WaitGroup
	var next atomic.Int64
	failure := make(chan error, opt.Workers)
	for range min(opt.Workers, opt.Replicates) {
		wg.Go(func() {
			w := newWorker(m, p, opt)
			for ctx.Err() == nil {
				r := int(next.Add(1)) - 1
				out := f.slot(r)
				if out == nil {
					return
				}
				if err := w.replicate(r, out, f.block(r)); err != nil {
					failure <- err
					f.stop()
					return
				}
				f.done(r)
			}
		})
	}
	wg.Wait()
	select {
	case err := <-failure:
		return nil, err
	default:
	}
	f.finish()
	return f.result(), nil
}

// output is what one replicate leaves: plain numbers, written by index.
type output struct {
	samples []performance.Sample // by analysis
	status  []estimate.Status    // by analysis
	truth   []sums               // by effect: the trial's truth
	rollout []sums               // by effect: everyone to either arm
	arms    []sums               // by plan.arms, treated half only: the truth in each arm
	seen    []float64            // by plan.arms: clients analysed
}

func newOutput(p *plan) output {
	return output{make([]performance.Sample, len(p.analyses)), make([]estimate.Status, len(p.analyses)),
		make([]sums, len(p.effects)), make([]sums, len(p.effects)), make([]sums, len(p.arms)), make([]float64, len(p.arms))}
}

// worker runs replicates in its own workspace.
type worker struct {
	m      *sim.Model
	p      *plan
	opt    Options
	ws     *sim.Workspace
	worlds []*trial.Truth // by arm
	own    *trial.Truth   // as randomized; nil where the worlds say the same
	rolled []moments      // by plan.arms: scratch of truth
	trial  []moments
	sample []moments
	data   estimate.Data
	work   estimate.Work
}

func newWorker(m *sim.Model, p *plan, opt Options) *worker {
	w := &worker{m: m, p: p, opt: opt, ws: m.NewWorkspace()}
	if opt.NoTruth {
		return w
	}
	for range p.sc.Arms {
		w.worlds = append(w.worlds, m.NewTruth())
	}
	if m.Shared() {
		w.own = m.NewTruth()
	}
	w.rolled, w.trial, w.sample = make([]moments, len(p.arms)), make([]moments, len(p.arms)), make([]moments, len(p.arms))
	return w
}

// replicate runs one trial, its worlds and its analyses. A broken invariant
// comes back as an error with the command that shows the replicate.
func (w *worker) replicate(r int, out *output, b *block) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v\nTo see this replicate: caseload trial %s --seed %d --replicate %d", p, w.opt.Name, w.opt.Seed, r)
		}
	}()
	w.ws.Begin(w.opt.Seed, r)
	w.analyse(w.ws.Trial(), out)
	if !w.opt.NoTruth {
		w.truth(r, out, b)
	}
	return nil
}

// analyse makes all estimates of a trial.
func (w *worker) analyse(o *trial.Observed, out *output) {
	last := -1
	for k := range w.p.analyses {
		a := &w.p.analyses[k]
		if a.effect != last {
			e := &w.p.effects[a.effect]
			w.fill(o, e)
			out.seen[e.armRow], out.seen[e.controlRow] = w.count()
			last = a.effect
		}
		e := w.p.fit(a, &w.data, &w.work)
		out.status[k] = e.Status
		out.samples[k] = performance.Sample{Value: e.Value, SE: e.SE, Low: e.Low, High: e.High, P: e.P, SMD: e.SMD,
			Truth: nan, OK: e.Status == estimate.OK, Rejected: e.P < a.alpha}
	}
}

// fill gathers the rows of an effect.
func (w *worker) fill(o *trial.Observed, e *effect) {
	c := &o.Outcomes[e.outcome]
	w.data.Reset(0, 0)
	for i, arm := range o.Arm {
		treated := int(arm) == e.arm
		if !treated && int(arm) != w.p.control || !c.In[i] || e.subgroup >= 0 && !o.Member[e.subgroup][i] {
			continue
		}
		y := c.Value[i]
		if y != y {
			w.data.Missing++
			continue
		}
		w.data.Treated = append(w.data.Treated, treated)
		w.data.Y = append(w.data.Y, y)
		if e.times {
			w.data.Event = append(w.data.Event, c.Event[i])
		}
	}
}

// count counts the rows of both arms.
func (w *worker) count() (treated, control float64) {
	n := 0
	for _, t := range w.data.Treated {
		if t {
			n++
		}
	}
	return float64(n), float64(len(w.data.Treated) - n)
}

// truth runs the worlds in which everyone is in one arm and, where clients
// share queues, the one as randomized, all with nobody lost.
func (w *worker) truth(r int, out *output, b *block) {
	for a := range w.worlds {
		w.ws.World(a, w.worlds[a])
	}
	if w.own != nil {
		w.ws.World(sim.AsRandomized, w.own)
	}
	for k := range w.p.arms {
		w.rolled[k], w.trial[k], w.sample[k] = w.armTruth(&w.p.arms[k])
		out.arms[k] = inArms(w.trial[k], moments{})
	}
	control := w.p.control
	for k := range w.p.effects {
		e := &w.p.effects[k]
		x, y := w.worlds[e.arm], w.worlds[control]
		if e.entered {
			e.gatherBoth(&out.rollout[k], x, y)
			out.truth[k] = out.rollout[k]
		} else {
			out.rollout[k] = inArms(w.rolled[e.armRow], w.rolled[e.controlRow])
			out.truth[k] = inArms(w.trial[e.armRow], w.trial[e.controlRow])
		}
		if e.times {
			b.countTimes(e, x, y, w.own, control, r)
		}
	}
	for k := range w.p.analyses {
		if a := &w.p.analyses[k]; a.Method.Linear {
			e := &w.p.effects[a.effect]
			own := out.truth[a.effect]
			if !e.entered {
				own = inArms(w.sample[e.armRow], w.sample[e.controlRow])
			}
			out.samples[k].Truth = difference(&own)
		}
	}
}

// armTruth sums an outcome in one arm: with everyone in it, in the trial, and
// over the trial's own sample.
//
// Where clients share queues the sample is the world as randomized. Its sum is
// what the replicate's estimate is to be compared with, since they share the
// draw of who is allocated. The trial's sum is the sample's, corrected by a
// control variate: the same clients' sum in the world with everyone in the arm
// stands for them in that draw, and is replaced by its expectation, the arm's
// share of everyone's. Allocation is blind to outcomes, so that nothing is
// biased; what is left of the noise is what sharing itself does.
func (w *worker) armTruth(e *effect) (rolled, trial, sample moments) {
	rolled = e.sum(w.worlds[e.arm], nil)
	if w.own == nil {
		return rolled, rolled, rolled
	}
	sample = e.sum(w.own, w.own.Arm)
	trial = sample
	if e.entered || rolled[0] == 0 {
		return rolled, trial, sample
	}
	same := e.sum(w.worlds[e.arm], w.own.Arm)
	for k := 1; k < len(trial); k++ {
		trial[k] += sample[0]/rolled[0]*rolled[k] - same[k]
	}
	return rolled, trial, sample
}
