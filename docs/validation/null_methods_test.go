package validation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
)

// nullTrials are enough for an MCSE of 0.34 points at 5 %.
const nullTrials = 4000

// checkNullMethods asks of every outcome of null every method of its kind that
// needs nothing which null lacks (case managers, subgroups, strata), and shows
// how often each rejects.
func checkNullMethods(t *testing.T, page *strings.Builder) {
	res := nullWithEveryMethod(t)
	fmt.Fprintf(page, "\n### By every method\n\nThe same scenario with every method on every outcome, %d trials: share of tests that reject at 5 %% [Wilson 95 %%].\n", nullTrials)
	for _, kind := range []scenarios.VarKind{scenarios.Binary, scenarios.Continuous, scenarios.Count, scenarios.Time} {
		var outcomes, methods []string
		cells := map[[2]string]string{}
		for k := range res.Rows {
			row := &res.Rows[k]
			if row.Variable.Kind != kind {
				continue
			}
			outcome, method := row.OutcomeSpec.Name, row.Method.Name
			if !slices.Contains(outcomes, outcome) {
				outcomes = append(outcomes, outcome)
			}
			if !slices.Contains(methods, method) {
				methods = append(methods, method)
			}
			cells[[2]string{outcome, method}] = showRejected(&row.Performance)
			checkNullRow(t, row)
		}
		writeNullTable(page, kind, outcomes, methods, cells)
	}
	page.WriteString(nullMethodsNote)
}

const nullMethodsNote = `
What stands out is known of the methods. Fisher's exact test is cautious with counts, and imputation with what nobody
misses is analysis of covariance. Poisson's distribution is an assumption: risk events vary more than it allows and its test
rejects too often, which a negative binomial or robust errors repair; services, each counted once, vary less and it rejects
too seldom, as the negative binomial does, for which Poisson is the limit. Only robust errors hold for both.
`

// nullWithEveryMethod runs null with all methods and no truth, which is zero.
func nullWithEveryMethod(t *testing.T) *analysis.Result {
	t.Helper()
	sc, err := scenarios.Load(nil, "null", nil)
	if err != nil {
		t.Fatal(err)
	}
	for k := range sc.Outcomes {
		o := &sc.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		o.Methods = nil
		for _, name := range v.Methods() {
			m, _ := scenarios.LookupMethod(name)
			if m.Clusters || m.Subgroups || m.Strata || m.Visits && v.Records || m.Days && !v.InDays() || name == "median" {
				continue // a median has no test
			}
			o.Methods = append(o.Methods, name)
		}
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: nullTrials, Seed: 2, NoTruth: true, Name: "null"})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// checkNullRow holds a method to its level.
func checkNullRow(t *testing.T, row *analysis.Row) {
	t.Helper()
	e, p := expectationOf(row), &row.Performance
	name := row.Method.Name
	if row.OutcomeSpec.Name == "services_other" && (name == "poisson" || name == "negative_binomial") {
		// Counts that vary less than Poisson's: neither can say so.
		if !(p.Power < 0.05-4*p.PowerMCSE) {
			t.Errorf("services by %s: rejects %.4f (MCSE %.4f), expected far less than 5 %%", name, p.Power, p.PowerMCSE)
		}
		return
	}
	if !e.near(float64(p.Power), 0.05, float64(p.PowerMCSE)) || float64(p.Failed) > e.fails*nullTrials {
		t.Errorf("%s by %s: rejects %.4f (MCSE %.4f), expected %s %%; %d fits failed", row.OutcomeSpec.Name, name, p.Power, p.PowerMCSE, e, p.Failed)
	}
}

func writeNullTable(page *strings.Builder, kind scenarios.VarKind, outcomes, methods []string, cells map[[2]string]string) {
	fmt.Fprintf(page, "\n| of a %s outcome |", kind)
	for _, o := range outcomes {
		fmt.Fprintf(page, " %s |", strings.ReplaceAll(o, "_", " "))
	}
	page.WriteString("\n|---|" + strings.Repeat("---|", len(outcomes)) + "\n")
	for _, m := range methods {
		fmt.Fprintf(page, "| %s |", m)
		for _, o := range outcomes {
			cell := cells[[2]string{o, m}]
			if cell == "" {
				cell = "-"
			}
			fmt.Fprintf(page, " %s |", cell)
		}
		page.WriteString("\n")
	}
}
