package trial

import (
	"reflect"
	"strings"

	"caseload/results/run"
)

// columnTypes are what columns of CSV files hold.
var columnTypes = map[reflect.Kind]string{reflect.String: "text", reflect.Int: "integer", reflect.Float64: "number", reflect.Bool: "logical"}

// PerformanceColumns are those of performance.csv and of "caseload run --format
// csv", in order.
func PerformanceColumns() (all []DatasetColumn) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[run.Row]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind, written := columnTypes[f.Type.Kind()]
		if name == "" || name == "-" || !written {
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

// Dictionary explains the columns of files, and its own: it is written as
// dictionary.csv beside them.
func Dictionary(files ...*Dataset) *Dataset { return dictionary(files) }
