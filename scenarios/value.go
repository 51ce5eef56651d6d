package scenarios

import (
	"strconv"
	"strings"
)

// Value is what the scenario, with all defaults, has at the path of a key, as of
// --set: an int64, float64, bool, string, []any or map[string]any. It is nil where
// nothing is written.
func (s *Scenario) Value(key string) any {
	path, ok := settingPath(key)
	if !ok {
		return nil
	}
	n := s.canonical().layers.tree
	for _, part := range path {
		if n != nil && n.list {
			n = n.elementAt(part)
		} else {
			n = n.child(part)
		}
	}
	if n == nil {
		return nil
	}
	return n.plain()
}

// elementAt is the element of a list by its name, or by "[2]"; nil for none.
func (n *node) elementAt(part string) *node {
	i := indexNamed(n, part)
	if position, ok := strings.CutPrefix(part, "["); ok {
		var err error
		if i, err = strconv.Atoi(strings.TrimSuffix(position, "]")); err != nil {
			return nil
		}
	}
	if i < 0 || i >= len(n.items) {
		return nil
	}
	return n.items[i]
}
