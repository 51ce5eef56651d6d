package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"caseload/scenarios/layer"
)

// decoder fills a Scenario from a tree and collects every value that does
// not fit. It knows each value's place, so no message lacks its line.
type decoder struct {
	problems Problems
	places   map[string]layer.Place
	bad      map[string]bool // paths whose value could not be read
	around   map[string]bool // the tables around them
}

func (d *decoder) fail(n *layer.Node, path, want string) { d.refuse(n, path, n.Describe(), want, "") }

func (d *decoder) refuse(n *layer.Node, path, got, want, hint string) {
	p := n.At.Problem(path, got, want)
	p.Hint = hint
	d.problems = append(d.problems, p)
	d.bad[path] = true
	for p := layer.ParentPath(path); p != ""; p = layer.ParentPath(p) {
		d.around[p] = true
	}
}

// into reads a node into v.
func (d *decoder) into(v reflect.Value, n *layer.Node, path string) {
	d.places[path] = n.At
	switch target := v.Addr().Interface().(type) {
	case *Limit:
		if l, ok := limitOf(n.Plain()); ok {
			*target = l
		} else {
			d.fail(n, path, wantLimit)
		}
		return
	case *Strings:
		if s, ok := stringsOf(n.Plain()); ok && slices.ContainsFunc(s, unprintable) {
			d.fail(n, path, wantPrintable)
		} else if ok {
			*target = s
		} else {
			d.fail(n, path, wantStrings)
		}
		return
	case *Numbers:
		if x, ok := numbersOf(n.Plain()); ok {
			*target = x
		} else {
			d.fail(n, path, wantNumbers)
		}
		return
	case *Missing:
		if m, ok := missingOf(n.Plain()); ok && !unprintable(m.As) {
			*target = m
			if x := n.Keys["delta"]; x != nil {
				d.places[layer.Join(path, "delta")] = x.At
			}
		} else {
			d.fail(n, path, wantMissing)
		}
		return
	case *Spending:
		if s, ok := spendingOf(n.Plain()); ok && !unprintable(s.Kind) {
			*target = s
			if x := n.Keys[s.Kind]; x != nil {
				d.places[layer.Join(path, s.Kind)] = x.At
			}
		} else {
			d.fail(n, path, wantSpending)
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
func (d *decoder) single(v reflect.Value, n *layer.Node, path string) {
	switch v.Kind() {
	case reflect.Bool:
		if b, ok := n.Value.(bool); ok {
			v.SetBool(b)
			return
		}
		d.fail(n, path, "true or false")
	case reflect.String:
		if s, ok := n.Value.(string); ok && unprintable(s) {
			d.fail(n, path, wantPrintable)
			return
		} else if ok {
			v.SetString(s)
			return
		}
		d.fail(n, path, "text in quotes")
	case reflect.Int, reflect.Int64:
		if i, ok := n.Value.(int64); ok && !v.OverflowInt(i) {
			v.SetInt(i)
			return
		}
		d.fail(n, path, "a whole number")
	case reflect.Float64:
		d.float(v, n, path)
	}
}

const wantPrintable = "text without control characters and marks that turn the direction of writing"

// unprintable reports whether a text holds characters that a terminal or a page would
// obey and not show. Ends of lines and tabs are none of them.
func unprintable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && r != '\t' && r != '\r' && unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
	})
}

func (d *decoder) float(v reflect.Value, n *layer.Node, path string) {
	switch x := n.Value.(type) {
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
func (d *decoder) table(v reflect.Value, n *layer.Node, path string) {
	v.SetZero()
	if start, ok := defaults[v.Type()]; ok {
		v.Set(reflect.ValueOf(start))
	}
	if !n.IsTable() {
		want := "a table"
		if n.List {
			want = "a single table"
		}
		d.fail(n, path, want)
		return
	}
	fields := map[string][]int{}
	for _, f := range layer.Fields(v.Type()) {
		fields[layer.FieldKey(f)] = f.Index
	}
	for _, key := range n.SortedKeys() {
		if index, ok := fields[key]; ok {
			d.into(v.FieldByIndex(index), n.Keys[key], layer.Join(path, key))
			continue
		}
		d.unknown(n.Keys[key], v.Type(), path, key)
	}
}

func (d *decoder) unknown(n *layer.Node, t reflect.Type, path, key string) {
	known := layer.FieldKeys(t)
	p := n.At.Problem(layer.Join(path, layer.Shorten(key)), "an unknown key", layer.OneOf(known))
	p.Hint = layer.DidYouMean(key, known)
	d.problems = append(d.problems, p)
}

func (d *decoder) entries(v reflect.Value, n *layer.Node, path string) {
	if !n.IsTable() {
		d.fail(n, path, "a table")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Keys)))
	for _, key := range n.SortedKeys() {
		entry := reflect.New(v.Type().Elem()).Elem()
		d.into(entry, n.Keys[key], layer.Join(path, key))
		v.SetMapIndex(reflect.ValueOf(key), entry)
	}
}

func (d *decoder) items(v reflect.Value, n *layer.Node, path string) {
	if !n.List {
		want := "a list"
		if n.IsTable() && v.Type().Elem().Kind() == reflect.Struct {
			want = fmt.Sprintf("a list of tables, each under [[%s]]", path[strings.LastIndexByte(path, '.')+1:])
		}
		d.fail(n, path, want)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
	for i, item := range n.Items {
		inside := layer.At(path, i)
		if name := elementName(item); name != "" && layering.IsNamed(v.Type()) {
			inside = layer.Join(path, name)
		}
		d.into(v.Index(i), item, inside)
	}
}
