package layer

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// A Merger puts layers together and collects what is wrong with them.
type Merger struct {
	*Rules
	Problems Problems
}

// Fail reports a problem with a node that is at the path key.
func (m *Merger) Fail(n *Node, key, got, want string) {
	m.Problems = append(m.Problems, n.At.Problem(key, got, want))
}

// Merge lays over on under, both values of type t. Either may be nil. It
// changes neither, but the result shares nodes with both.
func (m *Merger) Merge(t reflect.Type, under, over *Node) *Node {
	switch {
	case over == nil:
		return under
	case under == nil:
		return over
	case m.IsNamed(t) && under.List && over.List:
		return m.mergeNamed(t.Elem(), under, over)
	case under.IsTable() && over.IsTable() && !m.IsAtomic(t):
		return m.mergeTables(t, under, over)
	}
	return over
}

func (m *Merger) mergeTables(t reflect.Type, under, over *Node) *Node {
	out := NewTable(over.At)
	for key, n := range under.Keys {
		out.Keys[key] = n
	}
	for key := range over.Keys {
		m.Replace(t, out, key)
	}
	for key, n := range over.Keys {
		out.Keys[key] = m.Merge(m.FieldType(t, key), out.Keys[key], n)
	}
	return out
}

func (m *Merger) mergeNamed(elem reflect.Type, under, over *Node) *Node {
	out := &Node{List: true, At: over.At, Items: slices.Clone(under.Items)}
	for _, n := range over.Items {
		i := m.index(out, m.Name(n))
		switch {
		case i < 0:
			out.Items = append(out.Items, n)
		case n.Removed():
			out.Items = slices.Delete(out.Items, i, i+1)
		default:
			out.Items[i] = m.Merge(elem, out.Items[i], n)
		}
	}
	return out
}

// Drop returns a tree without the lists of named things that drop, which may be nil,
// names. The tree itself does not change.
func (m *Merger) Drop(tree, drop *Node) *Node {
	if drop == nil {
		return tree
	}
	if !drop.List {
		m.Fail(drop, "drop", drop.Describe(), `a list of tables, as in drop = ["outcome"]`)
		return tree
	}
	out := NewTable(tree.At)
	maps.Copy(out.Keys, tree.Keys)
	known := m.namedLists()
	for i, n := range drop.Items {
		name, _ := n.Value.(string)
		switch path := At("drop", i); {
		case !slices.Contains(known, name):
			m.Fail(n, path, n.Describe(), OneOf(known)+", in quotes")
		case out.Keys[name] == nil:
			m.Fail(n, path, n.Describe(), "a table of which the other scenario has some")
		default:
			delete(out.Keys, name)
		}
	}
	return out
}

// Removed reports whether a table is marked with remove = true.
func (n *Node) Removed() bool {
	if !n.IsTable() || n.Keys["remove"] == nil {
		return false
	}
	yes, _ := n.Keys["remove"].Value.(bool)
	return yes
}

// DropDuplicates reports and drops the second of two things of one name in one
// text: merging would otherwise join them without a word.
func (m *Merger) DropDuplicates(root *Node) {
	for _, key := range m.namedLists() {
		list := root.Child(key)
		if list == nil || !list.List {
			continue
		}
		seen := map[string]Place{}
		list.Items = slices.DeleteFunc(list.Items, func(n *Node) bool {
			name := m.Name(n)
			first, again := seen[name]
			if name == "" {
				return false
			}
			seen[name] = n.At
			if again {
				at := n
				if n.Child("name") != nil {
					at = n.Child("name")
				}
				m.Fail(at, Join(key, name), fmt.Sprintf("a second %s of this name", key), fmt.Sprintf("each name once (the first is on line %d)", first.Line))
				seen[name] = first
			}
			return again
		})
	}
}

// DeleteRemoved deletes what a last layer marked for removal. With strict,
// marking something that no layer below has is a problem; it is likely a
// misspelt name.
func (m *Merger) DeleteRemoved(root *Node, strict bool) {
	for _, key := range m.namedLists() {
		list := root.Child(key)
		if list == nil || !list.List {
			continue
		}
		list.Items = slices.DeleteFunc(list.Items, func(n *Node) bool {
			return m.takeMark(n, Join(Join(key, m.Name(n)), "remove"), strict)
		})
	}
	for _, key := range m.removableTables() {
		block := root.Child(key)
		if !block.IsTable() {
			continue
		}
		for _, name := range block.SortedKeys() {
			if m.takeMark(block.Keys[name], Join(Join(key, name), "remove"), false) {
				delete(block.Keys, name)
			}
		}
	}
}

// takeMark takes the key "remove" out of a table and returns its value.
func (m *Merger) takeMark(n *Node, path string, strict bool) bool {
	if !n.IsTable() || n.Keys["remove"] == nil {
		return false
	}
	mark := n.Keys["remove"]
	yes, ok := mark.Value.(bool)
	if !ok {
		m.Fail(mark, path, mark.Describe(), "true or false")
	}
	delete(n.Keys, "remove")
	if yes && strict {
		m.Fail(mark, path, "true", "something below to remove, and there is none of this name")
	}
	return yes
}
