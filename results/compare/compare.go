package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/compare"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

// Comparison is what designs of one trial find: the JSON object of "caseload compare". Measures of the
// form x_mcse are Monte Carlo standard errors.
type Comparison struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

	Scenario     string            `json:"scenario"`
	Title        string            `json:"title"`
	Hash         string            `json:"hash"` // of the scenario as written
	Seed         int64             `json:"seed"`
	ModelVersion int               `json:"model_version"`
	Replicates   int               `json:"replicates"` // of each design
	Partial      bool              `json:"partial"`
	Fits         int               `json:"fits"`
	Failed       int               `json:"failed"` // of the fits
	Currency     string            `json:"currency,omitempty"`
	Planned      int               `json:"planned"` // designs
	Designs      []Design          `json:"designs"` // that are finished; the first is that with which others are compared
	Pairs        []Pair            `json:"pairs"`
	Choices      []Choice          `json:"choices"`
	LeftOut      []compare.LeftOut `json:"left_out"`
}

// Design is what one design takes and finds.
type Design struct {
	Design        string        `json:"design"`
	Label         string        `json:"label"`
	Hash          string        `json:"hash"`
	Randomized    string        `json:"randomized"` // how, in words
	Clients       int           `json:"clients"`
	Sites         int           `json:"sites"`
	AccrualMonths report.Number `json:"accrual_months"`
	TrialMonths   report.Number `json:"trial_months"` // until the last visit of the last client
	ContactHours  report.Number `json:"contact_hours"`
	Visits        report.Number `json:"visits"`
	ManagerMonths report.Number `json:"manager_months"`
	Cost          report.Number `json:"cost"` // null without prices
	CostMCSE      report.Number `json:"cost_mcse"`
	Rows          []Row         `json:"rows"`
}

// Row is the analysis that answers a question in the design: a row of a run, with what a comparison adds.
type Row struct {
	run.Row
	Target         report.Number `json:"rollout"` // the effect of a rollout, the same in all designs
	TargetMCSE     report.Number `json:"rollout_mcse"`
	TargetBias     report.Number `json:"rollout_bias"` // the mean estimate less that
	TargetBiasMCSE report.Number `json:"rollout_bias_mcse"`
	Months         report.Number `json:"months"`           // until the last client's outcome is known
	Difference     report.Number `json:"power_difference"` // from the first design, over the same trials
	DifferenceMCSE report.Number `json:"power_difference_mcse"`
	PerClients     Ratio         `json:"per_100_clients"` // power
	PerMonth       Ratio         `json:"per_month"`
	PerCost        Ratio         `json:"per_1000"` // of the currency
	DesignEffect   report.Number `json:"design_effect"`
	// Formula is what a formula says that knows one intraclass correlation.
	Formula compare.Formula `json:"formula"`
}

// Ratio is a power by what it takes.
type Ratio struct {
	Value report.Number `json:"value"`
	MCSE  report.Number `json:"mcse"`
}

// Pair is what one design has more in power than another, over the same trials.
type Pair struct {
	From           string        `json:"from"` // designs
	To             string        `json:"to"`
	Outcome        string        `json:"outcome"`
	Subgroup       string        `json:"subgroup"`
	Contrast       string        `json:"contrast"`
	Difference     report.Number `json:"power_difference"`
	DifferenceMCSE report.Number `json:"power_difference_mcse"`
}

// New puts what designs find into the form in which it is shown.
func New(r *compare.Result, name string, keep run.Filter) *Comparison {
	sc := r.Base
	c := &Comparison{Labels: sc.Labels(), Scenario: name, Title: sc.Title, Hash: sc.Hash(), Seed: sc.Seed, ModelVersion: analysis.ModelVersion,
		Replicates: r.Replicates, Partial: r.Partial, Planned: len(r.Plan.Designs), Designs: []Design{}, Pairs: []Pair{}, Choices: []Choice{}, LeftOut: r.LeftOut}
	if c.LeftOut == nil {
		c.LeftOut = []compare.LeftOut{}
	}
	if sc.Cost != nil {
		c.Currency = sc.Cost.Currency
	}
	for i := range r.Found {
		c.add(&r.Found[i], keep)
	}
	for _, p := range r.Pairs {
		x := &p.Difference
		if keep.Keeps(x.Outcome, x.Subgroup) {
			c.Pairs = append(c.Pairs, Pair{r.Found[p.From].Name, r.Found[p.To].Name, x.Outcome, x.Subgroup, x.Contrast, x.Power, x.PowerMCSE})
		}
	}
	for i := range c.Designs {
		for k := range c.Designs[i].Rows {
			c.relate(i, &c.Designs[i].Rows[k])
		}
	}
	c.choose()
	return c
}

