package scenarios

import (
	"slices"
	"strings"
)

// Used lists the assumptions that the trial rests on: those of Assumptions but for
// programs that no arm offers, measures that no outcome is measured by, what is drawn
// where nothing is drawn, what is asked, and keys that say that there is none of
// something.
func (s *Scenario) Used() ([]Assumption, error) {
	all, err := s.Assumptions()
	return slices.DeleteFunc(all, func(a Assumption) bool { return !s.uses(&a) }), err
}

// uses reports whether the trial rests on an assumption.
func (s *Scenario) uses(a *Assumption) bool {
	parts := strings.Split(strings.ReplaceAll(a.Block, " ", "."), ".")
	if parts[0] == "literature" {
		return a.Key == "effect_sd" // how much trials differ
	}
	if Asked(parts[0]) != "" {
		return false
	}
	switch parts[0] {
	case "uncertainty":
		return false
	case "arm":
		return a.Key != "ratio" // a choice of whoever designs the trial
	case "program":
		if len(parts) > 1 && !s.offered(parts[1]) {
			return false
		}
	case "measure":
		if len(parts) > 1 && !slices.ContainsFunc(s.Outcomes, func(o Outcome) bool { return o.MeasuredBy == parts[1] }) {
			return false
		}
	}
	if slices.Contains(parts, "uncertain") && !s.Drawn() {
		return false
	}
	none := a.Value == "0" || a.Value == "unlimited" || a.Value == `"unlimited"`
	return !none || a.Source != ""
}

// weakness orders kinds of evidence, the weakest first. What holds by design is no
// claim about the world.
var weakness = []Evidence{EvidenceMadeUp, EvidenceNone, EvidenceScenario, EvidenceJudgement, EvidenceOpen, EvidenceStudy, EvidenceReview, EvidenceDesign}

// Weakness orders assumptions by what they rest on, and among those that rest on the same
// by the confidence in them. The least is the weakest.
func (a *Assumption) Weakness() int {
	confidence := slices.Index([]string{"low", "", "moderate", "high"}, a.Confidence)
	return 4*slices.Index(weakness, a.Evidence) + confidence
}
