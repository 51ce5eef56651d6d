package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

func (c *checker) outcomes() {
	if len(c.s.Outcomes) == 0 {
		c.problem("outcome", "no outcome", "at least one [[outcome]]", "")
	}
	primaries := 0
	for i, o := range c.s.Outcomes {
		path := c.s.outcomePath(i)
		c.name(path+".name", o.Name)
		c.level(path+".alpha", o.Alpha)
		if o.Primary {
			if primaries++; primaries > 1 {
				c.problem(path+".primary", "true, as in outcome "+c.s.Outcomes[c.s.Primary()].Name, "one primary outcome", "")
			}
		}
		seen := map[string]bool{}
		for k, name := range o.Subgroup {
			inside := layer.At(path+".subgroups", k)
			c.known(inside, name, c.s.subgroupNames())
			c.must(!seen[name], inside, name, "each subgroup once")
			seen[name] = true
		}
		if c.known(path+".variable", o.Variable, variableNames()) {
			v, _ := LookupVariable(o.Variable)
			c.analysis(path, o, v)
			c.atDays(path+".at_days", o, v)
			c.about(path, o, v)
			c.ofEvent(path, o, v)
			c.recurrent(path, o, v)
			c.condition(path, &c.s.Outcomes[i], v)
			c.ofStudy(path, o, v)
			c.measured(path, o, v)
			c.plan(path, o, v)
			c.intercurrent(path, o, v)
			c.missing(path, o, v)
			c.weighting(path, o)
			c.baseline(path, o, v)
		}
	}
}

// analysis checks that the variable can be analysed that way.
func (c *checker) analysis(path string, o Outcome, v Variable) {
	c.known(path+".set", string(o.Set), texts(v.Sets))
	if len(o.Methods) == 0 {
		c.problem(path+".method", "[]", layer.OneOf(o.Analyses()), "")
	}
	seen := map[string]bool{}
	for i, method := range o.Methods {
		inside := path + ".method"
		if len(o.Methods) > 1 {
			inside = layer.At(inside, i)
		}
		c.analysedBy(inside, method, o)
		c.must(!seen[method], inside, method, "each method once")
		seen[method] = true
	}
}

// analysedBy checks a method. Those for what is counted while alive go with that and
// with nothing else.
func (c *checker) analysedBy(path, method string, o Outcome) {
	v, _ := LookupVariable(o.Variable)
	methods := o.Analyses()
	m, _ := LookupMethod(method)
	switch alive := o.WhileAlive() && v.countsUp(); {
	case m.Alive && !alive:
		c.problem(path, quoted(method), layer.OneOf(methods), `it is for days and counts with the strategy "while_alive" in intercurrent`)
	case alive && !slices.Contains(methods, method) && slices.Contains(v.Kind.Methods(), method):
		c.problem(path, quoted(method), layer.OneOf(methods), `with the strategy "while_alive" in intercurrent the time until the event counts`)
	default:
		c.known(path, method, methods)
	}
}

// about checks that what an outcome is about is part of the scenario.
func (c *checker) about(path string, o Outcome, v Variable) {
	if !c.s.has(v.Needs) {
		want := "a table [" + v.Needs + "], without which nothing of it happens"
		switch v.Needs {
		case needsTreatment:
			want = "a [service] of the kind substance_use that clients can enter"
		case needsAncillary:
			want = "a [service] of another kind than substance_use that clients can enter"
		}
		c.problem(path+".variable", quoted(o.Variable), want, "")
	}
	if len(o.Service) == 0 {
		return
	}
	if v.Needs != needsTreatment && v.Needs != needsAncillary {
		c.problem(path+".service", strings.Join(quoteAll(o.Service), ", "), "none, since "+v.Name+" is not about a service", "")
		return
	}
	c.services(path+".service", o.Service, v.Needs)
}

// measured checks the error with which an outcome is measured.
func (c *checker) measured(path string, o Outcome, v Variable) {
	if o.MeasuredBy != "" {
		c.must(v.Name == "abstinent", path+".measured_by", o.MeasuredBy, "none, since only the variable abstinent is tested for")
		c.known(path+".measured_by", o.MeasuredBy, uniqueSorted(append(presetNames("measure"), sortedKeys(c.s.Measures)...)))
	}
	if !c.s.origin.has(path + ".reliability") {
		return
	}
	c.reliability(path+".reliability", o.Reliability)
	if v.Records || v.Kind != Continuous && v.Kind != Count {
		c.must(false, path+".reliability", o.Reliability, "none: only numbers measured at a visit have it, and "+v.Name+" is not one")
	}
}

// lastMonth are the variables that look back on the 30 days before a visit.
var lastMonth = []string{"use_days_month", "risk_free"}

// atDays checks the time of an outcome. What is counted from entry needs
// some days beyond it, in which clients can enter.
func (c *checker) atDays(path string, o Outcome, v Variable) {
	last := c.s.LastVisit()
	if last <= 0 || c.badVisits {
		return
	}
	switch {
	case !v.Records && !slices.Contains(c.s.Trial.FollowUpDays, o.AtDays):
		days := make([]string, len(c.s.Trial.FollowUpDays))
		for i, d := range c.s.Trial.FollowUpDays {
			days[i] = layer.FormatFloat(d)
		}
		c.mustShown(path, o.AtDays, layer.Shorten("a visit: "+layer.OneOf(days)))
	case !v.Records && o.AtDays == 0 && !v.AtBaseline():
		c.mustShown(path, o.AtDays, "a later visit: "+v.Name+" has no value on day 0, as "+whyNoBaseline(v))
	case !v.Records && o.AtDays == 0:
	case !(o.AtDays > 0 && o.AtDays <= last):
		c.mustShown(path, o.AtDays, fmt.Sprintf("more than 0 and at most %s, the last follow-up day", layer.FormatFloat(last)))
	case o.Set == SetEntered && o.AtDays >= last:
		c.mustShown(path, o.AtDays, fmt.Sprintf("less than %s, the last follow-up day, since it counts from entry", layer.FormatFloat(last)))
	case slices.Contains(lastMonth, v.Name) && o.AtDays < 30:
		c.mustShown(path, o.AtDays, "a visit on day 30 or later, since it looks back on 30 days")
	}
}

// mustShown reports a number even if it is a default.
func (c *checker) mustShown(path string, x float64, want string) {
	c.problem(path, layer.FormatFloat(x), want, "")
}
