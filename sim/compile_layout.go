package sim

import (
	"math"
	"math/bits"
	"slices"
)

// layOut gives each client's clocks their slots, by rank.
func (m *Model) layOut() {
	add := func(kind slotKind, arg int, sub effectID) slotID {
		m.slots = append(m.slots, slot{kind: kind, clock: uint8(m.clocks), arg: arg, sub: sub})
		switch kind {
		case slotService, slotCourse, slotLoss, slotUse:
			m.clocks++
		}
		return slotID(len(m.slots) - 1)
	}
	add(slotEnd, 0, 0)
	for k := range m.programs {
		if m.programs[k].limited {
			m.programs[k].finish = add(slotFinish, k, 0)
		}
	}
	for k := range m.programs {
		if m.programs[k].changes() {
			m.programs[k].staffing.slot = add(slotStaff, k, 0)
		}
	}
	m.visitSlot = add(slotVisit, 0, 0)
	if len(m.decisions) > 0 {
		m.decide = add(slotDecide, 0, 0)
	}
	if m.design.schedule.switches {
		m.switches = add(slotSwitch, 0, 0)
	}
	for k := range m.programs {
		m.programs[k].contact = add(slotContact, k, 0)
	}
	for s := range m.services {
		if m.services[s].complete = -1; m.services[s].planned > 0 {
			m.services[s].complete = add(slotComplete, s, 0)
		}
	}
	for s := range m.services {
		if a := &m.services[s].after; a.bits != 0 {
			a.slot = add(slotAfter, s, 0)
		}
	}
	for s := range m.services {
		m.services[s].slot = add(slotService, s, 0)
	}
	for k := range m.courses {
		m.courses[k].slot = add(slotCourse, k, 0)
	}
	for k := range m.courses {
		if f := &m.courses[k]; f.mark != noBit && f.lasts > 0 {
			f.lapse = add(slotSpent, k, 0)
		}
	}
	if m.loss.active {
		m.loss.slot = add(slotLoss, 0, 0)
	}
	m.use.slot = add(slotUse, 0, 0)
	keys := m.use.slot // whose own is kept apart; from here on several slots share the place of one
	for k := range m.programs {
		p := &m.programs[k]
		p.layEffects(func(e effectID) slotID { return add(slotLapse, k, e) })
		for v := range p.windows {
			v := &p.windows[v]
			v.key = keys
			if keys++; v.late > 0 {
				p.anyLate, v.opens, v.openKey = true, add(slotOpen, k, v.first), keys
				keys++
			}
		}
	}
	m.eights = int(keys+7) / 8
	m.deriveTouch()
}

// deriveTouch finds the slots whose hazard depends on each bit.
func (m *Model) deriveTouch() {
	for p := range m.procs {
		for _, mod := range m.procs[p].mods {
			m.touch[mod.bit] |= m.slotOf(processID(p))
		}
		for _, r := range m.procs[p].rates {
			m.touch[r.bit] |= m.slotOf(processID(p))
		}
		for only := m.procs[p].only; only != 0; only &= only - 1 {
			m.touch[bits.TrailingZeros64(only)] |= m.slotOf(processID(p))
		}
	}
}

// layEffects gives each effect that lasts a slot for its end, and those that begin
// and end together a window.
func (p *program) layEffects(add func(e effectID) slotID) {
	for e := range p.effects {
		f := &p.effects[e]
		if f.stages == 0 {
			p.atOnce = append(p.atOnce, effectID(e))
			continue
		}
		f.lapse, f.next = add(effectID(e)), -1
		f.window = slices.IndexFunc(p.windows, func(v window) bool { return p.effects[v.first].coincides(f) })
		if f.window < 0 {
			f.window = len(p.windows)
			p.windows = append(p.windows, window{first: effectID(e), subgroup: f.subgroup, late: f.late, most: f.most})
			p.counted = p.counted || f.most < math.MaxInt32
		}
		p.windows[f.window].add(p.effects, effectID(e))
	}
}

// coincides reports whether two effects of a program begin and end together.
func (f *effect) coincides(o *effect) bool {
	return f.lasts == o.lasts && f.half == o.half && f.late == o.late && f.most == o.most && f.subgroup == o.subgroup
}

// add puts an effect at the end of the window.
func (v *window) add(effects []effect, e effectID) {
	last := v.first
	for effects[last].next >= 0 {
		last = effects[last].next
	}
	if last != e {
		effects[last].next = e
	}
	f := &effects[e]
	v.full |= 1 << f.bit
	v.all |= (1<<f.stages - 1) << f.bit
}

// slotOf returns the slot on which the process can run, as a set.
func (m *Model) slotOf(p processID) uint64 {
	if p == m.use.quit || p == m.use.relapse {
		return 1 << m.use.slot
	}
	for _, v := range m.services {
		if p == v.seek || p == v.leave || p == v.renege || p == v.back {
			return 1 << v.slot
		}
	}
	for _, f := range m.courses {
		if p == f.on || p == f.off {
			return 1 << f.slot
		}
	}
	if m.loss.active && p == m.loss.proc {
		return 1 << m.loss.slot
	}
	return 0
}

