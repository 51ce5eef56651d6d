package sweep

import (
	"fmt"

	"caseload/results/report"
	"caseload/scenarios"
)

// addInterim adds what comes of looks in each cell, where a scenario has them.
func (s *Sweep) addInterim(d *report.Document) {
	t := &report.Table{Columns: []report.Column{report.NumberKey("cell")}}
	for k := range s.Keys {
		t.Columns = append(t.Columns, report.Key(s.Keys[k].Label))
	}
	t.Columns = append(t.Columns, report.Right("power with looks % (MCSE)"), report.Right("final analysis alone"), report.Right("clients (MCSE)"), report.Right("months (MCSE)"))
	title := ""
	for i := range s.Cells {
		c := &s.Cells[i]
		x := c.Interim
		if x == nil {
			continue
		}
		title = s.Labels.Outcome(x.Outcome)
		row := []string{fmt.Sprint(c.Cell)}
		for k := range c.Keys {
			row = append(row, c.Keys[k].text())
		}
		const month = scenarios.DaysPerMonth
		t.Rows = append(t.Rows, append(row, (x.Power.Share*100).WithMCSE(x.Power.MCSE*100), (x.PowerFixed.Share*100).Fixed(1),
			x.Clients.Mean.WithMCSE(x.Clients.MCSE), (x.Days.Mean/month).WithMCSE(x.Days.MCSE/month)))
	}
	if len(t.Rows) > 0 {
		d.Table("Looks at "+title, t, []string{"Power with looks: share of trials that reject at any of them. Other tables are of the final analysis, as if nobody had looked before. Clients and months: until the trial is ended, on average."})
	}
}
