package run

import (
	"math"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/scenarios"
)

// Confidence is the level of the row's intervals, in percent.
func (r *Row) Confidence() report.Number { return report.Number(100 * (1 - r.level())) }

// fewest is the number of replicates from which on a standard error over them is
// taken as known: 3 of 30 have a p value of 0.006 by the t distribution.
const fewest = 30

// Biased tells that the mean estimate differs from the truth by more than chance,
// and by so much that it matters: by a tenth of the standard deviation of the
// estimates, or by a twentieth of a truth that is not zero by chance. A bias of a
// tenth of it takes 0.1 points from a coverage of 95 %.
func (run *Run) Biased(r *Row) bool {
	b, mcse := math.Abs(float64(r.Bias)), float64(r.BiasMCSE)
	if run.Replicates < fewest || !r.Bias.Known() || mcse <= report.Negligible || !(b > report.ClearMCSEs*mcse) {
		return false
	}
	truth := math.Abs(float64(r.Truth))
	clear := r.Truth.Known() && truth > report.ClearMCSEs*float64(r.TruthMCSE)
	return b > float64(r.EmpiricalSE)/10 || clear && b > truth/20
}

// tolerated is how many times as often as they claim intervals may miss the truth
// before they are called too narrow: 6.5 % of 95 % intervals.
const tolerated = 1.3

// leastCoverage is the smallest coverage of which intervals are not called too narrow.
func (r *Row) leastCoverage() float64 { return 1 - float64(tolerated*r.level()) }

// TooNarrow tells that the intervals contain the truth less often than they
// claim, by more than chance and by so much that it matters.
func (run *Run) TooNarrow(r *Row) bool {
	c := (report.Number(1-r.level()) - r.Coverage) / r.CoverageMCSE
	return run.Replicates >= fewest && c.Known() && float64(c) > report.ClearMCSEs && float64(r.Coverage) < r.leastCoverage()
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
