package run

import "caseload/results/report"

const exposureTitle = "The truth by how long sites have been in the arm"

const exposureLegend = "Sites change arms in the course of the trial. Elsewhere the truth is everyone in one arm less everyone in the other, among the clients who are analysed. " +
	"Here it is the trial less the world with everyone in control, among clients of the arm, by the number of periods that their site had been in it, that of their enrolment included; clients: of a trial."

// exposures is the truth by exposure, once for each outcome, subgroup, contrast and measure.
func (r *Run) exposures() *report.Table {
	columns := r.keyColumns()
	t := &report.Table{Columns: append(columns[:len(columns)-1], report.Left("measure"), report.Right("periods"), report.Right("truth (MCSE)"), report.Right("clients"))}
	seen := map[string]bool{}
	for k := range r.Rows {
		row := &r.Rows[k]
		key := row.Outcome + "|" + row.Subgroup + "|" + row.Contrast + "|" + row.MeasureName()
		if seen[key] {
			continue
		}
		for _, x := range row.ByExposure {
			seen[key] = true
			keys := r.keys(row, "")
			t.Rows = append(t.Rows, append(keys[:len(keys)-1], row.MeasureName(), report.Grouped(x.Periods),
				(x.Truth*row.Scale()).WithMCSE(x.MCSE*row.Scale()), x.N.Fixed(1)))
		}
	}
	return t
}
