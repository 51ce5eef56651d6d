package trial_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"
)

// wholeTOML has all that can be shown of a trial: screening, contamination,
// arrest, jail, death, homes, jobs, several services, lists, planned stays,
// scores, counts, sanctions. The method of allocation is to be filled in.
const wholeTOML = `
title = "all that can be shown"
source = "a test"
[trial]
clients = 300
accrual = { over_days = 60 }
follow_up_days = [30, 90]
visit_window_days = 5
sites = 4
eligible = "needy"
refusal = 0.2
RANDOMIZATION
[[trait]]
name = "needy"
prevalence = 0.5
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = ["parole"]
control = true
contamination = { arm = "managed", probability = 0.2 }
[service.clinic]
slots = 15
linkage = { probability = 0.6, by_days = 90 }
stay = { median_days = 60 }
planned_days = 40
renege = { per_month = 0.3 }
return = { per_month = 0.5 }
[service.ward]
slots = 6
linkage = { probability = 0.4, by_days = 90 }
stay = { median_days = 60 }
[service.shelter]
kind = "housing"
slots = "unlimited"
linkage = { per_month = 0.5 }
stay = { per_month = 0.5 }
[program.manager]
staff = 5
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 30
[[program.manager.effect]]
on = "satisfaction"
points = -2.5
lasts_days = 30
[program.parole]
staff = 5
contacts = { per_month = 2 }
[[program.parole.effect]]
on = "jail"
probability = 0.1
while = "using"
[arrest]
rate = { per_month = 0.3 }
[jail]
after_arrest = 0.8
jailed = 0.1
stay = { median_days = 10 }
[risk]
rate = { per_month = 1 }
[housing]
housed = 0.5
lose = { per_month = 0.1 }
gain = { per_month = 0.1 }
[employment]
employed = 0.5
lose = { per_month = 0.1 }
gain = { per_month = 0.1 }
[death]
rate = { per_month = 0.05 }
[satisfaction]
mean = 50
sd = 10
[attrition]
loss = { probability = 0.1, by_days = 90 }
missed = 0.1
[[outcome]]
name = "linked"
variable = "linked_su"
primary = true
[[outcome]]
name = "satisfied"
variable = "satisfaction"
[[outcome]]
name = "arrests"
variable = "arrests"
[[outcome]]
name = "services"
variable = "services_other"
[[outcome]]
name = "homes"
variable = "days_housed"
`

