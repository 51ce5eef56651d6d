package scenarios

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// tryIdeals loads the world in which each factor is ideal, and reports what is
// wrong there beside the problems that there are before.
func (s *Scenario) tryIdeals(before Problems) Problems {
	var found Problems
	if len(s.Factors) > maxFactors {
		return nil
	}
	worlds := make([]*Scenario, len(s.Factors))
	for i, f := range s.Factors {
		sets := slices.DeleteFunc(f.Settings(), func(set Setting) bool { return refusedInIdeal(set.Key) != "" })
		if f.Name == "" || len(sets) == 0 {
			continue // reported
		}
		world, problems := s.with(sets, s.hold())
		for _, p := range problems {
			if !slices.Contains(before, p) {
				found = append(found, s.inIdeal(&f, p))
			}
		}
		worlds[i] = world
	}
	if len(s.Factors) == 0 || len(before) > 0 || len(found) > 0 {
		return found
	}
	return s.compare(worlds)
}

// compare reports factors without consequence, and those that would not be the
// same ones in the scenario's own text. There, what follows an ideal by default
// stands written.
func (s *Scenario) compare(worlds []*Scenario) Problems {
	var found Problems
	full := s.canonical()
	for i, f := range s.Factors {
		world, path := worlds[i], idealPath(f.Name)
		if world.Hash() == s.Hash() {
			p := s.Problem(path, "what the scenario has already", "something that changes what is simulated")
			if len(s.layers.settings) > 0 {
				p.Hint = "--set " + layer.Join("factor", f.Name) + ".remove=true leaves it out"
			}
			found = append(found, p)
			continue
		}
		if key := full.differs(world, f.Settings()); key != "" {
			found = append(found, s.Problem(path, "keys that the default of "+key+" follows",
				key+" written, or the factor is another one where all defaults are written out"))
		}
	}
	return found
}

// differs names a key at which the scenario that is written out comes to another
// world by some settings, "" if there is none.
func (s *Scenario) differs(world *Scenario, sets []Setting) string {
	again, _ := s.with(sets, s.hold())
	if again.Same(world) {
		return ""
	}
	return difference(treeOf(world.simulatedPart()), treeOf(again.simulatedPart()), reflect.TypeFor[Scenario](), "")
}

// inIdeal reports what an ideal brings about elsewhere where the ideal is. Of a
// problem within it, its place has said so.
func (s *Scenario) inIdeal(f *Factor, p Problem) Problem {
	path := idealPath(f.Name)
	within := path
	if len(f.Ideal) == 1 {
		within = f.Settings()[0].written
	}
	return s.causedAt(path, within, p)
}

// causedAt reports a problem that a value written at a path brings about where
// that is, unless it is of what stands within, and says so.
func (s *Scenario) causedAt(within, path string, p Problem) Problem {
	if strings.HasPrefix(p.Key, within) {
		return p
	}
	q := s.Problem(path, p.Got+" at "+p.Key, p.Want)
	q.Hint = p.Hint
	return q
}

// canonical returns the scenario as loaded from its own text, in which all defaults
// stand written. Only with may be called on it.
func (s *Scenario) canonical() *Scenario {
	e := encoder{}
	e.table("", reflect.ValueOf(*s))
	return &Scenario{layers: layers{tree: treeOf(e.String())}}
}

// treeOf reads what encoder has written.
func treeOf(text string) *layer.Node {
	tree, _ := layer.Parse("", []byte(text))
	return tree
}

// difference returns the path of the first value in which two tables or lists of
// type t differ, "" if there is none.
func difference(a, b *layer.Node, t reflect.Type, path string) string {
	switch {
	case a.IsTable() && b.IsTable():
		keys := maps.Clone(a.Keys)
		maps.Copy(keys, b.Keys)
		for _, key := range sortedKeys(keys) {
			if found := difference(a.Keys[key], b.Keys[key], layering.FieldType(t, key), layer.Join(path, key)); found != "" {
				return found
			}
		}
		return ""
	case layering.IsNamed(t) && len(a.Items) == len(b.Items):
		for i := range a.Items {
			if found := difference(a.Items[i], b.Items[i], t.Elem(), layer.Join(path, elementName(a.Items[i]))); found != "" {
				return found
			}
		}
		return ""
	case a != nil && b != nil && a.TOML() == b.TOML():
		return ""
	}
	return path
}
