package run

import (
	"strings"
	"testing"

	"caseload/analysis/verdict"
)

// TestHeadlineIsNotOfATestThatRejectsTooOften: the power of the first sentence is that
// of a method that holds its level in the design, and what the one named first finds
// stands beside it.
func TestHeadlineIsNotOfATestThatRejectsTooOften(t *testing.T) {
	const why = "risk difference takes the clients of a case manager as independent"
	text := said(2000, verdict.Effect{D: 0.3, MCSE: 0.01}, func(r *Run, row *Row) {
		valid := *row
		row.Valid, row.WhyNot = false, why
		valid.Method, valid.Power = "cluster_robust", 0.54
		r.Rows = append(r.Rows, valid)
	})
	if !strings.Contains(text, "54 % of the time (MCSE 1.1; cluster robust") {
		t.Errorf("the headline is of another method: %s", text)
	}
	if want := " Risk difference takes the clients of a case manager as independent; it rejects 64 % of the time."; !strings.Contains(text, want) {
		t.Errorf("got %s, want in it %s", text, want)
	}
	alone := said(2000, verdict.Effect{D: 0.3, MCSE: 0.01}, func(_ *Run, row *Row) { row.Valid, row.WhyNot = false, why })
	if want := " But " + why + "."; !strings.Contains(alone, "64 %") || !strings.Contains(alone, want) {
		t.Errorf("got %s, want the number and %s", alone, want)
	}
}

// TestTwoCaseManagersGiveNoPower: where nothing tells case managers from the program,
// no number stands for power, in the sentence or in the table.
func TestTwoCaseManagersGiveNoPower(t *testing.T) {
	const why = "with two case managers, they and the program cannot be told apart"
	var table string
	text := said(2000, verdict.Effect{D: 0.3, MCSE: 0.01}, func(r *Run, row *Row) {
		row.Valid, row.WhyNot, row.noMethod = false, why, true
		table = strings.Join(r.screenTable([]*Row{row}).Rows[0], "|")
	})
	if !strings.HasSuffix(text, "No power is given: "+why+".") || strings.Contains(text, "64 %") {
		t.Errorf("got %s", text)
	}
	if strings.Contains(table, "64") {
		t.Errorf("the table has a power: %s", table)
	}
}

// TestATestAloneHasAPower: where a test never gives an estimate, and where no trial could be analysed.
func TestATestAloneHasAPower(t *testing.T) {
	for alone, want := range map[int]string{2000: "64 % of the time", 0: "No trial could be analysed."} {
		text := said(2000, verdict.Effect{D: 0.3, MCSE: 0.01}, func(_ *Run, row *Row) {
			row.Performance.N, row.TestsAlone = 0, alone
		})
		if !strings.Contains(text, want) {
			t.Errorf("%d tests alone: got %s, want in it %s", alone, text, want)
		}
	}
}
