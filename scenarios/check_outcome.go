package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

func (c *checker) outcomes() {
	if len(c.s.Outcomes) == 0 {
		c.problem("outcome", "no outcome", "at least one [[outcome]]", "")
	}
	primaries := 0
	for i, o := range c.s.Outcomes {
		path := c.s.outcomePath(i)
		c.name(path+".name", o.Name)
		c.must(o.Alpha > 0 && o.Alpha <= 0.5, path+".alpha", o.Alpha, "more than 0 and at most 0.5")
		if o.Primary {
			if primaries++; primaries > 1 {
				c.problem(path+".primary", "true, as in outcome "+c.s.Outcomes[c.s.Primary()].Name, "one primary outcome", "")
			}
		}
		seen := map[string]bool{}
		for k, name := range o.Subgroup {
			inside := at(path+".subgroups", k)
			c.known(inside, name, c.s.subgroupNames())
			c.must(!seen[name], inside, name, "each subgroup once")
			seen[name] = true
		}
		if c.known(path+".variable", o.Variable, variableNames()) {
			v, _ := LookupVariable(o.Variable)
			c.analysis(path, o, v)
			c.atDays(path+".at_days", o, v)
		}
	}
}

// analysis checks that the variable can be analysed that way.
func (c *checker) analysis(path string, o Outcome, v Variable) {
	c.known(path+".set", o.Set, v.Sets)
	if len(o.Methods) == 0 {
		c.problem(path+".method", "[]", oneOf(v.Kind.Methods()), "")
	}
	seen := map[string]bool{}
	for i, method := range o.Methods {
		inside := path + ".method"
		if len(o.Methods) > 1 {
			inside = at(inside, i)
		}
		c.known(inside, method, v.Kind.Methods())
		c.must(!seen[method], inside, method, "each method once")
		seen[method] = true
	}
	if strings.HasSuffix(v.Cluster, "_su") && len(c.s.Services) == 0 {
		c.problem(path+".variable", quoted(o.Variable), "a [service] that clients can enter", "")
	}
}

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
			days[i] = showFloat(d)
		}
		c.mustShown(path, o.AtDays, brief("a visit: "+oneOf(days)))
	case !(o.AtDays > 0 && o.AtDays <= last):
		c.mustShown(path, o.AtDays, fmt.Sprintf("more than 0 and at most %s, the last follow-up day", showFloat(last)))
	case o.Set == SetEntered && o.AtDays >= last:
		c.mustShown(path, o.AtDays, fmt.Sprintf("less than %s, the last follow-up day, since it counts from entry", showFloat(last)))
	}
}

// mustShown reports a number even if it is a default.
func (c *checker) mustShown(path string, x float64, want string) {
	c.problem(path, showFloat(x), want, "")
}
