package results

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Write writes the explanation for people: what failed first, then a paragraph
// to quote, the waterfall as tables and as a drawing, what is left out, the
// path and the dilution. Text is kept within width columns by splitting tables.
// CSV is the waterfall alone, in full precision: a row for the ideal world, one
// a factor, and one for the observed world. Path and dilution have other
// columns, which a reader of CSV would stumble over; they are in the JSON.
func (e *Explain) Write(w io.Writer, f Format, width int) error {
	if f == CSV {
		return e.csv(w)
	}
	d := &document{w: w, format: f, width: width}
	e.write(d)
	return d.err
}

func (e *Explain) write(d *document) {
	f := d.format
	e.head(d)
	d.line("")
	d.paragraph(e.story())
	if len(e.Factors) > 0 {
		d.table("The waterfall: from the ideal world to this trial", e.waterfall(f), e.waterfallLegend(f))
		e.drawing(d)
		d.table("Each factor on its own", e.alone(), e.aloneLegend())
	}
	e.leftOut(d)
	e.writePath(d)
	e.writeDilution(d)
	d.section("Notes")
	for _, n := range e.remarks() {
		d.item(n)
	}
}

// Brief writes what can be read at a glance: the paragraph and the drawing. CSV
// has no shorter form.
func (e *Explain) Brief(w io.Writer, f Format, width int) error {
	if f == CSV {
		return e.csv(w)
	}
	d := &document{w: w, format: f, width: width}
	e.head(d)
	d.line("")
	d.paragraph(e.story())
	if len(e.Factors) > 0 {
		e.drawing(d)
	}
	return d.err
}

// section begins a part with a title.
func (d *document) section(title string) {
	if d.format == pieces {
		d.pieces = append(d.pieces, Piece{Heading: title})
		return
	}
	d.line("")
	if d.format == Markdown {
		title = "### " + title + "\n"
	}
	d.line(title)
}

// paragraph writes a text without a mark or indent, and keeps a number on the
// line of what belongs to it.
func (d *document) paragraph(text string) {
	if d.format != Text {
		d.line(text)
		return
	}
	const glue = "\x1f" // no blank to those who break lines
	text = strings.NewReplacer(" %", glue+"%", "(MCSE ", "(MCSE"+glue, " = ", glue+"="+glue, " < ", glue+"<"+glue).Replace(text)
	for _, l := range wrap(text, d.width) {
		d.line(strings.ReplaceAll(strings.TrimSpace(l), glue, " "))
	}
}

// head says what is incomplete, and what the explanation is of.
func (e *Explain) head(d *document) {
	var first []string
	if e.Partial {
		when := "after " + counted(e.Replicates, "replicate") + " of each world"
		if e.Unfinished {
			when = "before the path and the dilution were done"
		}
		first = append(first, fmt.Sprintf("Partial: interrupted %s.", when))
	}
	if e.Failed > 0 {
		first = append(first, fmt.Sprintf("%s of %s in the real world could not be analysed: the SMD that trials report on average is that of the others.", grouped(e.Failed), counted(e.Replicates, "trial")))
	}
	if len(first) > 0 {
		d.paragraph(strings.Join(first, " "))
		d.line("")
	}
	title := e.Title
	if title == "" {
		title = e.Scenario
	}
	switch d.format {
	case Markdown:
		d.line("## Where the effect goes: " + title + "\n")
	case pieces:
		d.section(Within(e.Outcome, e.Subgroup) + ": " + e.Contrast)
	default:
		d.paragraph("Where the effect goes: " + title)
	}
	who := "all clients"
	if e.Subgroup != everyone {
		who = "subgroup " + e.Subgroup
	}
	d.paragraph(fmt.Sprintf("%s: %s (%s, day %s, set %s), %s, %s. %s of each of %s, seed %d; %s a trial.", e.Scenario, e.Outcome, e.Variable,
		brief(e.AtDays), e.Set, who, e.Contrast, counted(e.Replicates, "replicate"), counted(e.Worlds, "world"), e.Seed, counted(e.Clients, "client")))
}

