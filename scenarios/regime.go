package scenarios

import (
	"fmt"
	"slices"

	"caseload/scenarios/layer"
)

// An OptionOf is an option of a decision that randomizes, by index.
type OptionOf struct{ Decision, Option int }

// strategies returns the groups of a sequential trial: the clients who follow each regime,
// and those who are randomized to each option at a decision.
func (s *Scenario) strategies() (groups []Group) {
	for k := range s.Regimes {
		r := &s.Regimes[k]
		if arm := slices.Index(s.armNames(), r.Arm); arm >= 0 {
			groups = append(groups, Group{Name: r.Name, Label: r.Label, Arms: []int{arm}, Regime: k})
		}
	}
	for k := range s.Decisions {
		d := &s.Decisions[k]
		var arms []int
		for a := range s.Arms {
			if d.For(s.Arms[a].Name) {
				arms = append(arms, a)
			}
		}
		for j := range d.Randomize {
			o := &d.Randomize[j]
			label := o.Label
			if label == "" {
				label = Plain(o.Name)
			}
			decision := d.Label
			if decision == "" {
				decision = Plain(d.Name)
			}
			groups = append(groups, Group{Name: d.Name + "." + o.Name, Label: decision + ": " + label, Arms: arms, Regime: -1, Option: &OptionOf{k, j}})
		}
	}
	return groups
}

// Sequential reports whether the group is told by what clients are randomized to at
// decisions.
func (g *Group) Sequential() bool { return g.Regime >= 0 || g.Option != nil }

// SequentialContrast reports whether a contrast is of a regime or an option.
func (s *Scenario) SequentialContrast(c Contrast) bool {
	groups := s.Groups()
	return groups[c.Arm].Sequential() || groups[c.Control].Sequential()
}

// Follow returns the option at each decision in a world in which everyone of the group is
// treated alike, -1 where it is drawn; nil where all are.
func (s *Scenario) Follow(g *Group) (options []int8) {
	if !g.Sequential() {
		return nil
	}
	for k := range s.Decisions {
		option := -1
		switch {
		case g.Option != nil && g.Option.Decision == k:
			option = g.Option.Option
		case g.Regime >= 0:
			option = slices.Index(s.Decisions[k].optionNames(), s.Regimes[g.Regime].Options[s.Decisions[k].Name])
		}
		options = append(options, int8(option))
	}
	return options
}

// sequential checks a contrast of which one group is told by what clients are randomized to.
func (c *checker) sequential(path string, pair []string, o Outcome) {
	groups := c.s.Groups()
	found, _ := c.s.contrastOf(pair)
	a, b := groups[found.Arm].Option, groups[found.Control].Option
	switch {
	case found.Arm == found.Control:
		c.problem(path, quoteList(pair), "two different groups", "")
	case (a != nil || b != nil) && (a == nil || b == nil || a.Decision != b.Decision):
		c.problem(path, quoteList(pair), "two options of one decision, which the same clients could have been given", "")
	case o.Set != SetITT:
		c.problem(path, quoteList(pair), fmt.Sprintf("none with set = %q: regimes are compared among all who are randomized", o.Set), "")
	case !o.uses(func(m AnalysisMethod) bool { return m.Regimes }):
		c.problem(path, quoteList(pair), "arms, or a method that compares regimes, too: "+layer.OneOf(regimeMethods(&o)), "")
	}
}

// regimeMethods lists the methods of an outcome that compare regimes.
func regimeMethods(o *Outcome) (names []string) {
	for _, name := range o.Analyses() {
		if m, _ := LookupMethod(name); m.Regimes {
			names = append(names, name)
		}
	}
	return names
}
