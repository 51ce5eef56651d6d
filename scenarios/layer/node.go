package layer

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Node is one TOML value and where it was written: a table (Keys), a list
// (List and Items), or a single value.
type Node struct {
	Keys  map[string]*Node
	Order []string // keys as written, where that is known; some may be gone
	Items []*Node
	List  bool
	Value any // int64, float64, bool, string or a date
	At    Place
}

// NewTable returns an empty table.
func NewTable(at Place) *Node { return &Node{Keys: map[string]*Node{}, At: at} }

// IsTable reports whether the node is a table; a nil one is not.
func (n *Node) IsTable() bool { return n != nil && n.Keys != nil }

// Text returns the string at a key of a table.
func (n *Node) Text(key string) (string, bool) {
	if !n.IsTable() || n.Keys[key] == nil {
		return "", false
	}
	s, ok := n.Keys[key].Value.(string)
	return s, ok
}

// Child returns the node at a key of a table, or nil.
func (n *Node) Child(key string) *Node {
	if !n.IsTable() {
		return nil
	}
	return n.Keys[key]
}

// SortedKeys returns a table's keys in alphabetical order.
func (n *Node) SortedKeys() []string { return slices.Sorted(maps.Keys(n.Keys)) }

// OrderedKeys returns a table's keys as they are written: first those whose
// order is known, then the others in alphabetical order.
func (n *Node) OrderedKeys() []string {
	keys := make([]string, 0, len(n.Keys))
	for _, known := range [][]string{n.Order, n.SortedKeys()} {
		for _, key := range known {
			if n.Keys[key] != nil && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// Clone copies a tree, so that a layer can be used twice and changed once.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	c := *n
	if n.Keys != nil {
		c.Keys = make(map[string]*Node, len(n.Keys))
		for k, v := range n.Keys {
			c.Keys[k] = v.Clone()
		}
	}
	c.Order = slices.Clone(n.Order)
	c.Items = slices.Clone(n.Items)
	for i, v := range c.Items {
		c.Items[i] = v.Clone()
	}
	return &c
}

// Describe returns the value the way a message quotes it.
func (n *Node) Describe() string {
	switch {
	case n == nil:
		return "nothing"
	case n.Keys != nil:
		return "a table"
	case n.List:
		return describeList(n.Items)
	}
	if x, ok := n.Value.(float64); ok && x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatFloat(x, 'f', 1, 64) // 2.0 is not the whole number 2
	}
	return FormatValue(n.Value)
}

func describeList(items []*Node) string {
	const most = 8
	parts := make([]string, 0, most)
	for i, v := range items {
		if i == most {
			parts = append(parts, "...")
			break
		}
		parts = append(parts, v.Describe())
	}
	return Shorten("[" + strings.Join(parts, ", ") + "]")
}

// AsOneKey returns a hint to write the first value of nested tables with its
// path, which begins with path, in quotes.
func (n *Node) AsOneKey(path string) string {
	for n.IsTable() && len(n.Keys) > 0 {
		first := n.SortedKeys()[0]
		path, n = Join(path, first), n.Keys[first]
	}
	if n.IsTable() {
		return ""
	}
	return "write " + Quote(path) + " = " + Shorten(n.TOML())
}
