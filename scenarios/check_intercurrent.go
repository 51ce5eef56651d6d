package scenarios

import (
	"fmt"
	"math"

	"caseload/scenarios/layer"
)

// intercurrent checks what the outcome is for clients who die.
func (c *checker) intercurrent(path string, o Outcome, v Variable) {
	x := o.Intercurrent
	if x == nil {
		return
	}
	path = layer.Join(path, "intercurrent")
	if x.Death == Unstated && !c.s.origin.has(path+".death") {
		c.valueAtDeath(path+".value", x, v)
		return
	}
	at := path + ".death"
	if x.Death == "treatment_policy" {
		c.problem(at, quoted(string(x.Death)), layer.OneOf(strategyNames()), "nothing exists after death that a treatment policy could be about")
		return
	}
	if !c.known(at, string(x.Death), strategyNames()) {
		return
	}
	if v.Needs == "death" {
		c.problem(at, quoted(string(x.Death)), "none, since "+v.Name+" is itself about death", "")
		return
	}
	if c.s.Death == nil {
		c.problem(at, quoted(string(x.Death)), "a table [death], without which nobody dies", "")
	}
	c.valueAtDeath(path+".value", x, v)
	if x.Death != Composite {
		c.onlyRandomized(at, o)
	}
	if x.Death == WhileAlive && !v.countsUp() {
		c.problem(at, quoted(string(WhileAlive)), fmt.Sprintf("another strategy: %s is no number of days or events that adds up over the time alive", v.Name), "")
	}
}

// missing checks what a missed visit is taken for.
func (c *checker) missing(path string, o Outcome, v Variable) {
	at := path + ".missing"
	if o.Missing == "" && !c.s.origin.has(at) {
		return
	}
	if !c.known(at, o.Missing, []string{MissingAvailable, MissingFailure}) || !o.FailsIfMissing() {
		return
	}
	if v.Kind != Binary || v.Records {
		c.problem(at, quoted(o.Missing), fmt.Sprintf("%q: %s is no proportion that is found at a visit", MissingAvailable, v.Name), "")
		return
	}
	for k, name := range o.Methods {
		if name == "ipw" || name == "multiple_imputation" {
			c.method(false, methodPath(path, o, k), name, `another method: with missing = "failure" there is nothing to make up for`)
		}
	}
}

// valueAtDeath checks the value that death stands for.
func (c *checker) valueAtDeath(path string, x *Intercurrent, v Variable) {
	needed := x.Death == Composite && v.unbounded()
	switch {
	case x.Value == nil && needed:
		c.problem(path, "nothing", fmt.Sprintf("a number: what %s is for clients who die, since it has no worst value of its own", v.Name), "")
	case x.Value != nil && x.Death != Composite:
		c.problem(path, layer.FormatFloat(*x.Value), `none: only death = "composite" makes use of it`, "")
	case x.Value != nil && !needed:
		c.problem(path, layer.FormatFloat(*x.Value), "none: for clients who die, "+v.Name+" is its bad end", "")
	case x.Value != nil && v.Kind == Count:
		c.must(*x.Value >= 0 && *x.Value <= maxValueAtDeath && *x.Value == math.Trunc(*x.Value), path, *x.Value, "a whole number from 0 to 1,000,000")
	case x.Value != nil:
		c.must(math.Abs(*x.Value) <= maxValueAtDeath, path, *x.Value, "-1,000,000 to 1,000,000")
	}
}

// maxValueAtDeath bounds a stated value: sums of squares stay exact enough.
const maxValueAtDeath = 1e6

// onlyRandomized refuses analyses of some clients only, whose truth is about who would
// be among them if nobody died.
func (c *checker) onlyRandomized(at string, o Outcome) {
	if o.Set != SetITT {
		c.problem(at, quoted(string(o.Death())), fmt.Sprintf(`"composite", or set = "itt": with set = %q the truth is about some clients already`, o.Set), "")
	}
	if o.uses(func(m AnalysisMethod) bool { return m.Contacts }) {
		c.problem(at, quoted(string(o.Death())), `"composite", or another method than cace, whose truth is about some clients already`, "")
	}
}
