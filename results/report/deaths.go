package report

import (
	"caseload/scenarios"
)

// DeathNote says what an outcome is for clients who die before it is measured, and what
// the data hold of them; "" where nobody can. Everything that reports an outcome says
// it in these words.
func DeathNote(d *scenarios.AtDeath, atDays float64) string {
	if d == nil {
		return ""
	}
	switch scenarios.Strategy(d.Strategy) {
	case scenarios.Composite:
		return "deaths are part of the outcome: " + map[string]string{"event": "death counts as the event",
			"no event": "clients who die never have the event", "counted": "a death counts as one more event"}[d.Data] + valueText(d)
	case scenarios.WhileAlive:
		return "deaths: what is counted while alive, over the time alive, as if for " + SixDigits(atDays) + " days each"
	case scenarios.Principal:
		return "deaths: the truth is among clients who would be alive in either arm, which depends on both worlds having the same luck; " +
			"data and the means of the arms are of those alive in each arm"
	case scenarios.Hypothetical:
		return "deaths: the truth is as if nobody died; in the data those who die are " + d.Data
	}
	switch d.Data {
	case "kept":
		return "deaths: clients who die keep what they had by then; nothing is said of them in outcome.intercurrent"
	case "censored":
		return "deaths: clients who die are censored then; nothing is said of them in outcome.intercurrent"
	}
	return "deaths: truth and data are of those alive at the visit, who are other clients in each arm if a program changes who dies; " +
		"nothing is said of those who die in outcome.intercurrent"
}

func valueText(d *scenarios.AtDeath) string {
	if d.Value == nil {
		return ""
	}
	return "clients who die count as " + SixDigits(*d.Value)
}

// OfTheLiving reports whether an outcome is of those alive alone.
func OfTheLiving(d *scenarios.AtDeath) bool {
	return d != nil && d.Data == "missing" && d.Strategy != string(scenarios.Hypothetical)
}

// BeyondDeath says what a method makes of clients who died, where it takes them for
// clients whose outcome was missed; "" where it doesn't.
func BeyondDeath(d *scenarios.AtDeath, method string) string {
	if !OfTheLiving(d) {
		return ""
	}
	switch method {
	case "mmrm", "mmrm_kr":
		return "mmrm goes beyond death: it takes who died for who was missed, and estimates the mean as if they had lived; the truth is of those alive"
	case "ipw":
		return "ipw goes beyond death: those seen stand for those who died, too, as if they had lived; the truth is of those alive"
	}
	return ""
}
