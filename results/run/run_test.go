package run_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/analysis"
	"caseload/results/report"
	runresults "caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

func compile(t *testing.T, name string) *sim.Model {
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

func newRun(t *testing.T, name string, replicates int, keep runresults.Filter) *runresults.Run {
	t.Helper()
	m := compile(t, name)
	r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: replicates, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return runresults.New(r, name, m.Shared(), keep)
}

// object decodes a JSON object and the first object of a list within it.
func object(t *testing.T, text []byte, list string) (whole, first map[string]any) {
	t.Helper()
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	if list != "" {
		first = whole[list].([]any)[0].(map[string]any)
	}
	return whole, first
}

func wantNames(t *testing.T, what string, got map[string]any, names string) {
	t.Helper()
	for _, n := range strings.Fields(names) {
		if _, ok := got[n]; !ok {
			t.Errorf("%s has no %q", what, n)
		}
	}
}

// TestRunHasTheAgreedNames holds the JSON to the names that other programs
// rely on. There may be more, never fewer.
func TestRunHasTheAgreedNames(t *testing.T) {
	var b bytes.Buffer
	if err := newRun(t, "bench-p2", 4, runresults.Filter{}).JSON(&b); err != nil {
		t.Fatal(err)
	}
	whole, arm := object(t, b.Bytes(), "arms")
	_, row := object(t, b.Bytes(), "rows")
	wantNames(t, "the run", whole, "scenario hash seed replicates failed partial arms rows")
	wantNames(t, "an arm", arm, "outcome variable at_days subgroup arm mean sd n")
	wantNames(t, "a row", row, `outcome variable at_days cluster subgroup contrast method set effect truth truth_mcse
		truth_rollout mean bias bias_mcse empirical_se model_se rmse power power_mcse power_low power_high coverage
		coverage_mcse type_s type_m smd smd_truth n failed
		relative_bias relative_bias_mcse model_se_error model_se_error_mcse bias_eliminated bias_eliminated_mcse width width_mcse`)
	for _, name := range []string{"workers", "time", "path"} {
		if _, ok := whole[name]; ok {
			t.Errorf("the run has %q, which differs between runs of the same numbers", name)
		}
	}
}

// TestMissingIsNull: what needs the truth is null where there is none to
// speak of, not 0 and not a string.
func TestMissingIsNull(t *testing.T) {
	run := newRun(t, "needle-exchange", 8, runresults.Filter{Outcomes: []string{"retention"}})
	var b bytes.Buffer
	if err := run.JSON(&b); err != nil {
		t.Fatal(err)
	}
	_, row := object(t, b.Bytes(), "rows")
	for _, name := range []string{"type_s", "type_m"} {
		if v, ok := row[name]; !ok || v != nil {
			t.Errorf("%s is %v, want null: case management does nothing for staying", name, v)
		}
	}
	var again runresults.Run
	if err := json.Unmarshal(b.Bytes(), &again); err != nil {
		t.Fatal(err)
	}
	if again.Rows[0].TypeM.Known() || again.Rows[0].Power != run.Rows[0].Power {
		t.Errorf("read back as type M %v and power %v, want missing and %v", again.Rows[0].TypeM, again.Rows[0].Power, run.Rows[0].Power)
	}
}

func TestFilterKeepsWhatIsNamed(t *testing.T) {
	run := newRun(t, "needle-exchange", 3, runresults.Filter{Outcomes: []string{"linked_7d"}, Subgroups: []string{"high_need"}})
	if len(run.Rows) != 2 || run.Rows[0].Subgroup != "high_need" || run.Rows[1].Subgroup != "high_need" || len(run.Arms) != 2 || run.Fits != 6 {
		t.Errorf("%d rows, %d arms, %d fits, want 2, 2, 6", len(run.Rows), len(run.Arms), run.Fits)
	}
}

func TestTextKeepsToItsWidth(t *testing.T) {
	for _, name := range []string{"needle-exchange", "bench-p2", "probation-case-management"} {
		run := newRun(t, name, 40, runresults.Filter{})
		for _, width := range []int{80, 120} {
			var b strings.Builder
			if err := report.Write(&b, run, report.Text, width, report.Full); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s: %d characters, want at most %d: %q", name, n, width, line)
				}
			}
		}
	}
}

