package size

import (
	"fmt"
	"io"
	"strings"

	"caseload/analysis/size"
	"caseload/analysis/sweep"
	"caseload/results/report"
	"caseload/scenarios"
)

// Cost is a choice among designs: the JSON object of "caseload size --solve cost"
// and "--solve budget". Designs are in order, the best first.
type Cost struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

	Scenario     string        `json:"scenario"`
	Title        string        `json:"title"`
	Hash         string        `json:"hash"`
	Seed         int64         `json:"seed"`
	Replicates   int           `json:"replicates"` // in all
	Failed       int           `json:"failed"`
	Fits         int           `json:"-"`
	Partial      bool          `json:"partial"`
	ModelVersion int           `json:"model_version"`
	Solve        string        `json:"solve"` // "cost" or "budget"
	TargetPower  float64       `json:"target_power"`
	Budget       report.Number `json:"budget"` // null for "cost"
	Currency     string        `json:"currency,omitempty"`
	Subgroup     string        `json:"subgroup"`
	Contrast     string        `json:"contrast"`
	Outcome      string        `json:"outcome"`
	stem         string
	arm, control string
	outcomes     []string
	require      string
	Designs      []Design `json:"designs"`
}

// CostDesign is one design: the clients that reach the power, or those that the
// budget pays for with the power they give.
type Design struct {
	Keys     map[string]string `json:"keys"` // values as TOML
	order    []size.KeyValue
	Rank     string `json:"rank"` // "best", "as good", "worse" or "impossible"
	Clients  *int   `json:"clients"`
	Interval        // of clients, or power
	// Fewest and Greatest are the ends of the interval up to whole blocks of clients.
	Fewest   report.Number `json:"clients_low"`
	Greatest report.Number `json:"clients_high"`
	Cost     report.Number `json:"cost"`
	Least    report.Number `json:"cost_low"`
	Most     report.Number `json:"cost_high"`
	Reason   *string       `json:"reason"`

	ForClients  report.Number `json:"cost_clients"`
	ForContacts report.Number `json:"cost_contacts"`
	ForManagers report.Number `json:"cost_managers"`
	ForVisits   report.Number `json:"cost_visits"`
}

// Stem names the files of the choice, as that of a plan does.
func (c *Cost) Stem() string { return c.stem }

// JSON writes the choice as one object.
func (c *Cost) JSON(w io.Writer) error { return report.WriteJSON(w, c) }

// NewCost puts a choice into the form in which it is shown.
func NewCost(x *size.Costed, name string) *Cost {
	s := New(&x.Result, name)
	c := &Cost{Labels: s.Labels, Scenario: name, Title: s.Title, Hash: s.Hash, Seed: s.Seed, Replicates: s.Replicates, Failed: s.Failed, Fits: s.Fits, Partial: s.Partial,
		ModelVersion: s.ModelVersion, Solve: s.Solve, TargetPower: x.Size.Power[0], Budget: report.Missing(), Subgroup: s.Subgroup, Contrast: s.Contrast}
	if s.Solve == size.Budget {
		c.Budget = report.Number(x.Budget)
	}
	if x.Scenario.Cost != nil {
		c.Currency = x.Scenario.Cost.Currency
	}
	c.arm, c.control, c.outcomes, c.require = s.Arm, s.Control, x.About, x.Require
	c.Outcome, c.stem = newOutcomeNames(x.About, x.Require), s.Stem(x.About...)
	for k := range x.Designs {
		d := &x.Designs[k]
		row := Design{Keys: map[string]string{}, order: d.Keys, Rank: string(d.Rank), Interval: d.Answer.Exact, Fewest: report.Missing(), Greatest: report.Missing(),
			Cost: d.Cost.Value, Least: d.Cost.Low, Most: d.Cost.High, ForClients: report.Number(d.Parts.Clients.Value),
			ForContacts: report.Number(d.Parts.Contacts.Value), ForManagers: report.Number(d.Parts.Managers.Value), ForVisits: report.Number(d.Parts.Visits.Value)}
		for _, kv := range d.Keys {
			row.Keys[kv.Key] = kv.Value
		}
		if n := report.Number(d.Answer.Clients); n.Known() {
			clients := int(n)
			row.Clients = &clients
			row.Fewest, row.Greatest = report.Number(d.Answer.DesignLow), report.Number(d.Answer.DesignHigh)
		}
		if d.Answer.Reason != "" {
			row.Reason = &d.Answer.Reason
		}
		c.Designs = append(c.Designs, row)
	}
	return c
}

// Document returns the choice: what failed first, then the choice in words, and
// the designs.
func (c *Cost) Document(l report.Level) *report.Document {
	d := &report.Document{}
	if c.Failed > 0 {
		d.Paragraph(fmt.Sprintf("%s of %s failed.", report.Grouped(c.Failed), report.Counted(c.Fits, "fit")))
	}
	if c.Partial {
		d.Paragraph("Partial: interrupted. Designs are compared by what was known by then.")
	}
	d.Paragraph(fmt.Sprintf("%s: %s in all, seed %d.", report.Titled(c.Title, c.Scenario), report.Counted(c.Replicates, "simulated trial"), c.Seed))
	d.Gap()
	d.Paragraph(c.sentence())
	if l == report.Brief {
		return d
	}
	d.Table(c.title(), c.table(), c.legend())
	for k := range c.Designs {
		if x := &c.Designs[k]; x.Reason != nil {
			d.Item(c.name(x) + ": " + *x.Reason + ".")
		}
	}
	return d
}

// Choice returns the choice in words and the designs.
func (c *Cost) Choice() *report.Document {
	d := &report.Document{}
	d.Paragraph(c.sentence())
	d.Table(c.title(), c.table(), c.legend())
	return d
}

