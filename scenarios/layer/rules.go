package layer

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Rules describe a format by the type that a text is read into, and say how
// one layer lies over another. Tables merge key by key. Lists of named things
// merge by name: new ones are appended, and remove = true deletes. All else
// replaces as a whole: single values, lists without names, and atomic tables.
type Rules struct {
	Root reflect.Type // the struct that the whole text is read into
	What string       // what messages call the text: "the scenario"

	Atomic    []reflect.Type // types whose tables replace as a whole
	Named     []reflect.Type // types whose lists merge by name
	Removable []reflect.Type // types that, in a table by name, can be deleted with remove = true
	// ByPath are the types whose tables have paths as keys, and any values.
	ByPath      []reflect.Type
	ExamplePath string // such a key, for messages

	// Name returns the name of an element of a named list, or "".
	Name func(element *Node) string
	// Replace is called before a table of type t takes another layer's value at
	// a key. It takes out of the table what is then no longer true.
	Replace func(t reflect.Type, table *Node, key string)
}

// IsAtomic reports whether tables of type t replace as a whole.
func (r *Rules) IsAtomic(t reflect.Type) bool { return slices.Contains(r.Atomic, t) }

// IsNamed reports whether t is a list that merges by name.
func (r *Rules) IsNamed(t reflect.Type) bool {
	return t != nil && t.Kind() == reflect.Slice && slices.Contains(r.Named, t.Elem())
}

func (r *Rules) isByPath(t reflect.Type) bool { return slices.Contains(r.ByPath, t) }

// isRemovable reports whether things of type t can be deleted by name.
func (r *Rules) isRemovable(t reflect.Type) bool {
	return slices.Contains(r.Named, t) || slices.Contains(r.Removable, t)
}

// FieldType returns the type at a key of a table of type t, or nil if there is
// none.
func (r *Rules) FieldType(t reflect.Type, key string) reflect.Type {
	if t == nil {
		return nil
	}
	if r.isByPath(t) {
		return reflect.TypeFor[any]()
	}
	switch t.Kind() {
	case reflect.Map:
		return Indirect(t.Elem())
	case reflect.Struct:
		for _, f := range Fields(t) {
			if FieldKey(f) == key {
				return Indirect(f.Type)
			}
		}
	}
	return nil
}

// TypeAt returns the type of the value at a path, or nil if the format has none
// there.
func (r *Rules) TypeAt(key string) reflect.Type {
	path, _ := ParsePath(key)
	t := r.Root
	for _, part := range path {
		switch {
		case t == nil:
			return nil
		case t.Kind() == reflect.Slice && (r.IsNamed(t) || strings.HasPrefix(part, "[")):
			t = Indirect(t.Elem())
		default:
			t = r.FieldType(t, part)
		}
	}
	return t
}

// Find returns the node at a path below root, or nil. Elements of lists go by
// their name or by position, as in "[2]".
func (r *Rules) Find(root *Node, path []string) *Node {
	for _, part := range path {
		if root != nil && root.List {
			root = r.element(root, part)
		} else {
			root = root.Child(part)
		}
	}
	return root
}

func (r *Rules) element(list *Node, part string) *Node {
	i := r.index(list, part)
	if position, ok := strings.CutPrefix(part, "["); ok {
		var err error
		if i, err = strconv.Atoi(strings.TrimSuffix(position, "]")); err != nil {
			return nil
		}
	}
	if i < 0 || i >= len(list.Items) {
		return nil
	}
	return list.Items[i]
}

// index finds an element of a named list, or returns -1. An element without a
// name is never the same as another.
func (r *Rules) index(list *Node, name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(list.Items, func(n *Node) bool { return r.Name(n) == name })
}

// keysOfType lists the keys of Root whose fields are of a type that has says.
func (r *Rules) keysOfType(has func(reflect.Type) bool) []string {
	var keys []string
	for _, f := range Fields(r.Root) {
		if has(f.Type) {
			keys = append(keys, FieldKey(f))
		}
	}
	return keys
}

// namedLists lists the keys of the lists that merge by name.
func (r *Rules) namedLists() []string { return r.keysOfType(r.IsNamed) }

// removableTables lists the keys of the tables whose entries can be removed.
func (r *Rules) removableTables() []string {
	return r.keysOfType(func(t reflect.Type) bool {
		return t.Kind() == reflect.Map && slices.Contains(r.Removable, t.Elem())
	})
}
