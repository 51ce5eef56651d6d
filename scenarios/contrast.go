package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// A Contrast is two groups that are compared, by index into Groups: the first less the
// second. The index of an arm is that of the group of its clients.
type Contrast struct{ Arm, Control int }

// Contrasts returns the comparisons of an outcome: each arm with the control arm, in
// the order of the arms, or the main effects of a factorial trial, and then those that its
// contrasts name.
func (s *Scenario) Contrasts(o *Outcome) (list []Contrast) {
	control := s.Control()
	if s.Factorial() {
		list, control = s.MainEffects(), -1
	} else {
		for _, arm := range s.treated() {
			list = append(list, Contrast{arm, control})
		}
	}
	for _, pair := range o.Contrasts {
		if c, ok := s.contrastOf(pair); ok && c.Arm != c.Control && (control < 0 || c.Arm != control && c.Control != control || s.SequentialContrast(c)) && !slices.Contains(list, c) {
			list = append(list, c) // checks refuse what is none
		}
	}
	return list
}

// overlap reports whether clients of an arm are in both groups.
func (s *Scenario) overlap(c Contrast) bool {
	groups := s.Groups()
	return slices.ContainsFunc(groups[c.Arm].Arms, func(a int) bool { return slices.Contains(groups[c.Control].Arms, a) })
}

// contrastOf finds two groups by name.
func (s *Scenario) contrastOf(pair []string) (c Contrast, ok bool) {
	if len(pair) != 2 {
		return c, false
	}
	c = Contrast{s.groupNamed(pair[0]), s.groupNamed(pair[1])}
	return c, c.Arm >= 0 && c.Control >= 0
}

// ContrastName returns the names of the groups compared.
func (s *Scenario) ContrastName(c Contrast) string {
	groups := s.Groups()
	return groups[c.Arm].Name + " - " + groups[c.Control].Name
}

// isControl reports whether a group is the control arm, with which each arm is compared.
func (s *Scenario) isControl(group int) bool { return group == s.Control() && !s.Factorial() }

// expected reports whether a contrast is one that no outcome has to ask for.
func (s *Scenario) expected(c Contrast) bool { return s.isControl(c.Control) || s.FactorOf(c) >= 0 }

// contrasts checks the comparisons of an outcome beside those with control.
func (c *checker) contrasts(path string, o Outcome) {
	path += ".contrasts"
	if len(o.Contrasts) == 0 {
		return
	}
	if o.Set.AsReceived() {
		c.problem(path, quotedPairs(o.Contrasts), fmt.Sprintf("none with set = %q: who would get contacts of an arm and none of the other is told only of an arm and control", o.Set), "")
	}
	if o.uses(func(m AnalysisMethod) bool { return m.Contacts }) {
		c.problem(path, quotedPairs(o.Contrasts), "none with the method cace: the effect of receiving contacts is that of an arm against control, whose clients receive none", "")
	}
	names := c.s.comparable()
	seen := map[Contrast]bool{}
	for k, pair := range o.Contrasts {
		inside := layer.At(path, k)
		if len(pair) != 2 {
			c.problem(inside, quoteList(pair), "two arms, of which the second is taken from the first", "")
			continue
		}
		ok := true
		for j, name := range pair {
			at, other := c.s.groupNamed(name), c.s.groupNamed(pair[1-j])
			if at >= 0 && c.s.isControl(at) {
				if other >= 0 && c.s.Groups()[other].Regime >= 0 {
					continue
				}
				c.problem(layer.At(inside, j), quoted(name), "another arm than control, with which each arm is compared anyway", "")
				ok = false
				continue
			}
			ok = c.known(layer.At(inside, j), name, names) && ok
		}
		if !ok {
			continue
		}
		found, _ := c.s.contrastOf(pair)
		switch {
		case c.s.SequentialContrast(found):
			c.sequential(inside, pair, o)
		case found.Arm == found.Control:
			c.problem(inside, quoteList(pair), "two different arms", "")
		case c.s.FactorOf(found) >= 0:
			c.problem(inside, quoteList(pair), "another contrast than a main effect, which is there anyway", "")
		case c.s.overlap(found):
			c.problem(inside, quoteList(pair), "two groups that have no arm in common", "")
		case seen[found], seen[Contrast{found.Control, found.Arm}]:
			c.problem(inside, quoteList(pair), "each two arms once", "")
		}
		if c.s.SequentialContrast(found) && (seen[found] || seen[Contrast{found.Control, found.Arm}]) {
			c.problem(inside, quoteList(pair), "each two groups once", "")
		}
		seen[found] = true
	}
}

// comparable lists what the contrasts of an outcome may name: the arms but control, or
// those of a factorial trial with its margins.
func (s *Scenario) comparable() (names []string) {
	for k, g := range s.Groups() {
		if !s.isControl(k) {
			names = append(names, g.Name)
		}
	}
	return names
}

// quotedPairs shows a list of contrasts as it is written.
func quotedPairs(pairs [][]string) string {
	var parts []string
	for _, pair := range pairs {
		parts = append(parts, quoteList(pair))
	}
	return layer.Shorten("[" + strings.Join(parts, ", ") + "]")
}

// A FamilyTest is one test of a family: an outcome, by index into Outcomes, in one
// contrast.
type FamilyTest struct {
	Outcome int
	Contrast
}

// FamilyTests returns the tests of a family in their order. An outcome alone stands for
// all its contrasts. What names nothing is left out; checks have refused it.
func (s *Scenario) FamilyTests(f *Family) (tests []FamilyTest) {
	for _, name := range f.Outcomes {
		tests = append(tests, s.testsOf(name)...)
	}
	return tests
}

// testsOf returns the tests that a name in a family stands for: "outcome",
// "outcome:arm" or "outcome:arm:other"; none if it is none.
func (s *Scenario) testsOf(name string) (tests []FamilyTest) {
	parts := strings.Split(name, ":")
	o := slices.Index(s.outcomeNames(), parts[0])
	if o < 0 || len(parts) > 3 {
		return nil
	}
	for _, c := range s.Contrasts(&s.Outcomes[o]) {
		if c.Control < 0 {
			continue
		}
		switch len(parts) {
		case 2:
			if s.GroupName(c.Arm) != parts[1] || !s.expected(c) {
				continue
			}
		case 3:
			if s.GroupName(c.Arm) != parts[1] || s.GroupName(c.Control) != parts[2] {
				continue
			}
		}
		tests = append(tests, FamilyTest{o, c})
	}
	return tests
}

// testNames lists what a family may name in place of a name: the contrasts of its
// outcome, or the outcomes if it has none of them.
func (s *Scenario) testNames(name string) (names []string) {
	outcome, _, _ := strings.Cut(name, ":")
	i := slices.Index(s.outcomeNames(), outcome)
	if i < 0 {
		return s.outcomeNames()
	}
	names = []string{outcome}
	for _, c := range s.Contrasts(&s.Outcomes[i]) {
		if c.Control < 0 {
			continue
		}
		name := outcome + ":" + s.GroupName(c.Arm)
		if !s.expected(c) {
			name += ":" + s.GroupName(c.Control)
		}
		names = append(names, name)
	}
	return names
}
