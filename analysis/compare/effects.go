package compare

import (
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/sim/portable"
)

// less returns a less b, with the error of two that are independent.
func less(a, b size.Number) size.Number {
	return size.Number{Value: a.Value - b.Value, MCSE: portable.Hypot(a.MCSE, b.MCSE)}
}

// designEffect returns the variance of a design's estimates over that of a difference of as many
// independent clients who vary as much, SD^2/n summed over the arms; missing where the estimate is none
// of means or proportions.
func designEffect(row *analysis.Row, arms []analysis.ArmRow) measure.Number {
	one, none := armOf(row, arms, row.ArmName), armOf(row, arms, row.ControlName)
	if one == nil || none == nil || !difference(row) {
		return measure.Missing()
	}
	independent := variance(one) + variance(none)
	return measure.Number(float64(row.EmpiricalSE*row.EmpiricalSE) / independent)
}

// variance returns that of the mean of an arm's clients.
func variance(a *analysis.ArmRow) float64 { return float64(a.SD*a.SD) / float64(a.N) }

// difference reports whether what is estimated is a difference of means or proportions.
func difference(row *analysis.Row) bool {
	switch row.Method.Measure {
	case measure.RD, measure.MD:
		return true
	}
	return false
}

// armOf returns what happens in an arm to the clients of a row; nil if that is not told.
func armOf(row *analysis.Row, arms []analysis.ArmRow, name string) *analysis.ArmRow {
	k := slices.IndexFunc(arms, func(a analysis.ArmRow) bool {
		return a.Outcome.Name == row.OutcomeSpec.Name && a.Subgroup == row.SubgroupName && a.Arm == name
	})
	if k < 0 || math.IsNaN(float64(arms[k].SD)) || !(arms[k].N > 0) {
		return nil
	}
	return &arms[k]
}

// keyOf returns by what the decisions of a row are found.
func keyOf(r *analysis.Row) analysis.Key {
	return analysis.Key{Outcome: r.OutcomeSpec.Name, Subgroup: r.SubgroupName, Contrast: r.Contrast(), Method: r.Method.Name, Set: r.OutcomeSpec.Set}
}
