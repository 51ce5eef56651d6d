package scenarios

import "slices"

// CovariateBaseline is the name of the covariate that is the outcome's own variable at
// the baseline visit.
const CovariateBaseline = "baseline"

// HasBaseline reports whether there is a visit on day 0: at enrolment, before
// anything that the trial does.
func (t *Trial) HasBaseline() bool { return len(t.FollowUpDays) > 0 && t.FollowUpDays[0] == 0 }

// AtBaseline reports whether the variable has a value on day 0: a state or a score that
// is found at a visit. What is counted from enrolment on, or looks back on a month, has
// none.
func (v Variable) AtBaseline() bool {
	switch {
	case v.Records || v.Kind == Time || v.Kind == Count || v.InDays():
		return false
	}
	return !slices.Contains(lastMonth, v.Name)
}

// AdjustsForBaseline reports whether the outcome's covariates name its own variable at
// the baseline visit. A trait of that name is the trait.
func (s *Scenario) AdjustsForBaseline(o *Outcome) bool {
	return slices.Contains(o.Covariates, CovariateBaseline) && !slices.Contains(s.traitNames(), CovariateBaseline)
}

// UsesBaseline reports whether the outcome, or its analysis, is about its variable at the
// baseline visit, too.
func (s *Scenario) UsesBaseline(o *Outcome) bool { return o.Change || s.AdjustsForBaseline(o) }
