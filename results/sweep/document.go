package sweep

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

// Document returns the sweep: what failed first, then for each row of a run what
// the cells show, how power depends on the keys, and which key moves it most.
func (s *Sweep) Document(l report.Level) *report.Document {
	d := &report.Document{}
	s.addHead(d)
	for _, row := range s.rowsOf() {
		name := s.nameOf(&row)
		d.Table(name, s.cellTable(&row), nil)
		if k := s.ranking(&row); k != nil {
			s.addRanking(d, k, name)
		}
	}
	s.addUnmade(d)
	d.Gap()
	for _, text := range s.legend() {
		d.Item(text)
	}
	return d
}

// addHead says what is incomplete or failed, and what the sweep is of.
func (s *Sweep) addHead(d *report.Document) {
	var b strings.Builder
	if s.Partial {
		fmt.Fprintf(&b, "Partial: interrupted after %d of %s. ", len(s.Cells)-s.CellsFailed, report.Counted(s.Planned, "cell"))
	}
	fmt.Fprintf(&b, "%s of %s failed", report.Grouped(s.Failed), report.Counted(s.Fits, "fit"))
	if s.CellsFailed > 0 {
		fmt.Fprintf(&b, "; %s of %s can't be made (see below)", report.Grouped(s.CellsFailed), report.Counted(s.Planned, "cell"))
	}
	d.Paragraph(b.String() + ".")
	d.Paragraph(fmt.Sprintf("%s: %s of %s, %s each on the same chances, seed %d.", s.Scenario, s.layout(), report.Counted(s.Planned, "cell"),
		report.Counted(s.Replicates, "trial"), s.Seed))
	d.Gap()
	for k := range s.Keys {
		key := &s.Keys[k]
		d.Item(fmt.Sprintf("%s: %s", key.Key, key.span()))
	}
}

// layout is the method in words.
func (s *Sweep) layout() string {
	switch s.Method {
	case scenarios.OneAtATime:
		return "one key at a time,"
	case scenarios.LatinHypercube:
		return "a Latin hypercube"
	}
	return "a grid"
}

// span is what a key is varied over.
func (k *Key) span() string {
	if k.Levels == nil {
		text := report.SixDigits(float64(k.From)) + " to " + report.SixDigits(float64(k.To))
		if k.Log {
			text += " (logarithm)"
		}
		return text
	}
	var values []string
	for _, v := range k.Levels {
		values = append(values, ValueText(v))
	}
	return strings.Join(values, ", ")
}

// rowsOf are the rows that cells have, each once.
func (s *Sweep) rowsOf() []run.Row {
	var rows []run.Row
	for i := range s.Cells {
		for k := range s.Cells[i].Rows {
			r := &s.Cells[i].Rows[k].Row
			if !slices.ContainsFunc(rows, func(o run.Row) bool { return o.Same(r) }) {
				rows = append(rows, *r)
			}
		}
	}
	return rows
}

// row is the cell's row about the same analysis, or nil.
func (c *Cell) row(o *run.Row) *Row {
	for k := range c.Rows {
		if c.Rows[k].Same(o) {
			return &c.Rows[k]
		}
	}
	return nil
}

// nameOf says what a row is about.
func (s *Sweep) nameOf(r *run.Row) string {
	return fmt.Sprintf("%s: %s (%s)", report.Within(r.Outcome, r.Subgroup), r.Method, r.Contrast)
}

// cellTable is a row of a run, cell by cell.
func (s *Sweep) cellTable(r *run.Row) *report.Table {
	x := r.Scale()
	t := &report.Table{Columns: []report.Column{report.NumberKey("cell")}}
	for k := range s.Keys {
		t.Columns = append(t.Columns, report.NumberKey(s.Keys[k].Label))
	}
	unit := r.MeasureName()
	heads := []string{"power % (MCSE)", "less reference", "mean " + unit, "less reference"}
	truths := s.hasTruths()
	if truths {
		heads = append(heads, "truth", "coverage %")
	}
	for _, head := range heads {
		t.Columns = append(t.Columns, report.Right(head))
	}
	if s.Failed > 0 {
		t.Columns = append(t.Columns, report.Right("failed"))
	}
	for i := range s.Cells {
		c := &s.Cells[i]
		row := c.row(r)
		if row == nil {
			continue
		}
		cells := append([]string{fmt.Sprint(c.Cell)}, c.values()...)
		power, mean := (row.PowerDifference * 100).WithMCSE(row.PowerDifferenceMCSE*100), (row.MeanDifference * x).WithMCSE(row.MeanDifferenceMCSE*x)
		if c.Cell == s.Reference {
			power, mean = "reference", "reference"
		}
		cells = append(cells, (row.Power * 100).WithMCSE(row.PowerMCSE*100), power,
			(row.Mean * x).WithMCSE(row.MeanMCSE*x), mean)
		if truths {
			cells = append(cells, row.TruthText(), (row.Coverage * 100).Rounded(row.CoverageMCSE*100))
		}
		if s.Failed > 0 {
			cells = append(cells, report.Grouped(row.Failed))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// hasTruths tells whether there is a truth to be seen.
func (s *Sweep) hasTruths() bool {
	return slices.ContainsFunc(s.Cells, func(c Cell) bool {
		return slices.ContainsFunc(c.Rows, func(r Row) bool { return r.Truth.Known() })
	})
}

// values are a cell's, as tables have them.
func (c *Cell) values() []string {
	var out []string
	for k := range c.Keys {
		out = append(out, shortNumber(&c.Keys[k]))
	}
	return out
}

// shortNumber keeps a number of a Latin hypercube to four digits.
func shortNumber(v *Value) string {
	if x, ok := v.Value.(float64); ok {
		return fmt.Sprintf("%.4g", x)
	}
	return report.Shorten(v.text(), report.Longest)
}

// addUnmade says why cells can't be made.
func (s *Sweep) addUnmade(d *report.Document) {
	t := &report.Table{Columns: []report.Column{report.NumberKey("cell")}}
	for k := range s.Keys {
		t.Columns = append(t.Columns, report.NumberKey(s.Keys[k].Label))
	}
	var notes []string
	for i := range s.Cells {
		if c := &s.Cells[i]; c.Reason != "" {
			t.Rows = append(t.Rows, append([]string{fmt.Sprint(c.Cell)}, c.values()...))
			notes = append(notes, fmt.Sprintf("%d: %s", c.Cell, c.Reason))
		}
	}
	d.Table("Cells that can't be made", t, notes)
}

func (s *Sweep) legend() []string {
	reference := fmt.Sprintf("cell %d", s.Reference)
	if s.AsWritten {
		reference += ", the scenario as written"
	}
	text := "Less reference: the difference from " + reference + ", in points of power or units of the mean; its MCSE is that of differences replicate by replicate, as cells share their chances."
	if s.Recalibrate {
		text += " Natural quantities are solved anew in each cell."
	} else {
		text += " Baselines are those of the scenario as written."
	}
	return []string{text}
}
