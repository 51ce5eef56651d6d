package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// outcome is a compiled scenarios.Outcome.
type outcome struct {
	name      string
	read      reader
	plain     bool     // no event, period or analysis set has a say in it: it is read off the life and that is all
	at        int64    // ticks
	services  uint64   // that it is about
	course    int      // that it is about, -1: none
	score     int      // -1: none
	moment    momentID // at which the state that it is read from is recorded, -1: none
	before    momentID // a month earlier, -1: none
	visit     int      // at which it is measured, -1: it comes from records
	entered   bool     // analysed among those who entered treatment, from entry
	form      trial.Form
	due       uint64     // visits that it is about
	ofStudy   bool       // it is about the visits of the study
	condition *condition // nil: none
	gauge     gauge
	earlier   []outcome // the same at the visits before, where an analysis uses them
	baseline  *outcome  // the same at the baseline visit, where it is used; nil: it is not
	change    bool      // it is the change from that
	// What it is for clients who die before it is measured.
	ifDead ifDead
	mortal bool     // they can
	off    eventSet // what comes to nobody in the worlds of its truth
	// What it is for clients to whom other events come.
	handled []handled
	bad     float64  // the value that death, or a missed visit, stands for
	fails   bool     // a missed visit counts as the bad value
	adds    bool     // of a number of events: death is one more
	event   bool     // of a time: death counts as the event
	inDays  bool     // it is a number of days, of which there are no more than days alive
	last    *outcome // as records have it at death, where a visit would count it
}

func (m *Model) compileOutcome(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable) outcome {
	c := outcome{name: o.Name, read: readers[o.Variable], at: int64(ticks(o.AtDays)), moment: -1, before: -1, visit: -1,
		entered: o.Set.FromEntry(), form: trial.Form{Times: v.Kind == scenarios.Time, Counts: v.Kind == scenarios.Count},
		services: m.servicesOf(o, v), course: m.course(courseOf(o, v)), score: m.scoreNamed(o.Variable)}
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
	m.compileStudy(sc, o, v, &c)
	c.condition = m.compileCondition(sc, o, v)
	m.compileIfDead(sc, o, v, &c)
	m.compileTimes(o, &c)
	for _, k := range []momentID{c.moment, c.before} {
		if k >= 0 {
			m.readMoments |= 1 << k
		}
	}
	return c
}

// compileEarlier compiles the outcome at the visits before its own. Each visit
// has errors of measurement of its own.
func (m *Model) compileEarlier(sc *scenarios.Scenario, o scenarios.Outcome, v scenarios.Variable) (list []outcome) {
	if !o.Repeated() {
		return nil
	}
	name, last := o.Name, o.AtDays
	for _, day := range sc.Trial.FollowUpDays {
		if day == 0 || day >= last || looksBack(o.Variable) && day < monthDays {
			continue
		}
		o.Name, o.AtDays = fmt.Sprintf("%s.day %g", name, day), day
		list = append(list, m.compileOutcome(sc, &o, v))
	}
	return list
}

// compileBaseline compiles the outcome at the baseline visit, nil where neither the outcome
// nor its analyses use it.
func (m *Model) compileBaseline(sc *scenarios.Scenario, o scenarios.Outcome, v scenarios.Variable) *outcome {
	if !sc.UsesBaseline(&o) {
		return nil
	}
	o.AtDays = 0
	c := m.compileOutcome(sc, &o, v)
	return &c
}

// findMoment returns the moment at that time which is not a visit itself, or -1.
func (m *Model) findMoment(at int64, visit int) momentID {
	return momentID(slices.Index(m.moments, moment{at: at, visit: visit}))
}

// servicesOf returns the services that an outcome is about.
func (m *Model) servicesOf(o *scenarios.Outcome, v scenarios.Variable) (mask uint64) {
	for _, name := range o.Service {
		mask |= 1 << m.serviceNamed(name)
	}
	if mask != 0 {
		return mask
	}
	other := v.Cluster.OfOtherServices()
	for s := range m.services {
		if m.services[s].treats != other {
			mask |= 1 << s
		}
	}
	return mask
}

// read fills the columns of all outcomes that are read in this world. Without seen,
// everything is seen.
func (w *Workspace) read(columns []trial.Column, seen bool) {
	for k := range columns {
		if w.readsHere(&w.m.outcomes[k], seen) {
			columns[k].Clear()
		}
	}
	for i := range w.n {
		if w.prefetches {
			w.prefetchSpell(i + 4)
		}
		w.readClient(columns, w.client(i), seen)
	}
}

