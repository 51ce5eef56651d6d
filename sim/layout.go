package sim

import (
	"fmt"
	"math"
	mathbits "math/bits"
	"slices"
	"strings"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/stream"
)

func (m *Model) compilePrograms(sc *scenarios.Scenario) {
	names := sortedKeys(sc.Programs)
	firstPool := 0
	for _, name := range names {
		s := sc.Programs[name]
		p := m.compileProgram(name, &s)
		p.pool = firstPool
		firstPool += p.pools
		m.programs = append(m.programs, p)
	}
	m.byArm = make([][]int, m.arms)
	m.distinct = make([]bool, len(m.programs))
	for a, arm := range sc.Arms {
		for _, name := range arm.Programs {
			m.byArm[a] = append(m.byArm[a], slices.Index(names, name))
		}
	}
	for k, name := range names {
		m.distinct[k] = !slices.Contains(sc.Arms[m.control].Programs, name)
	}
}

func (m *Model) compileProgram(name string, s *scenarios.Program) program {
	manual := scenarios.Manual{Effect: 1, Spread: 1}
	if s.Manual != nil {
		manual = *s.Manual
	}
	p := program{name: name, uptake: s.Uptake, first: ticks(s.FirstContact.Day), duration: int64(ticks(s.DurationDays)),
		finish: -1, perArm: s.PerArm, spread: s.Spread * manual.Spread, chance: -1, startIn: -1,
		offer: stream.NewPurpose("uptake." + name), caseload: math.MaxInt32}
	switch c := s.Contacts; {
	case c.EveryDays > 0:
		p.interval = max(1, int64(ticks(c.EveryDays)))
	case c.PerMonth > 0:
		p.interval = max(1, int64(ticks(scenarios.DaysPerMonth/c.PerMonth)))
	}
	if t := s.Start; t != nil {
		p.startIn = m.serviceNamed(t.In)
		if p.starts = t.Using != nil; p.starts {
			p.using = *t.Using
			m.startsUse = true
		}
	}
	if s.ICC != nil {
		p.spread = 0.3 // solved for
	}
	m.compileStaff(&p, s)
	for e := range s.Effects {
		m.compileEffect(&p, &s.Effects[e], e, manual.Effect)
	}
	p.brisk = p.interval > 0 && p.stretch == 0 && len(p.effects) == 1 && p.effects[0].chance > 0 && p.effects[0].service >= 0
	return p
}

// compileStaff sets who does the program and when they are too busy.
func (m *Model) compileStaff(p *program, s *scenarios.Program) {
	if !s.Staff.Finite() {
		return
	}
	p.staff = s.Staff.N
	p.pools = m.sites
	if p.perArm {
		p.pools *= m.arms
	}
	if s.Caseload.Finite() {
		p.caseload = int32(s.Caseload.N)
		p.limited = true
	}
	if s.HoursPerWeek > 0 && p.interval > 0 && s.MinutesPerContact > 0 {
		hoursPerClient := s.MinutesPerContact / 60 * 7 * calendar.Day / float64(p.interval)
		if capacity := s.HoursPerWeek / hoursPerClient; capacity < float64(p.caseload) {
			p.stretch = capacity
			p.limited = true
		}
	}
	if s.Team {
		p.teamUp()
	}
	m.skilled = m.skilled || p.spread > 0
}

// teamUp makes one of the staff who share all clients: their caseloads and time
// add up, and a client meets the mean of their skills.
func (p *program) teamUp() {
	n := p.staff
	p.staff = 1
	if p.caseload < math.MaxInt32 {
		p.caseload *= int32(n)
	}
	p.stretch *= float64(n)
	p.spread /= math.Sqrt(float64(n))
}

func (m *Model) compileEffect(p *program, s *scenarios.Effect, e int, manual float64) {
	f := effect{subgroup: m.subgroup(s.In), path: fmt.Sprintf("program.%s.effect[%d]", p.name, e), on: s.On, process: -1, service: -1, score: -1}
	var targets []int
	if f.score = m.scoreNamed(s.On); f.score < 0 && s.On != "jail" {
		targets = m.targets(s.On)
		if f.process = targets[0]; len(targets) == 1 {
			f.on = m.procs[f.process].name
		}
	}
	if s.Probability > 0 {
		f.chance = s.Probability
		f.while = m.stateBits(s.While)
		f.service = slices.IndexFunc(m.services, func(v service) bool { return v.seek == f.process })
		if p.chance < 0 {
			p.chance = m.newProcess("contact."+p.name, rankContact)
		}
		p.effects = append(p.effects, f)
		return
	}
	f.fade(s)
	f.bit = m.newBit()
	for range f.stages - 1 {
		m.newBit()
	}
	m.effectBits |= (1<<f.stages - 1) << f.bit
	if f.score >= 0 {
		f.points = s.Points * manual
		m.seesBits = true
		m.scores[f.score].effects = append(m.scores[f.score].effects, scoreEffect{len(m.programs), len(p.effects)})
		p.effects = append(p.effects, f)
		return
	}
	f.logHR = math.Log(s.HazardRatio) * manual
	if s.Reaches != nil {
		f.logHR = 0 // solved for
		f.solved = s.Reaches
	}
	for _, t := range targets {
		for k := range f.stages {
			share := math.Ldexp(1, -int(k))
			mod := modifier{bit: f.bit + k, factor: math.Exp(f.logHR * share), program: -1, share: share}
			if p.spread > 0 {
				mod.program = len(m.programs)
			}
			m.procs[t].mods = append(m.procs[t].mods, mod)
		}
	}
	p.effects = append(p.effects, f)
}

