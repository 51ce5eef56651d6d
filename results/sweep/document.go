package sweep

import (
	"fmt"
	"slices"
	"strings"

	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

// Document returns the sweep: what failed, if anything did, and for each row of a
// run what the cells show and which key matters most; in full, also how power
// depends on each key.
func (s *Sweep) Document(l report.Level) *report.Document {
	d := &report.Document{}
	s.addHead(d)
	d.Gap()
	for _, row := range s.spoken() {
		for _, text := range []string{s.sentence(&row), s.invalid(&row)} {
			if text != "" {
				d.Paragraph(text)
			}
		}
	}
	switch l {
	case report.Screen:
		s.addScreen(d)
	case report.Full:
		s.addAll(d)
	}
	return d
}

// addScreen adds one table for each row: the powers of a grid of two keys, or
// those of the cells.
func (s *Sweep) addScreen(d *report.Document) {
	for _, row := range s.spoken() {
		k := s.ranking(&row)
		if k != nil && len(s.Keys) == 2 && len(k.Maps) > 0 {
			d.Table("Power % (MCSE), "+s.nameOf(&row), s.cross(k), nil)
			continue
		}
		var first []int // the cell, its keys, its power and the difference
		for c := range len(s.Keys) + 3 {
			first = append(first, c)
		}
		d.Table(s.nameOf(&row), s.cellTable(&row).Pick(first), nil)
	}
	s.addInterim(d)
	s.add(d, s.survivors)
	d.More()
}

// add adds paragraphs, after a gap.
func (s *Sweep) add(d *report.Document, texts []string) {
	if len(texts) > 0 {
		d.Gap()
	}
	for _, text := range texts {
		d.Paragraph(text)
	}
}

func (s *Sweep) addAll(d *report.Document) {
	for k := range s.Keys {
		key := &s.Keys[k]
		d.Item(fmt.Sprintf("%s: %s", key.Key, key.span()))
	}
	s.addInterim(d)
	for _, row := range s.rowsOf() {
		name := s.nameOf(&row)
		d.Table(name, s.cellTable(&row), nil)
		if k := s.ranking(&row); k != nil {
			s.addRanking(d, k, name)
		}
	}
	s.addUnmade(d)
	d.Gap()
	for _, text := range append(s.legend(), s.notes...) {
		d.Item(text)
	}
}

// addHead says what is incomplete or failed, if anything is, and what the sweep
// is of.
func (s *Sweep) addHead(d *report.Document) {
	if s.Partial {
		d.Paragraph(fmt.Sprintf("Partial: interrupted after %d of %s.", len(s.Cells)-s.CellsFailed, report.Counted(s.Planned, "cell")))
	}
	if s.Failed > 0 {
		d.Paragraph(fmt.Sprintf("%s of %s failed.", report.Grouped(s.Failed), report.Counted(s.Fits, "fit")))
	}
	if s.CellsFailed > 0 {
		d.Paragraph(fmt.Sprintf("%s of %s cannot be made. For the reasons add --full.", report.Grouped(s.CellsFailed), report.Counted(s.Planned, "cell")))
	}
	title := report.Titled(s.Title, s.Scenario)
	d.Paragraph(fmt.Sprintf("%s: %s of %s, %s in each with common random numbers, seed %d.", title, s.layout(), report.Counted(s.Planned, "cell"),
		report.Counted(s.Replicates, "trial"), s.Seed))
}

// sentence says between which cells power varies, and with which key most.
func (s *Sweep) sentence(r *run.Row) string {
	var low, high *Row
	var lowest, highest *Cell
	for i := range s.Cells {
		row := s.Cells[i].row(r)
		if row == nil || !row.Power.Known() {
			continue
		}
		if low == nil || row.Power < low.Power {
			low, lowest = row, &s.Cells[i]
		}
		if high == nil || row.Power > high.Power {
			high, highest = row, &s.Cells[i]
		}
	}
	if low == nil || lowest == highest {
		return ""
	}
	power := func(row *Row) string {
		return fmt.Sprintf("%s %% (%s)", (row.Power * 100).Fixed(1), row.PowerError())
	}
	if !verdict.Apart(float64(high.Power), float64(high.PowerMCSE), float64(low.Power), float64(low.PowerMCSE)) { // paired cells differ by chance less than that

		return fmt.Sprintf("%s: power is between %s and %s, which differ by no more than chance.", report.SentenceCase(s.nameOf(r)), power(low), power(high))
	}
	where := func(c *Cell) string {
		var parts []string
		for k := range s.Keys {
			parts = append(parts, s.words(k)+" "+c.values()[k])
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprintf("%s: power is lowest, %s, with %s, and highest, %s, with %s.", report.SentenceCase(s.nameOf(r)), power(low), where(lowest), power(high), where(highest))
}

// Beware returns what is the matter with the methods of the rows that are spoken of.
func (s *Sweep) Beware() (texts []string) {
	for _, row := range s.spoken() {
		if text := s.invalid(&row); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Question is what was asked, in words.
func (s *Sweep) Question() string {
	var labels []string
	for k := range s.Keys {
		labels = append(labels, "“"+s.Keys[k].Label+"”")
	}
	about := ""
	if rows := s.spoken(); len(rows) > 0 {
		about = fmt.Sprintf(" to find a difference in “%s”", s.Labels.Within(rows[0].Outcome, rows[0].Subgroup))
	}
	return fmt.Sprintf("How does the power%s depend on %s?", about, report.Series(labels))
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

// words names a key in a sentence or a table: by the end of its path that tells it from
// the others.
func (s *Sweep) words(key int) string { return s.Labels.Key(s.Keys[key].Label) }

// nameOf says what a row is about.
func (s *Sweep) nameOf(r *run.Row) string {
	return fmt.Sprintf("%s by %s (%s)", s.Labels.Within(r.Outcome, r.Subgroup), scenarios.Plain(r.Method), s.Labels.Contrast(r.Arm, r.Control))
}

// cellTable is a row of a run, cell by cell.
func (s *Sweep) cellTable(r *run.Row) *report.Table {
	x := r.Scale()
	t := &report.Table{Columns: []report.Column{report.NumberKey("cell")}}
	for k := range s.Keys {
		t.Columns = append(t.Columns, report.NumberKey(s.words(k)))
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
		t.Columns = append(t.Columns, report.NumberKey(s.words(k)))
	}
	var notes []string
	for i := range s.Cells {
		if c := &s.Cells[i]; c.Reason != "" {
			t.Rows = append(t.Rows, append([]string{fmt.Sprint(c.Cell)}, c.values()...))
			notes = append(notes, fmt.Sprintf("%d: %s", c.Cell, c.Reason))
		}
	}
	d.Table("Cells that cannot be made", t, notes)
}

func (s *Sweep) legend() []string {
	reference := fmt.Sprintf("cell %d", s.Reference)
	if s.AsWritten {
		reference += ", the scenario as written"
	}
	text := "Less reference: the difference from " + reference + ", in points of power or units of the mean; its MCSE is that of paired differences, as cells have common random numbers."
	if s.Recalibrate {
		text += " The rates are solved anew in each cell."
	} else {
		text += " The baseline rates are those of the scenario as written."
	}
	return []string{text}
}
