package scenarios

import (
	"math"
	"slices"

	"caseload/scenarios/layer"
)

// enrolment checks who comes into the trial and what sites differ in.
func (c *checker) enrolment() {
	t := &c.s.Trial
	if t.Eligible != "" {
		t.EligibleExpr = c.expression("trial.eligible", t.Eligible)
	}
	c.must(t.Refusal >= 0 && t.Refusal < 1, "trial.refusal", t.Refusal, "at least 0 and below 1")
	c.hazardRatios("trial.refusing", t.Refusing)
	if len(t.Refusing) > 0 && t.Refusal == 0 {
		c.problem("trial.refusing", "odds ratios, and nobody who refuses", "trial.refusal above 0 beside them", "")
	}
	for _, process := range sortedKeys(t.SiteSpread) {
		path := layer.Join("trial.site_spread", process)
		sd := t.SiteSpread[process]
		if c.present(path, process, c.processes) {
			c.between(path, sd, 0, 10)
			c.must(!(sd > 0) || t.Sites > 1, path, sd, "trial.sites above 1, if sites differ")
		}
	}
	c.overTime()
}

// overTime checks how hazards change with the calendar, and what sites keep from period to period.
func (c *checker) overTime() {
	t := &c.s.Trial
	if i := slices.Index(c.s.traitNames(), CovariatePeriod); i >= 0 && c.s.InPeriods() {
		c.problem(c.s.traitPath(i)+".name", quoted(CovariatePeriod), "another name in a trial whose sites change arms, of which it is a covariate", "")
	}
	for _, process := range sortedKeys(t.Trend) {
		path := layer.Join("trial.trend", process)
		if ratio := t.Trend[process]; c.present(path, process, c.processes) {
			c.must(ratio > 0, path, ratio, "a hazard ratio above 0")
		}
	}
	if x := t.PeriodCorrelation; x != nil {
		const path = "trial.period_correlation"
		c.between(path, *x, 0, 1)
		c.must(c.s.InPeriods(), path, *x, "none: the trial is not one whose sites change arms")
		c.must(len(t.SiteSpread) > 0, path, *x, "trial.site_spread beside it: in what sites differ")
	}
}

// visitWindow checks that no visit can come after the next one.
func (c *checker) visitWindow(t Trial) {
	const path = "trial.visit_window_days"
	c.atLeast(path, t.VisitWindowDays, 0)
	if !(t.VisitWindowDays > 0) || c.badVisits {
		return
	}
	gap := math.Inf(1)
	for i := 1; i < len(t.FollowUpDays); i++ {
		gap = min(gap, t.FollowUpDays[i]-t.FollowUpDays[i-1])
	}
	if !math.IsInf(gap, 1) {
		c.must(t.VisitWindowDays < gap, path, t.VisitWindowDays,
			"less than "+layer.FormatFloat(gap)+", the shortest time from one visit to the next")
	}
	c.must(t.VisitWindowDays <= maxVisit-c.s.LastVisit(), path, t.VisitWindowDays, "the last visit to end by day 20,000")
}

// contamination checks where clients of an arm get other programs from.
func (c *checker) contamination(path string, a Arm) {
	if a.Contamination == nil {
		return
	}
	var others []string
	for _, name := range c.s.armNames() {
		if name != a.Name {
			others = append(others, name)
		}
	}
	c.known(path+".arm", a.Contamination.Arm, others)
	c.share(path+".probability", a.Contamination.Probability)
}
