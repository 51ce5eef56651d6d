package size

import (
	"bytes"
	"strings"
	"testing"

	"caseload/analysis/size"
	"caseload/internal/suite"
	"caseload/results/report"
	"caseload/scenarios"
)

// sheet is that of the plan, with prices and assumptions of which one moves the power
// beyond chance, one within chance, one not at all, and one cannot be had low.
func sheet(t *testing.T) *Sheet {
	t.Helper()
	x := plan(t)
	x.Scenario = x.Scenario.Edit(func(sc *scenarios.Scenario) {
		sc.Cost = &scenarios.Cost{PerClient: 100, PerVisit: 60.5, Currency: "CHF"}
	})
	end := func(value, power, difference, mcse float64) size.End {
		return size.End{Value: value, Power: report.Number(power), MCSE: 0.016, Difference: report.Number(difference), DifferenceMCSE: report.Number(mcse)}
	}
	none := size.End{Value: 0.5, Power: missing, MCSE: missing, Difference: missing, DifferenceMCSE: missing}
	what := &size.WhatIf{Design: 1384, Replicates: 1000, Power: 0.8, MCSE: 0.0126, Control: 0.26, ControlMCSE: 0.001, Treated: 0.4, TreatedMCSE: 0.001, Estimate: 0.1402, EstimateMCSE: 0.0021,
		Swings: []size.Swing{{Key: size.SwungEffects, Low: end(0.75, 0.55, -0.25, 0.012), High: end(1.25, 0.94, 0.14, 0.01)},
			{Key: "program.strengths_based.uptake", Prior: true, Low: end(0.6, 0.78, -0.02, 0.01), High: end(0.95, 0.815, 0.015, 0.01)},
			{Key: size.SwungLoss, Low: end(0.5, 0.8, 0, 0), High: end(1.5, 0.8, 0, 0)},
			{Key: size.SwungSpread, Low: none, High: end(1.5, 0.7, -0.1, 0.01)}}}
	p := New(x, "needle-exchange")
	return &Sheet{Plan: &Plan{Size: p}, Facts: &Facts{Plan: "size-clients-linked_7d.json", Staffing: p.Staffing, WhatIf: what}, Scenario: x.Scenario}
}

// The sheet has the items of DELTA2, what is wrong, staffing, months and costs.
func TestSheetHasItsItems(t *testing.T) {
	var b strings.Builder
	if err := sheet(t).Document().Write(&b, report.Markdown, 0); err != nil {
		t.Fatal(err)
	}
	suite.InOrder(t, b.String(), "## Sample size and resources: Needle exchange: strengths-based or referral\n", "### Sample size\n",
		"1,384 clients give 80 % power [95 % CI 1,342 to 1,426]. The trial as written has 245. The target difference is 14.0 percentage points (MCSE 0.2): 26.0 % in the referral arm and 40.0 % in the strengths-based arm.",
		"| primary outcome ", "Entered treatment within 7 days: admitted to a substance-use service by day 7", "| analysed ", "intention to treat", "| target difference ", "14.0 percentage points (MCSE 0.2)",
		"| where it comes from | 40 % in 7 days with case management (Strathdee 2006)", "| power ", " 80 %", "| test ", "risk difference, two-sided alpha 0.05", "| allocation ", "1:1 to strengths-based and referral, in permuted blocks",
		"| clustering ", "the clients of one case manager of strengths based are alike: design effect 1.370 (0.034)", "| without the outcome ",
		"### What if we are wrong?\n", "### Power if an assumption is wrong\n", "| the effect of the programs ", "0.75 times ", "55.0 (1.6)", "1.25 times ", "94.0 (1.6)", "80.0 % (MCSE 1.3) as assumed; 1,000 simulated trials of each",
		"5th and the 95th percentile", "Less than a point of power: losses to the study.",
		"### What the trial takes\n", "strengths based: case managers (clients each)", " 3 (20)", "### What it costs, in CHF\n", "| clients ", " 1,384 ", " 100 ", " 138,400 ", "| visits ", " 5,123 ", " 60.5 ", " 309,942 ", "| all ", " 448,342 ",
		"### What other levels of power would take\n", "Found by simulating 4,100 trials with caseload")
}

// What is said to move the power does so by more than the error of paired trials, at the
// powers of the table.
func TestMattersMostIsBeyondChance(t *testing.T) {
	s := sheet(t)
	rows, idle := s.Swings()
	if len(rows) != 3 || len(idle) != 1 || idle[0] != "losses to the study" {
		t.Fatalf("%d rows, %v move nothing", len(rows), idle)
	}
	if got, want := s.mattersMost(rows), "What moves the power most: the effect of the programs (0.75 times to 1.25 times: power between 55 and 94 %)."; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := s.mattersMost(rows[1:2]); got != "None of the assumptions tried moves the power by more than chance." {
		t.Errorf("got %s", got)
	}
}

// Levels of power are read off the curve between the designs that were tried: by hand
// 800 + (0.7 - 0.6) / (0.75 - 0.6) * 400 is 1,066.7.
func TestLevelsAreReadOffTheCurve(t *testing.T) {
	a := sheet(t).answer()
	if got := a.reaches(0.7); got.Fixed(1) != "1066.7" {
		t.Errorf("70 %% at %v", got)
	}
	if got := a.reaches(0.9); got.Known() {
		t.Errorf("90 %%, which no trial has shown, at %v", got)
	}
}

// What is written is read again.
func TestFactsAreRead(t *testing.T) {
	s := sheet(t)
	var first, again bytes.Buffer
	if err := s.Facts.JSON(&first); err != nil {
		t.Fatal(err)
	}
	x, err := ReadFacts(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := x.JSON(&again); err != nil || first.String() != again.String() {
		t.Errorf("%v: got\n%s\nwant\n%s", err, again.String(), first.String())
	}
	if _, err := ReadFacts(strings.NewReader(`{"plan": 3}`)); err == nil {
		t.Error("something else is read as facts")
	}
}

// Amounts have their currency.
func TestMoney(t *testing.T) {
	if got := Money(1234567.4, "EUR") + "; " + Money(1000, "") + "; " + Money(missing, "EUR"); got != "1,234,567 EUR; 1,000; "+report.Absent {
		t.Errorf("got %s", got)
	}
}
