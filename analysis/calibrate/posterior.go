package calibrate

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/sim/stream"
)

// Parameter describes what is known of one parameter after the figures are looked at.
type Parameter struct {
	Mean      measure.Number `json:"mean"` // of the posterior, as what follows
	MeanMCSE  measure.Number `json:"mean_mcse"`
	SD        measure.Number `json:"sd"`
	SDMCSE    measure.Number `json:"sd_mcse"`
	Median    measure.Number `json:"median"`
	Low       measure.Number `json:"low"` // Low and High bound 95 %
	LowMCSE   measure.Number `json:"low_mcse"`
	High      measure.Number `json:"high"`
	HighMCSE  measure.Number `json:"high_mcse"`
	PriorMean measure.Number `json:"prior_mean"`
	PriorSD   measure.Number `json:"prior_sd"`
	PriorLow  measure.Number `json:"prior_low"`
	PriorHigh measure.Number `json:"prior_high"`
	// Contraction is 1 less the posterior's standard deviation over the prior's: 0,
	// nothing learnt; 1, everything.
	Contraction     measure.Number `json:"contraction"`
	ContractionMCSE measure.Number `json:"contraction_mcse"`
}

// Informed is the least contraction of a parameter that the figures inform.
const Informed = 0.2

// Informed reports whether the figures say something of the parameter.
func (p *Parameter) Informed() bool { return p.Contraction >= Informed }

// summarize describes parameter k of the posterior.
func (q *posterior) summarize(k int) (s [5]float64) {
	mean, sd := 0.0, 0.0
	for i, x := range q.theta[k] {
		mean += float64(q.weight[i] * x)
	}
	for i, x := range q.theta[k] {
		sd += float64(q.weight[i] * (x - mean) * (x - mean))
	}
	quantiles := weightedQuantiles(q.theta[k], q.weight, 0.025, 0.5, 0.975)
	return [5]float64{mean, math.Sqrt(sd), quantiles[0], quantiles[1], quantiles[2]}
}

// weightedQuantiles inverts the distribution function of weighted values, each
// value at the middle of its step, linear between them.
func weightedQuantiles(values, weight []float64, at ...float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	out := make([]float64, len(at))
	for k, p := range at {
		before, last, lastValue := 0.0, 0.0, values[order[0]]
		out[k] = values[order[len(order)-1]]
		for n, i := range order {
			middle := before + float64(weight[i]/2)
			if middle >= p {
				out[k] = values[i]
				if n > 0 && middle > last {
					out[k] = lastValue + (values[i]-lastValue)*(p-last)/(middle-last)
				}
				break
			}
			before, last, lastValue = before+weight[i], middle, values[i]
		}
	}
	return out
}

// groups is how many parts the simulations are cut into for Monte Carlo errors.
const groups = 20

// parameters describes the posterior, with Monte Carlo errors by the jackknife:
// the calibration again without each of 20 parts of the simulations (Efron &
// Tibshirani 1993, chapter 11). That has the error of the regression in it too.
func (p *Problem) parameters(t *table, tolerance float64, q *posterior) ([]Parameter, error) {
	list := make([]Parameter, len(p.Priors))
	parts := make([][][5]float64, groups)
	for g := range parts {
		part, err := p.fit(t, p.Published, tolerance, how{}, func(i int) bool { return t.number[i]%groups == g })
		if err != nil {
			return nil, err
		}
		for k := range p.Priors {
			parts[g] = append(parts[g], part.summarize(k))
		}
	}
	for k, prior := range p.Priors {
		s := q.summarize(k)
		mcse := func(what int) float64 {
			mean, sum := 0.0, 0.0
			for g := range parts {
				mean += parts[g][k][what] / groups
			}
			for g := range parts {
				d := parts[g][k][what] - mean
				sum += float64(d * d)
			}
			return math.Sqrt(sum * (groups - 1) / groups)
		}
		sd := prior.SD()
		p := &list[k]
		p.Mean, p.MeanMCSE = measure.Numbers(s[0], mcse(0))
		p.SD, p.SDMCSE = measure.Numbers(s[1], mcse(1))
		p.Low, p.LowMCSE = measure.Numbers(s[2], mcse(2))
		p.Median = measure.Number(s[3])
		p.High, p.HighMCSE = measure.Numbers(s[4], mcse(4))
		p.PriorMean, p.PriorSD = measure.Numbers(prior.Mean(), sd)
		p.PriorLow, p.PriorHigh = measure.Numbers(prior.Quantile(0.025), prior.Quantile(0.975))
		p.Contraction, p.ContractionMCSE = measure.Numbers(1-s[1]/sd, mcse(1)/sd)
	}
	return list, nil
}

// pick returns a draw of the posterior: its number.
func (q *posterior) pick(s *stream.Stream) int {
	u := s.Uniform()
	for i, w := range q.weight {
		if u -= w; u < 0 {
			return i
		}
	}
	return len(q.weight) - 1
}
