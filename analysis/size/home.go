package size

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// side is a part of the axis in which power rises, or falls.
type side struct {
	lo, hi  float64
	falling bool
	curved  bool // power turns at an end: a line must be short
}

// view is what the evaluations so far say of the answer.
type view struct {
	value, low, high float64 // NaN where there is no line; infinite where an end is open
	line             line
	from, to         float64 // designs that the line was fitted to
	rank             int     // of the window that they are in
	curved           bool    // only the shortest line will do
	plan             float64 // where the answer is looked for next
	guide            line    // by which that was found
	steady           line    // of all designs on the side
}

func noView() view {
	return view{value: math.NaN(), low: math.NaN(), high: math.NaN(), plan: math.NaN()}
}

// bent tells whether even the shortest line does not fit.
func (v *view) bent() bool { return v.line.levels > 2 && v.line.lackP < lackLevel }

// aimed is the window that the next designs are to be in: that of the line, or
// a narrower one if it is bent.
func (v *view) aimed() *window {
	switch last := len(windows) - 1; {
	case v.curved:
		return &windows[last]
	case v.bent():
		return &windows[min(v.rank+1, last)]
	}
	return &windows[v.rank]
}

// half is half the width of the interval as a share of the answer.
func (v *view) half() float64 {
	if h := (v.high - v.low) / 2 / v.value; h >= 0 {
		return h
	}
	return math.Inf(1)
}

// window is how near the answer designs must be that its line is fitted to: on the
// probit scale, and as a factor. A line is a good surrogate of any curve if it is
// short enough; the later ones are for curves that the first finds bent.
type window struct{ width, factor float64 }

var windows = []window{{0.6, 4}, {0.35, 1.5}, {0.2, 1.25}}

// holds tells whether a design is within it.
func (w *window) holds(v *view, x, u, eta float64) bool {
	return math.Abs(v.guide.at(x)-eta) <= w.width && u <= v.plan*w.factor && u >= v.plan/w.factor
}

// look fits the surrogate to what was seen on a side.
func (s *search) look(goal int, sd side) view {
	v := noView()
	v.curved = sd.curved
	var all []counts
	var designs []float64
	for k := range s.evals {
		if e := &s.evals[k]; e.u >= sd.lo && e.u <= sd.hi {
			all = append(all, counts{s.place(e.u), float64(e.n), float64(e.hits[goal])})
			designs = append(designs, e.u)
		}
	}
	var p *prior
	if !sd.falling {
		p = &prior{s.nothing[goal], 0.5}
	}
	l, ok := fitLine(smoothed(all), p)
	if !ok || (l.b < 0) != sd.falling {
		return v
	}
	eta := numeric.NormalQuantile(s.target)
	v.steady, v.guide, v.plan = l, l, s.back((eta-l.a)/l.b)
	for k := range windows {
		near := v.narrowed(s, sd, all, designs, k)
		if k == 0 || near.half() < sound && !near.bent() {
			v = near
		}
		if !v.bent() && !sd.curved {
			break
		}
	}
	return v
}

// sound is half the width of an answer's interval, as a share of it, with which
// its line is a better guide than that of all designs.
const sound = 0.25

// narrowed fits the line to the designs within a window.
func (v view) narrowed(s *search, sd side, all []counts, designs []float64, rank int) view {
	eta, w := numeric.NormalQuantile(s.target), &windows[rank]
	for range 3 { // the window moves with the line
		var near []counts
		from, to := math.Inf(1), math.Inf(-1)
		for k := range all {
			if w.holds(&v, all[k].x, designs[k], eta) {
				near = append(near, all[k])
				from, to = math.Min(from, designs[k]), math.Max(to, designs[k])
			}
		}
		if len(near) < 2 {
			break
		}
		l, ok := fitLine(near, nil)
		if !ok || l.b == 0 || (l.b < 0) != sd.falling {
			break
		}
		x, low, high := l.root(eta, z95)
		v.line, v.from, v.to, v.rank = l, from, to, rank
		if v.value, v.low, v.high = s.back(x), s.back(low), s.back(high); !(v.half() < sound) {
			break // a slope that is hardly known is no guide
		}
		v.guide, v.plan = l, v.value
	}
	return v
}

