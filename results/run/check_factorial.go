package run

import (
	"caseload/results/report"
	"caseload/scenarios"
)

// addAliases adds what cannot be told from main effects, where combinations of factors
// are left out.
func addAliases(d *report.Document, sc *scenarios.Scenario) {
	aliases := sc.Aliases()
	if aliases == nil {
		return
	}
	t := &report.Table{Columns: []report.Column{report.Key("main effect"), report.Left("and interaction")}}
	for f, names := range aliases {
		t.Rows = append(t.Rows, []string{sc.Labels().Program(sc.Trial.Factors[f]), report.Series(names)})
	}
	d.Table("Effects that these arms cannot tell apart", t, []string{"An estimated main effect is the sum of both, or their difference (aliasing). " +
		"Interactions of more factors than these are aliased, too."})
}
