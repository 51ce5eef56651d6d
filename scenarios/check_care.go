package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"caseload/scenarios/layer"
)

func (c *checker) program(name string) {
	p := c.s.Programs[name]
	path := layer.Join("program", name)
	c.name(path, name)
	c.probability(path+".uptake", p.Uptake)
	c.between(path+".first_contact.day", p.FirstContact.Day, 0, maxVisit)
	if c.s.origin.has(path + ".duration_days") {
		c.above(path+".duration_days", p.DurationDays, 0)
	}
	c.atLeast(path+".minutes_per_contact", p.MinutesPerContact, 0)
	c.atLeast(path+".hours_per_week", p.HoursPerWeek, 0)
	c.atLeast(path+".spread", p.Spread, 0)
	c.confidence(path, p.Confidence, p.Confidences, reflect.TypeFor[Program]())
	if p.Manual != nil {
		c.atLeast(path+".manual.effect", p.Manual.Effect, 0)
		c.atLeast(path+".manual.spread", p.Manual.Spread, 0)
	}
	c.rhythm(path, p.Contacts)
	c.must(p.MaxContacts >= 0, path+".max_contacts", p.MaxContacts, "at least 0")
	c.reference(path+".reference", p)
	c.startsInTime(path, p)
	c.staff(path, p)
	c.staffing(path+".staffing", p)
	c.icc(path+".icc", p)
	c.start(path+".start", p.Start)
	for i, e := range p.Effects {
		c.effect(layer.At(path+".effect", i), e)
	}
}

// confidenceWords say how sure a block is of its numbers.
var confidenceWords = []string{"high", "moderate", "low"}

// confidence checks how sure a block is of its numbers. The words by key may be
// about keys that are not written: what is left out is a choice too.
func (c *checker) confidence(path, all string, byKey map[string]string, block reflect.Type) {
	if all != "" {
		c.known(path+".confidence", all, confidenceWords)
	}
	keys := slices.DeleteFunc(layer.FieldKeys(block), func(key string) bool { return slices.Contains(notes, key) })
	for _, key := range sortedKeys(byKey) {
		inside := layer.Join(path+".confidences", key)
		if c.known(inside, key, keys) {
			c.known(inside, byKey[key], confidenceWords)
		}
	}
}

// start checks how the clients of a program begin.
func (c *checker) start(path string, s *Start) {
	if s == nil {
		return
	}
	in, using := c.s.origin.has(path+".in"), c.s.origin.has(path+".using")
	if !in && !using {
		c.problem(path, "neither of them", "in (a service), using (a share), or both", "")
	}
	if _, ok := c.s.Services[s.In]; in && !ok {
		c.known(path+".in", s.In, uniqueSorted(append(presetNames("service"), sortedKeys(c.s.Services)...)))
	}
	if s.Using != nil {
		c.probability(path+".using", *s.Using)
	}
	if s.Share != nil {
		c.probability(path+".share", *s.Share)
		c.must(in, path+".share", *s.Share, "in (a service) beside it, in which this share begins")
	}
}

// icc checks what the spread between case managers is solved for.
func (c *checker) icc(path string, p Program) {
	if p.ICC == nil {
		return
	}
	names := make([]string, len(c.s.Outcomes))
	for i, o := range c.s.Outcomes {
		names[i] = o.Name
	}
	c.known(path+".outcome", p.ICC.Outcome, names)
	path += ".value"
	x := p.ICC.Value
	c.must(c.s.origin.has(path) && x >= 0 && x < 1, path, x, "at least 0 and less than 1")
	c.must(p.Staff.Finite(), path, x, "staff, if they differ")
	c.must(!p.Team, path, x, "no team, whose members share all clients")
	c.must(!(p.Spread > 0), path, x, "spread = 0 beside it, since it is the spread that is solved for")
	lasting := slices.ContainsFunc(p.Effects, func(e Effect) bool { return e.HazardRatio > 0 || e.Reaches != nil || e.Travels() || e.Points != 0 })
	c.must(lasting, path, x, "an effect that lasts, in which staff can differ")
}

func (c *checker) rhythm(path string, of Contacts) {
	path += ".contacts"
	forms := map[string]float64{"per_month": of.PerMonth, "every_days": of.EveryDays}
	given := c.given(path, forms)
	if len(given) > 1 {
		c.forms(path, given, "one of them, or {} for a single contact")
	}
	for _, form := range given {
		c.above(layer.Join(path, form), forms[form], 0)
	}
	// An interval far below a visit's length would fill the calendar.
	interval := of.EveryDays
	if of.PerMonth > 0 {
		interval = DaysPerMonth / of.PerMonth
	}
	if interval > 0 && interval < 1.0/24 {
		c.problem(path, "a contact every "+layer.FormatFloat(interval)+" days", "at most one an hour", "")
	}
}

// fewManagers bounds how many case managers there are, what they do, and by how much
// they differ.
func (c *checker) fewManagers(path string, p Program) {
	const most = maxClients
	each := max(1, c.s.Trial.Sites)
	if p.PerArm {
		each *= max(1, len(c.s.Arms))
	}
	if n := p.Staff.N * each; n > most {
		c.problem(path+".staff", fmt.Sprintf("%d case managers, %d at each site", n, p.Staff.N), "at most 1,000,000 in all", "")
	}
	if p.Team && p.Caseload.Finite() && p.Staff.N*p.Caseload.N > most {
		c.problem(path+".caseload", fmt.Sprintf("a team that takes %d clients", p.Staff.N*p.Caseload.N), "at most 1,000,000 in all", "")
	}
	acts := func(e Effect) bool { return !isScore(e.On) && (e.HazardRatio > 0 || e.Reaches != nil || e.Travels()) }
	if slices.ContainsFunc(p.Effects, acts) {
		c.must(p.Spread <= spreadSpan.high, path+".spread", p.Spread, "at most "+layer.FormatFloat(spreadSpan.high)+", the standard deviation of a log hazard ratio")
	}
}

// staff checks what needs case managers who can be counted.
func (c *checker) staff(path string, p Program) {
	finite := p.Staff.Finite()
	c.fewManagers(path, p)
	c.must(finite || !p.Caseload.Finite(), path+".caseload", p.Caseload.N, "staff, if a caseload limits them")
	c.must(finite || !(p.Spread > 0), path+".spread", p.Spread, "staff, if they differ")
	c.must(finite || !p.Team, path+".team", p.Team, "staff, if they are a team")
	if !(p.HoursPerWeek > 0) {
		return
	}
	hours := path + ".hours_per_week"
	c.must(finite, hours, p.HoursPerWeek, "staff, if hours limit them")
	c.must(p.MinutesPerContact > 0, hours, p.HoursPerWeek, "minutes_per_contact above 0 beside it")
	c.must(p.Contacts != Contacts{}, hours, p.HoursPerWeek, "contacts that the hours are for")
	c.must(p.HoursPerWeek <= 168, hours, p.HoursPerWeek, "at most 168, the hours of a week")
}

// quoted returns a name as a message quotes it.
func quoted(name string) string { return strconv.Quote(layer.Shorten(name)) }
