package difference

import (
	"math"
	"strings"
	"testing"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

func compared(t *testing.T, settings ...scenarios.Setting) *Difference {
	t.Helper()
	a, err := scenarios.Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.With(settings...)
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(a, b, "first", "second")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func written(t *testing.T, d *Difference, l report.Level) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, d, report.Text, 80, l); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheSentenceCountsWhatMatters(t *testing.T) {
	title := scenarios.Setting{Key: "title", Value: "Another"}
	d := compared(t, title)
	if got := written(t, d, report.Brief); got != "They assume the same.\n" {
		t.Errorf("got %s", got)
	}
	if got := written(t, d, report.Screen); strings.Contains(got, "Another") || !strings.Contains(got, "1 differing key ") {
		t.Errorf("a title is shown, or not counted:\n%s", got)
	}
	if got := written(t, d, report.Full); !strings.Contains(got, `"Another"`) {
		t.Errorf("no title with all keys:\n%s", got)
	}
	d = compared(t, title, scenarios.Setting{Key: "trial.clients", Value: 300}, scenarios.Setting{Key: "trait.distress.prevalence", Value: 0.2},
		scenarios.Setting{Key: "program.strengths_based.uptake", Value: 0.5}, scenarios.Setting{Key: "program.strengths_based.contacts.every_days", Value: 9})
	if got := written(t, d, report.Brief); got != "4 keys differ, in trial, trait and program.strengths_based.\n" {
		t.Errorf("got %s", got)
	}
}

// A value that only one scenario has is null, not empty, for the other.
func TestAKeyOfOneScenarioAlone(t *testing.T) {
	d := compared(t, scenarios.Setting{Key: "attrition.missed", Value: 0.1}, scenarios.Setting{Key: "attrition.missed_odds.using", Value: 2})
	var b strings.Builder
	if err := d.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, `"key": "attrition.missed_odds.using",
      "a": null,
      "b": "2",
      "matters": true`) {
		t.Errorf("got %s", got)
	}
}

func TestLongValuesShowWhereTheyDiffer(t *testing.T) {
	a, b := apart(`["risk_difference", "odds_ratio"]`, `["risk_difference", "ipw"]`)
	if a != `…"odds_ratio"]` || b != `…"ipw"]` {
		t.Errorf("got %s and %s", a, b)
	}
	if a, b := apart("300", "302"); a != "300" || b != "302" {
		t.Errorf("short values are cut: %s and %s", a, b)
	}
}

func TestAPairIsClearBeyondThreeErrors(t *testing.T) {
	for _, c := range []struct {
		a, aMCSE, b, bMCSE report.Number
		clear              bool
	}{
		{1, 0.3, 2.6, 0.4, true}, // 1.6 is 3.2 times 0.5
		{1, 0.3, 2.4, 0.4, false},
		{2.6, 0.4, 1, 0.3, true},
		{0, 0, 1e-12, 0, false}, // rounding
		{0, 0, 0.1, 0, true},
		{1, report.Missing(), 9, 0.4, false},
		{report.Missing(), 0.1, 9, 0.4, false},
	} {
		p := newPair(c.a, c.aMCSE, c.b, c.bMCSE)
		if p.Clear != c.clear {
			t.Errorf("%v: clear is %v", c, p.Clear)
		}
		if c.a.Known() && c.aMCSE.Known() && (p.Difference != c.b-c.a || math.Abs(float64(p.DifferenceMCSE)-math.Hypot(float64(c.aMCSE), float64(c.bMCSE))) > 1e-15) {
			t.Errorf("%v: difference %v, MCSE %v", c, p.Difference, p.DifferenceMCSE)
		}
	}
}

// Outcomes are compared by the first method that both have; those of one run alone,
// of other arms or of subgroups are not.
func TestOnlyWhatBothHaveIsCompared(t *testing.T) {
	row := func(outcome, subgroup, contrast, method string, mean report.Number) run.Row {
		r := run.Row{Outcome: outcome, Subgroup: subgroup, Contrast: contrast, Method: method, Cluster: scenarios.Clusters()[0]}
		r.Mean, r.MeanMCSE = mean, 0.1
		return r
	}
	a := &run.Run{Rows: []run.Row{row("x", "all", "m - c", "welch", 1), row("x", "all", "m - c", "ancova", 2), row("x", "few", "m - c", "ancova", 3),
		row("y", "all", "m - c", "welch", 4), row("z", "all", "m - c", "welch", 5)}}
	b := &run.Run{Rows: []run.Row{row("x", "few", "m - c", "ancova", 6), row("x", "all", "m - c", "ancova", 7), row("y", "all", "n - c", "welch", 8)}}
	d := compared(t)
	d.Compare(a, b)
	if len(d.Outcomes) != 1 || d.Outcomes[0].Method != "ancova" || d.Outcomes[0].Mean.A != 2 || d.Outcomes[0].Mean.B != 7 || !d.Outcomes[0].Mean.Clear {
		t.Errorf("got %+v", d.Outcomes)
	}
}
