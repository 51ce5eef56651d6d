package trial

import (
	"reflect"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/results/run"
)

// columnTypes are what columns of CSV files hold.
var columnTypes = map[reflect.Kind]string{reflect.String: "text", reflect.Int: "integer", reflect.Float64: "number", reflect.Bool: "logical"}

// Asked says which columns there are that not every scenario has.
type Asked struct {
	Drawn   bool // of trials that draw what is not known
	Tipping bool // of tipping points
}

// AskedIn returns what there is in the rows of a run.
func AskedIn(r *run.Run) Asked {
	return Asked{Drawn: r.Uncertainty != nil, Tipping: slices.ContainsFunc(r.Rows, func(row run.Row) bool { return row.Tipping != nil })}
}

// PerformanceColumns are those of performance.csv and of "caseload run --format
// csv", in order.
func PerformanceColumns(asked Asked) (all []DatasetColumn) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[run.Row]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind, written := columnTypes[f.Type.Kind()]
		if name == "" || name == "-" || !written || !asked.Drawn && columnOf[analysis.Drawn](name) || !asked.Tipping && columnOf[analysis.Tipping](name) {
			continue
		}
		c := DatasetColumn{Name: name, Type: kind, Meaning: run.Meaning(name)}
		if name == "at_days" {
			c.Unit = "days since enrolment; set entered: since entry"
		}
		all = append(all, c)
	}
	return append(all, DatasetColumn{Name: "notes", Type: "text", Meaning: run.Meaning("notes")})
}

// columnOf reports whether a column is of a part of a row that not every scenario has.
func columnOf[Part any](column string) bool {
	return slices.ContainsFunc(reflect.VisibleFields(reflect.TypeFor[Part]()), func(f reflect.StructField) bool { return f.Tag.Get("json") == column })
}

// Dictionary explains the columns of files, and its own: it is written as
// dictionary.csv beside them.
func Dictionary(files ...*Dataset) *Dataset { return dictionary(files) }
