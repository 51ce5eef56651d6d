package sim

import (
	"slices"

	"caseload/scenarios"
	"caseload/sim/stream"
)

// decision is a compiled scenarios.Decision.
type decision struct {
	name      string
	when      *condition // nil: everyone
	arms      uint64     // that it is for
	test      gauge      // of who is using
	uses      [2]int     // places of the states using and abstinent among the condition's
	missable  bool       // the test can be missed
	acts      bool       // and is then taken for met
	tests     []stream.Purpose
	misses    []stream.Purpose // of the draw of that, by occasion
	visits    []int            // the visit on whose day an occasion is, -1
	options   []option         // one if it does not randomize
	first     int              // place of the first of them among all
	ratio     int              // sum of the options'
	randomize stream.Purpose   // of the draw of the option
	again     bool             // clients are randomized between the options
}

// option is what a decision does.
type option struct {
	name      string
	ratio     int
	add, stop []int // programs
}

// occasion is a time at which a decision is made.
type occasion struct {
	at       int64 // ticks since enrolment
	decision int
	number   int // among those of the decision
}

// compileDecisions adds the points at which care changes.
func (m *Model) compileDecisions(sc *scenarios.Scenario) {
	for k := range sc.Decisions {
		d := &sc.Decisions[k]
		c := m.compileDecision(sc, d)
		if k > 0 {
			before := &m.decisions[k-1]
			c.first = before.first + len(before.options)
		}
		m.decisions = append(m.decisions, c)
		for n, day := range d.Days() {
			m.occasions = append(m.occasions, occasion{int64(ticks(day)), k, n})
		}
	}
	slices.SortStableFunc(m.occasions, func(a, b occasion) int { return int(max(-1, min(1, a.at-b.at))) }) // of a day, in the order of decisions
	m.available = make([]uint64, m.arms)
	names := sortedKeys(sc.Programs)
	for a := range sc.Arms {
		for _, name := range sc.Offered(a) {
			m.available[a] |= 1 << slices.Index(names, name)
		}
	}
	m.beyondControl = 0
	for a := range sc.Arms {
		m.beyondControl |= m.available[a]
	}
	m.beyondControl &^= m.available[m.control]
}

func (m *Model) compileDecision(sc *scenarios.Scenario, d *scenarios.Decision) decision {
	c := decision{name: d.Name, again: d.Randomizes(), acts: d.Missing == scenarios.MissingAct, missable: d.MeasuredBy != "",
		randomize: stream.NewPurpose("decision." + d.Name)}
	if d.When != "" {
		c.when = m.newCondition(sc, d.WhenExpr)
	}
	for a := range sc.Arms {
		if d.For(sc.Arms[a].Name) {
			c.arms |= 1 << a
		}
	}
	m.compileDecisionTests(sc, d, &c)
	programs := func(names []string) (list []int) {
		for _, name := range names {
			list = append(list, m.programNamed(name))
		}
		return list
	}
	if !c.again {
		c.options, c.ratio = []option{{add: programs(d.Add), stop: programs(d.Stop), ratio: 1}}, 1
	}
	for _, o := range d.Randomize {
		c.options = append(c.options, option{o.Name, o.Ratio, programs(o.Add), programs(o.Stop)})
		c.ratio += o.Ratio
	}
	return c
}

// optionNamed returns the name of an option by its place among all, with its decision's.
func (m *Model) optionNamed(at int) string {
	for k := range m.decisions {
		if d := &m.decisions[k]; at < d.first+len(d.options) {
			return d.name + "." + d.options[at-d.first].name
		}
	}
	return ""
}

// compileDecisionTests sets how it is found who is using. A test on the day of a visit is
// that of the visit: made if the visit is, with the same result.
func (m *Model) compileDecisionTests(sc *scenarios.Scenario, d *scenarios.Decision, c *decision) {
	if d.MeasuredBy == "" {
		return
	}
	x := sc.Measures[d.MeasuredBy]
	c.test = gauge{test: true, sensitivity: x.Sensitivity, specificity: x.Specificity}
	states := sc.ConditionStates()
	c.uses = [2]int{slices.Index(states, scenarios.StateUsing), slices.Index(states, scenarios.ConditionAbstinent)}
	for n, day := range d.Days() {
		visit := slices.Index(sc.Trial.FollowUpDays, day)
		if m.window > 0 && day > 0 {
			visit = -1 // it may be made later
		}
		c.tests = append(c.tests, testPurpose(d.MeasuredBy, day))
		c.misses = append(c.misses, missedPurpose(d.Name, n))
		c.visits = append(c.visits, visit)
	}
}
