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

// PerformanceColumns are those of performance.csv and of "caseload run --format
// csv", in order; with drawn, also those of trials that draw what is not known.
func PerformanceColumns(drawn bool) (all []DatasetColumn) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[run.Row]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind, written := columnTypes[f.Type.Kind()]
		if name == "" || name == "-" || !written || !drawn && onlyDrawn(name) {
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

// onlyDrawn reports whether a column is there only where what is not known is drawn.
func onlyDrawn(column string) bool {
	return slices.ContainsFunc(reflect.VisibleFields(reflect.TypeFor[analysis.Drawn]()), func(f reflect.StructField) bool { return f.Tag.Get("json") == column })
}

// Dictionary explains the columns of files, and its own: it is written as
// dictionary.csv beside them.
func Dictionary(files ...*Dataset) *Dataset { return dictionary(files) }
