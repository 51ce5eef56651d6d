package scenarios

import "slices"

// A Group is what a contrast compares: the clients of one arm, or those of several arms
// together.
type Group struct {
	Name   string
	Label  string // "": by the name
	Arms   []int  // by index into Scenario.Arms, in rising order
	Regime int    // the regime that the clients follow, -1 for none
	// Option is what the clients are randomized to at a decision, nil for none.
	Option *OptionOf
}

// Groups returns what contrasts compare, which they name by index: the arms, at their own
// indices, and then what is put together from several of them.
func (s *Scenario) Groups() []Group {
	groups := make([]Group, len(s.Arms))
	for a := range s.Arms {
		groups[a] = Group{Name: s.Arms[a].Name, Label: s.Arms[a].Label, Arms: []int{a}, Regime: -1}
	}
	return append(append(groups, s.margins()...), s.strategies()...)
}

// GroupName returns the name of a group.
func (s *Scenario) GroupName(group int) string { return s.Groups()[group].Name }

// groupNamed returns the index of the group of a name, -1 if there is none.
func (s *Scenario) groupNamed(name string) int {
	return slices.IndexFunc(s.Groups(), func(g Group) bool { return g.Name == name })
}

// Pairs returns some arms and others two by two: each of the first with the one of
// the others that offers the most like it.
func (s *Scenario) Pairs(arms, others []int) (pairs [][2]int) {
	left := slices.Clone(others)
	for _, a := range arms {
		if len(left) == 0 {
			break
		}
		nearest := 0
		for k := range left {
			if s.unlike(a, left[k]) < s.unlike(a, left[nearest]) {
				nearest = k
			}
		}
		pairs = append(pairs, [2]int{a, left[nearest]})
		left = slices.Delete(left, nearest, nearest+1)
	}
	return pairs
}

// unlike returns how many programs one of two arms offers and the other does not.
func (s *Scenario) unlike(a, b int) (n int) {
	p, q := s.Arms[a].Programs, s.Arms[b].Programs
	for _, name := range slices.Concat(p, q) {
		if !slices.Contains(p, name) || !slices.Contains(q, name) {
			n++
		}
	}
	return n
}
