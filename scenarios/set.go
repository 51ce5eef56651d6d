package scenarios

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const setFile = "--set"

// A setting is one --set, or a Setting: a path and the value to put there.
type setting struct {
	path  []string // keys and names; a position in a list is "[2]"
	key   string   // the path as written, for messages
	value *node
}

// parseSet reads "key=value". The value is TOML; a word that is not TOML
// stands for itself as a string.
func parseSet(text string) (setting, *Problem) {
	bad := func(key, got, want string) (setting, *Problem) {
		return setting{}, &Problem{File: setFile, Key: key, Got: got, Want: want}
	}
	path, rest, ok := splitPath(text)
	key := strings.TrimSpace(strings.TrimSuffix(text, rest))
	if !ok || !strings.HasPrefix(rest, "=") || !utf8.ValidString(text) {
		return bad("", strconv.Quote(brief(text)), "key=value, as in trial.clients=500")
	}
	word := strings.TrimSpace(rest[1:])
	if word == "" {
		return bad(key, "no value", `a value; "" is the empty text`)
	}
	text = "value = " + word
	values, _, err := parseValues([]byte(text))
	switch {
	case err == nil && len(values) == 1:
		b := treeBuilder{file: setFile}
		return setting{path, key, b.build(values["value"], "", place{file: setFile})}, nil
	case err == nil || strings.ContainsAny(word[:1], `[{"'`) || strings.ContainsAny(word, "\n\r"):
		return bad(key, strconv.Quote(brief(word)), "a TOML value or a word")
	}
	return setting{path, key, &node{value: word, at: place{file: setFile}}}, nil
}

// splitPath reads a path up to the "=" behind it: keys with dots between,
// quoted if they hold more than letters, digits, _ - ~, and positions in
// brackets.
func splitPath(text string) (path []string, rest string, ok bool) {
	rest = strings.TrimSpace(text)
	for {
		part, after, good := splitKey(rest)
		if !good {
			return nil, rest, false
		}
		path, rest = append(path, part), after
		for strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, rest, false
			}
			if _, err := strconv.Atoi(rest[1:end]); err != nil {
				return nil, rest, false
			}
			path, rest = append(path, rest[:end+1]), rest[end+1:]
		}
		rest = strings.TrimLeft(rest, " ")
		if !strings.HasPrefix(rest, ".") {
			return path, rest, true
		}
		rest = rest[1:]
	}
}

func splitKey(text string) (key, rest string, ok bool) {
	if strings.HasPrefix(text, `"`) {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return "", text, false
		}
		key, err = strconv.Unquote(quoted)
		return key, text[len(quoted):], err == nil
	}
	i := 0
	for i < len(text) && bareKey(text[i:i+1]) {
		i++
	}
	return text[:i], text[i:], i > 0
}

// set puts one value at its path. What a path names must exist, so that a
// misspelt arm or program is an error and not a new one.
func (m *merger) set(root *node, s setting) {
	n, t := root, reflect.TypeFor[Scenario]()
	path := ""
	for i, part := range s.path {
		last := i == len(s.path)-1
		switch {
		case n.list:
			next, inside := m.element(n, t, part, path, s)
			if next < 0 {
				return
			}
			path = inside
			if last {
				n.items[next] = m.merge(t.Elem(), n.items[next], s.value)
				return
			}
			n, t = n.items[next], t.Elem()
		case n.table():
			if !m.mayAdd(n, t, part, path, last, s) {
				return
			}
			dropFollowing(t, n, part)
			t = below(t, part)
			path = join(path, part)
			if n.keys[part] == nil {
				n.order = append(n.order, part)
			}
			if last {
				n.keys[part] = m.merge(t, n.keys[part], s.value)
				return
			}
			if n.keys[part] == nil {
				n.keys[part] = newTable(s.value.at)
			}
			n = n.keys[part]
		default:
			m.refuse(s, "a key within "+path, path+" itself, which is a single value", "")
			return
		}
	}
}

// mayAdd tells whether a key of a table exists or may be made.
func (m *merger) mayAdd(n *node, t reflect.Type, part, path string, last bool, s setting) bool {
	if n.keys[part] != nil || t == nil || t.Kind() == reflect.Interface {
		return true
	}
	if (t == reflect.TypeFor[Ideal]() || t == overType) && !last {
		m.refuse(s, strconv.Quote(part), "the path of a key in quotes, as in "+path+`."trial.sites"`, "")
		return false
	}
	var known []string
	switch inside := below(t, part); {
	case t == overType:
		return true
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		known = n.sorted()
	case t.Kind() == reflect.Map, inside != nil && (last || inside.Kind() != reflect.Slice || inside == overType),
		part == "remove" && removable(t):
		return true
	default:
		known = keysOf(t)
	}
	if below(t, part) != nil && t.Kind() == reflect.Struct {
		m.refuse(s, "no "+join(path, part)+" in the scenario", "a key that is there", "")
		return false
	}
	m.refuse(s, strconv.Quote(part), oneOf(known), didYouMean(part, known))
	return false
}

// refuse reports a setting that cannot be put at its path.
func (m *merger) refuse(s setting, got, want, hint string) {
	p := s.value.at.problem(s.key, got, want)
	p.Hint = hint
	m.problems = append(m.problems, p)
}

// element finds an element of a list by name or position.
func (m *merger) element(list *node, t reflect.Type, part, path string, s setting) (int, string) {
	if t == nil || t.Kind() != reflect.Slice {
		return -1, path
	}
	if strings.HasPrefix(part, "[") {
		i, err := strconv.Atoi(part[1 : len(part)-1])
		if err == nil && i >= 0 && i < len(list.items) {
			return i, path + part
		}
		m.refuse(s, part, fmt.Sprintf("a position below %d", len(list.items)), "")
		return -1, path
	}
	names := map[string]bool{}
	if isNamed(t) {
		if i := indexNamed(list, part); i >= 0 {
			return i, join(path, part)
		}
		for _, n := range list.items {
			names[elementName(n)] = true
		}
		delete(names, "")
	}
	known := slices.Sorted(maps.Keys(names))
	want := oneOf(known)
	if !isNamed(t) {
		want = "a position, as in " + path + "[0]"
	}
	m.refuse(s, strconv.Quote(part), want, didYouMean(part, known))
	return -1, path
}

// keysOf lists the keys that a table of a type may have.
func keysOf(t reflect.Type) []string {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for _, f := range keyed(t) {
		keys = append(keys, fieldKey(f))
	}
	return keys
}
