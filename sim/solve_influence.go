package sim

import (
	"math"
	"math/bits"
	"slices"
)

// What a probe can leave out: that which has no influence, even an indirect one, on the
// process that it is about. Each process has random numbers of its own, so that the
// rest of the life stays as it is.

// influences returns the slots whose events change, even indirectly, what happens on the
// slot of process p. A program's slot is that of its contacts.
func (m *Model) influences(p processID) (slots uint64) {
	direct := m.directInfluences()
	slots = m.slotOf(p)
	if m.death >= 0 {
		slots |= 1 << m.courses[m.death].slot
		for k := range m.courses {
			if m.courses[k].fatal > 0 {
				slots |= 1 << m.courses[k].slot
			}
		}
	}
	for before := uint64(0); slots != before; {
		before = slots
		for s := range direct {
			if before>>s&1 != 0 {
				slots |= direct[s]
			}
		}
	}
	return slots
}

// directInfluences returns the slots that act directly on each: on its hazards, or at once.
// Jail and other treatments, which end stays, keep clients from seeking the service, too.
func (m *Model) directInfluences() (direct [maxClocks]uint64) {
	setters := m.settersOf()
	for p := range m.procs {
		if slot := m.slotOf(processID(p)); slot != 0 {
			for _, mod := range m.procs[p].mods {
				direct[bits.TrailingZeros64(slot)] |= setters[mod.bit]
			}
			for _, r := range m.procs[p].rates {
				direct[bits.TrailingZeros64(slot)] |= setters[r.bit]
			}
			for only := m.procs[p].only; only != 0; only &= only - 1 {
				direct[bits.TrailingZeros64(slot)] |= setters[bits.TrailingZeros64(only)]
			}
		}
	}
	jail := uint64(0)
	if m.jail >= 0 {
		jail = 1 << m.courses[m.jail].slot
	}
	for k := range m.courses {
		if f := &m.courses[k]; f.after > 0 {
			direct[m.courses[m.jail].slot] |= 1 << f.slot
		}
	}
	for k := range m.programs {
		m.programInfluences(&m.programs[k], jail, &direct)
	}
	return direct
}

// programInfluences adds what acts on the program's contacts, and what they do at once. Such
// effects share random numbers, so that all that they look at counts.
func (m *Model) programInfluences(p *program, jail uint64, direct *[maxClocks]uint64) {
	contact := uint64(1) << p.contact
	if direct[p.contact] |= jail; p.starts {
		direct[m.use.slot] |= contact
	}
	if p.startIn >= 0 {
		direct[m.services[p.startIn].slot] |= contact
	}
	for e := range p.effects {
		switch f := &p.effects[e]; {
		case f.stages > 0 || f.score >= 0:
		case f.services != nil:
			direct[p.contact] = math.MaxUint64
			for _, v := range f.services {
				direct[m.services[v].slot] |= contact
			}
		default:
			direct[p.contact] = math.MaxUint64
			direct[m.courses[m.jail].slot] |= contact
		}
	}
}

// settersOf returns the slot whose events set each bit of a client's state.
func (m *Model) settersOf() (setters [maxClocks + 1]uint64) {
	setters[m.use.bit] = 1 << m.use.slot
	for k := range m.services {
		v := &m.services[k]
		setters[v.bit] = 1 << v.slot
		for after := v.after.bits; after != 0; after &= after - 1 {
			setters[bits.TrailingZeros64(after)] = m.endersOf(k)
		}
	}
	for k := range m.courses {
		setters[m.courses[k].bit] = 1 << m.courses[k].slot
		setters[m.courses[k].mark] = 1 << m.courses[k].slot
	}
	for bit := range uint8(m.bits) {
		if k := m.programOf(bit); k >= 0 {
			setters[bit] = 1 << m.programs[k].contact
		}
	}
	return setters
}

// endersOf returns the slots of the services that begin and end what holds after a stay
// in service k.
func (m *Model) endersOf(k int) (slots uint64) {
	for j := range m.services {
		if m.services[j].forgets>>k&1 != 0 {
			slots |= 1 << m.services[j].slot
		}
	}
	return slots
}

// limited returns the model in which nothing happens but on the slots. Nobody is visited.
func (m *Model) limited(slots uint64) *Model {
	u := *m
	u.atJail, u.atLeaving, u.timed = -1, -1, 0
	u.moments, u.allMoments, u.readMoments, u.recordMoments = nil, 0, 0, 0
	u.procs = slices.Clone(m.procs)
	for p := range u.procs {
		if slot := m.slotOf(processID(p)); slot != 0 && slot&slots == 0 {
			u.procs[p].base = baseline{kind: never, mean: math.Inf(1)}
			u.procs[p].rates, u.procs[p].replaced = nil, 0
		}
	}
	for bit := range u.touch {
		u.touch[bit] &= slots
	}
	if slots>>u.use.slot&1 == 0 {
		u.use.idle, u.use.actedOn, u.use.differs = [2]float64{math.Inf(1), math.Inf(1)}, 0, false
	}
	u.byArm = slices.Clone(m.byArm)
	for a := range u.byArm {
		u.byArm[a] = slices.DeleteFunc(slices.Clone(u.byArm[a]), func(k int) bool { return slots>>m.programs[k].contact&1 == 0 })
	}
	return &u
}