// fade sets how long the effect lasts and in how many stages it fades.
func (f *effect) fade(s *scenarios.Effect) {
	f.lasts, f.half, f.stages = ticks(s.LastsDays), ticks(s.HalfLifeDays), 1
	if f.half > 0 {
		f.stages = uint8(math.Ceil(f.lasts / f.half))
	}
}

// stage is how often the effect has halved in the state, -1 if it is not active.
func (f *effect) stage(bits uint64) int {
	if active := bits >> f.bit & (1<<f.stages - 1); active != 0 {
		return mathbits.TrailingZeros64(active)
	}
	return -1
}

// targets are the processes that a name in a scenario stands for.
func (m *Model) targets(on string) []int {
	var t []int
	for p := range m.procs {
		if n := m.procs[p].name; n == on || m.kindOf(n) == on {
			t = append(t, p)
		}
	}
	if len(t) == 0 {
		panic(fmt.Sprintf("no process %q", on))
	}
	return t
}

// kindOf is the name that a service's process shares with those of all
// services of its kind: "linkage" or "linkage_other" for "linkage.clinic".
func (m *Model) kindOf(process string) string {
	kind, name, ok := strings.Cut(process, ".")
	s := m.serviceNamed(name)
	switch {
	case !ok || s < 0:
		return ""
	case m.services[s].treats:
		return kind
	}
	return kind + "_other"
}

// serviceNamed is the service of that name, -1 for none.
func (m *Model) serviceNamed(name string) int {
	return slices.IndexFunc(m.services, func(v service) bool { return v.name == name })
}

// stateBits are the bits of which a client in the state has one; 0 for no state.
func (m *Model) stateBits(state string) (bits uint64) {
	switch state {
	case "":
		return 0
	case scenarios.StateUsing:
		return 1 << m.use.bit
	case scenarios.StateInTreatment:
		return m.treatment
	}
	if k := slices.IndexFunc(m.courses, func(c course) bool { return c.name == state }); k >= 0 {
		return 1 << m.courses[k].bit
	}
	return 1 << m.services[m.serviceNamed(state)].bit
}

// layOut gives each client's clocks their slots, by rank.
func (m *Model) layOut() {
	add := func(kind slotKind, arg, sub int) int {
		m.slots = append(m.slots, slot{kind: kind, clock: uint8(m.clocks), arg: arg, sub: sub})
		switch kind {
		case slotContact, slotService, slotCourse, slotLoss, slotUse:
			m.clocks++
		}
		return len(m.slots) - 1
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
		for e := range m.programs[k].effects {
			lapse := -1
			if m.programs[k].effects[e].chance == 0 {
				lapse = add(slotLapse, k, e)
			}
			m.programs[k].lapse = append(m.programs[k].lapse, lapse)
		}
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
	for p := range m.procs {
		for _, mod := range m.procs[p].mods {
			m.touch[mod.bit] = appendNew(m.touch[mod.bit], m.slotsOf(p)...)
		}
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

// slotsOf are the slots on which the process can run.
func (m *Model) slotsOf(p int) []uint8 {
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

// sharing are the slots that touch what clients share themselves.
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

// reaches are the slots that an event on slot s can set off or re-aim.
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
		f := &m.programs[k.arg].effects[k.sub]
		for j := range f.stages {
			bit(f.bit + j)
		}
	case slotContact:
		for _, f := range m.programs[k.arg].effects {
			switch {
			case f.chance > 0 && f.service < 0:
				mask |= 1 << m.courses[m.jail].slot
			case f.chance > 0:
				mask |= 1 << m.services[f.service].slot
			default:
				for j := range f.stages {
					bit(f.bit + j)
				}
			}
		}
	}
	return mask
}

// leaves are the slots that the end of stays in services, those that treat
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
