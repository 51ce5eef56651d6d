package run_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/results/report"
	runresults "caseload/results/run"
)

// Each measure that can be asked for is a number of the JSON, with its MCSE.
func TestMeasuresAreThoseOfTheJSON(t *testing.T) {
	run := newRun(t, "needle-exchange", 60, runresults.Filter{Outcomes: []string{"linked_7d"}})
	var text, table bytes.Buffer
	if err := run.JSON(&text); err != nil {
		t.Fatal(err)
	}
	var whole struct{ Rows []map[string]any }
	if err := json.Unmarshal(text.Bytes(), &whole); err != nil {
		t.Fatal(err)
	}
	names := runresults.MeasureNames()
	if err := report.Write(&table, runresults.Measured{Run: run, Names: names}, report.CSV, 0, report.Full); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const keys = 6
	if len(rows) != len(whole.Rows)+1 || len(rows[0]) != keys+2*len(names) {
		t.Fatalf("%d rows of %d columns", len(rows), len(rows[0]))
	}
	for k, name := range names {
		field := map[string]string{"bias_eliminated_coverage": "bias_eliminated"}[name]
		if field == "" {
			field = name
		}
		for _, c := range []struct {
			at   int
			name string
		}{{keys + 2*k, field}, {keys + 2*k + 1, field + "_mcse"}} {
			value, ok := whole.Rows[0][c.name]
			if !ok && name != "assurance" { // which only trials have that draw what is not known
				t.Fatalf("the JSON has no %q", c.name)
			}
			cell, want := rows[1][c.at], ""
			if value != nil {
				encoded, _ := json.Marshal(value)
				want = string(encoded)
			}
			var a, b any
			_ = json.Unmarshal([]byte(cell), &a)
			_ = json.Unmarshal([]byte(want), &b)
			if a != b {
				t.Errorf("%s is %q, in the JSON %q", rows[0][c.at], cell, want)
			}
		}
	}
}

// A table of measures that is split keeps each value beside its MCSE.
func TestMeasuresStayBesideTheirErrors(t *testing.T) {
	run := newRun(t, "needle-exchange", 30, runresults.Filter{Outcomes: []string{"linked_7d"}, Subgroups: []string{"all"}})
	for _, width := range []int{60, 80, 100} {
		var b strings.Builder
		if err := report.Write(&b, runresults.Measured{Run: run, Names: runresults.MeasureNames()}, report.Text, width, report.Full); err != nil {
			t.Fatal(err)
		}
		heads := 0
		for line := range strings.Lines(b.String()) {
			if !strings.HasPrefix(line, " outcome") {
				continue
			}
			heads++
			if !strings.HasSuffix(strings.TrimSpace(line), "MCSE") {
				t.Errorf("width %d: a part of the table ends in a value: %s", width, line)
			}
			if n := utf8.RuneCountInString(line); n > max(width, 90) {
				t.Errorf("width %d: a line of %d characters", width, n)
			}
		}
		if heads < 2 {
			t.Errorf("width %d: the table is not split", width)
		}
	}
}

func TestFilterKeepsMethods(t *testing.T) {
	run := newRun(t, "bench-p2", 3, runresults.Filter{Methods: []string{"log_rank"}})
	if len(run.Rows) != 1 || run.Rows[0].Method != "log_rank" || run.Fits != 3 {
		t.Errorf("%d rows, %d fits, want 1 and 3", len(run.Rows), run.Fits)
	}
}
