package figure

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/trial"
	"caseload/scenarios"
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

func survivalTable(arms []trial.HistorySurvival, since string, labels scenarios.Labels) *report.Table {
	var names []string
	var curves []*trial.HistoryCurve
	for k := range arms {
		arm := labels.Arm(arms[k].Arm)
		names = append(names, arm+", %", arm+", at risk")
		share := arms[k].Share
		share.Mean, share.MCSE = percent(share.Mean), percent(share.MCSE)
		curves = append(curves, &share, &arms[k].AtRisk)
	}
	return curveTable(labels.Outcome(arms[0].Outcome)+": numbers of the curves, "+still(arms[0].Variable), "days since "+since, names, arms[0].Days, curves, 1)
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
func flowTable(h *trial.History, arms []string, labels scenarios.Labels) *report.Table {
	t := &report.Table{Title: "All counts of the flow", Columns: []report.Column{{Head: "stage", Left: true, Key: true}, {Head: "of", Left: true}, {Head: "clients who", Left: true}},
		Notes: []string{"The first trial; mean over trials (Monte Carlo standard error) [10th, 90th percentile of single trials]. Each client is counted once in a line. What never happens is left out."}}
	columns := map[string]int{}
	for _, a := range arms {
		columns[a] = len(t.Columns)
		t.Columns = append(t.Columns, report.Column{Head: labels.Arm(a)})
	}
	if len(arms) == 0 {
		return nil
	}
	where, happens, keys := map[[3]string]int{}, map[[3]string]bool{}, map[string][3]string{}
	for k := range h.Flow {
		c := &h.Flow[k]
		key := [3]string{c.Stage, c.Of, c.What}
		row, ok := where[key]
		if !ok {
			row = len(t.Rows)
			where[key] = row
			cells := []string{scenarios.Plain(c.Stage), flowOf(c, labels), flowWhat(c)}
			keys[strings.Join(cells, "\x00")] = key
			for range arms {
				cells = append(cells, "")
			}
			t.Rows = append(t.Rows, cells)
		}
		text := withError(c.Mean, c.MCSE) + fmt.Sprintf(" [%s, %s]", c.Low.Fixed(0), c.High.Fixed(0))
		text = report.Grouped(c.First) + "; " + text
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
		return row[0] != "screening" && !strings.HasSuffix(row[2], "in all") && !happens[keys[strings.Join(row[:3], "\x00")]]
	})
	return t
}

// flowOf is what a count is about, in words.
func flowOf(c *trial.HistoryCount, labels scenarios.Labels) string {
	switch c.Stage {
	case "program":
		return labels.Program(c.Of)
	case "service":
		return labels.Service(c.Of)
	case "analysis":
		return labels.Outcome(c.Of)
	case "visit":
		return "day " + c.Of
	}
	return c.Of
}

// flowWhat is a count in words that follow "clients who".
func flowWhat(c *trial.HistoryCount) string {
	if text := flowWords[c.Stage+" "+c.What]; text != "" {
		return text
	}
	return scenarios.Plain(c.What)
}

var flowWords = map[string]string{
	"screening screened": "are assessed for eligibility", "screening not_eligible": "are not eligible", "screening refused": "decline to take part",
	"allocation randomized": "are randomized", "allocation allocated": "are allocated", "allocation contaminated": "receive another arm's programs",
	"program offered": "are offered it", "program refused": "refuse it", "program started": "start it", "program awaiting": "never get a case manager",
	"program contacted": "have a contact", "program uncontacted": "start it without a contact",
	"service sought": "seek it", "service queued": "have to wait", "service reneged": "give up waiting", "service delisted": "lose their place on the list by jail or death",
	"service waiting": "still wait at the end", "service admitted": "are admitted", "service completed": "complete a stay", "service moved": "move to another service",
	"service left": "leave before", "service ended": "end their stay by jail or death",
	"follow_up jailed": "are in jail some of the time", "follow_up died": "die", "follow_up lost": "are lost to the study",
	"visit made": "make the visit", "visit missed": "miss it", "visit lost": "are lost before", "visit died": "die before", "visit not_due": "have it after the trial",
	"analysis in_set": "are in the analysis set", "analysis outside": "are outside it", "analysis missing": "have no value", "analysis not_due": "have none: the trial ends before",
	"analysis lost": "have none: lost before", "analysis died": "have none: died before", "analysis unseen": "have none: visit missed", "analysis analysed": "are analysed",
}
