package calibrate

import (
	"context"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/sim/stream"
)

// Draws is how many draws of the posterior a true value is ranked among.
const Draws = 99

// Checked is a simulation-based calibration: data sets simulated with parameters
// drawn from the priors, each calibrated. If calibrations are right, the rank of
// the true value among draws of its posterior is uniform, and 95 % intervals hold
// it 95 % of the time.
type Checked struct {
	Simulations, Failed int // from the priors
	Failures            []Failure
	DataSets            int // calibrated
	DataSetsFailed      int // without figures
	Partial             bool
	Parameters          []Ranked
}

// Ranked is how the true values of one parameter rank.
type Ranked struct {
	Counts []int `json:"counts"` // of ranks, in bins of equal width
	// ChiSquare compares the bins with equal ones, on one degree of freedom less
	// than there are; P is its p. Data sets share the table of simulations, so that
	// what is tested is the calibration with this table.
	ChiSquare    measure.Number `json:"chi_square"`
	P            measure.Number `json:"p"`
	Coverage     measure.Number `json:"coverage"`      // of the 95 % intervals
	CoverageMCSE measure.Number `json:"coverage_mcse"` // if it is 0.95
	Contraction  measure.Number `json:"contraction"`   // mean over data sets
	Ranks        []int          `json:"ranks"`         // of each data set, 0 to Draws
}

// Check calibrates n data sets simulated with known parameters. Where ctx is
// done, it is of those finished.
func (p *Problem) Check(ctx context.Context, opt Options, n int) (*Checked, error) {
	return p.check(ctx, opt, n, how{})
}

func (p *Problem) check(ctx context.Context, opt Options, n int, h how) (*Checked, error) {
	done := 0
	tick := func() {
		if done++; opt.Progress != nil {
			opt.Progress(done, opt.Simulations+n)
		}
	}
	rows, err := p.tasks(ctx, opt.Simulations, opt.Workers, p.fromPrior(opt.Seed, 0), tick)
	if err != nil {
		return nil, err
	}
	t, failures := newTable(rows, len(p.Published))
	out := &Checked{Simulations: len(rows), Failed: len(rows) - len(t.rows), Failures: failures}
	if len(t.rows) < 2 {
		return nil, TooFew{len(t.rows), Fewest(len(p.Published))}
	}
	if !slices.ContainsFunc(t.spread, func(s float64) bool { return s > 0 }) {
		return nil, errConstant
	}
	data, err := p.tasks(ctx, n, opt.Workers, p.fromPrior(opt.Seed, opt.Simulations), tick)
	if err != nil {
		return nil, err
	}
	out.Partial = len(rows) < opt.Simulations || len(data) < n
	out.Parameters = make([]Ranked, len(p.Priors))
	if err := p.rankAll(out, &t, data, opt, h); err != nil {
		return nil, err
	}
	if out.DataSets == 0 {
		return nil, TooFew{0, 1}
	}
	for k := range out.Parameters {
		out.Parameters[k].conclude()
	}
	return out, nil
}

// rankAll calibrates each data set, and ranks its parameters among the draws of
// the posterior.
func (p *Problem) rankAll(out *Checked, t *table, data []row, opt Options, h how) error {
	for i := range data {
		if data[i].failed != "" {
			out.DataSetsFailed++
			continue
		}
		q, err := p.fit(t, data[i].values, opt.Tolerance, h, nil)
		if err != nil {
			return err
		}
		out.DataSets++
		s := stream.NewKey(uint64(opt.Seed), uint64(opt.Simulations+i)).Entity(entityDraw, 0).Stream(ranking)
		for k := range out.Parameters {
			out.Parameters[k].rank(q, k, data[i].theta[k], &s, p.Priors[k].SD())
		}
	}
	return nil
}

// rank records a data set.
func (r *Ranked) rank(q *posterior, k int, truth float64, s *stream.Stream, priorSD float64) {
	below := 0
	for range Draws {
		if q.theta[k][q.pick(s)] < truth {
			below++
		}
	}
	r.Ranks = append(r.Ranks, below)
	about := q.summarize(k)
	if about[2] <= truth && truth <= about[4] {
		r.Coverage++
	}
	r.Contraction += measure.Number(1 - about[1]/priorSD)
}

func (r *Ranked) conclude() {
	n := float64(len(r.Ranks))
	bins := binsFor(len(r.Ranks))
	r.Counts = make([]int, bins)
	for _, rank := range r.Ranks {
		r.Counts[rank*bins/(Draws+1)]++
	}
	want, chiSquare := n/float64(bins), 0.0
	for _, c := range r.Counts {
		chiSquare += (float64(c) - want) * (float64(c) - want) / want
	}
	r.ChiSquare, r.P = measure.Number(chiSquare), measure.Missing()
	if bins > 1 {
		r.P = measure.Number(numeric.ChiSquareTail(chiSquare, float64(bins-1)))
	}
	r.Coverage /= measure.Number(n)
	r.CoverageMCSE = measure.Number(math.Sqrt(0.95 * 0.05 / n))
	r.Contraction /= measure.Number(n)
}

// binsFor returns the number of bins, of as many ranks each, for so many data sets:
// at least five are expected in each.
func binsFor(n int) int {
	for _, bins := range []int{20, 10, 5, 4, 2} {
		if n >= 5*bins {
			return bins
		}
	}
	return 1
}
