package results

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"caseload/scenarios"
)

// Write writes the run for people: what failed first, then one sentence per
// primary outcome, then the tables. Text is kept within width columns by
// splitting tables. CSV is the rows alone, in full precision.
func (r *Run) Write(w io.Writer, f Format, width int) error {
	if f == CSV {
		return r.csv(w)
	}
	d := &document{w: w, format: f, width: width}
	d.line(r.headline())
	d.line("")
	for _, s := range r.summary() {
		d.item(s)
	}
	d.table("What happens in each arm, with nobody lost and nothing mismeasured", r.armTable(), nil)
	notes := r.notes()
	d.table("What the trial would find"+r.ofContrast(), r.findings(f, notes), r.findingsLegend())
	d.table("How far the analyses can be trusted"+r.ofContrast(), r.trust(f, notes), append(r.trustLegend(), notes.lines()...))
	d.table("Families of tests", r.familyTable(), r.familyLegend())
	if r.rolledOutAlike() {
		d.line("")
		d.item("Clients share slots or case managers, but rolled out to everyone the effects would be the same but for chance.")
	}
	d.table("In the trial, and rolled out to everyone"+r.ofContrast(), r.rollout(f), []string{rolloutLegend})
	d.table("What the programs do", effectTable(r.Effects), effectLegend(r.Effects))
	return d.err
}

// document writes pieces of a report until one fails.
type document struct {
	w      io.Writer
	format Format
	width  int
	err    error
	pieces []Piece // gathered instead of written, where that is the format
}

func (d *document) line(text string) {
	if d.format == pieces {
		if text != "" {
			d.pieces = append(d.pieces, Piece{Text: text})
		}
		return
	}
	if d.err == nil {
		_, d.err = fmt.Fprintln(d.w, text)
	}
}

// item writes a sentence: a paragraph of wrapped lines, or a list item.
func (d *document) item(text string) {
	switch d.format {
	case Markdown:
		d.line("- " + text)
		return
	case pieces:
		d.line(text)
		return
	}
	for _, l := range wrap(text, d.width) {
		d.line(l)
	}
}

// table writes a title, the table, and notes on it. A table without rows is
// left out.
func (d *document) table(title string, t *table, notes []string) {
	if len(t.rows) == 0 || d.err != nil {
		return
	}
	if d.format == pieces {
		d.pieces = append(d.pieces, Piece{Table: t.exported(title, notes)})
		return
	}
	d.line("")
	if d.format == Markdown {
		title = "### " + title + "\n"
	}
	d.line(title)
	if d.err == nil {
		d.err = t.writeSplit(d.w, d.format, d.width)
	}
	if len(notes) > 0 && d.format == Markdown {
		d.line("")
	}
	for _, n := range notes {
		d.item(n)
	}
}

// wrap breaks a text into lines of at most width characters where it can.
// Lines after the first are indented.
func wrap(text string, width int) []string {
	const indent = "  "
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// headline says what failed and what this is about.
func (r *Run) headline() string {
	var b strings.Builder
	if r.Partial {
		fmt.Fprintf(&b, "Partial: interrupted after %s. ", counted(r.Replicates, "replicate"))
	}
	fmt.Fprintf(&b, "%s of %s failed%s.", grouped(r.Failed), counted(r.Fits, "fit"), r.reasons())
	fmt.Fprintf(&b, "\n%s: %s of %s, seed %d.", r.Scenario, counted(r.Replicates, "trial"), counted(r.Clients, "client"), r.Seed)
	return b.String()
}

// reasons sums the failures of all rows by reason.
func (r *Run) reasons() string {
	total := map[string]int{}
	for k := range r.Rows {
		for why, n := range r.Rows[k].Failures {
			total[why] += n
		}
	}
	if len(total) == 0 {
		return ""
	}
	return ": " + showFailures(total)
}

func showFailures(failures map[string]int) string {
	var parts []string
	for why, n := range failures {
		parts = append(parts, grouped(n)+" "+why)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// onlyContrast is the contrast if all rows have the same.
func (r *Run) onlyContrast() string {
	for k := range r.Rows {
		if r.Rows[k].Contrast != r.Rows[0].Contrast {
			return ""
		}
	}
	if len(r.Rows) == 0 {
		return ""
	}
	return r.Rows[0].Contrast
}

// ofContrast names the contrast for a title if all rows have the same.
func (r *Run) ofContrast() string {
	if c := r.onlyContrast(); c != "" {
		return " (" + c + ")"
	}
	return ""
}

// armTable is what happens in each arm: percent for binary outcomes.
func (r *Run) armTable() *table {
	t := &table{columns: []column{{"outcome", true, true}, {"arm", true, true}, {"set", true, false}, {"unit", true, false},
		{"mean (MCSE)", false, false}, {"SD", false, false}, {"analysed", false, false}}}
	last := ""
	for k := range r.Arms {
		a := &r.Arms[k]
		scale, sd := 1.0, rounded(a.SD, Missing())
		if kind(a.Variable) == scenarios.Binary {
			scale, sd = 100, absent // it is the square root of p(1-p)
		}
		what, set, unit := Within(a.Outcome, a.Subgroup), string(a.Set), a.unit()
		if what == last {
			what, set, unit = "", "", ""
		} else {
			last = what
		}
		t.rows = append(t.rows, []string{what, a.Arm, set, unit, withMCSE(a.Mean*Number(scale), a.MeanMCSE*Number(scale)), sd, fixed(a.N, 1)})
	}
	return t
}

// Within names an outcome among a subgroup, "all" for everyone.
func Within(outcome, subgroup string) string {
	if subgroup == "all" {
		return outcome
	}
	return outcome + " in " + subgroup
}

// unit says in what an arm's mean is given.
func (a *Arm) unit() string {
	switch kind(a.Variable) {
	case scenarios.Binary:
		return "% of clients"
	case scenarios.Time:
		return "days, at most " + fixed(Number(a.AtDays), 0)
	}
	return unit(a.Variable)
}
