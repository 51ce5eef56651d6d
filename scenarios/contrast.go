package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// A Contrast is two arms that are compared, by index into Arms: the first less the
// second.
type Contrast struct{ Arm, Control int }

// Contrasts returns the comparisons of an outcome: each arm with the control arm, in
// the order of the arms, and then those that its contrasts name.
func (s *Scenario) Contrasts(o *Outcome) (list []Contrast) {
	control := s.Control()
	for _, arm := range s.treated() {
		list = append(list, Contrast{arm, control})
	}
	for _, pair := range o.Contrasts {
		if c, ok := s.contrastOf(pair); ok {
			list = append(list, c)
		}
	}
	return list
}

// contrastOf finds two arms by name.
func (s *Scenario) contrastOf(pair []string) (c Contrast, ok bool) {
	if len(pair) != 2 {
		return c, false
	}
	c = Contrast{s.armNamed(pair[0]), s.armNamed(pair[1])}
	return c, c.Arm >= 0 && c.Control >= 0
}

func (s *Scenario) armNamed(name string) int {
	return slices.IndexFunc(s.Arms, func(a Arm) bool { return a.Name == name })
}

// ContrastName returns the names of the arms compared.
func (s *Scenario) ContrastName(c Contrast) string {
	return s.Arms[c.Arm].Name + " - " + s.Arms[c.Control].Name
}

// contrasts checks the comparisons of an outcome beside those with control.
func (c *checker) contrasts(path string, o Outcome) {
	path += ".contrasts"
	if len(o.Contrasts) == 0 {
		return
	}
	if o.Set.AsReceived() {
		c.problem(path, layer.FormatValue(o.Contrasts), fmt.Sprintf("none with set = %q: who would get contacts of an arm and none of the other is told only of an arm and control", o.Set), "")
	}
	if o.uses(func(m AnalysisMethod) bool { return m.Contacts }) {
		c.problem(path, layer.FormatValue(o.Contrasts), "none with the method cace: the effect of receiving contacts is that of an arm against control, whose clients receive none", "")
	}
	var names []string
	for _, arm := range c.s.treated() {
		names = append(names, c.s.Arms[arm].Name)
	}
	seen := map[Contrast]bool{}
	for k, pair := range o.Contrasts {
		inside := layer.At(path, k)
		if len(pair) != 2 {
			c.problem(inside, quoteList(pair), "two arms, of which the second is taken from the first", "")
			continue
		}
		ok := true
		for j, name := range pair {
			if at := c.s.armNamed(name); at >= 0 && c.s.Arms[at].Control {
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
		case found.Arm == found.Control:
			c.problem(inside, quoteList(pair), "two different arms", "")
		case seen[found], seen[Contrast{found.Control, found.Arm}]:
			c.problem(inside, quoteList(pair), "each two arms once", "")
		}
		seen[found] = true
	}
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
			if s.Arms[c.Arm].Name != parts[1] || !s.Arms[c.Control].Control {
				continue
			}
		case 3:
			if s.Arms[c.Arm].Name != parts[1] || s.Arms[c.Control].Name != parts[2] {
				continue
			}
		}
		tests = append(tests, FamilyTest{o, c})
	}
	return tests
}

// testNames lists what a family may name: outcomes, and where there are several
// contrasts each of them.
func (s *Scenario) testNames() (names []string) {
	names = s.outcomeNames()
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		list := s.Contrasts(o)
		if len(list) < 2 {
			continue
		}
		for _, c := range list {
			if name := o.Name + ":" + s.Arms[c.Arm].Name; c.Control == s.Control() {
				names = append(names, name)
			} else {
				names = append(names, name+":"+s.Arms[c.Control].Name)
			}
		}
	}
	return names
}
