package folder

import (
	"caseload/results/trial"

	"github.com/parquet-go/parquet-go"
)

// DictionaryName is the file that explains the columns of the others.
const DictionaryName = trial.DictionaryName

// estimateMeanings say what the columns of the estimates are.
var estimateMeanings = map[string]string{
	"replicate":    "number of the trial, from 0; caseload trial --replicate shows it",
	"outcome":      "name of the outcome",
	"subgroup":     "the clients who are analysed; all: everyone",
	"contrast":     "arms compared, the first less the second",
	"method":       "estimator",
	"set":          "analysis set",
	"effect":       "what is estimated; ratios are natural logarithms",
	"status":       "ok; boundary variance: the estimate stands, a variance being estimated as zero; no estimate: only the p value stands; others say why the fit failed",
	"estimate":     "the effect; missing: none could be estimated",
	"se":           "its standard error, as the analysis claims",
	"df":           "degrees of freedom; missing: a normal test",
	"low":          "lower confidence limit at the scenario's alpha",
	"high":         "upper confidence limit at the scenario's alpha",
	"stat":         "test statistic, t or z",
	"p":            "two-sided p value of no difference",
	"smd":          "the effect as a standardized mean difference",
	"n_treated":    "clients analysed in the first arm",
	"n_control":    "clients analysed in the second arm",
	"mean_treated": "mean of the outcome in the first arm; missing for times",
	"mean_control": "mean of the outcome in the second arm; missing for times",
	"missing":      "clients of the set whose outcome is not known",
	"truth":        "the effect among the replicate's own clients, which RD and MD are compared with; missing for other measures, and for trials run without a truth",
}

// EstimateColumns are those of the estimates, in order, in Parquet and in CSV.
func EstimateColumns() (all []trial.DatasetColumn) {
	for _, path := range parquet.SchemaOf(estimateRow{}).Columns() {
		c := trial.DatasetColumn{Name: path[0], Type: "number", Meaning: estimateMeanings[path[0]]}
		leaf, _ := parquet.SchemaOf(estimateRow{}).Lookup(path...)
		switch leaf.Node.Type().Kind() {
		case parquet.ByteArray:
			c.Type = "text"
		case parquet.Int64:
			c.Type = "integer"
		}
		all = append(all, c)
	}
	return all
}

// Dictionary explains the columns of the folder's CSV files.
func Dictionary(asked trial.Asked) File {
	files := []*trial.Dataset{{Name: "estimates.csv", Columns: EstimateColumns()}, {Name: "performance.csv", Columns: trial.PerformanceColumns(asked)}}
	if asked.Drawn {
		files = append(files, &trial.Dataset{Name: parametersName, Columns: []trial.DatasetColumn{
			{Name: "replicate", Type: "integer", Meaning: "number of the trial, from 0"},
			{Name: "KEY", Type: "number", Meaning: "what the trial has drawn for this key of the scenario, a column each"}}})
	}
	d := trial.Dictionary(files...)
	return File{DictionaryName, d.CSV}
}
