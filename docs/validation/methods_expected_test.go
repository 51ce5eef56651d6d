package validation_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/numeric"
)

// expectation is what a method's test does without an effect, and its interval
// with one.
type expectation struct {
	kind  expected
	slack float64 // beyond half a point and 4 MCSE, towards rejecting too often
	low   float64 // and towards too seldom
	bias  float64 // beyond 4 MCSE
	drawn float64 // the same, as a share of the truth
	fails float64 // share of fits that may come to nothing
}

type expected uint8

const (
	holds    expected = iota
	cautious          // rejects at most as often
	tooOften          // rejects more often: it must
)

// grain is allowed to every method: a statistic of so few clients is discrete,
// or skewed.
const grain = 0.005

// largeSample are methods that take the standard error for known, with the
// number of coefficients that neither a maximum likelihood variance nor a plain
// sandwich allows for.
var largeSample = map[string]float64{
	"risk_ratio": 2, "odds_ratio": 2, "chi_square": 2, "logistic": 4, "standardized": 4, "logistic_interaction": 6,
	"ipw":            6, // three in each arm
	"poisson_robust": 4, "negative_binomial": 5,
	"log_rank": 1, "stratified_log_rank": 1, "cox": 3, "cox_breslow": 3, "stratified_cox": 3, "cox_interaction": 5, "fine_gray": 3,
	"rmst": 2, "survival_difference": 2, "cumulative_incidence": 2,
}

// managers are the clusters in the treated arm of the trial of all methods.
const managers = 12

func expectationOf(row *analysis.Row) (e expectation) {
	name, n := row.Method.Name, float64(row.N)
	e.fails = 0.002
	if strings.HasPrefix(string(row.Method.Measure), "log ") {
		e.bias = 5 / n
	}
	if row.Variable.Kind.String() == "time to event" {
		n /= 2 // some half of the clients have the event in time, or are censored late
	}
	if p, ok := largeSample[name]; ok {
		e.slack = beyond(n-p, (n-p)/n)
	}
	switch name {
	case "fisher":
		e.kind = cautious
	case "random_intercept", "random_intercept_kr", "partially_nested", "partially_nested_kr":
		// Who did not take the program up is a cluster of one, which weighs more than
		// one of many.
		e.kind, e.drawn = cautious, 0.03
	case "median":
		e.kind, e.bias, e.fails = cautious, 1, 0.1 // a median that is not reached leaves out the largest
	case "poisson":
		e.kind = tooOften
	case "cox_robust":
		e.slack = fewClusters(n, 3)
	case "logistic_robust":
		e.slack = 0.01 // simulated: 2 points with five case managers
	case "multiple_imputation":
		e.low = 0.01 // Rubin's rules
		if row.Variable.Kind.String() == "binary" {
			e.bias = 0.5 / n // rows that augment the model draw what is imputed towards one half
		}
	case "risk_ratio", "odds_ratio", "logistic", "logistic_interaction":
		e.low = 0.01 // Wald tests of logarithms
	case "log_rank", "stratified_log_rank":
		e.bias += 0.02
	}
	return e
}

// beyond is how much more often than 5 % a t variate is beyond 1.96 standard
// errors, when these are too small: their square by the factor given.
func beyond(df, factor float64) float64 {
	return numeric.StudentTwoSided(1.959964*math.Sqrt(factor), df) - 0.05
}

// fewClusters is beyond for a sandwich over clusters in one arm and n/2 clients in
// the other, whose halves of the variance are a sum of so many squares about their
// mean, without correction.
func fewClusters(n, coefficients float64) float64 {
	factor := (1 - 0.5/managers) * (n - coefficients) / n
	df := 1 / (0.25/(managers-1) + 0.25/(n/2-1))
	return beyond(df, factor)
}

// String is what the table says, in percent.
func (e expectation) String() string {
	switch e.kind {
	case cautious:
		return "at most 5"
	case tooOften:
		return "above 5"
	}
	low, high := 5-100*e.low, 5+100*e.slack
	if high-low < 0.05 {
		return "5"
	}
	return fmt.Sprintf("%s to %s", plain(low), plain(high))
}

// plain is a number with one decimal, or none if that is zero.
func plain(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") }

// hold fails where a method is not as expected without an effect, or with one.
func (e expectation) hold(t *testing.T, null, effect *analysis.Row) {
	t.Helper()
	what := fmt.Sprintf("%s by %s in %s", null.OutcomeSpec.Name, null.Method.Name, null.SubgroupName)
	p, q := &null.Performance, &effect.Performance
	if p.Power.Known() && !e.near(float64(p.Power), 0.05, float64(p.PowerMCSE)) {
		t.Errorf("%s: rejects %.4f (MCSE %.4f) without an effect, expected %s %%", what, p.Power, p.PowerMCSE, e)
	}
	slack := e
	if strings.HasSuffix(null.Method.Name, "log_rank") {
		slack.slack += 0.01 // the estimate is one step from no effect
	}
	if !slack.near(float64(1-q.Coverage), 0.05, float64(q.CoverageMCSE)) {
		t.Errorf("%s: covers %.4f (MCSE %.4f) with an effect, expected to miss %s %%", what, q.Coverage, q.CoverageMCSE, e)
	}
	drawn := float64(e.drawn * float64(q.Truth.Abs()))
	if !(p.Truth.Abs() < 1e-9) || !(float64(p.Bias.Abs()-4*p.BiasMCSE) < e.bias) || !(float64(q.Bias.Abs()-4*q.BiasMCSE) < e.bias+drawn) {
		t.Errorf("%s: truth %.4f, bias %.4f (MCSE %.4f) without an effect, %.4f (%.4f) with one, allowed %.4f", what, p.Truth, p.Bias, p.BiasMCSE,
			q.Bias, q.BiasMCSE, e.bias+drawn)
	}
	if failed := max(p.Failed, q.Failed); float64(failed) > e.fails*float64(methodsTrials) {
		t.Errorf("%s: %d fits failed", what, failed)
	}
}

// near tells whether a share of errors is as expected of a level.
func (e expectation) near(share, level, mcse float64) bool {
	switch e.kind {
	case cautious:
		return share < level+4*mcse+grain && share > level/4
	case tooOften:
		return share-4*mcse > level
	}
	return share < level+4*mcse+grain+e.slack && share > level-4*mcse-grain-e.low
}
