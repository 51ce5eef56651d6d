package scenarios

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// node is one TOML value and where it was written: a table (keys), a list,
// or a single value.
type node struct {
	keys  map[string]*node
	order []string // keys as written, where that is known; some may be gone
	items []*node
	list  bool
	value any // int64, float64, bool, string or a date
	at    place
}

func newTable(at place) *node { return &node{keys: map[string]*node{}, at: at} }

func (n *node) table() bool { return n != nil && n.keys != nil }

// text is the string at a key of a table.
func (n *node) text(key string) (string, bool) {
	if !n.table() || n.keys[key] == nil {
		return "", false
	}
	s, ok := n.keys[key].value.(string)
	return s, ok
}

// child is the table or list at a key, or nil.
func (n *node) child(key string) *node {
	if !n.table() {
		return nil
	}
	return n.keys[key]
}

// sorted gives a table's keys in order.
func (n *node) sorted() []string { return slices.Sorted(maps.Keys(n.keys)) }

// ordered gives a table's keys as they are written: first those whose order is
// known.
func (n *node) ordered() []string {
	keys := make([]string, 0, len(n.keys))
	for _, known := range [][]string{n.order, n.sorted()} {
		for _, key := range known {
			if n.keys[key] != nil && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// clone copies a tree, so that a preset can be used twice and changed once.
func (n *node) clone() *node {
	if n == nil {
		return nil
	}
	c := *n
	if n.keys != nil {
		c.keys = make(map[string]*node, len(n.keys))
		for k, v := range n.keys {
			c.keys[k] = v.clone()
		}
	}
	c.order = slices.Clone(n.order)
	c.items = slices.Clone(n.items)
	for i, v := range c.items {
		c.items[i] = v.clone()
	}
	return &c
}

// show prints a value the way a message quotes it.
func (n *node) show() string {
	switch {
	case n == nil:
		return "nothing"
	case n.keys != nil:
		return "a table"
	case n.list:
		return showList(n.items)
	}
	if x, ok := n.value.(float64); ok && x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatFloat(x, 'f', 1, 64) // 2.0 is not the whole number 2
	}
	return showValue(n.value)
}

func showList(items []*node) string {
	const most = 8
	parts := make([]string, 0, most)
	for i, v := range items {
		if i == most {
			parts = append(parts, "...")
			break
		}
		parts = append(parts, v.show())
	}
	return brief("[" + strings.Join(parts, ", ") + "]")
}

func showValue(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(brief(v))
	case float64:
		return showFloat(v)
	case time.Time:
		return "a date or time"
	}
	return brief(fmt.Sprint(v))
}

// showFloat prints a number as TOML spells it.
func showFloat(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	switch s {
	case "NaN":
		return "nan"
	case "+Inf":
		return "inf"
	case "-Inf":
		return "-inf"
	}
	return s
}
