package run

import (
	"slices"
	"strings"
)

// columns say what the columns of performance.csv are that are no measures of
// performance.
var columns = map[string]string{
	"outcome":          "name of the outcome",
	"variable":         "the variable that it is",
	"at_days":          "day at which it is read, or up to which it counts",
	"cluster":          "group of outcomes that the variable belongs to",
	"subgroup":         "the clients who are analysed; all: everyone",
	"contrast":         "arms compared, the first less the second",
	"arm":              "the contrast's first",
	"control":          "the contrast's second",
	"method":           "estimator",
	"set":              "analysis set",
	"primary":          "the outcome is primary",
	"alpha":            "level of the test",
	"effect":           "what is estimated; ratios are natural logarithms",
	"valid":            "the method holds its level and coverage in the design",
	"why_not":          "what stands against the method where it does not hold",
	"truth":            "the effect with nobody lost and nothing mismeasured",
	"truth_rollout":    "the same with everyone in one arm against everyone in the other",
	"truth_sd":         "the truth in standard deviations of the outcome, the same for all methods: difference of means, log odds ratio of risks, or difference of times up to the day; above 0 is better for the client",
	"verdict":          "what the replicates say about truth_sd: benefit, harm, negligible (certainly within 0.02), or cannot_tell (within 3 MCSE of zero, or fewer than 256 replicates)",
	"power_low":        "lower limit of the 95 % Wilson interval of power",
	"power_high":       "upper limit of the 95 % Wilson interval of power",
	"assurance_low":    "lower limit of the 95 % Wilson interval of assurance; only with --uncertain",
	"assurance_high":   "upper limit of the 95 % Wilson interval of assurance; only with --uncertain",
	"predictive_low":   "2.5 % of trials estimate less; only with --uncertain",
	"predictive_high":  "2.5 % of trials estimate more; only with --uncertain",
	"smd_truth":        "the truth as a standardized mean difference",
	"n":                "clients analysed in a trial, on average",
	"failed":           "fits that came to nothing",
	"boundary":         "fits that stand though a variance was estimated as zero",
	"tests_alone":      "fits with a test and no estimate: the power counts them, and bias and coverage are about the others",
	"test":             "superiority, non_inferiority or equivalence",
	"sides":            "1 or 2",
	"margin":           "of a test against a margin; missing: none",
	"interaction":      "the effect in the subgroup less that in the rest",
	"tipping_findings": "trials with a finding in favour of the arm; only with tipping = true",
	"tipping_delta":    "median over them of the smallest shift of what is imputed in the treated arm at which the finding goes, in the unit of the outcome, of proportions in log odds; missing where half of them or more stay; only with tipping = true",
	"tipping_stays":    "share of them that stay at the largest shift tried: 5 standard deviations of the outcome in the control arm, or 10 on the scale of log odds; only with tipping = true",
	"notes":            "how the numbers are to be read",
}

// Meaning returns what a column of performance.csv is, "" of one that is not there.
func Meaning(column string) string {
	if column == "coverage_mcse" {
		return "Monte Carlo standard error of coverage, that of the truth that the intervals are held against included"
	}
	if of, ok := strings.CutSuffix(column, "_mcse"); ok {
		return "Monte Carlo standard error of " + of
	}
	if k := slices.IndexFunc(catalogue, func(m performanceMeasure) bool { return m.column == column }); k >= 0 {
		return catalogue[k].meaning
	}
	return columns[column]
}
