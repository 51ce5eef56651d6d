package analysis

import (
	"math"
	"strings"
	"testing"

	"caseload/analysis/estimate"
)

// rareTOML has 100 clients an arm, of whom 8 % and 0.5 % are linked.
const rareTOML = `
title = "A rare event"
source = "made up"
extends = "base"
[trial]
clients = 200
accrual = { per_month = 50 }
follow_up_days = [90]
randomization = { method = "blocks", sizes = [2] }
[[arm]]
name = "helped"
programs = ["generalist"]
[[arm]]
name = "alone"
programs = []
control = true
[program.generalist]
preset = ""
contacts = { per_month = 4 }
[[program.generalist.effect]]
on = "linkage"
reaches = { probability = 0.08, by_days = 90 }
lasts_days = 3000
[service.outpatient]
preset = ""
kind = "substance_use"
linkage = { probability = 0.005, by_days = 90 }
stay = { median_days = 91 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
method = "fisher"
primary = true
[[outcome]]
name = "again"
variable = "linked_su"
at_days = 90
method = "fisher"
[[family]]
name = "both"
outcomes = ["linked", "again"]
method = "none"
alpha = 0.05
`

// The power of Fisher's test is that of all trials, those with an empty cell among
// them, in which half of them end: 68.84 % by exact enumeration (see
// TestFisherRejectsTablesWithAnEmptyCell in analysis/estimate).
func TestFisherHasThePowerOfExactEnumeration(t *testing.T) {
	m := parse(t, rareTOML)
	d, err := NewDecisions(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, m, Options{Replicates: 2048, Seed: 3, Store: d})
	row := rowOf(t, r, "linked", "fisher")
	if alone := row.FailureCounts[estimate.NoEstimate]; alone < 800 || row.TestsAlone != alone || row.Performance.Failed != 0 {
		t.Errorf("%d fits have no estimate; %d tests alone, %d failed", alone, row.TestsAlone, row.Performance.Failed)
	}
	// The shares of the calibrated scenario are within 0.0002 of 8 % and 0.5 %, which
	// moves the power by less than 0.002.
	const exact, calibrated = 0.6884322, 0.002
	if got := float64(row.Power); !(math.Abs(got-exact) < 4*float64(row.PowerMCSE)+calibrated) {
		t.Errorf("power %.4f (%.4f), want %.4f", got, row.PowerMCSE, exact)
	}
	if got := r.Families[0].Members[0].Power.Share; got != row.Power {
		t.Errorf("in the family, without a correction: %v, want %v", got, row.Power)
	}
	rejected := 0
	for k := range r.Replicates {
		rejected += int(indicator(d.Tested(0, k) && d.Rejected(0, k)))
	}
	if got := float64(rejected) / float64(r.Replicates); got != float64(row.Power) {
		t.Errorf("of decisions recorded one by one: %v, want %v", got, row.Power)
	}
}

// A weighted log-rank test with weights of 1 decides as the log-rank test does, and other
// weights as its own; neither gives an estimate.
func TestWeightedTestsHaveAPowerAlone(t *testing.T) {
	text := strings.Replace(rareTOML, `name = "again"
variable = "linked_su"
at_days = 90
method = "fisher"`, `name = "again"
variable = "time_to_linkage"
at_days = 90
method = ["log_rank", "fleming_harrington", "max_combo"]
weighting = { rho = 0, gamma = 0 }`, 1)
	r := run(t, parse(t, text), Options{Replicates: 200, Seed: 3})
	want := rowOf(t, r, "again", "log_rank")
	for _, name := range []string{"fleming_harrington", "max_combo"} {
		row := rowOf(t, r, "again", name)
		if row.TestsAlone+row.Performance.Failed != 200 || row.TestsAlone < 150 || row.Performance.N != 0 {
			t.Errorf("%s: %d tests alone, %d failed, %d estimates", name, row.TestsAlone, row.Performance.Failed, row.Performance.N)
		}
		if same := row.Power == want.Power; same != (name == "fleming_harrington") || !(row.Power > 0.5*want.Power) {
			t.Errorf("%s: power %v, of the log-rank test %v", name, row.Power, want.Power)
		}
	}
}