// home closes in on the answer to a goal on one side of the axis.
func (s *search) home(goal int, sd side) (*finding, error) {
	for {
		v := s.look(goal, sd)
		f := &finding{view: v, outcome: s.judge(goal, sd, &v)}
		if f.outcome != underway {
			return f, nil
		}
		if err := s.next(goal, sd, &v); err != nil {
			return nil, err
		}
	}
}

// judge tells whether the search on a side has ended.
func (s *search) judge(goal int, sd side, v *view) outcome {
	if v.half() <= s.precision && s.believable(goal, v) {
		return found
	}
	if lo, hi, ok := s.between(goal, sd); ok {
		v.value, v.low, v.high = math.Max(lo, math.Min(hi, v.plan)), lo, hi
		return found
	}
	if e := s.tried(s.max); e != nil && !sd.falling && sd.hi == s.max && e.n >= 2*pilotSize && (v.bent() || !(v.half() < 1 && v.low <= s.max)) {
		if _, high := e.wilson(goal, z99); high < s.target {
			return never
		}
	}
	if e := s.tried(s.min); e != nil && !sd.falling && e.n >= 2*batchSize && !(v.half() < 1 && v.low > s.min) {
		if low, _ := e.wilson(goal, z99); low > s.target {
			return always
		}
	}
	switch {
	case s.interrupted:
		return stopped
	case s.used < s.most:
		return underway
	case v.half() < 1:
		return wide
	}
	return unknown
}

// between finds designs next to each other on a side of which one is clearly below
// the target and one above: there is nothing to find between them, and no line
// that both are near where a step takes power far.
func (s *search) between(goal int, sd side) (lo, hi float64, ok bool) {
	for k := range s.evals {
		e := &s.evals[k]
		next := s.tried(e.u + s.step)
		if e.u < sd.lo || e.u+s.step > sd.hi || next == nil || next == e {
			continue
		}
		under, over := e, next
		if sd.falling {
			under, over = next, e
		}
		_, high := under.wilson(goal, z99)
		low, _ := over.wilson(goal, z99)
		if high < s.target && low > s.target {
			return e.u, next.u, true
		}
	}
	return 0, 0, false
}

// span is how far on either side of the target, on the probit scale, designs are
// tried. They tell of the answer nearly as much as the target itself, where a
// single one would say nothing of the slope. One that was tried before is taken
// again if it is between nearest and span + nearest away: designs that chase each
// estimate make the next one depend on its error.
const (
	span    = 0.25
	nearest = 0.1
)

// next runs more replicates where they tell most.
func (s *search) next(goal int, sd side, v *view) error {
	at := s.aim(goal, sd, v)
	wanted := s.wanted(goal, v)
	s.expected = min(s.most, max(s.expected, s.used+wanted, s.used+int(s.need(v)-s.close(goal, v))))
	if last := s.tried(s.max); v.bent() && !sd.falling && sd.hi == s.max && (last == nil || last.n < 4*pilotSize) {
		return s.evaluate(s.max, 4*pilotSize) // power may level off below the target
	}
	beyond := at == s.max && !(v.plan < s.max) || at == s.min && !(v.plan > s.min) || math.IsNaN(v.plan)
	if beyond && !(v.half() < 1) {
		return s.evaluate(at, wanted)
	}
	lo, hi := s.straddle(goal, v, at, sd)
	if err := s.evaluate(lo, (wanted+1)/2); err != nil {
		return err
	}
	return s.evaluate(hi, (wanted+1)/2)
}

