package figure

import (
	"strings"
	"testing"

	analysed "caseload/analysis/compare"
	"caseload/results/compare"
	"caseload/results/report"
)

// compared is a comparison of designs with the powers given.
func compared(title string, powers ...float64) *compare.Comparison {
	c := &compare.Comparison{Title: title, Replicates: 2000}
	labels := []string{"Individual clients", "Sites", "Sites that cross over", "A design of one's own whose label is as long as a label may be"}
	for k, p := range powers {
		r := compare.Row{Months: 18.25, Formula: analysed.Formula{Power: report.Number(p + 0.2)}}
		r.Outcome, r.Subgroup, r.Arm, r.Control, r.Contrast, r.Valid = "linked", "all", "helped", "usual", "helped - usual", true
		r.Power, r.PowerMCSE = report.Number(p), 0.011
		c.Designs = append(c.Designs, compare.Design{Design: labels[k], Label: labels[k], Randomized: "sites, in a stepped wedge of 4 steps, 110 days apart",
			Clients: 360, Cost: report.Number(1020960 * (k + 1)), Rows: []compare.Row{r}})
	}
	return c
}

// designCases are the figures of comparisons.
func designCases() map[string]*Figure {
	missing := compared("Missing", 0.4, 0.5)
	missing.Designs[0].Rows[0].Formula.Power, missing.Designs[0].Cost = report.Missing(), report.Missing()
	missing.Designs[1].Rows[0].PowerMCSE, missing.Designs[1].Rows[0].Months = report.Missing(), report.Missing()
	free := compared("Without prices", 0.4, 0.5)
	for k := range free.Designs {
		free.Designs[k].Cost = report.Missing()
	}
	markup := compared("<b> & \x01", 0, 1)
	markup.Designs[0].Label = "<i> & \x02"
	return map[string]*Figure{
		"designs":                Designs(compared("Eight exchanges", 0.471, 0.429, 0.598, 0.2))[0],
		"designs missing":        Designs(missing)[0],
		"designs without prices": Designs(free)[0],
		"designs markup":         Designs(markup)[0],
	}
}

func TestTheFigureOfDesignsSaysItsNumbers(t *testing.T) {
	f := Designs(compared("Eight exchanges", 0.471, 0.429))[0]
	for _, want := range []string{"Individual clients: 47.1 (1.1) %, by formula 67.1 %.", "Sites: 42.9 (1.1) %"} {
		if !strings.Contains(f.Alt, want) {
			t.Errorf("%q is not in %q", want, f.Alt)
		}
	}
	if f.Name != "compare-linked" {
		t.Error(f.Name)
	}
	none := compared("", 0.4)
	none.Designs[0].Rows[0].Power = report.Missing()
	if got := Designs(none); got != nil {
		t.Errorf("%d figures of no power", len(got))
	}
}
