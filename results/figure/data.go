package figure

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/trial"
)

// tableDays is how many days a table of curves has, more or less.
const tableDays = 8

// curveTable has the numbers of curves for those who can't see them: at some days,
// each mean with its Monte Carlo standard error. All curves have the same days.
func curveTable(title, day string, names []string, days []float64, curves []*trial.HistoryCurve, scale report.Number) *report.Table {
	t := &report.Table{Title: title, Columns: []report.Column{{Head: day, Key: true}},
		Notes: []string{"Means over trials; in parentheses: Monte Carlo standard error."}}
	for _, n := range names {
		t.Columns = append(t.Columns, report.Column{Head: n})
	}
	for k := 0; k <= tableDays; k++ {
		j := k * (len(days) - 1) / tableDays
		if k > 0 && j == (k-1)*(len(days)-1)/tableDays {
			continue
		}
		row := []string{report.Number(days[j]).Fixed(0)}
		for _, c := range curves {
			row = append(row, withError(c.Mean[j]*scale, c.MCSE[j]*scale))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// withError is a number with its Monte Carlo standard error.
func withError(x, mcse report.Number) string {
	if !x.Known() || !mcse.Known() {
		return plain(x, mcse)
	}
	return plain(x, mcse) + " (" + plain(mcse, mcse) + ")"
}

func survivalTable(arms []trial.HistorySurvival, since string) *report.Table {
	var names []string
	var curves []*trial.HistoryCurve
	for k := range arms {
		names = append(names, arms[k].Arm+", %", arms[k].Arm+", at risk")
		share := arms[k].Share
		share.Mean, share.MCSE = percent(share.Mean), percent(share.MCSE)
		curves = append(curves, &share, &arms[k].AtRisk)
	}
	return curveTable(arms[0].Outcome+": numbers of the curves, "+still(arms[0].Variable), "days since "+since, names, arms[0].Days, curves, 1)
}

func percent(list []report.Number) (out []report.Number) {
	for _, x := range list {
		out = append(out, x*100)
	}
	return out
}

func statesTable(panels []statePanel) *report.Table {
	var names []string
	var curves []*trial.HistoryCurve
	for k := range panels {
		for j := range panels[k].curves {
			names = append(names, panels[k].title+", "+panels[k].curves[j].label+", %")
			curves = append(curves, panels[k].errs[j])
		}
	}
	return curveTable("Numbers of the curves: share of clients in each state", "days since enrolment", names, panels[0].curves[0].days, curves, 100)
}

func loadsTable(panels []loadPanel) *report.Table {
	var names []string
	var curves []*trial.HistoryCurve
	for k := range panels {
		names = append(names, panels[k].name+", served", panels[k].name+", waiting")
		curves = append(curves, &panels[k].load.Served, &panels[k].load.Waiting)
	}
	return curveTable("Numbers of the curves: people served and waiting", "day of the trial", names, panels[0].load.Days, curves, 1)
}

// flowTable has every count, an arm a column.
func flowTable(h *trial.History, arms []string) *report.Table {
	t := &report.Table{Title: "All counts of the flow", Columns: []report.Column{{Head: "stage", Left: true, Key: true}, {Head: "of", Left: true}, {Head: "clients who", Left: true}},
		Notes: []string{"Mean over trials (Monte Carlo standard error) [10th, 90th percentile of single trials]. Each client is counted once in a line. What never happens is left out."}}
	columns := map[string]int{}
	for _, a := range arms {
		columns[a] = len(t.Columns)
		t.Columns = append(t.Columns, report.Column{Head: a})
	}
	if len(arms) == 0 {
		return nil
	}
	where, happens := map[[3]string]int{}, map[[3]string]bool{}
	for k := range h.Flow {
		c := &h.Flow[k]
		key := [3]string{c.Stage, c.Of, c.What}
		row, ok := where[key]
		if !ok {
			row = len(t.Rows)
			where[key] = row
			cells := []string{words(c.Stage), c.Of, words(c.What)}
			for range arms {
				cells = append(cells, "")
			}
			t.Rows = append(t.Rows, cells)
		}
		text := withError(c.Mean, c.MCSE) + fmt.Sprintf(" [%s, %s]", c.Low.Fixed(0), c.High.Fixed(0))
		if c.Arm == "" {
			t.Rows[row][2] += ": " + text + " in all"
			continue
		}
		t.Rows[row][columns[c.Arm]] = text
		if c.Mean > 0 {
			happens[key] = true
		}
	}
	// Programs of later arms have come after the visits of the first.
	order := []string{"screening", "allocation", "program", "service", "follow up", "visit", "analysis"}
	slices.SortStableFunc(t.Rows, func(a, b []string) int { return slices.Index(order, a[0]) - slices.Index(order, b[0]) })
	t.Rows = slices.DeleteFunc(t.Rows, func(row []string) bool {
		return row[0] != "screening" && !strings.HasSuffix(row[2], "in all") && !happens[[3]string{strings.ReplaceAll(row[0], " ", "_"), row[1], strings.ReplaceAll(row[2], " ", "_")}]
	})
	return t
}

// words puts a name for programs into one for people.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }
