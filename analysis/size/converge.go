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

// A bracket holds the answer by the evaluations so far, with its interval.
type bracket struct {
	value, low, high float64 // NaN where there is no line; infinite where an end is open
	line             line
	from, to         float64 // designs that the line was fitted to
	rank             int     // of the window that they are in
	curved           bool    // only the shortest line will do
	plan             float64 // where the answer is looked for next
	guide            line    // by which that was found
	steady           line    // of all designs on the side
	exponent         float64 // of the axis by which they were found
}

func noBracket() bracket {
	return bracket{value: math.NaN(), low: math.NaN(), high: math.NaN(), plan: math.NaN()}
}

// bent reports whether even the shortest line does not fit.
func (v *bracket) bent() bool { return v.line.levels > 2 && v.line.lackP < lackLevel }

// aimed returns the window that the next designs are to be in: that of the line,
// or a narrower one if it is bent.
func (v *bracket) aimed() *window {
	switch last := len(fitWindows) - 1; {
	case v.curved:
		return &fitWindows[last]
	case v.bent():
		return &fitWindows[min(v.rank+1, last)]
	}
	return &fitWindows[v.rank]
}

// half returns half the width of the interval as a share of the answer.
func (v *bracket) half() float64 {
	if h := (v.high - v.low) / 2 / v.value; h >= 0 {
		return h
	}
	return math.Inf(1)
}

// A window says how near the answer designs must be for its line to be fitted to
// them: on the probit scale, and as a factor. A line is a good surrogate of any curve if it is
// short enough; the later ones are for curves that the first finds bent.
type window struct{ width, factor float64 }

var fitWindows = []window{{0.6, 4}, {0.35, 1.5}, {0.2, 1.25}}

// holds reports whether a design is within the window.
func (w *window) holds(v *bracket, x, n, eta float64) bool {
	return math.Abs(v.guide.at(x)-eta) <= w.width && n <= v.plan*w.factor && n >= v.plan/w.factor
}

// fitSurrogate fits the surrogate, a line on the probit scale, to the evaluations
// on a side.
func (s *search) fitSurrogate(goal int, sd side) bracket {
	v := noBracket()
	s.bend(goal)
	v.curved, v.exponent = sd.curved, s.exponent
	var all []counts
	var designs []float64
	for k := range s.evals {
		if e := &s.evals[k]; e.n >= sd.lo && e.n <= sd.hi {
			all = append(all, counts{s.link(e.n), float64(e.replicates), float64(e.hits[goal])})
			designs = append(designs, e.n)
		}
	}
	var p *prior
	if !sd.falling && s.sampling == nil {
		p = &prior{s.nullPredictor[goal], 0.5}
	}
	l, ok := fitLine(smoothed(all), p)
	if !ok || (l.b < 0) != sd.falling {
		return v
	}
	eta := numeric.NormalQuantile(s.target)
	v.steady, v.guide, v.plan = l, l, s.unlink((eta-l.a)/l.b)
	if s.sampling != nil {
		s.planned[goal] = v.plan
	}
	for k := range fitWindows {
		near := v.narrowed(s, sd, all, designs, k)
		if k == 0 || near.half() < maxRelHalfWidth && !near.bent() {
			v = near
		}
		if !v.bent() && !sd.curved {
			break
		}
	}
	return v
}

// maxRelHalfWidth bounds half the width of an answer's interval, as a share of the
// answer. Below it the line of a window is a better guide than that of all designs.
const maxRelHalfWidth = 0.25

// narrowed fits the line to the designs within a window.
func (v bracket) narrowed(s *search, sd side, all []counts, designs []float64, rank int) bracket {
	eta, w := numeric.NormalQuantile(s.target), &fitWindows[rank]
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
		if v.value, v.low, v.high = s.unlink(x), s.unlink(low), s.unlink(high); !(v.half() < maxRelHalfWidth) {
			break // a slope that is hardly known is no guide
		}
		v.guide, v.plan = l, v.value
	}
	return v
}

