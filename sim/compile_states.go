package sim

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/stream"
)

// What states and courses a model has, and how the states act on processes.

// compileCourses lays out what goes on beside care.
func (m *Model) compileCourses(sc *scenarios.Scenario) {
	m.jail, m.death = -1, -1
	if a := sc.Arrest; a != nil {
		f := m.newCourse("arrest", recurring, "arrest", "", rankArrest, EventArrested, EventArrested)
		if sc.Jail != nil && sc.Jail.AfterArrest > 0 {
			f.after, f.decide = sc.Jail.AfterArrest, m.newProcess("jail", rankArrest)
		}
		m.courses = append(m.courses, f)
	}
	if j := sc.Jail; j != nil {
		f := m.newCourse(scenarios.StateJailed, inJail, "", "release", rankUse, EventJailed, EventReleased)
		f.begin = j.Jailed
		m.jail = len(m.courses)
		m.courses = append(m.courses, f)
	}
	if sc.Risk != nil {
		m.courses = append(m.courses, m.newCourse("risk", recurring, "risk", "", rankUse, EventRisk, EventRisk))
	}
	if h := sc.Housing; h != nil {
		f := m.newCourse(scenarios.StateHoused, twoState, "gain_housing", "lose_housing", rankUse, EventHoused, EventUnhoused)
		f.begin = h.Housed
		m.courses = append(m.courses, f)
	}
	if e := sc.Employment; e != nil {
		f := m.newCourse(scenarios.StateEmployed, twoState, "gain_job", "lose_job", rankUse, EventEmployed, EventUnemployed)
		f.begin = e.Employed
		m.courses = append(m.courses, f)
	}
	if sc.Death != nil {
		m.death = len(m.courses)
		m.courses = append(m.courses, m.newCourse("death", mortal, "death", "", rankDeath, EventDied, EventDied))
	}
	m.compileEvents(sc)
}

func (m *Model) newCourse(name string, kind courseKind, on, off string, rank int, happens, ends EventKind) course {
	f := course{name: name, kind: kind, bit: noBit, mark: noBit, times: -1, on: -1, off: -1, decide: -1, happens: happens, ends: ends,
		first: stream.NewPurpose(name + ".begin")}
	if kind == twoState || kind == inJail {
		f.bit = m.newBit()
	}
	if on != "" {
		f.on = m.newProcess(on, rank)
	}
	if off != "" {
		f.off = m.newProcess(off, rank)
	}
	return f
}

// compileStates lets states act on processes.
func (m *Model) compileStates(sc *scenarios.Scenario) {
	m.actsOn(m.use.bit, sc.Use.ActsOn)
	for k := range m.services {
		m.actsOn(m.services[k].bit, sc.Services[m.services[k].name].ActsOn)
	}
	if sc.Jail != nil {
		m.jailStops(sc)
	}
	if sc.Housing != nil {
		m.actsOn(m.courses[m.course(scenarios.StateHoused)].bit, sc.Housing.ActsOn)
	}
	if sc.Employment != nil {
		m.actsOn(m.courses[m.course(scenarios.StateEmployed)].bit, sc.Employment.ActsOn)
	}
	m.compileEventStates(sc)
	m.oneTreatment()
	m.ownRates(sc)
	m.lossByArm(sc)
}

// actsOn multiplies hazards while the bit is set.
func (m *Model) actsOn(bit uint8, ratios map[string]float64) {
	for _, on := range slices.Sorted(maps.Keys(ratios)) {
		for _, p := range m.targets(on) {
			m.modify(p, bit, ratios[on])
		}
	}
}

func (m *Model) modify(p processID, bit uint8, factor float64) {
	m.procs[p].mods = append(m.procs[p].mods, modifier{bit: bit, factor: [2]float64{1, factor}, program: -1})
}

// jailStops adds what jail does by its nature, and what the scenario says.
func (m *Model) jailStops(sc *scenarios.Scenario) {
	bit := m.courses[m.jail].bit
	m.actsOn(bit, sc.Jail.ActsOn)
	stop := func(p processID) {
		if p >= 0 {
			m.modify(p, bit, 0)
		}
	}
	for k := range m.services {
		stop(m.services[k].seek)
		stop(m.services[k].back)
	}
	stop(m.find("arrest"))
}

// exclude finds the substance-use services that clients are not in at once.
func (m *Model) exclude(sc *scenarios.Scenario) {
	beside := func(k, j int) bool {
		return slices.Contains(sc.Services[m.services[k].name].Beside, m.services[j].name)
	}
	for k := range m.services {
		v := &m.services[k]
		v.bars = 1 << v.bit
		for j := range m.services {
			if o := &m.services[j]; j == k || !v.treats || !o.treats {
				continue
			} else if beside(k, j) || beside(j, k) {
				m.together |= 1 << k
			} else {
				v.excludes |= 1 << j
				v.bars |= 1 << o.bit
			}
		}
	}
}

