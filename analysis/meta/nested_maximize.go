package meta

import (
	"math"
	"slices"

	"caseload/analysis/numeric"
)

// slopes2 are the derivatives of the likelihood by the variances between and
// within: first, minus second as observed, and as expected ([0] between twice, [1]
// mixed, [2] within twice).
type slopes2 struct {
	score              [2]float64
	observed, expected [3]float64
}

// starts are where climbing begins, in units of half the total variance: all variance
// between, all within, and half each, from which a maximum must be reached; then more or
// less of either, which may lead to others.
var starts = [...][2]float64{{2, 0}, {0, 2}, {1, 1}, {0, 0}, {20, 0}, {0, 20}, {0.2, 0.2}, {0.2, 2}, {2, 0.2}}

const mustReach = 3

// fewClusters are those with which the likelihood can have several maxima for all that is
// known: with more, they tell enough of the variance between them.
const fewClusters = 100

// maximize finds the maximum of the (restricted) likelihood over both variances, neither below 0. It
// can have several maxima: of those that are reached, the highest is taken, the last of
// equal ones, and the next reported.
func (n *nested) maximize(o *Options, start float64) (between, within float64, second Peak, iterations int, status Status) {
	if start == 0 {
		n.fit(0, 0)
		start = n.size() / 2
	}
	best := math.Inf(-1)
	var tops [len(starts)]top
	found := tops[:0]
	for k, by := range starts {
		if k >= mustReach && n.clusters > fewClusters {
			break
		}
		at, rounds, s := n.climbFrom(o, [2]float64{by[0] * start, by[1] * start}, found)
		iterations += rounds
		switch {
		case s == OK && n.near(at, found, 0) < 0:
			found = append(found, top{at, n.logLikelihood(o.Method == REML), n.size()})
		case s != OK && k < mustReach:
			return 0, 0, second, iterations, s // which maximum is the highest is not known
		}
	}
	for _, t := range found {
		if t.height >= best-peakRounding(best) {
			best, between, within = math.Max(t.height, best), t.at[0], t.at[1]
		}
	}
	for _, t := range found {
		away := math.Abs(t.at[0]-between) + math.Abs(t.at[1]-within)
		if below := math.Max(0, best-t.height); away > 0.01*t.size && (!second.Known || below < second.Below) {
			second = Peak{true, t.at[0] + t.at[1], below}
		}
	}
	return between, within, second, iterations, OK
}

// top is a maximum that was reached.
type top struct {
	at           [2]float64
	height, size float64
}

// near returns which of the maxima is no further than a share of the total variance, or -1.
func (n *nested) near(at [2]float64, found []top, share float64) int {
	return slices.IndexFunc(found, func(t top) bool {
		return math.Abs(at[0]-t.at[0])+math.Abs(at[1]-t.at[1]) <= share*t.size
	})
}

// climbFrom goes uphill by Newton's method, by Fisher scoring where the likelihood is
// not concave, with steps halved until it doesn't fall. It ends early near a maximum that
// was found before.
func (n *nested) climbFrom(o *Options, at [2]float64, found []top) (_ [2]float64, rounds int, _ Status) {
	restricted := o.Method == REML
	if !n.fit(at[0], at[1]) {
		return at, 0, NotConverged
	}
	here := n.logLikelihood(restricted)
	for round := range o.mostIterations() {
		s := n.slopes(restricted)
		step, free := s.step(at)
		if free == 0 {
			return at, round, OK
		}
		before := at
		if !n.advance(restricted, &at, step, &here) {
			return at, round, NotConverged
		}
		if k := n.near(at, found, 1e-4); k >= 0 {
			return found[k].at, round + 1, OK
		}
		moved := math.Abs(at[0]-before[0]) + math.Abs(at[1]-before[1])
		if moved < settled*n.size() {
			if s = n.slopes(restricted); s.flat(at) {
				return at, round + 1, OK
			}
		}
	}
	return at, o.mostIterations(), NotConverged
}

// size returns a typical total variance.
func (n *nested) size() float64 {
	sum := 0.0
	for _, s := range n.sums[:n.clusters] {
		sum += s
	}
	return n.between + float64(n.m.k)/sum
}

// step returns where to go from a point, and how many variances are free to move: one
// that is 0 and would fall is not.
func (s *slopes2) step(at [2]float64) (step [2]float64, free int) {
	var moves [2]bool
	for r := range at {
		if moves[r] = at[r] > 0 || s.score[r] > 0; moves[r] {
			free++
		}
	}
	if free < 2 {
		for r, moving := range moves {
			if moving {
				information := s.observed[2*r]
				if !(information > 0) {
					information = s.expected[2*r]
				}
				step[r] = s.score[r] / information
			}
		}
		return step, free
	}
	h := s.observed
	if !(h[0] > 0 && h[0]*h[2] > h[1]*h[1]) {
		h = s.expected
	}
	det := float64(h[0]*h[2]) - float64(h[1]*h[1])
	return [2]float64{(float64(h[2]*s.score[0]) - float64(h[1]*s.score[1])) / det, (float64(h[0]*s.score[1]) - float64(h[1]*s.score[0])) / det}, free
}

// flat reports whether nothing is left to climb but rounding: less than a millionth
// of a standard error, or downwards from 0.
func (s *slopes2) flat(at [2]float64) bool {
	for r := range at {
		if at[r] == 0 && s.score[r] <= 0 {
			continue
		}
		if math.Abs(s.score[r]) > 1e-6*math.Sqrt(s.expected[2*r]) {
			return false
		}
	}
	return true
}

// halving is how steps up the likelihood are taken.
var halving = numeric.Halving{Most: 60, Slack: 1e-13, Ceiling: math.Inf(1)}

// advance takes a step, halved until the likelihood does not fall. Steps below 0
// end there.
func (n *nested) advance(restricted bool, at *[2]float64, step [2]float64, here *float64) (ok bool) {
	fitted, next := true, *at
	value, ok := halving.Step(*here, 1, func(scale float64) float64 {
		for k := range next {
			next[k] = math.Max(0, at[k]+float64(scale*step[k]))
		}
		if fitted = fitted && n.fit(next[0], next[1]); !fitted {
			return math.NaN()
		}
		return n.logLikelihood(restricted)
	})
	if ok {
		*at, *here = next, value
	}
	return ok
}
