package validation_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
)

// methodsRun simulates one of the made-up trials.
func methodsRun(t *testing.T, name string, trials int, noTruth bool, sets ...string) *analysis.Result {
	t.Helper()
	sc, err := scenarios.Load(os.DirFS("testdata"), name+".toml", sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: trials, Seed: 1, NoTruth: noTruth, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestValidationScenarios loads every made-up trial, which is quick, so that a
// change of the language is seen without simulating them.
func TestValidationScenarios(t *testing.T) {
	files, err := fs.Glob(os.DirFS("testdata"), "*.toml")
	if err != nil || len(files) != 9 {
		t.Fatalf("%d scenarios, %v, want 9", len(files), err)
	}
	for _, file := range files {
		if _, err := scenarios.Load(os.DirFS("testdata"), file, nil); err != nil {
			t.Error(err)
		}
	}
}

// kinds are the outcomes of the trial of all methods.
var kinds = []struct{ outcome, title, teaches string }{
	{"linked", "A yes or no from records",
		"With 120 clients an arm every method is near its level; with 48, those that take a standard error for known reject a little too often, and the exact test too seldom."},
	{"abstinent", "A yes or no at a visit, some missed",
		"Visits missed at random cost power and hardly anything else: complete cases, weights and imputations agree, but that what is imputed in few clients is drawn a little towards one half."},
	{"health", "A score",
		"Mixed models are cautious here, because no case manager is better than another and a variance can't be estimated as less than nothing. They are also drawn a little towards the one client in ten who has no case manager, and no effect: a cluster of one weighs more than one of many."},
	{"risk_events", "A count",
		"Clients differ in how often they are at risk, so that counts vary more than Poisson's distribution allows: its standard errors are too small, and robust ones or a negative binomial model repair it."},
	{"time_to_linkage", "A time",
		"The log-rank test is a good test, but the estimate that goes with it, one step from no effect, misses a large effect by a little, and its interval with it. Robust standard errors with few case managers are too small. No test goes with a median, whose interval is wide."},
}

const methodsTrials = 4000

var methodsEffect = []string{"program.manager.effect[0].hazard_ratio=1.6", "program.manager.effect[1].hazard_ratio=1.5", "program.manager.effect[2].points=4"}

// checkEveryMethod shows the type I error, coverage and bias of every method on
// every kind of outcome.
func checkEveryMethod(t *testing.T, page *strings.Builder) {
	null := methodsRun(t, "methods", methodsTrials, false)
	effect := methodsRun(t, "methods", methodsTrials, false, methodsEffect...)
	fmt.Fprintf(page, everyMethodHead, methodsTrials, methodsTrials)
	for _, kind := range kinds {
		fmt.Fprintf(page, "### %s\n\n`%s`. %s\n\n%s", kind.title, kind.outcome, kind.teaches, everyMethodColumns)
		done := map[string]bool{}
		for k := range null.Rows {
			if row := &null.Rows[k]; row.OutcomeSpec.Name == kind.outcome && !done[row.Method.Name] {
				done[row.Method.Name] = true
				writeMethod(t, page, null, effect, row)
			}
		}
		page.WriteString("\n")
	}
	checkRepair(t, null, effect)
}

const everyMethodHead = `## Every method without and with an effect

240 clients, two of five distressed (the subgroup), two sites, twelve case managers in one arm, none better than another, and
covariates that matter (` + "`methods.toml`" + `, seed 1). *Rejected*: share of %d trials without an effect whose test rejects at 5 %% [Wilson
95 %%]. *Covered*: share of %d trials with a moderate effect (hazard ratios of 1.6 on linkage and 1.5 on quitting, 4 points of
health) whose 95 %% interval holds the truth (MCSE). Bias: mean of the estimate less the truth (MCSE), with everyone.

*Expected* is the share of rejections that the test allows beside 4 MCSE. All are allowed half a point, for what is discrete or skewed.
Methods that take their standard error for known are allowed what that does with so many clients: the chance that Student's t
with n - p degrees of freedom is beyond 1.96 sqrt((n - p)/n), for p coefficients and, of times, n half the clients. In the same way
robust errors of clusters are allowed the uncertainty of twelve case managers. *At most 5*: the method is known to be cautious. *Above 5*:
it must fail. Coverage is allowed the same, on the other side; one point more after a log-rank test, whose estimate is one step from no effect.
Bias is allowed 4 MCSE, and 5/n for the logarithm of a ratio (0.02 more for that step), 0.5/n for imputed proportions, 3 %% of the
truth for mixed models, and a day for medians.

`

const everyMethodColumns = "| method | rejected, % | in the subgroup | expected, % (subgroup) | covered, % | in the subgroup | truth | bias |\n|---|---|---|---|---|---|---|---|\n"

// rowIn is the row of a method on an outcome in a subgroup, nil for none.
func rowIn(r *analysis.Result, outcome, subgroup, method string) *analysis.Row {
	for k := range r.Rows {
		if row := &r.Rows[k]; row.OutcomeSpec.Name == outcome && row.SubgroupName == subgroup && row.Method.Name == method {
			return row
		}
	}
	return nil
}

// writeMethod writes a method's line, in everyone and in the subgroup.
func writeMethod(t *testing.T, page *strings.Builder, null, effect *analysis.Result, row *analysis.Row) {
	t.Helper()
	outcome, method := row.OutcomeSpec.Name, row.Method.Name
	var rejected, covered, expected [2]string
	truth, bias := "-", "-"
	for k, group := range []string{"all", "distressed"} {
		a, b := rowIn(null, outcome, group, method), rowIn(effect, outcome, group, method)
		if a == nil {
			rejected[k], covered[k] = "-", "-"
			continue
		}
		e := expectationOf(a)
		e.hold(t, a, b)
		expected[k] = e.String()
		rejected[k], covered[k] = showRejected(&a.Performance), showCovered(&b.Performance)
		if k == 0 || row.Method.Interaction {
			truth = fmt.Sprintf("%.3f", positive(b.Performance.Truth))
			bias = fmt.Sprintf("%.3f (%.3f)", positive(b.Performance.Bias), b.Performance.BiasMCSE)
		}
	}
	say := expected[0]
	if expected[1] != expected[0] {
		say = strings.TrimSpace(say + " (" + expected[1] + ")")
	}
	fmt.Fprintf(page, "| %s, %s | %s | %s | %s | %s | %s | %s | %s |\n", method, row.Method.Measure, rejected[0], rejected[1], say, covered[0], covered[1], truth, bias)
}

func showRejected(p *analysis.Performance) string {
	if !p.Power.Known() {
		return "no test"
	}
	return fmt.Sprintf("%.1f [%.1f, %.1f]", 100*p.Power, 100*p.PowerLow, 100*p.PowerHigh)
}

func showCovered(p *analysis.Performance) string {
	if !p.Coverage.Known() {
		return "no interval"
	}
	return fmt.Sprintf("%.1f (%.1f)", 100*p.Coverage, 100*p.CoverageMCSE)
}

// checkRepair asserts that robust errors and the negative binomial repair what
// Poisson's do wrong, in the same trials.
func checkRepair(t *testing.T, null, effect *analysis.Result) {
	for _, group := range []string{"all", "distressed"} {
		wrong, under := rowIn(null, "risk_events", group, "poisson"), rowIn(effect, "risk_events", group, "poisson")
		for _, method := range []string{"poisson_robust", "negative_binomial"} {
			a, b := rowIn(null, "risk_events", group, method), rowIn(effect, "risk_events", group, method)
			if !(a.Performance.Power < wrong.Performance.Power-0.01) || !(b.Performance.Coverage > under.Performance.Coverage+0.01) {
				t.Errorf("counts in %s: %s does not repair poisson: rejects %.4f, %.4f; covers %.4f, %.4f", group, method,
					a.Performance.Power, wrong.Performance.Power, b.Performance.Coverage, under.Performance.Coverage)
			}
		}
	}
}
