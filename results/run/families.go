package run

import (
	"fmt"
	"strings"

	"caseload/analysis/performance"
	"caseload/results/report"
	"caseload/scenarios"
)

// shareText is a share with its interval, in percent.
func shareText(r performance.Rate) string {
	if !r.Share.Known() {
		return report.Absent
	}
	return fmt.Sprintf("%s [%s, %s]", (r.Share * 100).Fixed(1), (r.Low * 100).Fixed(1), (r.High * 100).Fixed(1))
}

// familyTable is the power of the families.
func (r *Run) familyTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("family"), report.Left("correction"), report.Right("alpha"), report.Left("test"), report.Right("power % [95 % CI]")}}
	for k := range r.Families {
		f := &r.Families[k]
		add := func(what string, x performance.Rate) {
			name, method, alpha := scenarios.Plain(f.Name), scenarios.Plain(f.Method), fmt.Sprint(f.Alpha)
			if what != "at least one" {
				name, method, alpha = "", "", ""
			}
			t.Rows = append(t.Rows, []string{name, method, alpha, what, shareText(x)})
		}
		add("at least one", f.Disjunctive)
		add("all", f.Conjunctive)
		for _, m := range f.Members {
			what := r.Labels.Outcome(m.Outcome)
			if r.OnlyContrast() == "" {
				what += " (" + r.Labels.Contrast(m.Arm, m.Control) + ")"
			}
			add(what, m.Power)
		}
	}
	return t
}

// familyLegend explains the families.
func (r *Run) familyLegend() []string {
	return []string{strings.Join([]string{"After the correction for the number of tests",
		"at least one: disjunctive power, the familywise error if nothing has an effect", "all: conjunctive power",
		"a fit that failed rejects nothing"}, "; ") + "."}
}
