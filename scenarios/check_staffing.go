package scenarios

import (
	"fmt"
	"slices"
)

// maxDepartures is how many case managers may leave in one trial, on average.
const maxDepartures = 1e6

// staffing checks how case managers come and go.
func (c *checker) staffing(path string, p Program) {
	s := p.Staffing
	if s == nil {
		return
	}
	rate := path + ".turnover.per_year"
	if !c.s.origin.has(rate) {
		c.problem(path+".turnover", "nothing", "turnover = { per_year = ... }: without it, nobody leaves", "")
	}
	c.atLeast(rate, s.Turnover.PerYear, 0)
	if s.Turnover.PerYear > 0 {
		c.must(p.Staff.Finite(), rate, s.Turnover.PerYear, "staff, if they leave")
		c.fewDepartures(rate, p)
	}
	if v := s.Vacancy; v != nil {
		c.above(path+".vacancy.median_days", v.MedianDays, 0)
	}
	if h := s.Handover; h != nil {
		c.probability(path+".handover.probability", h.Probability)
		c.atLeast(path+".handover.pause_days", h.PauseDays, 0)
		if p.Team {
			c.problem(path+".handover", "this table", "none: clients stay with a team whoever leaves it", "")
		}
	}
	c.learning(path+".learning", p)
}

// learning checks what newcomers can do.
func (c *checker) learning(path string, p Program) {
	l := p.Staffing.Learning
	if l == nil {
		return
	}
	start := path + ".start"
	c.must(c.s.origin.has(start) && l.Start >= 0 && l.Start <= 1, start, l.Start, "0 to 1, a share of the full effect")
	c.above(path+".median_days", l.MedianDays, 0)
	lasting := slices.ContainsFunc(p.Effects, func(e Effect) bool {
		return e.HazardRatio > 0 || e.Reaches != nil || e.Over != nil || e.Brings != nil || e.Points != 0
	})
	if l.NewAtChange {
		c.newAtChange(path+".new_at_change", p)
	}
	if !lasting {
		c.problem(path, "this table", "an effect by a hazard ratio, a share or points, in which newcomers can differ from others", "")
	}
}

// newAtChange checks that there is a day on which the program is new at a site.
func (c *checker) newAtChange(path string, p Program) {
	control := c.s.Control()
	c.must(c.s.InPeriods(), path, true, "false: the trial is not one whose sites change arms")
	c.must(p.Staff.Finite(), path, true, "staff, to whom the program is new")
	if control < 0 {
		return
	}
	for _, name := range c.s.Arms[control].Programs {
		if q, ok := c.s.Programs[name]; ok && q.Staffing == p.Staffing {
			c.must(false, path, true, "a program that the control arm lacks, or false: sites have this one from the beginning")
		}
	}
}

// fewDepartures bounds how often case managers leave in a trial.
func (c *checker) fewDepartures(path string, p Program) {
	posts := p.Staff.N * max(1, c.s.Trial.Sites)
	if p.PerArm {
		posts *= max(1, len(c.s.Arms))
	}
	years := (c.s.AccrualDays() + c.s.LastVisit()) / DaysPerYear
	if n := float64(posts) * years * p.Staffing.Turnover.PerYear; n > maxDepartures {
		c.problem(path, fmt.Sprintf("some %.3g departures in a trial of %.3g years with %d posts", n, years, posts), "at most 1,000,000", "")
	}
}