// converge closes in on the answer to a goal on one side of the axis.
func (s *search) converge(goal int, sd side) (*finding, error) {
	for {
		v := s.fitSurrogate(goal, sd)
		f := &finding{bracket: v, outcome: s.judge(goal, sd, &v)}
		if f.outcome != underway {
			return f, nil
		}
		if err := s.next(goal, sd, &v); err != nil {
			return nil, err
		}
	}
}

// judge returns how the search on a side has ended, or underway.
func (s *search) judge(goal int, sd side, v *bracket) outcome {
	if v.half() <= s.precision && s.believable(goal, v) {
		return found
	}
	if lo, hi, ok := s.between(goal, sd); ok {
		v.value, v.low, v.high = math.Max(lo, math.Min(hi, v.plan)), lo, hi
		return found
	}
	if e := s.tried(s.max); e != nil && !sd.falling && sd.hi == s.max && e.replicates >= 2*pilotSize && (v.bent() || !(v.half() < 1 && v.low <= s.max)) {
		if _, high := e.wilson(goal, z99); high < s.target {
			return never
		}
	}
	if e := s.tried(s.min); e != nil && !sd.falling && e.replicates >= 2*batchSize && !(v.half() < 1 && v.low > s.min) {
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

// between returns two designs next to each other on a side of which one is clearly below
// the target and one above: there is nothing to find between them, and no line
// that both are near where a step takes power far.
func (s *search) between(goal int, sd side) (lo, hi float64, ok bool) {
	for k := range s.evals {
		e := &s.evals[k]
		next := s.tried(e.n + s.step)
		if e.n < sd.lo || e.n+s.step > sd.hi || next == nil || next == e {
			continue
		}
		under, over := e, next
		if sd.falling {
			under, over = next, e
		}
		_, high := under.wilson(goal, z99)
		low, _ := over.wilson(goal, z99)
		if high < s.target && low > s.target {
			return e.n, next.n, true
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
func (s *search) next(goal int, sd side, v *bracket) error {
	at := s.aim(goal, sd, v)
	wanted := s.wanted(goal, v)
	s.expected = min(s.most, max(s.expected, s.used+wanted, s.used+int(s.need(v)-s.close(goal, v))))
	late := s.used > s.most/2 && !(v.half() < 1) // without an interval
	if last := s.tried(s.max); (v.bent() || late) && !sd.falling && sd.hi == s.max && (last == nil || last.replicates < 4*pilotSize) {
		return s.evaluate(s.max, 4*pilotSize) // power may level off, below the target or above it
	}
	beyond := at == s.max && !(v.plan < s.max) || at == s.min && !(v.plan > s.min) || math.IsNaN(v.plan)
	if beyond && !(v.half() < 1) {
		return s.evaluate(at, wanted)
	}
	lo, hi := s.bracketPair(goal, v, at, sd)
	if err := s.evaluate(lo, (wanted+1)/2); err != nil {
		return err
	}
	return s.evaluate(hi, (wanted+1)/2)
}

// aim returns the design to try next: where the line puts the answer, not too far
// beyond what was tried.
func (s *search) aim(goal int, sd side, v *bracket) float64 {
	if sd.falling || sd.hi < s.max {
		if math.IsNaN(v.plan) || v.plan < sd.lo || v.plan > sd.hi {
			return s.near(s.middle(goal, sd))
		}
		return s.near(v.plan)
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	for k := range s.evals {
		lowest, highest = math.Min(lowest, s.evals[k].n), math.Max(highest, s.evals[k].n)
	}
	at := v.plan
	if math.IsNaN(at) { // power that doesn't rise: look where it may yet pass the target
		if at = math.Inf(1); s.mostlyAbove(goal) {
			at = 0
		}
	}
	return s.near(math.Max(lowest/farthest, math.Min(highest*farthest, at)))
}

// middle halves what lies between the designs on a side that are above the
// target and those below it.
func (s *search) middle(goal int, sd side) float64 {
	lo, hi := sd.lo, sd.hi
	for k := range s.evals {
		e := &s.evals[k]
		if e.n < sd.lo || e.n > sd.hi {
			continue
		}
		if e.share(goal) >= s.target != sd.falling {
			hi = math.Min(hi, e.n)
		} else {
			lo = math.Max(lo, e.n)
		}
	}
	return math.Sqrt(math.Max(lo, s.min) * hi)
}

// minShareNear is the share that must be near the answer of the replicates that it
// should take by the line through all designs. With fewer, a slope that is steep by
// chance makes the interval look narrow.
const minShareNear = 1.0

// believable reports whether enough replicates are close to the answer. A short
// line takes more than its need says, for its slope, and half of that is enough
// to start from.
func (s *search) believable(goal int, v *bracket) bool {
	if v.curved {
		return v.rank == len(fitWindows)-1 && s.close(goal, v) >= minShareNear/2*s.need(v)
	}
	return s.close(goal, v) >= minShareNear*s.need(v)
}

// close returns the number of replicates near the answer.
func (s *search) close(goal int, v *bracket) (n float64) {
	eta, w := numeric.NormalQuantile(s.target), &fitWindows[0]
	if v.curved {
		w = v.aimed()
	}
	for k := range s.evals {
		if w.holds(v, s.link(s.evals[k].n), s.evals[k].n, eta) {
			n += float64(s.evals[k].replicates)
		}
	}
	return n
}

// wanted returns the number of replicates of the next round: what the interval
// lacks, but no more than doubles those that the answer rests on, which may yet move.
func (s *search) wanted(goal int, v *bracket) int {
	near := s.close(goal, v)
	need := s.need(v)
	if h := v.half(); h < 1 {
		need = math.Max(need-near, near*(h/s.precision*h/s.precision-1)*1.05)
	}
	return int(math.Max(2*batchSize, math.Min(need, math.Max(near, 2*pilotSize))))
}

// need returns the number of replicates at the answer that make its interval as
// narrow as wanted: the variance of a probit at the target over the square of what the
// precision is on that scale.
func (s *search) need(v *bracket) float64 {
	eta := numeric.NormalQuantile(s.target)
	density := portable.Exp(-eta*eta/2) / math.Sqrt(2*math.Pi)
	slope := math.Abs(eta - v.steady.a) // of the predictor in log x
	switch {
	case s.exponent != 0:
		slope *= math.Abs(s.exponent)
	case s.root:
		slope /= 2
	}
	if !(slope > 0) {
		return 2 * pilotSize
	}
	width := z95 / (s.precision * slope)
	return s.target * (1 - s.target) / (density * density) * width * width
}

// bracketPair returns a design on either side of the answer.
func (s *search) bracketPair(goal int, v *bracket, at float64, sd side) (lo, hi float64) {
	w := v.aimed()
	x, widest := s.link(at), math.Min(1.6, math.Sqrt(w.factor))
	move := math.Min(span, w.width/2) / math.Abs(v.guide.b)
	lo = math.Max(s.unlink(x-move), at/widest)
	hi = math.Min(s.unlink(x+move), at*widest)
	lo, hi = s.reuse(goal, v, at, -1, s.near(math.Max(lo, sd.lo))), s.reuse(goal, v, at, 1, s.near(math.Min(hi, sd.hi)))
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

// reuse returns the design tried most often that can serve for n, on one side of
// the answer, or n if there is none. It must be near the target by the line and, once
// that can be told, by what its own trials showed.
func (s *search) reuse(goal int, v *bracket, at, direction, n float64) float64 {
	const telling = 400
	eta, most := numeric.NormalQuantile(s.target), 0
	w := v.aimed()
	reach, factor := math.Min(span+nearest+0.05, w.width), portable.Pow(w.factor, 0.6)
	for k := range s.evals {
		e := &s.evals[k]
		away := direction * math.Abs(v.guide.b) * (s.link(e.n) - s.link(at))
		seen := math.Abs(numeric.NormalQuantile(e.share(goal)) - eta)
		if away >= nearest && away <= reach && e.n <= at*factor && e.n >= at/factor && e.replicates > most && (e.replicates < telling || seen <= reach) {
			n, most = e.n, e.replicates
		}
	}
	return n
}
