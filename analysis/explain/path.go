package explain

import (
	"context"
	"fmt"
	"math"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/sim"
	"caseload/sim/trial"
)

// The path: how much of an effect on recovery goes through services. All clients
// live in one arm's world, but enter services, leave them, or both, when they
// did in the other arm's. What changes from each such world to the next is the
// part of the effect that goes through the times that were put in, and what is
// left at the end is direct: natural indirect and direct effects in sequence
// (Robins & Greenland 1992, Epidemiology 3:143; Pearl 2001, UAI; VanderWeele
// 2015, Explanation in Causal Inference, ch. 2 and 5).

// pathOptions says how a path is found. Workers changes no number.
type pathOptions struct {
	Replicates int
	Seed       int64
	Workers    int // 0: one a core
}

// pathBatches is the most groups of replicates that a jackknife leaves out in
// turn.
const pathBatches = 256

// pathSteps are the worlds on the way from one arm to the other: the first arm
// as it is, with each imposition, and the second as it is.
const pathSteps = PathParts + 1

// pathSum is the number of clients with an outcome and its sum.
type pathSum struct{ n, sum float64 }

// pathSums are those of the worlds forward and backward.
type pathSums [2][pathSteps]pathSum

// findPath follows the effect of the treated arm against control on the first
// outcome, among the true members of the subgroup with that index, -1 for
// everyone. The unit is that of the outcome's values (of times: restricted mean
// days), and good is their sign: +1 where more is better. Clients whom death
// leaves without a value in a world are left out of that world's mean. When ctx
// is done the path is of the first replicates; the error is a
// replicate.Interrupted if there are none, or a replicate.Panic.
func findPath(ctx context.Context, m *sim.Model, treated int, subgroup int, good float64, opt pathOptions) (*Path, error) {
	f := pathFinder{m: m, arms: [2]int{m.Scenario.Control(), treated}, subgroup: subgroup, seed: opt.Seed,
		sums: replicate.NewPlaces[pathSums](opt.Replicates)}
	o := replicate.Options{Workers: opt.Workers, Replay: func(r int) string {
		return fmt.Sprintf("This was replicate %d of seed %d, on the path from arm to arm", r, opt.Seed)
	}}
	done, err := replicate.Each(ctx, opt.Replicates, o, f.newWorker, func(w *pathWorker, r int) error {
		w.replicate(r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if done == 0 && opt.Replicates > 0 {
		return nil, &replicate.Interrupted{Want: opt.Replicates, Cause: context.Cause(ctx)}
	}
	return pathOf(f.sums.First(done), good), nil
}

// pathFinder keeps what replicates give.
type pathFinder struct {
	m        *sim.Model
	arms     [2]int // control, treated
	subgroup int
	seed     int64
	sums     *replicate.Places[pathSums] // by replicate
}

// pathWorker runs replicates in its own workspace.
type pathWorker struct {
	*pathFinder
	ws    *sim.Workspace
	truth *trial.Truth
	stays [2]sim.Stays // of the arms
}

func (f *pathFinder) newWorker() *pathWorker {
	return &pathWorker{pathFinder: f, ws: f.m.NewWorkspace(), truth: f.m.NewTruth()}
}

// replicate runs the worlds of a replicate.
func (w *pathWorker) replicate(r int) {
	out := w.sums.At(r)
	w.ws.Begin(w.seed, r)
	for k, arm := range w.arms {
		w.ws.World(arm, w.truth)
		w.ws.Stays(&w.stays[k])
		out[k][0] = w.count()
		out[1-k][pathSteps-1] = out[k][0]
	}
	for k, arm := range w.arms {
		for step, what := range [...]sim.Imposition{sim.ImposeEntering, sim.ImposeStays, sim.ImposeServices} {
			w.ws.Imposed(arm, &w.stays[1-k], what, w.truth)
			out[k][step+1] = w.count()
		}
	}
}

// count sums the outcome in the world just run.
func (w *pathWorker) count() (s pathSum) {
	c, period := &w.truth.Outcomes[0], analysis.PeriodAlive(&w.m.Scenario.Outcomes[0])
	for i, y := range c.Value {
		if y == y && (w.subgroup < 0 || w.truth.Member[w.subgroup][i]) {
			s.n += analysis.Exposed(c, i, period)
			s.sum += y
		}
	}
	return s
}

// pathEffects are a total and its parts forward and backward, then the shares of
// the total that the parts are.
type pathEffects [1 + 4*PathParts]float64

// effects returns the differences between the means of neighbouring worlds, from
// control to treated in both directions.
func (s *pathSums) effects(good float64) (e pathEffects) {
	mean := func(direction, step int) float64 {
		x := &s[direction][step]
		return good * x.sum / x.n
	}
	e[0] = mean(1, 0) - mean(0, 0)
	for k := range PathParts {
		e[1+k] = mean(0, k+1) - mean(0, k)
		e[1+PathParts+k] = mean(1, k) - mean(1, k+1)
	}
	for k := range 2 * PathParts {
		e[1+2*PathParts+k] = e[1+k] / e[0]
	}
	return e
}

// plus adds sign times the sums of b.
func (s *pathSums) plus(sign float64, b *pathSums) {
	for k := range s {
		for step := range s[k] {
			s[k][step].n += float64(sign * b[k][step].n)
			s[k][step].sum += float64(sign * b[k][step].sum)
		}
	}
}

// pathOf returns the path that the replicates give, the first of them first. Its
// errors are by jackknife: each batch of replicates is left out of all worlds at
// once, which keeps the worlds' pairing (Efron & Stein 1981, Ann Stat 9:586).
func pathOf(replicates []pathSums, good float64) *Path {
	batches := make([]pathSums, min(len(replicates), pathBatches))
	var all pathSums
	for r := range replicates {
		batches[r%len(batches)].plus(1, &replicates[r])
		all.plus(1, &replicates[r])
	}
	e := all.effects(good)
	se := jackknifePath(&all, batches, good)
	p := &Path{Total: Number{e[0], se[0]}, Replicates: len(replicates)}
	for part, to := range []*[PathParts]Number{&p.Forward, &p.Backward, &p.ForwardShare, &p.BackwardShare} {
		for k := range to {
			at := 1 + part*PathParts + k
			to[k] = Number{e[at], se[at]}
		}
	}
	return p
}

// jackknifePath returns the standard error of each effect; NaN for one batch.
func jackknifePath(all *pathSums, batches []pathSums, good float64) (se pathEffects) {
	n := 0.0
	var mean, squares pathEffects // running, over what is left without each batch
	for b := range batches {
		rest := *all
		rest.plus(-1, &batches[b])
		n++
		for k, x := range rest.effects(good) {
			d := x - mean[k]
			mean[k] += d / n
			squares[k] += float64(d * (x - mean[k]))
		}
	}
	for k := range se {
		se[k] = math.NaN()
		if n > 1 {
			se[k] = math.Sqrt((n - 1) / n * squares[k])
		}
	}
	return se
}