// aim is the design looked at next: where the line puts the answer, not too far
// beyond what was tried.
func (s *search) aim(goal int, sd side, v *view) float64 {
	if sd.falling || sd.hi < s.max {
		if math.IsNaN(v.plan) || v.plan < sd.lo || v.plan > sd.hi {
			return s.near(s.middle(goal, sd))
		}
		return s.near(v.plan)
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	for k := range s.evals {
		lowest, highest = math.Min(lowest, s.evals[k].u), math.Max(highest, s.evals[k].u)
	}
	at := v.plan
	if math.IsNaN(at) {
		at = math.Inf(1) // power that doesn't rise
	}
	return s.near(math.Max(lowest/farthest, math.Min(highest*farthest, at)))
}

// middle halves what lies between the designs on a side that are above the
// target and those below it.
func (s *search) middle(goal int, sd side) float64 {
	lo, hi := sd.lo, sd.hi
	for k := range s.evals {
		e := &s.evals[k]
		if e.u < sd.lo || e.u > sd.hi {
			continue
		}
		if e.share(goal) >= s.target != sd.falling {
			hi = math.Min(hi, e.u)
		} else {
			lo = math.Max(lo, e.u)
		}
	}
	return math.Sqrt(math.Max(lo, s.min) * hi)
}

// enough is the share of the replicates that an answer should take, by the line
// through all designs, without which none is believed: a few replicates can show
// a slope so steep that the interval looks narrow.
const enough = 1.0

// believable tells whether enough replicates are close to the answer. A short
// line takes more than its need says, for its slope, and half of that is enough
// to start from.
func (s *search) believable(goal int, v *view) bool {
	if v.curved {
		return v.rank == len(windows)-1 && s.close(goal, v) >= enough/2*s.need(v)
	}
	return s.close(goal, v) >= enough*s.need(v)
}

// close is how many replicates are near the answer.
func (s *search) close(goal int, v *view) (n float64) {
	eta, w := numeric.NormalQuantile(s.target), &windows[0]
	if v.curved {
		w = v.aimed()
	}
	for k := range s.evals {
		if w.holds(v, s.place(s.evals[k].u), s.evals[k].u, eta) {
			n += float64(s.evals[k].n)
		}
	}
	return n
}

// wanted is how many replicates the next round has: what the interval lacks, but
// no more than doubles those that the answer rests on, which may yet move.
func (s *search) wanted(goal int, v *view) int {
	near := s.close(goal, v)
	need := s.need(v)
	if h := v.half(); h < 1 {
		need = math.Max(need-near, near*(h/s.precision*h/s.precision-1)*1.05)
	}
	return int(math.Max(2*batchSize, math.Min(need, math.Max(near, 2*pilotSize))))
}

// need is how many replicates at the answer make its interval as narrow as
// wanted: the variance of a probit at the target over the square of what the
// precision is on that scale.
func (s *search) need(v *view) float64 {
	eta := numeric.NormalQuantile(s.target)
	density := portable.Exp(-eta*eta/2) / math.Sqrt(2*math.Pi)
	slope := math.Abs(eta - v.steady.a) // of the predictor in log x
	if s.root {
		slope /= 2
	}
	if !(slope > 0) {
		return 2 * pilotSize
	}
	width := z95 / (s.precision * slope)
	return s.target * (1 - s.target) / (density * density) * width * width
}

// straddle is a design on either side of the answer.
func (s *search) straddle(goal int, v *view, at float64, sd side) (lo, hi float64) {
	w := v.aimed()
	x, widest := s.place(at), math.Min(1.6, math.Sqrt(w.factor))
	move := math.Min(span, w.width/2) / math.Abs(v.guide.b)
	lo = math.Max(s.back(x-move), at/widest)
	hi = math.Min(s.back(x+move), at*widest)
	lo, hi = s.again(goal, v, at, -1, s.near(math.Max(lo, sd.lo))), s.again(goal, v, at, 1, s.near(math.Min(hi, sd.hi)))
	if lo == at && s.step > 0 {
		lo = s.within(at - s.step)
	}
	if hi == at && s.step > 0 {
		hi = s.within(at + s.step)
	}
	if s.step > 0 && hi-lo <= 2*s.step { // so few designs that the two next to the answer are wanted
		if v.plan < at {
			hi = at
		} else {
			lo = at
		}
	}
	return lo, hi
}

// again is the design tried most often that can serve for u, on one side of the
// answer; u if there is none. It must be near the target by the line and, once
// that can be told, by what its own trials showed.
func (s *search) again(goal int, v *view, at, direction, u float64) float64 {
	const telling = 400
	eta, most := numeric.NormalQuantile(s.target), 0
	w := v.aimed()
	reach, factor := math.Min(span+nearest+0.05, w.width), portable.Pow(w.factor, 0.6)
	for k := range s.evals {
		e := &s.evals[k]
		away := direction * math.Abs(v.guide.b) * (s.place(e.u) - s.place(at))
		seen := math.Abs(numeric.NormalQuantile(e.share(goal)) - eta)
		if away >= nearest && away <= reach && e.u <= at*factor && e.u >= at/factor && e.n > most && (e.n < telling || seen <= reach) {
			u, most = e.u, e.n
		}
	}
	return u
}