// readClient fills the client's entries in the columns.
func (w *Workspace) readClient(columns []trial.Column, c *client, seen bool) {
	if c.gone {
		return
	}
	every := seen || len(w.m.offs) == 0
	for k := range columns {
		o, col := &w.m.outcomes[k], &columns[k]
		if o.plain {
			col.In[c.id] = true
			w.readMeasured(o, col, c, seen)
			continue
		}
		if every || w.readsHere(o, seen) {
			w.readOne(o, col, c, seen)
			w.readEarlier(o, col, c, seen)
			if o.baseline != nil {
				w.readBaseline(o, col, c, seen)
			}
		}
	}
}

// readPlainly finds the outcomes of which nothing needs to be asked but their value.
func (m *Model) readPlainly() {
	for k := range m.outcomes {
		o := &m.outcomes[k]
		o.plain = !o.entered && !o.form.Recurs && o.handled == nil && !o.mortal && o.earlier == nil && o.baseline == nil &&
			!m.censors() && !m.InPeriods() && len(m.offs) == 0
	}
}

// readOne reads an outcome of the client into its column.
func (w *Workspace) readOne(o *outcome, col *trial.Column, c *client, seen bool) {
	if o.entered && !w.enteredBy(o, c) || w.design.period != nil && w.leftOut(o, c.id) {
		return
	}
	col.In[c.id] = true
	if o.form.Recurs {
		w.readTimes(o, col, c, seen)
	}
	if seen && w.m.censors() && w.readCensored(o, col, c) {
		return
	}
	if o.handled != nil && w.readHandled(o, col, c, seen) {
		return
	}
	if o.mortal && w.diedBefore(o, c) && w.readDead(o, col, c, seen) {
		return
	}
	w.readMeasured(o, col, c, seen)
}

// readMeasured reads the value of an outcome of the client, as it is measured in the trial.
func (w *Workspace) readMeasured(o *outcome, col *trial.Column, c *client, seen bool) {
	if o.visit >= 0 && (c.recorded>>o.moment&1 == 0 || seen && c.attended>>o.visit&1 == 0) {
		if o.fails {
			col.Value[c.id] = o.bad
		}
		return // missing
	}
	y, event := o.read(w, o, c)
	if seen && o.visit >= 0 {
		y = w.measured(o, c, y)
	}
	col.Value[c.id] = y
	switch {
	case o.form.Times:
		col.Event[c.id] = event
		col.Competing[c.id] = !event && c.dead && y < calendar.Days(o.at)
	case o.form.Counts:
		col.Exposure[c.id] = w.exposure(o, c)
	}
}

// readEarlier reads the outcome at earlier visits.
func (w *Workspace) readEarlier(o *outcome, col *trial.Column, c *client, seen bool) {
	for k := range o.earlier {
		e := &o.earlier[k]
		if e.handled != nil && w.readHandledEarlier(e, col.Earlier[k], c) {
			continue
		}
		if c.recorded>>e.moment&1 == 0 && c.dead && e.ifDead == badEnd && !(seen && w.hidesDeath(e, c)) {
			col.Earlier[k][c.id] = e.bad
			continue
		}
		if c.recorded>>e.moment&1 == 0 || seen && c.attended>>e.visit&1 == 0 {
			continue
		}
		y, _ := e.read(w, e, c)
		if seen {
			y = w.measured(e, c, y)
		}
		col.Earlier[k][c.id] = y
	}
}

// readBaseline reads the outcome at the baseline visit and, of a change, takes it off.
func (w *Workspace) readBaseline(o *outcome, col *trial.Column, c *client, seen bool) {
	y, _ := o.baseline.read(w, o.baseline, c)
	if seen {
		y = w.measured(o.baseline, c, y)
	}
	col.Baseline[c.id] = y
	if !o.change {
		return
	}
	col.Value[c.id] -= y
	for k := range o.earlier {
		col.Earlier[k][c.id] -= y
	}
}

// exposure returns the time in days in which the events of a count could happen: up
// to the visit at which they are counted, or to the outcome's day or death.
func (w *Workspace) exposure(o *outcome, c *client) float64 {
	end := min(c.enrol+o.at, c.exit())
	if o.visit >= 0 {
		end = w.momentAt(c, o.moment)
	}
	return calendar.Days(max(1, end-c.enrol))
}

