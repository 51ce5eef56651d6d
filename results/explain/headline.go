package explain

import "fmt"

// Headline returns the message of the explanation in one line: how much of the
// effect is left, and which obstacle takes most. It follows the rules of the
// paragraph.
func (e *Explanation) Headline() string {
	ideal, observed := e.Ideal.smd(), e.Observed.smd()
	what := fmt.Sprintf("the %s on “%s”", e.noun(), e.Labels.Within(e.Outcome, e.Subgroup))
	switch {
	case !ideal.known() || !observed.known():
		return "Where " + what + " goes"
	case len(e.Factors) == 0:
		return "Nothing stands in the way of " + what
	case !ideal.clear() && observed.clear():
		return "The obstacles alone make an effect on “" + e.Labels.Within(e.Outcome, e.Subgroup) + "”"
	case ideal.negligible():
		return "In the ideal world, " + what + " is of no size that matters"
	case !ideal.clear():
		return "In the ideal world, " + what + " cannot be told from zero"
	case observed.negligible():
		return "Nothing of a size that matters is left of " + what + e.lostTo()
	case !observed.clear():
		return "What is left of " + what + " cannot be told from zero" + e.lostTo()
	case ideal.value*observed.value < 0:
		return "This trial reports the opposite of " + what + e.lostTo()
	}
	return "This trial reports " + e.kept().percent() + " of " + what + e.lostTo()
}

// lostTo names the factor that takes most, if its loss can be told from zero.
func (e *Explanation) lostTo() string {
	f := e.most(e.lost)
	if f == nil || !e.lost(f).clear() || e.lost(f).value <= 0 {
		return ""
	}
	return "; the largest loss comes from " + f.says()
}
