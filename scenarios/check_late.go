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
	for i, e := range p.Effects {
		last, known := p.lastContact(e.MaxContacts)
		end, most := last+e.LastsDays, "less than "
		ok := e.StartsDay < end
		if known && e.LastsDays == 0 {
			most, ok = "at most ", e.StartsDay <= end
		}
		if inside := layer.At(path+".effect", i) + ".starts_day"; e.StartsDay > 0 && !ok && c.s.origin.has(inside) {
			c.must(false, inside, e.StartsDay, most+layer.FormatFloat(end)+", after which no contact of the program is at work")
		}
	}
}

// lastContact returns the day, since a client began the program, of the last contact that may
// have an effect of so many; 0: of all. Not known is only that it is before the end.
func (p *Program) lastContact(most int) (day float64, known bool) {
	if most == 0 || p.MaxContacts > 0 && p.MaxContacts < most {
		most = p.MaxContacts
	}
	interval := p.Contacts.EveryDays
	switch {
	case p.Contacts.PerMonth > 0:
		interval = DaysPerMonth / p.Contacts.PerMonth
	case interval == 0:
		return p.FirstContact.Day, true
	}
	if last := p.FirstContact.Day + float64(float64(most-1)*interval); most > 0 && last < p.DurationDays {
		return last, true
	}
	return p.DurationDays, false
}
