package trial

import (
	"caseload/analysis"
	"caseload/results/run"
)

// Truth is the table of what is true of each analysis of a scenario.
func Truth(r *analysis.Result) *Dataset {
	d := &Dataset{Name: "truth", rows: func() int { return len(r.Rows) }}
	text := func(name string, of func(row *analysis.Row) string) {
		d.addText(name, run.Meaning(name), func(k int) string { return of(&r.Rows[k]) })
	}
	number := func(name string, of func(row *analysis.Row) float64) {
		d.addExact(name, run.Meaning(name), func(k int) float64 { return of(&r.Rows[k]) })
	}
	text("outcome", func(row *analysis.Row) string { return row.OutcomeSpec.Name })
	text("subgroup", func(row *analysis.Row) string { return row.SubgroupName })
	text("contrast", func(row *analysis.Row) string { return row.Contrast() })
	text("method", func(row *analysis.Row) string { return row.Method.Name })
	text("set", func(row *analysis.Row) string { return string(row.OutcomeSpec.Set) })
	text("effect", func(row *analysis.Row) string { return string(row.Method.Measure) })
	number("truth", func(row *analysis.Row) float64 { return float64(row.Truth) })
	number("truth_mcse", func(row *analysis.Row) float64 { return float64(row.TruthMCSE) })
	number("truth_rollout", func(row *analysis.Row) float64 { return float64(row.TruthRollout) })
	number("truth_rollout_mcse", func(row *analysis.Row) float64 { return float64(row.RolloutMCSE) })
	return d
}
