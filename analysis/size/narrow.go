package size

import (
	"math"
	"slices"

	"caseload/sim/portable"
)

// Whether an interval is as narrow as wanted turns within a few per cent of clients from
// hardly ever to nearly always, and a line through shares of trials would have to be so
// steep that designs miss it. The width itself is a number of each trial, and falls about
// as one over the square root of the clients. So the quantile of the half widths at the
// power wanted is found at some designs, and the answer is where a line through its
// logarithm, over that of the clients, passes the half width wanted.

// widths are half widths of the intervals of trials by goal and design: infinite where a
// fit came to nothing; of several tests the widest, or the narrowest if one is enough.
type widths []map[float64][]float64

// add notes the half widths of a trial's intervals at a design.
func (w widths) add(g *goal, k int, n float64, of func(test int) float64) {
	x := math.Inf(1)
	if g.all || len(g.tests) == 1 {
		x = 0
	}
	for _, t := range g.tests {
		if h := of(t); g.all || len(g.tests) == 1 {
			x = math.Max(x, h)
		} else {
			x = math.Min(x, h)
		}
	}
	if w[k] == nil {
		w[k] = map[float64][]float64{}
	}
	w[k][n] = append(w[k][n], x)
}

// A quantile of half widths at a design, as logarithm, with the 95 % interval of order
// statistics (Conover 1999, Practical Nonparametric Statistics, section 3.2).
type quantile struct{ x, y, low, high float64 }

// se returns the standard error of a normal estimate with the same interval.
func (q *quantile) se() float64 { return (q.high - q.low) / (2 * z95) }

// quantileOf returns quantile p of the half widths at design n.
func quantileOf(n float64, half []float64, p float64) quantile {
	sorted := slices.Sorted(slices.Values(half))
	size := float64(len(sorted))
	at := func(rank float64) float64 {
		return portable.Log(sorted[int(math.Max(0, math.Min(size-1, math.Ceil(rank)-1)))])
	}
	spread := float64(z95 * math.Sqrt(size*p*(1-p)))
	return quantile{portable.Log(n), at(size * p), at(float64(size*p) - spread), at(float64(size*p) + spread + 1)}
}

// narrowRounds bounds the designs that one goal is looked for at.
const narrowRounds = 24

// narrowest finds the design at which the intervals of a goal are no wider than half, in
// as many trials as the goal says.
func (s *search) narrowest(goal int, half float64, seen func() map[float64][]float64) (*finding, error) {
	f := &finding{bracket: noBracket(), outcome: underway}
	wanted := portable.Log(half)
	for round := range narrowRounds {
		s.bracketNarrow(f, seen(), wanted)
		if f.outcome = s.judgeNarrow(f, seen(), wanted); f.outcome != underway {
			return f, nil
		}
		near := 0
		for n, w := range seen() {
			if n > f.plan/1.1 && n < f.plan*1.1 {
				near += len(w)
			}
		}
		at := f.plan * []float64{1, 0.96, 1.04}[round%3]
		at = math.Max(f.from/farthest, math.Min(f.to*farthest, at))
		if err := s.evaluate(at, max(2*pilotSize, min(near, 4*pilotSize))); err != nil {
			return nil, err
		}
	}
	f.outcome = wide
	return f, nil
}

// bracketNarrow fits the line to the designs near where it was before, and finds where
// it passes the half width.
func (s *search) bracketNarrow(f *finding, seen map[float64][]float64, wanted float64) {
	var list []quantile
	f.from, f.to = math.Inf(1), 0.0
	for _, e := range s.evals {
		f.from, f.to = math.Min(f.from, e.n), math.Max(f.to, e.n)
		if q := quantileOf(e.n, seen[e.n], s.target); !math.IsInf(q.high, 0) && !math.IsInf(q.y, 0) {
			list = append(list, q)
		}
	}
	f.value, f.low, f.high, f.plan = math.NaN(), math.NaN(), math.NaN(), s.max
	if len(list) == 0 {
		return
	}
	// Of several designs, those nearest to the half width wanted tell.
	slices.SortFunc(list, func(a, b quantile) int {
		if math.Abs(a.y-wanted) < math.Abs(b.y-wanted) {
			return -1
		}
		return 1
	})
	near := list[:1]
	for k := 1; k < len(list) && math.Abs(list[k].x-list[0].x) < math.Ln2; k++ {
		near = list[:k+1]
	}
	level, x, slope, se := narrowLine(near)
	if !(slope < -0.02) {
		return
	}
	root := x + float64((wanted-level)/slope)
	error := z95 * se(root) / -slope
	f.plan = portable.Exp(root)
	f.value, f.low, f.high = f.plan, portable.Exp(root-error), portable.Exp(root+error)
}

// narrowLine fits a line by weighted least squares, with a slope that is as of 1/sqrt(n)
// before designs have shown another: normal around -1/2 with SD 1/4, so that one design
// is enough to look for the next. It returns the level at a centre, the slope, and the
// standard error at a place.
func narrowLine(list []quantile) (level, centre, slope float64, se func(x float64) float64) {
	const mean, sd = -0.5, 0.25
	var w, wx, wy float64
	for k := range list {
		v := math.Max(list[k].se(), 1e-4)
		w, wx, wy = w+1/(v*v), wx+list[k].x/(v*v), wy+list[k].y/(v*v)
	}
	centre, level = wx/w, wy/w
	information, moment := 1/(sd*sd), mean/(sd*sd)
	for k := range list {
		v := math.Max(list[k].se(), 1e-4)
		d := list[k].x - centre
		information += d * d / (v * v)
		moment += d * (list[k].y - level) / (v * v)
	}
	return level, centre, moment / information, func(x float64) float64 {
		return math.Sqrt(1/w + float64((x-centre)*(x-centre))/information)
	}
}

// judgeNarrow returns how the search has ended, or underway.
func (s *search) judgeNarrow(f *finding, seen map[float64][]float64, wanted float64) outcome {
	if s.interrupted {
		return stopped
	}
	if e := s.tried(s.max); e != nil && e.replicates >= 2*pilotSize {
		if q := quantileOf(s.max, seen[s.max], s.target); q.low > wanted {
			f.peak = e
			return never
		}
	}
	if e := s.tried(s.min); e != nil && e.replicates >= 2*pilotSize && quantileOf(s.min, seen[s.min], s.target).high < wanted {
		return always
	}
	near := 0
	for n, w := range seen {
		if n > f.value/1.1 && n < f.value*1.1 {
			near += len(w)
		}
	}
	switch {
	case f.half() <= s.precision && near >= 4*pilotSize && f.value >= s.min && f.value <= s.max:
		return found
	case s.exhausted() && math.IsNaN(f.value):
		return unknown
	case s.exhausted():
		return wide
	}
	return underway
}

// halfWidth is half the width of a confidence interval, infinite where there is none.
func halfWidth(low, high float64, failed bool) float64 {
	if failed || !(high-low >= 0) {
		return math.Inf(1)
	}
	return (high - low) / 2
}