// oneTreatment stops the seeking of a substance-use service while the client is
// in another that is not beside it.
func (m *Model) oneTreatment() {
	for k := range m.services {
		for j := range m.services {
			if v, w := &m.services[k], &m.services[j]; v.excludes>>j&1 != 0 {
				m.modify(w.seek, v.bit, 0)
				if w.back >= 0 {
					m.modify(w.back, v.bit, 0)
				}
			}
		}
	}
}

// lossByArm gives arms with a hazard ratio of loss a bit of their clients'.
func (m *Model) lossByArm(sc *scenarios.Scenario) {
	if !m.loss.active || len(sc.Attrition.Arms) == 0 {
		return
	}
	for _, arm := range sc.Arms {
		bit := uint8(noBit)
		if hr, ok := sc.Attrition.Arms[arm.Name]; ok && hr != 1 {
			bit = m.newBit()
			m.modify(m.loss.proc, bit, hr)
		}
		m.loss.arms = append(m.loss.arms, bit)
	}
}

// course returns the course of that name, -1 for none.
func (m *Model) course(name string) int {
	return slices.IndexFunc(m.courses, func(c course) bool { return c.name == name })
}

// compileMoments lays out when states are recorded: at visits, thirty days
// before those at which an outcome looks back as far, and when records are
// asked about.
func (m *Model) compileMoments(sc *scenarios.Scenario) {
	m.moments, m.baseline = momentsOf(sc), sc.Trial.HasBaseline()
	for _, day := range sc.Trial.FollowUpDays {
		m.late = append(m.late, stream.NewPurpose(fmt.Sprintf("late.%g", day)))
	}
	m.atJail, m.atLeaving = m.momentOf(scenarios.ByJail), m.momentOf(scenarios.ByLeaving)
	m.horizon = int64(ticks(sc.LastVisit())) + m.window + 1
	m.visits = make([]momentID, len(sc.Trial.FollowUpDays))
	for k, mo := range m.moments {
		m.allMoments |= 1 << k
		switch {
		case mo.event != "":
			m.recordMoments |= 1 << k
			m.allMoments &^= 1 << k
			m.readMoments |= 1 << k
		case mo.made:
			m.visits[mo.visit] = momentID(k)
		case mo.visit < 0:
			m.recordMoments |= 1 << k
		}
	}
}

// momentsOf returns the moments of a scenario, in order.
func momentsOf(sc *scenarios.Scenario) (all []moment) {
	for v, day := range sc.Trial.FollowUpDays {
		all = append(all, moment{at: int64(ticks(day)), visit: v, made: true})
	}
	for k := range sc.Outcomes {
		o := &sc.Outcomes[k]
		v, ok := scenarios.LookupVariable(o.Variable)
		if o.Death() == scenarios.WhileAlive && !v.Records {
			all = appendMoment(all, moment{at: int64(ticks(o.AtDays)), visit: -1})
		}
		for _, e := range []scenarios.IntercurrentEvent{scenarios.ByJail, scenarios.ByLeaving} {
			if o.Strategy(e) == scenarios.WhileAlive {
				all = appendMoment(all, moment{at: math.MaxInt64, visit: -1, event: e})
			}
		}
		switch at := int64(ticks(o.AtDays)); {
		case v.Name == scenarios.VariableContacts, ok && v.Records && (v.Kind == scenarios.Count || v.Kind == scenarios.Continuous) && courseOf(o, v) != "":
			all = appendMoment(all, moment{at: at, visit: -1})
		case ok && looksBack(o.Variable):
			for v, day := range sc.Trial.FollowUpDays {
				if day == o.AtDays || o.Repeated() && day < o.AtDays && day >= monthDays {
					all = appendMoment(all, moment{at: max(0, int64(ticks(day))-int64(ticks(monthDays))), visit: v})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return all
}

func appendMoment(list []moment, mo moment) []moment {
	if slices.Contains(list, mo) {
		return list
	}
	return append(list, mo)
}

// monthDays is how far back an outcome that looks back at a month goes.
const monthDays = 30

func looksBack(variable string) bool { return variable == "use_days_month" || variable == "risk_free" }

// courseOf returns the course that an outcome of a variable is read from, "" for none.
func courseOf(o *scenarios.Outcome, v scenarios.Variable) string {
	if v.OfEvent() {
		return scenarios.EventProcess(o.Event)
	}
	switch v.Needs {
	case "arrest", "risk", "death":
		return v.Needs
	case "jail":
		return scenarios.StateJailed
	case "housing":
		return scenarios.StateHoused
	case "employment":
		return scenarios.StateEmployed
	}
	return ""
}
