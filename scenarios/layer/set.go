package layer

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Setting is a value and the path to put it at.
type Setting struct {
	Path  []string // keys and names; a position in a list is "[2]"
	Key   string   // the path as written, for messages
	Value *Node
}

// ParseSetting reads "key=value". The value is TOML; a word that is not TOML
// stands for itself as a string. Messages name the file that the text is from,
// and give the example.
func ParseSetting(file, text, example string) (Setting, *Problem) {
	bad := func(key, got, want string) (Setting, *Problem) {
		return Setting{}, &Problem{File: file, Key: key, Got: got, Want: want}
	}
	path, rest, ok := SplitPath(text)
	key := strings.TrimSpace(strings.TrimSuffix(text, rest))
	if !ok || !strings.HasPrefix(rest, "=") || !utf8.ValidString(text) {
		return bad("", strconv.Quote(Shorten(text)), "key=value, as in "+example)
	}
	word := strings.TrimSpace(rest[1:])
	if word == "" {
		return bad(key, "no value", `a value; "" is the empty text`)
	}
	values, _, err := parseValues([]byte("value = " + word))
	switch {
	case err == nil && len(values) == 1:
		b := treeBuilder{file: file}
		return Setting{path, key, b.build(values["value"], "", Place{File: file})}, nil
	case err == nil || strings.ContainsAny(word[:1], `[{"'`) || strings.ContainsAny(word, "\n\r"):
		return bad(key, strconv.Quote(Shorten(word)), "a TOML value or a word")
	}
	return Setting{path, key, &Node{Value: word, At: Place{File: file}}}, nil
}

// Set puts one value at its path below root. What the path names must exist, so
// that a misspelt name is an error and not a new thing.
func (m *Merger) Set(root *Node, s Setting) {
	c := cursor{node: root, t: m.Root}
	for i, part := range s.Path {
		last := i == len(s.Path)-1
		ok := false
		switch {
		case c.node.List:
			ok = m.enterElement(&c, part, last, s)
		case c.node.IsTable():
			ok = m.enterKey(&c, part, last, s)
		default:
			m.refuse(s, "a key within "+c.path, c.path+" itself, which is a single value", "")
		}
		if !ok {
			return
		}
	}
}

// A cursor is a node on the way along a path, and its type.
type cursor struct {
	node *Node
	t    reflect.Type
	path string
}

// enterElement moves the cursor to an element of its list, or merges the
// setting into the element if it is the last on the path. It reports false if
// there is no such element.
func (m *Merger) enterElement(c *cursor, part string, last bool, s Setting) bool {
	i, inside := m.find(c.node, c.t, part, c.path, s)
	if i < 0 {
		return false
	}
	list := c.node
	c.t, c.path = c.t.Elem(), inside
	if last {
		list.Items[i] = m.Merge(c.t, list.Items[i], s.Value)
	}
	c.node = list.Items[i]
	return true
}

// enterKey moves the cursor to a key of its table, which is made where it may
// be, or merges the setting into the last key on the path.
func (m *Merger) enterKey(c *cursor, part string, last bool, s Setting) bool {
	table := c.node
	if !m.mayAdd(table, c.t, part, c.path, last, s) {
		return false
	}
	m.Replace(c.t, table, part)
	c.t, c.path = m.FieldType(c.t, part), Join(c.path, part)
	if table.Keys[part] == nil {
		table.Order = append(table.Order, part)
	}
	switch {
	case last:
		table.Keys[part] = m.Merge(c.t, table.Keys[part], s.Value)
	case table.Keys[part] == nil:
		table.Keys[part] = NewTable(s.Value.At)
	}
	c.node = table.Keys[part]
	return true
}

// mayAdd reports whether a key of a table exists or may be made.
func (m *Merger) mayAdd(n *Node, t reflect.Type, part, path string, last bool, s Setting) bool {
	if n.Keys[part] != nil || t == nil || t.Kind() == reflect.Interface {
		return true
	}
	if m.isByPath(t) && !last {
		m.refuse(s, strconv.Quote(part), "the path of a key in quotes, as in "+path+`."`+m.ExamplePath+`"`, "")
		return false
	}
	var known []string
	switch inside := m.FieldType(t, part); {
	case m.isByPath(t):
		return true
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		known = n.SortedKeys()
	case t.Kind() == reflect.Map, inside != nil && (last || inside.Kind() != reflect.Slice || m.isByPath(inside)),
		part == "remove" && m.isRemovable(t):
		return true
	default:
		known = FieldKeys(t)
	}
	if m.FieldType(t, part) != nil && t.Kind() == reflect.Struct {
		m.refuse(s, "no "+Join(path, part)+" in "+m.What, "a key that is there", "")
		return false
	}
	m.refuse(s, strconv.Quote(part), OneOf(known), DidYouMean(part, known))
	return false
}

// refuse reports a setting that cannot be put at its path.
func (m *Merger) refuse(s Setting, got, want, hint string) {
	p := s.Value.At.Problem(s.Key, got, want)
	p.Hint = hint
	m.Problems = append(m.Problems, p)
}

// find finds an element of a list by name or position, and returns its position
// and path; -1 if there is none.
func (m *Merger) find(list *Node, t reflect.Type, part, path string, s Setting) (int, string) {
	if t == nil || t.Kind() != reflect.Slice {
		return -1, path
	}
	if strings.HasPrefix(part, "[") {
		i, err := strconv.Atoi(part[1 : len(part)-1])
		if err == nil && i >= 0 && i < len(list.Items) {
			return i, path + part
		}
		m.refuse(s, part, fmt.Sprintf("a position below %d", len(list.Items)), "")
		return -1, path
	}
	names := map[string]bool{}
	if m.IsNamed(t) {
		if i := m.index(list, part); i >= 0 {
			return i, Join(path, part)
		}
		for _, n := range list.Items {
			names[m.Name(n)] = true
		}
		delete(names, "")
	}
	known := slices.Sorted(maps.Keys(names))
	want := OneOf(known)
	if !m.IsNamed(t) {
		want = "a position, as in " + path + "[0]"
	}
	m.refuse(s, strconv.Quote(part), want, DidYouMean(part, known))
	return -1, path
}
