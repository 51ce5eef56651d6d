package sim

import (
	"math"
	"slices"
	"strings"

	"caseload/scenarios"
	"caseload/sim/trial"
)

// outcome is a compiled scenarios.Outcome.
type outcome struct {
	name     string
	read     reader
	at       int64  // ticks
	services uint64 // that it is about
	course   int    // that it is about, -1: none
	score    int    // -1: none
	moment   int    // at which the state is taken down that it is read from, -1: none
	before   int    // a month earlier, -1: none
	visit    int    // at which it is measured, -1: it comes from records
	entered  bool   // analysed among those who entered treatment, from entry
	times    bool
	gauge    gauge
}

func (m *Model) compileOutcome(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable) outcome {
	c := outcome{name: o.Name, read: readers[o.Variable], at: int64(ticks(o.AtDays)), moment: -1, before: -1, visit: -1,
		entered: o.Set == scenarios.SetEntered, times: v.Kind == scenarios.Time,
		services: m.servicesOf(o, v), course: m.course(courseOf(v)), score: m.scoreNamed(o.Variable)}
	if !v.Records {
		c.visit = slices.Index(sc.Trial.FollowUpDays, o.AtDays)
		c.moment = m.visits[c.visit]
		c.gauge = m.compileGauge(sc, o)
		if looksBack(o.Variable) {
			c.before = m.findMoment(max(0, c.at-int64(ticks(monthDays))), c.visit)
		}
	} else if at := m.findMoment(c.at, -1); at >= 0 && c.course >= 0 {
		c.moment = at
	}
	for _, k := range []int{c.moment, c.before} {
		if k >= 0 {
			m.wanted |= 1 << k
		}
	}
	return c
}

// findMoment is the moment at that time which is not a visit itself, -1 for none.
func (m *Model) findMoment(at int64, visit int) int {
	return slices.Index(m.moments, moment{at: at, visit: visit})
}

// servicesOf are the services that an outcome is about.
func (m *Model) servicesOf(o *scenarios.Outcome, v scenarios.Variable) (mask uint64) {
	if o.Service != "" {
		return 1 << m.serviceNamed(o.Service)
	}
	other := strings.HasSuffix(v.Cluster, "_other")
	for s := range m.services {
		if m.services[s].treats != other {
			mask |= 1 << s
		}
	}
	return mask
}

// read fills the columns of all outcomes. Without seen, everything is seen.
func (w *Workspace) read(columns []trial.Column, seen bool) {
	for k := range columns {
		columns[k].Clear()
	}
	for i := range w.n {
		if w.client(i).gone {
			continue
		}
		for k := range columns {
			w.readOne(&w.m.outcomes[k], &columns[k], i, seen)
		}
	}
}

// readOne reads an outcome of client i into its column.
func (w *Workspace) readOne(o *outcome, col *trial.Column, i int, seen bool) {
	c := w.client(i)
	if o.entered && !w.enteredBy(o, i) {
		return
	}
	col.In[i] = true
	if o.visit >= 0 && (c.taken>>o.moment&1 == 0 || seen && c.attended>>o.visit&1 == 0) {
		return // missing
	}
	y, event := o.read(w, o, i)
	if seen && o.visit >= 0 {
		y = w.measured(o, i, y)
	}
	col.Value[i] = y
	if o.times {
		col.Event[i] = event
	}
}

// observe fills the trialist's record.
func (w *Workspace) observe(o *trial.Observed) {
	copy(o.Arm, w.arm)
	copy(o.Site, w.site)
	w.observeDesign(o)
	w.read(o.Outcomes, true)
	for i := range w.n {
		o.Received[i] = w.received(i)
		o.Manager[i] = w.managerOf(i)
	}
}

// received tells whether the client had a contact of a program that the
// control arm lacks.
func (w *Workspace) received(i int) bool {
	for k := range w.m.programs {
		if w.m.distinct[k] && w.careOf(i, k).done > 0 {
			return true
		}
	}
	return false
}

// managerOf is the manager of the first of the client's programs that has one.
func (w *Workspace) managerOf(i int) int32 {
	for k := range w.m.programs {
		if g := w.careOf(i, k).manager; g >= 0 {
			return g
		}
	}
	return -1
}

// record fills the truth of a world.
func (w *Workspace) record(t *trial.Truth) {
	copy(t.Arm, w.arm)
	for g := range w.member {
		copy(t.Member[g], w.member[g])
	}
	w.read(t.Outcomes, false)
}

func (m *Model) newObserved(n int) trial.Observed {
	o := trial.Observed{N: n, Arm: make([]uint8, n), Site: make([]uint8, n), Manager: make([]int32, n),
		Received: make([]bool, n), Traits: columns(len(m.cohort.traits), n)}
	o.Member, o.Outcomes = m.newColumns(n)
	designColumns(&o)
	return o
}

// NewTruth makes a record for the model's worlds.
func (m *Model) NewTruth() *trial.Truth {
	t := &trial.Truth{N: m.clients, Arm: make([]uint8, m.clients)}
	t.Member, t.Outcomes = m.newColumns(m.clients)
	return t
}

func (m *Model) newColumns(n int) (member [][]bool, outcomes []trial.Column) {
	for range m.cohort.subgroups {
		member = append(member, make([]bool, n))
	}
	for k := range m.outcomes {
		outcomes = append(outcomes, trial.NewColumn(n, m.outcomes[k].times))
	}
	return member, outcomes
}

// unlimited is a number of slots that nobody exhausts.
const unlimited = math.MaxInt32
