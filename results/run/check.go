package run

import (
	"fmt"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// Check is what a scenario's natural quantities and effects amount to.
type Check struct {
	replicates int
	quantities []sim.ReachedWithQueues
	shares     []sim.PrevalenceReport
	effects    []Effect
	clients    int
	shared     bool
	scenario   *scenarios.Scenario
	visits     []sim.VisitCorrelation
}

// NewCheck puts a model's quantities into the form in which they are shown.
func NewCheck(m *sim.Model, replicates int, quantities []sim.ReachedWithQueues) *Check {
	return &Check{replicates: replicates, quantities: quantities, shares: m.Prevalences, effects: newEffects(m.Effects), clients: m.Clients(), shared: m.Shared(), scenario: m.Scenario,
		visits: m.Correlations(m.Scenario.Seed, max(2, min(replicates, 1<<16/m.Clients())))}
}

// Document returns what was asked, what is reached, and what the effects amount
// to.
func (c *Check) Document(l report.Level) *report.Document {
	d := &report.Document{}
	d.Line("No problem found.")
	for _, text := range idleWarnings(c.scenario) {
		d.Item(text)
	}
	if l == report.Brief {
		return d
	}
	if l == report.Full || changing(c.scenario) {
		d.Gap()
		d.Paragraph(recruitmentText(c.scenario))
	}
	if t := siteTable(c.scenario); t != nil {
		d.Table("Sites", t, nil)
	}
	addAliases(d, c.scenario)
	c.addInterim(d)
	d.Table("What is decided anew", decisionTable(c.scenario), nil)
	d.Table("Regimes", regimeTable(c.scenario), nil)
	if t := scheduleTable(c.scenario); t != nil {
		d.Table("Arms in force", t, scheduleLegend(c.scenario))
	}
	if l == report.Screen {
		d.Table("Asked and reached", c.screenTable(), nil)
		c.addShares(d)
		c.addVisits(d)
		d.Gap()
		d.Paragraph(fmt.Sprintf("Reached: in %s of %s, or from the rates alone where there is no MCSE. For the whole scenario and what the programs do add --full.",
			report.Counted(c.replicates, "simulated trial"), report.Counted(c.clients, "client")))
		for _, text := range trendNote(c.scenario) {
			d.Paragraph(text)
		}
		d.Paragraph(evidence(c.scenario))
		return d
	}
	d.Table("Asked and reached", c.table(), append(c.legend(), trendNote(c.scenario)...))
	c.addShares(d)
	c.addVisits(d)
	addEffects(d, c.effects, c.scenario.Labels())
	for _, text := range report.Notes(c.scenario, func(string) bool { return true }) {
		d.Item(text)
	}
	d.Table("How they begin, and who does them", programTable(c.scenario), nil)
	d.Table("What the numbers rest on", evidenceTable(c.scenario), []string{evidence(c.scenario)})
	return d
}

// addShares adds what the shares in states amount to that rates were solved for, if any
// were.
func (c *Check) addShares(d *report.Document) {
	if len(c.shares) == 0 {
		return
	}
	t := &report.Table{Columns: []report.Column{report.Key("rate"), report.Right("rate a year"), report.Left("against"), report.Right("its rate a year"),
		report.Right("share (MCSE)"), report.Right("without selection"), report.Right("within reach")}}
	for k := range c.shares {
		r := &c.shares[k]
		t.Rows = append(t.Rows, []string{r.Key, report.SixDigits(r.PerDay * scenarios.DaysPerYear), r.Off, report.SixDigits(r.OffPerDay * scenarios.DaysPerYear),
			report.Number(r.Got).WithMCSE(report.Number(r.MCSE)), fmt.Sprintf("%.3f", r.Alone), fmt.Sprintf("%.3f to %.3f", r.Least, r.Most)})
	}
	d.Table("Rates solved for a share in a state", t, []string{"Without selection: the share on that day by the two rates alone, among all clients. " +
		"Within reach: the shares that rates from next to nothing to 50 a day give."})
}

// addVisits adds how alike clients are at different visits, where there is a baseline or a
// score with a correlation.
func (c *Check) addVisits(d *report.Document) {
	if len(c.visits) == 0 {
		return
	}
	t := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Right("from day"), report.Right("to day"), report.Right("correlation (MCSE)")}}
	for k := range c.visits {
		v := &c.visits[k]
		value := report.Absent
		if report.Number(v.Value).Known() {
			value = report.Number(v.Value).WithMCSE(report.Number(v.MCSE))
		}
		t.Rows = append(t.Rows, []string{v.Outcome, report.SixDigits(v.From), report.SixDigits(v.To), value})
	}
	d.Table("Correlation between visits", t, []string{"Of what is found at the two visits, with errors of measurement, among clients of the control arm who made both."})
}

func (c *Check) table() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("quantity"), report.Left("what"), report.Right("asked"),
		report.Right("without queues"), report.Right("with queues (MCSE)")}}
	for k := range c.quantities {
		q := &c.quantities[k]
		what, unit := inYears(q)
		t.Rows = append(t.Rows, []string{q.Key, what, report.SixDigits(q.Asked * unit), report.SixDigits(q.Got * unit), withQueues(q)})
	}
	return t
}

// screenTable has one column for what is reached.
func (c *Check) screenTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("quantity"), report.Key("what"), report.Right("asked"), report.Right("reached (MCSE)")}}
	for k := range c.quantities {
		q := &c.quantities[k]
		what, unit := inYears(q)
		reached := withQueues(q)
		if reached == report.Absent {
			reached = report.SixDigits(q.Got * unit)
		}
		t.Rows = append(t.Rows, []string{q.Key, what, report.SixDigits(q.Asked * unit), reached})
	}
	return t
}

// inYears is what a quantity is, rates by the year, and what makes them that.
func inYears(q *sim.ReachedWithQueues) (what string, unit float64) {
	if rest, rate := strings.CutPrefix(q.What, "events a day"); rate {
		return "events a year" + rest, scenarios.DaysPerYear
	}
	return q.What, 1
}

func withQueues(q *sim.ReachedWithQueues) string {
	if !report.Number(q.Share).Known() {
		return report.Absent
	}
	return report.Number(q.Share).WithMCSE(report.Number(q.MCSE))
}

func (c *Check) legend() []string {
	text := fmt.Sprintf("Without queues: from the rates as they are solved. With queues: everyone in the arm for which the quantity is given, "+
		"in %s of %s, with nobody lost; a stay is among clients admitted early enough to see it.", report.Counted(c.replicates, "simulated trial"), report.Counted(c.clients, "client"))
	if !c.shared {
		text += " Here nobody queues, so that both differ by chance only."
	}
	return []string{text}
}
