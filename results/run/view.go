package run

import (
	"caseload/analysis"
	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/scenarios"
)

// Confidence is the level of the row's intervals, in percent.
func (r *Row) Confidence() report.Number { return report.Number(100 * (1 - r.level())) }

// fewest is the number of replicates from which on a standard error over them is
// taken as known: 3 of 30 have a p value of 0.006 by the t distribution.
const fewest = 30

// Biased tells that the mean estimate differs from the truth by more than chance,
// and by so much that it matters.
func (run *Run) Biased(r *Row) bool {
	return run.Replicates >= fewest && verdict.Biased(float64(r.Bias), float64(r.BiasMCSE), float64(r.EmpiricalSE), float64(r.Truth), float64(r.TruthMCSE))
}

// TooNarrow tells that the intervals contain the truth less often than they
// claim, by more than chance and by so much that it matters.
func (run *Run) TooNarrow(r *Row) bool {
	return run.Replicates >= fewest && verdict.TooNarrow(float64(r.Coverage), float64(r.CoverageMCSE), r.level())
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
