package trial_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"
)

// readBack writes the files of a trial and reads them.
func readBack(t *testing.T, tr *trial.Trial) map[string][][]string {
	t.Helper()
	files := map[string][][]string{}
	for _, d := range tr.Datasets() {
		var b bytes.Buffer
		if err := d.CSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		files[d.Name] = rows
	}
	return files
}

func isA(kind, cell string) bool {
	var err error
	switch {
	case cell == "" || kind == "text":
		return true
	case kind == "integer":
		_, err = strconv.Atoi(cell)
	case kind == "number":
		_, err = strconv.ParseFloat(cell, 64)
	case kind == "boolean":
		return cell == "0" || cell == "1"
	}
	return err == nil
}

func TestTrialHasTheAgreedNames(t *testing.T) {
	m := builtin(t, "bench-p2")
	shown := m.Show(1, 0)
	findings, err := analysis.Once(m, shown.Observed, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := trial.New("bench-p2", m, 1, 0, shown, findings, run.Filter{}).JSON(&b); err != nil {
		t.Fatal(err)
	}
	whole, _ := decoded(t, b.Bytes(), "estimates")
	wantKeys(t, "the trial", whole, "flow estimates seed replicate")
}

func builtin(t *testing.T, name string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// object decodes a JSON object and the first object of a list within it.
func decoded(t *testing.T, text []byte, list string) (whole, first map[string]any) {
	t.Helper()
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	if list != "" {
		first = whole[list].([]any)[0].(map[string]any)
	}
	return whole, first
}

func wantKeys(t *testing.T, what string, got map[string]any, names string) {
	t.Helper()
	for _, n := range strings.Fields(names) {
		if _, ok := got[n]; !ok {
			t.Errorf("%s has no %q", what, n)
		}
	}
}
