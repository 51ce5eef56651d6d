package report

import (
	"strings"

	"caseload/scenarios"
)

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

// Notes are those of the outcomes of a scenario that are kept, and what is taken for what
// is missing: each once, with the labels of the outcomes that it is about unless it is
// about all.
func Notes(sc *scenarios.Scenario, keeps func(outcome string) bool) []string {
	return notesOf(sc, keeps, func(o *scenarios.Outcome) []string {
		notes := EventNotes(sc.AtDeath(o), sc.AtEvents(o), o.AtDays)
		if note := MissingNote(o.Missing, o.Variable); note != "" {
			notes = append(notes, note)
		}
		return notes
	})
}

// Survivors says of the outcomes that are kept and of which nothing is said of clients who
// die, that they are of those alive.
const Survivors = "Among those alive at the visit, who are other clients in each arm if a program changes who dies (nothing is said of those who die)"

// OfSurvivors reports whether an outcome is of those alive for want of anything else that
// is said.
func OfSurvivors(d *scenarios.AtDeath) bool {
	return d != nil && d.Strategy == "unstated" && OfTheLiving(d)
}

// SurvivorsNotes returns that, as Notes does.
func SurvivorsNotes(sc *scenarios.Scenario, keeps func(outcome string) bool) []string {
	return notesOf(sc, keeps, func(o *scenarios.Outcome) []string {
		if OfSurvivors(sc.AtDeath(o)) {
			return []string{Survivors}
		}
		return nil
	})
}

func notesOf(sc *scenarios.Scenario, keeps func(outcome string) bool, of func(o *scenarios.Outcome) []string) (lines []string) {
	labels, kept := sc.Labels(), 0
	var notes []string
	about := map[string][]string{}
	for k := range sc.Outcomes {
		o := &sc.Outcomes[k]
		if !keeps(o.Name) {
			continue
		}
		kept++
		for _, note := range of(o) {
			if about[note] == nil {
				notes = append(notes, note)
			}
			about[note] = append(about[note], labels.Within(o.Name, Everyone))
		}
	}
	for _, note := range notes {
		line := SentenceCase(note)
		if len(about[note]) < kept {
			line += ": " + strings.Join(about[note], ", ")
		}
		lines = append(lines, line+".")
	}
	return lines
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
func MissingNote(m scenarios.Missing, variable string) string {
	switch m.As {
	case scenarios.MissingFailure:
		return "missed visits count as failures in the data; the truth is what would have been found"
	case scenarios.MissingReference:
		return "what is missing in the treated arm is imputed as if clients had gone over to the control arm after their last visit (jump to reference), with Rubin's standard error, which is larger than the spread of the estimates; the truth is what would have been found"
	case scenarios.MissingDelta:
		unit := ""
		if v, _ := scenarios.LookupVariable(variable); v.Kind == scenarios.Binary {
			unit = " in log odds"
		}
		return "what is imputed in the treated arm is shifted by " + SixDigits(m.Delta) + unit + "; the truth is what would have been found"
	}
	return ""
}

// BeyondEvents says which clients a method takes for clients whose outcome was missed,
// though it is not about them; nothing where it doesn't.
func BeyondEvents(events []scenarios.AtEvent, method string) (notes []string) {
	if method != "mmrm" && method != "ipw" {
		return nil
	}
	for k := range events {
		if x := &events[k]; x.Strategy == string(scenarios.Principal) {
			notes = append(notes, method+" takes "+affected[x.Event][1]+" for clients whose outcome was missed, and estimates the mean with them; the truth is of the others")
		}
	}
	return notes
}
