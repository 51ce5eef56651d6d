package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// recovery checks what goes on in a client's life beside care. Tables that are
// left out are no part of the scenario.
func (c *checker) recovery() {
	s := c.s
	c.use(s.Use)
	if s.Arrest != nil {
		c.quantity("arrest.rate", &s.Arrest.Rate, "")
	}
	if s.Jail != nil {
		c.jail(s.Jail)
	}
	if s.Risk != nil {
		c.quantity("risk.rate", &s.Risk.Rate, "")
	}
	if h := s.Housing; h != nil {
		c.share("housing.housed", h.Housed)
		c.course("housing", "lose", &h.Lose, "gain", &h.Gain)
		c.actsOn("housing.acts_on", h.ActsOn, false)
	}
	if e := s.Employment; e != nil {
		c.share("employment.employed", e.Employed)
		c.course("employment", "lose", &e.Lose, "gain", &e.Gain)
		c.actsOn("employment.acts_on", e.ActsOn, false)
	}
	if s.Death != nil {
		c.quantity("death.rate", &s.Death.Rate, "")
	}
	c.events()
	c.score("health", s.Health)
	c.score("satisfaction", s.Satisfaction)
}

func (c *checker) use(u Use) {
	c.probability("use.using", u.Using)
	c.course("use", "quit", &u.Quit, "relapse", &u.Relapse)
	c.must(u.DaysPerMonth > 0 && u.DaysPerMonth <= DaysPerMonth, "use.days_per_month", u.DaysPerMonth,
		"more than 0 and at most "+layer.FormatFloat(DaysPerMonth)+", the days of a month")
	c.actsOn("use.acts_on", u.ActsOn, false)
}

// course checks the hazards between two states. What is left out never happens.
func (c *checker) course(table, out string, leave *Quantity, back string, enter *Quantity) {
	if path := layer.Join(table, out); c.s.origin.has(path) {
		c.quantity(path, leave, "")
	}
	if path := layer.Join(table, back); c.s.origin.has(path) {
		c.quantity(path, enter, "")
	}
}

func (c *checker) jail(j *Jail) {
	sanction := false
	for _, p := range c.s.Programs {
		sanction = sanction || slices.ContainsFunc(p.Effects, func(e Effect) bool { return e.On == "jail" })
	}
	if c.s.Arrest == nil && !sanction && !(j.Jailed > 0) {
		c.problem("jail", "a jail that nobody goes to", `[arrest], a program's effect on "jail", or jailed above 0`, "")
	}
	c.probability("jail.after_arrest", j.AfterArrest)
	c.must(c.s.Arrest != nil || !(j.AfterArrest > 0), "jail.after_arrest", j.AfterArrest, "[arrest] with a rate, if arrests end in jail")
	c.probability("jail.jailed", j.Jailed)
	c.quantity("jail.stay", &j.Stay, "")
	c.must(!j.Stay.Never, "jail.stay.never", j.Stay.Never, "another form: everyone is released one day")
	c.actsOn("jail.acts_on", j.ActsOn, true)
}

// score checks a number that is read off a client's history.
func (c *checker) score(path string, s *Score) {
	if s == nil {
		return
	}
	c.must(c.s.origin.has(path+".mean"), path+".mean", s.Mean, "a number: the score of clients without anything that adds points")
	c.atLeast(path+".sd", s.SD, 0)
	c.scoreCorrelation(path+".correlation", s.Correlation)
	for _, trait := range sortedKeys(s.Traits) {
		c.known(layer.Join(path+".traits", trait), trait, c.s.traitNames())
	}
	for _, state := range sortedKeys(s.Now) {
		c.present(layer.Join(path+".now", state), state, c.states)
	}
	for _, state := range sortedKeys(s.PerMonth) {
		c.present(layer.Join(path+".per_month", state), state, c.states)
	}
}

// scoreCorrelation checks that the correlation between visits is one.
func (c *checker) scoreCorrelation(path string, r *ScoreCorrelation) {
	if r == nil {
		return
	}
	c.must(c.s.origin.has(path+".value"), path, "no value", "value: the correlation at two visits days_apart days from each other")
	c.must(r.Value >= 0 && r.Value < 1, path+".value", r.Value, "at least 0 and below 1; without the table it is 1")
	c.above(path+".days_apart", r.DaysApart, 0)
	c.must(r.Lasting >= 0 && r.Lasting <= max(0, r.Value), path+".lasting", r.Lasting, "0 to value, "+layer.FormatFloat(r.Value))
}
