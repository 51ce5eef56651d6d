package size

import (
	"fmt"

	"caseload/analysis/size"
	"caseload/results/report"
	"caseload/scenarios"
)

// checked says of an answer's methods what is the matter with them in the trial of the
// answer, and what a valid one gives.
func (s *Search) checked(a *Answer) (texts []string) {
	for k := range a.Checks {
		if text := s.checkText(&a.Checks[k]); text != "" {
			if len(a.Checks) > 1 {
				text = report.SentenceCase(s.Labels.Outcome(a.Checks[k].Outcome)) + ": " + text
			}
			texts = append(texts, text)
		}
	}
	return texts
}

func (s *Search) checkText(c *size.Check) string {
	if c.Valid && !c.Fails {
		return ""
	}
	text := ""
	switch {
	case c.NoMethod:
		text = "No test of this is valid: " + c.WhyNot + "."
	case !c.Valid:
		text = report.SentenceCase(c.WhyNot) + "."
	}
	if c.Fails {
		if text != "" {
			text += " "
		}
		text += fmt.Sprintf("In trials of this answer %.4g %% intervals by %s contain the truth in %s %% (MCSE %s).",
			float64(100*c.Claimed), scenarios.Plain(c.Method), (c.Coverage * 100).Fixed(1), (c.MCSE * 100).Fixed(1))
	}
	if c.Instead != "" && c.Power.Known() {
		text += fmt.Sprintf(" By %s, which holds its level, they have %s %% %s (MCSE %s).",
			scenarios.Plain(c.Instead), (c.Power * 100).Fixed(1), s.Wanted(), (c.PowerMCSE * 100).Fixed(1))
	}
	return text
}
