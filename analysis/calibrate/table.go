package calibrate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"caseload/analysis/numeric"
	"caseload/analysis/replicate"
)

// row is one simulation.
type row struct {
	z, theta   []float64 // parameters: on their priors' normal scale, and their values
	values, se []float64 // figures; nil if it failed
	failed     string
}

// Failure counts simulations without figures, by reason.
type Failure struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// tasks runs n simulations over workers and gives those finished before the first
// unfinished one. What task i simulates is up to prepare.
func (p *Problem) tasks(ctx context.Context, n, workers int, prepare func(i int, r *row) (replicate int), done func()) ([]row, error) {
	rows := replicate.NewPlaces[row](n)
	o := replicate.Options{Workers: workers, Done: func(int) { done() }}
	n, err := replicate.Each(ctx, n, o, p.newBench, func(b *bench, i int) error { return p.task(b, prepare, i, rows.At(i)) })
	if err != nil {
		return nil, err
	}
	return rows.First(n), nil
}

// bench holds the memory that simulations run one after the other share.
type bench struct {
	simulate Simulate
	draw     Draw
}

func (p *Problem) newBench() *bench { return &bench{simulate: p.Simulator()} }

func (p *Problem) task(b *bench, prepare func(int, *row) int, i int, r *row) error {
	number, draw := prepare(i, r), &b.draw
	m := len(p.Published)
	*draw = Draw{Values: slices.Grow(draw.Values[:0], m)[:m], SE: slices.Grow(draw.SE[:0], m)[:m]}
	if err := b.simulate(r.theta, number, draw); err != nil {
		return err
	}
	r.failed = draw.Failed
	if r.failed == "" && slices.ContainsFunc(draw.Values, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
		r.failed = "a figure could not be estimated"
	}
	if r.failed == "" {
		r.values, r.se = slices.Clone(draw.Values), slices.Clone(draw.SE)
	}
	return nil
}

// fromPrior prepares simulations from the priors, with replicates from first on.
func (p *Problem) fromPrior(seed int64, first int) func(int, *row) int {
	return func(i int, r *row) int {
		r.z, r.theta = make([]float64, len(p.Priors)), make([]float64, len(p.Priors))
		p.prior(seed, first+i, r.z, r.theta)
		return first + i
	}
}

// table is the simulations from the priors that have figures.
type table struct {
	rows   []row
	number []int     // of each among all simulations
	spread []float64 // standard deviation of each figure
}

var errConstant = errors.New("no figure varies between simulations from the priors: nothing can be learnt from them")

// newTable takes the simulations that have figures.
func newTable(all []row, figures int) (t table, failures []Failure) {
	for i := range all {
		if all[i].failed != "" {
			failures = count(failures, all[i].failed)
			continue
		}
		t.rows, t.number = append(t.rows, all[i]), append(t.number, i)
	}
	t.spread = make([]float64, figures)
	for j := range t.spread {
		_, t.spread[j] = t.moments(j)
	}
	slices.SortStableFunc(failures, func(a, b Failure) int { return cmp.Compare(b.Count, a.Count) })
	return t, failures
}

func count(list []Failure, reason string) []Failure {
	if k := slices.IndexFunc(list, func(f Failure) bool { return f.Reason == reason }); k >= 0 {
		list[k].Count++
		return list
	}
	return append(list, Failure{reason, 1})
}

// moments returns the mean and standard deviation of a figure.
func (t *table) moments(figure int) (mean, sd float64) {
	n := float64(len(t.rows))
	for i := range t.rows {
		mean += t.rows[i].values[figure] / n
	}
	for i := range t.rows {
		d := t.rows[i].values[figure] - mean
		sd += d * d / (n - 1)
	}
	return mean, math.Sqrt(sd)
}

// column returns a figure of all simulations.
func (t *table) column(figure int) []float64 {
	out := make([]float64, len(t.rows))
	for i := range t.rows {
		out[i] = t.rows[i].values[figure]
	}
	return out
}

func normalQuantile(p float64) float64 { return numeric.NormalQuantile(p) }

// normalCDF returns the normal distribution function, kept within (0, 1), so that
// quantiles stay finite.
func normalCDF(z float64) float64 {
	const edge = 1e-15
	return min(max(numeric.NormalCDF(z), edge), 1-edge)
}
