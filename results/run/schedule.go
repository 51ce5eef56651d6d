package run

import (
	"fmt"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// scheduleTable is which arm is in force at the sites of each sequence in each period; nil where
// sites do not change arms.
func scheduleTable(sc *scenarios.Scenario) *report.Table {
	if !sc.InPeriods() {
		return nil
	}
	plan, labels := sc.Schedule(), sc.Labels()
	t := &report.Table{Columns: []report.Column{report.Key("from day"), report.Right("clients")}}
	for q := range plan.Arms {
		t.Columns = append(t.Columns, report.Left(fmt.Sprintf("sequence %d", q+1)))
	}
	expected := sim.ExpectedInPeriods(sc)
	for p, day := range plan.FromDays {
		row := []string{report.SixDigits(day), report.Number(expected[p]).Fixed(0)}
		for q := range plan.Arms {
			row = append(row, labels.Arm(sc.Arms[plan.Arms[q][p]].Name))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// scheduleLegend says what the schedule leaves open.
func scheduleLegend(sc *scenarios.Scenario) []string {
	plan := sc.Schedule()
	text := fmt.Sprintf("%s are randomized to %s. Clients: expected to enrol in the period, over all sites. The last period goes on until nobody enrols any more.",
		report.Counted(sc.Trial.Sites, "site"), report.Counted(len(plan.Arms), "sequence"))
	if plan.TransitionDays > 0 {
		text += fmt.Sprintf(" Clients who enrol in the first %s after a change at their site are not analysed.", report.Counted(int(plan.TransitionDays), "day"))
	}
	if sc.Trial.Randomization.AtChange == scenarios.ExcludeAtChange {
		text += " Outcomes that are due after the site has changed are left out."
	}
	return []string{text}
}

// trendNote says on which day rates hold where they change with the calendar.
func trendNote(sc *scenarios.Scenario) []string {
	if len(sc.Trial.Trend) == 0 {
		return nil
	}
	return []string{"Rates are solved for clients who enrol on day 0 of the trial; trial.trend changes those of clients who enrol later."}
}
