package run

import (
	"fmt"

	"caseload/results/report"
)

// tested is the row that is spoken of beside a row's outcome, group and contrast: the
// first whose method has a test and holds its level in the design, else the first with a
// test, else row itself.
func (r *Run) tested(row *Row) *Row {
	var first *Row
	for k := range r.Rows {
		other := &r.Rows[k]
		switch {
		case !other.sameEffect(row) || !other.chance().value.Known() || other.Interaction:
		case other.Valid:
			return other
		case first == nil:
			first = other
		}
	}
	if first != nil {
		return first
	}
	return row
}

// sameEffect reports whether two rows are of one outcome, group and contrast.
func (r *Row) sameEffect(other *Row) bool {
	return r.Outcome == other.Outcome && r.Subgroup == other.Subgroup && r.Contrast == other.Contrast
}

// hopeless tells that the design has too few case managers or clusters for any method.
func (r *Row) hopeless() bool { return r.noMethod }

// noPower says why no power is given in a sentence, "" if one is.
func (r *Row) noPower() string {
	switch {
	case r.hopeless():
		return "No power is given: " + r.WhyNot + "."
	case r.untested:
		return "No power is given: a test would need a method for clusters."
	case !r.chance().value.Known() || r.Measures.N+r.TestsAlone == 0:
		return "No trial could be analysed."
	}
	return ""
}

// asked says, beside the number of a row that is spoken of, what the method that the
// scenario lists first gives if it does not hold, or that the row's own method does
// not and none does.
func (r *Run) asked(row *Row) string {
	if !row.Valid {
		return " But " + row.WhyNot + "."
	}
	for k := range r.Rows {
		first := &r.Rows[k]
		if !first.sameEffect(row) || first.Interaction {
			continue
		}
		if first.Valid || !first.chance().value.Known() || first.untested {
			return ""
		}
		does := "rejects"
		if first.Drawn != nil {
			does = "finds a benefit"
		}
		return fmt.Sprintf(" %s; it %s %s %% of the time.", report.SentenceCase(first.WhyNot), does, (first.chance().value * 100).Fixed(0))
	}
	return ""
}
