package sweep

import (
	"fmt"
	"slices"

	"caseload/results/report"
	"caseload/results/run"
)

// spoken returns the rows that the sweep speaks of: of each outcome, group and
// contrast that of the method that holds its level in the most cells, the first
// of several.
func (s *Sweep) spoken() (rows []run.Row) {
	all := s.rowsOf()
	for k := range all {
		best := &all[k]
		if slices.ContainsFunc(rows, func(r run.Row) bool { return sameEffect(&r, best) }) {
			continue
		}
		for j := range all[k:] {
			if other := &all[k+j]; sameEffect(other, best) && s.holds(other) > s.holds(best) {
				best = other
			}
		}
		rows = append(rows, *best)
	}
	return rows
}

// sameEffect reports whether two rows are of one effect, whatever the method.
func sameEffect(a, b *run.Row) bool {
	return a.Outcome == b.Outcome && a.Subgroup == b.Subgroup && a.Contrast == b.Contrast && a.Interaction == b.Interaction
}

// holds counts the cells in which a row's method holds its level.
func (s *Sweep) holds(r *run.Row) (cells int) {
	for i := range s.Cells {
		if row := s.Cells[i].row(r); row != nil && row.Valid {
			cells++
		}
	}
	return cells
}

// invalid says in how many cells a row's method does not hold, and why; "" if it holds
// in all.
func (s *Sweep) invalid(r *run.Row) string {
	var why []string
	cells, of := 0, 0
	for i := range s.Cells {
		row := s.Cells[i].row(r)
		if row == nil {
			continue
		}
		of++
		if !row.Valid {
			cells++
			if !slices.Contains(why, row.WhyNot) {
				why = append(why, row.WhyNot)
			}
		}
	}
	switch {
	case cells == 0:
		return ""
	case len(why) > 1:
		return fmt.Sprintf("Not a valid test in %d of %s, for several reasons: the first is that %s.", cells, report.Counted(of, "cell"), why[0])
	}
	return fmt.Sprintf("Not a valid test in %d of %s: %s.", cells, report.Counted(of, "cell"), why[0])
}
