package difference

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
)

const (
	screenKeys  = 20 // so many keys a screen shows
	widestValue = 20 // characters of a value in a table
	below       = "– "
)

// Document returns the difference in words, the keys with both values, and what the
// runs find.
func (d *Difference) Document(l report.Level) *report.Document {
	doc := &report.Document{}
	doc.Paragraph(d.sentence())
	if l == report.Brief {
		if d.Runs != nil {
			doc.Paragraph(d.runSentence())
		}
		return doc
	}
	d.addKeys(doc, l)
	if d.Runs != nil {
		d.addOutcomes(doc, l)
	}
	return doc
}

// sentence says how many keys differ, and in which tables.
func (d *Difference) sentence() string {
	n := d.mattering()
	if n == 0 {
		return "They assume the same."
	}
	const most = 8
	var blocks []string
	for k := range d.Keys {
		if b := block(d.tables[k]); d.Keys[k].Matters && !slices.Contains(blocks, b) {
			blocks = append(blocks, b)
		}
	}
	if more := len(blocks) - most; more > 0 {
		blocks = append(blocks[:most], report.Plural(more, "other table", "other tables"))
	}
	return fmt.Sprintf("%s, in %s.", report.Plural(n, "key differs", "keys differ"), report.Series(blocks))
}

// addKeys adds the keys, each table's below its name. A screen has those that matter,
// and no room for many.
func (d *Difference) addKeys(doc *report.Document, l report.Level) {
	t := &report.Table{Columns: []report.Column{report.Key("key"), report.Left(d.A), report.Left(d.B)}}
	var long []*Key
	shown, above := 0, ""
	for k := range d.Keys {
		x := &d.Keys[k]
		if l == report.Screen && (!x.Matters || shown == screenKeys) {
			continue
		}
		shown++
		table, key := d.tables[k], x.Key
		if table != "" {
			key = below + strings.TrimPrefix(key, table+".")
		}
		if table != above {
			t.Rows = append(t.Rows, []string{table, "", ""})
		}
		above = table
		a, b := text(x.A, report.Absent), text(x.B, report.Absent)
		if max(len([]rune(a)), len([]rune(b))) > widestValue {
			long = append(long, x)
		}
		a, b = apart(a, b)
		t.Rows = append(t.Rows, []string{key, report.Shorten(a, widestValue), report.Shorten(b, widestValue)})
	}
	doc.Table("What they assume differently", t, nil)
	if l == report.Screen {
		d.addLeftOut(doc, shown)
	} else {
		d.addLong(doc, long)
	}
}

// apart leaves out what two long values begin with alike, so that what is left of
// them in a table shows how they differ.
func apart(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	if max(len(x), len(y)) <= widestValue {
		return a, b
	}
	same, word := 0, 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		if same++; x[same-1] == ' ' {
			word = same
		}
	}
	if word < widestValue/2 {
		return a, b
	}
	return "…" + string(x[word:]), "…" + string(y[word:])
}

// addLong adds the values that are too long for a table.
func (d *Difference) addLong(doc *report.Document, keys []*Key) {
	if len(keys) == 0 {
		return
	}
	doc.Heading("Long values")
	for _, x := range keys {
		if x.A != nil {
			doc.Item(x.Key + " in " + d.A + ": " + *x.A)
		}
		if x.B != nil {
			doc.Item(x.Key + " in " + d.B + ": " + *x.B)
		}
	}
}

// addLeftOut says what a screen leaves out.
func (d *Difference) addLeftOut(doc *report.Document, shown int) {
	n := d.mattering()
	if len(d.Keys) > shown {
		doc.Gap()
	}
	if more := n - shown; more > 0 {
		doc.Paragraph(report.Plural(more, "more key differs", "more keys differ") + "; to see all add --full.")
	}
	if notes := len(d.Keys) - n; notes > 0 {
		doc.Paragraph(fmt.Sprintf("Not shown: %s that no trial depends on (titles, notes, labels, questions).",
			report.Plural(notes, "differing key", "differing keys")))
	}
}

// addOutcomes adds what the runs find.
func (d *Difference) addOutcomes(doc *report.Document, l report.Level) {
	doc.Gap()
	doc.Paragraph(d.runSentence())
	doc.Table("What their trials find", d.outcomeTable(), d.legend(l))
}

// runSentence says which answers differ by more than chance.
func (d *Difference) runSentence() string {
	if len(d.Outcomes) == 0 {
		return "They have no outcome, contrast and method in common."
	}
	var clear []string
	for k := range d.Outcomes {
		o := &d.Outcomes[k]
		var names []string
		for _, n := range o.numbers() {
			if n.pair.Clear {
				names = append(names, n.name)
			}
		}
		if len(names) > 0 {
			clear = append(clear, d.nameOf(o)+" ("+strings.Join(names, ", ")+")")
		}
	}
	if len(clear) == 0 {
		return "No answer differs by more than 3 MCSE."
	}
	return "More than 3 MCSE apart: " + strings.Join(clear, "; ") + "."
}

// nameOf names an outcome, with the contrast where there are several.
func (d *Difference) nameOf(o *Outcome) string {
	name := d.labels.Outcome(o.Outcome)
	if slices.ContainsFunc(d.Outcomes, func(x Outcome) bool { return x.Contrast != o.Contrast }) {
		name += ", " + d.labels.Contrast(o.row.Arm, o.row.Control)
	}
	return name
}

func (d *Difference) outcomeTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Right(d.A), report.Right(d.B), report.Right("difference")}}
	for k := range d.Outcomes {
		o := &d.Outcomes[k]
		t.Rows = append(t.Rows, []string{d.nameOf(o), "", "", ""})
		for _, n := range o.numbers() {
			x, p := n.scale, n.pair
			show := func(value, mcse report.Number) string { return (value * x).WithMCSE(mcse * x) }
			mark := "  "
			if p.Clear {
				mark = " *"
			}
			t.Rows = append(t.Rows, []string{below + n.name + ", " + n.unit, show(p.A, p.AMCSE), show(p.B, p.BMCSE), show(p.Difference, p.DifferenceMCSE) + mark})
		}
	}
	return t
}

func (d *Difference) legend(l report.Level) []string {
	r := d.Runs
	of := report.Grouped(r.ReplicatesA) + " trials of each"
	if r.ReplicatesA != r.ReplicatesB {
		of = report.Grouped(r.ReplicatesA) + " and " + report.Grouped(r.ReplicatesB) + " trials"
	}
	notes := []string{of + ". In parentheses: Monte Carlo standard error (MCSE). *: more than 3 MCSE from zero."}
	if r.SeedA == r.SeedB {
		notes = append(notes, "The MCSE of a difference takes the runs as independent. With the same seed they may vary together, and it is then usually too large.")
	}
	if l == report.Full {
		notes = append(notes, "True effect: with nobody lost and nothing mismeasured. Power: share of trials that reject. Each outcome by the first method that both scenarios have.")
	}
	return notes
}
