package run

import (
	"math"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/scenarios"
)

// Confidence is the level of the row's intervals, in percent.
func (r *Row) Confidence() report.Number { return report.Number(100 * (1 - r.level())) }

// Biased tells that the mean estimate differs from the truth by more than chance
// and by more than rounding.
func (r *Row) Biased() bool {
	b := r.Bias / r.BiasMCSE
	return b.Known() && math.Abs(float64(b)) > report.ClearMCSEs && float64(r.BiasMCSE) > report.Negligible
}

// TooNarrow tells that the intervals contain the truth less often than they
// claim, by more than chance.
func (r *Row) TooNarrow() bool {
	c := (report.Number(1-r.level()) - r.Coverage) / r.CoverageMCSE
	return c.Known() && float64(c) > report.ClearMCSEs
}

// Direction is +1 if an effect above zero is good for the client, and -1 if it is
// bad.
func (r *Row) Direction() report.Number {
	v, _ := scenarios.LookupVariable(r.Variable)
	return report.Number(r.Effect.Good(v.Good))
}

// Main are the rows of the first method of each outcome and contrast, among
// everyone: one for each effect, in the order of clusters.
func (r *Run) Main() []*Row {
	var all []*Row
	said := map[[2]string]bool{}
	for _, c := range scenarios.Clusters() {
		for k := range r.Rows {
			row := &r.Rows[k]
			key := [2]string{row.Outcome, row.Contrast}
			if row.Cluster == c && row.Subgroup == "all" && !row.Interaction && !said[key] {
				said[key] = true
				all = append(all, row)
			}
		}
	}
	return all
}

// same tells whether two rows are about the same analysis.
func (r *Row) Same(o *Row) bool {
	return r.Key() == o.Key()
}

// Key names the analysis that the row is of.
func (r *Row) Key() analysis.Key {
	return analysis.Key{Outcome: r.Outcome, Subgroup: r.Subgroup, Contrast: r.Contrast, Method: r.Method, Set: r.Set}
}
