package calibrate

import (
	"math"
	"slices"

	"caseload/sim/stream"
)

// Parameter describes what is known of one parameter after the figures are looked at.
type Parameter struct {
	Mean, SD, Low, Median, High             float64 // of the posterior; Low and High bound 95 %
	MeanMCSE, SDMCSE, LowMCSE, HighMCSE     float64
	PriorMean, PriorSD, PriorLow, PriorHigh float64
	// Contraction is 1 less the posterior's standard deviation over the prior's: 0,
	// nothing learnt; 1, everything.
	Contraction, ContractionMCSE float64
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
		list[k] = Parameter{Mean: s[0], SD: s[1], Low: s[2], Median: s[3], High: s[4], MeanMCSE: mcse(0), SDMCSE: mcse(1), LowMCSE: mcse(2), HighMCSE: mcse(4),
			PriorMean: prior.Mean(), PriorSD: sd, PriorLow: prior.Quantile(0.025), PriorHigh: prior.Quantile(0.975),
			Contraction: 1 - s[1]/sd, ContractionMCSE: mcse(1) / sd}
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
