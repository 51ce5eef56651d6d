package sweep

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"caseload/analysis/sweep"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

// sweptSmall is a sweep of a few trials.
func sweptSmall(t *testing.T, sets ...string) *Sweep {
	t.Helper()
	sc, err := scenarios.Load(nil, "bench-p2", append([]string{"trial.clients=20"}, sets...))
	if err != nil {
		t.Fatal(err)
	}
	d, err := sweep.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sweep.Run(context.Background(), d, sweep.Options{Replicates: 10})
	if err != nil {
		t.Fatal(err)
	}
	return New(r, "bench-p2", run.Filter{})
}

func TestKeysOfACellAreAnObjectInOrder(t *testing.T) {
	keys := Keys{{"z.\"a b\"", int64(2)}, {"a", 0.5}, {"m", []any{"x", true}}, {"n", nil}}
	text, err := json.Marshal(keys)
	if want := `{"z.\"a b\"":2,"a":0.5,"m":["x",true],"n":null}`; err != nil || string(text) != want {
		t.Errorf("got %s (%v), want %s", text, err, want)
	}
	if text, _ := json.Marshal(Keys{}); string(text) != "{}" {
		t.Errorf("got %s for no keys", text)
	}
}

func TestASweepsCSVHasALineForEachRowAndEachReason(t *testing.T) {
	s := sweptSmall(t, `sweep.over."trial.sites"=[1, 15]`, `sweep.over."trial.clients"=[20, 10]`)
	if s.CellsFailed != 1 || s.Planned != 4 || s.Cells[3].Reason == "" {
		t.Fatalf("%d cells failed, the last's reason is %q", s.CellsFailed, s.Cells[3].Reason)
	}
	var b strings.Builder
	if err := s.CSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := len(s.Cells[0].Rows)
	if len(lines) != 1+3*rows+1 {
		t.Errorf("%d lines, want a head, 3 x %d rows and a reason", len(lines), rows)
	}
	last := lines[len(lines)-1]
	if last[0] != "4" || last[1] != "15" || last[2] != "10" || !strings.Contains(last[3], "want 1 to 255") || strings.Join(last[4:], "") != "" {
		t.Errorf("the last line is %q", last)
	}
	if head := lines[0]; head[1] != "trial.sites" || head[3] != "reason" || head[4] != "outcome" || head[len(head)-1] != "mean_difference_mcse" {
		t.Errorf("head %q", head)
	}
}

// The differences beside the rows are those from the reference.
func TestDifferencesStandBesideTheirRows(t *testing.T) {
	s := sweptSmall(t, `sweep.over."program.monthly_contacts.uptake"=[0.2, 1.0]`, `sweep.over."trial.clients"=[20, 30]`)
	reference, beside := s.Cells[s.Reference-1], 0
	for _, d := range s.Differences {
		if d.Relation != "reference" {
			continue
		}
		for k, row := range s.Cells[d.To-1].Rows {
			if row.Outcome != d.Outcome || row.Method != d.Method || row.Subgroup != d.Subgroup {
				continue
			}
			beside++
			if row.PowerDifference != d.Power || row.MeanDifferenceMCSE != d.MeanMCSE || row.Power-reference.Rows[k].Power != d.Power {
				t.Errorf("cell %d, %s: %+v beside %+v", d.To, row.Outcome, row, d)
			}
		}
	}
	if beside != 3*len(reference.Rows) || reference.Rows[0].PowerDifference.Known() {
		t.Errorf("%d differences beside rows", beside)
	}
}

func TestWhatFailedComesFirst(t *testing.T) {
	s := sweptSmall(t, `sweep.over."trial.sites"=[1, 15]`, `sweep.over."trial.clients"=[20, 10]`)
	s.Failed, s.Partial = 3, true
	var b strings.Builder
	if err := report.Write(&b, s, report.Text, 100, report.Full); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "Partial: interrupted after 3 of 4 cells.\n3 of ") || !strings.Contains(b.String(), "\n1 of 4 cells cannot be made. For the reasons add --full.\n") {
		t.Errorf("begins %.200s", b.String())
	}
	for line := range strings.Lines(b.String()) {
		if len([]rune(strings.TrimSpace(line))) > 100 && !strings.Contains(line, "want") {
			t.Errorf("a line of %d characters: %s", len([]rune(line)), line)
		}
	}
}

// TestPowersThatAreAlikeAreNotRanked: the lowest and the highest of cells that differ
// by chance alone are no finding.
func TestPowersThatAreAlikeAreNotRanked(t *testing.T) {
	s := sweptSmall(t, `sweep.over."program.monthly_contacts.uptake"=[0.2, 1.0]`)
	for _, c := range []struct {
		high report.Number
		want string
	}{{0.54, "which differ by no more than chance"}, {0.56, "power is lowest"}} { // 3 x hypot(0.01, 0.01) is 0.042
		for k, power := range []report.Number{0.5, c.high} {
			row := &s.Cells[k].Rows[0]
			row.Power, row.PowerMCSE = power, 0.01
		}
		if got := s.sentence(&s.Cells[0].Rows[0].Row); !strings.Contains(got, c.want) {
			t.Errorf("up to %v: %q, want %q", c.high, got, c.want)
		}
	}
}