// drawing is the waterfall in characters, where there is room for it.
func (e *Explain) drawing(d *document) {
	lines := drawBars(e.bars(), d.width)
	if lines == nil {
		return
	}
	d.section("The same drawn, SMD (MCSE)")
	fence := func(mark string) {
		if d.format == Markdown {
			d.line(mark)
		}
	}
	fence("```text")
	for _, l := range lines {
		d.line(l)
	}
	d.line(fmt.Sprintf("%c effect   %c loss   %c gain", levelBar, lossBar, gainBar))
	fence("```")
}

// bars are the two worlds and, between them, the steps. Each step is drawn from
// its own numbers, so that one that is missing takes no other with it.
func (e *Explain) bars() []bar {
	world := func(label string, x *ExplainEffect) bar {
		return bar{label: label, shown: x.smd().text(), from: 0, to: x.SMD, level: true}
	}
	all := []bar{world("ideal", &e.Ideal)}
	for k := range e.Factors {
		f := &e.Factors[k]
		shown := f.step().text()
		if f.Step.Known() && f.Step > 0 {
			shown = "+" + shown
		}
		all = append(all, bar{label: f.Factor, shown: shown, from: f.After.SMD - f.Step, to: f.After.SMD})
	}
	return append(all, world("observed", &e.Observed))
}

// leftOut names the standard factors that are not there, and why.
func (e *Explain) leftOut(d *document) {
	if len(e.Absent) == 0 {
		return
	}
	d.section("Left out")
	for _, a := range e.Absent {
		d.item(a.Factor + ": " + a.Why)
	}
}

// remarks say how the numbers are to be read.
func (e *Explain) remarks() []string {
	var notes []string
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if per := (amount{e.PerTrial, e.PerTrialMC}); per.known() {
		add("The observed SMD is of all trials pooled; the SMDs that the trials report are %s on average.", per.in(""))
	}
	if len(e.Factors) > 0 {
		add("Shapley value: the mean of a factor's step over all orders in which the factors can be made real. Like the steps, Shapley values sum to observed less ideal.")
	}
	if e.hasIdealSD() {
		add("A step in SMD also contains what the factor does to the spread between clients; the step by the ideal SD doesn't.")
	}
	if e.Orders > 0 {
		add("The Shapley values are over %s drawn by chance, not all: that makes for a standard error of at most %s SD, which is part of their MCSE.",
			counted(e.Orders, "order"), e.orderError())
	}
	if e.SharedQueues {
		add("Clients share queues: for numbers of clients, more clients at the same load are assumed.")
	}
	add("MCSE: Monte Carlo standard error. An effect within 3 MCSE of zero can't be told from none.")
	return notes
}

// orderError is the largest of the factors' errors by order.
func (e *Explain) orderError() string {
	largest := Missing()
	for k := range e.Factors {
		if x := e.Factors[k].OrderError; x.Known() && !(largest >= x) {
			largest = x
		}
	}
	return rounded(largest, largest)
}

// csv writes the waterfall in full, under the JSON's names.
func (e *Explain) csv(w io.Writer) error {
	var head []string
	var rows [][]string
	add := func(row string, f *ExplainFactor) {
		names, values := []string{"outcome", "subgroup", "contrast", "row"}, []string{e.Outcome, e.Subgroup, e.Contrast, row}
		for _, c := range cellsWithin(reflect.ValueOf(*f), "") {
			if row != "factor" && !strings.HasPrefix(c.name, "after_") {
				c.value = "" // a world has an effect, but no step
			}
			names, values = append(names, c.name), append(values, c.value)
		}
		head, rows = names, append(rows, values)
	}
	add("ideal", &ExplainFactor{After: e.Ideal})
	for k := range e.Factors {
		add("factor", &e.Factors[k])
	}
	add("observed", &ExplainFactor{After: e.Observed})
	return writeCSV(w, head, rows)
}

// cellsWithin are a struct's values under their JSON names; those of an effect
// within it follow its name.
func cellsWithin(v reflect.Value, prefix string) []namedCell {
	var cells []namedCell
	for k := range v.NumField() {
		name := prefix + v.Type().Field(k).Tag.Get("json")
		switch x := v.Field(k).Interface().(type) {
		case Number:
			cells = append(cells, namedCell{name, x.csv()})
		case ExplainEffect:
			cells = append(cells, cellsWithin(v.Field(k), name+"_")...)
		default:
			cells = append(cells, namedCell{name, fmt.Sprint(x)})
		}
	}
	return cells
}
