package sim

import (
	"math"
	mathbits "math/bits"

	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// A clock runs for one process of one client. Its threshold is a unit
// exponential; the process happens when its integrated hazard has used the
// threshold up (random time change; Anderson 2007, J Chem Phys 127:214107,
// modified next reaction method). When a modifier comes or goes the clock is
// settled, which takes off what the old hazard has used, and aimed anew with
// the rest. Both are exact.

// draw returns the next threshold of process p of the client.
func (w *Workspace) draw(c *client, p processID) float64 {
	return w.stream(c, p).Exp()
}

// start begins a spell of process p on the slot; p of -1 silences it, unless
// times are imposed there.
func (w *Workspace) start(c *client, slot slotID, p processID, now int64) {
	if p < 0 || w.m.procs[p].silent() {
		w.stop(c, slot)
		if w.imposed.services != 0 {
			w.aimImposed(c, slot, now)
		}
		return
	}
	w.clock(c, slot).left = w.draw(c, p)
	w.aim(c, slot, p, now)
}

// stop silences a clock.
func (w *Workspace) stop(c *client, slot slotID) { *w.key(c, slot) = calendar.Never }

// silence stops all clocks of the client but that of the course of use.
func (w *Workspace) silence(c *client) {
	for eight := range w.m.eights {
		*keysOf(c, eight) = [8]uint64{calendar.Never, calendar.Never, calendar.Never, calendar.Never,
			calendar.Never, calendar.Never, calendar.Never, calendar.Never}
	}
}

// process returns the process that the client's state puts on the slot, -1 for none.
func (w *Workspace) process(c *client, slot slotID) processID {
	m := w.m
	switch s := &m.slots[slot]; s.kind {
	case slotService:
		v := &m.services[s.arg]
		switch w.stay(c, s.arg).state {
		case seeking:
			return v.seek
		case waiting:
			return v.renege
		case staying:
			return w.leaving(c, v)
		default:
			return v.back
		}
	case slotCourse:
		return w.courseProcess(c, s.arg)
	case slotLoss:
		if !w.lossOff {
			return m.loss.proc
		}
	}
	return -1
}

// origin returns where the baseline of the process on the slot begins: the state
// that it ends, or enrolment.
func (w *Workspace) origin(c *client, slot slotID) int64 {
	switch s := &w.m.slots[slot]; s.kind {
	case slotService:
		if y := w.stay(c, s.arg); y.state != seeking {
			return y.since
		}
	case slotCourse:
		if k := w.m.courses[s.arg].kind; k == twoState || k == inJail {
			return w.history(c, s.arg).since
		}
	}
	return c.enrol
}

// aim sets the slot's clock for the hazard of process p in force from now on.
func (w *Workspace) aim(c *client, slot slotID, p processID, now int64) {
	pr := &w.m.procs[p]
	ck := w.clock(c, slot)
	ck.since, ck.mult = now, 1
	wait := float64(ck.left * pr.base.mean)
	if !pr.homogeneous || w.probe != nil {
		ck.mult = w.multiplier(c, p)
		rate := 0.0
		if c.bits&pr.replaced != 0 {
			ck.mult, rate = 0, ck.mult*w.rateInForce(c, p)
		}
		if w.probe != nil {
			if key, ok := w.probe.aim(w, c.id, p, slot, now, ck.mult, rate); ok {
				*w.key(c, slot) = key
				return
			}
		}
		switch {
		case ck.left <= 0:
			wait = 0
		case rate > 0:
			ck.mult, wait = -rate, ck.left/rate
		case ck.mult > 0 && pr.base.kind == constant:
			wait /= ck.mult
		case ck.mult > 0:
			wait = pr.base.reach(now-w.origin(c, slot), ck.left/ck.mult)
		default:
			wait = calendar.NeverTick
		}
	}
	*w.key(c, slot) = clockKey(now, wait, pr.rank, slot)
}

// clockKey packs the time `wait` ticks from now; past the calendar is never.
func clockKey(now int64, wait float64, rank int, slot slotID) uint64 {
	return keyAt(after(now, wait), rank, slot)
}

// after returns the tick `wait` ticks from now, at most calendar.NeverTick. A wait
// below zero is a threshold used up to rounding.
func after(now int64, wait float64) int64 {
	if math.Float64bits(wait) < neverBits { // from 0 to before never, in one comparison
		return now + int64(wait)
	}
	return beyond(now, wait)
}

// neverBits are the bits of the first wait that is for ever. Those of numbers from 0 on are
// in the order of the numbers; those of numbers below 0, and of what is none, come after.
const neverBits = (1023 + calendar.TickBits) << 52

// beyond returns the tick of a wait that is not within the calendar.
//
//go:noinline
func beyond(now int64, wait float64) int64 {
	if wait >= calendar.NeverTick {
		return calendar.NeverTick
	}
	if wait != wait {
		panic("a clock's time is not a number")
	}
	return now
}

// keyAt packs a clock's key.
func keyAt(tick int64, rank int, slot slotID) uint64 {
	if tick >= calendar.NeverTick {
		return calendar.Never
	}
	return uint64(tick)<<12 | uint64(rank)<<8 | uint64(slot)
}

// lastTick returns the last tick at which an event of the rank comes before the
// clock key.
func lastTick(key uint64, rank int) int64 {
	if t := int64(key >> 12); rank < int(key>>8&0xf) {
		return t
	} else {
		return t - 1
	}
}

// settle takes off the slot's threshold what the hazard of process p has used
// until now.
func (w *Workspace) settle(c *client, slot slotID, p processID, now int64) {
	ck, base := w.clock(c, slot), &w.m.procs[p].base
	if ck.mult < 0 {
		ck.left += float64(ck.mult * float64(now-ck.since))
	} else if base.kind == constant { // wherever it began
		ck.left -= float64(ck.mult * float64(base.rate*float64(now-ck.since)))
	} else {
		o := w.origin(c, slot)
		ck.left -= float64(ck.mult * base.between(ck.since-o, now-o))
	}
	ck.since = now
}

// set turns a bit of the client's state on or off and re-aims the clocks
// whose hazard depends on it.
func (w *Workspace) set(c *client, bit uint8, on bool, now int64) {
	if (c.bits>>bit&1 != 0) != on {
		c.bits ^= 1 << bit
		w.reaim(c, w.m.touch[bit], now)
	}
}

// touchedBy returns the slots whose hazards depend on the bits.
func (m *Model) touchedBy(bits uint64) (slots uint64) {
	for ; bits != 0; bits &= bits - 1 {
		slots |= m.touch[mathbits.TrailingZeros64(bits)]
	}
	return slots
}

// reaim settles the clocks of the slots, at the multipliers that they were aimed with,
// and aims them for those now in force.
func (w *Workspace) reaim(c *client, slots uint64, now int64) {
	for ; slots != 0; slots &= slots - 1 {
		if s := slotID(mathbits.TrailingZeros64(slots)); s == w.m.use.slot {
			w.settleUse(c, now)
			w.paceUse(c)
			w.aimUse(c, now)
		} else if p := w.running(c, s); p >= 0 {
			w.settle(c, s, p, now)
			w.aim(c, s, p, now)
		}
	}
}

// running returns the process whose clock the slot runs, be its hazard zero for the
// moment; -1 if none.
func (w *Workspace) running(c *client, slot slotID) processID {
	if c.ended {
		return -1
	}
	if p := w.process(c, slot); p >= 0 && !w.m.procs[p].silent() {
		return p
	}
	return -1
}

// multiplier returns the client's own hazard ratio of process p at the moment.
func (w *Workspace) multiplier(c *client, p processID) float64 {
	pr := &w.m.procs[p]
	x := 1.0
	if pr.hasBase {
		x = *w.ownBase(c.id, p)
	}
	bits := c.bits
	if pr.only != 0 && bits&pr.only == 0 {
		return 0
	}
	if bits&pr.acting == 0 {
		return x
	}
	for k := range pr.mods {
		m := &pr.mods[k]
		on := bits >> m.bit & 1
		x = float64(x * m.factor[on]) // by 1 rather than past a branch that nobody can predict
		if m.program >= 0 && on != 0 {
			x = float64(x * w.staffEffect(c, m))
		}
	}
	return x
}

// staffEffect returns the factor by which the client's case manager changes a
// modifier.
func (w *Workspace) staffEffect(c *client, m *modifier) float64 {
	x := w.careOf(c, m.program).staff
	if m.share < 1 {
		x = portable.Pow(x, m.share)
	}
	if p := &w.m.programs[m.program]; p.staffing.half > 0 {
		x = float64(x * portable.Pow(m.factor[1], w.tenureOf(c, p).learned-1))
	}
	return x
}
