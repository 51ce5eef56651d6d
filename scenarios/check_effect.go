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
	given := c.given(path, map[string]float64{"hazard_ratio": 0, "reaches": 0, "probability": 0, "points": 0})
	if len(given) != 1 {
		c.forms(path, given, "exactly one of hazard_ratio, reaches, probability, points")
	} else {
		c.effectNumbers(path, e, given[0])
		if known {
			c.effectForm(path, e, given[0])
		}
	}
	if known && !e.Direct && slices.Contains(recoveryProcesses, e.On) {
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
	case "probability":
		c.probability(path+".probability", e.Probability)
	}
	c.halfLife(path+".half_life_days", e, form)
	if form != "probability" {
		c.above(path+".lasts_days", e.LastsDays, 0)
		c.must(e.While == "", path+".while", e.While, "none: only what acts at once, by a probability, has a condition")
		return
	}
	if c.s.origin.has(path + ".lasts_days") {
		c.must(false, path+".lasts_days", e.LastsDays, "none: what acts at once does not last")
	}
	if e.While != "" {
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
