package explain

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// Document returns the explanation: what failed first, then a paragraph to
// quote, the waterfall as tables and as a drawing, what is left out, the path
// and the dilution.
func (e *Explanation) Document(l report.Level) *report.Document {
	d := &report.Document{}
	e.addHead(d)
	d.Gap()
	d.Paragraph(e.story())
	switch l {
	case report.Screen:
		e.addDrawing(d)
		d.More()
	case report.Full:
		e.addAll(d)
	}
	return d
}

// addAll adds the tables, the path and the dilution.
func (e *Explanation) addAll(d *report.Document) {
	if len(e.Factors) > 0 {
		d.Table("The waterfall: from the ideal world to this trial", e.waterfall(), e.waterfallLegend())
		e.addDrawing(d)
		d.Table("One after the other, in causal order", e.causal(), e.causalLegend())
		d.Table("Each factor on its own", e.alone(), e.aloneLegend())
	}
	e.addAbsent(d)
	e.addPath(d)
	e.addDilution(d)
	d.Heading("Notes")
	for _, n := range e.remarks() {
		d.Item(n)
	}
}

// addHead adds what is incomplete, and what the explanation is of.
func (e *Explanation) addHead(d *report.Document) {
	var first []string
	if e.Partial {
		when := "after " + report.Counted(e.Replicates, "replicate") + " of each world"
		if e.Unfinished {
			when = "before the path and the dilution were done"
		}
		first = append(first, fmt.Sprintf("Partial: interrupted %s.", when))
	}
	if e.Failed > 0 {
		first = append(first, fmt.Sprintf("%s of %s in the real world could not be analysed. The mean of the SMDs that trials report is over the others.", report.Grouped(e.Failed), report.Counted(e.Replicates, "trial")))
	}
	if len(first) > 0 {
		d.Paragraph(strings.Join(first, " "))
		d.Gap()
	}
	title := e.Title
	if title == "" {
		title = e.Scenario
	}
	d.Title("Where the effect goes: " + title)
	who := "All clients"
	if e.Subgroup != report.Everyone {
		who = "Clients in " + e.Labels.Subgroup(e.Subgroup)
	}
	d.Paragraph(fmt.Sprintf("%s: %s. %s %s, %s. %s of each of %s of %s, seed %d; %s in a trial.", report.SentenceCase(e.Labels.Outcome(e.Outcome)), report.VariableText(e.Variable, e.AtDays),
		who, analysed[e.Set], e.Labels.Contrast(e.Arm, e.Control), report.Counted(e.Replicates, "replicate"), report.Counted(e.Worlds, "world"), e.Scenario, e.Seed, report.Counted(e.Clients, "client")))
}

// analysed says who is compared, after "All clients" or those of a subgroup.
var analysed = map[scenarios.Set]string{scenarios.SetITT: "as randomized", scenarios.SetPerProtocol: "treated as planned",
	scenarios.SetAsTreated: "by what they received", scenarios.SetEntered: "who entered treatment"}

// addDrawing adds the waterfall in characters.
func (e *Explanation) addDrawing(d *report.Document) {
	if len(e.Factors) == 0 {
		return
	}
	draw := func(width int) []string {
		lines := report.DrawBars(e.bars(), width)
		if lines == nil {
			return nil
		}
		return append(lines, fmt.Sprintf("%c effect   %c loss   %c gain", report.LevelBar, report.LossBar, report.GainBar))
	}
	d.Drawing("As a chart: Shapley values in SMD (MCSE), the largest first", draw, "")
}

