package calibrate

import (
	"context"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/sim/stream"
)

// Options says how a calibration is done. Neither Workers nor Progress changes
// the numbers.
type Options struct {
	Simulations int     // from the priors
	Tolerance   float64 // the share of them that is accepted
	Predictive  int     // simulations from the posterior
	Seed        int64
	Workers     int // 0: one a core
	// Progress is told how many simulations are done, from one goroutine at a time.
	// May be nil.
	Progress func(done, want int)
}

// Result is a calibration.
type Result struct {
	Simulations int // finished
	Failed      int
	Failures    []Failure
	Accepted    int
	ESS         float64 // effective sample size of the accepted
	// Radius is how far the figures of the furthest accepted simulation are from
	// the published ones, in standard deviations under the priors.
	Radius  float64
	Partial bool // cut off

	Parameters                   []Parameter
	Figures                      []Figure
	Predictive, PredictiveFailed int

	Theta  [][]float64 // [parameter]: the accepted simulations' values, adjusted
	Weight []float64   // of each; their sum is 1
}

// Figure is what simulations say of a published figure. What is not known is
// missing.
type Figure struct {
	// Under the priors, and under the posterior: mean, and 95 % of simulations.
	PriorMean     measure.Number `json:"prior_mean"`
	PriorLow      measure.Number `json:"prior_low"`
	PriorHigh     measure.Number `json:"prior_high"`
	Predicted     measure.Number `json:"predicted"`
	PredictedMCSE measure.Number `json:"predicted_mcse"`
	PredictedLow  measure.Number `json:"predicted_low"`
	PredictedHigh measure.Number `json:"predicted_high"`
	// P is the two-sided posterior predictive p: twice the share of simulations
	// that are as far on the published figure's side as it is, at most 1.
	P     measure.Number `json:"p"`
	PMCSE measure.Number `json:"p_mcse"`
	// The standard error as the simulated studies report it: mean, and 95 %.
	SimulatedSE     measure.Number `json:"simulated_se"`
	SimulatedSELow  measure.Number `json:"simulated_se_low"`
	SimulatedSEHigh measure.Number `json:"simulated_se_high"`
	// Beyond tells that no simulation from the priors came out as low or as high.
	Beyond bool `json:"beyond"`
}

// Run calibrates. Where ctx is done, the result is of the simulations finished
// until then, and is partial; TooFew if they say nothing yet.
func (p *Problem) Run(ctx context.Context, opt Options) (*Result, error) {
	done, want := 0, opt.Simulations+opt.Predictive
	tick := func() {
		if done++; opt.Progress != nil {
			opt.Progress(done, want)
		}
	}
	rows, err := p.tasks(ctx, opt.Simulations, opt.Workers, p.fromPrior(opt.Seed, 0), tick)
	if err != nil {
		return nil, err
	}
	t, failures := newTable(rows, len(p.Published))
	r := &Result{Simulations: len(rows), Failed: len(rows) - len(t.rows), Failures: failures, Partial: len(rows) < opt.Simulations}
	if len(t.rows) < 2 {
		return nil, TooFew{len(t.rows), Fewest(len(p.Published))}
	}
	if !slices.ContainsFunc(t.spread, func(s float64) bool { return s > 0 }) {
		return nil, errConstant
	}
	q, err := p.fit(&t, p.Published, opt.Tolerance, how{}, nil)
	if err != nil {
		return nil, err
	}
	r.Accepted, r.ESS, r.Radius, r.Theta, r.Weight = len(q.weight), effective(q.weight), q.radius, q.theta, q.weight
	if r.Parameters, err = p.parameters(&t, opt.Tolerance, q); err != nil {
		return nil, err
	}
	predicted, err := p.tasks(ctx, opt.Predictive, opt.Workers, p.fromPosterior(opt, q), tick)
	if err != nil {
		return nil, err
	}
	r.Partial = r.Partial || len(predicted) < opt.Predictive
	after, _ := newTable(predicted, len(p.Published))
	r.Predictive, r.PredictiveFailed = len(predicted), len(predicted)-len(after.rows)
	for j, x := range p.Published {
		r.Figures = append(r.Figures, newFigure(x, &t, &after, j))
	}
	return r, nil
}

// fromPosterior prepares simulations from the posterior, with other chances than
// any from the priors.
func (p *Problem) fromPosterior(opt Options, q *posterior) func(int, *row) int {
	return func(i int, r *row) int {
		replicate := opt.Simulations + i
		s := stream.NewKey(uint64(opt.Seed), uint64(replicate)).Entity(entityDraw, 0).Stream(predicting)
		d := q.pick(&s)
		r.theta = make([]float64, len(p.Priors))
		for k := range r.theta {
			r.theta[k] = q.theta[k][d]
		}
		return replicate
	}
}

func newFigure(published float64, before, after *table, j int) Figure {
	none := measure.Missing()
	f := Figure{Predicted: none, PredictedMCSE: none, PredictedLow: none, PredictedHigh: none, P: none, PMCSE: none,
		SimulatedSE: none, SimulatedSELow: none, SimulatedSEHigh: none}
	prior := before.column(j)
	mean, _ := before.moments(j)
	f.PriorMean = measure.Number(mean)
	f.PriorLow, f.PriorHigh = measure.Numbers(interval(prior))
	f.Beyond = published < slices.Min(prior) || published > slices.Max(prior)
	n := float64(len(after.rows))
	if n < 2 {
		return f
	}
	values := after.column(j)
	mean, sd := after.moments(j)
	f.Predicted, f.PredictedMCSE = measure.Numbers(mean, sd/math.Sqrt(n))
	f.PredictedLow, f.PredictedHigh = measure.Numbers(interval(values))
	below, above := 0.0, 0.0
	se, low, high := after.errors(j)
	f.SimulatedSE = measure.Number(se)
	f.SimulatedSELow, f.SimulatedSEHigh = measure.Numbers(low, high)
	for _, x := range values {
		if x <= published {
			below++
		}
		if x >= published {
			above++
		}
	}
	// With the published figure counted among them, so that it is never 0.
	tail := min((below+1)/(n+1), (above+1)/(n+1))
	f.P, f.PMCSE = measure.Numbers(min(1, 2*tail), 2*math.Sqrt(tail*(1-tail)/n))
	return f
}

// errors returns the mean and 95 % of the standard errors of a figure; NaN if there
// are none.
func (t *table) errors(figure int) (mean, low, high float64) {
	se := make([]float64, len(t.rows))
	for i := range t.rows {
		se[i] = t.rows[i].se[figure]
		mean += se[i] / float64(len(t.rows))
	}
	if math.IsNaN(mean) {
		return mean, mean, mean
	}
	low, high = interval(se)
	return mean, low, high
}

// interval returns the interval that holds 95 % of the values.
func interval(values []float64) (low, high float64) {
	weight := make([]float64, len(values))
	for i := range weight {
		weight[i] = 1 / float64(len(values))
	}
	q := weightedQuantiles(values, weight, 0.025, 0.975)
	return q[0], q[1]
}
