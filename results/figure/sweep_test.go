package figure

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/sweep"
)

// swept makes a grid of two keys, the power growing with both.
func swept(a, b []any) *sweep.Sweep {
	s := &sweep.Sweep{Scenario: "needle-exchange", Title: "Needle exchange: strengths-based or referral", Seed: 1, Replicates: 2000, Method: "grid",
		Reference: 1, Planned: len(a) * len(b), Keys: []sweep.Key{
			{Key: "program.strengths_based.uptake", Label: "uptake", Levels: a, From: report.Missing(), To: report.Missing()},
			{Key: "trial.clients", Label: "clients", Levels: b, From: report.Missing(), To: report.Missing()}}}
	k := sweep.Ranking{Keys: []sweep.Effect{
		{Key: s.Keys[0].Key, Range: 0.4, RangeMCSE: 0.01, Index: 0}, {Key: s.Keys[1].Key, Range: 0.2, RangeMCSE: 0.01, Index: 1}}}
	k.Outcome, k.Subgroup, k.Contrast, k.Method, k.Set = "linked", "all", "sbcm - referral", "risk_difference", "itt"
	power := func(i, j int) report.Number {
		return report.Number(0.1 + 0.8*float64(i+j+1)/float64(len(a)+len(b)))
	}
	m := sweep.Map{A: 0, B: 1}
	for i := range a {
		var row []sweep.Level
		for j := range b {
			row = append(row, sweep.Level{Value: b[j], Power: power(i, j), MCSE: 0.011, Cells: 1})
		}
		m.Cells = append(m.Cells, row)
		k.Keys[0].Levels = append(k.Keys[0].Levels, sweep.Level{Value: a[i], Power: power(i, 0), MCSE: 0.011, Cells: len(b)})
	}
	for j := range b {
		k.Keys[1].Levels = append(k.Keys[1].Levels, sweep.Level{Value: b[j], Power: power(0, j), MCSE: 0.011, Cells: len(a)})
	}
	k.Maps = []sweep.Map{m}
	s.Rankings = []sweep.Ranking{k}
	return s
}

func ofSweep(s *sweep.Sweep) []*Figure {
	return append(SweepCurves(s, &s.Rankings[0]), SweepMaps(s, &s.Rankings[0])...)
}

// hypercube is of two ranges and a list.
func hypercube() *sweep.Sweep {
	s := swept([]any{"blocks", "simple"}, []any{int64(1), int64(2)})
	s.Method = "latin_hypercube"
	s.Keys[1] = sweep.Key{Key: "service.clinic.slots", Label: "slots", From: 3, To: 90, Log: true}
	k := &s.Rankings[0]
	k.Maps, k.R2 = nil, 0.9
	k.Keys[1].Levels, k.Keys[1].Change, k.Keys[1].ChangeMCSE = nil, 0.31, 0.02
	for i := range 12 {
		x := 3 * math.Pow(30, float64(i)/11)
		k.Keys[1].Curve = append(k.Keys[1].Curve, sweep.Point{Value: x, Power: 0.2 + 0.05*float64(i)})
		row := sweep.Row{Row: run.Row{Outcome: "linked", Subgroup: "all", Contrast: "sbcm - referral", Method: "risk_difference", Set: "itt"}}
		row.Power, row.PowerMCSE = report.Number(0.15+0.06*float64(i)), 0.02
		s.Cells = append(s.Cells, sweep.Cell{Cell: i + 1, Rows: []sweep.Row{row},
			Keys: sweep.Keys{{Key: s.Keys[0].Key, Value: s.Keys[0].Levels[i%2]}, {Key: s.Keys[1].Key, Value: int64(x)}}})
	}
	return s
}

// sweepCases are figures of sweeps.
func sweepCases() map[string]*Figure {
	many := make([]any, 30)
	for i := range many {
		many[i] = int64(100 + 10*i)
	}
	long := swept([]any{[]any{int64(7), int64(90)}, []any{int64(7), int64(90), int64(180), int64(365), int64(730), int64(900), int64(1000), int64(1100)}},
		[]any{"a value that is longer than anybody would ever think of putting into a scenario", "another & <b>\x01"})
	long.Title, long.Scenario = "A title & <b> that goes on and on, with sites, clients, case managers and services of all kinds, and then some more of them", "long & <i>"
	lost := swept([]any{0.1, 0.2, 0.4}, []any{int64(100), int64(200)})
	lost.Rankings[0].Maps[0].Cells[1][1] = sweep.Level{Power: report.Missing(), MCSE: report.Missing()}
	single := swept([]any{0.1, 0.2, 0.4}, []any{int64(100)})
	single.Method, single.Rankings[0].Maps, single.Rankings[0].Subgroup = "one_at_a_time", nil, "high_need"
	out := map[string]*Figure{}
	for name, s := range map[string]*sweep.Sweep{"grid": swept([]any{0.4, 0.6, 1.0}, []any{int64(100), int64(200)}), "many": swept(many, many[:12]),
		"long": long, "lost cell": lost, "one at a time": single, "hypercube": hypercube()} {
		for i, g := range ofSweep(s) {
			out[fmt.Sprintf("sweep, %s %d", name, i)] = g
		}
	}
	return out
}

func TestFiguresOfASweep(t *testing.T) {
	s := swept([]any{0.4, 0.6, 1.0}, []any{int64(100), int64(200)})
	var names []string
	for _, g := range ofSweep(s) {
		names = append(names, g.Name)
	}
	if got, want := strings.Join(names, " "), "curve-linked-risk_difference-uptake curve-linked-risk_difference-clients map-linked-risk_difference-uptake-clients"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if alt := ofSweep(s)[2].Alt; !strings.Contains(alt, "At "+s.Labels.Key(s.Keys[0].Key)+" 0.4: 26.0 % at clients 100, 42.0 % at clients 200.") {
		t.Errorf("alt %q", alt)
	}
	if n := len(ofSweep(swept([]any{0.4}, []any{int64(100)}))); n != 1 {
		t.Errorf("%d figures of one cell, want its map alone", n)
	}
}

// Each level of the other key has a line of its own, and a cell that can't be
// made has no point and no number.
func TestLinesOfASweep(t *testing.T) {
	s := swept([]any{0.4, 0.6, 1.0}, []any{int64(100), int64(200)})
	s.Rankings[0].Maps[0].Cells[1][1] = sweep.Level{Power: report.Missing(), MCSE: report.Missing()}
	k := &s.Rankings[0]
	lines := sweepLines(s, k, &k.Keys[0], newKeyAxis(s, &s.Keys[0]))
	if len(lines) != 2 || lines[0].name != "clients 100" || lines[1].name != "clients 200" || len(lines[1].places) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	if p := lines[1].places; !math.IsNaN(p[1].found) || math.Abs(p[2].found-(10+80*4.0/5)) > 1e-9 || p[2].share != 1 {
		t.Errorf("%+v", p)
	}
	across := sweepLines(s, k, &k.Keys[1], newKeyAxis(s, &s.Keys[1]))
	if len(across) != 3 || across[2].places[1].found != lines[1].places[2].found {
		t.Errorf("the same cell is elsewhere in the other figure: %+v", across)
	}
	if x := newKeyAxis(hypercube(), &hypercube().Keys[1]); math.Abs(x.at(int64(10))-1) > 1e-12 {
		t.Errorf("10 is at %v of a logarithmic axis", x.at(int64(10)))
	}
}