func (c *Comparison) add(f *compare.Found, keep run.Filter) {
	s := &f.Staffing
	d := Design{Design: f.Name, Label: f.Label, Hash: f.Scenario.Hash(), Randomized: randomized(f.Scenario), Clients: f.Clients, Sites: s.Sites,
		AccrualMonths: report.Number(s.AccrualMonths), TrialMonths: report.Number(s.TrialMonths), ContactHours: report.Number(s.ContactHours.Value),
		Visits: report.Number(s.Visits.Value), ManagerMonths: report.Number(s.ManagerMonths.Value), Cost: report.Number(f.Cost.Value), CostMCSE: report.Number(f.Cost.MCSE), Rows: []Row{}}
	for k := range f.Rows {
		x := &f.Rows[k]
		if !keep.Keeps(x.OutcomeSpec.Name, x.SubgroupName) {
			continue
		}
		row := Row{Row: run.NewRow(&x.Row), Target: report.Number(x.Target.Value), TargetMCSE: report.Number(x.Target.MCSE),
			TargetBias: report.Number(x.Bias.Value), TargetBiasMCSE: report.Number(x.Bias.MCSE), Months: x.Months,
			Difference: report.Missing(), DifferenceMCSE: report.Missing(), DesignEffect: x.DesignEffect, Formula: x.Formula}
		row.PerClients = per(&row, float64(f.Clients)/100, 0)
		row.PerMonth = per(&row, float64(x.Months), 0)
		row.PerCost = per(&row, f.Cost.Value/1000, f.Cost.MCSE/1000)
		c.Fits += c.Replicates
		c.Failed += x.Performance.Failed
		d.Rows = append(d.Rows, row)
	}
	c.Designs = append(c.Designs, d)
}

// randomized says what is randomized in a design, and how.
func randomized(sc *scenarios.Scenario) string {
	r := &sc.Trial.Randomization
	switch {
	case r.Method == scenarios.SteppedWedge:
		return fmt.Sprintf("sites, in a stepped wedge of %s, %s days apart", report.Counted(r.Steps, "step"), report.SixDigits(r.StepDays))
	case r.Method == scenarios.ClusterCrossover:
		return fmt.Sprintf("sites, to the order of arms in %s of %s days", report.Counted(r.Periods, "period"), report.SixDigits(r.PeriodDays))
	case r.Clustered() && sc.InPeriods():
		return fmt.Sprintf("%ss, after a baseline period of %s days", r.By.Words(), report.SixDigits(*r.BaselineDays))
	case r.Clustered():
		return r.By.Words() + "s, for the whole trial"
	}
	return "clients, " + r.Method.How()
}

// per returns a power by an amount, which may have an error of its own.
func per(r *Row, amount, mcse float64) Ratio {
	if !(amount > 0) {
		return Ratio{report.Missing(), report.Missing()}
	}
	p, e := float64(r.Power)/amount, float64(r.PowerMCSE)/amount
	return Ratio{report.Number(p), report.Number(hypot(e, p*mcse/amount))}
}

// relate gives a row its difference from the first design.
func (c *Comparison) relate(i int, r *Row) {
	if i == 0 {
		return
	}
	if d, mcse, ok := c.between(c.Designs[0].Design, c.Designs[i].Design, r); ok {
		r.Difference, r.DifferenceMCSE = d, mcse
	}
}

