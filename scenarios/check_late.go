package scenarios

import "caseload/scenarios/layer"

// startsDay checks an effect that starts late.
func (c *checker) startsDay(path string, e Effect, form string) {
	switch {
	case !c.s.origin.has(path):
	case form == "brings":
		c.must(false, path, e.StartsDay, "none beside brings, whose points say when contacts bring: a first one of share 0 by that day")
	case e.HalfLifeDays > 0:
		c.must(false, path, e.StartsDay, "none beside half_life_days: what fades from a contact on does not start late")
	default:
		c.between(path, e.StartsDay, 0, maxVisit)
	}
}

// startsInTime checks that some contact of the program can have its late effects.
func (c *checker) startsInTime(path string, p Program) {
	single := p.Contacts.EveryDays == 0 && p.Contacts.PerMonth == 0
	for i, e := range p.Effects {
		end, most := p.DurationDays+e.LastsDays, "less than "
		if single {
			end = p.FirstContact.Day + e.LastsDays
		}
		ok := e.StartsDay < end
		if single && e.LastsDays == 0 {
			most, ok = "at most ", e.StartsDay <= end
		}
		if inside := layer.At(path+".effect", i) + ".starts_day"; e.StartsDay > 0 && !ok && c.s.origin.has(inside) {
			c.must(false, inside, e.StartsDay, most+layer.FormatFloat(end)+", after which no contact of the program is at work")
		}
	}
}
