package sim

import "caseload/scenarios"

// studyOutcomes ask for what care and the study did, and for services together.
const studyOutcomes = `
[[outcome]]
name = "contacts"
variable = "contacts"
at_days = 100
[[outcome]]
name = "contacts_whole_day"
variable = "contacts"
at_days = 84
[[outcome]]
name = "visits_made"
variable = "visits_made"
[[outcome]]
name = "followed_up"
variable = "followed_up"
at_days = 90
[[outcome]]
name = "any_help"
variable = "linked_other"
at_days = 80
service = ["advice", "shelter"]
[[outcome]]
name = "ward_or_clinic"
variable = "days_in_su"
at_days = 80
service = ["ward", "clinic"]
`

// contacts counts those before the day, of all programs; up to jail, with the one that
// sends the client there.
func (r *recounter) contacts() (n float64, _ bool) {
	toJail := r.o.Strategy(scenarios.ByJail) == scenarios.WhileAlive && r.at == firstOf(r.w, r.c, scenarios.ByJail)
	for _, ticks := range r.c.contacts {
		for _, at := range ticks {
			if at < r.at || at == r.at && toJail {
				n++
			}
		}
	}
	return n, false
}

// visitsMade counts the visits in the log of those that are planned after day 0, by the
// outcome's day.
func (r *recounter) visitsMade() (n float64, _ bool) {
	for v := range r.c.visits {
		if day := r.w.m.Scenario.Trial.FollowUpDays[v]; day > 0 && r.c.enrol+days(day) <= r.at {
			n++
		}
	}
	return n, false
}

func (r *recounter) followedUp() (float64, bool) {
	for v := range r.c.visits {
		if r.w.m.Scenario.Trial.FollowUpDays[v] == r.o.AtDays {
			return 1, false
		}
	}
	return 0, false
}

// wholeCondition is the condition that recounts know.
const wholeCondition = `housed and not using and (poor or in_treatment or shelter) or abstinent and employed and clinic == 0`

// condition is wholeCondition.
func (r *recounter) condition() (float64, bool) {
	in := func(services ...string) bool {
		for _, x := range r.c.stays {
			for _, s := range services {
				if r.index[x.service] == s && x.from < r.at && (x.to >= r.at || x.end == openEnd) {
					return true
				}
			}
		}
		return false
	}
	using := r.c.in(scenarios.StateUsing, r.at)
	housed, employed := r.c.in(scenarios.StateHoused, r.at), r.c.in(scenarios.StateEmployed, r.at)
	poor := r.w.traits[0][r.c.client] != 0
	treated := in("clinic", "ward")
	return yes(housed && !using && (poor || treated || in("shelter")) || !using && employed && !in("clinic")), false
}
