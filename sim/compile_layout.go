package sim

import "slices"

// layOut gives each client's clocks their slots, by rank.
func (m *Model) layOut() {
	add := func(kind slotKind, arg int, sub effectID) slotID {
		m.slots = append(m.slots, slot{kind: kind, clock: uint8(m.clocks), arg: arg, sub: sub})
		switch kind {
		case slotContact, slotService, slotCourse, slotLoss, slotUse:
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
	m.visitSlot = add(slotVisit, 0, 0)
	for k := range m.programs {
		m.programs[k].contact = add(slotContact, k, 0)
	}
	for k := range m.programs {
		m.programs[k].layLapses(func(e effectID) slotID { return add(slotLapse, k, e) })
	}
	for s := range m.services {
		if m.services[s].complete = -1; m.services[s].planned > 0 {
			m.services[s].complete = add(slotComplete, s, 0)
		}
	}
	for s := range m.services {
		m.services[s].slot = add(slotService, s, 0)
	}
	for k := range m.courses {
		m.courses[k].slot = add(slotCourse, k, 0)
	}
	if m.loss.active {
		m.loss.slot = add(slotLoss, 0, 0)
	}
	m.use.slot = add(slotUse, 0, 0)        // last: see syncUse
	m.stride = (len(m.slots) - 1 + 7) &^ 7 // the clock of use is kept apart
	m.deriveTouch()
}

// deriveTouch finds the slots whose hazard depends on each bit.
func (m *Model) deriveTouch() {
	for p := range m.procs {
		for _, mod := range m.procs[p].mods {
			m.touch[mod.bit] = appendNew(m.touch[mod.bit], m.slotsOf(processID(p))...)
		}
	}
}

// layLapses gives each effect that lasts a slot for its end.
func (p *program) layLapses(add func(e effectID) slotID) {
	for e := range p.effects {
		lapse := slotID(-1)
		if p.effects[e].chance == 0 {
			lapse = add(effectID(e))
		}
		p.lapse = append(p.lapse, lapse)
	}
}

func appendNew(list []uint8, add ...uint8) []uint8 {
	for _, x := range add {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

// slotsOf returns the slots on which the process can run.
func (m *Model) slotsOf(p processID) []uint8 {
	if p == m.use.quit || p == m.use.relapse {
		return []uint8{uint8(m.use.slot)}
	}
	for _, v := range m.services {
		if p == v.seek || p == v.leave || p == v.renege || p == v.back {
			return []uint8{uint8(v.slot)}
		}
	}
	for _, f := range m.courses {
		if p == f.on || p == f.off {
			return []uint8{uint8(f.slot)}
		}
	}
	if m.loss.active && p == m.loss.proc {
		return []uint8{uint8(m.loss.slot)}
	}
	return nil
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
		}
	}
	if m.shared = touches != 0; !m.shared {
		return 0
	}
	touches |= 1 // the horizon, at which all is given back
	if m.loss.active && m.loss.all {
		touches |= 1 << m.loss.slot
	}
	for _, f := range m.courses {
		if f.kind == mortal || finite && (f.kind == inJail || f.after > 0) {
			touches |= 1 << f.slot
		}
	}
	return touches
}

// reaches returns the slots that an event on slot s can set off or re-aim.
func (m *Model) reaches(s int) (mask uint64) {
	bit := func(b uint8) {
		for _, t := range m.touch[b] {
			mask |= 1 << t
		}
	}
	switch k := m.slots[s]; k.kind {
	case slotUse:
		bit(m.use.bit)
	case slotService, slotComplete:
		mask |= 1<<m.services[k.arg].slot | m.leaves(m.services[k.arg].treats)
		bit(m.services[k.arg].bit)
	case slotCourse:
		f := &m.courses[k.arg]
		if f.kind == twoState || f.kind == inJail {
			bit(f.bit)
		}
		if f.kind == inJail || f.after > 0 {
			mask |= m.leaves(true) | m.leaves(false)
			bit(m.courses[m.jail].bit)
		}
	case slotLapse:
		mask |= m.touchedByEffect(&m.programs[k.arg].effects[k.sub])
	case slotContact:
		for _, f := range m.programs[k.arg].effects {
			switch {
			case f.chance > 0 && f.service < 0:
				mask |= 1 << m.courses[m.jail].slot
			case f.chance > 0:
				mask |= 1 << m.services[f.service].slot
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
		for _, t := range m.touch[f.bit+j] {
			mask |= 1 << t
		}
	}
	return mask
}

// leaves returns the slots that the end of stays in services, those that treat
// substance use or the others, can set off or re-aim.
func (m *Model) leaves(treats bool) (mask uint64) {
	for _, v := range m.services {
		if v.treats == treats {
			mask |= 1 << v.slot
			for _, t := range m.touch[v.bit] {
				mask |= 1 << t
			}
		}
	}
	return mask
}
