package scenarios

import (
	"slices"
	"strconv"
)

func (c *checker) oneService() {
	if n := len(c.s.Services); n > 1 {
		c.problem("service", count(n, "service"), "one service", "")
	}
}

func (c *checker) service(name string) {
	v := c.s.Services[name]
	path := join("service", name)
	c.name(path, name)
	c.known(path+".kind", v.Kind, []string{"substance_use"})
	c.known(path+".after_followup", v.AfterFollowup, []string{"stay", "leave"})
	c.quantity(path+".linkage", &v.Linkage, "")
	c.quantity(path+".stay", &v.Stay, "entered")
	c.quantity(path+".renege", v.Renege, "")
	c.quantity(path+".return", v.Return, "")
	c.between(path+".frailty_sd", v.FrailtySD, 0, 10)
	c.hazardRatios(path+".linking", v.Linking)
	c.hazardRatios(path+".leaving", v.Leaving)
	for _, process := range sortedKeys(v.ActsOn) {
		inside := join(path+".acts_on", process)
		if c.known(inside, process, []string{"quit", "relapse"}) {
			c.above(inside, v.ActsOn[process], 0)
		}
	}
}

func (c *checker) program(name string) {
	p := c.s.Programs[name]
	path := join("program", name)
	c.name(path, name)
	c.probability(path+".uptake", p.Uptake)
	c.between(path+".first_contact.day", p.FirstContact.Day, 0, maxVisit)
	if c.s.origin.has(path + ".duration_days") {
		c.above(path+".duration_days", p.DurationDays, 0)
	}
	c.atLeast(path+".minutes_per_contact", p.MinutesPerContact, 0)
	c.atLeast(path+".hours_per_week", p.HoursPerWeek, 0)
	c.atLeast(path+".spread", p.Spread, 0)
	if p.Confidence != "" {
		c.known(path+".confidence", p.Confidence, []string{"high", "moderate", "low"})
	}
	if p.Manual != nil {
		c.atLeast(path+".manual.effect", p.Manual.Effect, 0)
		c.atLeast(path+".manual.spread", p.Manual.Spread, 0)
	}
	c.rhythm(path, p)
	c.staff(path, p)
	for i, e := range p.Effects {
		c.effect(at(path+".effect", i), e)
	}
}

func (c *checker) rhythm(path string, p Program) {
	path += ".contacts"
	forms := map[string]float64{"per_month": p.Contacts.PerMonth, "every_days": p.Contacts.EveryDays}
	given := c.given(path, forms)
	if len(given) > 1 {
		c.forms(path, given, "one of them, or {} for a single contact")
	}
	for _, form := range given {
		c.above(join(path, form), forms[form], 0)
	}
	// An interval far below a visit's length would fill the calendar.
	interval := p.Contacts.EveryDays
	if p.Contacts.PerMonth > 0 {
		interval = DaysPerMonth / p.Contacts.PerMonth
	}
	if interval > 0 && interval < 1.0/24 {
		c.problem(path, "a contact every "+showFloat(interval)+" days", "at most one an hour", "")
	}
}

// staff checks what needs case managers who can be counted.
func (c *checker) staff(path string, p Program) {
	finite := p.Staff.Finite()
	c.must(finite || !p.Caseload.Finite(), path+".caseload", p.Caseload.N, "staff, if a caseload limits them")
	c.must(finite || !(p.Spread > 0), path+".spread", p.Spread, "staff, if they differ")
	if !(p.HoursPerWeek > 0) {
		return
	}
	hours := path + ".hours_per_week"
	c.must(finite, hours, p.HoursPerWeek, "staff, if hours limit them")
	c.must(p.MinutesPerContact > 0, hours, p.HoursPerWeek, "minutes_per_contact above 0 beside it")
	c.must(p.Contacts != Contacts{}, hours, p.HoursPerWeek, "contacts that the hours are for")
	c.must(p.HoursPerWeek <= 168, hours, p.HoursPerWeek, "at most 168, the hours of a week")
}

func (c *checker) effect(path string, e Effect) {
	c.known(path+".on", e.On, c.processes())
	if e.In != "" {
		c.known(path+".in", e.In, c.s.subgroupNames())
	}
	given := c.given(path, map[string]float64{"hazard_ratio": 0, "reaches": 0, "probability": 0})
	if len(given) != 1 {
		c.forms(path, given, "exactly one of hazard_ratio, reaches, probability")
	}
	if slices.Contains(given, "hazard_ratio") {
		c.above(path+".hazard_ratio", e.HazardRatio, 0)
	}
	c.reaches(path+".reaches", e)
	linkage := e.On == "linkage" || len(e.On) > 8 && e.On[:8] == "linkage."
	if slices.Contains(given, "probability") {
		c.probability(path+".probability", e.Probability)
		c.must(linkage, path+".probability", e.Probability, "hazard_ratio, since only linkage can be set off at once")
		if c.s.origin.has(path + ".lasts_days") {
			c.must(false, path+".lasts_days", e.LastsDays, "none: what acts at once does not last")
		}
	} else if len(given) == 1 {
		c.above(path+".lasts_days", e.LastsDays, 0)
	}
	if recovery := e.On == "quit" || e.On == "relapse"; recovery && !e.Direct {
		c.problem(path+".direct", "false", "true: a contact acts on "+e.On+" only through a service unless it says so", "")
	}
}

// reaches checks the probability that an effect is to bring about.
func (c *checker) reaches(path string, e Effect) {
	q := e.Reaches
	if q == nil {
		return
	}
	c.must(q.Probability > 0 && q.Probability < 1, path+".probability", q.Probability, "a probability above 0 and below 1")
	c.above(path+".by_days", q.ByDays, 0)
	for _, key := range keysOf(quantityType) {
		if key != "probability" && key != "by_days" && c.s.origin.has(path+"."+key) {
			c.problem(path+"."+key, "this key", "probability and by_days only", "")
		}
	}
}

// processes are the names that an effect can act on.
func (c *checker) processes() []string {
	out := []string{"quit", "relapse"}
	if len(c.s.Services) > 0 {
		out = append(out, "linkage")
	}
	for _, name := range sortedKeys(c.s.Services) {
		out = append(out, "linkage."+name, "leaving."+name)
		if c.s.Services[name].Return != nil {
			out = append(out, "return."+name)
		}
		if c.s.Services[name].Renege != nil {
			out = append(out, "renege."+name)
		}
	}
	return out
}

func (c *checker) use() {
	u, a := c.s.Use, c.s.Attrition
	c.probability("use.using", u.Using)
	if c.s.origin.has("use.quit") {
		c.quantity("use.quit", &u.Quit, "")
	}
	if c.s.origin.has("use.relapse") {
		c.quantity("use.relapse", &u.Relapse, "")
	}
	c.quantity("attrition.loss", a.Loss, "")
	c.hazardRatios("attrition.traits", a.Traits)
	c.known("attrition.ends", a.Ends, []string{"study", "all"})
	c.probability("attrition.missed", a.Missed)
}

// quoted is a name as a message quotes it.
func quoted(name string) string { return strconv.Quote(brief(name)) }
