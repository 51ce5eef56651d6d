package scenarios

import (
	"fmt"
	"slices"

	"caseload/scenarios/layer"
)

// Bounds of decisions. What was decided is kept in a byte a decision.
const (
	maxDecisions = 20
	mostOptions  = 250 // in all
	maxOptions   = 100 // of a decision
	maxOccasions = 2000
)

// decisions checks the points at which care changes with the client's state.
func (c *checker) decisions() {
	if n := len(c.s.Decisions); n > maxDecisions {
		c.problem("decision", count(n, "decision"), fmt.Sprintf("at most %d", maxDecisions), "")
		return
	}
	if n := len(c.s.Decisions); n > 0 && c.s.InPeriods() {
		c.problem("decision", count(n, "decision"), "none where sites change arms: what a client gets would be decided by two things at once", "")
	}
	options := 0
	for k := range c.s.Decisions {
		options += max(1, len(c.s.Decisions[k].Randomize))
	}
	if options > mostOptions {
		c.problem("decision", count(options, "option")+" in all", fmt.Sprintf("at most %d", mostOptions), "")
	}
	for k := range c.s.Decisions {
		d := &c.s.Decisions[k]
		path := elementPath("decision", d.Name, k)
		c.nameApart(path+".name", d.Name, c.s.armNames(), "arm")
		c.label(path, d.Label)
		c.decisionDays(path, d)
		d.WhenExpr = Expr{}
		if d.When != "" {
			d.WhenExpr = c.expressionOver(path+".when", d.When, c.s.conditionNames(), "state or trait")
		}
		c.decisionTest(path, d)
		for i, arm := range d.Arms {
			inside := layer.At(path+".arms", i)
			c.known(inside, arm, c.s.armNames())
			c.must(!slices.Contains(d.Arms[:i], arm), inside, arm, "each arm once")
		}
		c.changes(path, d.Add, d.Stop)
		c.options(path, d)
	}
}

// nameApart checks a name that must not be one of others, since contrasts name both.
func (c *checker) nameApart(path, name string, others []string, what string) {
	c.name(path, name)
	c.must(!slices.Contains(others, name), path, name, "another name than that of an "+what)
}

// decisionDays checks when a decision is made.
func (c *checker) decisionDays(path string, d *Decision) {
	if !c.s.origin.has(path+".at_days") && !c.s.origin.has(path+".every_days") {
		c.problem(path+".at_days", "nothing", "the day since enrolment on which the decision is made, or every_days", "")
		return
	}
	last := c.s.LastVisit()
	c.must(d.AtDays >= 0 && d.AtDays < last || c.badVisits, path+".at_days", d.AtDays, "a day from 0 and before the last visit, on day "+layer.FormatFloat(last))
	if !c.s.origin.has(path + ".every_days") {
		c.must(!c.s.origin.has(path+".until_day"), path+".until_day", d.UntilDay, "none without every_days: the decision is made once")
		return
	}
	c.above(path+".every_days", d.EveryDays, 0)
	c.must(d.UntilDay >= d.AtDays && d.UntilDay <= last || c.badVisits, path+".until_day", d.UntilDay,
		fmt.Sprintf("a day from %s, the first one, to that of the last visit, %s", layer.FormatFloat(d.AtDays), layer.FormatFloat(last)))
	if n := len(d.Days()); n > maxOccasions {
		c.problem(path+".every_days", layer.FormatFloat(d.EveryDays), fmt.Sprintf("no more than %d times in all", maxOccasions), "")
	}
}

// decisionTest checks how it is found who meets a decision.
func (c *checker) decisionTest(path string, d *Decision) {
	if d.MeasuredBy == "" {
		c.must(d.Missing == "", path+".missing", d.Missing, "none without measured_by: the true state is known of everyone")
		return
	}
	c.known(path+".measured_by", d.MeasuredBy, sortedKeys(c.s.Measures))
	c.known(path+".missing", d.Missing, []string{MissingAct, MissingWait})
	if !d.WhenExpr.over(slices.Index(c.s.ConditionStates(), StateUsing)) && !d.WhenExpr.over(slices.Index(c.s.ConditionStates(), ConditionAbstinent)) {
		c.problem(path+".measured_by", quoted(d.MeasuredBy), `none: when asks neither for "using" nor for "abstinent", which a test is for`, "")
	}
}

