package explain

import (
	"slices"
	"strings"

	"caseload/results/report"
)

// marked is a factor's name with its footnotes.
func (f *Factor) marked() string {
	var marks []string
	if f.NewEstimand {
		marks = append(marks, report.Superscript(1))
	}
	if f.Own {
		marks = append(marks, report.Superscript(2))
	}
	if len(marks) == 0 {
		return f.Label()
	}
	return f.Label() + " " + strings.Join(marks, "·")
}

// footnotes explain the marks that there are.
func (e *Explanation) footnotes() []string {
	var lines []string
	if e.asksAnew() {
		lines = append(lines, report.Superscript(1)+" a change of the estimand, not a loss")
	}
	if slices.ContainsFunc(e.Factors, func(f Factor) bool { return f.Own }) {
		lines = append(lines, report.Superscript(2)+" a factor that this scenario defines")
	}
	return lines
}

// clientsText is a number of clients in a table.
func clientsText(a amount) string {
	count, mcse := a.clients()
	if count == report.Absent {
		return report.Absent
	}
	return count + " (" + mcse + ")"
}

// waterfall is the way from the ideal world to the real one by Shapley values, a row a
// factor, in the order of the drawing.
func (e *Explanation) waterfall() *report.Table {
	unit, x := e.unitHead(), e.scale()
	t := &report.Table{Columns: []report.Column{report.Key("factor"), report.Left("what stands in the way"),
		report.Right("SMD (MCSE)"), report.Right(unit + " (MCSE)"), report.Right("x size (MCSE)")}}
	world := func(name string, of *Effect) {
		t.Rows = append(t.Rows, []string{name, "", of.smd().text(), of.units().times(x).text(), ""})
	}
	world("ideal", &e.Ideal)
	for _, f := range e.BySize() {
		t.Rows = append(t.Rows, []string{f.marked(), report.Shorten(f.About, report.Longest), f.shapley().text(), f.unitsShapley().times(x).text(), f.multiplies().text()})
	}
	world("observed", &e.Observed)
	return t
}

// waterfallLegend explains its columns, and gives in full what was cut.
func (e *Explanation) waterfallLegend() []string {
	lines := []string{e.unitsMeaning() + ". Factors: Shapley values, the means of their steps over all orders, the largest first; " +
		"x size: how many times larger this alone makes the trial; MCSE: Monte Carlo standard error."}
	lines = append(lines, e.footnotes()...)
	for k := range e.Factors {
		if about := e.Factors[k].About; report.Shorten(about, report.Longest) != about {
			lines = append(lines, e.Factors[k].Label()+": "+about)
		}
	}
	return lines
}

// causal is the same way in the order of causes: each factor made real after those
// before it.
func (e *Explanation) causal() *report.Table {
	unit, x := e.unitHead(), e.scale()
	t := &report.Table{Columns: []report.Column{report.Key("factor"), report.Right("SMD step (MCSE)"), report.Right("SMD after (MCSE)"),
		report.Right(unit + " step (MCSE)"), report.Right(unit + " after (MCSE)"), report.Right("clients (MCSE)")}}
	world := func(name string, of *Effect) {
		t.Rows = append(t.Rows, []string{name, "", of.smd().text(), "", of.units().times(x).text(), clientsText(of.need())})
	}
	world("ideal", &e.Ideal)
	for k := range e.Factors {
		f := &e.Factors[k]
		t.Rows = append(t.Rows, []string{f.marked(), f.step().text(), f.After.smd().text(), f.unitsStep().times(x).text(), f.After.units().times(x).text(), clientsText(f.After.need())})
	}
	world("observed", &e.Observed)
	return t
}

func (e *Explanation) causalLegend() []string {
	return append([]string{"Step: the factor made real while those above are real and those below are ideal; after: the effect after that step; " +
		"clients: needed for 80 % power after the step, \"-\" where the effect cannot be told from zero."}, e.footnotes()...)
}

// unitsMeaning says what the two scales are.
func (e *Explanation) unitsMeaning() string {
	const meaning = "Positive is better for the client; SMD: standardized mean difference, "
	switch {
	case e.Unit == "proportion":
		return meaning + "log odds ratio x sqrt(3)/pi; pp: percentage points of clients"
	case e.isTime():
		return meaning + "log hazard ratio x sqrt(6)/pi; days: difference of means restricted to day " + e.day()
	}
	return meaning + "over the standard deviation within the arms of the same world; " + e.Unit + ": difference of means"
}

// alone is each factor without the others, and its step free of spread.
func (e *Explanation) alone() *report.Table {
	unit, x := e.unitHead(), e.scale()
	t := &report.Table{Columns: []report.Column{report.Key("factor"),
		report.Right("from ideal, SMD"), report.Right("from real, SMD"),
		report.Right("from ideal, " + unit), report.Right("from real, " + unit)}}
	bySD := e.hasIdealSD()
	if bySD {
		t.Columns = append(t.Columns, report.Right("step by ideal SD"))
	}
	for _, f := range e.BySize() {
		cells := []string{f.marked(), f.fromIdeal().text(), f.fromReal().text(), f.unitsIdeal().times(x).text(), f.unitsReal().times(x).text()}
		if bySD {
			cells = append(cells, f.idealSDStep().text())
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// hasIdealSD tells whether there are steps by the ideal world's SD: times have
// none.
func (e *Explanation) hasIdealSD() bool {
	return slices.ContainsFunc(e.Factors, func(f Factor) bool { return f.IdealSDStep.Known() })
}

func (e *Explanation) aloneLegend() []string {
	text := "From ideal: this factor alone made real, all others ideal; from real: the loss if this factor alone were ideal and all others real; "
	if e.hasIdealSD() {
		text += "step by ideal SD: the step in " + e.unitHead() + " over the standard deviation of the ideal world; "
	}
	return append([]string{text + "in parentheses: MCSE."}, e.footnotes()...)
}
