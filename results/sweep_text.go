package results

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios"
)

// Document returns the sweep: what failed first, then for each row of a run what
// the cells show, how power depends on the keys, and which key moves it most.
func (s *Sweep) Document(l Level) *Document {
	d := &Document{}
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
func (s *Sweep) addHead(d *Document) {
	var b strings.Builder
	if s.Partial {
		fmt.Fprintf(&b, "Partial: interrupted after %d of %s. ", len(s.Cells)-s.CellsFailed, counted(s.Planned, "cell"))
	}
	fmt.Fprintf(&b, "%s of %s failed", grouped(s.Failed), counted(s.Fits, "fit"))
	if s.CellsFailed > 0 {
		fmt.Fprintf(&b, "; %s of %s can't be made (see below)", grouped(s.CellsFailed), counted(s.Planned, "cell"))
	}
	d.Paragraph(b.String() + ".")
	d.Paragraph(fmt.Sprintf("%s: %s of %s, %s each on the same chances, seed %d.", s.Scenario, s.layout(), counted(s.Planned, "cell"),
		counted(s.Replicates, "trial"), s.Seed))
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
func (k *SweepKey) span() string {
	if k.Levels == nil {
		text := brief(float64(k.From)) + " to " + brief(float64(k.To))
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
func (s *Sweep) rowsOf() []Row {
	var rows []Row
	for i := range s.Cells {
		for k := range s.Cells[i].Rows {
			r := &s.Cells[i].Rows[k].Row
			if !slices.ContainsFunc(rows, func(o Row) bool { return o.same(r) }) {
				rows = append(rows, *r)
			}
		}
	}
	return rows
}

// same tells whether two rows are about the same analysis.
func (r *Row) same(o *Row) bool {
	return r.Outcome == o.Outcome && r.Subgroup == o.Subgroup && r.Contrast == o.Contrast && r.Method == o.Method && r.Set == o.Set
}

// row is the cell's row about the same analysis, or nil.
func (c *SweepCell) row(o *Row) *SweepRow {
	for k := range c.Rows {
		if c.Rows[k].same(o) {
			return &c.Rows[k]
		}
	}
	return nil
}

// nameOf says what a row is about.
func (s *Sweep) nameOf(r *Row) string {
	return fmt.Sprintf("%s: %s (%s)", Within(r.Outcome, r.Subgroup), r.Method, r.Contrast)
}

// cellTable is a row of a run, cell by cell.
func (s *Sweep) cellTable(r *Row) *Table {
	x := r.scale()
	t := &Table{Columns: []Column{NumberKey("cell")}}
	for k := range s.Keys {
		t.Columns = append(t.Columns, NumberKey(s.Keys[k].Label))
	}
	unit := r.measure()
	heads := []string{"power % (MCSE)", "less reference", "mean " + unit, "less reference"}
	truths := s.hasTruths()
	if truths {
		heads = append(heads, "truth", "coverage %")
	}
	for _, head := range heads {
		t.Columns = append(t.Columns, Right(head))
	}
	if s.Failed > 0 {
		t.Columns = append(t.Columns, Right("failed"))
	}
	for i := range s.Cells {
		c := &s.Cells[i]
		row := c.row(r)
		if row == nil {
			continue
		}
		cells := append([]string{fmt.Sprint(c.Cell)}, c.values()...)
		power, mean := withMCSE(row.PowerDifference*100, row.PowerDifferenceMCSE*100), withMCSE(row.MeanDifference*x, row.MeanDifferenceMCSE*x)
		if c.Cell == s.Reference {
			power, mean = "reference", "reference"
		}
		cells = append(cells, withMCSE(row.Power*100, row.PowerMCSE*100), power,
			withMCSE(row.Mean*x, row.MeanMCSE*x), mean)
		if truths {
			cells = append(cells, row.truthText(), rounded(row.Coverage*100, row.CoverageMCSE*100))
		}
		if s.Failed > 0 {
			cells = append(cells, grouped(row.Failed))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// hasTruths tells whether there is a truth to be seen.
func (s *Sweep) hasTruths() bool {
	return slices.ContainsFunc(s.Cells, func(c SweepCell) bool {
		return slices.ContainsFunc(c.Rows, func(r SweepRow) bool { return r.Truth.Known() })
	})
}

// values are a cell's, as tables have them.
func (c *SweepCell) values() []string {
	var out []string
	for k := range c.Keys {
		out = append(out, shortNumber(&c.Keys[k]))
	}
	return out
}

// shortNumber keeps a number of a Latin hypercube to four digits.
func shortNumber(v *SweepValue) string {
	if x, ok := v.Value.(float64); ok {
		return fmt.Sprintf("%.4g", x)
	}
	return shorten(v.text(), longest)
}

func (s *Sweep) ranking(r *Row) *SweepRanking {
	for k := range s.Rankings {
		if x := &s.Rankings[k]; x.About(r) {
			return x
		}
	}
	return nil
}

// About tells whether a ranking is of a row.
func (k *SweepRanking) About(r *Row) bool {
	return k.Outcome == r.Outcome && k.Subgroup == r.Subgroup && k.Contrast == r.Contrast && k.Method == r.Method && k.Set == r.Set
}

// addRanking shows how power depends on the keys: the two that matter most
// crossed, or each drawn, then all in order.
func (s *Sweep) addRanking(d *Document, k *SweepRanking, name string) {
	if len(s.Cells)-s.CellsFailed < 2 {
		return
	}
	if len(k.Maps) > 0 {
		d.Table("Power % (MCSE), "+name, s.cross(k), nil)
	} else {
		s.addBars(d, k, name)
	}
	if len(s.Keys) < 2 && !k.R2.Known() && k.NoFit == "" {
		if !k.Keys[0].Range.Known() {
			return
		}
		d.Gap()
		d.Item(fmt.Sprintf("Over %s, power varies by %s points.", s.Keys[0].Label, withMCSE(k.Keys[0].Range*100, k.Keys[0].RangeMCSE*100)))
		return
	}
	if k.NoFit != "" {
		d.Gap()
		d.Item("No fit to these cells: " + k.NoFit + ".")
		return
	}
	d.Table("Which key moves the power most, "+name, s.rankTable(k), s.rankLegend(k))
}

// cross is the map of the first two keys.
func (s *Sweep) cross(k *SweepRanking) *Table {
	m := &k.Maps[0]
	a, b := &s.Keys[m.A], &s.Keys[m.B]
	t := &Table{Columns: []Column{NumberKey(a.Label)}}
	for _, v := range b.Levels {
		t.Columns = append(t.Columns, Right(b.Label+" "+ValueText(v)))
	}
	for i := range m.Cells {
		row := []string{ValueText(a.Levels[i])}
		for _, l := range m.Cells[i] {
			row = append(row, withMCSE(Number(l.Power)*100, Number(l.MCSE)*100))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// draw draws the power at the levels of each key.
func (s *Sweep) addBars(d *Document, k *SweepRanking, name string) {
	var bars []bar
	for i := range s.Keys {
		e := k.effect(s.Keys[i].Key)
		for _, l := range e.Levels {
			label := s.Keys[i].Label + " " + ValueText(l.Value)
			bars = append(bars, bar{label: label, shown: withMCSE(l.Power*100, l.MCSE*100), to: l.Power * 100, level: true})
		}
	}
	if len(bars) > 0 {
		d.Drawing("Power % (MCSE) drawn, "+name, func(width int) []string { return drawBars(bars, width) }, "")
	}
}

// effect is what a key does.
func (k *SweepRanking) effect(key string) *SweepEffect {
	return &k.Keys[slices.IndexFunc(k.Keys, func(e SweepEffect) bool { return e.Key == key })]
}

func (s *Sweep) rankTable(k *SweepRanking) *Table {
	t := &Table{Columns: []Column{Key("key"), Right("range, points (MCSE)")}}
	fitted := s.Method == scenarios.LatinHypercube
	switch {
	case fitted:
		t.Columns = append(t.Columns, Right("change over the range (MCSE)"))
	case k.SD.Known():
		t.Columns = append(t.Columns, Right("share of variance % (MCSE)"))
	}
	for i := range k.Keys {
		e := &k.Keys[i]
		row := []string{e.Key, withMCSE(e.Range*100, e.RangeMCSE*100)}
		switch {
		case fitted:
			row = append(row, withMCSE(e.Change*100, e.ChangeMCSE*100))
		case k.SD.Known():
			row = append(row, withMCSE(e.Share*100, e.ShareMCSE*100))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *Sweep) rankLegend(k *SweepRanking) []string {
	switch {
	case s.Method == scenarios.LatinHypercube:
		return []string{fmt.Sprintf("An additive quadratic fit to the powers of %s: R2 %s. Range: largest less smallest fitted power over the key's range; "+
			"change: at its end less at its beginning.", counted(k.Cells, "cell"), withMCSE(k.R2, k.R2MCSE))}
	case s.Method == scenarios.OneAtATime:
		return []string{"Range: largest less smallest power over the key's levels and what the scenario has, all else as written."}
	}
	text := "Range: largest less smallest mean power over the key's levels, other keys averaged."
	switch {
	case k.Missing > 0:
		text += fmt.Sprintf(" %s missing, so that the means are not of the same other keys; there is no share of variance.", are(k.Missing, "cell"))
	case k.SD.Known():
		text += fmt.Sprintf(" Share: of the variance of power between cells (SD %s points) that is between the levels of this key, without Monte Carlo noise; "+
			"what the shares lack of 100 %% is due to keys together.", withMCSE(k.SD*100, k.SDMCSE*100))
	default:
		text += " The cells can't be told apart, so that there are no shares of variance."
	}
	return []string{text}
}

// are is a count with its verb.
func are(n int, thing string) string {
	if n == 1 {
		return counted(n, thing) + " is"
	}
	return counted(n, thing) + " are"
}

// addUnmade says why cells can't be made.
func (s *Sweep) addUnmade(d *Document) {
	t := &Table{Columns: []Column{NumberKey("cell")}}
	for k := range s.Keys {
		t.Columns = append(t.Columns, NumberKey(s.Keys[k].Label))
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

// CSV writes a line for each row of each cell, with a column for each key. A cell
// that can't be made has one line, with its reason.
func (s *Sweep) CSV(w io.Writer) error {
	head := []string{"cell"}
	for k := range s.Keys {
		head = append(head, s.Keys[k].Key)
	}
	head = append(head, "reason")
	var names []string
	var rows [][]string
	for i := range s.Cells {
		c := &s.Cells[i]
		first := []string{fmt.Sprint(c.Cell)}
		for k := range c.Keys {
			text := c.Keys[k].text()
			if c.Keys[k].Value == nil {
				text = ""
			}
			first = append(first, text)
		}
		first = append(first, c.Reason)
		if c.Reason != "" {
			rows = append(rows, first)
		}
		for k := range c.Rows {
			cells, err := cellsOf(&c.Rows[k].Row)
			if err != nil {
				return err
			}
			cells = append(cells, numbersOf(&c.Rows[k])...)
			line := slices.Clone(first)
			names = names[:0]
			for _, x := range cells {
				names, line = append(names, x.name), append(line, x.value)
			}
			rows = append(rows, line)
		}
	}
	head = append(head, names...)
	for i := range rows {
		rows[i] = append(rows[i], make([]string, len(head)-len(rows[i]))...)
	}
	return writeCSV(w, head, rows)
}

// numbersOf are a sweep's own numbers of a row.
func numbersOf(r *SweepRow) []namedCell {
	return numbersIn(reflect.ValueOf(*r))
}

// numbersIn are the numbers of a struct under their JSON names.
func numbersIn(v reflect.Value) []namedCell {
	var out []namedCell
	for k := range v.NumField() {
		if n, ok := v.Field(k).Interface().(Number); ok {
			out = append(out, namedCell{v.Type().Field(k).Tag.Get("json"), n.CSV()})
		}
	}
	return out
}

// DifferencesCSV writes a line for each difference.
func (s *Sweep) DifferencesCSV(w io.Writer) error {
	head := []string{"from", "to", "relation", "key", "outcome", "subgroup", "contrast", "method", "set", "power", "power_mcse", "mean", "mean_mcse"}
	var rows [][]string
	for i := range s.Differences {
		d := &s.Differences[i]
		rows = append(rows, []string{fmt.Sprint(d.From), fmt.Sprint(d.To), d.Relation, d.Key, d.Outcome, d.Subgroup, d.Contrast, d.Method, string(d.Set),
			d.Power.CSV(), d.PowerMCSE.CSV(), d.Mean.CSV(), d.MeanMCSE.CSV()})
	}
	return writeCSV(w, head, rows)
}
