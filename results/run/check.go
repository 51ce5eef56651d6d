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
	effects    []Effect
	clients    int
	shared     bool
}

// NewCheck puts a model's quantities into the form in which they are shown.
func NewCheck(m *sim.Model, replicates int, quantities []sim.ReachedWithQueues) *Check {
	return &Check{replicates: replicates, quantities: quantities, effects: newEffects(m.Effects), clients: m.Clients(), shared: m.Shared()}
}

// Document returns what was asked, what is reached, and what the effects amount
// to.
func (c *Check) Document(report.Level) *report.Document {
	d := &report.Document{}
	d.Line("No problem found.")
	d.Table("Asked and reached", c.table(), c.legend())
	d.Table("What the programs do", effectTable(c.effects), effectLegend(c.effects))
	return d
}

func (c *Check) table() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("quantity"), report.Left("what"), report.Right("asked"),
		report.Right("without queues"), report.Right("with queues (MCSE)")}}
	for _, q := range c.quantities {
		with := report.Absent
		if report.Number(q.Share).Known() {
			with = report.Number(q.Share).WithMCSE(report.Number(q.MCSE))
		}
		what, unit := q.What, 1.0
		if rest, rate := strings.CutPrefix(what, "events a day"); rate {
			what, unit = "events a year"+rest, scenarios.DaysPerYear
		}
		t.Rows = append(t.Rows, []string{q.Key, what, report.SixDigits(q.Asked * unit), report.SixDigits(q.Got * unit), with})
	}
	return t
}

func (c *Check) legend() []string {
	text := fmt.Sprintf("Without queues: as the hazards are solved. With queues: everyone to the arm in which the quantity holds, "+
		"in %s of %s, nobody lost; a stay among those admitted early enough to see it.", report.Counted(c.replicates, "simulated trial"), report.Counted(c.clients, "client"))
	if !c.shared {
		text += " Here nobody ever queues, so that both are the same but for chance."
	}
	return []string{text}
}
