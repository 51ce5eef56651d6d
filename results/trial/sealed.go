package trial

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

// Protocol writes what a protocol says of a trial before it begins: arms, clients, visits,
// outcomes and their analyses. Nothing in it tells what the programs do.
func Protocol(w io.Writer, sc *scenarios.Scenario) error {
	t, labels := &sc.Trial, sc.Labels()
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Protocol\n")
	line("Clients: %s", report.Grouped(t.Clients))
	if t.Sites > 1 {
		line("Sites: %d", t.Sites)
	}
	line("Arms:")
	for _, a := range sc.Arms {
		role := ""
		if a.Control {
			role = ", the control arm"
		}
		line("  %s: %s (ratio %d%s)", a.Name, labels.Arm(a.Name), a.Ratio, role)
	}
	how := string(t.Randomization.Method)
	if t.Randomization.Clustered() {
		how += ", by " + t.Randomization.By.Words()
	}
	if len(t.Randomization.Strata) > 0 {
		how += ", stratified by " + strings.Join(t.Randomization.Strata, ", ")
	}
	line("Randomization: %s", how)
	var days []string
	for _, d := range t.FollowUpDays {
		days = append(days, fmt.Sprintf("%g", d))
	}
	if sc.InPeriods() {
		plan := sc.Schedule()
		for q, row := range plan.Arms {
			var arms []string
			for p, arm := range row {
				arms = append(arms, fmt.Sprintf("%s from day %g", sc.Arms[arm].Name, plan.FromDays[p]))
			}
			line("  sites of sequence %d: %s", q+1, strings.Join(arms, ", "))
		}
		if plan.TransitionDays > 0 {
			line("  clients who enrol within %g days after a change at their site are not analysed", plan.TransitionDays)
		}
	}
	line("Visits: on days %s after enrolment", strings.Join(days, ", "))
	line("Outcomes:")
	for k := range sc.Outcomes {
		o := &sc.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		rank := "secondary"
		if o.Primary {
			rank = "primary"
		}
		line("  %s (%s): %s, at %g days. Analysis set %s; %s; level %g, %s.", o.Name, rank, v.Description, o.AtDays, o.Set,
			strings.Join(o.Methods, ", "), o.Alpha, sides(o.Sides))
	}
	line("\nThe columns of the data are explained in %s.", DictionaryName)
	_, err := io.WriteString(w, b.String())
	return err
}

func sides(n int) string {
	if n == 1 {
		return "one-sided"
	}
	return "two-sided"
}

// Sheet is a table of what the scenario's own analyses say of some trials, replicates 0
// and on, and of what is true.
func Sheet(r *analysis.Result, trials [][]analysis.Finding) *Dataset {
	type entry struct {
		student int
		of      *analysis.Finding
		row     *analysis.Row
	}
	var all []entry
	for k := range trials {
		for j := range trials[k] {
			f := &trials[k][j]
			at := slices.IndexFunc(r.Rows, func(row analysis.Row) bool {
				return row.OutcomeSpec.Name == f.OutcomeSpec.Name && row.SubgroupName == f.SubgroupName && row.Contrast() == f.Contrast() && row.Method.Name == f.Method.Name
			})
			all = append(all, entry{k + 1, f, &r.Rows[at]})
		}
	}
	d := &Dataset{Name: "truth", rows: func() int { return len(all) }}
	text := func(name string, of func(e *entry) string) {
		d.addText(name, run.Meaning(name), func(k int) string { return of(&all[k]) })
	}
	number := func(name, meaning string, of func(e *entry) report.Number) {
		d.addExact(name, meaning, func(k int) float64 { return float64(of(&all[k])) })
	}
	d.addNumber("student", "integer", "", "number of the trial, from 1", func(k int) float64 { return float64(all[k].student) })
	text("outcome", func(e *entry) string { return e.of.OutcomeSpec.Name })
	text("subgroup", func(e *entry) string { return e.of.SubgroupName })
	text("contrast", func(e *entry) string { return e.of.Contrast() })
	text("method", func(e *entry) string { return e.of.Method.Name })
	text("effect", func(e *entry) string { return string(e.of.Method.Measure) })
	number("truth", run.Meaning("truth"), func(e *entry) report.Number { return e.row.Truth })
	number("truth_mcse", run.Meaning("truth_mcse"), func(e *entry) report.Number { return e.row.TruthMCSE })
	number("estimate", "the effect in the trial", func(e *entry) report.Number { return report.Number(e.of.Estimate.Value) })
	number("se", "its standard error", func(e *entry) report.Number { return report.Number(e.of.Estimate.SE) })
	number("low", "lower confidence limit", func(e *entry) report.Number { return report.Number(e.of.Estimate.Low) })
	number("high", "upper confidence limit", func(e *entry) report.Number { return report.Number(e.of.Estimate.High) })
	number("p", "p value of the test", func(e *entry) report.Number { return report.Number(e.of.P) })
	number("power", run.Meaning("power"), func(e *entry) report.Number { return e.row.Power })
	return d
}
