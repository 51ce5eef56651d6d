package scenarios

import (
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// targets returns the names that an effect can act on: processes, going to jail,
// and scores.
func (c *checker) targets() []string {
	out := slices.Clone(c.processes)
	for _, name := range []string{"jail", "health", "satisfaction"} {
		if c.s.has(name) {
			out = append(out, name)
		}
	}
	return out
}

func (c *checker) effect(path string, e Effect) {
	known := c.present(path+".on", e.On, c.targets())
	if e.In != "" {
		c.known(path+".in", e.In, c.s.subgroupNames())
	}
	given := c.given(path, map[string]float64{"hazard_ratio": 0, "reaches": 0, "over": 0, "brings": 0, "probability": 0, "points": 0})
	if len(given) != 1 {
		c.forms(path, given, "exactly one of hazard_ratio, reaches, over, brings, probability, points")
	} else {
		c.effectNumbers(path, e, given[0])
		if known {
			c.effectForm(path, e, given[0])
		}
	}
	if known && !e.Direct && (slices.Contains(recoveryProcesses, e.On) || isEvent(e.On)) {
		c.problem(path+".direct", "false", "true: a contact acts on "+e.On+" only through a service unless it says so", "")
	}
}

// effectNumbers checks an effect's numbers, whatever it acts on.
func (c *checker) effectNumbers(path string, e Effect, form string) {
	switch form {
	case "hazard_ratio":
		c.above(path+".hazard_ratio", e.HazardRatio, 0)
	case "reaches":
		c.reaches(path+".reaches", e)
	case "over":
		c.windowRatio(path+".over", e.Over)
	case "brings":
		c.brings(path+".brings", e.Brings)
	case "probability":
		c.probability(path+".probability", e.Probability)
	}
	c.halfLife(path+".half_life_days", e, form)
	c.startsDay(path+".starts_day", e, form)
	c.must(e.MaxContacts >= 0, path+".max_contacts", e.MaxContacts, "at least 0")
	if form != "probability" && form != "brings" {
		c.above(path+".lasts_days", e.LastsDays, 0)
		c.must(e.While == "", path+".while", e.While, "none: only what acts at once, by a probability, has a condition")
		return
	}
	if c.s.origin.has(path + ".lasts_days") {
		c.must(false, path+".lasts_days", e.LastsDays, "none: what acts at once does not last")
	}
	if e.While != "" && form == "brings" {
		c.must(false, path+".while", e.While, "none: contacts bring those who seek the service, or have left it")
	} else if e.While != "" {
		c.present(path+".while", e.While, c.states)
	}
}

// halfLife checks how an effect fades. Each half-life is a state of the client,
// of which there are few.
func (c *checker) halfLife(path string, e Effect, form string) {
	const most = 8
	switch {
	case !c.s.origin.has(path):
	case form != "hazard_ratio" && form != "points":
		c.must(false, path, e.HalfLifeDays, "hazard_ratio or points beside it, which can fade")
	case !(e.HalfLifeDays > 0 && e.HalfLifeDays < e.LastsDays):
		c.must(false, path, e.HalfLifeDays, "more than 0 and less than lasts_days")
	default:
		c.must(e.LastsDays <= most*e.HalfLifeDays, path, e.HalfLifeDays, "at most 8 half-lives in lasts_days")
	}
}

// effectForm checks that what is acted on can be acted on in that way.
func (c *checker) effectForm(path string, e Effect, form string) {
	score := isScore(e.On)
	switch {
	case score && form != "points":
		c.problem(layer.Join(path, form), "this key", "points, since "+e.On+" is a score", "")
	case !score && form == "points":
		c.must(false, path+".points", e.Points, "another form, since only health and satisfaction have points")
	case e.On == "jail" && form != "probability":
		c.problem(layer.Join(path, form), "this key", "probability, since a contact sends to jail at once or not at all", "")
	case form == "brings" && c.bringsTo(e.On) != "":
		c.problem(layer.Join(path, form), "this key", c.bringsTo(e.On), "")
	case form == "over" && !c.solvable(e.On):
		c.problem(layer.Join(path, form), "this key", "hazard_ratio, since over is for linkage, and for leaving one service", "")
	case form == "probability" && !atOnce(e.On):
		c.must(false, path+".probability", e.Probability, "hazard_ratio, since only linkage and jail can be set off at once")
	}
}

// isScore reports whether an effect adds points to what it acts on.
func isScore(on string) bool { return on == "health" || on == "satisfaction" }

// atOnce reports whether a contact can set something off.
func atOnce(on string) bool {
	return on == "jail" || on == "linkage" || on == "linkage_other" || strings.HasPrefix(on, "linkage.")
}

// bringsTo returns what is wanted where contacts cannot bring clients to what an effect is
// on, "" where they can.
func (c *checker) bringsTo(on string) string {
	kind, service, _ := strings.Cut(on, ".")
	switch {
	case kind == "linkage" || kind == "linkage_other":
		return ""
	case kind != "return" && kind != "return_other":
		return "another form, since contacts bring people to linkage, and back to a service by return"
	case service == "" && len(c.leftFor(kind)) != 1:
		return "an effect on the return to one service: " + layer.OneOf(c.leftFor(kind))
	}
	return ""
}

// leftFor returns the processes of coming back to one service that a kind of them stands for.
func (c *checker) leftFor(kind string) (names []string) {
	for _, name := range sortedKeys(c.s.Services) {
		if v := c.s.Services[name]; v.Return != nil && (v.Kind == SubstanceUse) == (kind == "return") {
			names = append(names, "return."+name)
		}
	}
	return names
}

// reaches checks the probability that an effect is to bring about.
func (c *checker) reaches(path string, e Effect) {
	q := e.Reaches
	if q == nil {
		return
	}
	c.must(q.Probability > 0 && q.Probability < 1, path+".probability", q.Probability, "a probability above 0 and below 1")
	c.above(path+".by_days", q.ByDays, 0)
	for _, key := range layer.FieldKeys(quantityType) {
		if key != "probability" && key != "by_days" && c.s.origin.has(path+"."+key) {
			c.problem(path+"."+key, "this key", "probability and by_days only", "")
		}
	}
}

// solvable reports whether a hazard ratio can be solved for a proportion of the process:
// of seeking services, together, and of leaving one.
func (c *checker) solvable(on string) bool {
	kind, service, _ := strings.Cut(on, ".")
	if kind == "linkage" || kind == "linkage_other" {
		return true
	}
	n := 0
	for name, v := range c.s.Services {
		if service == name || service == "" && (v.Kind == SubstanceUse) == (kind == "leaving") {
			n++
		}
	}
	return (kind == "leaving" || kind == "leaving_other") && n == 1
}

// windowRatio checks the ratio that an effect is solved for.
func (c *checker) windowRatio(path string, r *WindowRatio) {
	if r != nil {
		c.above(path+".hazard_ratio", r.HazardRatio, 0)
		c.above(path+".by_days", r.ByDays, 0)
	}
}

// brings checks the shares that contacts bring.
func (c *checker) brings(path string, b *Brings) {
	if b == nil {
		return
	}
	given := c.given(path, map[string]float64{"share": 0, "points": 0})
	if len(given) != 1 {
		c.forms(path, given, "exactly one of share (with by_days) and points")
		return
	}
	c.must(b.Reachable > 0 && b.Reachable <= 1, path+".reachable", b.Reachable, "more than 0 and at most 1")
	before := BroughtPoint{}
	for i, at := range b.All() {
		inside := path
		if len(b.Points) > 0 {
			inside = layer.At(path+".points", i)
		}
		c.must(at.Share >= before.Share && at.Share < b.Reachable, inside+".share", at.Share,
			"from "+layer.FormatFloat(before.Share)+" to less than reachable, "+layer.FormatFloat(b.Reachable))
		c.above(inside+".by_days", at.ByDays, before.ByDays)
		before = at
	}
}

// reference checks the delivery under which a program's effects are solved.
func (c *checker) reference(path string, p Program) {
	r := p.Reference
	if r == nil {
		return
	}
	if c.s.origin.has(path + ".uptake") {
		c.must(r.Uptake > 0 && r.Uptake <= 1, path+".uptake", r.Uptake, "more than 0 and at most 1")
	}
	if c.s.origin.has(path + ".first_contact") {
		c.between(path+".first_contact.day", r.FirstContact.Day, 0, maxVisit)
	}
	if c.s.origin.has(path + ".duration_days") {
		c.above(path+".duration_days", r.DurationDays, 0)
	}
	if c.s.origin.has(path + ".contacts") {
		c.rhythm(path, r.Contacts)
	}
	c.must(r.MaxContacts >= 0, path+".max_contacts", r.MaxContacts, "at least 0")
	if r.Reaches {
		c.must(slices.ContainsFunc(p.Effects, func(e Effect) bool { return e.Reaches != nil }), path+".reaches", true, "an effect of the program with reaches, or no reaches here")
		c.must(len(r.Comparator) == 0, path+".comparator", strings.Join(r.Comparator, ", "), "none beside reaches = true: what effects reach is a probability in the arm itself")
	}
	for i, name := range r.Comparator {
		c.known(layer.At(path+".comparator", i), name, sortedKeys(c.s.Programs))
	}
	if r.Linkage != nil {
		c.quantity(path+".linkage", r.Linkage, "")
		linkage := slices.DeleteFunc(slices.Clone(p.Effects), func(e Effect) bool { return !e.Travels() || !atOnce(e.On) })
		if len(linkage) == 0 || slices.ContainsFunc(linkage, func(e Effect) bool { return len(c.sought(e.On)) != 1 }) {
			c.problem(path+".linkage", "the curve of one service", "an effect on linkage of one service, as linkage.NAME", "")
		}
	}
}

// sought returns the services that an effect on linkage is about.
func (c *checker) sought(on string) (names []string) {
	kind, service, _ := strings.Cut(on, ".")
	for name, v := range c.s.Services {
		if service == name || service == "" && (v.Kind == SubstanceUse) == (kind == "linkage") {
			names = append(names, name)
		}
	}
	return names
}
