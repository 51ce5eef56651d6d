package scenarios

import (
	"fmt"
	"math"
	"slices"

	"caseload/scenarios/layer"
)

// maxUncertain is how many numbers may be uncertain, and maxSample how many values a
// sample of one may have.
const (
	maxUncertain = 50
	maxSample    = 10_000
)

// uncertain checks what is not known, whether it is used or not.
func (c *checker) uncertain() {
	for i := range c.s.Uncertain {
		c.uncertainRow(layer.At("uncertain", i), &c.s.Uncertain[i])
	}
	for _, name := range sortedKeys(c.s.Programs) {
		path := layer.Join("program", name)
		for i, u := range c.s.Programs[name].Uncertain {
			c.uncertainRow(layer.At(path+".uncertain", i), &u)
		}
	}
	for _, name := range sortedKeys(c.s.Services) {
		path := layer.Join("service", name)
		for i, u := range c.s.Services[name].Uncertain {
			c.uncertainRow(layer.At(path+".uncertain", i), &u)
		}
	}
	rows := c.s.unknownRows()
	if n := len(rows); n > maxUncertain {
		c.problem("uncertain", count(n, "uncertain number"), fmt.Sprintf("at most %d", maxUncertain), "")
		return
	}
	// A variant may lack what the scenario does not know: an ideal is explained as
	// written, and who draws in a variant is told of it there.
	for i := range rows {
		if c.s.layers.held == nil {
			c.unknown(rows[:i], &rows[i])
		}
	}
	// A variant in which an uncertain number is written otherwise has lost its row.
	if c.s.Uncertainty.Use && len(rows) == 0 && len(c.s.Studies) == 0 && c.s.layers.held == nil {
		c.problem("uncertainty.use", "true, and no number that is uncertain", "[[uncertain]] rows, each with a key and a prior", "")
	}
}

// uncertainRow checks what a row is made of.
func (c *checker) uncertainRow(path string, u *Uncertain) {
	if u.Key == "" {
		c.problem(path+".key", "nothing", "the key of a number, or in place of key and prior from = a file that caseload calibrate has written", "")
	}
	if c.s.origin.has(path + ".group") {
		c.name(path+".group", u.Group)
	}
	if u.Opposite {
		c.must(u.Group != "", path+".opposite", true, "a group beside it: the key is drawn opposite to others")
		c.must(len(u.Prior.Sample) == 0, path+".opposite", true, "none beside a sample, whose values have an order of their own")
	}
	c.prior(path+".prior", &u.Prior, true)
}

// unknown checks a key, beside those before it.
func (c *checker) unknown(before []Unknown, u *Unknown) {
	path := u.path + ".key"
	target, why := c.s.TargetOf(u.Key)
	if why != "" {
		c.problem(path, quoted(u.Key)+" ("+why+")", "a number that can be drawn without solving others again", "")
		return
	}
	if u.Prior.None > 0 && !target.OfEffect() {
		c.problem(u.path+".prior.none", layer.FormatFloat(u.Prior.None), "no such key but in the prior of an effect's number", "")
	}
	for _, other := range before {
		switch {
		case other.Key == u.Key && sameList(other.path, u.path):
			c.problem(path, quoted(u.Key)+" again", "each key once", "")
		case target.Kind == TargetQuantity && other.Target.Quantity == target.Quantity && other.Key != u.Key:
			c.problem(path, quoted(u.Key)+" beside "+quoted(other.Key), "one number of a quantity: its others are solved with it", "")
		}
	}
}

// Undrawable returns the problems of rows whose number a variant lacks.
func (s *Scenario) Undrawable() (problems Problems) {
	for _, u := range s.Unknowns() {
		if _, why := s.TargetOf(u.Key); why != "" {
			problems = append(problems, s.Problem(u.path+".key", quoted(u.Key)+" ("+why+")", "a number that the variant has, too"))
		}
	}
	return problems
}

// sameList reports whether rows at two paths are of the same list.
func sameList(a, b string) bool { return layer.ParentPath(a) == layer.ParentPath(b) }

// tryUnknowns loads the scenario with numbers far out in what is known of them, one at
// a time, and reports what is wrong there beside the problems before.
func (s *Scenario) tryUnknowns(before Problems) Problems {
	rows := s.Unknowns()
	if len(rows) > maxUncertain {
		return nil // reported
	}
	if len(rows) == 0 {
		return nil
	}
	var found Problems
	full := s.canonical()
	for i := range rows {
		u := &rows[i]
		if u.Target.Kind == NoTarget || len(u.Prior.Sample) == 0 && !u.Prior.sound(true) {
			continue // reported
		}
		followed := full // whether defaults follow the key does not hang on its value
		for _, x := range u.ends() {
			if math.IsInf(x, 0) || math.IsNaN(x) {
				continue
			}
			tried := s.try(u.Setting(x), before, followed)
			followed = nil
			for _, wrong := range tried {
				if wrong.Hint == "" {
					wrong.Hint = "the prior goes there"
				}
				if !slices.Contains(found, wrong) {
					found = append(found, wrong)
				}
			}
		}
		found = append(found, s.beyond(u)...)
	}
	return found
}

// beyond reports values that the key cannot have though it may be written so: where a
// quantity is solved for, nothing or everything is out of reach.
func (s *Scenario) beyond(u *Unknown) Problems {
	ends := u.ends()
	low, high := ends[0], ends[len(ends)-1]
	want := ""
	switch t := &u.Target; {
	case t.IsProbability():
		if !(low > 0 && high < 1) {
			want = "a prior above 0 and below 1"
		}
	case t.Kind == TargetShare:
		if !(low > 0 && high < t.Brings.Reachable) {
			want = "a prior above 0 and below " + layer.FormatFloat(t.Brings.Reachable)
		}
	case t.Kind == TargetRatio || t.Kind == TargetActs || t.Kind == TargetOver || t.Kind == TargetQuantity:
		if !(low > 0) {
			want = "a prior above 0"
		}
	}
	if want == "" {
		return nil
	}
	return Problems{s.Problem(u.path+".prior", fmt.Sprintf("%s to %s", layer.FormatFloat(low), layer.FormatFloat(high)), want)}
}
