package scenarios

import (
	"fmt"
	"math"

	"caseload/scenarios/layer"
)

// accrual checks at which rate clients come, and until when.
func (c *checker) accrual(a Accrual) {
	const path = "trial.accrual"
	c.known(path+".pattern", a.Pattern, accrualPatterns)
	forms := map[string]float64{"per_day": a.PerDay, "per_month": a.PerMonth, "per_year": a.PerYear, "over_days": a.OverDays, "points": 0}
	given := c.given(path, forms)
	if len(given) != 1 {
		c.forms(path, given, "exactly one of per_day, per_month, per_year, over_days, points")
		return
	}
	if given[0] == "points" {
		if !c.accrualPoints(path+".points", a.Points) {
			return
		}
	} else if c.above(layer.Join(path, given[0]), forms[given[0]], 0); !(forms[given[0]] > 0) {
		return
	}
	c.accrualEnds(path)
}

// accrualPoints checks rates that hold one after another, and reports whether they are in
// order.
func (c *checker) accrualPoints(path string, points []AccrualPoint) bool {
	if n := len(points); n < 1 || n > 100 {
		c.problem(path, count(n, "point"), "1 to 100 points", "")
	}
	before, ok := 0.0, len(points) > 0
	for i, p := range points {
		at, last := layer.At(path, i), i == len(points)-1
		c.atLeast(at+".per_month", p.PerMonth, 0)
		switch {
		case last:
			c.must(p.UntilDay == 0, at+".until_day", p.UntilDay, "none in the last point, which holds from then on")
		case !(p.UntilDay > before):
			c.must(false, at+".until_day", p.UntilDay, "a day after "+layer.FormatFloat(before))
			ok = false
		}
		before = p.UntilDay
	}
	return ok
}

// closings checks the day on which enrolment closes, and that on which follow-up ends.
func (c *checker) closings() {
	t := &c.s.Trial
	c.must(t.RecruitByDays >= 0 && t.RecruitByDays <= maxVisit, "trial.recruit_by_days", t.RecruitByDays, "more than 0 and at most 20,000 days")
	if c.s.origin.has("trial.recruit_by_days") {
		c.above("trial.recruit_by_days", t.RecruitByDays, 0)
	}
	if !c.s.origin.has("trial.ends_day") {
		return
	}
	c.must(t.EndsDay > 0 && t.EndsDay <= maxDays, "trial.ends_day", t.EndsDay, "more than 0 and at most 60,000 days")
	c.must(t.RecruitByDays <= t.EndsDay, "trial.recruit_by_days", t.RecruitByDays, "at most trial.ends_day, on which follow-up ends")
	if len(t.FollowUpDays) > 0 {
		c.must(t.EndsDay > t.FollowUpDays[0], "trial.ends_day", t.EndsDay, "more than "+layer.FormatFloat(t.FollowUpDays[0])+", or nobody has a visit")
	}
}

// accrualEnds checks that enough clients come, and soon enough for the calendar.
func (c *checker) accrualEnds(path string) {
	t := &c.s.Trial
	days := c.s.DaysUntil(float64(t.Clients))
	// Twice the expected number leaves room for a slow replicate.
	late := c.s.DaysUntil(2 * float64(t.Clients))
	if by := t.RecruitByDays; by > 0 {
		late, days = min(late, by), min(days, by)
		first := c.s.DaysUntil(4)
		c.must(first <= by, "trial.recruit_by_days", by, "a day by which at least 4 clients are expected")
	}
	if math.IsInf(late, 1) && !math.IsNaN(days) && (len(c.s.Sites) > 0 || len(t.Accrual.Points) > 0) {
		c.problem(path, "a rate of 0 in the end", "a last rate above 0 at a site that stays open, or trial.recruit_by_days, on which enrolment closes with those who have come", "")
		return
	}
	if late+c.s.LastVisit()+t.VisitWindowDays >= maxDays || math.IsNaN(days) {
		got := fmt.Sprintf("%.4g days until all are enrolled", days)
		if !(days < 1e12) {
			got = "a trillion days or more until all are enrolled"
		}
		c.problem(path, got,
			"a trial below 60,000 days: twice the accrual and the follow-up", "")
	}
}

// sites checks the sites that are listed, and how many clients come to each.
func (c *checker) sites() {
	t := &c.s.Trial
	n := len(c.s.Sites)
	if n > 0 {
		c.must(t.Sites == n, "trial.sites", t.Sites, fmt.Sprintf("%d, as many as there are [[site]] tables, or nothing", n))
		c.siteRows()
	}
	if c.s.origin.has("trial.size_cv") {
		c.above("trial.size_cv", t.SizeCV, 0)
		most := math.Sqrt(float64(t.Sites - 1))
		c.must(t.SizeCV < most, "trial.size_cv", t.SizeCV, fmt.Sprintf("less than %.4g, that of %s of which one has all clients", most, count(t.Sites, "site")))
		c.must(n == 0, "trial.size_cv", t.SizeCV, "none beside [[site]] tables, which have shares of their own")
	}
	if c.s.origin.has("trial.cluster_size") {
		c.must(t.ClusterSize*t.Sites == t.Clients, "trial.cluster_size", t.ClusterSize,
			fmt.Sprintf("trial.clients = %d over %s", t.Clients, count(t.Sites, "site")))
		c.must(n == 0 && t.SizeCV == 0, "trial.cluster_size", t.ClusterSize, "none beside [[site]] tables or size_cv, by which sites differ in size")
		c.must(t.RecruitByDays == 0, "trial.cluster_size", t.ClusterSize, "none beside recruit_by_days or ends_day, with which fewer clients may come")
	}
}

func (c *checker) siteRows() {
	sum := 0.0
	for i := range c.s.Sites {
		s := &c.s.Sites[i]
		path := elementPath("site", s.Name, i)
		c.name(path+".name", s.Name)
		c.must(s.Share > 0 && s.Share <= 1, path+".share", s.Share, "more than 0 and at most 1")
		c.atLeast(path+".opens_day", s.OpensDay, 0)
		if c.s.origin.has(path + ".closes_day") {
			c.must(s.ClosesDay > s.OpensDay, path+".closes_day", s.ClosesDay, "a day after opens_day, "+layer.FormatFloat(s.OpensDay))
		}
		sum += s.Share
	}
	if !(math.Abs(sum-1) <= 1e-9) {
		c.problem("site", fmt.Sprintf("shares that sum to %.10g", sum), "shares that sum to 1", "")
	}
}

// siteICC checks the intraclass correlation that the spread of sites is solved for.
func (c *checker) siteICC() {
	const path = "trial.site_icc"
	w := c.s.Trial.SiteICC
	if w == nil {
		return
	}
	var names []string
	for _, o := range c.s.Outcomes {
		names = append(names, o.Name)
	}
	c.known(path+".outcome", w.Outcome, names)
	c.must(c.s.origin.has(path+".value") && w.Value >= 0 && w.Value <= 0.5, path+".value", w.Value, "0 to 0.5")
	for _, sd := range c.s.Trial.SiteSpread {
		if sd > 0 {
			return
		}
	}
	c.problem(path, "no process in which sites differ", "trial.site_spread beside it: its processes, in proportion to their standard deviations, differ so much that this is reached", "")
}
