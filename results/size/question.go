package size

import (
	"fmt"

	"caseload/analysis/size"
	"caseload/results/report"
)

// Question is what was asked, in words.
func (s *Search) Question() string {
	about := "“" + s.About(&s.Answer) + "”"
	for _, a := range s.Others {
		if other := "“" + s.About(&a) + "”"; other != about && a.TargetPower == s.TargetPower {
			about += " and " + other
		}
	}
	power := report.Percent(s.TargetPower) + " " + s.Wanted()
	of := fmt.Sprintf(" to find a difference in %s between %s and %s", about, s.Labels.TheArm(s.Arm), s.Labels.TheArm(s.Control))
	if s.HalfWidth > 0 {
		of = fmt.Sprintf(" that the interval of the effect on %s is no wider than the estimate ± %g", about, s.HalfWidth)
	}
	switch s.Solve {
	case size.Effect:
		return fmt.Sprintf("How large must the effects be for a trial of %s to have %s%s?", report.Counted(s.Written, "client"), power, of)
	case size.Power:
		return fmt.Sprintf("Which %s does a trial of %s have%s?", s.Wanted(), report.Counted(s.Written, "client"), of)
	}
	return fmt.Sprintf("How many %ss give %s%s?", s.thing(), power, of)
}

// Beware returns what is the matter with the methods of the answers, in the trials of
// these.
func (s *Search) Beware() (texts []string) {
	for _, a := range s.Answers() {
		texts = append(texts, s.checked(a)...)
	}
	return texts
}

// Question is what was asked, in words.
func (c *Cost) Question() string {
	about := labelled(c.Labels, c.outcomes, c.Outcome, c.require, c.Subgroup)
	if c.Solve == size.Budget {
		return fmt.Sprintf("Which design has the most power to find a difference in “%s” for %s?", about, c.money(c.Budget))
	}
	return fmt.Sprintf("Which design reaches %s power to find a difference in “%s” at the least cost?", report.Percent(c.TargetPower), about)
}

// money is an amount with its currency.
func (c *Cost) money(x report.Number) string { return Money(x, c.Currency) }

// Money is an amount in whole units of a currency, which may have no name.
func Money(x report.Number, currency string) string {
	if currency == "" || !x.Known() {
		return x.Whole()
	}
	return x.Whole() + " " + currency
}
