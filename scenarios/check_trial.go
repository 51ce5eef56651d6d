package scenarios

import (
	"fmt"

	"caseload/scenarios/layer"
)

func (c *checker) trial() {
	t := c.s.Trial
	c.must(t.Clients >= 2 && t.Clients <= maxClients, "trial.clients", t.Clients, "2 to 1,000,000")
	c.must(t.Sites >= 1 && t.Sites <= max(1, min(t.Clients, 255)), "trial.sites", t.Sites, "1 to 255, and no more than clients")
	c.followUp(t.FollowUpDays)
	c.visitWindow(t)
	c.sites()
	c.closings()
	c.accrual(t.Accrual)
	c.randomization(t.Randomization)
}

func (c *checker) followUp(days []float64) {
	const path = "trial.follow_up_days"
	if len(days) == 0 {
		got := "nothing"
		if c.s.origin.has(path) {
			got = "[]"
		}
		c.problem(path, got, "at least one day, as in [90, 180, 365]", "")
	}
	c.must(len(days) <= maxVisits, path, fmt.Sprintf("%d visits", len(days)), fmt.Sprintf("at most %d", maxVisits))
	// What depends on the visits cannot be judged by a list in disorder.
	c.badVisits = c.bad[path] || c.around[path] || len(days) == 0
	before := 0.0
	for i, d := range days {
		switch {
		case i == 0 && d == 0:
			c.must(len(days) > 1, layer.At(path, i), d, "a visit after that on day 0, as in [0, 180]")
		case i == 0:
			c.above(layer.At(path, i), d, 0)
		case !(d > before):
			c.must(false, layer.At(path, i), d, "more than the visit before, "+layer.FormatFloat(before))
			c.badVisits = true
		}
		before = d
	}
	if len(days) > 0 {
		c.must(before <= maxVisit, layer.At(path, len(days)-1), before, "at most 20,000 days")
	}
}

// given lists the forms that are written, in order of name.
func (c *checker) given(path string, forms map[string]float64) []string {
	var out []string
	for _, key := range sortedKeys(forms) {
		if c.s.origin.has(layer.Join(path, key)) {
			out = append(out, key)
		}
	}
	return out
}

// forms reports a thing that is spelled in no way or in two. If one of
// them comes from another file than the thing, that is where to look.
func (c *checker) forms(path string, given []string, want string) {
	p := c.s.Problem(path, showForms(given), want)
	for _, key := range given {
		if at := c.s.origin.find(layer.Join(path, key)); at.File != p.File {
			p.File, p.Line = at.File, at.Line
		}
	}
	if c.readable(path) {
		c.problems = append(c.problems, p)
	}
}

func showForms(given []string) string {
	if len(given) == 0 {
		return "none of them"
	}
	return joinAnd(given)
}

func (c *checker) arms() {
	s := c.s
	if n := len(s.Arms); n < 2 || n > maxArms {
		c.problem("arm", count(n, "arm"), fmt.Sprintf("2 to %d arms", maxArms), "")
	}
	controls := 0
	for i, a := range s.Arms {
		path := s.armPath(i)
		c.name(path+".name", a.Name)
		c.must(a.Ratio >= 1 && a.Ratio <= maxRatio, path+".ratio", a.Ratio, "a whole number from 1 to 100")
		if a.Control {
			if controls++; controls > 1 {
				c.problem(path+".control", "true, as in arm "+s.Arms[s.Control()].Name, "exactly one control arm", "")
			}
		}
		if !s.madeOfFactors(path) { // those are checked as factors
			c.armPrograms(path+".programs", a.Programs)
		}
		c.contamination(path+".contamination", a)
	}
	if controls == 0 && len(s.Arms) > 0 {
		c.problem("arm", "no control arm", "control = true in exactly one arm", "")
	}
}

func (c *checker) armPrograms(path string, programs []string) {
	known := sortedKeys(c.s.Programs)
	all := append(presetNames("program"), known...)
	seen := map[string]bool{}
	for i, name := range programs {
		if _, ok := c.s.Programs[name]; !ok {
			c.known(layer.At(path, i), name, uniqueSorted(all))
		}
		c.must(!seen[name], layer.At(path, i), name, "each program once")
		seen[name] = true
	}
}