// between returns the difference in power of two designs in the question of a row.
func (c *Comparison) between(from, to string, r *Row) (d, mcse report.Number, ok bool) {
	for k := range c.Pairs {
		p := &c.Pairs[k]
		switch {
		case p.Outcome != r.Outcome || p.Subgroup != r.Subgroup || p.Contrast != r.Contrast:
		case p.From == from && p.To == to:
			return p.Difference, p.DifferenceMCSE, true
		case p.From == to && p.To == from:
			return -p.Difference, p.DifferenceMCSE, true
		}
	}
	return report.Missing(), report.Missing(), false
}

// Row returns the design's row that answers the same question, nil if it has none.
func (d *Design) Row(o *Row) *Row {
	k := slices.IndexFunc(d.Rows, func(r Row) bool {
		return r.Outcome == o.Outcome && r.Subgroup == o.Subgroup && r.Contrast == o.Contrast
	})
	if k < 0 {
		return nil
	}
	return &d.Rows[k]
}

// Stem names the files of a comparison by the outcomes that it is about: names have no dots.
func (c *Comparison) Stem() string {
	var names []string
	for _, r := range c.Questions() {
		if !slices.Contains(names, r.Outcome) {
			names = append(names, r.Outcome)
		}
	}
	if len(names) > 3 {
		return "outcomes"
	}
	return strings.Join(names, ".")
}

// Command is the command that makes the comparison of the scenario in its folder.
func (c *Comparison) Command() string {
	var b strings.Builder
	b.WriteString("compare ./scenario.toml")
	for i := range c.Designs {
		b.WriteString(" --design " + c.Designs[i].Design)
	}
	var said []string
	for _, r := range c.Questions() {
		if !slices.Contains(said, r.Outcome) {
			said = append(said, r.Outcome)
			b.WriteString(" --outcome " + r.Outcome)
		}
	}
	fmt.Fprintf(&b, " --seed %d --replicates %d", c.Seed, c.Replicates)
	return b.String()
}

// Question is what was asked, in words.
func (c *Comparison) Question() string {
	about := "the trial"
	if q := c.Questions(); len(q) > 0 {
		about = "a difference in “" + c.Labels.Within(q[0].Outcome, q[0].Subgroup) + "”"
	}
	return fmt.Sprintf("Which design finds %s with the fewest clients, months and costs?", about)
}

// JSON writes the comparison as one object.
func (c *Comparison) JSON(w io.Writer) error { return report.WriteJSON(w, c) }

// Read reads what JSON writes. Labels are not in it.
func Read(r io.Reader) (*Comparison, error) {
	c := &Comparison{}
	if err := json.NewDecoder(r).Decode(c); err != nil {
		return nil, fmt.Errorf("got no comparison: %w", err)
	}
	if len(c.Designs) == 0 || c.Replicates < 1 {
		return nil, errors.New("got no comparison: it has no designs")
	}
	return c, nil
}

// CSV writes a line for each row of each design.
func (c *Comparison) CSV(w io.Writer) error {
	var head []string
	var rows [][]string
	for i := range c.Designs {
		d := &c.Designs[i]
		about, err := report.CellsOf(d)
		if err != nil {
			return err
		}
		for k := range d.Rows {
			cells, err := report.CellsOf(&d.Rows[k])
			if err != nil {
				return err
			}
			r := &d.Rows[k]
			for _, x := range []struct {
				name string
				of   Ratio
			}{{"per_100_clients", r.PerClients}, {"per_month", r.PerMonth}, {"per_1000", r.PerCost}} {
				cells = append(cells, report.Cell{Name: x.name, Value: x.of.Value.CSV()}, report.Cell{Name: x.name + "_mcse", Value: x.of.MCSE.CSV()})
			}
			cells = append(cells, report.Cell{Name: "formula_power", Value: r.Formula.Power.CSV()}, report.Cell{Name: "formula_icc", Value: r.Formula.ICC.CSV()})
			head = head[:0]
			var line []string
			for _, x := range append(slices.Clone(about), cells...) {
				head, line = append(head, x.Name), append(line, x.Value)
			}
			rows = append(rows, line)
		}
	}
	return report.WriteCSV(w, head, rows)
}
