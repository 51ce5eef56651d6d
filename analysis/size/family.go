package size

import (
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios"
)

// findFamily finds the family asked about; nil if none is.
func (x *query) findFamily(name string) (*scenarios.Family, error) {
	if name == "" {
		return nil, nil
	}
	var names []string
	for k := range x.sc.Families {
		if f := &x.sc.Families[k]; f.Name == name {
			return f, nil
		}
		names = append(names, x.sc.Families[k].Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("family: got %q, but the scenario has no [[family]]", name)
	}
	return nil, oneOf("family", name, names)
}

// namesIn returns the outcomes of a family's tests.
func (x *query) namesIn(f *scenarios.Family) (names []string) {
	for _, t := range x.sc.FamilyTests(f) {
		if name := x.sc.Outcomes[t.Outcome].Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// wholeFamily refuses a family that is asked about in part, and one with tests of other
// contrasts than the one asked about.
func (x *query) wholeFamily(f *scenarios.Family, joint bool) error {
	if !joint {
		return fmt.Errorf("family: got %q without a requirement, want any or all of its tests to reject", f.Name)
	}
	names := x.namesIn(f)
	if len(names) != len(x.outcomes) || slices.ContainsFunc(x.outcomes, func(o int) bool { return !slices.Contains(names, x.sc.Outcomes[o].Name) }) {
		return fmt.Errorf("family: %q has the outcomes %s, want all of them and no other", f.Name, strings.Join(names, ", "))
	}
	for _, t := range x.sc.FamilyTests(f) {
		if asked := x.contrast(); t.Contrast != asked {
			return fmt.Errorf("family: %q has a test of %s (%s), want one whose tests are all of %s, which is what the search is about; caseload run gives the power of such a family", f.Name,
				x.sc.Outcomes[t.Outcome].Name, x.sc.ContrastName(t.Contrast), x.sc.ContrastName(asked))
		}
	}
	return nil
}
