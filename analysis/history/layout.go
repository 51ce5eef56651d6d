package history

import (
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim"
)

// States are those whose shares are followed, in the order in which they are
// listed.
var States = []string{"using", "in_treatment", "waiting", "jailed", "dead"}

// points is how many places in time a curve has, more or less.
const points = 200

// layout says where in a replicate's row of numbers each thing stands.
type layout struct {
	m        *sim.Model
	sc       *scenarios.Scenario
	days     []float64 // since enrolment
	calendar []float64
	states   []string // those that the scenario has
	times    []timed
	loads    []Load
	treats   map[string]bool // services
	ends     bool            // loss to the study ends everything
}

// timed is an outcome that is a time, with the days of its curve.
type timed struct {
	outcome int
	days    []float64
}

func newLayout(m *sim.Model) *layout {
	sc := m.Scenario
	l := &layout{m: m, sc: sc, days: grid(sc.LastVisit()), calendar: grid(lastDay(sc)),
		treats: map[string]bool{}, ends: sc.Attrition.Ends == "all"}
	lists := false
	for name, v := range sc.Services {
		if v.Kind == scenarios.SubstanceUse {
			l.treats[name] = true
			lists = lists || v.Slots.Finite()
		}
	}
	for _, s := range States {
		if s == "in_treatment" && len(l.treats) == 0 || s == "waiting" && !lists || s == "jailed" && sc.Jail == nil || s == "dead" && sc.Death == nil {
			continue
		}
		l.states = append(l.states, s)
	}
	for k := range sc.Outcomes {
		if v, ok := scenarios.LookupVariable(sc.Outcomes[k].Variable); ok && v.Kind == scenarios.Time {
			l.times = append(l.times, timed{k, grid(sc.Outcomes[k].AtDays)})
		}
	}
	l.loads = newLoads(sc, l.calendar)
	return l
}

// lastDay returns the day of the trial's calendar on which it ends.
func lastDay(sc *scenarios.Scenario) float64 {
	last := sc.AccrualDays() + sc.LastVisit()
	if sc.Trial.EndsDay > 0 {
		last = min(last, sc.Trial.EndsDay)
	}
	return last
}

// grid returns the days from 0 to the last, in whole steps as small as the number of
// points allows.
func grid(last float64) []float64 {
	step := math.Max(1, math.Ceil(last/points))
	var days []float64
	for d := 0.0; d < last; d += step {
		days = append(days, d)
	}
	return append(days, last)
}

// newLoads returns the programs with limited caseloads and the services with slots,
// by name.
func newLoads(sc *scenarios.Scenario, days []float64) (loads []Load) {
	for _, name := range names(sc.Programs) {
		p := sc.Programs[name]
		arms := 0
		for _, a := range sc.Arms {
			if slices.Contains(a.Programs, name) {
				arms++
			}
		}
		if arms == 0 || !p.Staff.Finite() || !p.Caseload.Finite() {
			continue
		}
		capacity := p.Staff.N * p.Caseload.N * sc.Trial.Sites
		if p.PerArm {
			capacity *= arms
		}
		loads = append(loads, Load{Program: name, Capacity: capacity, Days: days})
	}
	for _, name := range names(sc.Services) {
		if s := sc.Services[name].Slots; s.Finite() {
			loads = append(loads, Load{Service: name, Capacity: s.N, Days: days})
		}
	}
	return loads
}

func names[T any](table map[string]T) (names []string) {
	for name := range table {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// numbers returns the row of one replicate: the flow, then states, times and loads
// in the order of the history's lists.
func (l *layout) numbers(s *sim.Shown) []float64 {
	var row []float64
	for _, c := range l.flow(s) {
		row = append(row, float64(c.n))
	}
	row = append(row, l.stateShares(s)...)
	for k := range l.times {
		row = append(row, l.curves(s, &l.times[k])...)
	}
	return append(row, l.loadCounts(s)...)
}

// pool takes the rows of all replicates apart again.
func (l *layout) pool(rows [][]float64) *History {
	h := &History{Replicates: len(rows)}
	at := 0
	next := func(n int) Pooled {
		at += n
		return pooled(rows, at-n, at)
	}
	for _, c := range l.flow(nil) {
		c.Count.First = int(rows[0][at])
		c.Count.Pooled = next(1)
		h.Flow = append(h.Flow, c.Count)
	}
	for a := range l.sc.Arms {
		for _, s := range l.states {
			h.States = append(h.States, State{Arm: a, State: s, Days: l.days, Share: next(len(l.days))})
		}
	}
	for _, t := range l.times {
		for a := range l.sc.Arms {
			share, risk := next(len(t.days)), next(len(t.days))
			h.Survival = append(h.Survival, Survival{Outcome: t.outcome, Arm: a, Days: t.days, Share: share, AtRisk: risk})
		}
	}
	for _, load := range l.loads {
		load.Served, load.Waiting = next(len(load.Days)), next(len(load.Days))
		h.Loads = append(h.Loads, load)
	}
	return h
}
