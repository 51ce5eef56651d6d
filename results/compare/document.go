package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/scenarios"
)

// Document returns the comparison: for each question what a service would choose, what each design finds
// and takes; in full, also what a formula says.
func (c *Comparison) Document(l report.Level) *report.Document {
	d := &report.Document{}
	c.addHead(d)
	for _, q := range c.Questions() {
		d.Gap()
		for _, text := range c.sentences(q) {
			d.Paragraph(text)
		}
	}
	if l == report.Brief {
		return d
	}
	for _, q := range c.Questions() {
		name := c.nameOf(q)
		if l == report.Screen {
			d.Table(name, c.screenTable(q), nil)
			continue
		}
		d.Table("What each design finds: "+name, c.findsTable(q), c.findsNotes(q))
		d.Table("What it takes: "+name, c.takesTable(q), nil)
		d.Table("What a formula with one intraclass correlation says: "+name, c.formulaTable(q), c.formulaNotes(q))
	}
	if l == report.Screen {
		d.More()
		return d
	}
	c.addDesigns(d)
	return d
}

// priced reports whether there is a cost to be seen.
func (c *Comparison) priced() bool {
	return slices.ContainsFunc(c.Designs, func(d Design) bool { return d.Cost.Known() })
}

// screenTable has what a screen has room for.
func (c *Comparison) screenTable(q *Row) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("design"), report.Right("power % (MCSE)"), report.Right("mean " + q.MeasureName()),
		report.Right("clients"), report.Right("months")}}
	if c.priced() {
		t.Columns = append(t.Columns, report.Right("cost"))
	}
	for i := range c.Designs {
		d := &c.Designs[i]
		r := d.Row(q)
		if r == nil {
			continue
		}
		x := r.Scale()
		row := []string{d.Label, (r.Power * 100).WithMCSE(r.PowerMCSE * 100), (r.Mean * x).Rounded(r.MeanMCSE * x), report.Grouped(d.Clients), r.Months.Fixed(1)}
		if c.priced() {
			row = append(row, d.Cost.Whole())
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// addHead says what is incomplete, if anything is, and what the comparison is of.
func (c *Comparison) addHead(d *report.Document) {
	if c.Partial {
		d.Paragraph(fmt.Sprintf("Partial: interrupted after %d of %s.", len(c.Designs), report.Counted(c.Planned, "design")))
	}
	if c.Failed > 0 {
		d.Paragraph(fmt.Sprintf("%s of %s failed.", report.Grouped(c.Failed), report.Counted(c.Fits, "fit")))
	}
	d.Paragraph(fmt.Sprintf("%s: %s with the same clients and the same chances, %s of each, seed %d.", report.Titled(c.Title, c.Scenario),
		report.Counted(c.Planned, "design"), report.Counted(c.Replicates, "trial"), c.Seed))
}

// nameOf says what a question is about.
func (c *Comparison) nameOf(q *Row) string {
	return fmt.Sprintf("%s (%s)", c.Labels.Within(q.Outcome, q.Subgroup), c.Labels.Contrast(q.Arm, q.Control))
}

// sentences say of a question what a service would choose, which designs estimate another effect than
// that of a rollout, and whether a formula would choose another.
func (c *Comparison) sentences(q *Row) (all []string) {
	name := report.SentenceCase(c.nameOf(q)) + ": "
	all = append(all, name+cmp.Or(c.chosen(q), c.lone(q)))
	for _, text := range []string{c.strongest(q), c.otherEffects(q), c.otherwise(q)} {
		if text != "" {
			all = append(all, text)
		}
	}
	return append(all, c.beware(q)...)
}

// lone says that there is no choice.
func (c *Comparison) lone(q *Row) string {
	if c.Replicates < fewest {
		return fmt.Sprintf("fewer than %d trials of each design are too few to choose by.", fewest)
	}
	for i := range c.Designs {
		if r := c.Designs[i].Row(q); r != nil && r.Valid && r.Power.Known() {
			return fmt.Sprintf("only “%s” has a test that holds its level.", c.Designs[i].Label)
		}
	}
	return "no design has a test that holds its level."
}

// strongest says which design has the most power and the least.
func (c *Comparison) strongest(q *Row) string {
	var high, low *Row
	var highest, lowest *Design
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil || !r.Power.Known() || !r.Valid {
			continue
		}
		if high == nil || r.Power > high.Power {
			high, highest = r, &c.Designs[i]
		}
		if low == nil || r.Power < low.Power {
			low, lowest = r, &c.Designs[i]
		}
	}
	if high == nil || highest == lowest {
		return ""
	}
	d, mcse, ok := c.between(lowest.Design, highest.Design, q)
	if !ok {
		return ""
	}
	if float64(d) <= told*float64(mcse) {
		return fmt.Sprintf("Power is between %s %% and %s %%, which these trials cannot tell apart.", (low.Power * 100).Fixed(1), (high.Power * 100).Fixed(1))
	}
	return fmt.Sprintf("Power is highest, %s %% (%s), with “%s” and lowest, %s %%, with “%s”: a difference of %s points.",
		(high.Power * 100).Fixed(1), high.PowerError(), highest.Label, (low.Power * 100).Fixed(1), lowest.Label, (d * 100).WithMCSE(mcse*100))
}

// otherEffects says which designs estimate another effect than that of a rollout.
func (c *Comparison) otherEffects(q *Row) string {
	var parts []string
	target := ""
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil || !r.differs() {
			continue
		}
		target = spoken(r, r.Target, r.TargetMCSE)
		parts = append(parts, fmt.Sprintf("%s with “%s”", spoken(r, r.Mean, r.MeanMCSE), c.Designs[i].Label))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("If everyone were offered what the arm offers, the effect would be %s%s. On average trials report %s.", target, unit(q), report.Series(parts))
}

// spoken returns an effect of a row as a sentence has it.
func spoken(r *Row, value, mcse report.Number) string {
	x := r.Scale()
	if d := (value * x).Decimals(mcse * x); r.Effect.Scale() == measure.Share {
		return (value * x).Fixed(min(d, 1))
	}
	return (value * x).Rounded(mcse * x)
}

// unit returns the unit of a row's effect as a sentence has it.
func unit(r *Row) string {
	switch r.Effect.Scale() {
	case measure.Share:
		return " percentage points"
	case measure.Days:
		return " days"
	case measure.Logarithm:
		return " (" + r.Effect.About() + ")"
	}
	return ""
}

// differs reports whether the mean estimate differs from the effect of a rollout by more than chance,
// and by a twentieth of it or more.
func (r *Row) differs() bool {
	b, mcse, target := float64(r.TargetBias), float64(r.TargetBiasMCSE), float64(r.Target)
	return math.Abs(b) > verdict.Clear*mcse && math.Abs(b) >= math.Abs(target)/20
}

// otherwise says what a formula promises with the design that it gives the most power, where that is more
// or less than trials show by more than chance and by five points or more, or the design is none of those chosen.
func (c *Comparison) otherwise(q *Row) string {
	var best *Row
	var of *Design
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil || !r.Formula.Power.Known() || !r.Power.Known() || !r.Valid {
			continue
		}
		if best == nil || r.Formula.Power > best.Formula.Power {
			best, of = r, &c.Designs[i]
		}
	}
	strongest := c.best(q, byClients)
	if best == nil || len(strongest) == 0 {
		return ""
	}
	off := math.Abs(float64(best.Formula.Power - best.Power))
	switch other := !slices.Contains(strongest, of.Design); {
	case other:
		return fmt.Sprintf("A formula with one intraclass correlation, %s, would choose “%s” for the power it gives clients, %s %%; trials give it %s %% (%s). %s",
			best.Formula.ICC.Fixed(3), of.Label, (best.Formula.Power * 100).Fixed(1), (best.Power * 100).Fixed(1), best.PowerError(), ignorant)
	case off > verdict.Clear*float64(best.PowerMCSE) && off >= worthSaying:
		return fmt.Sprintf("A formula with one intraclass correlation, %s, gives “%s” %s %% power; trials give it %s %% (%s). %s",
			best.Formula.ICC.Fixed(3), of.Label, (best.Formula.Power * 100).Fixed(1), (best.Power * 100).Fixed(1), best.PowerError(), ignorant)
	}
	return ""
}

