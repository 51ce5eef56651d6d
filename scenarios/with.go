package scenarios

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Setting puts a value at a key of a scenario.
type Setting struct {
	Key string // a path, as of --set: "arm.usual.ratio"
	// Value is what TOML can say: a truth value, a number (whole numbers are not
	// fractions: 2, not 2.0, for clients), a text, or a slice of them, or a map of
	// them by name; of a table of designs, an Over.
	Value any

	From string // what messages say that it comes from; "": --set

	written string // the path at which the scenario writes it, or ""
}

// With gives the scenario as it would be loaded with further settings on top,
// each as if given by --set: over its own file and the settings that it was
// loaded with. Presets are chosen anew, defaults filled in again, and everything
// is checked. The scenario itself does not change, and may be used by several
// goroutines at once.
//
// The error is a Problems. A setting that comes from the scenario, as of
// Factor.Settings and Over.Setting, is reported where its file has it, any other
// as --set.
//
// With goes back to what was loaded: it refuses a copy that Edit has made. The
// ideals of factors are tried again only if a setting is of a factor, and designs
// only if one is of theirs.
func (s *Scenario) With(sets ...Setting) (*Scenario, error) {
	if s.layers.tree == nil {
		return nil, Problems{{Got: "a scenario that was not loaded, or was edited since", Want: "one from Load, Builtin, Parse or With"}}
	}
	world, problems := s.with(sets)
	set := func(keys ...string) bool {
		return slices.ContainsFunc(world.layers.settings[len(s.layers.settings):], func(s setting) bool { return slices.Contains(keys, s.path[0]) })
	}
	before := problems
	if set("factor") {
		problems = append(problems, world.tryIdeals(before)...)
	}
	if set("sweep", "cost") {
		problems = append(problems, world.tryDesigns(before)...)
	}
	if set("calibrate") {
		problems = append(problems, world.tryParameters(before)...)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	return world, nil
}

// with puts settings on top of those that the scenario was loaded with.
func (s *Scenario) with(sets []Setting) (*Scenario, Problems) {
	from := s.layers
	from.settings = slices.Clone(from.settings)
	var problems Problems
	for _, set := range sets {
		parsed, bad := s.setting(set)
		if bad != nil {
			problems = append(problems, *bad)
			continue
		}
		from.settings = append(from.settings, parsed)
	}
	world, found := from.build()
	return world, append(problems, found...)
}

// setting reads a Setting as parseSet reads the text of one.
func (s *Scenario) setting(set Setting) (setting, *Problem) {
	where := place{file: cmp.Or(set.From, setFile)}
	if set.written != "" {
		where = s.origin.find(set.written)
		where.within, where.sets = set.written, set.Key
	}
	key := strings.TrimSpace(set.Key)
	path, ok := settingPath(key)
	if !ok {
		p := where.problem(set.Key, "no path", wantPath)
		return setting{}, &p
	}
	value, ok := nodeOf(set.Value, where, 0)
	if !ok {
		p := where.problem(key, fmt.Sprintf("a %T of Go", set.Value), "a value that TOML can say")
		return setting{}, &p
	}
	return setting{path, key, value}, nil
}

const wantPath = "the path of a key, as in trial.clients"

// settingPath splits the path of a setting.
func settingPath(key string) ([]string, bool) {
	path, rest, ok := splitPath(key)
	return path, ok && rest == "" && utf8.ValidString(key)
}

// nodeOf turns a value of Go into one of TOML, if there is one.
func nodeOf(value any, where place, depth int) (*node, bool) {
	if date, ok := value.(time.Time); ok {
		return &node{value: date, at: where}, true
	}
	if over, ok := value.(Over); ok {
		return over.node(where, depth)
	}
	v := reflect.ValueOf(value)
	n := &node{at: where}
	switch v.Kind() {
	case reflect.Bool:
		n.value = v.Bool()
	case reflect.String:
		n.value = v.String()
		return n, utf8.ValidString(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.value = v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.value = int64(v.Uint())
		return n, v.Uint() <= math.MaxInt64
	case reflect.Float32, reflect.Float64:
		n.value = v.Float()
	case reflect.Slice, reflect.Array, reflect.Map:
		return n, depth < maxDepth && n.fill(v, where, depth+1)
	default:
		return nil, false
	}
	return n, true
}

// fill makes a node the list or table that a slice or map is.
func (n *node) fill(v reflect.Value, where place, depth int) bool {
	if v.Kind() != reflect.Map {
		n.list = true
		for i := range v.Len() {
			item, ok := nodeOf(v.Index(i).Interface(), where, depth)
			if !ok {
				return false
			}
			n.items = append(n.items, item)
		}
		return true
	}
	if v.Type().Key().Kind() != reflect.String {
		return false
	}
	n.keys = make(map[string]*node, v.Len())
	for entries := v.MapRange(); entries.Next(); {
		key := entries.Key().String()
		child, ok := nodeOf(entries.Value().Interface(), where, depth)
		if !ok || !utf8.ValidString(key) {
			return false
		}
		n.keys[key] = child
	}
	return true
}
