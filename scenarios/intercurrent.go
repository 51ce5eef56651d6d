package scenarios

import (
	"slices"
	"strings"
)

// Intercurrent is what an outcome is for clients to whom an event comes before it is
// measured: an intercurrent event of ICH E9(R1). It decides what the truth is, and
// what the data of the trial hold of those clients.
type Intercurrent struct {
	// Death is one of [Strategies]. Without it the outcome is among those alive at
	// the visit; of what comes from records, clients who die keep what they had by
	// then. It is not for variables that are about death themselves, and
	// "treatment_policy" is refused, as nothing exists after death.
	Death Strategy `toml:"death,omitempty"`
	// Value is what an outcome is for clients who die, with "composite": of scores,
	// and of counts of bad events, which have no worst value of their own.
	Value *float64 `toml:"value,omitempty"`
}

// What a missed visit is taken for.
const (
	MissingAvailable = "available" // nothing: the visits that were made are used
	MissingFailure   = "failure"   // the bad outcome
)

// FailsIfMissing reports whether a missed visit counts as the bad outcome.
func (o *Outcome) FailsIfMissing() bool { return o.Missing == MissingFailure }

// A Strategy says what an outcome is for clients to whom an intercurrent event comes.
type Strategy string

// The strategies for death.
const (
	Unstated     Strategy = ""
	Composite    Strategy = "composite"    // death is part of the outcome, as its bad end
	WhileAlive   Strategy = "while_alive"  // what happened by death, over the time alive
	Principal    Strategy = "principal"    // among clients who would be alive in either arm
	Hypothetical Strategy = "hypothetical" // as if nobody died
)

// StrategyRule says what a strategy makes of an outcome.
type StrategyRule struct {
	Name Strategy
	// What the outcome and its truth are, what the data hold of clients who died,
	// and for which outcomes it can be asked.
	Truth, Data, For string
}

// Strategies returns the strategies for death.
func Strategies() []StrategyRule { return slices.Clone(strategies) }

var strategies = []StrategyRule{
	{Composite, "death is the bad end of the outcome. A proportion counts a client who dies by then as a failure, whatever came before, so that `abstinent` is \"alive and abstinent\"; " +
		"days are none of the good or all of the bad ones; a score, or a count of bad events, is the stated `value`, where a value below all others gives ranks with death as the worst; " +
		"a time ends in the event at death where a later event is better, and otherwise lasts to `at_days` without it, unless the event came before",
		"that value, which is known of everyone who has died, whether lost before or not", "all variables"},
	{WhileAlive, "events or days up to death over the time alive: `at_days` x E[N] / E[min(D, at_days)], with N what is counted by then and D the time of death. With the method `while_alive` the effect is the difference between arms, with `poisson` and `poisson_robust` the log ratio",
		"what was counted by death and the time alive, missing of those whom the study lost before", "days and counts, set `itt`"},
	{Principal, "the effect among clients who would be alive in either arm. Who they are depends on how the two worlds are coupled, which no trial can see: here a client has the same luck in both",
		"missing, so that analyses compare those alive in each arm", "all variables, set `itt`, in trials in which clients share no queues"},
	{Hypothetical, "the effect if nobody died: in the worlds of the truth, the hazard of death is 0 in both arms",
		"missing, and of a time censored at death. Methods that make up for missing outcomes make up for these, too", "all variables, set `itt`"},
}

// strategyNames are what death can be.
func strategyNames() (names []string) {
	for _, s := range strategies {
		names = append(names, string(s.Name))
	}
	return names
}

// Death returns the outcome's strategy for death.
func (o *Outcome) Death() Strategy {
	if o.Intercurrent == nil {
		return Unstated
	}
	return o.Intercurrent.Death
}

// Mortal reports whether clients can die.
func (w *World) Mortal() bool {
	if w.Death == nil || !w.Death.Rate.Never {
		return w.Death != nil
	}
	for _, v := range w.Services {
		for _, t := range v.OwnRates() {
			if q := t.Rates.Death; q != nil && !q.Never {
				return true
			}
		}
	}
	return false
}

// StopDeath lets nobody die, in a scenario with deaths.
func (w *World) StopDeath() {
	w.Death.Rate = Quantity{Never: true}
	for _, v := range w.Services {
		for _, t := range v.OwnRates() {
			t.Rates.Death = nil
		}
	}
}

// CutByDeath reports whether clients can die before the outcome is measured: they can
// die, and the outcome is not itself about death.
func (w *World) CutByDeath(o *Outcome) bool {
	v, ok := LookupVariable(o.Variable)
	return ok && w.Mortal() && v.Needs != "death"
}

// ValueAtDeath returns what an outcome is for a client who dies, where death is part
// of it: the bad end of its range, or the value stated. A time has none.
func (w *World) ValueAtDeath(o *Outcome) (value float64, ok bool) {
	v, _ := LookupVariable(o.Variable)
	x := o.Intercurrent
	switch {
	case x != nil && x.Value != nil:
		return *x.Value, true
	case v.Kind == Time, v.unbounded():
		return 0, false
	case v.Good > 0:
		return 0, true
	case v.Kind == Binary:
		return 1, true
	case v.Name == "use_days_month":
		return 30 * w.Use.DaysPerMonth / DaysPerMonth, true
	}
	return o.AtDays, true
}

// unbounded reports whether the variable has no worst value: a score, or a count of bad
// events.
func (v Variable) unbounded() bool {
	return v.Kind == Continuous && !v.InDays() || v.Kind == Count && v.Good < 0
}

// InDays reports whether the variable is a number of days.
func (v Variable) InDays() bool {
	return v.Kind == Continuous && (strings.HasPrefix(v.Name, "days_") || v.Name == "use_days_month")
}

// countsUp reports whether the variable adds up over time, from enrolment on.
func (v Variable) countsUp() bool {
	return v.Kind == Count || v.Kind == Continuous && strings.HasPrefix(v.Name, "days_")
}

// AtDeath is what an outcome is for clients who die before it is measured, and what the
// data hold of them.
type AtDeath struct {
	Strategy string `json:"strategy"` // a [Strategies], or "unstated"
	// Data is "missing", "kept" (what there was by death), "censored", "value",
	// "event" (death is the event of a time) or "no event" (to the outcome's day).
	Data  string   `json:"data"`
	Value *float64 `json:"value,omitempty"` // with "value"
}

// AtDeath returns what the outcome is for clients who die before it; nil where nobody
// can.
func (w *World) AtDeath(o *Outcome) *AtDeath {
	if !w.CutByDeath(o) {
		return nil
	}
	v, _ := LookupVariable(o.Variable)
	x := &AtDeath{Strategy: string(o.Death()), Data: "missing"}
	time := v.Kind == Time
	switch strategy := o.Death(); {
	case strategy == Composite && !time:
		value, _ := w.ValueAtDeath(o)
		x.Data, x.Value = "value", &value
	case strategy == Composite && v.Good > 0:
		x.Data = "event"
	case strategy == Composite:
		x.Data = "no event"
	case time && strategy != Principal:
		x.Data = "censored"
	case strategy == WhileAlive, strategy == Unstated && v.Records:
		x.Data = "kept"
	}
	if x.Strategy == "" {
		x.Strategy = "unstated"
	}
	return x
}