// worthSaying is by how much the power of a formula is off if that is to be said.
const worthSaying = 0.05

const ignorant = "The formula knows nothing of contamination, of places and case managers that run out or leave, and of who shares them."

// Beware returns what is the matter with the methods of the questions.
func (c *Comparison) Beware() (texts []string) {
	for _, q := range c.Questions() {
		texts = append(texts, c.beware(q)...)
	}
	return texts
}

// beware says of which designs the test does not hold its level.
func (c *Comparison) beware(q *Row) (all []string) {
	for i := range c.Designs {
		if r := c.Designs[i].Row(q); r != nil && !r.Valid {
			all = append(all, fmt.Sprintf("Warning: in “%s” no valid test: %s.", c.Designs[i].Label, r.WhyNot))
		}
	}
	return all
}

// findsTable has what each design finds.
func (c *Comparison) findsTable(q *Row) *report.Table {
	unit := q.MeasureName()
	t := &report.Table{Columns: []report.Column{report.Key("design"), report.Right("power % (MCSE)"), report.Right("less first"),
		report.Right("truth, " + unit), report.Right("rollout"), report.Right("mean estimate"), report.Right("less rollout"), report.Right("design effect")}}
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil {
			continue
		}
		x := r.Scale()
		less := (r.Difference * 100).WithMCSE(r.DifferenceMCSE * 100)
		if i == 0 {
			less = "first"
		}
		t.Rows = append(t.Rows, []string{c.Designs[i].Label, (r.Power * 100).WithMCSE(r.PowerMCSE * 100), less,
			(r.Truth * x).Rounded(r.TruthMCSE * x), (r.Target * x).Rounded(r.TargetMCSE * x), (r.Mean * x).Rounded(r.MeanMCSE * x),
			(r.TargetBias * x).WithMCSE(r.TargetBiasMCSE * x), r.DesignEffect.Fixed(2)})
	}
	return t
}

