package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/sim/portable"
)

// What a service may count.
const (
	byClients = "clients"
	byMonths  = "months"
	byCost    = "cost"
)

// told is how many Monte Carlo standard errors of their difference tell two designs apart.
const told = 2

// Choice is the design that finds the most for what a service counts, and those that cannot be told
// from it.
type Choice struct {
	Outcome  string   `json:"outcome"`
	Subgroup string   `json:"subgroup"`
	Contrast string   `json:"contrast"`
	By       string   `json:"by"`      // what is counted: "clients", "months" or "cost"
	Designs  []string `json:"designs"` // the best first
}

// hypot returns the error of a sum of two that are independent.
func hypot(a, b float64) float64 { return portable.Hypot(a, b) }

// fewest is the number of trials from which on an error over them is taken as known.
const fewest = 30

// choose finds the choices of each question.
func (c *Comparison) choose() {
	if c.Replicates < fewest {
		return
	}
	for _, r := range c.Questions() {
		for _, by := range []string{byClients, byMonths, byCost} {
			if best := c.best(r, by); len(best) > 0 {
				c.Choices = append(c.Choices, Choice{r.Outcome, r.Subgroup, r.Contrast, by, best})
			}
		}
	}
}

// Questions returns the first row of each question.
func (c *Comparison) Questions() (rows []*Row) {
	for i := range c.Designs {
		for k := range c.Designs[i].Rows {
			r := &c.Designs[i].Rows[k]
			if !slices.ContainsFunc(rows, func(o *Row) bool {
				return r.Outcome == o.Outcome && r.Subgroup == o.Subgroup && r.Contrast == o.Contrast
			}) {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// candidate is a design that may be chosen.
type candidate struct {
	name  string
	power float64
	mcse  float64
	takes float64 // of what is counted
}

// best returns the designs among which a service would choose that counts clients, months or cost: that
// with the most power for each of them and all that cannot be told from it. Designs whose test does not
// hold its level are none.
func (c *Comparison) best(q *Row, by string) []string {
	var list []candidate
	for i := range c.Designs {
		r := c.Designs[i].Row(q)
		if r == nil || !r.Valid || !r.Power.Known() {
			continue
		}
		x := candidate{c.Designs[i].Design, float64(r.Power), float64(r.PowerMCSE), c.amount(&c.Designs[i], r, by)}
		if x.takes > 0 {
			list = append(list, x)
		}
	}
	if len(list) < 2 {
		return nil
	}
	return pick(list, func(a, b candidate) (float64, bool) {
		_, mcse, ok := c.between(a.name, b.name, q)
		return float64(mcse), ok
	})
}

// amount returns what a design takes of what is counted, NaN where that is not known.
func (c *Comparison) amount(d *Design, r *Row, by string) float64 {
	switch by {
	case byClients:
		return float64(d.Clients)
	case byMonths:
		return float64(r.Months)
	}
	return float64(d.Cost)
}

// pick returns the candidate with the most power for what it takes and, in the order of theirs, those whose
// power for it differs from that by no more than two Monte Carlo standard errors. The error of a
// difference of powers over the same trials gives their covariance: with variances u and v and w that
// of the difference, (u + v - w)/2.
func pick(list []candidate, error func(a, b candidate) (mcse float64, ok bool)) (names []string) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b candidate) int {
		switch x, y := a.power/a.takes, b.power/b.takes; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	first := list[0]
	for k, x := range list {
		if k == 0 {
			names = append(names, x.name)
			continue
		}
		paired, ok := error(first, x)
		if !ok {
			continue
		}
		u, v := first.mcse/first.takes, x.mcse/x.takes
		twice := float64(first.mcse*first.mcse) + float64(x.mcse*x.mcse) - float64(paired*paired) // the covariance, twice
		variance := float64(u*u) + float64(v*v) - twice/first.takes/x.takes
		if first.power/first.takes-x.power/x.takes <= told*math.Sqrt(max(0, variance)) {
			names = append(names, x.name)
		}
	}
	return names
}

// chosen says which design a service would choose for a question, or that it cannot be told.
func (c *Comparison) chosen(q *Row) string {
	var groups []choiceOf
	for _, x := range c.Choices {
		if x.Outcome != q.Outcome || x.Subgroup != q.Subgroup || x.Contrast != q.Contrast {
			continue
		}
		k := slices.IndexFunc(groups, func(g choiceOf) bool { return sameNames(g.designs, x.Designs) })
		if k < 0 {
			groups, k = append(groups, choiceOf{designs: x.Designs}), len(groups)
		}
		groups[k].counts = append(groups[k].counts, counted[x.By])
	}
	var parts []string
	for k, g := range groups {
		parts = append(parts, c.part(g, k == 0))
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// choiceOf is what a service counts that would choose among some designs.
type choiceOf struct{ designs, counts []string }

// part says a choice, first in a sentence or further on.
func (c *Comparison) part(g choiceOf, first bool) string {
	counts, labels := alternatives(g.counts), c.quoted(g.designs)
	switch {
	case len(labels) == 1 && first:
		return fmt.Sprintf("A service that counts %s would choose %s", counts, labels[0])
	case len(labels) == 1:
		return fmt.Sprintf("one that counts %s %s", counts, labels[0])
	case first:
		return fmt.Sprintf("For a service that counts %s, these trials cannot tell %s apart", counts, report.Series(labels))
	}
	return fmt.Sprintf("for one that counts %s, these trials cannot tell %s apart", counts, report.Series(labels))
}

// sameNames reports whether two lists have the same names, in whatever order.
func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// counted are the words for what is counted.
var counted = map[string]string{byClients: "clients", byMonths: "months", byCost: "costs"}

// quoted returns the labels of designs in quotes.
func (c *Comparison) quoted(designs []string) (labels []string) {
	for _, name := range designs {
		labels = append(labels, "“"+c.label(name)+"”")
	}
	return labels
}

// label returns the label of a design.
func (c *Comparison) label(name string) string {
	for i := range c.Designs {
		if c.Designs[i].Design == name {
			return c.Designs[i].Label
		}
	}
	return name
}

// alternatives joins words with commas and an or.
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
