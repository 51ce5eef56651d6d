package scenarios

import (
	"fmt"
	"math"
	"slices"

	"caseload/scenarios/layer"
)

// intercurrent checks what the outcome is for clients to whom an event comes.
func (c *checker) intercurrent(path string, o Outcome, v Variable) {
	x := o.Intercurrent
	if x == nil {
		return
	}
	path = layer.Join(path, "intercurrent")
	known, stated := true, false
	for _, e := range IntercurrentEvents() {
		at := layer.Join(path, string(e))
		if o.Strategy(e) == Unstated && !c.s.origin.has(at) {
			continue
		}
		stated = true
		known = c.strategyFor(at, e, o, v) && known
	}
	if known || !stated {
		c.valueAtEvent(path+".value", x, o, v)
	}
}

// strategyFor checks the strategy for one event, and reports whether there is one.
func (c *checker) strategyFor(at string, e IntercurrentEvent, o Outcome, v Variable) bool {
	s := o.Strategy(e)
	switch {
	case e == ByDeath && s == TreatmentPolicy:
		c.problem(at, quoted(string(s)), layer.OneOf(texts(e.Strategies())), "nothing exists after death that a treatment policy could be about")
		return false
	case !c.known(at, string(s), texts(e.Strategies())):
		return false
	case v.about(e):
		c.problem(at, quoted(string(s)), "none, since "+v.Name+" is itself about "+string(e), "")
		return false
	}
	if want := c.withoutEvent(e); want != "" {
		c.problem(at, quoted(string(s)), want, "")
	}
	if s != TreatmentPolicy {
		c.clientsOf(at, e, s, o)
	}
	if s == WhileAlive {
		c.countedUntil(at, e, o, v)
	}
	return true
}

// about reports whether the variable is itself about the event.
func (v Variable) about(e IntercurrentEvent) bool {
	switch e {
	case ByDeath, ByJail:
		return v.Needs == string(e)
	case ByLeaving:
		return v.Name == "time_in_su" || v.Name == "completed_su"
	}
	return false
}

// withoutEvent says what a scenario must have for the event to come to anybody, where it
// has not.
func (c *checker) withoutEvent(e IntercurrentEvent) string {
	switch e {
	case ByDeath:
		if c.s.Death == nil {
			return "a table [death], without which nobody dies"
		}
	case ByJail:
		if c.s.Jail == nil {
			return "a table [jail], without which nobody is jailed"
		}
	case ByLeaving:
		if !c.s.has(needsTreatment) {
			return "a [service] of the kind substance_use that clients can enter"
		}
	case ByRefusal:
		if !slices.ContainsFunc(c.s.Arms, func(a Arm) bool { return len(a.Programs) > 0 }) {
			return "an arm with a program, without which there is nothing to refuse"
		}
	case ByContamination:
		if !slices.ContainsFunc(c.s.Arms, func(a Arm) bool { return a.Contamination != nil }) {
			return "an arm with contamination, without which nobody gets another arm's programs"
		}
	}
	return ""
}

// clientsOf refuses analyses of some clients only, whose truth is about who would be
// among them if the event came to nobody.
func (c *checker) clientsOf(at string, e IntercurrentEvent, s Strategy, o Outcome) {
	instead := ""
	switch {
	case e != ByDeath:
		instead = `"treatment_policy", or `
	case s == Composite:
		return
	default:
		instead = `"composite", or `
	}
	if o.Set != SetITT {
		c.problem(at, quoted(string(s)), fmt.Sprintf(`%sset = "itt": with set = %q the truth is about some clients already`, instead, o.Set), "")
	}
	if s != Composite && o.uses(func(m AnalysisMethod) bool { return m.Contacts }) {
		c.problem(at, quoted(string(s)), instead+`another method than cace, whose truth is about some clients already`, "")
	}
}

// countedUntil checks that what is counted until an event can be.
func (c *checker) countedUntil(at string, e IntercurrentEvent, o Outcome, v Variable) {
	if !v.countsUp() {
		c.problem(at, quoted(string(WhileAlive)), fmt.Sprintf("another strategy: %s is no number of days or events that adds up over the time alive", v.Name), "")
		return
	}
	if o.Has(Composite) {
		c.problem(at, quoted(string(WhileAlive)), `another strategy: an event that is part of the outcome, as with "composite", has no time of its own in a rate`, "")
	}
	if e != ByDeath && o.Death() != WhileAlive && o.Death() != Hypothetical && c.s.Mortal() && v.Needs != "death" {
		c.problem(at, quoted(string(WhileAlive)), `death = "while_alive" or "hypothetical" beside it: who has died is no longer at risk either`, "")
	}
}