func (c *Comparison) findsNotes(q *Row) []string {
	notes := []string{"Less first: the difference in power from the first design, over the same trials, so that its error is that of paired differences. " +
		"Truth: the effect in the trial as it is designed. Rollout: the effect of everyone being offered what the arm offers against nobody being. Less rollout: the mean estimate less that. " +
		"Design effect: the variance of the estimates over that with as many independent clients."}
	return append(notes, c.methods(q)...)
}

// methods says by which method each design is analysed.
func (c *Comparison) methods(q *Row) []string {
	by := ""
	same := true
	text := "Analysed by "
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil {
			continue
		}
		if by == "" {
			by = r.Method
		}
		same = same && r.Method == by
		if i > 0 {
			text += ", "
		}
		text += scenarios.Plain(r.Method) + " in “" + c.Designs[i].Label + "”"
	}
	if same {
		return []string{"All designs are analysed by " + scenarios.Plain(by) + "."}
	}
	return []string{text + "."}
}

// takesTable has what each design takes.
func (c *Comparison) takesTable(q *Row) *report.Table {
	priced := c.priced()
	t := &report.Table{Columns: []report.Column{report.Key("design"), report.Right("clients"), report.Right("months"), report.Right("power % per 100 clients"), report.Right("per month")}}
	if priced {
		t.Columns = append(t.Columns, report.Right("cost"), report.Right("power % per 1,000"))
	}
	for i := range c.Designs {
		d := &c.Designs[i]
		r := d.Row(q)
		if r == nil {
			continue
		}
		row := []string{d.Label, report.Grouped(d.Clients), r.Months.Fixed(1), r.PerClients.text(), r.PerMonth.text()}
		if priced {
			row = append(row, d.Cost.Whole(), r.PerCost.text())
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (r Ratio) text() string { return (r.Value * 100).WithMCSE(r.MCSE * 100) }

// formulaTable has what a formula says of each design beside what trials show.
func (c *Comparison) formulaTable(q *Row) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("design"), report.Right("clusters"), report.Right("design effect"), report.Right("power % by formula"), report.Right("power % simulated"), report.Left("formula")}}
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil {
			continue
		}
		name := r.Formula.Name
		if r.Formula.None != "" {
			name = r.Formula.None
		}
		t.Rows = append(t.Rows, []string{c.Designs[i].Label, r.Formula.Clusters.Fixed(1), r.Formula.DesignEffect.Fixed(2), (r.Formula.Power * 100).Fixed(1), (r.Power * 100).WithMCSE(r.PowerMCSE * 100), name})
	}
	return t
}

func (c *Comparison) formulaNotes(q *Row) []string {
	icc := report.Missing()
	for i := range c.Designs {
		if r := c.Designs[i].Row(q); r != nil && r.Formula.ICC.Known() {
			icc = r.Formula.ICC
		}
	}
	if !icc.Known() {
		return nil
	}
	return []string{fmt.Sprintf("The formulas take the effect of a rollout, the variance between clients, and the intraclass correlation of the clients of one site and arm, %s, for whatever is randomized.", icc.Fixed(4))}
}

// addDesigns says what the designs are.
func (c *Comparison) addDesigns(d *report.Document) {
	d.Gap()
	for i := range c.Designs {
		x := &c.Designs[i]
		d.Item(fmt.Sprintf("%s (%s): %s; %s at %s.", x.Label, x.Design, x.Randomized, report.Counted(x.Clients, "client"), report.Counted(x.Sites, "site")))
	}
	for _, x := range c.LeftOut {
		d.Item(fmt.Sprintf("%s (%s) is left out, since the scenario does not allow it: %s.", x.Label, x.Name, x.Reason))
	}
}
