package literature

import (
	"context"
	"slices"

	"caseload/analysis/estimate"
	"caseload/analysis/replicate"
)

// Options says how bodies are simulated. Neither Workers nor Progress changes the
// numbers.
type Options struct {
	Bodies  int
	Seed    int64
	Workers int // 0: one a core
	// Progress is told how many bodies are done, from one goroutine at a time. May
	// be nil.
	Progress func(done, want int)
}

// Run simulates and reviews bodies. Where ctx is done, the result covers those
// finished that come before the first unfinished one, and is partial.
func (e *Engine) Run(ctx context.Context, opt Options) (*Result, error) {
	kept := replicate.NewPlaces[*kept](opt.Bodies)
	o := replicate.Options{Workers: opt.Workers, Replay: replay(opt.Seed)}
	if tell := opt.Progress; tell != nil {
		o.Done = func(done int) { tell(done, opt.Bodies) }
	}
	n, err := replicate.Each(ctx, opt.Bodies, o, e.newBench, func(b *bench, body int) error {
		if err := b.Body(opt.Seed, body, &b.body); err != nil {
			return err
		}
		*kept.At(body) = e.keep(&b.body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return e.summarize(kept.First(n), opt), nil
}

// bench is a worker and the body that it is at.
type bench struct {
	*Worker
	body Body
}

func (e *Engine) newBench() *bench { return &bench{Worker: e.NewWorker()} }

// kept holds what is kept of a body.
type kept struct {
	pooled    []Pooled
	slopes    []Slope
	failed    [estimate.Statuses]int
	effects   int
	published int
	clients   int
	levels    [][][]sum // [moderator][level][group]
}

// sum is of numbers of a body.
type sum struct {
	n     int
	total float64
}

func (e *Engine) keep(b *Body) *kept {
	k := &kept{pooled: slices.Clone(b.Pooled), slopes: slices.Clone(b.Slopes), failed: b.Failed}
	for s := range b.Trials {
		t := &b.Trials[s]
		k.effects += len(t.Effects)
		k.clients += t.Clients
		if t.Published {
			k.published++
		}
	}
	k.levels = make([][][]sum, len(e.radix))
	for m := range e.radix {
		k.levels[m] = make([][]sum, len(e.Scenario.Moderators[m].Levels))
		for l := range k.levels[m] {
			k.levels[m][l] = make([]sum, len(e.Groups))
		}
	}
	for s := range b.Trials {
		t := &b.Trials[s]
		for g, name := range e.Groups {
			if y, ok := t.mean(name); ok {
				for m, l := range t.Levels {
					at := &k.levels[m][l][g]
					at.n++
					at.total += y
				}
			}
		}
	}
	return k
}

// mean returns that of a trial's effects in a group, published or not.
func (t *Trial) mean(group string) (float64, bool) {
	n, total := 0.0, 0.0
	for k := range t.Effects {
		if e := &t.Effects[k]; !e.Status.Failed() && e.Cluster.In(group) {
			n++
			total += e.Y
		}
	}
	return total / n, n > 0
}
