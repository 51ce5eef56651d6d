package scenarios

import (
	"fmt"
	"slices"

	"caseload/scenarios/layer"
)

// The plan of the analysis: what each outcome's methods make use of. A key that
// no method of the outcome uses is refused: it would look as if it did
// something.

func (c *checker) plan(path string, o Outcome, v Variable) {
	c.test(path, o, v)
	c.covariates(path, o)
	c.periodEffects(path, o)
	c.strata(path, o)
	c.contrasts(path, o)
	c.factorialPlan(path, o)
	if o.MinContacts != 0 || c.s.origin.has(path+".min_contacts") {
		c.must(o.Set == SetPerProtocol, path+".min_contacts", o.MinContacts, `none: only set = "per_protocol" makes use of it`)
		c.must(o.MinContacts >= 1, path+".min_contacts", o.MinContacts, "at least 1")
	}
	for k, name := range o.Methods {
		m, _ := LookupMethod(name)
		if !slices.Contains(o.Analyses(), name) {
			continue // there is a message about it
		}
		inside := methodPath(path, o, k)
		c.method(!m.Subgroups || len(o.Subgroup) > 0 || len(c.s.Interactions()) > 0, inside, name, "subgroups to compare with the rest: subgroups = [...]")
		if m.Levels {
			c.method(c.s.Trial.Sites > 1, inside, name, "several sites (trial.sites)")
			c.method(c.s.hasManagers(), inside, name, "an arm with a program that has a number of case managers (staff)")
		}
		if m.Periods {
			c.method(c.s.Trial.Randomization.Clustered() && c.s.Trial.Randomization.By != RandomizedManagers, inside, name, "sites that are randomized (trial.randomization.method)")
		}
		if m.Visits {
			c.method(!v.Records && v.Kind != Time, inside, name, "an outcome measured at visits: "+v.Name+" comes from records, which miss nobody")
			c.method(c.earlierVisits(o) > 0, inside, name, "an earlier visit after day 0 beside that on day "+layer.FormatFloat(o.AtDays))
		}
		c.method(!m.Contacts || o.Set == SetITT, inside, name, `set = "itt": it finds the effect of what was received itself`)
		c.method(!m.Contacts || c.s.offersContacts(), inside, name, "contacts of a program that the control arm lacks")
	}
	if o.Set.AsReceived() {
		c.must(c.s.offersContacts(), path+".set", string(o.Set), "contacts of a program that the control arm lacks")
	}
}

// method reports a method that the outcome can't be analysed by, unless ok.
func (c *checker) method(ok bool, path, name, want string) {
	if !ok {
		c.problem(path, quoted(name), want, "")
	}
}

func methodPath(path string, o Outcome, k int) string {
	if len(o.Methods) > 1 {
		return layer.At(path+".method", k)
	}
	return path + ".method"
}

// earlierVisits returns how many visits there are before the outcome's.
func (c *checker) earlierVisits(o Outcome) (n int) {
	for _, d := range c.s.Trial.FollowUpDays {
		if d > 0 && d < o.AtDays && !(d < 30 && slices.Contains(lastMonth, o.Variable)) {
			n++
		}
	}
	return n
}

// test checks sides, kind of test, and margin.
func (c *checker) test(path string, o Outcome, v Variable) {
	c.must(o.Sides == 1 || o.Sides == 2, path+".sides", o.Sides, "1 or 2")
	if !c.known(path+".test", o.Test, testKinds) {
		return
	}
	margin := c.s.origin.has(path + ".margin")
	if o.Test == Superiority {
		c.must(!margin, path+".margin", o.Margin, `none: test = "superiority" makes no use of it`)
	} else {
		c.margin(path+".margin", o, v)
	}
	for k, name := range o.Methods {
		m, ok := LookupMethod(name)
		if !ok || o.Test == Superiority && o.Sides == 2 {
			continue
		}
		at, none := methodPath(path, o, k), "another method: this one has no "
		if m.TestOnly {
			c.method(o.Test == Superiority, at, name, fmt.Sprintf(none+"estimate to compare with a margin (test = %q)", o.Test))
			continue
		}
		c.method(m.OneSided, at, name, fmt.Sprintf(none+"test in one direction or against a margin (test = %q, sides = %d)", o.Test, o.Sides))
	}
}

// covariates are traits, as measured, "site", "baseline" and "period".
func (c *checker) covariates(path string, o Outcome) {
	if len(o.Covariates) > 0 {
		c.must(o.uses(func(m AnalysisMethod) bool { return m.Covariates }), path+".covariates", o.Covariates, "none, or a method that adjusts for covariates")
	}
	names := []string{"site", CovariateBaseline, CovariatePeriod}
	for _, t := range c.s.Traits {
		names = append(names, t.Name)
	}
	seen := map[string]bool{}
	for k, name := range o.Covariates {
		inside := layer.At(path+".covariates", k)
		c.known(inside, name, names)
		c.must(!seen[name], inside, name, "each covariate once")
		c.must(name != "site" || c.s.Trial.Sites > 1, inside, name, "several sites (trial.sites)")
		c.must(name != CovariatePeriod || c.s.InPeriods() || c.s.hasTrait(name), inside, name, "a trial whose sites change arms, as a stepped wedge")
		seen[name] = true
	}
}

func (c *checker) strata(path string, o Outcome) {
	stratified := o.uses(func(m AnalysisMethod) bool { return m.Strata })
	if len(o.Strata) > 0 {
		c.must(stratified, path+".strata", o.Strata, "none, or a stratified method")
	}
	if stratified && len(o.Strata) == 0 && !c.s.Factorial() {
		c.problem(path+".strata", "none", "strata of the stratified method, such as those of trial.randomization", "")
	}
	seen := map[string]bool{}
	for k, name := range o.Strata {
		c.stratum(layer.At(path+".strata", k), name, seen[name])
		seen[name] = true
	}
}

// hasManagers reports whether clients of an arm have case managers who can be told apart.
func (s *Scenario) hasManagers() bool {
	for a := range s.Arms {
		if slices.ContainsFunc(s.Offered(a), func(name string) bool { return s.Programs[name].Staff.Finite() && !s.Programs[name].Team }) {
			return true
		}
	}
	return false
}

// offersContacts reports whether an arm has a program that the control arm lacks.
func (s *Scenario) offersContacts() bool {
	control := s.Control()
	if control < 0 {
		return true
	}
	for a := range s.Arms {
		for _, name := range s.Offered(a) {
			if !slices.Contains(s.Offered(control), name) {
				return true
			}
		}
	}
	return false
}

func (s *Scenario) outcomeNames() []string {
	names := make([]string, len(s.Outcomes))
	for i, o := range s.Outcomes {
		names[i] = o.Name
	}
	return names
}