// TestWideTextIsWhole: at 120 columns no table of the real scenario is split.
func TestWideTextIsWhole(t *testing.T) {
	var b strings.Builder
	if err := report.Write(&b, newRun(t, "needle-exchange", 600, runresults.Filter{}), report.Text, 120, report.Full); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "───\n────"); n > 0 {
		t.Errorf("%d tables are split at 120 columns:\n%s", n, b.String())
	}
}

func TestFailuresComeFirst(t *testing.T) {
	run := &runresults.Run{Scenario: "x", Replicates: 50, Fits: 100, Failed: 12, Clients: 9, Partial: true, Rows: []runresults.Row{
		{Outcome: "a", Subgroup: "all", Effect: "log OR", Failed: 12, Failures: map[string]int{"empty cell": 10, "not converged": 2}}}}
	var b strings.Builder
	if err := report.Write(&b, run, report.Text, 100, report.Full); err != nil {
		t.Fatal(err)
	}
	if want := "Partial: interrupted after 50 replicates.\n12 of 100 fits failed: 10 empty cell, 2 not converged.\n"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("the report begins %.100q, want %q", b.String(), want)
	}
	if !strings.Contains(b.String(), "they reject nothing") {
		t.Error("no footnote tells of the failures in the row")
	}
}

func TestNotes(t *testing.T) {
	none := report.Missing()
	for _, test := range []struct {
		name string
		set  func(r *runresults.Row)
		want string
	}{
		{"entered", func(r *runresults.Row) { r.Set = "entered" }, "conditions on something that happens after randomization"},
		{"no effect", func(r *runresults.Row) { r.Truth, r.TruthMCSE, r.TypeS, r.TypeM = 0.1, 0.05, none, none }, "type S and M not given"},
		{"biased", func(r *runresults.Row) { r.Bias, r.BiasMCSE, r.Truth = 0.4, 0.1, 1 }, "biased: the mean estimate is more than 3 MCSE"},
		{"narrow", func(r *runresults.Row) { r.Coverage, r.CoverageMCSE, r.Alpha, r.Truth = 0.9, 0.01, 0.05, 1 }, "coverage is more than 3 MCSE below 95 %"},
		{"biased, but by less than matters", func(r *runresults.Row) { r.Bias, r.BiasMCSE, r.Truth, r.EmpiricalSE = 0.04, 0.01, 1, 0.5 }, ""},
		{"biased by a tenth of a standard error", func(r *runresults.Row) { r.Bias, r.BiasMCSE, r.Truth, r.EmpiricalSE = 0.04, 0.01, 1, 0.39 }, "biased: "},
		{"biased by a twentieth of the truth", func(r *runresults.Row) { r.Bias, r.BiasMCSE, r.Truth, r.EmpiricalSE = 0.051, 0.01, 1, 1 }, "biased: "},
		{"a truth of zero by chance has no twentieth", func(r *runresults.Row) {
			r.Bias, r.BiasMCSE, r.Truth, r.TruthMCSE, r.TypeM, r.EmpiricalSE = 0.051, 0.01, 0.1, 0.05, none, 1
		}, "type S and M not given"},
		{"narrow by less than matters", func(r *runresults.Row) { r.Coverage, r.CoverageMCSE, r.Alpha, r.Truth = 0.936, 0.001, 0.05, 1 }, ""},
		{"good", func(r *runresults.Row) {
			r.Coverage, r.CoverageMCSE, r.Alpha, r.Truth, r.Bias, r.BiasMCSE = 0.94, 0.01, 0.05, 1, 0.1, 0.1
		}, ""},
	} {
		run := &runresults.Run{Replicates: 2000, Rows: make([]runresults.Row, 1)}
		run.Rows[0].Coverage = none
		test.set(&run.Rows[0])
		var b strings.Builder
		if err := report.Write(&b, run, report.CSV, 0, report.Full); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		notes := rows[1][len(rows[1])-1]
		if test.want == "" && notes != "" || !strings.Contains(notes, test.want) {
			t.Errorf("%s: the note is %q, want %q", test.name, notes, test.want)
		}
	}
}
