package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/internal/suite"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/sim"
)

// TestDataDictionaryIsThatOfTheCode makes the data dictionary of docs/folder.md anew
// from the columns that are written, and compares or rewrites it.
func TestDataDictionaryIsThatOfTheCode(t *testing.T) {
	var b strings.Builder
	b.WriteString("\n### A run (caseload run --out, report --out)\n")
	section(t, &b, "estimates.csv", "a row for each replicate and analysis", folder.EstimateColumns())
	section(t, &b, "performance.csv", "a row for each analysis; also what `caseload run --format csv` prints", trial.PerformanceColumns(trial.Asked{Drawn: true, Tipping: true}))
	section(t, &b, outside.Name, "a row an estimate; with `--analyse`, and of `caseload score --out`", elsewhereColumns())
	b.WriteString("\n### Data (caseload data)\n\nTables of clients, visits and events have the columns of a trial's files after `replicate`, the number of the trial.\n")
	section(t, &b, "truth", "a row for each analysis of the scenario", trial.Truth(&analysis.Result{}).Columns)
	b.WriteString("\n### A trial (caseload trial --out)\n\nColumns of states are there if the scenario has the state.\n")
	sc, err := (&env{files: osFS{}}).scenario(newRoot(&env{}), &flags{}, "probation-case-management")
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{"clients.csv": "a row for each client", "visits.csv": "a row for each client and planned visit",
		"events.csv": "a row for each event, in order", "dictionary.csv": "a row for each column of the files beside it; a run's folder has it too"}
	for _, d := range trial.New("", m, 1, 0, m.Show(1, 0), nil, run.Filter{}).Datasets() {
		section(t, &b, d.Name, rows[d.Name], general(d.Columns))
	}
	suite.Section(t, "../../docs/folder.md", "dictionary", b.String())
}

// general shows columns that are named after something of the scenario once.
func general(columns []trial.DatasetColumn) (out []trial.DatasetColumn) {
	var seen []string
	for _, c := range columns {
		if kind, _, named := strings.Cut(c.Name, "."); named {
			key := kind + " " + c.Type
			if slices.Contains(seen, key) {
				continue
			}
			seen = append(seen, key)
			_, of, _ := strings.Cut(c.Name, ".")
			c.Meaning = strings.ReplaceAll(c.Meaning, "outcome."+of, "outcome.NAME")
			c.Name = kind + ".NAME"
			if kind != "event" { // what follows is about this one
				for _, end := range []string{":", " at ", ", "} {
					c.Meaning, _, _ = strings.Cut(c.Meaning, end)
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// section is a table of columns. All must say what they are.
func section(t *testing.T, b *strings.Builder, name, rows string, columns []trial.DatasetColumn) {
	t.Helper()
	fmt.Fprintf(b, "\n#### %s: %s\n\n| column | type | unit | meaning |\n|---|---|---|---|\n", name, rows)
	for _, c := range columns {
		if c.Meaning == "" || !slices.Contains([]string{"integer", "number", "boolean", "logical", "text"}, c.Type) {
			t.Errorf("%s: column %s is of type %q and means %q", name, c.Name, c.Type, c.Meaning)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", c.Name, c.Type, c.Unit, strings.ReplaceAll(c.Meaning, "|", `\|`))
	}
}