// observe fills the trialist's record.
func (w *Workspace) observe(o *trial.Observed) {
	o.Fit(w.n)
	copy(o.Arm, w.arm)
	copy(o.Site, w.site)
	w.observeDesign(o)
	w.read(o.Outcomes, true)
	for i := range w.n {
		o.Contacts[i] = w.contacts(w.client(i))
	}
	for i := range w.n {
		if o.Manager[i] = -1; len(w.managers) > 0 {
			o.Manager[i] = w.managerOf(w.client(i))
		}
	}
	w.readOptions(o.Options)
	for i := range o.Enrolled {
		o.Enrolled[i] = calendar.Days(w.arrivals[i])
	}
}

// contacts returns the client's, of programs that the control arm lacks.
func (w *Workspace) contacts(c *client) (n int32) {
	for k := range w.m.programs {
		if w.m.beyondControl>>k&1 != 0 {
			n += w.careOf(c, k).contacts()
		}
	}
	return n
}

// managerOf returns the manager of the first of the client's programs that has one, if
// there is such a program with managers who differ or leave. Of several one after
// another it is the first.
func (w *Workspace) managerOf(c *client) int32 {
	found := int32(-1)
	for k := range w.m.programs {
		g, p := w.careOf(c, k).manager, &w.m.programs[k]
		if p.changes() {
			g = w.tenureOf(c, p).first
		}
		if g >= 0 && (p.spread > 0 || p.changes()) {
			return g
		}
		if found < 0 {
			found = g
		}
	}
	return found
}

// record fills the truth of a world.
func (w *Workspace) record(t *trial.Truth) {
	w.describe(t)
	for i := range w.n {
		w.recordClient(t, w.client(i))
	}
}

// describe fills what the truth of every world says of the cohort, and empties the rest
// but for outcomes that are read in another world.
func (w *Workspace) describe(t *trial.Truth) {
	copy(t.Site, w.site)
	if w.design.period != nil {
		w.observePeriods(t.Period, t.Exposed)
	}
	for g := range w.member {
		copy(t.Member[g], w.member[g])
	}
	for k := range w.traits {
		copy(t.Traits[k], w.traits[k])
	}
	for k := range t.Outcomes {
		if w.readsHere(&w.m.outcomes[k], false) {
			t.Outcomes[k].Clear()
		}
	}
}

// recordClient fills what the truth says of the client in the world lived last.
func (w *Workspace) recordClient(t *trial.Truth, c *client) {
	t.Arm[c.id] = w.arm[c.id]
	t.Contacts[c.id] = w.contacts(c)
	t.Contaminated[c.id] = w.m.design.contamination != nil && w.Contaminated(c.id)
	for k := range t.Options {
		t.Options[k][c.id] = w.optionOf(c, k)
	}
	w.readClient(t.Outcomes, c, false)
}

func (m *Model) newObserved(n int) trial.Observed {
	o := trial.Observed{N: n, Arm: make([]uint8, n), Site: make([]uint8, n), Manager: make([]int32, n),
		Contacts: make([]int32, n), Traits: columns(len(m.cohort.traits), n)}
	o.Member, o.Outcomes = m.newColumns(n)
	m.designColumns(&o)
	if m.Scenario.Interim != nil {
		o.Enrolled = make([]float64, n)
	}
	o.Options = m.newOptions(n)
	return o
}

// NewTruth makes a record for the model's worlds.
func (m *Model) NewTruth() *trial.Truth {
	n := m.clients
	t := &trial.Truth{N: n, Arm: make([]uint8, n), Site: make([]uint8, n), Contacts: make([]int32, n),
		Contaminated: make([]bool, n), Traits: columns(len(m.cohort.traits), n)}
	if m.InPeriods() {
		t.Period, t.Exposed = make([]uint8, n), make([]uint8, n)
	}
	t.Member, t.Outcomes = m.newColumns(m.clients)
	t.Options = m.newOptions(m.clients)
	return t
}

func (m *Model) newColumns(n int) (member [][]bool, outcomes []trial.Column) {
	for range m.cohort.subgroups {
		member = append(member, make([]bool, n))
	}
	for k := range m.outcomes {
		outcomes = append(outcomes, trial.NewColumn(n, m.outcomes[k].form))
	}
	return member, outcomes
}

// unlimited is a number of slots that nobody exhausts.
const unlimited = math.MaxInt32
