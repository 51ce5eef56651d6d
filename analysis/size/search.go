package size

import (
	"cmp"
	"math"
	"slices"

	"caseload/analysis/numeric"
)

// An oracle runs fresh replicates of a design and tells for each goal how many
// of them met it. It may run fewer than asked for only when interrupted.
type oracle func(n float64, replicates int) (ran int, hits []int, err error)

// evaluation counts the replicates of one design and those that met each goal.
type evaluation struct {
	n          float64
	replicates int
	hits       []int // by goal
}

// share returns the share of replicates that met the goal.
func (e *evaluation) share(goal int) float64 { return float64(e.hits[goal]) / float64(e.replicates) }

// wilson bounds the power at z standard errors.
func (e *evaluation) wilson(goal int, z float64) (low, high float64) {
	return numeric.Wilson(e.hits[goal], e.replicates, z)
}

// search finds the designs at which goals are met with the target power.
// Evaluations are of fresh replicates, so that they are independent of each
// other, and serve all goals.
type search struct {
	axis
	targets       []float64 // by goal
	target        float64   // of the goal in work
	precision     float64   // half the width of the interval wanted, as a share of the answer
	most          int       // replicates in all
	nullPredictor []float64 // by goal: the predictor without an effect
	run           oracle
	// sampling returns the share that sampling has of the variance of a goal's estimates
	// at a design, where trials draw what is not known; nil where they do not.
	sampling func(goal int, n float64) float64
	planned  []float64 // by goal: where the answer was looked for last, for bend

	evals       []evaluation // one a design, in the order in which they were first tried
	used        int
	expected    int // replicates in all, as far as can be told
	interrupted bool
}

const (
	z95 = 1.959963984540054 // of a 95 % interval
	z99 = 2.5758293035489   // of a statement that should be right though looked for repeatedly

	pilotSize = 100 // replicates of the first design
	batchSize = 50  // the least that a design is tried with
	rungSize  = 100 // at each design of a scan
	farthest  = 6   // times the last design, that the next may be
)

// outcome is how a search for one goal ended.
type outcome uint8

const (
	found    outcome = iota // the interval is as narrow as wanted, or from a design to the next
	wide                    // replicates ran out before it was
	always                  // even the smallest design reaches the target
	never                   // no design up to the largest does
	unknown                 // replicates ran out before an interval was had
	stopped                 // interrupted
	underway                // not ended
)

// finding is the answer to one goal.
type finding struct {
	outcome outcome
	bracket
	flat bool // the answer is by the designs tried alone: no line fits them
	// upper is where power falls below the target again; nil if it doesn't.
	upper *finding
	// peak is the design with the greatest power tried, where none is enough.
	peak *evaluation
}

// evaluate runs replicates of the design nearest to n.
func (s *search) evaluate(n float64, replicates int) error {
	n = s.near(n)
	replicates = min(replicates, s.most-s.used)
	if replicates <= 0 || s.interrupted {
		return nil
	}
	ran, hits, err := s.run(n, replicates)
	if err != nil {
		return err
	}
	s.interrupted = ran < replicates
	s.used += ran
	if ran > 0 {
		e := s.design(n)
		e.replicates += ran
		for g, h := range hits {
			e.hits[g] += h
		}
	}
	return nil
}

// design returns the evaluation of a design, begun if there is none.
func (s *search) design(n float64) *evaluation {
	if e := s.tried(n); e != nil {
		return e
	}
	s.evals = append(s.evals, evaluation{n: n, hits: make([]int, len(s.nullPredictor))})
	return &s.evals[len(s.evals)-1]
}

// tried returns the evaluation of a design, nil if there is none.
func (s *search) tried(n float64) *evaluation {
	for k := range s.evals {
		if math.Abs(s.evals[k].n-n) <= 1e-12*n {
			return &s.evals[k]
		}
	}
	return nil
}

// exhausted reports whether no more replicates are to be had.
func (s *search) exhausted() bool { return s.interrupted || s.used >= s.most }

// find answers all goals. With scan, the whole range is looked over first: power
// may fall again as designs grow.
func (s *search) find(scan bool) ([]finding, error) {
	if s.tried(s.near(s.start)) == nil {
		if err := s.evaluate(s.start, pilotSize); err != nil {
			return nil, err
		}
	}
	if scan {
		if err := s.scan(); err != nil {
			return nil, err
		}
	}
	out := make([]finding, len(s.nullPredictor))
	for goal := range out {
		s.turnTo(goal)
		f, err := s.goal(goal, scan)
		if err != nil {
			return nil, err
		}
		out[goal] = *f
	}
	return out, nil
}

// turnTo aims at the power of a goal.
func (s *search) turnTo(goal int) { s.target = s.targets[goal] }

