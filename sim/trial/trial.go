// Package trial holds the record of one simulated trial: what the trialist
// has (Observed) and what only the simulator knows (Truth).
//
// Both are columns, one entry a client in order of enrolment, reused from
// replicate to replicate. A missing number is NaN.
package trial

import "math"

// A Column is one outcome of the analysis plan for every client.
type Column struct {
	// Value is the outcome: 0 or 1 for a binary one; days to the event or to
	// censoring for a time; NaN where it is missing.
	Value []float64
	// Event tells, for a time, whether it ended in the event. Nil otherwise.
	Event []bool
	// Competing tells, for a time, whether it was censored by death, which rules
	// the event out. Nil otherwise.
	Competing []bool
	// Exposure is, for a count, the days in which its events could happen: alive
	// and within follow-up, up to the outcome's day. The same for days that are
	// counted while alive. Nil otherwise.
	Exposure []float64
	// Recurring holds the times of events that recur. Empty where no analysis uses them.
	Recurring Recurring
	// Died tells who died before the outcome was measured, which registers say of
	// everyone, or to whom another event came by which the outcome is what the scenario
	// says, and not missing by chance. Nil where nothing of the kind can be.
	Died []bool
	// Outside tells who is none of those whom the outcome is about: clients to whom an
	// event comes, where it is about those to whom it would come in neither arm. Nil
	// where it is not.
	Outside []bool
	// Earlier is the same variable as measured at the visits before the outcome's,
	// in order, NaN where a visit was missed; nil where no analysis uses it.
	Earlier [][]float64
	// Baseline is the same variable as measured at the baseline visit, which nobody
	// misses; nil where it is not used.
	Baseline []float64
	// In tells who belongs to the outcome's analysis set.
	In []bool
}

// Observed holds what the trialist has at the end of a trial. Analyses see
// nothing else.
type Observed struct {
	N        int
	Arm      []uint8     // index into the scenario's arms
	Site     []uint8     // 0-based
	Manager  []int32     // first case manager, numbered through the trial; -1 without one
	Contacts []int32     // contacts of programs that the control arm lacks
	Member   [][]bool    // subgroup membership by the traits as measured, [subgroup][client]
	Traits   [][]float64 // as measured, [trait][client]; a categorical trait is its level's index
	Outcomes []Column    // in the scenario's order

	// Cluster is the site or case manager with which the client was randomized,
	// numbered through the trial; -1 where clients were randomized one by one. A
	// manager's number as a cluster is not that in Manager.
	Cluster      []int32
	Contaminated []bool // got the programs of another arm

	// Options is what each client was given at each decision, [decision][client]: NotMet,
	// or the option, which is 0 where nobody is randomized.
	Options [][]int8
	// Period is the period in which the client enrolled, from 0, in a trial whose sites
	// change arms, and Exposed for how many periods, with that one, the site has been in
	// the client's arm, 0 in the control arm. Nil in others.
	Period, Exposed []uint8

	// Enrolled is the day of enrolment in the trial's calendar, which begins on day 0. Nil
	// where no analysis uses it.
	Enrolled []float64
}

// NotMet is the option of a client who has not met a decision.
const NotMet = -1

// Truth is one world without error of measurement and with nobody lost to
// follow-up.
type Truth struct {
	N        int
	Arm      []uint8
	Site     []uint8
	Contacts []int32     // of programs that the control arm lacks
	Member   [][]bool    // by the true traits
	Traits   [][]float64 // the true ones, [trait][client]
	Outcomes []Column

	Contaminated []bool // got the programs of another arm

	Period, Exposed []uint8 // as in Observed

	Options [][]int8 // given at each decision, [decision][client]
}

// Form is what a column is of.
type Form struct {
	Times, Counts bool
	Dies          bool // clients can die before it is measured, or another event can end it
	Recurs        bool // the times of its events are kept
	Outside       bool // it is about clients to whom an event would come in neither arm
	Earlier       int  // visits before the outcome's that are kept
	Baseline      bool // the baseline visit is kept
}

// NewColumn makes a column for n clients.
func NewColumn(n int, f Form) Column {
	c := Column{Value: make([]float64, n), In: make([]bool, n)}
	if f.Times {
		c.Event, c.Competing = make([]bool, n), make([]bool, n)
	}
	if f.Counts {
		c.Exposure = make([]float64, n)
	}
	if f.Recurs {
		c.Recurring = newRecurring(n)
	}
	if f.Dies {
		c.Died = make([]bool, n)
	}
	if f.Baseline {
		c.Baseline = make([]float64, n)
	}
	if f.Outside {
		c.Outside = make([]bool, n)
	}
	for range f.Earlier {
		c.Earlier = append(c.Earlier, make([]float64, n))
	}
	return c
}

// Clear empties the column: everyone missing and outside the set.
func (c *Column) Clear() {
	for i := range c.Value {
		c.Value[i] = math.NaN()
	}
	clear(c.In)
	clear(c.Event)
	clear(c.Competing)
	clear(c.Exposure)
	clear(c.Died)
	c.Recurring.clear()
	for i := range c.Baseline {
		c.Baseline[i] = math.NaN()
	}
	clear(c.Outside)
	for _, visit := range c.Earlier {
		for i := range visit {
			visit[i] = math.NaN()
		}
	}
}

// Fit makes the record one of n clients, no more than it was made for.
func (o *Observed) Fit(n int) {
	if o.N == n {
		return
	}
	o.N, o.Arm, o.Site, o.Manager, o.Contacts = n, o.Arm[:n], o.Site[:n], o.Manager[:n], o.Contacts[:n]
	o.Cluster, o.Contaminated = o.Cluster[:n], o.Contaminated[:n]
	if o.Enrolled != nil {
		o.Enrolled = o.Enrolled[:n]
	}
	if o.Period != nil {
		o.Period, o.Exposed = o.Period[:n], o.Exposed[:n]
	}
	fitAll(o.Member, n)
	fitAll(o.Traits, n)
	fitAll(o.Options, n)
	for k := range o.Outcomes {
		o.Outcomes[k].fit(n)
	}
}

// Fit makes the record one of n clients, no more than it was made for.
func (t *Truth) Fit(n int) {
	if t.N == n {
		return
	}
	t.N, t.Arm, t.Site, t.Contacts, t.Contaminated = n, t.Arm[:n], t.Site[:n], t.Contacts[:n], t.Contaminated[:n]
	if t.Period != nil {
		t.Period, t.Exposed = t.Period[:n], t.Exposed[:n]
	}
	fitAll(t.Member, n)
	fitAll(t.Traits, n)
	fitAll(t.Options, n)
	for k := range t.Outcomes {
		t.Outcomes[k].fit(n)
	}
}

func (c *Column) fit(n int) {
	c.Value, c.In = c.Value[:n], c.In[:n]
	if c.Event != nil {
		c.Event, c.Competing = c.Event[:n], c.Competing[:n]
	}
	if c.Exposure != nil {
		c.Exposure = c.Exposure[:n]
	}
	c.Recurring.fit(n)
	if c.Died != nil {
		c.Died = c.Died[:n]
	}
	if c.Outside != nil {
		c.Outside = c.Outside[:n]
	}
	if c.Baseline != nil {
		c.Baseline = c.Baseline[:n]
	}
	fitAll(c.Earlier, n)
}

func fitAll[T any](columns [][]T, n int) {
	for k := range columns {
		columns[k] = columns[k][:n]
	}
}
