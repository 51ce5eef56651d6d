package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// most steps and periods, and sequences that never cross.
const maxPeriods = 100

// wedge checks a stepped wedge.
func (c *checker) wedge(path string, r Randomization) {
	c.must(r.Steps >= 1 && r.Steps <= maxPeriods, path+".steps", r.Steps, "1 to 100")
	c.must(r.Never >= 0 && r.Never <= maxPeriods, path+".never", r.Never, "0 to 100")
	c.above(path+".step_days", r.StepDays, 0)
	if !(r.Steps >= 1 && r.Steps <= maxPeriods && r.Never >= 0 && r.Never <= maxPeriods) {
		return
	}
	if r.Steps == 1 && r.Never == 0 && r.BaselineDays != nil && *r.BaselineDays == 0 {
		c.must(false, path+".steps", r.Steps, "2 or more, baseline_days above 0, or sites that never cross: never = 1")
	}
	c.twoArms(path, r)
	c.armChanges(path, r, r.StepDays, "step_days")
	c.enoughSites(path, r)
}

// crossing checks a cluster crossover.
func (c *checker) crossing(path string, r Randomization) {
	c.must(r.Periods >= 2 && r.Periods <= maxPeriods, path+".periods", r.Periods, "2 to 100")
	c.above(path+".period_days", r.PeriodDays, 0)
	c.twoArms(path, r)
	c.armChanges(path, r, r.PeriodDays, "period_days")
	c.enoughSites(path, r)
}

// twoArms checks that a trial whose sites change from one arm to another has two of the same size.
func (c *checker) twoArms(path string, r Randomization) {
	n := len(c.s.Arms)
	if n > 2 {
		c.problem(path+".method", quoted(string(r.Method))+" with "+count(n, "arm"), "two arms, control and another", "")
	}
	for i := range c.s.Arms {
		c.must(c.s.Arms[i].Ratio == 1, c.s.armPath(i)+".ratio", c.s.Arms[i].Ratio, "1: sites are in both arms, one after the other")
	}
}

// enoughSites checks that each sequence has a site.
func (c *checker) enoughSites(path string, r Randomization) {
	c.known(path+".by", string(r.By), []string{string(RandomizedSites)})
	least := 2
	if r.Method == SteppedWedge {
		least = max(2, r.Steps+r.Never)
	}
	if c.s.Trial.Sites < least {
		c.problem(path+".method", quoted(string(r.Method))+" with "+count(c.s.Trial.Sites, "site"),
			"trial.sites = "+layer.FormatFloat(float64(least))+" or more, one for each sequence", "")
	}
}

// armChanges checks what is said of changes of arms, of which the next comes after some days.
func (c *checker) armChanges(path string, r Randomization, after float64, key string) {
	if r.BaselineDays != nil {
		c.must(*r.BaselineDays >= 0 && *r.BaselineDays <= maxVisit, path+".baseline_days", *r.BaselineDays, "0 to 20,000 days")
	}
	if r.AtChange != "" {
		c.known(path+".at_change", r.AtChange, []string{KeepAtChange, SwitchAtChange, ExcludeAtChange})
		c.switching(path+".at_change", r)
	}
	if key == "" {
		c.must(r.TransitionDays >= 0 && r.TransitionDays <= maxVisit, path+".transition_days", r.TransitionDays, "0 to 20,000 days")
		return
	}
	c.must(after <= maxVisit, layer.Join(path, key), after, "at most 20,000 days")
	c.must(r.TransitionDays >= 0 && r.TransitionDays <= after, path+".transition_days", r.TransitionDays, "0 days to "+key+", after which sites change again")
}

// switching checks that clients can change programs with their site.
func (c *checker) switching(path string, r Randomization) {
	if r.AtChange != SwitchAtChange {
		return
	}
	for _, name := range sortedKeys(c.s.Programs) {
		c.must(!c.s.Programs[name].PerArm, path, r.AtChange, "another rule, or program."+name+" without per_arm: its clients would have to leave the staff of one arm for that of the other")
	}
	c.must(len(c.s.Decisions) == 0, path, r.AtChange, "another rule, or no [[decision]]: both change what clients get")
}

// parallelPeriods checks what a parallel trial of clusters says of a baseline period.
func (c *checker) parallelPeriods(path string, r Randomization) {
	c.armChanges(path, r, 0, "")
	if r.BaselineDays != nil && *r.BaselineDays > 0 {
		c.must(r.By == RandomizedSites, path+".baseline_days", *r.BaselineDays, `none, or by = "site": case managers have no clients before they are randomized`)
		return
	}
	for _, key := range []string{"transition_days", "at_change"} {
		if c.s.origin.has(layer.Join(path, key)) {
			c.problem(layer.Join(path, key), "a change of arms, and sites that stay in theirs", "none, or baseline_days above 0", "")
		}
	}
}

// periodEffects checks what an outcome says of periods.
func (c *checker) periodEffects(path string, o Outcome) {
	if o.PeriodEffects != nil {
		c.must(c.s.InPeriods(), path+".period_effects", *o.PeriodEffects, "none: the trial is not one whose sites change arms")
		both := !*o.PeriodEffects && slices.Contains(o.Covariates, CovariatePeriod) && !c.s.hasTrait(CovariatePeriod)
		c.must(!both, path+".period_effects", *o.PeriodEffects, `none, or covariates without "period"`)
	}
	if c.s.Trial.Randomization.AtChange == ExcludeAtChange && c.s.InPeriods() {
		c.must(o.Set != SetEntered, path+".set", string(o.Set), `another set, or at_change = "keep": an outcome that counts from entry is due on another day for each client`)
	}
}
