package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// decoder fills a Scenario from a tree and collects every value that does
// not fit. It knows each value's place, so no message lacks its line.
type decoder struct {
	problems Problems
	places   map[string]place
	bad      map[string]bool // paths whose value could not be read
	around   map[string]bool // the tables around them
}

func (d *decoder) fail(n *node, path, want string) { d.refuse(n, path, n.show(), want, "") }

func (d *decoder) refuse(n *node, path, got, want, hint string) {
	p := n.at.problem(path, got, want)
	p.Hint = hint
	d.problems = append(d.problems, p)
	d.bad[path] = true
	for p := parentPath(path); p != ""; p = parentPath(p) {
		d.around[p] = true
	}
}

// into reads a node into v.
func (d *decoder) into(v reflect.Value, n *node, path string) {
	d.places[path] = n.at
	switch target := v.Addr().Interface().(type) {
	case *Limit:
		if l, ok := limitOf(n.plain()); ok {
			*target = l
		} else {
			d.fail(n, path, wantLimit)
		}
		return
	case *Strings:
		if s, ok := stringsOf(n.plain()); ok {
			*target = s
		} else {
			d.fail(n, path, wantStrings)
		}
		return
	case *Ideal:
		*target = d.ideal(n, path)
		return
	case *Over:
		*target = d.over(n, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.into(v.Elem(), n, path)
	case reflect.Struct:
		d.table(v, n, path)
	case reflect.Map:
		d.entries(v, n, path)
	case reflect.Slice:
		d.items(v, n, path)
	default:
		d.single(v, n, path)
	}
}

// single reads a number, a text or a truth value.
func (d *decoder) single(v reflect.Value, n *node, path string) {
	switch v.Kind() {
	case reflect.Bool:
		if b, ok := n.value.(bool); ok {
			v.SetBool(b)
			return
		}
		d.fail(n, path, "true or false")
	case reflect.String:
		if s, ok := n.value.(string); ok {
			v.SetString(s)
			return
		}
		d.fail(n, path, "text in quotes")
	case reflect.Int, reflect.Int64:
		if i, ok := n.value.(int64); ok && !v.OverflowInt(i) {
			v.SetInt(i)
			return
		}
		d.fail(n, path, "a whole number")
	case reflect.Float64:
		d.float(v, n, path)
	}
}

func (d *decoder) float(v reflect.Value, n *node, path string) {
	switch x := n.value.(type) {
	case int64:
		v.SetFloat(float64(x))
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			d.fail(n, path, "a finite number")
			return
		}
		v.SetFloat(x + 0) // -0.0 is printed as -0, which is read as the whole number 0
	default:
		d.fail(n, path, "a number")
	}
}

// table reads a struct. It starts from the type's defaults, so that a key
// that is not written keeps its own.
func (d *decoder) table(v reflect.Value, n *node, path string) {
	v.SetZero()
	if start, ok := defaults[v.Type()]; ok {
		v.Set(reflect.ValueOf(start))
	}
	if !n.table() {
		want := "a table"
		if n.list {
			want = "a single table"
		}
		d.fail(n, path, want)
		return
	}
	fields := map[string][]int{}
	for _, f := range keyed(v.Type()) {
		fields[fieldKey(f)] = f.Index
	}
	for _, key := range n.sorted() {
		if index, ok := fields[key]; ok {
			d.into(v.FieldByIndex(index), n.keys[key], join(path, key))
			continue
		}
		d.unknown(n.keys[key], v.Type(), path, key)
	}
}

func (d *decoder) unknown(n *node, t reflect.Type, path, key string) {
	known := keysOf(t)
	p := n.at.problem(join(path, brief(key)), "an unknown key", oneOf(known))
	p.Hint = didYouMean(key, known)
	d.problems = append(d.problems, p)
}

func (d *decoder) entries(v reflect.Value, n *node, path string) {
	if !n.table() {
		d.fail(n, path, "a table")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.keys)))
	for _, key := range n.sorted() {
		entry := reflect.New(v.Type().Elem()).Elem()
		d.into(entry, n.keys[key], join(path, key))
		v.SetMapIndex(reflect.ValueOf(key), entry)
	}
}

func (d *decoder) items(v reflect.Value, n *node, path string) {
	if !n.list {
		want := "a list"
		if n.table() && v.Type().Elem().Kind() == reflect.Struct {
			want = fmt.Sprintf("a list of tables, each under [[%s]]", path[strings.LastIndexByte(path, '.')+1:])
		}
		d.fail(n, path, want)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		inside := at(path, i)
		if name := elementName(item); name != "" && isNamed(v.Type()) {
			inside = join(path, name)
		}
		d.into(v.Index(i), item, inside)
	}
}

// plain is a node as the values that TOML libraries hand out.
func (n *node) plain() any {
	switch {
	case n.list:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = item.plain()
		}
		return out
	case n.table():
		out := make(map[string]any, len(n.keys))
		for key, child := range n.keys {
			out[key] = child.plain()
		}
		return out
	}
	return n.value
}