// deriveLocal finds the slots that never touch what clients share: those that
// don't themselves, and set no bit on which the hazard of one that does
// depends, even indirectly.
func (m *Model) deriveLocal() {
	touches := m.sharing()
	m.touching = touches
	for grown := true; grown; {
		grown = false
		for s := range m.slots {
			if touches>>s&1 == 0 && m.reaches(s)&touches != 0 {
				touches |= 1 << s
				grown = true
			}
		}
	}
	m.local = ^touches
	m.seen = nil
	for s := range m.slots {
		at := m.keyOf(slotID(s))
		if m.local>>s&1 == 0 && slotID(s) != m.use.slot && !slices.Contains(m.seen, at) {
			m.seen = append(m.seen, at)
		}
	}
}

// keyOf returns the place of the key of a slot's clock.
func (m *Model) keyOf(slot slotID) slotID {
	s := &m.slots[slot]
	if s.kind != slotLapse && s.kind != slotOpen {
		return slot
	}
	p := &m.programs[s.arg]
	v := &p.windows[p.effects[s.sub].window]
	if s.kind == slotOpen {
		return v.openKey
	}
	return v.key
}

// sharing returns the slots that touch what clients share themselves.
func (m *Model) sharing() (touches uint64) {
	finite, treats := false, false
	for k := range m.services {
		finite = finite || m.services[k].finite
		treats = treats || m.services[k].finite && m.services[k].treats
	}
	for k := range m.services {
		v := &m.services[k]
		if v.finite || treats && v.treats { // entering one can free a slot of another
			touches |= 1 << v.slot
			if v.complete >= 0 {
				touches |= 1 << v.complete
			}
		}
	}
	for k := range m.programs {
		if m.programs[k].limited {
			touches |= 1 << m.programs[k].finish
			if m.programs[k].changes() {
				touches |= 1 << m.programs[k].staffing.slot
			}
		}
	}
	if len(m.decisions) > 0 && m.decidesShared() {
		touches |= 1 << m.decide
	}
	if m.limits(m.switched()) {
		touches |= 1 << m.switches
	}
	if m.shared = touches != 0; !m.shared {
		return 0
	}
	m.giving = 1 // the horizon
	if m.loss.active && m.loss.all {
		m.giving |= 1 << m.loss.slot
	}
	for _, f := range m.courses {
		if f.kind == mortal || f.fatal > 0 || finite && (f.kind == inJail || f.after > 0) {
			m.giving |= 1 << f.slot
		}
	}
	return touches | m.giving
}

// reaches returns the slots that an event on slot s can set off or re-aim.
func (m *Model) reaches(s int) (mask uint64) {
	bit := func(b uint8) { mask |= m.touch[b] }
	switch k := m.slots[s]; k.kind {
	case slotUse:
		bit(m.use.bit)
	case slotService, slotComplete:
		mask |= 1<<m.services[k.arg].slot | m.leaves(m.services[k.arg].treats)
		bit(m.services[k.arg].bit)
	case slotAfter:
		mask |= m.touchedBy(m.services[k.arg].after.bits)
	case slotCourse:
		f := &m.courses[k.arg]
		if f.kind == twoState || f.kind == inJail {
			bit(f.bit)
		}
		if f.mark != noBit {
			bit(f.mark)
		}
		if f.kind == inJail || f.after > 0 {
			mask |= m.leaves(true) | m.leaves(false)
			bit(m.courses[m.jail].bit)
		}
	case slotSpent:
		bit(m.courses[k.arg].mark)
	case slotDecide:
		mask |= m.decidedSlots()
	case slotSwitch:
		mask |= m.slotsOf(m.switched())
	case slotStaff:
		mask |= 1 << m.programs[k.arg].contact
	case slotOpen:
		p := &m.programs[k.arg]
		mask |= m.touchedBy(p.windows[p.effects[k.sub].window].full)
	case slotLapse:
		mask |= m.touchedByEffect(&m.programs[k.arg].effects[k.sub])
	case slotContact:
		for _, f := range m.programs[k.arg].effects {
			switch {
			case f.chance > 0 && f.services == nil:
				mask |= 1 << m.courses[m.jail].slot
			case f.services != nil:
				for _, v := range f.services {
					mask |= 1 << m.services[v].slot
				}
			default:
				mask |= m.touchedByEffect(&f)
			}
		}
	}
	return mask
}

// touchedByEffect returns the slots whose hazard depends on the effect.
func (m *Model) touchedByEffect(f *effect) (mask uint64) {
	for j := range f.stages {
		mask |= m.touch[f.bit+j]
	}
	return mask
}

// leaves returns the slots that the end of stays in services, those that treat
// substance use or the others, can set off or re-aim.
func (m *Model) leaves(treats bool) (mask uint64) {
	for _, v := range m.services {
		if v.treats == treats {
			mask |= 1<<v.slot | m.touch[v.bit] | m.touchedBy(v.after.bits)
		}
	}
	return mask
}
