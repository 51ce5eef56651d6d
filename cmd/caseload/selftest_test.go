package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// selftestCommands are those of the self-test: every built-in that can be run, and
// each question that is quickly answered.
func selftestCommands() (list []string) {
	for _, entry := range scenarios.List() {
		if entry.Name != "base" {
			list = append(list, "caseload run "+entry.Name+" --replicates 32")
		}
	}
	return append(list, "caseload explain needle-exchange --replicates 16", "caseload explain dilution --replicates 16",
		"caseload size needle-exchange --max-replicates 3000")
}

// What the self-test compares with is what the program prints.
func TestSelfTestValuesAreStored(t *testing.T) {
	suite.Long(t)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"command", "quantity", "value"}}
	for _, command := range selftestCommands() {
		found := outputOf(t.Context(), command)
		for _, quantity := range append([]string{wholeOutput}, quantities[strings.Fields(command)[1]]...) {
			if found[quantity] == "" || strings.HasPrefix(found[quantity], "failed") {
				t.Fatalf("%s: %s is %q", command, quantity, found[quantity])
			}
			rows = append(rows, []string{command, quantity, found[quantity]})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	suite.Page(t, "selftest.csv", b.String())
}

// The report says what was compared, and a difference in any digit fails it.
func TestSelfTestFindsADifference(t *testing.T) {
	all := storedValues
	defer func() { storedValues = all }()
	two := strings.Join(strings.SplitAfter(string(all), "\n")[:1], "") + "caseload run bench-p2 --replicates 2,rows.0.mean,0.5\n"
	storedValues = []byte(two)
	found := outputOf(t.Context(), "caseload run bench-p2 --replicates 2")
	file := filepath.Join(t.TempDir(), "report.txt")
	got := call(t, t.Context(), "selftest", "--out", file)
	for _, want := range []string{"Self-test of caseload: FAILED\n", "0 of 1 comparisons are equal", "  DIFFERS  rows.0.mean", "expected 0.5\n", "found    " + found["rows.0.mean"]} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("the report lacks %q:\n%s", want, got.stdout)
		}
	}
	text, err := os.ReadFile(file)
	if got.code != exitFailed || err != nil || string(text) != got.stdout {
		t.Errorf("exit code %d, want %d; the file is the report: %v (%v)", got.code, exitFailed, string(text) == got.stdout, err)
	}
	storedValues = []byte(strings.Replace(two, "0.5", found["rows.0.mean"], 1))
	got = call(t, t.Context(), "selftest", "--json")
	var report SelfTest
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || got.code != exitDone || !report.Passed || len(report.Compared) != 1 {
		t.Errorf("exit code %d, %+v (%v), want one comparison that passes", got.code, report, err)
	}
	if got := call(t, t.Context(), "selftest", "--out", file); got.code != exitBadInput {
		t.Errorf("a report is written over another: exit code %d", got.code)
	}
}

// Version says what is in the program.
func TestVersionNamesModules(t *testing.T) {
	got := call(t, t.Context(), "version", "--json")
	var b Built
	if err := json.Unmarshal([]byte(got.stdout), &b); err != nil || b.ModelVersion == 0 || b.Go == "" || b.Version == "" {
		t.Errorf("%v: %s", err, got.stdout)
	}
	if got := call(t, t.Context(), "version"); !strings.Contains(got.stdout, "\nmodel version ") || got.code != exitDone {
		t.Errorf("exit code %d: %s", got.code, got.stdout)
	}
}
