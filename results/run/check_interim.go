package run

import (
	"fmt"
	"math"

	"caseload/analysis/interim"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// addInterim adds the bounds of the looks as planned, and when they are to be expected.
func (c *Check) addInterim(d *report.Document) {
	sc := c.scenario
	if sc.Interim == nil {
		return
	}
	o := &sc.Outcomes[sc.InterimOutcome()]
	rule := interim.NewRule(sc.Interim, sc.Interim.Alpha, o.Sides)
	t := &report.Table{Columns: []report.Column{report.Key("look"), report.Right("information %"), report.Right("bound z"), report.Right("p"), report.Right("futile below z"),
		report.Right("day"), report.Right("enrolled")}}
	bounds, looks := rule.Bounds(), len(sc.Interim.Looks)+len(sc.Interim.Days)
	for k := range looks + 1 {
		row := []string{fmt.Sprint(k + 1), report.Absent, report.Absent, report.Absent, report.Absent}
		if k == looks {
			row[0] = "final"
		}
		if bounds != nil {
			b := &bounds[k]
			row[1], row[2], row[3] = report.Number(100*rule.Shares[k]).Fixed(0), report.Number(b.Upper).Fixed(4), boundP(report.Number(b.Level*float64(o.Sides)))
			if futile := report.Number(b.Futility); futile.Known() && k < looks {
				row[4] = futile.Fixed(4)
			}
		}
		day := lookDay(sc, o, k)
		enrolled := math.Min(sim.ExpectedEnrolled(sc, day+sc.Interim.ReviewDays), float64(sc.PlannedClients()))
		t.Rows = append(t.Rows, append(row, report.Number(day).Fixed(0), report.Number(enrolled).Fixed(0)))
	}
	d.Table("Looks at "+sc.Labels().Outcome(o.Name)+" as planned", t, []string{fmt.Sprintf(
		"Bounds: %s, at a %s alpha of %g over all looks. They follow from the information that there is: with other information they are others. "+
			"Day and clients enrolled: as expected from accrual, if nobody is missing; `run` has those of simulated trials.",
		sc.Interim.Spending.Words(), map[int]string{1: "one-sided", 2: "two-sided"}[o.Sides], sc.Interim.Alpha)})
}

// lookDay returns the day on which a look is to be expected, the final analysis being the
// last; NaN where accrual does not tell.
func lookDay(sc *scenarios.Scenario, o *scenarios.Outcome, k int) float64 {
	n := sc.Interim
	v, _ := scenarios.LookupVariable(o.Variable)
	wait := o.AtDays
	if !v.Records {
		wait += sc.Trial.VisitWindowDays
	}
	clients := float64(sc.PlannedClients())
	switch {
	case k < len(n.Days):
		return n.Days[k]
	case k >= len(n.Looks):
	case n.Information == scenarios.InformationEvents:
		return math.NaN()
	case n.Information == scenarios.InformationClients:
		clients = n.Planned * n.Looks[k]
	default:
		clients *= n.Looks[k]
	}
	return sc.DaysUntil(clients) + wait
}
