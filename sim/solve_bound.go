package sim

import (
	"fmt"

	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// Bounds on how often things happen, expected of the mean client with all hazard ratios
// above 1 that can act together at work.
const (
	maxChanges    = 100 // of a state, a day: nobody quits and relapses more often
	maxAdmissions = 24  // to a service, a day
)

// A recurrence is what can happen to a client again and again: an event, or the two
// changes of a state, of which neither can be more frequent than the other.
type recurrence struct {
	what      string
	key, back string    // of the scenario; back is "" for an event
	on, off   processID // off is -1 for an event
	least     float64   // rate a day at which the state ends by itself, beside off
	most      float64   // a day
}

// recurrences lists what can happen again and again.
func (m *Model) recurrences() []recurrence {
	list := []recurrence{
		{"arrests", "arrest.rate", "", m.find("arrest"), -1, 0, maxEvents},
		{"risk events", "risk.rate", "", m.find("risk"), -1, 0, maxEvents},
		{"changes of use", "use.quit", "use.relapse", m.use.quit, m.use.relapse, 0, maxChanges},
		{"changes of housing", "housing.gain", "housing.lose", m.find("gain_housing"), m.find("lose_housing"), 0, maxChanges},
		{"changes of employment", "employment.gain", "employment.lose", m.find("gain_job"), m.find("lose_job"), 0, maxChanges},
	}
	list = append(list, m.eventRecurrences()...)
	for k := range m.services {
		v := &m.services[k]
		key, planned := "service."+v.name+".", 0.0
		if v.planned > 0 {
			planned = calendar.Day / float64(v.planned)
		}
		if v.back >= 0 {
			list = append(list, recurrence{"admissions", key + "return", key + "stay", v.back, v.leave, planned, maxAdmissions})
		}
		if v.renege >= 0 && v.finite {
			list = append(list, recurrence{"attempts", key + "linkage", key + "renege", v.seek, v.renege, 0, maxAdmissions})
		}
	}
	return list
}

// bounded reports what would happen too often for a trial to end, of what has been
// solved.
func (s *solver) bounded() {
	for _, t := range s.m.recurrences() {
		if len(s.problems) > 0 {
			return
		}
		if t.on >= 0 {
			s.boundedRecurrence(t)
		}
	}
	for _, n := range naturals(s.m.Scenario) {
		if p := s.m.find(n.process); n.q != nil && p >= 0 && s.greatest(p) > 1e100 {
			s.fail(n.key, "hazard ratios whose product is beyond all bounds", "smaller ones: they act together")
			return
		}
	}
}

// boundedRecurrence reports one that is too frequent in the mean client, at the key of
// the faster of its two hazards.
func (s *solver) boundedRecurrence(t recurrence) {
	on, off := s.greatest(t.on), 0.0
	if t.off >= 0 {
		off = s.greatest(t.off)
	}
	arrest := processID(-1)
	if s.m.jail >= 0 && t.most == maxAdmissions {
		arrest = s.m.find("arrest") // jail ends stays
	}
	rates := func(own func(processID) float64) (both, x, y float64) {
		if x = s.perDay(t.on, on*own(t.on)); t.off < 0 {
			return x, x, 0
		}
		y = s.perDay(t.off, off*own(t.off)) + t.least
		if arrest >= 0 {
			y += s.perDay(arrest, own(arrest))
		}
		if x > 0 && y > 0 {
			both = 1 / (1/x + 1/y)
		}
		return both, x, y
	}
	if most, _, _ := rates(s.highest); most <= t.most {
		return // not even in a client whose every hazard is the highest
	}
	sum, ons, offs := 0.0, 0.0, 0.0
	for i := range s.n {
		both, x, y := rates(func(p processID) float64 { return s.ownRatio(i, p) })
		sum, ons, offs = sum+both, ons+x, offs+y
	}
	rate := sum / float64(s.n)
	if rate <= t.most {
		return
	}
	key := s.keyOf(t.on, t.key)
	if t.off >= 0 && offs > ons {
		key = s.keyOf(t.off, t.back)
	}
	got := fmt.Sprintf("up to %.3g %s a client and day", rate, t.what)
	if most := max(on, off); most > 1 {
		got += fmt.Sprintf(" (hazard ratios that act together multiply it by up to %.3g)", most)
	}
	s.fail(key, got, fmt.Sprintf("at most %g", t.most))
}

// highest returns the greatest multiplier of process p that a client of the sample has.
func (s *solver) highest(p processID) float64 {
	if s.most == nil {
		s.most = make([]float64, len(s.m.procs))
		for i := range s.w.n {
			for p := range s.most {
				s.most[p] = max(s.most[p], s.ownRatio(i, processID(p)))
			}
		}
	}
	return s.most[p]
}

// perDay returns how often process p would happen to a client in a day if nothing stood
// between, with its hazard multiplied.
func (s *solver) perDay(p processID, mult float64) float64 {
	own := 0.0 // the greatest rate in place of the baseline
	for _, r := range s.m.procs[p].rates {
		own = max(own, mult*r.perTick*calendar.Day)
	}
	return max(own, s.basePerDay(p, mult))
}

// basePerDay returns how often process p would happen in a day by its baseline, multiplied.
func (s *solver) basePerDay(p processID, mult float64) float64 {
	b := &s.m.procs[p].base
	switch b.kind {
	case never:
		return 0
	case constant:
		return mult * b.rate * calendar.Day
	}
	if s.m.fromStart(p) {
		return calendar.Day / b.meanTime(mult)
	}
	return mult * b.cumulative(float64(s.m.horizon)) / calendar.Days(s.m.horizon)
}

// keyOf returns the key of the greatest hazard of process p: that of its baseline, or of a
// rate in its place.
func (s *solver) keyOf(p processID, key string) string {
	most := s.basePerDay(p, 1)
	for k := range s.m.procs[p].rates {
		if r := &s.m.procs[p].rates[k]; r.perTick*calendar.Day > most {
			most, key = r.perTick*calendar.Day, r.key
		}
	}
	return key
}

// fromStart reports whether the process runs from the beginning of a state, and not
// from enrolment.
func (m *Model) fromStart(p processID) bool {
	for k := range m.services {
		if m.services[k].seek == p {
			return false
		}
	}
	return !m.fromEnrolment(p)
}

// meanTime returns the mean time in ticks until a process with this baseline, multiplied,
// has happened.
func (b *baseline) meanTime(mult float64) float64 {
	if b.kind == weibull {
		log := portable.LogGamma(1+1/b.shape) - portable.Log(float64(mult*b.scale))/b.shape
		return portable.Exp(log) * calendar.Day
	}
	mean := 0.0
	for k, rate := range b.rates {
		h := mult * rate
		if h == 0 {
			continue
		}
		left := portable.Exp(-float64(mult * b.cum[k]))
		if k+1 < len(b.rates) {
			left *= -portable.Expm1(-float64(h * (b.start[k+1] - b.start[k])))
		}
		mean += left / h
	}
	return mean
}

// greatest returns the product of the hazard ratios above 1 that can act on process p
// together: of states, and of the effects of the programs of one arm, each that of the
// average case manager.
func (s *solver) greatest(p processID) float64 {
	m := s.m
	states, effects := 1.0, make([]float64, len(m.programs))
	for k := range effects {
		effects[k] = 1
	}
	for k := range m.procs[p].mods {
		mod := &m.procs[p].mods[k]
		switch program := m.programOf(mod.bit); {
		case program < 0:
			states *= max(1, mod.factor[1])
		case mod.share == 1: // not one that has faded
			effects[program] *= max(1, mod.factor[1])
		}
	}
	most := 1.0
	sets := m.available
	if together := m.switched(); together != 0 { // effects of the arm before last on
		sets = []uint64{together}
	}
	for _, set := range sets {
		product := 1.0
		for k, x := range effects {
			if set>>k&1 != 0 {
				product *= x
			}
		}
		most = max(most, product)
	}
	return states * most
}

// programOf returns the program whose effect a bit of the client's state is, -1 for
// none.
func (m *Model) programOf(bit uint8) int {
	if m.effectBits>>bit&1 == 0 {
		return -1
	}
	for k := range m.programs {
		for e := range m.programs[k].effects {
			if f := &m.programs[k].effects[e]; f.stages > 0 && bit >= f.bit && bit < f.bit+f.stages {
				return k
			}
		}
	}
	return -1
}
