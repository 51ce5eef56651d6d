package sim

import (
	"fmt"
	"math"
	mathbits "math/bits"
	"slices"
	"strings"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
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
		if p.stretch > 0 {
			m.paced = append(m.paced, len(m.programs))
		}
		m.programs = append(m.programs, p)
	}
	m.byArm = make([][]int, m.arms)
	for a, arm := range sc.Arms {
		for _, name := range arm.Programs {
			m.byArm[a] = append(m.byArm[a], slices.Index(names, name))
		}
	}
}

func (m *Model) compileProgram(name string, s *scenarios.Program) program {
	manual := scenarios.Manual{Effect: 1, Spread: 1}
	if s.Manual != nil {
		manual = *s.Manual
	}
	p := program{name: name, uptake: s.Uptake, first: ticks(s.FirstContact.Day), duration: int64(ticks(s.DurationDays)), most: mostContacts(s.MaxContacts),
		finish: -1, perArm: s.PerArm, spread: s.Spread * manual.Spread, startIn: -1,
		offer: stream.NewPurpose("uptake." + name), caseload: math.MaxInt32}
	p.interval = contactInterval(s.Contacts)
	m.compileStart(&p, s.Start)
	if s.ICC != nil && s.ICC.Value > 0 {
		p.spread = 0.3 // solved for
	}
	m.compileStaff(&p, s)
	for e := range s.Effects {
		m.compileEffect(&p, &s.Effects[e], e, manual.Effect)
	}
	return p
}

// compileStart sets in which state clients begin.
func (m *Model) compileStart(p *program, t *scenarios.Start) {
	if t == nil || t.Share != nil && *t.Share == 0 {
		return
	}
	p.startIn, p.startPart, p.begins = m.serviceNamed(t.In), 1, stream.NewPurpose("start."+p.name)
	if t.Share != nil {
		p.startPart = *t.Share
	}
	if p.starts = t.Using != nil; p.starts {
		p.using = *t.Using
		m.startsUse = true
	}
}

// contactInterval returns the ticks between contacts, 0 if the first is the only one.
func contactInterval(c scenarios.Contacts) int64 {
	switch {
	case c.EveryDays > 0:
		return max(1, int64(ticks(c.EveryDays)))
	case c.PerMonth > 0:
		return max(1, int64(ticks(scenarios.DaysPerMonth/c.PerMonth)))
	}
	return 0
}

// mostContacts returns how many contacts a client may have, where 0 is written for any
// number.
func mostContacts(n int) int32 {
	if n == 0 {
		return math.MaxInt32
	}
	return int32(n)
}

// compileStaff sets who does the program and when they are too busy.
func (m *Model) compileStaff(p *program, s *scenarios.Program) {
	m.compileStaffing(p, s)
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

// compileEffect adds what a contact does.
func (m *Model) compileEffect(p *program, s *scenarios.Effect, e int, manual float64) {
	f := effect{subgroup: m.subgroup(s.In), index: e, path: fmt.Sprintf("program.%s.effect[%d]", p.name, e), on: s.On, process: -1, score: -1,
		late: int64(ticks(s.StartsDay)), most: mostContacts(s.MaxContacts)}
	var targets []processID
	if f.score = m.scoreNamed(s.On); f.score < 0 && s.On != "jail" {
		targets = m.targets(s.On)
		if f.process = targets[0]; len(targets) == 1 {
			f.on = m.procs[f.process].name
		}
	}
	switch {
	case f.score >= 0:
		m.lasting(&f, s)
		f.points = s.Points * manual
		m.seesBits = true
		m.scores[f.score].effects = append(m.scores[f.score].effects, scoreEffect{len(m.programs), len(p.effects)})
	case s.Brings != nil:
		m.compileBringing(&f, p.name, s.Brings, manual)
	case s.HazardRatio == 0 && s.Reaches == nil && s.Over == nil:
		if s.Probability == 0 {
			return // it does nothing
		}
		m.atOnce(&f, s)
	default:
		m.lasting(&f, s)
		f.logHR = portable.Log(s.HazardRatio) * manual
		if f.solved, f.over = s.Reaches, s.Over; s.HazardRatio == 0 {
			f.logHR = 0 // solved for
		}
		m.modifyWhileActive(&f, p, targets)
	}
	p.effects = append(p.effects, f)
}

// atOnce is an effect that sets something off with a chance.
func (m *Model) atOnce(f *effect, s *scenarios.Effect) {
	f.setChance(s.Probability)
	f.while = m.stateBits(s.While)
	m.asksUse = m.asksUse || f.while>>m.use.bit&1 != 0
	if f.process >= 0 {
		f.services = m.soughtBy(f.on)
	}
	m.newThreshold(f, f.path+".contacts")
}

// lasting is an effect that is active for a time, in one stage or several.
func (m *Model) lasting(f *effect, s *scenarios.Effect) {
	f.fade(s)
	f.bit = m.newBit()
	for range f.stages - 1 {
		m.newBit()
	}
	m.effectBits |= (1<<f.stages - 1) << f.bit
}

// modifyWhileActive lets the effect multiply hazards, at each stage by less.
func (m *Model) modifyWhileActive(f *effect, p *program, targets []processID) {
	for _, t := range targets {
		for k := range f.stages {
			share := math.Ldexp(1, -int(k))
			mod := modifier{bit: f.bit + k, factor: [2]float64{1, portable.Exp(f.logHR * share)}, program: -1, share: share}
			if p.spread > 0 || p.staffing.half > 0 {
				mod.program = len(m.programs)
			}
			m.procs[t].mods = append(m.procs[t].mods, mod)
		}
	}
}

// fade sets how long the effect lasts and in how many stages it fades.
func (f *effect) fade(s *scenarios.Effect) {
	f.lasts, f.half, f.stages = ticks(s.LastsDays), ticks(s.HalfLifeDays), 1
	if f.half > 0 {
		f.stages = uint8(math.Ceil(f.lasts / f.half))
	}
}

// stage returns how often the effect has halved in the state, -1 if it is not active.
func (f *effect) stage(bits uint64) int {
	if active := bits >> f.bit & (1<<f.stages - 1); active != 0 {
		return mathbits.TrailingZeros64(active)
	}
	return -1
}

// targets returns the processes that a name in a scenario stands for.
func (m *Model) targets(on string) []processID {
	var t []processID
	for p := range m.procs {
		if n := m.procs[p].name; n == on || m.kindOf(n) == on {
			t = append(t, processID(p))
		}
	}
	if len(t) == 0 {
		panic(fmt.Sprintf("no process %q", on))
	}
	return t
}

// kindOf returns the name that a service's process shares with those of all
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

// serviceNamed returns the service of that name, -1 for none.
func (m *Model) serviceNamed(name string) int {
	return slices.IndexFunc(m.services, func(v service) bool { return v.name == name })
}

// stateBits returns the bits of which a client in the state has one; 0 for no state.
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