// bars are the two worlds and, between them, the Shapley values, the largest first:
// the numbers that the paragraph speaks of. They add up from the one to the other.
func (e *Explanation) bars() []report.Bar {
	world := func(label string, x *Effect) report.Bar {
		return report.Bar{Label: label, Shown: x.smd().text(), From: 0, To: x.SMD, Level: true}
	}
	all := []report.Bar{world("ideal", &e.Ideal)}
	at := e.Ideal.SMD
	for _, f := range e.BySize() {
		shown := f.shapley().text()
		if f.Shapley.Known() && f.Shapley > 0 {
			shown = "+" + shown
		}
		bar := report.Bar{Label: f.Label(), Shown: shown, From: report.Missing(), To: report.Missing()}
		if f.Shapley.Known() {
			bar.From, bar.To = at, at+f.Shapley
			at = bar.To
		}
		all = append(all, bar)
	}
	return append(all, world("observed", &e.Observed))
}

// addAbsent names the standard factors that are not there, and why.
func (e *Explanation) addAbsent(d *report.Document) {
	if len(e.Absent) == 0 {
		return
	}
	d.Heading("Left out")
	for _, a := range e.Absent {
		d.Item(labelOf(a.Factor) + ": " + a.Why)
	}
}

// remarks say how the numbers are to be read.
func (e *Explanation) remarks() []string {
	var notes []string
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if per := (amount{e.PerTrial, e.PerTrialMC}); per.known() {
		add("The observed SMD is that of all trials pooled. The SMDs that single trials report are %s on average.", per.in(""))
	}
	if len(e.Factors) > 0 {
		add("Shapley value: the mean of a factor's step over all orders in which the factors can be made real. Like the steps, Shapley values sum to observed less ideal.")
	}
	if e.hasIdealSD() {
		add("A step in SMD includes what the factor does to the standard deviation between clients. The step by the ideal SD does not.")
	}
	if e.Orders > 0 {
		add("The Shapley values are means over %s drawn at random, not over all. This adds a standard error of at most %s SD, which their MCSE includes.",
			report.Counted(e.Orders, "order"), e.orderError())
	}
	if e.SharedQueues {
		add("Clients share queues. The numbers of clients assume that staff and slots grow with the trial, and sites with them.")
	}
	add("MCSE: Monte Carlo standard error. An effect within 3 MCSE of zero cannot be told from zero.")
	return notes
}

// orderError is the largest of the factors' errors by order.
func (e *Explanation) orderError() string {
	largest := report.Missing()
	for k := range e.Factors {
		if x := e.Factors[k].OrderError; x.Known() && !(largest >= x) {
			largest = x
		}
	}
	return largest.Rounded(largest)
}

// CSV writes the waterfall alone, in full precision: a row for the ideal world,
// one a factor, and one for the observed world. Path and dilution have other
// columns and are in the JSON. It writes, under the JSON's names.
func (e *Explanation) CSV(w io.Writer) error {
	var head []string
	var rows [][]string
	add := func(row string, f *Factor) {
		names, values := []string{"outcome", "subgroup", "contrast", "row"}, []string{e.Outcome, e.Subgroup, e.Contrast, row}
		for _, c := range cellsWithin(reflect.ValueOf(*f), "") {
			if row != "factor" && !strings.HasPrefix(c.Name, "after_") {
				c.Value = "" // a world has an effect, but no step
			}
			names, values = append(names, c.Name), append(values, c.Value)
		}
		head, rows = names, append(rows, values)
	}
	add("ideal", &Factor{After: e.Ideal})
	for k := range e.Factors {
		add("factor", &e.Factors[k])
	}
	add("observed", &Factor{After: e.Observed})
	return report.WriteCSV(w, head, rows)
}

// cellsWithin are a struct's values under their JSON names; those of an effect
// within it follow its name.
func cellsWithin(v reflect.Value, prefix string) []report.Cell {
	var cells []report.Cell
	for k := range v.NumField() {
		name := prefix + v.Type().Field(k).Tag.Get("json")
		switch x := v.Field(k).Interface().(type) {
		case report.Number:
			cells = append(cells, report.Cell{Name: name, Value: x.CSV()})
		case Effect:
			cells = append(cells, cellsWithin(v.Field(k), name+"_")...)
		default:
			cells = append(cells, report.Cell{Name: name, Value: fmt.Sprint(x)})
		}
	}
	return cells
}
