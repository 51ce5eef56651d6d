package scenarios

import (
	"fmt"
	"slices"

	"caseload/scenarios/layer"
)

// families checks the families of tests.
func (c *checker) families() {
	for i := range c.s.Families {
		f := &c.s.Families[i]
		path := elementPath("family", f.Name, i)
		c.name(path+".name", f.Name)
		c.known(path+".method", f.Method, Corrections())
		c.level(path+".alpha", f.Alpha)
		whole := c.familyTests(path+".outcomes", f)
		if f.Method == Dunnett && whole {
			c.dunnett(path, f)
		}
		if f.Method == Gatekeeping {
			c.graph(path, f, whole)
			continue
		}
		const want = `none: only method = "gatekeeping" makes use of it`
		c.must(len(f.Weights) == 0, path+".weights", f.Weights, want)
		c.must(len(f.Transitions) == 0, path+".transitions", f.Transitions, want)
	}
}

// familyTests checks what a family names, and reports whether all of it is known.
func (c *checker) familyTests(path string, f *Family) bool {
	if c.s.Control() < 0 {
		return false // which tests there are is not known
	}
	whole, n := true, 0
	seen, named := map[FamilyTest]bool{}, map[string]bool{}
	for k, name := range f.Outcomes {
		inside := layer.At(path, k)
		tests := c.s.testsOf(name)
		if len(tests) == 0 && !c.known(inside, name, c.s.testNames(name)) { // without a control arm, no outcome has a test
			whole = false
			n++
		}
		again := named[name]
		for _, t := range tests {
			if o := &c.s.Outcomes[t.Outcome]; len(o.Methods) > 0 && o.Methods[0] == "median" {
				c.problem(inside, quoted(name), "an outcome whose first method has a p value", "")
				break
			}
		}
		for _, t := range tests {
			again = again || seen[t]
			seen[t] = true
		}
		c.must(!again, inside, name, "each test once")
		whole = whole && !again
		named[name] = true
		n += len(tests)
	}
	if n < 2 {
		c.must(false, path, f.Outcomes, "at least two tests: outcomes, or outcome:arm")
		return false
	}
	return whole
}

// graph checks the weights and transitions of a graphical procedure.
func (c *checker) graph(path string, f *Family, whole bool) {
	tests := c.s.FamilyTests(f)
	if !whole {
		return // how many there are to be is not known
	}
	c.shares(path+".weights", f.Weights, tests)
	if len(f.Transitions) != len(tests) {
		c.problem(path+".transitions", count(len(f.Transitions), "row"), c.oneForEach("a row", tests), "")
	}
	for k, row := range f.Transitions {
		inside := layer.At(path+".transitions", k)
		c.shares(inside, row, tests)
		if k < len(row) {
			c.must(row[k] == 0, layer.At(inside, k), row[k], "0: a test hands on its share to others, not to itself")
		}
	}
}

// dunnett checks that the tests are those of Dunnett's procedure: one outcome's arms
// against control, with normal estimates that share nothing but the control arm.
func (c *checker) dunnett(path string, f *Family) {
	path += ".outcomes"
	refuse := func(got, want string) {
		c.problem(path, got, want+`: method = "dunnett" is for means or risks of several arms against control`, "")
	}
	tests := c.s.FamilyTests(f)
	first := &c.s.Outcomes[tests[0].Outcome]
	for _, t := range tests {
		o := &c.s.Outcomes[t.Outcome]
		switch {
		case t.Outcome != tests[0].Outcome:
			refuse("tests of "+first.Name+" and of "+o.Name, "tests of one outcome")
			return
		case !c.s.isControl(t.Control):
			refuse(c.s.ContrastName(t.Contrast), "contrasts with the control arm alone")
			return
		}
		if len(o.Methods) == 0 {
			return // there is a message about it
		}
		if name := c.s.FirstThatHoldsIn(o, t.Contrast, false); !slices.Contains(dunnettMethods, name) {
			refuse("the method "+name, layer.OneOf(dunnettMethods)+" as the first method of "+o.Name)
			return
		}
	}
	switch {
	case first.Test != Superiority:
		refuse(first.Name+" with test = "+quoted(first.Test), "a test of superiority")
	case first.Set == SetAsTreated:
		refuse(first.Name+` with set = "as_treated"`, "another set, in which arms are those drawn")
	case c.s.alike():
		refuse("clients who share case managers that differ, or clusters", "independent clients")
	}
}

// dunnettMethods are the methods whose estimates are differences of means or risks of
// independent clients.
var dunnettMethods = []string{"welch", "student", "ancova", "ancova_hc3", "risk_difference", "chi_square"}

// shares checks that there is a share for each test, and that they sum to at most 1.
func (c *checker) shares(path string, shares []float64, tests []FamilyTest) {
	if len(shares) != len(tests) {
		c.problem(path, count(len(shares), "number"), c.oneForEach("a number", tests), "")
		return
	}
	sum, fine := 0.0, true
	for k, x := range shares {
		c.must(x >= 0 && x <= 1, layer.At(path, k), x, "0 to 1")
		fine = fine && x >= 0 && x <= 1
		sum += x
	}
	// Shares written in decimals may sum to slightly more than 1.
	if fine && !(sum <= 1+1e-12) {
		c.problem(path, fmt.Sprintf("a sum of %.6g", sum), "a sum of at most 1", "")
	}
}

// oneForEach asks for something for each test, and lists the tests.
func (c *checker) oneForEach(what string, tests []FamilyTest) string {
	var names []string
	for _, t := range tests {
		name := c.s.Outcomes[t.Outcome].Name
		if len(c.s.Arms) > 2 {
			name += " (" + c.s.ContrastName(t.Contrast) + ")"
		}
		names = append(names, name)
	}
	if len(names) > 12 {
		return fmt.Sprintf("%s for each of %d tests", what, len(names))
	}
	return fmt.Sprintf("%s for each of %s: %s", what, count(len(tests), "test"), joinAnd(names))
}
