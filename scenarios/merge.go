package scenarios

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A layer lies over another one by these rules. Tables merge key by key.
// Lists of named things (arms, traits, subgroups, outcomes, families, factors, moderators and their levels, studies;
// correlations by their pair) merge by name: new ones are appended, remove =
// true deletes. All else replaces whole: single values, nameless lists, and the
// tables that spell one quantity or design, of which a mix of two would mean
// nothing.

// whole are the types whose tables replace whole.
var whole = []reflect.Type{
	reflect.TypeFor[Quantity](), reflect.TypeFor[Accrual](), reflect.TypeFor[Randomization](),
	reflect.TypeFor[FirstContact](), reflect.TypeFor[Contacts](), reflect.TypeFor[Contamination](),
	reflect.TypeFor[ObservedTrait](), reflect.TypeFor[Background](), reflect.TypeFor[Start](), reflect.TypeFor[ICC](), reflect.TypeFor[Prior](),
	overType,               // one design; a key of it is set by itself with --set
	reflect.TypeFor[any](), // of an ideal, which doesn't say what its tables spell
}

// named are the types whose lists merge by name.
var named = []reflect.Type{
	reflect.TypeFor[Arm](), reflect.TypeFor[Trait](), reflect.TypeFor[Correlation](),
	reflect.TypeFor[Subgroup](), reflect.TypeFor[Outcome](), reflect.TypeFor[Family](), reflect.TypeFor[Factor](),
	reflect.TypeFor[Moderator](), reflect.TypeFor[Level](), reflect.TypeFor[Study](),
}

func isWhole(t reflect.Type) bool { return slices.Contains(whole, t) }

// isNamed tells whether t is a list that merges by name.
func isNamed(t reflect.Type) bool {
	return t != nil && t.Kind() == reflect.Slice && slices.Contains(named, t.Elem())
}

// removable tells whether things of type t can be deleted by name.
func removable(t reflect.Type) bool {
	return slices.Contains(named, t) || t == reflect.TypeFor[Service]() || t == reflect.TypeFor[Program]() || t == reflect.TypeFor[Measure]()
}

// below is the type at a key of a table of type t, or nil if there is none.
func below(t reflect.Type, key string) reflect.Type {
	if t == nil {
		return nil
	}
	if t == overType {
		return reflect.TypeFor[any]()
	}
	switch t.Kind() {
	case reflect.Map:
		return indirect(t.Elem())
	case reflect.Struct:
		for _, f := range keyed(t) {
			if fieldKey(f) == key {
				return indirect(f.Type)
			}
		}
	}
	return nil
}

func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// fieldKey is the TOML key of a field, or "".
func fieldKey(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
	if key == "-" {
		return ""
	}
	return key
}

// merger puts layers together and collects what is wrong with them.
type merger struct {
	problems Problems
}

func (m *merger) fail(n *node, key, got, want string) {
	m.problems = append(m.problems, n.at.problem(key, got, want))
}

// merge lays over on under. Either may be nil.
func (m *merger) merge(t reflect.Type, under, over *node) *node {
	switch {
	case over == nil:
		return under
	case under == nil:
		return over
	case isNamed(t) && under.list && over.list:
		return m.mergeNamed(t.Elem(), under, over)
	case under.table() && over.table() && !isWhole(t):
		return m.mergeTables(t, under, over)
	}
	return over
}

func (m *merger) mergeTables(t reflect.Type, under, over *node) *node {
	out := newTable(over.at)
	for key, n := range under.keys {
		out.keys[key] = n
	}
	for key := range over.keys {
		dropFollowing(t, out, key)
	}
	for key, n := range over.keys {
		out.keys[key] = m.merge(below(t, key), out.keys[key], n)
	}
	return out
}

// dropFollowing forgets what another layer's value at a key makes wrong: where the
// number came from, and how sure it was, as a citation must not stand beside a
// value that is not in it; and levels of single outcomes, for a level of all.
func dropFollowing(t reflect.Type, block *node, key string) {
	if t == reflect.TypeFor[Scenario]() && key == "alpha" {
		dropLevels(block)
	}
	if t == reflect.TypeFor[Trait]() && key != "name" && key != "source" || t == reflect.TypeFor[Measure]() && (key == "sensitivity" || key == "specificity") {
		delete(block.keys, "source")
		delete(block.keys, "confidence")
	}
	dropNote(block, "sources", key)
	dropNote(block, "confidences", key)
}

