package trial

import (
	"reflect"
	"strings"

	"caseload/results/run"
)

// columnTypes are what columns of CSV files hold.
var columnTypes = map[reflect.Kind]string{reflect.String: "text", reflect.Int: "integer", reflect.Float64: "number", reflect.Bool: "logical"}

// rowMeanings say what the columns of a run's rows are. Those of the form x_mcse
// are the Monte Carlo standard error of x.
var rowMeanings = map[string]string{
	"outcome":         "name of the outcome",
	"variable":        "the variable that it is",
	"at_days":         "day at which it is read, or up to which it counts",
	"cluster":         "group of outcomes that the variable belongs to",
	"subgroup":        "the clients who are analysed; all: everyone",
	"contrast":        "arms compared, the first less the second",
	"arm":             "the contrast's first",
	"control":         "the contrast's second",
	"method":          "estimator",
	"set":             "analysis set",
	"primary":         "the outcome is primary",
	"alpha":           "level of the test",
	"effect":          "what is estimated; ratios are natural logarithms",
	"truth":           "the effect with nobody lost and nothing mismeasured",
	"truth_rollout":   "the same with everyone in one arm against everyone in the other",
	"mean":            "mean of the estimates",
	"bias":            "mean of estimate less truth",
	"relative_bias":   "bias as a share of the truth; missing where the truth cannot be told from zero",
	"empirical_se":    "standard deviation of the estimates",
	"model_se":        "standard error that the analysis claims, root mean square",
	"model_se_error":  "model_se / empirical_se - 1",
	"rmse":            "root mean squared error of the estimates",
	"power":           "share of trials that reject",
	"power_low":       "lower limit of the 95 % Wilson interval of power",
	"power_high":      "upper limit of the 95 % Wilson interval of power",
	"coverage":        "share of confidence intervals that contain the truth",
	"bias_eliminated": "share of confidence intervals that contain the mean estimate",
	"width":           "mean width of the confidence intervals",
	"type_s":          "share of significant estimates with the wrong sign; missing where the truth cannot be told from zero",
	"type_m":          "how many times too large significant estimates are on average; missing as type_s",
	"smd":             "mean standardized mean difference",
	"smd_truth":       "the truth as a standardized mean difference",
	"n":               "clients analysed in a trial, on average",
	"failed":          "fits that came to nothing",
	"boundary":        "fits that stand though a variance was estimated as zero",
	"test":            "superiority, non_inferiority or equivalence",
	"sides":           "1 or 2",
	"margin":          "of a test against a margin; missing: none",
	"interaction":     "the effect in the subgroup less that in the rest",
	"notes":           "how the numbers are to be read",
}

// PerformanceColumns are those of performance.csv and of "caseload run --format
// csv", in order.
func PerformanceColumns() (all []DatasetColumn) {
	t := reflect.TypeFor[run.Row]()
	for k := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(k).Tag.Get("json"), ",")
		kind, written := columnTypes[t.Field(k).Type.Kind()]
		if name == "" || name == "-" || !written {
			continue
		}
		c := DatasetColumn{Name: name, Type: kind, Meaning: rowMeanings[name]}
		if of, ok := strings.CutSuffix(name, "_mcse"); ok {
			c.Meaning = "Monte Carlo standard error of " + of
		}
		if name == "at_days" {
			c.Unit = "days since enrolment; set entered: since entry"
		}
		all = append(all, c)
	}
	return append(all, DatasetColumn{Name: "notes", Type: "text", Meaning: rowMeanings["notes"]})
}

// Dictionary explains the columns of files, and its own: it is written as
// dictionary.csv beside them.
func Dictionary(files ...*Dataset) *Dataset { return dictionary(files) }
