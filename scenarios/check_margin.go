package scenarios

import (
	"fmt"
	"math"
	"slices"

	"caseload/scenarios/layer"
)

// Methods whose effect has another scale than the outcome's own unit.
var (
	shareMethods = []string{"risk_difference", "chi_square", "standardized", "survival_difference", "cumulative_incidence"}
	rankMethods  = []string{"wilcoxon"}
	// Logarithms of ratios, and standardized differences, have no largest value.
	openMethods = []string{"risk_ratio", "odds_ratio", "fisher", "logistic", "logistic_interaction", "logistic_robust", "gee_logistic", "gee_logistic_md", "gee_logistic_fg", "logistic_mixed",
		"partially_nested_logistic", "risk_ratio_cluster", "regime_logistic", "hedges_g",
		"poisson", "poisson_robust", "poisson_cluster", "gee_poisson", "gee_poisson_md", "gee_poisson_fg", "negative_binomial", "log_rank", "cox", "stratified_log_rank", "stratified_cox",
		"cox_breslow", "cox_robust", "cox_cluster", "cox_interaction", "fine_gray",
		FlemingHarrington, "stratified_" + FlemingHarrington, "max_combo", "stratified_max_combo"}
)

// MarginLimit returns the size that no effect of the outcome by a method exceeds, so
// that a margin must be below it, and what the effect is; infinite where there is
// none. An effect that two groups are compared by can be twice as large.
func MarginLimit(o Outcome, v Variable, method string) (limit float64, effect string) {
	double := 1.0
	if m, _ := LookupMethod(method); m.Subgroups {
		double = 2
	}
	switch {
	case slices.Contains(openMethods, method):
		return math.Inf(1), ""
	case slices.Contains(rankMethods, method):
		return 1, "a difference of two probabilities"
	case slices.Contains(shareMethods, method) || v.Kind == Binary:
		return double, "a difference of proportions"
	case v.Kind == Time || v.InDays():
		return double * o.mostDays(v), "a difference of days"
	}
	return math.Inf(1), ""
}

// MostDays returns the largest value of an outcome that is a number of days, 0 of others.
func (o *Outcome) MostDays() float64 {
	v, _ := LookupVariable(o.Variable)
	if !v.InDays() {
		return 0
	}
	return o.mostDays(v)
}

// mostDays returns the largest value of a variable that is a number of days.
func (o Outcome) mostDays(v Variable) float64 {
	if v.Name == "use_days_month" {
		return 30
	}
	return o.AtDays
}

// margin checks that some effect could lie beyond the margin.
func (c *checker) margin(path string, o Outcome, v Variable) {
	if !(o.Margin > 0) {
		c.must(false, path, o.Margin, "more than 0: how much worse is still acceptable, in the unit of the effect (of a ratio its logarithm)")
		return
	}
	for _, name := range o.Methods {
		if limit, effect := MarginLimit(o, v, name); !(o.Margin < limit) && limit > 0 {
			want := fmt.Sprintf("less than %s: by %s the effect is %s, and none could be worse than the margin", layer.FormatFloat(limit), name, effect)
			if limit <= 2 {
				want += " (5 percentage points are 0.05)"
			}
			c.mustShown(path, o.Margin, want)
			return
		}
	}
}