// dropLevels takes their own levels from outcomes and families, for a level of
// all of them.
func dropLevels(root *node) {
	for _, key := range []string{"outcome", "family"} {
		list := root.child(key)
		if list == nil || !list.list {
			continue
		}
		kept := *list
		kept.items = slices.Clone(list.items)
		for i, n := range kept.items {
			if n.table() && n.keys["alpha"] != nil {
				one := *n
				one.keys = maps.Clone(n.keys)
				delete(one.keys, "alpha")
				kept.items[i] = &one
			}
		}
		root.keys[key] = &kept
	}
}

// dropNote takes a key out of a block's table of notes.
func dropNote(block *node, table, key string) {
	notes := block.child(table)
	if key == table || !notes.table() || notes.keys[key] == nil {
		return
	}
	kept := newTable(notes.at)
	for k, text := range notes.keys {
		if k != key {
			kept.keys[k] = text
		}
	}
	block.keys[table] = kept
}

func (m *merger) mergeNamed(elem reflect.Type, under, over *node) *node {
	out := &node{list: true, at: over.at, items: slices.Clone(under.items)}
	for _, n := range over.items {
		i := indexNamed(out, elementName(n))
		switch {
		case i < 0:
			out.items = append(out.items, n)
		case removed(n):
			out.items = slices.Delete(out.items, i, i+1)
		default:
			out.items[i] = m.merge(elem, out.items[i], n)
		}
	}
	return out
}

// elementName is what an element of a named list is called: its name, or
// the two names that a correlation ties, in order. "" if it has none.
func elementName(n *node) string {
	if name, ok := n.text("name"); ok {
		return name
	}
	pair := n.child("traits")
	if pair == nil || len(pair.items) != 2 {
		return ""
	}
	a, okA := pair.items[0].value.(string)
	b, okB := pair.items[1].value.(string)
	if !okA || !okB {
		return ""
	}
	return pairName(a, b)
}

// pairName names a correlation, whichever of the two comes first.
func pairName(a, b string) string { return min(a, b) + "~" + max(a, b) }

// indexNamed finds an element of a named list, or -1. What has no name is
// never the same as another.
func indexNamed(list *node, name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(list.items, func(n *node) bool { return elementName(n) == name })
}

func removed(n *node) bool {
	if !n.table() || n.keys["remove"] == nil {
		return false
	}
	yes, _ := n.keys["remove"].value.(bool)
	return yes
}

// unique drops the second of two things of one name in one file: merging
// would otherwise join them without a word.
func (m *merger) unique(root *node) {
	for _, key := range namedLists() {
		list := root.child(key)
		if list == nil || !list.list {
			continue
		}
		seen := map[string]place{}
		list.items = slices.DeleteFunc(list.items, func(n *node) bool {
			name := elementName(n)
			first, again := seen[name]
			if name == "" {
				return false
			}
			seen[name] = n.at
			if again {
				at := n
				if n.child("name") != nil {
					at = n.child("name")
				}
				m.fail(at, join(key, name), fmt.Sprintf("a second %s of this name", key), fmt.Sprintf("each name once (the first is on line %d)", first.line))
				seen[name] = first
			}
			return again
		})
	}
}

// namedLists are the keys of the lists that merge by name.
func namedLists() []string {
	var keys []string
	for _, f := range keyed(reflect.TypeFor[Scenario]()) {
		if isNamed(f.Type) {
			keys = append(keys, fieldKey(f))
		}
	}
	return keys
}

// sweep deletes what a last layer marked for removal. With strict, marking
// something that no layer below has is a problem; it is likely a misspelt
// name.
func (m *merger) sweep(root *node, strict bool) {
	for _, key := range namedLists() {
		list := root.child(key)
		if list == nil || !list.list {
			continue
		}
		list.items = slices.DeleteFunc(list.items, func(n *node) bool {
			return m.sweepOne(n, join(join(key, elementName(n)), "remove"), strict)
		})
	}
	for _, key := range []string{"service", "program", "measure"} {
		block := root.child(key)
		if !block.table() {
			continue
		}
		for _, name := range block.sorted() {
			if m.sweepOne(block.keys[name], join(join(key, name), "remove"), false) {
				delete(block.keys, name)
			}
		}
	}
}

func (m *merger) sweepOne(n *node, path string, strict bool) bool {
	if !n.table() || n.keys["remove"] == nil {
		return false
	}
	mark := n.keys["remove"]
	yes, ok := mark.value.(bool)
	if !ok {
		m.fail(mark, path, mark.show(), "true or false")
	}
	delete(n.keys, "remove")
	if yes && strict {
		m.fail(mark, path, "true", "something below to remove, and there is none of this name")
	}
	return yes
}
