package literature

import (
	"context"
	"fmt"
	"time"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/analysis/meta"
	"caseload/analysis/replicate"
)

// Bodies simulates and reviews the bodies of a range, of which the first are done
// already, and returns what each leaves, which Join makes a result of. Where ctx is
// done these are the first ones. It saves those done now and then, and in the end.
func (e *Engine) Bodies(ctx context.Context, opt Options, of replicate.Range, done [][]float64, save func(bodies [][]float64) error) ([][]float64, error) {
	rows := make([][]float64, of.To-of.From)
	copy(rows, done)
	o := replicate.Options{Workers: opt.Workers, Replay: replay(opt.Seed)}
	if tell := opt.Progress; tell != nil {
		o.Done = func(n int) { tell(len(done)+n, len(rows)) }
	}
	l := replicate.Loop[*bench, struct{}]{Options: o, Range: of, Next: of.From + len(done), Size: max(1, of.To), Blocks: make([]struct{}, 1),
		Worker: e.newBench,
		Do: func(b *bench, _ struct{}, body int) error {
			if err := b.Body(opt.Seed, body, &b.body); err != nil {
				return err
			}
			rows[body-of.From] = e.keep(&b.body).numbers()
			return nil
		},
		Fold:       func(struct{}, replicate.Range) (bool, error) { return true, nil },
		Checkpoint: func(_ struct{}, r replicate.Range) error { return save(rows[:r.To-of.From]) },
		Every:      saveEvery}
	end, err := l.Run(ctx)
	if err != nil {
		return nil, err
	}
	rows = rows[:end-of.From]
	return rows, save(rows)
}

// saveEvery is how much work a machine that fails can cost.
const saveEvery = 30 * time.Second

// Join is the result of all bodies, from what each has left.
func (e *Engine) Join(opt Options, bodies [][]float64) (*Result, error) {
	all := make([]*kept, len(bodies))
	for k, row := range bodies {
		if all[k] = e.restore(row); all[k] == nil {
			return nil, fmt.Errorf("body %d is laid out in another way than those of this scenario", k)
		}
	}
	return e.summarize(all, opt), nil
}

// What a body leaves as numbers: counts, then what is kept of each pooled effect, each
// slope, and each level of a moderator in each group.
const (
	pooledNumbers = 7
	slopeNumbers  = 3
	levelNumbers  = 2
)

func (k *kept) numbers() []float64 {
	out := []float64{float64(k.effects), float64(k.published), float64(k.clients)}
	for _, n := range k.failed {
		out = append(out, float64(n))
	}
	for g := range k.pooled {
		p := &k.pooled[g]
		out = append(out, float64(p.Trials), float64(p.Estimate), float64(p.I2), float64(p.Tau2), float64(p.P), float64(p.QP), float64(p.Status))
	}
	for s := range k.slopes {
		x := &k.slopes[s]
		out = append(out, x.Estimate, x.P, float64(x.Status))
	}
	for _, levels := range k.levels {
		for _, groups := range levels {
			for _, s := range groups {
				out = append(out, float64(s.n), s.total)
			}
		}
	}
	return out
}

// restore is the body that left these numbers; nil if none of this scenario can have.
func (e *Engine) restore(row []float64) *kept {
	width := 3 + int(estimate.Statuses) + len(e.Groups)*pooledNumbers + len(e.tests)*slopeNumbers
	for m := range e.radix {
		width += len(e.Scenario.Moderators[m].Levels) * len(e.Groups) * levelNumbers
	}
	if len(row) != width {
		return nil
	}
	next := func() (x float64) {
		x, row = row[0], row[1:]
		return x
	}
	k := &kept{effects: int(next()), published: int(next()), clients: int(next())}
	for s := range k.failed {
		k.failed[s] = int(next())
	}
	for range e.Groups {
		p := Pooled{Trials: int(next())}
		p.Estimate, p.I2, p.Tau2, p.P, p.QP = measure.Number(next()), measure.Number(next()), measure.Number(next()), measure.Number(next()), measure.Number(next())
		p.Status = meta.Status(next())
		k.pooled = append(k.pooled, p)
	}
	for range e.tests {
		k.slopes = append(k.slopes, Slope{Estimate: next(), P: next(), Status: meta.Status(next())})
	}
	for m := range e.radix {
		levels := make([][]sum, len(e.Scenario.Moderators[m].Levels))
		for l := range levels {
			for range e.Groups {
				levels[l] = append(levels[l], sum{int(next()), next()})
			}
		}
		k.levels = append(k.levels, levels)
	}
	return k
}
