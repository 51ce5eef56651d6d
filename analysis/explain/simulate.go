package explain

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/analysis/lifetable"
	"caseload/analysis/replicate"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// chunk is how many replicates of a world are run in one go. All worlds have run
// a chunk before the next one begins, and one that has begun is ended, so that an
// interrupted run has the same replicates of each. More would make Ctrl-C slow,
// fewer would make workspaces cost more than what is done in them.
const chunk = 16

// batches is the most that replicates are put into for the jackknife: replicate
// r is in batch r mod batches, and up to that many are left out one by one.
const batches = 256

// record summarizes one trial: number, sum and sum of squares of the outcome
// in the treated and the control arm; then, of the estimate that it reports,
// whether there is one, its value and square; and the same of its SMD.
type record [12]float64

// Places in a record.
const (
	treated    = 0
	control    = 3
	estimated  = 6
	estimatedG = 9
)

// tally sums the records of the trials of one world, by batch.
type tally struct {
	by    []record
	times lifetable.Counts // of a time
	// counts is what times counts in.
	counts []int64
}

// simulation runs trials of all worlds.
type simulation struct {
	q         *query
	models    []*sim.Model       // of the worlds, by place
	lives     []lived            // by place
	describe  func(k int) string // says which factors are ideal in world k
	opt       Options
	estimator estimate.Estimator
	times     bool
	tallies   []tally
	rows      [][chunk]record // by world: the present chunk
	done      int             // replicates of every world
	mu        sync.Mutex
	finished  int // trials, for progress
	// save keeps what is done so far; nil: nothing does.
	save  func() error
	saved time.Time
}

// newSimulation makes one of some of the lives. Their worlds have places in the order of their
// numbers.
func newSimulation(w *worlds, lives []lived, opt Options) *simulation {
	q, own := w.q, worldsOf(lives)
	models, places := make([]*sim.Model, len(own)), make([]lived, len(lives))
	for k, world := range own {
		models[k] = w.models[world]
	}
	for k, l := range lives {
		places[k] = lived{slices.Index(own, l.world), slices.Index(own, l.whole)}
	}
	s := &simulation{q: q, models: models, lives: places, opt: opt, saved: time.Now(), describe: func(k int) string { return w.describe(w.masks[own[k]]) }, times: q.variable.Kind == scenarios.Time, rows: make([][chunk]record, len(models))}
	s.estimator, _ = estimate.Lookup(methodOf(q.outcome, q.variable.Kind))
	n := min(opt.Replicates, batches)
	if s.times {
		n = min(opt.Replicates, lifetable.Batches)
	}
	for range models {
		t := tally{by: make([]record, n)}
		if s.times {
			days := int(q.outcome.AtDays) + 1
			t.counts = make([]int64, lifetable.Size(days))
			t.times = lifetable.Of(days, t.counts)
		}
		s.tallies = append(s.tallies, t)
	}
	return s
}

// run runs the replicates, chunk by chunk, until all are done or ctx is.
func (s *simulation) run(ctx context.Context) error {
	for s.done < s.opt.Replicates && ctx.Err() == nil {
		n := min(chunk, s.opt.Replicates-s.done)
		if err := s.runChunk(n); err != nil {
			return err
		}
		for k := range s.tallies {
			s.tallies[k].add(s.rows[k][:n], s.done)
		}
		s.done += n
		if s.save != nil && time.Since(s.saved) >= saveEvery {
			if err := s.save(); err != nil {
				return err
			}
			s.saved = time.Now()
		}
	}
	return nil
}

// runChunk runs the next n replicates of every world, whatever happens meanwhile.
func (s *simulation) runChunk(n int) error {
	o := replicate.Options{Workers: s.opt.Workers, Replay: func(k int) string { return s.replay(s.lives[k].world, s.done) }}
	_, err := replicate.Each(context.Background(), len(s.lives), o, func() *bench { return new(bench) },
		func(b *bench, k int) error { return s.runLives(b, s.lives[k], n) })
	return err
}

// bench holds what a worker needs beside a workspace.
type bench struct {
	data estimate.Data
	work estimate.Work
}

// runLives runs n replicates of lives.
func (s *simulation) runLives(b *bench, l lived, n int) error {
	ws := s.models[l.world].NewWorkspace()
	sample, whole := s.sample(l.world), (*analysis.Sample)(nil)
	if l.whole >= 0 {
		whole = s.sample(l.whole)
	}
	for r := s.done; r < s.done+n; r++ {
		if err := s.runTrial(b, ws, l, sample, whole, r); err != nil {
			return err
		}
	}
	return nil
}

// sample makes what is analysed of the trials of world k.
func (s *simulation) sample(k int) *analysis.Sample {
	return analysis.NewSample(s.models[k].Scenario, 0, s.q.subgroup, scenarios.Contrast{Arm: s.q.arm, Control: s.q.control}, s.estimator.Method())
}

// runTrial runs replicate r of lives.
func (s *simulation) runTrial(b *bench, ws *sim.Workspace, l lived, sample, whole *analysis.Sample, r int) (err error) {
	defer replicate.Catch(&err, r, func(r int) string { return s.replay(l.world, r) })
	ws.Begin(s.opt.Seed, r)
	s.take(b, sample, l.world, r, ws.Trial())
	s.progress()
	if whole != nil {
		s.take(b, whole, l.whole, r, ws.WithoutLoss())
		s.progress()
	}
	return nil
}

// replay says where replicate r of world k is.
func (s *simulation) replay(k, r int) string {
	return fmt.Sprintf("This was replicate %d of seed %d in the world of %s in which %s", r, s.opt.Seed, s.opt.Name, s.describe(k))
}

// take records a trial.
func (s *simulation) take(b *bench, sample *analysis.Sample, k, r int, o *trial.Observed) {
	d := &b.data
	sample.Fill(d, o)
	row := &s.rows[k][r-s.done]
	*row = record{}
	for i, y := range d.Y {
		at := control
		if d.Treated[i] {
			at = treated
		}
		if len(d.Exposure) > 0 {
			row.addRate(at, y, d.Exposure[i]/d.Period)
		} else {
			row.add(at, y)
		}
		if s.times {
			s.tallies[k].times.Exit(r, at == control, y, d.Event[i])
		}
	}
	e := s.estimator.Fit(d, s.q.outcome.Alpha, &b.work)
	if !e.Status.Failed() {
		row.add(estimated, e.Value)
		if e.SMD == e.SMD {
			row.add(estimatedG, e.SMD)
		}
	}
}

func (r *record) add(at int, y float64) {
	r[at]++
	r[at+1] += y
	r[at+2] += float64(y * y)
}

// addRate adds what a client had in an exposure, as a share of the full one: a rate
// while alive is the mean of clients' rates, weighted by their exposures.
func (r *record) addRate(at int, y, exposure float64) {
	r[at] += exposure
	r[at+1] += y
	r[at+2] += float64(y * (y / exposure))
}

// add adds the trials of a chunk, the first of which is replicate first.
func (t *tally) add(rows []record, first int) {
	for k := range rows {
		to := &t.by[(first+k)%len(t.by)]
		for j, x := range rows[k] {
			to[j] += x
		}
	}
}

// progress counts a trial.
func (s *simulation) progress() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.finished++; s.opt.Progress != nil {
		s.opt.Progress(s.finished, len(s.models)*s.opt.Replicates)
	}
}
