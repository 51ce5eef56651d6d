package sim

import (
	"math"

	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// outcome is a compiled scenarios.Outcome.
type outcome struct {
	name    string
	read    reader
	at      int64 // ticks
	visit   int   // for what is measured at visits, else -1
	entered bool  // analysed among those who entered treatment, from entry
	times   bool
}

// A reader reads one variable of client i off the history: a value and, for a
// time, whether it ended in the event. It sees the whole life; what the
// trialist misses is taken away afterwards.
type reader func(w *Workspace, o *outcome, i int) (float64, bool)

// readers are the variables of scenarios.Variables.
var readers = map[string]reader{
	"linked_su":       readLinked,
	"time_to_linkage": readTimeToLinkage,
	"in_treatment_su": readInTreatment,
	"days_in_su":      readDaysIn,
	"time_in_su":      readTimeIn,
	"days_abstinent":  readDaysAbstinent,
	"days_using":      readDaysUsing,
	"abstinent":       readAbstinent,
}

// admission is the client's first spell with an admission, or nil.
func (w *Workspace) admission(i int) *Spell {
	for k := w.client(i).first; k >= 0; k = w.spells[k].next {
		if w.spells[k].Admitted >= 0 {
			if w.spells[k].Admitted >= w.client(i).exit {
				return nil // admitted after follow-up
			}
			return &w.spells[k]
		}
	}
	return nil
}

func readLinked(w *Workspace, o *outcome, i int) (float64, bool) {
	if s := w.admission(i); s != nil && s.Admitted-w.client(i).enrol <= o.at {
		return 1, false
	}
	return 0, false
}

func readTimeToLinkage(w *Workspace, o *outcome, i int) (float64, bool) {
	c := w.client(i)
	if s := w.admission(i); s != nil && s.Admitted-c.enrol <= o.at {
		return calendar.Days(s.Admitted - c.enrol), true
	}
	return calendar.Days(min(o.at, c.exit-c.enrol)), false
}

// window is the span that an outcome looks at: from enrolment, or from the
// first admission for those who entered.
func (w *Workspace) window(o *outcome, i int) (from, to int64) {
	c := w.client(i)
	from = c.enrol
	if o.entered {
		from = w.admission(i).Admitted
	}
	return from, min(from+o.at, c.exit)
}

func readInTreatment(w *Workspace, o *outcome, i int) (float64, bool) {
	_, to := w.window(o, i)
	for k := w.client(i).first; k >= 0; k = w.spells[k].next {
		if s := &w.spells[k]; s.Admitted >= 0 && s.Admitted <= to && (s.End != SpellLeft || s.Ended > to) {
			return 1, false
		}
	}
	return 0, false
}

func readDaysIn(w *Workspace, o *outcome, i int) (float64, bool) {
	from, to := w.window(o, i)
	sum := int64(0)
	for k := w.client(i).first; k >= 0; k = w.spells[k].next {
		s := &w.spells[k]
		if s.Admitted < 0 {
			continue
		}
		end := to
		if s.End == SpellLeft {
			end = min(end, s.Ended)
		}
		sum += max(0, end-max(from, s.Admitted))
	}
	return calendar.Days(sum), false
}

func readTimeIn(w *Workspace, o *outcome, i int) (float64, bool) {
	from, to := w.window(o, i)
	if s := w.admission(i); s.End == SpellLeft && s.Ended <= to {
		return calendar.Days(s.Ended - from), true
	}
	return calendar.Days(to - from), false
}

func readDaysAbstinent(w *Workspace, o *outcome, i int) (float64, bool) {
	return calendar.Days(w.sighting(i, o.visit).abst()), false
}

func readDaysUsing(w *Workspace, o *outcome, i int) (float64, bool) {
	return calendar.Days(o.at - w.sighting(i, o.visit).abst()), false
}

func readAbstinent(w *Workspace, o *outcome, i int) (float64, bool) {
	if w.sighting(i, o.visit).using() {
		return 0, false
	}
	return 1, false
}

// enteredBy tells whether the client entered treatment so early that o.at
// days from entry lie within follow-up.
func (w *Workspace) enteredBy(o *outcome, i int) bool {
	s := w.admission(i)
	return s != nil && s.Admitted-w.client(i).enrol <= w.m.horizon-o.at
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
	if o.visit >= 0 && (int(c.visit) <= o.visit || seen && c.attended>>o.visit&1 == 0) {
		return // missing
	}
	y, event := o.read(w, o, i)
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