// changes checks programs that are added and stopped.
func (c *checker) changes(path string, add, stop []string) {
	for _, list := range []struct {
		key   string
		names []string
	}{{"add", add}, {"stop", stop}} {
		for i, name := range list.names {
			inside := layer.At(path+"."+list.key, i)
			c.must(!slices.Contains(list.names[:i], name), inside, name, "each program once")
			c.must(list.key == "add" || !slices.Contains(add, name), inside, name, "a program that is not added, too")
			if !c.known(inside, name, uniqueSorted(append(presetNames("program"), sortedKeys(c.s.Programs)...))) {
				continue
			}
			if p := c.s.Programs[name]; list.key == "add" && p.Start != nil {
				c.problem(inside, quoted(name), "a program without start: a client who is in the trial already does not begin in another state", "")
			}
		}
	}
}

// options checks what a decision does.
func (c *checker) options(path string, d *Decision) {
	if !d.Randomizes() {
		if len(d.Add)+len(d.Stop) == 0 {
			c.problem(path, "a decision that does nothing", "add or stop, with names of programs, or randomize, with options", "")
		}
		return
	}
	path += ".randomize"
	if len(d.Add)+len(d.Stop) > 0 {
		c.problem(path, "options beside add or stop", "one of the two: write in each option what it adds and stops", "")
	}
	if n := len(d.Randomize); n > maxOptions {
		c.problem(path, count(n, "option"), fmt.Sprintf("at most %d", maxOptions), "")
	}
	for k := range d.Randomize {
		o := &d.Randomize[k]
		inside := elementPath(path, o.Name, k)
		c.name(inside+".name", o.Name)
		c.label(inside, o.Label)
		c.must(o.Ratio >= 1 && o.Ratio <= maxRatio, inside+".ratio", o.Ratio, "a whole number from 1 to 100")
		c.changes(inside, o.Add, o.Stop)
	}
	for k, a := range c.s.Arms {
		if a.Contamination != nil && d.For(a.Name) {
			c.problem(c.s.armPath(k)+".contamination", "clients who get the programs of another arm", "none, where clients of the arm are randomized again: what a contaminated client is randomized to would not be known", "")
		}
	}
}

// regimes checks the strategies embedded in the trial.
func (c *checker) regimes() {
	if n := len(c.s.Regimes); n > 0 && !c.s.Rerandomizes() {
		c.problem("regime", count(n, "regime"), "none without a [[decision]] that randomizes: name the arm itself", "")
		return
	}
	for k := range c.s.Regimes {
		r := &c.s.Regimes[k]
		path := elementPath("regime", r.Name, k)
		c.nameApart(path+".name", r.Name, c.s.armNames(), "arm")
		c.label(path, r.Label)
		if c.known(path+".arm", r.Arm, c.s.armNames()) {
			c.regimeOptions(path+".options", r)
		}
	}
}

// regimeOptions checks that a regime says what is done at each decision that randomizes.
func (c *checker) regimeOptions(path string, r *Regime) {
	var names []string
	for k := range c.s.Decisions {
		d := &c.s.Decisions[k]
		if !d.Randomizes() || !d.For(r.Arm) {
			continue
		}
		names = append(names, d.Name)
		option, named := r.Options[d.Name]
		if !named {
			c.problem(layer.Join(path, d.Name), "nothing", "an option: "+layer.OneOf(d.optionNames()), "")
			continue
		}
		c.known(layer.Join(path, d.Name), option, d.optionNames())
	}
	for _, name := range sortedKeys(r.Options) {
		if !slices.Contains(names, name) {
			want := "decisions that randomize clients of arm " + r.Arm + ": " + layer.OneOf(names)
			if len(names) == 0 {
				want = "none: no decision randomizes clients of arm " + r.Arm
			}
			c.problem(layer.Join(path, name), quoted(r.Options[name]), want, layer.DidYouMean(name, names))
		}
	}
}

// optionNames lists the options of a decision.
func (d *Decision) optionNames() (names []string) {
	for _, o := range d.Randomize {
		names = append(names, o.Name)
	}
	return names
}
