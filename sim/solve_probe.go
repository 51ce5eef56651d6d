package sim

import (
	"math"
	"slices"

	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// A probe runs a fixed quasi-random sample of single clients without queues
// in one arm, holds one process back, and records the multipliers that its
// hazard would have met. Given those paths, the marginal distribution of the
// process is a mean of exponentials over the sample, with no noise from the
// process itself.
type probe struct {
	target processID // the process held back
	seek   processID // the one whose times are forced, if any are
	entry  []int64   // ticks from enrolment to admission, forced; nil: as it comes; -1: never
	leave  processID // the one whose times are forced of who is there, if any are
	stay   []int64   // ticks from admission to leaving, forced; nil: as it comes
	sight  int64     // ticks of the process's time that are asked about
	slots  uint64    // those that matter
	guess  baseline  // of the process held back, where contacts choose between services
	of     *effect   // whose contacts are recorded apart; nil: none
	under  []uint64  // the hazards with which the sample lived
	paths  [][]step  // by client
	steps  []step    // of the part of the sample that is lived, those of the present client last
	began  int       // the first of those
	closed bool      // the present client's path is over
}

// step is the multiplier in force from a time on.
type step struct {
	from int64 // ticks since the process's origin
	mult float64
	rate float64 // hazard a tick in place of the baseline's; mult is then 0
	bits uint64  // the client's state
	jump float64 // added to the integrated hazard at from
	own  float64 // the same of the effect that is solved, for each unit that a contact adds
}

// maxSteps is how many steps there is room for, in a gigabyte.
const maxSteps = 1 << 25

var tooManySteps = overrun{"more changes of what acts on it in the sample of clients than there is room for"}

// sampleSize is the number of clients in the sample.
const sampleSize = 1 << 13

// aim returns the key of a clock for process p; ok is false if the probe leaves it
// to the engine.
func (b *probe) aim(w *Workspace, i int, p processID, slot slotID, now int64, mult, rate float64) (key uint64, ok bool) {
	if s := &w.m.slots[slot]; s.kind == slotService && w.stay(w.client(i), s.arg).referred {
		return 0, false // the client begins there, or was brought
	}
	switch {
	case p == b.target && b.closed:
		return calendar.Never, true
	case p == b.target:
		if len(b.steps) == maxSteps {
			panic(tooManySteps)
		}
		b.steps = append(b.steps, step{from: now - w.origin(w.client(i), slot), mult: mult, rate: rate, bits: w.client(i).bits})
		return calendar.Never, true
	case b.entry != nil && p == b.seek:
		if b.entry[i] < 0 {
			return calendar.Never, true
		}
		return clockKey(w.client(i).enrol, float64(b.entry[i]), rankSeek, slot), true
	case b.stay != nil && p == b.leave:
		return clockKey(w.origin(w.client(i), slot), float64(b.stay[i]), w.m.procs[p].rank, slot), true
	}
	return 0, false
}

// answers reports whether the probe has seen what another one asks about.
func (b *probe) answers(c *probe) bool {
	return b.sight >= c.sight && (b.entry == nil) == (c.entry == nil) && slices.Equal(b.entry, c.entry) && slices.Equal(b.stay, c.stay) && slices.Equal(b.under, c.under)
}

// under returns all that the paths of a probe depend on, but for its arm and times of
// entry.
func (s *solver) under(b *probe) (bits []uint64) {
	add := func(list ...float64) {
		for _, x := range list {
			bits = append(bits, math.Float64bits(x))
		}
	}
	bits = append(bits, uint64(s.n), uint64(s.w.replicate))
	if b.sight > s.m.horizon {
		bits = append(bits, uint64(s.u.horizon)) // which may come first
	}
	for p := range s.m.procs {
		pr := &s.m.procs[p]
		if s.m.slotOf(processID(p))&b.slots == 0 {
			continue
		}
		if processID(p) != b.target {
			add(float64(pr.base.kind), pr.base.rate, pr.base.shape, pr.base.scale)
			add(pr.base.start...)
			add(pr.base.rates...)
		}
		for k := range pr.mods {
			add(pr.mods[k].factor[1])
		}
		for k := range pr.rates {
			add(pr.rates[k].perTick)
		}
	}
	add(s.deliveries(b)...)
	for _, list := range s.u.byArm {
		for _, k := range list {
			bits = append(bits, uint64(k))
		}
		bits = append(bits, math.MaxUint64)
	}
	if b.of != nil && b.of.brings != nil {
		bits = append(bits, uint64(b.of.place))
	}
	return bits
}

// deliveries returns what the paths of a probe depend on of programs, but for their effects'
// hazard ratios.
func (s *solver) deliveries(b *probe) (list []float64) {
	for k := range s.u.programs {
		p := &s.u.programs[k]
		list = append(list, p.spread, p.uptake, p.first, float64(p.interval), float64(p.duration), float64(p.most), float64(p.startIn))
		for _, e := range p.atOnce {
			if f := &p.effects[e]; f.brings != nil {
				list = append(list, f.brings.added...)
			}
			if f := &p.effects[e]; len(f.services) > 1 {
				list = append(append(list, b.guess.rate, b.guess.scale), b.guess.rates...)
			}
		}
	}
	return list
}

// bring notes in the path that a contact may bring the client to the service whose seeking
// is held back. It returns the share of the contact's hazard that is about others.
// Where times of entry are forced, contacts bring nobody there.
func (b *probe) bring(w *Workspace, i, k int, f *effect, now int64) (rest float64) {
	if f.from == seeking && b.entry != nil && slices.ContainsFunc(f.services, func(s int) bool { return w.m.services[s].seek == b.seek }) {
		return 0
	}
	about := slices.IndexFunc(f.services, func(s int) bool { return w.m.services[s].out(f.from) == b.target })
	if about < 0 || b.closed || len(b.steps) == b.began {
		return 1
	}
	share := 1.0
	if len(f.services) > 1 {
		total := 0.0
		for _, s := range f.services {
			total += w.pull(w.client(i), s, now)
		}
		share = w.pull(w.client(i), f.services[about], now) / total
	}
	last := b.steps[len(b.steps)-1]
	last.from = now - w.origin(w.client(i), w.m.services[f.services[about]].slot)
	if last.jump, last.own = 0, 0; b.of != nil && f.brings != nil && f.brings == b.of.brings {
		last.own = share * w.careOf(w.client(i), k).staff
	} else {
		last.jump = share * w.addedBy(w.client(i), k, f, now) / f.perHazard
	}
	b.steps = append(b.steps, last)
	return 1 - share
}

// out returns the process that leads to the service from a state out of it.
func (v *service) out(from serviceState) processID {
	if from == left {
		return v.back
	}
	return v.seek
}

// stop ends the client's path: nothing sets the target off any more.
func (b *probe) stop(w *Workspace, i int, origin, now int64) {
	if b.began < len(b.steps) && !b.closed {
		b.steps = append(b.steps, step{from: now - origin, bits: w.client(i).bits})
		b.closed = true
	}
}

// frac returns the fractional part of the k-th point of an additive recurrence.
func frac(k int, alpha float64) float64 {
	x := float64((float64(k) + 0.5) * alpha)
	return x - math.Floor(x)
}

// unqueued returns the model with a slot and a manager for everyone, who stays.
func (m *Model) unqueued(n int) *Model {
	u := *m
	u.clients, u.background, u.nBackground, u.unknowns, u.paced = n, nil, 0, nil, nil
	u.shared, u.local, u.touching = false, ^uint64(0), 0
	u.services = append([]service(nil), m.services...)
	for s := range u.services {
		u.services[s].finite, u.services[s].slots = false, unlimited
	}
	u.programs = append([]program(nil), m.programs...)
	for k := range u.programs {
		if p := &u.programs[k]; p.staff > 0 {
			p.limited, p.stretch = false, 0
			p.staff = n // a pool for all sites
			p.staffing.leaving, p.staffing.half, p.staffing.fresh = 0, 0, false
		}
	}
	return &u
}

// drawSample draws the fixed sample of clients as enrolled: traits and
// frailties at the points of a low-discrepancy sequence.
func (w *Workspace) drawSample() {
	seq := w.m.newSequence()
	for i := range w.n {
		w.arrivals[i] = 0
		if w.m.sites > 1 {
			w.site[i] = uint8(i % w.m.sites)
		}
		w.sampleClient(i, &seq)
		for g, e := range w.m.cohort.subgroups {
			w.member[g][i] = e.Eval(w.scores[:len(w.m.cohort.traits)])
		}
		w.setBase(i)
	}
}

// integral sums g's growth from u to v ticks, weighted by the multipliers of
// the steps that keep accepts, and the jumps in between, among which counts what rates in
// place of the baseline add.
func (b *probe) integral(i int, u, v int64, g func(float64) float64, keep func(*step) bool) (sum, jumps float64) {
	p := b.paths[i]
	for k := range p {
		from, to := max(u, p[k].from), v
		if k+1 < len(p) {
			to = min(v, p[k+1].from)
		}
		if p[k].jump > 0 && p[k].from >= u && p[k].from < v {
			jumps += p[k].jump
		}
		if to > from && keep(&p[k]) {
			sum += float64(p[k].mult * (g(float64(to)) - g(float64(from))))
			jumps += float64(p[k].rate * float64(to-from))
		}
	}
	return sum, jumps
}

func everyStep(*step) bool { return true }

func identity(t float64) float64 { return t }

// solveRate finds h with mean of weight*(1 - exp(-a-h*b)) = p * mean weight.
// The left side is concave in h, so that Newton's method from zero rises to the
// root without passing it. ok is false if no h of zero or more is the root.
func solveRate(p float64, weight, a, b []float64) (h float64, ok bool) {
	var x, survival [256]float64 // of some at a time
	for range 200 {
		miss, slope := 0.0, 0.0
		for from := 0; from < len(a); from += len(x) {
			to := min(from+len(x), len(a))
			own, with, x := b[from:to], weight[from:to], x[:to-from]
			for i, free := range a[from:to] {
				x[i] = -free - float64(h*own[i])
			}
			portable.Exps(survival[:], x)
			for i, weight := range with {
				s := float64(weight * survival[i])
				miss += float64(p*weight) - (weight - s)
				slope += float64(s * own[i])
			}
		}
		step := miss / slope
		switch {
		case !(slope > 0) || h == 0 && step < 0:
			return h, false
		case step <= 1e-12*h:
			return h + step, true
		}
		h += step
	}
	return h, false
}

// marginal returns the weighted mean of 1 - exp(-a - h*b).
func marginal(h float64, weight, a, b []float64) float64 {
	f, total := 0.0, 0.0
	for i := range a {
		f += float64(weight[i] * -portable.Expm1(-a[i]-float64(h*b[i])))
		total += weight[i]
	}
	return f / total
}