func whole(t *testing.T, randomization string, edits ...string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Parse("whole.toml", []byte(strings.NewReplacer(append(edits, "RANDOMIZATION", randomization)...).Replace(wholeTOML)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func wholeTrial(t *testing.T, randomization string) *trial.Trial {
	t.Helper()
	m := whole(t, randomization)
	shown := m.Show(1, 0)
	findings, err := analysis.Once(m, shown.Observed, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	return trial.New("whole", m, 1, 0, shown, findings, run.Filter{})
}

// TestFlowSaysAllThatHappens: each count has its line, and the drawing fits.
func TestFlowSaysAllThatHappens(t *testing.T) {
	tr := wholeTrial(t, "")
	for _, width := range []int{80, 120} {
		var b strings.Builder
		if err := tr.Document(report.Full).Write(&b, report.Text, width); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Screened (n = ", "not eligible ", "got another arm's programs", "program manager, of another arm", "offered",
			"gave up waiting", "lost place by jail or death", "still waiting at the end", "completed the stay", "moved to another service",
			"stay ended by jail or death", "in jail some of the time", "died  ", "missed", "lost before it", "died before it"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("the flow does not say %q:\n%s", want, b.String())
			}
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
				t.Errorf("%d characters, want at most %d: %q", n, width, line)
			}
		}
	}
	if s := tr.Flow.Screening; s == nil || s.Screened-s.NotEligible-s.Refused != 300 {
		t.Errorf("screening %+v, want 300 left", s)
	}
}

// TestFlowLeavesOutWhatCannotBe: a trial without jail has no line for it.
func TestFlowLeavesOutWhatCannotBe(t *testing.T) {
	m := builtin(t, "bench-p2")
	tr := trial.New("bench-p2", m, 1, 0, m.Show(1, 0), nil, run.Filter{})
	var b strings.Builder
	if err := tr.Document(report.Full).Write(&b, report.Text, 120); err != nil {
		t.Fatal(err)
	}
	for _, not := range []string{"Screened", "jail", "died", "completed", "moved", "another arm", "gave up", "missed", "refused"} {
		if strings.Contains(b.String(), not) {
			t.Errorf("the flow says %q", not)
		}
	}
}

// TestFilesOfAllOfLife: the clients' and visits' files have the states that the
// scenario has, each cell as its column says.
func TestFilesOfAllOfLife(t *testing.T) {
	files := readBack(t, wholeTrial(t, `randomization = { method = "cluster", by = "manager" }`))
	kinds := map[[2]string][]string{}
	for _, row := range files["dictionary.csv"][1:] {
		kinds[[2]string{row[0], row[1]}] = row
	}
	for file, names := range map[string]string{
		"clients.csv": "cluster contaminated died_day days_in_jail days_housed days_employed treatment outcome.arrests",
		"visits.csv":  "day why_not using in_treatment jailed housed employed",
	} {
		for _, name := range strings.Fields(names) {
			at := slices.Index(files[file][0], name)
			entry := kinds[[2]string{file, name}]
			if at < 0 || entry == nil {
				t.Errorf("%s or the dictionary has no column %s", file, name)
				continue
			}
			seen := map[string]bool{}
			for _, row := range files[file][1:] {
				if seen[row[at]] = true; !isA(entry[2], row[at]) {
					t.Fatalf("%s: %q in column %s is no %s", file, row[at], name, entry[2])
				}
				if name == "treatment" && !strings.Contains(entry[4], row[at]) {
					t.Errorf("the dictionary does not explain %q", row[at])
				}
			}
			if len(seen) < 2 {
				t.Errorf("%s: all of column %s is the same", file, name)
			}
		}
	}
	for name, unit := range map[string]string{"linked": "", "satisfied": "points", "arrests": "events", "services": "services", "homes": "days"} {
		if got := kinds[[2]string{"clients.csv", "outcome." + name}]; got == nil || got[3] != unit {
			t.Errorf("outcome %s is in %v, want unit %q", name, got, unit)
		}
	}
}

// TestNothingOfClustersButTheEffect: no number that a wrong standard error would
// spoil is shown, and a note says why.
func TestNothingOfClustersButTheEffect(t *testing.T) {
	for _, by := range []string{"site", "manager"} {
		m := whole(t, `randomization = { method = "cluster", by = "`+by+`" }`, `variable = "linked_su"`, "variable = \"linked_su\"\nmethod = \"risk_difference\"")
		r, err := analysis.Run(t.Context(), m, analysis.Options{Replicates: 20, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		run := run.New(r, "whole", m.Shared(), run.Filter{})
		var text, object bytes.Buffer
		if err := report.Write(&text, run, report.Text, 120, report.Full); err != nil {
			t.Fatal(err)
		}
		if err := run.JSON(&object); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"no standard error, interval, p value or power", "MD, points", "MD, events", "-2.5 points", "10 % at once"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("by %s: the text does not say %q:\n%s", by, want, text.String())
			}
		}
		for _, not := range []string{"too narrow"} {
			if strings.Contains(text.String(), not) {
				t.Errorf("by %s: the text says %q", by, not)
			}
		}
		wantNulls(t, object.Bytes(), by)
	}
}

func wantNulls(t *testing.T, text []byte, by string) {
	t.Helper()
	var run struct {
		Clustered string
		Rows      []map[string]any
	}
	if err := json.Unmarshal(text, &run); err != nil {
		t.Fatal(err)
	}
	if run.Clustered != by {
		t.Errorf("clustered is %q, want %q", run.Clustered, by)
	}
	independent := 0
	for _, row := range run.Rows {
		if m, _ := scenarios.LookupMethod(row["method"].(string)); m.Clusters {
			continue // by default, or added beside one that takes clients as independent
		}
		independent++
		for _, name := range strings.Fields("model_se model_se_mcse power power_mcse power_low power_high coverage coverage_mcse type_s type_s_mcse type_m type_m_mcse") {
			if row[name] != nil {
				t.Errorf("%v: %s is %v, want null", row["outcome"], name, row[name])
			}
		}
		for _, name := range strings.Fields("mean bias empirical_se rmse smd smd_truth truth") {
			if row[name] == nil {
				t.Errorf("%v: %s is null", row["outcome"], name)
			}
		}
	}
	if independent != 1 {
		t.Errorf("%d rows of methods that take clients as independent, want 1", independent)
	}
}

// TestDictionaryExplainsEveryCell reads the files of a trial back: each
// column is in the dictionary, in order, and each cell is of its type.
func TestDictionaryExplainsEveryCell(t *testing.T) {
	m := builtin(t, "needle-exchange")
	shown := m.Show(1, 0)
	files := readBack(t, trial.New("needle-exchange", m, 1, 0, shown, nil, run.Filter{}))
	types := map[string][]string{}
	names := map[string][]string{}
	for _, row := range files["dictionary.csv"][1:] {
		names[row[0]] = append(names[row[0]], row[1])
		types[row[0]] = append(types[row[0]], row[2])
		if row[4] == "" {
			t.Errorf("%s: column %s has no meaning", row[0], row[1])
		}
	}
	for file, rows := range files {
		if !slices.Equal(rows[0], names[file]) {
			t.Errorf("%s: columns %v, but the dictionary has %v", file, rows[0], names[file])
			continue
		}
		for _, row := range rows[1:] {
			for c, cell := range row {
				if !isA(types[file][c], cell) {
					t.Fatalf("%s: %q in column %s is no %s", file, cell, rows[0][c], types[file][c])
				}
			}
		}
	}
	if n := len(files["clients.csv"]) - 1; n != 245 {
		t.Errorf("%d clients, want 245", n)
	}
	if n := len(files["events.csv"]) - 1; n != len(shown.Events) {
		t.Errorf("%d events, want %d", n, len(shown.Events))
	}
}
