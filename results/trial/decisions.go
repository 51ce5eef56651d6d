package trial

import (
	"fmt"
	"strings"

	"caseload/scenarios"
	"caseload/sim/trial"
)

// decisionColumns are what clients were given at decisions.
func (t *Data) decisionColumns(d *Dataset) {
	for k := range t.model.Scenario.Decisions {
		x := &t.model.Scenario.Decisions[k]
		at := func(i int) int8 { return t.shown.Observed.Options[k][i] }
		d.addNumber("met."+x.Name, "boolean", "", "met what the decision asks"+asked(x), func(i int) float64 { return indicator(at(i) != trial.NotMet) })
		if x.Randomizes() {
			d.addText("option."+x.Name, "what the client was randomized to at the decision, empty for who was not: "+optionsOf(x), func(i int) string {
				if at(i) == trial.NotMet {
					return ""
				}
				return x.Randomize[at(i)].Name
			})
		}
	}
}

// asked says what a decision asks, and when.
func asked(d *scenarios.Decision) string {
	text := fmt.Sprintf(" on day %g", d.AtDays)
	if d.EveryDays > 0 {
		text = fmt.Sprintf(" at least once, every %g days from day %g to day %g", d.EveryDays, d.AtDays, d.UntilDay)
	}
	if d.When != "" {
		text += ": " + d.When
	}
	return text
}

// optionsOf lists the options with the probabilities of being randomized to them.
func optionsOf(d *scenarios.Decision) string {
	total := 0
	var parts []string
	for _, o := range d.Randomize {
		total += o.Ratio
	}
	for _, o := range d.Randomize {
		parts = append(parts, fmt.Sprintf("%s with probability %d/%d", o.Name, o.Ratio, total))
	}
	return strings.Join(parts, ", ")
}
