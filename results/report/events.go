package report

import "caseload/scenarios"

// EventNotes say what an outcome is for clients to whom intercurrent events come before
// it is measured, and what the data hold of them: nothing where no event can come, or
// nothing is said of it but of death. Everything that reports an outcome says it so.
func EventNotes(d *scenarios.AtDeath, events []scenarios.AtEvent, atDays float64) (notes []string) {
	if note := DeathNote(d, atDays); note != "" {
		notes = append(notes, note)
	}
	for k := range events {
		notes = append(notes, EventNote(&events[k], atDays))
	}
	return notes
}

// OutcomeNotes are those of an outcome of a scenario.
func OutcomeNotes(sc *scenarios.Scenario, o *scenarios.Outcome) []string {
	return EventNotes(sc.AtDeath(o), sc.AtEvents(o), o.AtDays)
}

// affected are the clients to whom an event comes, and the event itself, in words.
var affected = map[scenarios.IntercurrentEvent][3]string{
	scenarios.ByJail:          {"jail", "clients who are jailed", "nobody were taken to jail"},
	scenarios.ByLeaving:       {"leaving treatment", "clients who leave treatment", "nobody left treatment before its end"},
	scenarios.ByRefusal:       {"refusal", "clients who refuse a program", "everyone started what is offered"},
	scenarios.ByContamination: {"contamination", "clients who get another arm's programs", "nobody got another arm's programs"},
}

// EventNote says what an outcome is for clients to whom an event other than death comes
// before it is measured, and what the data hold of them.
func EventNote(x *scenarios.AtEvent, atDays float64) string {
	words := affected[x.Event]
	switch scenarios.Strategy(x.Strategy) {
	case scenarios.Composite:
		return words[0] + " is part of the outcome: " + map[string]string{"event": "it counts as the event",
			"no event": words[1] + " never have the event", "value": words[1] + " count as "}[x.Data] + valueAlone(x.Value)
	case scenarios.WhileAlive:
		return words[0] + ": what is counted up to the first time, over the time until then, as if for " + SixDigits(atDays) + " days each"
	case scenarios.Principal:
		return words[0] + ": the truth is among clients to whom it would come in neither arm, which depends on both worlds having the same luck; " +
			"in the data " + words[1] + " are left out of their arm, and the means of the arms are without them"
	case scenarios.Hypothetical:
		return words[0] + ": the truth is as if " + words[2] + "; in the data " + words[1] + " are " + x.Data + " from then on"
	}
	return words[0] + ": the truth and the data are of what happens whatever comes, before it and after it (treatment policy)"
}

func valueAlone(x *float64) string {
	if x == nil {
		return ""
	}
	return SixDigits(*x)
}

// MissingNote says what a missing outcome is taken for; "" where for nothing.
func MissingNote(m scenarios.Missing) string {
	switch m.As {
	case scenarios.MissingFailure:
		return "missed visits count as failures in the data; the truth is what would have been found"
	case scenarios.MissingReference:
		return "what is missing in the treated arm is imputed as if clients had gone over to the control arm after their last visit (jump to reference); the truth is what would have been found"
	case scenarios.MissingDelta:
		return "what is imputed in the treated arm is shifted by " + SixDigits(m.Delta) + " (of a proportion, in log odds); the truth is what would have been found"
	}
	return ""
}
