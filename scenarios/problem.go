package scenarios

import (
	"fmt"

	"caseload/scenarios/layer"
)

// A Problem is one thing wrong with a scenario, and where.
type Problem = layer.Problem

// Problems is everything wrong with a scenario, as one error.
type Problems = layer.Problems

// origin remembers where each key of a scenario was written.
type origin struct {
	file   string // the scenario's own
	places map[string]layer.Place
}

// find returns the place of a path, or of the nearest table around it.
func (o origin) find(path string) layer.Place {
	for p := path; p != ""; p = layer.ParentPath(p) {
		if at, ok := o.places[p]; ok {
			return at
		}
	}
	return layer.Place{File: o.file}
}

// has reports whether a path was written anywhere, not left to its default.
func (o origin) has(path string) bool {
	_, ok := o.places[path]
	return ok
}

// Problem describes something wrong with the value at a path, such as
// "subgroup.high_need.when", at the line where it was written. It is for
// those who find a problem after loading.
func (s *Scenario) Problem(path, got, want string) Problem {
	return s.origin.find(path).Problem(path, got, want)
}

// count prints a number of things: "1 arm", "2 arms".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