// missing checks what a missing outcome is taken for, and whether tipping points can be
// had.
func (c *checker) missing(path string, o Outcome, v Variable) {
	at := path + ".missing"
	if o.Tipping && !slices.Contains(o.Methods, "multiple_imputation") {
		c.problem(path+".tipping", "true", `false, or "multiple_imputation" among the methods: imputed outcomes are what is shifted`, "")
	}
	if o.Tipping && o.FailsIfMissing() {
		c.problem(path+".tipping", "true", `false: with missing = "failure" nothing is imputed`, "")
	}
	if o.Missing.As == "" && !c.s.origin.has(at) || o.Missing.As == MissingDelta && v.Kind == Time {
		if v.Kind == Time && o.Missing.As == MissingDelta {
			c.problem(at, "a delta", quoted(MissingAvailable)+": times are censored, not imputed", "")
		}
		return
	}
	if o.Missing.As != MissingDelta && !c.known(at, o.Missing.As, []string{MissingAvailable, MissingFailure, MissingReference}) {
		return
	}
	if o.Imputes() {
		c.onlyImputed(path, at, o, v)
		return
	}
	if !o.FailsIfMissing() {
		return
	}
	if v.Kind != Binary || v.Records {
		c.problem(at, quoted(o.Missing.As), fmt.Sprintf("%q: %s is no proportion that is found at a visit", MissingAvailable, v.Name), "")
		return
	}
	for k, name := range o.Methods {
		if name == "ipw" || name == "multiple_imputation" {
			c.method(false, methodPath(path, o, k), name, `another method: with missing = "failure" there is nothing to make up for`)
		}
	}
}

// onlyImputed refuses what a stated assumption on missing outcomes does nothing to.
func (c *checker) onlyImputed(path, at string, o Outcome, v Variable) {
	got, named := quoted(o.Missing.As), fmt.Sprintf("missing = %q", o.Missing.As)
	if o.Missing.As == MissingDelta {
		got, named = "a delta", "a delta"
	}
	if v.Kind == Time || o.WhileAlive() {
		c.problem(at, got, fmt.Sprintf("%q: the methods for %s impute nothing", MissingAvailable, v.Name), "")
		return
	}
	for k, name := range o.Methods {
		if _, known := LookupMethod(name); known && name != "multiple_imputation" {
			c.method(false, methodPath(path, o, k), name, "multiple_imputation: "+named+" says how it imputes, and other methods impute nothing")
		}
	}
}

// valueAtEvent checks the value that an event stands for.
func (c *checker) valueAtEvent(path string, x *Intercurrent, o Outcome, v Variable) {
	composite := o.Has(Composite)
	whom := "clients who die"
	if x.Death != Composite && composite {
		whom = "clients to whom the event comes"
	}
	needed, optional := composite && v.unbounded(), o.DeathCounts()
	switch {
	case x.Value == nil && needed && optional && !o.otherComposite():
	case x.Value == nil && needed:
		c.problem(path, "nothing", fmt.Sprintf("a number: what %s is for %s, since it has no worst value of its own", v.Name, whom), "")
	case x.Value != nil && !composite:
		c.problem(path, layer.FormatFloat(*x.Value), `none: only a strategy "composite" makes use of it`, "")
	case x.Value != nil && !needed:
		c.problem(path, layer.FormatFloat(*x.Value), "none: for "+whom+", "+v.Name+" is its bad end", "")
	case x.Value != nil && v.Kind == Count:
		c.must(*x.Value >= 0 && *x.Value <= maxValueAtDeath && *x.Value == math.Trunc(*x.Value), path, *x.Value, "a whole number from 0 to 1,000,000")
	case x.Value != nil:
		c.must(math.Abs(*x.Value) <= maxValueAtDeath, path, *x.Value, "-1,000,000 to 1,000,000")
	}
}

// maxValueAtDeath bounds a stated value: sums of squares stay exact enough.
const maxValueAtDeath = 1e6
