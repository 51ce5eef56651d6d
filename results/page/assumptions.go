package page

import (
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// groups are what assumptions are about, by the first word of the table that they stand
// in, in the order of a page. What is not listed is about the clients' lives.
var groups = []struct {
	title  string
	tables []string
}{
	{"What programs do", []string{"program", "arm"}},
	{"Services", []string{"service"}},
	{"Clients", []string{"trait", "correlation", "subgroup_share"}},
	{"What happens to clients otherwise", nil},
	{"What is measured, and of whom", []string{"measure", "attrition"}},
	{"The trial", []string{"trial", "site"}},
	{"How trials differ", []string{"literature"}},
}

// groupOf returns the group of a table.
func groupOf(block string) int {
	first := strings.FieldsFunc(block, func(r rune) bool { return r == '.' || r == ' ' })[0]
	rest := 0
	for k, g := range groups {
		if slices.Contains(g.tables, first) {
			return k
		}
		if g.tables == nil {
			rest = k
		}
	}
	return rest
}

// Assumptions are the numbers that the trial rests on with where they come from, in
// groups, the weakest first.
func Assumptions(sc *scenarios.Scenario) Section {
	s := Section{ID: "assumptions", Title: "What it rests on"}
	all, err := sc.Used()
	if err != nil {
		return s // a scenario that was read can be written
	}
	own := "no source"
	if sc.Source != "" {
		own = "the scenario's source, " + sc.Source
	}
	s.Blocks = append(s.Blocks, Paragraph("The numbers that the simulation starts from, in the words of the scenario file; in each group those that rest on least come first. "+
		"Evidence is what the words of the source say that it is: a review, a trial or another study, a judgement, or something that no study has found. "+
		"Confidence is that of whoever wrote it: high, moderate or low. Where no source is given there is "+own+"."))
	slices.SortStableFunc(all, func(a, b scenarios.Assumption) int { return a.Weakness() - b.Weakness() })
	for k, g := range groups {
		t := &report.Table{Title: g.title, Columns: []report.Column{report.Key("of"), report.Left("values"), report.Left("evidence, confidence"), report.Left("source")}}
		addRows(t, slices.DeleteFunc(slices.Clone(all), func(a scenarios.Assumption) bool { return groupOf(a.Block) != k }))
		if len(t.Rows) > 0 {
			s.Blocks = append(s.Blocks, Block{Table: t})
		}
	}
	return s
}

// addRows adds a row for each table of the scenario and source: all its numbers that rest
// on the same.
func addRows(t *report.Table, list []scenarios.Assumption) {
	same := func(a, b *scenarios.Assumption) bool {
		return a.Block == b.Block && a.Source == b.Source && a.Confidence == b.Confidence
	}
	for k := range list {
		a := &list[k]
		if slices.ContainsFunc(list[:k], func(b scenarios.Assumption) bool { return same(a, &b) }) {
			continue
		}
		var values []string
		for i := range list[k:] {
			if b := &list[k+i]; same(a, b) {
				values = append(values, b.Key+" "+strings.Trim(b.Value, `"`))
			}
		}
		rests := string(a.Evidence)
		if a.Confidence != "" {
			rests = strings.TrimPrefix(rests+", "+a.Confidence, ", ")
		}
		t.Rows = append(t.Rows, []string{a.Block, strings.Join(values, "; "), rests, a.Source})
	}
}
