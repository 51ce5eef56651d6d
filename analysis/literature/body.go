package literature

import (
	"fmt"
	"math"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/analysis/meta"
	"caseload/analysis/replicate"
	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Body is one simulated body of trials and its review. Its slices are reused from
// one body to the next.
type Body struct {
	Trials []Trial
	Pooled []Pooled // as Engine.Groups
	Slopes []Slope  // as Engine.Tests
	// Failed counts what could not be estimated in trials: effects, by status.
	Failed [estimate.Statuses]int
}

// Trial is one study as it came out.
type Trial struct {
	Study     int   // of the scenario
	Levels    []int // of moderators
	Clients   int
	Multiple  float64 // of its programs' effects
	Published bool
	Effects   []StudyEffect // of the outcomes that it measures, in order
}

// StudyEffect is a standardized mean difference, positive in favour of case management.
type StudyEffect struct {
	Outcome  string
	Label    string // of the outcome, for people
	Cluster  scenarios.Cluster
	Y, V     float64 // NaN if Status has failed
	Status   estimate.Status
	Reported bool
}

// Worker simulates bodies. One goroutine at a time.
type Worker struct {
	e       *Engine
	sampler *stream.Sampler
	data    estimate.Data
	work    estimate.Work
	pool    meta.Work
	samples map[*design][]*analysis.Sample
	dealt   []int // scratch
	y, v, x []float64
	cluster []int
	columns [1][]float64
	reg     meta.Regression
	robust  meta.Clustered
}

// NewWorker makes a worker.
func (e *Engine) NewWorker() *Worker {
	return &Worker{e: e, sampler: stream.NewSampler(), samples: map[*design][]*analysis.Sample{}}
}

// What is drawn for a body, apart from what its trials draw.
var (
	dealing    = stream.NewPurpose("literature.deal")
	sizing     = stream.NewPurpose("literature.clients")
	strength   = stream.NewPurpose("literature.effect")
	publishing = stream.NewPurpose("literature.publication")
	reporting  = stream.NewPurpose("literature.reporting")
)

const (
	entityModerator = 210 // apart from the entities of a trial
	entityStudy     = 211
)

// Body simulates a body by its number: the same one whoever does it.
func (w *Worker) Body(seed int64, body int, out *Body) (err error) {
	defer replicate.Catch(&err, body, replay(seed))
	w.draw(seed, body, out)
	out.Failed = [estimate.Statuses]int{}
	for s := range out.Trials {
		if err := w.simulate(seed, body, &out.Trials[s], out); err != nil {
			return err
		}
	}
	w.review(out)
	return nil
}

// replay names a body by its number and seed.
func replay(seed int64) func(body int) string {
	return func(body int) string { return fmt.Sprintf("This was body %d of seed %d", body, seed) }
}

// draw draws what the studies of a body are.
func (w *Worker) draw(seed int64, body int, out *Body) {
	e, l := w.e, w.e.Scenario.Literature
	studies := len(e.designs)
	if len(out.Trials) != studies {
		out.Trials = make([]Trial, studies)
	}
	k := stream.NewKey(uint64(seed), uint64(body))
	for s := range out.Trials {
		t := &out.Trials[s]
		t.Study, t.Levels = s, append(t.Levels[:0], e.fixed[s]...)
	}
	w.deal(k, out)
	w.size(k, out)
	for s := range out.Trials {
		t := &out.Trials[s]
		w.sampler.Use(k.Entity(entityStudy, s).Stream(strength))
		z := w.sampler.Normal()
		t.Multiple = l.Effect
		if d := w.design(t); d.reference > 0 {
			t.Multiple += l.EffectSD * z / d.reference
		}
	}
}

// deal draws the levels of moderators that studies do not say themselves.
func (w *Worker) deal(k stream.Key, out *Body) {
	e := w.e
	for m := range len(e.radix) {
		w.dealt = append(w.dealt[:0], e.rest[m]...)
		w.sampler.Use(k.Entity(entityModerator, m).Stream(dealing))
		w.sampler.Shuffle(len(w.dealt), func(i, j int) { w.dealt[i], w.dealt[j] = w.dealt[j], w.dealt[i] })
		next := 0
		for s := range out.Trials {
			if out.Trials[s].Levels[m] < 0 {
				out.Trials[s].Levels[m] = w.dealt[next]
				next++
			}
		}
	}
}

// size draws the numbers of clients, which add up to those written.
func (w *Worker) size(k stream.Key, out *Body) {
	e := w.e
	written, drawn := 0.0, 0.0
	w.y = w.y[:0]
	for s := range out.Trials {
		n := float64(e.clients[s][e.combination(&out.Trials[s])])
		written += n
		w.sampler.Use(k.Entity(entityStudy, s).Stream(sizing))
		n = float64(n * portable.Exp(e.Scenario.Literature.ClientsLogSD*w.sampler.Normal()))
		drawn += n
		w.y = append(w.y, n)
	}
	for s := range out.Trials {
		t := &out.Trials[s]
		t.Clients = max(fewest, int(math.Round(w.y[s]*written/drawn)))
	}
}

// fewest is how many clients the smallest trial has.
const fewest = 12

// combination returns the number of a trial's levels.
func (e *Engine) combination(t *Trial) (c int) {
	for m, l := range t.Levels {
		c += l * e.radix[m]
	}
	return c
}

func (w *Worker) design(t *Trial) *design { return w.e.designs[t.Study][w.e.combination(t)] }

// simulate runs a study's trial and records its effects.
func (w *Worker) simulate(seed int64, body int, t *Trial, out *Body) error {
	d, l := w.design(t), w.e.Scenario.Literature
	sc := d.sc.Edit(func(sc *scenarios.Scenario) {
		sc.Trial.Clients = t.Clients
		for _, name := range d.offered {
			p := d.program(name, t.Multiple)
			if d.manual != nil {
				p.Manual = nil
				if *d.manual {
					p.Manual = &l.Manual
				}
			}
			sc.Programs[name] = p
		}
	})
	m, err := d.model.Variant(sc)
	if err != nil {
		return err
	}
	ws := m.NewWorkspace()
	ws.Begin(seed, body*len(out.Trials)+t.Study)
	observed := ws.Trial()
	k := stream.NewKey(uint64(seed), uint64(body)).Entity(entityStudy, t.Study)
	w.effects(d, t, observed, out)
	t.Published = published(t, &l.Publication, k.Stream(publishing))
	report(t, l.Reporting, k.Stream(reporting))
	return nil
}
