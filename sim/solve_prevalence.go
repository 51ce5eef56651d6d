package sim

import (
	"fmt"
	"math"
	"strings"
	"sync/atomic"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Shares in a state that one rate of a two-state process is solved for. Who is in a service
// on a day has been selected by use and all else, so that no formula has the share: whole
// lives of the sample are lived, with the same luck at each rate that is tried.

// PrevalenceReport says what a share in a state on a day amounts to.
type PrevalenceReport struct {
	Key, Off          string  // the rate that was solved; the process that it undoes
	Asked, Got, MCSE  float64 // the share; Monte Carlo standard error of that among the sample
	PerDay, OffPerDay float64 // the rate that was solved, and the other one
	Alone             float64 // the share by the two rates alone, without selection
	Least, Most       float64 // shares within reach
	While, State      string
	AtDays            float64
}

// How often each client of the sample lives, with other luck: in the last round, and before.
const (
	lifetimes      = 16
	lifetimesFirst = 4
)

// The rates that are tried: a change in 30,000 years, and 50 a day.
const (
	leastTried = 1e-7 / calendar.Day
	mostTried  = 50.0 / calendar.Day
)

// prevalence is a share in a state that a rate is solved for.
type prevalence struct {
	q        *scenarios.Prevalence
	key      string
	p, other processID // the one solved for, and the one that undoes it
	rate     *rate     // solved for; nil: the baseline
	bit      uint8     // of the state
	begins   bool      // p begins the state
	while    uint64    // bits of which a client counted has one; 0: all
	arm      int
	sum      float64 // of both rates a tick; 0: the other one is given
	begin    float64 // share in the state at enrolment
	lives    int     // of each client of the sample
}

// prevalences lists the shares that are still to be solved for.
func (s *solver) prevalences() (list []prevalence) {
	for _, n := range naturals(s.m.Scenario) {
		if n.q != nil && n.q.Prevalence != nil && !s.settled[n.key] {
			list = append(list, s.prevalence(n.key, s.m.find(n.process), nil, n.q.Prevalence))
		}
	}
	for p := range s.m.procs {
		for k := range s.m.procs[p].rates {
			if r := &s.m.procs[p].rates[k]; r.q.Prevalence != nil && !s.settled[r.key] {
				list = append(list, s.prevalence(r.key, processID(p), r, r.q.Prevalence))
			}
		}
	}
	return list
}

func (s *solver) prevalence(key string, p processID, r *rate, q *scenarios.Prevalence) prevalence {
	m := s.m
	v := prevalence{q: q, key: key, p: p, rate: r, other: m.find(scenarios.Opposite(m.procs[p].name)), bit: m.use.bit,
		begins: p == m.use.relapse, begin: m.use.using, arm: m.arm(q.Under), while: m.stateBits(q.While)}
	for k := range m.courses {
		if f := &m.courses[k]; f.on == p || f.off == p {
			v.bit, v.begins, v.begin = f.bit, f.on == p, f.begin
		}
	}
	if q.TimeConstantDays > 0 {
		v.sum = 1 / ticks(q.TimeConstantDays)
	}
	return v
}

// set puts a rate a tick in force.
func (s *solver) set(v *prevalence, rate float64) {
	if v.rate != nil {
		v.rate.perTick = rate
		return
	}
	s.m.procs[v.p].base = baseline{kind: constant, rate: rate}
	if v.sum > 0 {
		s.m.procs[v.other].base = baseline{kind: constant, rate: v.sum - float64(rate)}
	}
}

// otherRate returns the rate a tick of the process that undoes what is solved for, by its
// baseline, or by its rate in the service.
func (s *solver) otherRate(v *prevalence) float64 {
	pr := &s.m.procs[v.other]
	for k := range pr.rates {
		if r := &pr.rates[k]; v.rate != nil && r.bit == v.rate.bit {
			return r.perTick
		}
	}
	if pr.base.kind == constant {
		return pr.base.rate
	}
	return 0
}

// firstRates puts rates in force to begin with: those that balance at the share.
func (s *solver) firstRates(list []prevalence) {
	for k := range list {
		v := &list[k]
		share := v.q.Share
		if !v.begins {
			share = 1 - share
		}
		if v.sum > 0 {
			s.set(v, v.sum*share)
			continue
		}
		other := s.otherRate(v)
		if other == 0 {
			other = 0.01 / calendar.Day
		}
		s.set(v, min(mostTried, max(leastTried, other*share/(1-share))))
	}
}

// solvePrevalences solves for the shares in states, given all else, and reports them with the
// shares within reach in the last round.
func (s *solver) solvePrevalences(list []prevalence, last bool) {
	s.m.Prevalences = s.m.Prevalences[:0]
	for k := range list {
		if len(s.problems) > 0 {
			return
		}
		s.solving = list[k].key
		if list[k].lives = lifetimesFirst; last {
			list[k].lives = lifetimes
		}
		s.solvePrevalence(&list[k], last)
	}
}

// tried is a rate that was tried and the share that it gives less the one asked for.
type tried struct{ x, miss float64 }

// solvePrevalence finds the rate by the regula falsi of the logarithm, or of the log odds of its
// part in the sum, and halves the bracket where one end stays.
func (s *solver) solvePrevalence(v *prevalence, last bool) {
	count := 0
	try := func(x float64) tried {
		s.set(v, v.rateAt(x))
		share, n := s.shareIn(v)
		count = n
		return tried{x, share - v.q.Share}
	}
	lowest, highest := v.bounds()
	present := v.present(s)
	a := try(max(lowest, present-0.2))
	b := try(min(highest, present+0.2))
	for step := 0.5; a.miss*b.miss > 0 && (a.x > lowest || b.x < highest) && count > 0; step *= 2 {
		if (a.miss < 0) == v.begins {
			a, b = b, try(min(highest, b.x+step))
		} else {
			a, b = try(max(lowest, a.x-step)), a
		}
		if a.x == b.x {
			break
		}
	}
	if count == 0 {
		s.fail(v.key+".prevalence.while", fmt.Sprintf("%q, in which nobody is on day %g", v.q.While, v.q.AtDays), "a state that some clients are in")
		return
	}
	if a.miss*b.miss > 0 {
		s.fail(v.key+".prevalence.share", fmt.Sprint(v.q.Share), fmt.Sprintf("a share between %.3g and %.3g, which some rate gives", s.shareAt(v, v.edge(false)), s.shareAt(v, v.edge(true))))
		return
	}
	se := math.Sqrt(v.q.Share * (1 - v.q.Share) / float64(count))
	best := s.narrow(a, b, se/10, try)
	s.set(v, v.rateAt(best.x))
	if last {
		s.reportPrevalence(v, v.q.Share+best.miss, se)
	}
}

// narrow returns a rate within the bracket whose share is as close as the tolerance, or the
// closest that was found.
func (s *solver) narrow(a, b tried, tolerance float64, try func(float64) tried) tried {
	best := a
	if math.Abs(b.miss) < math.Abs(a.miss) {
		best = b
	}
	wa, wb := a.miss, b.miss // weights: halved for an end that stays
	for range 30 {
		if math.Abs(best.miss) <= tolerance || b.x-a.x < 1e-4 {
			break
		}
		c := try((float64(a.x*wb) - float64(b.x*wa)) / (wb - wa))
		if math.Abs(c.miss) < math.Abs(best.miss) {
			best = c
		}
		if (c.miss > 0) == (b.miss > 0) {
			b, wb, wa = c, c.miss, wa/2
		} else {
			a, wa, wb = c, c.miss, wb/2
		}
	}
	return best
}

// rateAt returns the rate a tick at x: its logarithm, or the log odds of its part in the sum.
func (v *prevalence) rateAt(x float64) float64 {
	if v.sum > 0 {
		return v.sum / (1 + portable.Exp(-x))
	}
	return portable.Exp(x)
}

// bounds returns the smallest and the largest x that are tried.
func (v *prevalence) bounds() (lowest, highest float64) {
	if v.sum > 0 {
		return -14, 14
	}
	return portable.Log(leastTried), portable.Log(mostTried)
}

// present returns the x of the rate in force.
func (v *prevalence) present(s *solver) float64 {
	h := s.m.procs[v.p].base.rate
	if v.rate != nil {
		h = v.rate.perTick
	}
	if v.sum > 0 {
		return portable.Log(h / (v.sum - h))
	}
	return portable.Log(h)
}

// edge returns the bound at which the share is largest, or smallest.
func (v *prevalence) edge(most bool) float64 {
	lowest, highest := v.bounds()
	if most == v.begins {
		return highest
	}
	return lowest
}

// shareAt returns the share at x.
func (s *solver) shareAt(v *prevalence, x float64) float64 {
	s.set(v, v.rateAt(x))
	share, _ := s.shareIn(v)
	return share
}

// reportPrevalence reports what was solved.
func (s *solver) reportPrevalence(v *prevalence, got, se float64) {
	m, x := s.m, v.present(s)
	r := PrevalenceReport{Key: v.key, Off: m.procs[v.other].name, Asked: v.q.Share, Got: got, MCSE: se, While: v.q.While, AtDays: v.q.AtDays,
		PerDay: v.rateAt(x) * calendar.Day, OffPerDay: s.otherRate(v) * calendar.Day, State: scenarios.StateUsing}
	if k := m.courseOfBit(v.bit); k >= 0 {
		r.State = m.courses[k].name
	}
	r.Alone = s.aloneIn(v)
	r.Least, r.Most = s.shareAt(v, v.edge(false)), s.shareAt(v, v.edge(true))
	s.set(v, v.rateAt(x))
	what := fmt.Sprintf("share %s on day %.6g", r.State, r.AtDays)
	if r.While != "" {
		what += " among those " + spaced(r.While)
	}
	m.Prevalences = append(m.Prevalences, r)
	m.Reached = append(m.Reached, Reached{Key: v.key, What: what, Asked: r.Asked, Got: got, service: -1, course: -1, arm: v.arm})
}

// spaced names a state in words.
func spaced(state string) string { return strings.ReplaceAll(state, "_", " ") }

// courseOfBit returns the course whose state the bit is, -1 for use.
func (m *Model) courseOfBit(bit uint8) int {
	for k := range m.courses {
		if m.courses[k].bit == bit {
			return k
		}
	}
	return -1
}

// aloneIn returns the share in the state on the day by the clients' two rates alone.
func (s *solver) aloneIn(v *prevalence) float64 {
	on, off := v.p, v.other
	rateOn, rateOff := s.m.procs[v.p].base.rate, s.otherRate(v)
	if v.rate != nil {
		rateOn = v.rate.perTick
	}
	if !v.begins {
		on, off, rateOn, rateOff = off, on, rateOff, rateOn
	}
	sum := 0.0
	for i := range s.n {
		a, b := float64(rateOn*s.ownRatio(i, on)), float64(rateOff*s.ownRatio(i, off))
		balance := a / (a + b)
		sum += balance + float64((v.begin-balance)*portable.Exp(-float64((a+b)*ticks(v.q.AtDays))))
	}
	return sum / float64(s.n)
}

// ownRatio returns the client's own multiplier of a process.
func (s *solver) ownRatio(i int, p processID) float64 {
	if s.m.procs[p].hasBase {
		return *s.w.ownBase(i, p)
	}
	return 1
}

// shareIn lives the sample to the day and returns the share in the state among those who are
// counted, and their number.
func (s *solver) shareIn(v *prevalence) (share float64, among int) {
	s.refresh()
	w, day := s.w, int64(ticks(v.q.AtDays))
	s.u.horizon = max(s.m.horizon, day+1)
	var in, all atomic.Int64
	w.lossOff = true
	w.sampled(math.MaxUint64, s.n, v.arm, func(part *Workspace, from, to int) {
		for life := range v.lives {
			part.replicate = stream.NewKey(0, uint64(life))
			for i := from; i < to; i++ {
				if state, counted := part.stateOn(i, day); counted && (v.while == 0 || state&v.while != 0) {
					all.Add(1)
					in.Add(int64(state >> v.bit & 1))
				}
			}
		}
	})
	n := all.Load()
	return float64(in.Load()) / float64(n), int(n)
}

// stateOn lives client i to the day and returns the state in which it begins, and whether the
// client is alive.
func (w *Workspace) stateOn(i int, day int64) (state uint64, alive bool) {
	w.spells = w.spells[:0]
	w.now = calendar.Key(0, rankArrival, i)
	w.enrol(w.client(i), 0)
	until := keyAt(day, rankVisit, 0)
	for k := w.earliest(w.client(i)); k < until; k = w.earliest(w.client(i)) {
		w.fire(w.client(i), k, until)
	}
	c := w.client(i)
	c.current = until
	w.syncUse(w.client(i))
	return c.bits, !c.dead
}
