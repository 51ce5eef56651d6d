package sim

import "caseload/sim/calendar"

// A clock runs for one process of one client. Its threshold is a unit
// exponential; the process happens when its integrated hazard has used the
// threshold up (random time change; Anderson 2007, J Chem Phys 127:214107,
// modified next reaction method). When a modifier comes or goes the clock is
// settled, which takes off what the old hazard has used, and aimed anew with
// the rest. Both are exact.

// draw gives the next threshold of process p of client i.
func (w *Workspace) draw(i, p int) float64 {
	return w.streams[i*len(w.m.procs)+p].Exp()
}

// start begins a spell of the process now on the slot.
func (w *Workspace) start(i, slot int, now int64) {
	p := w.process(i, slot)
	if p < 0 || w.m.procs[p].base.kind == never {
		w.stop(i, slot)
		return
	}
	w.clock(i, slot).left = w.draw(i, p)
	w.aim(i, slot, now)
}

// stop silences a clock.
func (w *Workspace) stop(i, slot int) { w.keys[i*w.m.stride+slot] = off }

func (w *Workspace) clock(i, slot int) *clock { return &w.clocks[i*len(w.m.slots)+slot] }

// process is the process that the client's state puts on the slot, -1 for none.
func (w *Workspace) process(i, slot int) int {
	m := w.m
	switch s := &m.slots[slot]; s.kind {
	case slotUse:
		if w.clients[i].bits>>m.use.bit&1 != 0 {
			return m.use.quit
		}
		return m.use.relapse
	case slotService:
		v := &m.services[s.arg]
		switch w.stays[i*len(m.services)+s.arg].state {
		case seeking:
			return v.seek
		case waiting:
			return v.renege
		case staying:
			return v.leave
		default:
			return v.back
		}
	case slotLoss:
		return m.loss.proc
	}
	return -1
}

// origin is where the baseline of the process on the slot begins.
func (w *Workspace) origin(i, slot int) int64 {
	if s := &w.m.slots[slot]; s.kind == slotService {
		if y := &w.stays[i*len(w.m.services)+s.arg]; y.state != seeking {
			return y.since
		}
	}
	return w.clients[i].enrol
}

// aim sets the slot's clock for the hazard in force from now on.
func (w *Workspace) aim(i, slot int, now int64) {
	ck := w.clock(i, slot)
	ck.since = now
	var wait float64
	rank := rankFor[w.m.slots[slot].kind]
	switch kind := w.m.slots[slot].kind; kind {
	case slotContact:
		wait = ck.left / ck.mult // the program sets the pace
	case slotUse:
		wait = w.aimUse(i, ck)
	default:
		p := w.process(i, slot)
		if kind == slotService && p == w.m.services[w.m.slots[slot].arg].leave {
			rank = rankRelease
		} else if kind == slotService && p == w.m.services[w.m.slots[slot].arg].renege {
			rank = rankRenege
		}
		ck.mult = w.multiplier(i, p)
		if w.probe != nil {
			if key, ok := w.probe.aim(w, i, p, slot, now, ck.mult); ok {
				w.keys[i*w.m.stride+slot] = key
				return
			}
		}
		wait = calendar.MaxTick
		if ck.left <= 0 {
			wait = 0
		} else if ck.mult > 0 {
			wait = w.m.procs[p].base.reach(now-w.origin(i, slot), ck.left/ck.mult)
		}
	}
	w.keys[i*w.m.stride+slot] = clockKey(now, wait, rank, slot)
}

// rankFor is the rank of each kind of clock; a service's depends on the state.
var rankFor = [...]int{
	slotEnd: rankEnd, slotFinish: rankFinish, slotVisit: rankVisit, slotContact: rankContact,
	slotLapse: rankLapse, slotUse: rankUse, slotService: rankSeek, slotLoss: rankLoss,
}

// clockKey packs the time `wait` ticks from now; past the calendar is never.
func clockKey(now int64, wait float64, rank, slot int) uint64 {
	if !(wait >= 0) {
		if wait != wait {
			panic("a clock's time is not a number")
		}
		wait = 0 // a threshold used up to rounding
	}
	if wait >= calendar.MaxTick {
		return off
	}
	t := now + int64(wait)
	if t >= calendar.MaxTick {
		return off
	}
	return uint64(t)<<12 | uint64(rank)<<8 | uint64(slot)
}

// settle takes off the slot's threshold what the hazard has used until now.
func (w *Workspace) settle(i, slot int, now int64) {
	ck := w.clock(i, slot)
	switch w.m.slots[slot].kind {
	case slotContact:
		ck.left -= float64(ck.mult * float64(now-ck.since))
	case slotUse:
		ck.left -= float64(now-ck.since) / ck.mult // ck.mult: ticks per unit
	default:
		o := w.origin(i, slot)
		b := &w.m.procs[w.process(i, slot)].base
		ck.left -= float64(ck.mult * b.between(ck.since-o, now-o))
	}
	ck.since = now
}

// running tells whether the slot's clock is in use, be its hazard zero for
// the moment.
func (w *Workspace) running(i, slot int) bool {
	if w.clients[i].ended {
		return false
	}
	p := w.process(i, slot)
	return p >= 0 && w.m.procs[p].base.kind != never
}

// set turns a bit of the client's state on or off and re-aims the clocks
// whose hazard depends on it.
func (w *Workspace) set(i int, bit uint8, on bool, now int64) {
	c := &w.clients[i]
	if (c.bits>>bit&1 != 0) == on {
		return
	}
	touched := w.m.touch[bit]
	for _, s := range touched {
		if int(s) == w.m.use.slot {
			w.syncUse(i)
		}
		if w.running(i, int(s)) {
			w.settle(i, int(s), now)
		}
	}
	c.bits ^= 1 << bit
	for _, s := range touched {
		if w.running(i, int(s)) {
			w.aim(i, int(s), now)
		}
	}
}

// multiplier is the client's own hazard ratio of process p at the moment.
func (w *Workspace) multiplier(i, p int) float64 {
	pr := &w.m.procs[p]
	x := 1.0
	if pr.hasBase {
		x = w.base[i*len(w.m.procs)+p]
	}
	bits := w.clients[i].bits
	for k := range pr.mods {
		if m := &pr.mods[k]; bits>>m.bit&1 != 0 {
			x = float64(x * m.factor)
			if m.program >= 0 {
				x = float64(x * w.care[i*len(w.m.programs)+m.program].staff)
			}
		}
	}
	return x
}
