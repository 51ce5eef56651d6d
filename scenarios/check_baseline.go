package scenarios

import "caseload/scenarios/layer"

// baseline checks what an outcome makes of the visit on day 0.
func (c *checker) baseline(path string, o Outcome, v Variable) {
	if k := c.baselineCovariate(o); k >= 0 {
		c.fromBaseline(layer.At(path+".covariates", k), quoted(CovariateBaseline), o, v)
	}
	if !o.Change {
		return
	}
	inside := path + ".change"
	c.must(v.Kind == Continuous, inside, o.Change, "none: only a score has a change from baseline, and "+v.Name+" is not one")
	if v.Kind == Continuous {
		c.fromBaseline(inside, "true", o, v)
	}
	c.must(o.Death() != Composite, inside, o.Change, `none with intercurrent.death = "composite": a value that death stands for has no change`)
}

// baselineCovariate returns which covariate is the baseline, -1 if none is.
func (c *checker) baselineCovariate(o Outcome) int {
	if !c.s.AdjustsForBaseline(&o) {
		return -1
	}
	for k, name := range o.Covariates {
		if name == CovariateBaseline {
			return k
		}
	}
	return -1
}

// fromBaseline checks that there is a value of the variable on day 0.
func (c *checker) fromBaseline(path, found string, o Outcome, v Variable) {
	switch {
	case c.badVisits:
	case !v.AtBaseline():
		c.problem(path, found, "none: "+v.Name+" has no value on day 0, as "+whyNoBaseline(v), "")
	case !c.s.Trial.HasBaseline():
		c.problem(path, found, "a visit on day 0: trial.follow_up_days = [0, ...]", "")
	case o.AtDays == 0:
		c.problem(path, found, "an outcome on a later day than 0", "")
	}
}

// whyNoBaseline tells why a variable has no value on day 0, as a clause.
func whyNoBaseline(v Variable) string {
	switch {
	case v.Records:
		return "it comes from records since enrolment"
	case v.countsUp():
		return "it counts from enrolment on"
	}
	return "it looks back on a month"
}