// contrast names the arms compared. One that was read has them in its contrast.
func (c *Cost) contrast() string {
	arm, control := c.arm, c.control
	if arm == "" {
		arm, control, _ = strings.Cut(c.Contrast, " - ")
	}
	return c.Labels.Contrast(arm, control)
}

func (c *Cost) title() string {
	if c.Solve == size.Budget {
		return "What the budget buys"
	}
	return "Costs of designs that reach " + report.Percent(c.TargetPower) + " power"
}

// name spells a design.
func (c *Cost) name(x *Design) string {
	var parts []string
	for _, kv := range x.order {
		parts = append(parts, kv.Key+" = "+kv.Value)
	}
	if len(parts) == 0 {
		return "the design as written"
	}
	return strings.Join(parts, ", ")
}

// sentence is the choice in words.
func (c *Cost) sentence() string {
	about := report.SentenceCase(labelled(c.Labels, c.outcomes, c.Outcome, c.require, c.Subgroup)) + ", " + c.contrast()
	best := &c.Designs[0]
	if best.Clients == nil {
		return fmt.Sprintf("%s: no design reaches it.", about)
	}
	alike := 0
	for k := range c.Designs {
		if c.Designs[k].Rank == string(size.AsGood) {
			alike++
		}
	}
	text := fmt.Sprintf("%s: the cheapest design that reaches %s power has %s, with %s, and costs %s [95 %% CI %s to %s].", about, report.Percent(c.TargetPower),
		report.Counted(*best.Clients, "client"), c.name(best), c.money(best.Cost), best.Least.Whole(), best.Most.Whole())
	if c.Solve == size.Budget {
		text = fmt.Sprintf("%s: the most power for %s, %s %% [95 %% CI %s to %s], has %s, with %s.", about, c.money(c.Budget), (best.Value * 100).Fixed(1),
			(best.Low * 100).Fixed(1), (best.High * 100).Fixed(1), report.Counted(*best.Clients, "client"), c.name(best))
	}
	if alike > 0 {
		text += fmt.Sprintf(" %s cannot be told from it.", report.SentenceCase(report.Counted(alike, "other design")))
	}
	return text
}

func (c *Cost) table() *report.Table {
	t := &report.Table{}
	var paths []string
	for _, kv := range c.Designs[0].order {
		paths = append(paths, kv.Key)
	}
	for _, label := range sweep.Labels(paths) {
		t.Columns = append(t.Columns, report.Key(label))
	}
	t.Columns = append(t.Columns, report.Column{Head: "rank", Left: true, Key: len(c.Designs[0].order) == 0}, report.Right("clients"))
	if c.Solve == size.Budget {
		t.Columns = append(t.Columns, report.Right("power % [95 % CI]"), report.Right("cost"))
	} else {
		t.Columns = append(t.Columns, report.Right("[95 % CI]"), report.Right("cost [95 % CI]"))
	}
	t.Columns = append(t.Columns, report.Right("clients' part"), report.Right("contacts'"), report.Right("managers'"), report.Right("visits'"))
	for k := range c.Designs {
		t.Rows = append(t.Rows, c.row(&c.Designs[k]))
	}
	return t
}

func (c *Cost) row(x *Design) []string {
	var row []string
	for _, kv := range x.order {
		row = append(row, kv.Value)
	}
	clients := report.Absent
	if x.Clients != nil {
		clients = report.Grouped(*x.Clients)
	}
	row = append(row, x.Rank, clients)
	span := func(low, high string) string { return "[" + low + ", " + high + "]" }
	switch {
	case x.Clients == nil:
		row = append(row, report.Absent, report.Absent)
	case c.Solve == size.Budget:
		row = append(row, (x.Value*100).Fixed(1)+" "+span((x.Low*100).Fixed(1), (x.High*100).Fixed(1)), x.Cost.Whole())
	default:
		row = append(row, span(x.Fewest.Whole(), x.Greatest.Whole()), x.Cost.Whole()+" "+span(x.Least.Whole(), x.Most.Whole()))
	}
	return append(row, x.ForClients.Whole(), x.ForContacts.Whole(), x.ForManagers.Whole(), x.ForVisits.Whole())
}

func (c *Cost) legend() []string {
	text := "As good: its interval and the best one's overlap. Designs that are worse are simulated only until that is known."
	currency := "the currency of [cost]"
	if c.Currency != "" {
		currency = c.Currency
	}
	return []string{text, "Costs are means over trials, in " + currency + "."}
}

// CSV writes the designs in full precision.
func (c *Cost) CSV(w io.Writer) error {
	var head []string
	for _, kv := range c.Designs[0].order {
		head = append(head, kv.Key)
	}
	head = append(head, "rank", "clients", "value", "low", "high", "cost", "cost_low", "cost_high", "cost_clients", "cost_contacts", "cost_managers", "cost_visits", "reason")
	var rows [][]string
	for k := range c.Designs {
		x := &c.Designs[k]
		var row []string
		for _, kv := range x.order {
			row = append(row, kv.Value)
		}
		clients, reason := "", ""
		if x.Clients != nil {
			clients = fmt.Sprint(*x.Clients)
		}
		if x.Reason != nil {
			reason = *x.Reason
		}
		rows = append(rows, append(row, x.Rank, clients, x.Value.CSV(), x.Low.CSV(), x.High.CSV(), x.Cost.CSV(), x.Least.CSV(), x.Most.CSV(),
			x.ForClients.CSV(), x.ForContacts.CSV(), x.ForManagers.CSV(), x.ForVisits.CSV(), reason))
	}
	return report.WriteCSV(w, head, rows)
}