// goal answers one goal.
func (s *search) goal(goal int, scanned bool) (*finding, error) {
	if scanned {
		return s.bothSides(goal)
	}
	whole := side{lo: s.min, hi: s.max}
	f, err := s.converge(goal, whole)
	if err != nil || f.outcome != never || s.exhausted() {
		s.settle(goal, whole, f)
		return f, err
	}
	// The largest design falls short. If a smaller one may have reached the target
	// power falls with size, and the range must be looked over.
	for k := range s.evals {
		if e := &s.evals[k]; e.n < s.max {
			if _, high := e.wilson(goal, z95); high >= s.target && e.share(goal) > s.tried(s.max).share(goal) {
				if err := s.scan(); err != nil {
					return nil, err
				}
				return s.bothSides(goal)
			}
		}
	}
	return f, nil
}

// scan tries designs all over the range.
func (s *search) scan() error {
	const rungs = 9
	from := math.Max(s.min, math.Min(s.start/8, s.max/64))
	if from <= 0 {
		from = s.max / 64
	}
	for _, n := range s.ladder(from, s.max, rungs) {
		if e := s.tried(n); e != nil && e.replicates >= rungSize {
			continue
		}
		if err := s.evaluate(n, rungSize); err != nil {
			return err
		}
	}
	return nil
}

// bothSides answers a goal whose power may rise and fall again, after a scan.
func (s *search) bothSides(goal int) (*finding, error) {
	peak, err := s.peak(goal)
	if err != nil {
		return nil, err
	}
	if peak.share(goal) < s.target {
		f := &finding{outcome: never, peak: peak, bracket: noBracket()}
		switch _, high := peak.wilson(goal, z95); {
		case s.interrupted:
			f.outcome = stopped
		case high >= s.target:
			f.outcome = unknown
		}
		return f, nil
	}
	first, last := s.above(goal, peak.n)
	rise := side{lo: s.min, hi: first, curved: true}
	f, err := s.converge(goal, rise)
	if err != nil || s.exhausted() {
		s.settle(goal, rise, f)
		return f, err
	}
	if end := s.tried(s.max); end != nil && end.n > last {
		if _, high := end.wilson(goal, z95); high < s.target {
			f.upper, err = s.converge(goal, side{lo: last, hi: s.max, falling: true, curved: true})
		}
	}
	return f, err
}

// above returns the first and the last design that clearly has more power than the
// target; beyond those from the best one on that may have it, where there is none.
func (s *search) above(goal int, best float64) (first, last float64) {
	first, last = math.Inf(1), math.Inf(-1)
	for k := range s.evals {
		if low, _ := s.evals[k].wilson(goal, z99); low > s.target {
			first, last = math.Min(first, s.evals[k].n), math.Max(last, s.evals[k].n)
		}
	}
	if first > last {
		return s.plateau(goal, best), best
	}
	return first, last
}

// plateau returns the last design, from the best one on, before one that is clearly
// below the target: the best one is only so by its luck.
func (s *search) plateau(goal int, best float64) float64 {
	list := slices.Clone(s.evals)
	slices.SortFunc(list, func(a, b evaluation) int { return cmp.Compare(a.n, b.n) })
	end := best
	for k := range list {
		if list[k].n <= best {
			continue
		}
		if _, high := list[k].wilson(goal, z95); high < s.target {
			break
		}
		end = list[k].n
	}
	return end
}

// peak looks for the design with the greatest power: first between those next to
// the best one tried, then with replicates added until that can be told from the
// target.
func (s *search) peak(goal int) (*evaluation, error) {
	const (
		enough  = 4000
		refined = 3
	)
	for range refined {
		before, best, after := s.around(goal)
		for _, next := range []float64{before, after} {
			n := s.near(math.Sqrt(best * next))
			if s.tried(n) != nil {
				continue
			}
			if err := s.evaluate(n, 2*rungSize); err != nil {
				return nil, err
			}
		}
	}
	for {
		_, n, _ := s.around(goal)
		best := s.tried(n)
		low, high := best.wilson(goal, z95)
		if low > s.target || high < s.target || best.replicates >= enough || s.exhausted() {
			return best, nil
		}
		if err := s.evaluate(n, max(rungSize, best.replicates)); err != nil {
			return nil, err
		}
	}
}

// around returns the design with the greatest power tried and the ones next to it.
func (s *search) around(goal int) (before, best, after float64) {
	list := slices.Clone(s.evals)
	slices.SortFunc(list, func(a, b evaluation) int { return cmp.Compare(a.n, b.n) })
	at := 0
	for k := range list {
		if list[k].share(goal) > list[at].share(goal) {
			at = k
		}
	}
	return list[max(0, at-1)].n, list[at].n, list[min(len(list)-1, at+1)].n
}
