package layer

import (
	"fmt"
	"iter"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// An Ordered value is a table whose keys keep their order.
type Ordered interface {
	Entries() iter.Seq2[string, any]
}

// FromValue returns the node of a value of Go. It reports false for a value
// that TOML cannot say.
func FromValue(value any, where Place) (*Node, bool) { return fromValue(value, where, 0) }

func fromValue(value any, where Place, depth int) (*Node, bool) {
	switch value := value.(type) {
	case time.Time:
		return &Node{Value: value, At: where}, true
	case Ordered:
		return fromOrdered(value, where, depth)
	}
	v := reflect.ValueOf(value)
	n := &Node{At: where}
	switch v.Kind() {
	case reflect.Bool:
		n.Value = v.Bool()
	case reflect.String:
		n.Value = v.String()
		return n, utf8.ValidString(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.Value = v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.Value = int64(v.Uint())
		return n, v.Uint() <= math.MaxInt64
	case reflect.Float32, reflect.Float64:
		n.Value = v.Float()
	case reflect.Slice, reflect.Array, reflect.Map:
		return n, depth < maxDepth && n.fill(v, where, depth+1)
	default:
		return nil, false
	}
	return n, true
}

func fromOrdered(value Ordered, where Place, depth int) (*Node, bool) {
	n := NewTable(where)
	for key, v := range value.Entries() {
		child, ok := fromValue(v, where, depth+1)
		if !ok {
			return nil, false
		}
		n.Keys[key], n.Order = child, append(n.Order, key)
	}
	return n, true
}

// fill makes a node the list or table that a slice or map is.
func (n *Node) fill(v reflect.Value, where Place, depth int) bool {
	if v.Kind() != reflect.Map {
		n.List = true
		for i := range v.Len() {
			item, ok := fromValue(v.Index(i).Interface(), where, depth)
			if !ok {
				return false
			}
			n.Items = append(n.Items, item)
		}
		return true
	}
	if v.Type().Key().Kind() != reflect.String {
		return false
	}
	n.Keys = make(map[string]*Node, v.Len())
	for entries := v.MapRange(); entries.Next(); {
		key := entries.Key().String()
		child, ok := fromValue(entries.Value().Interface(), where, depth)
		if !ok || !utf8.ValidString(key) {
			return false
		}
		n.Keys[key] = child
	}
	return true
}

// Plain returns the node as the values that TOML libraries hand out.
func (n *Node) Plain() any {
	switch {
	case n.List:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = item.Plain()
		}
		return out
	case n.IsTable():
		out := make(map[string]any, len(n.Keys))
		for key, child := range n.Keys {
			out[key] = child.Plain()
		}
		return out
	}
	return n.Value
}

// TOML prints the node on one line. A number is read again as the same: 2.0 is
// not the whole number 2.
func (n *Node) TOML() string {
	var parts []string
	switch {
	case n.List:
		for _, item := range n.Items {
			parts = append(parts, item.TOML())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case n.IsTable() && len(n.Keys) == 0:
		return "{}"
	case n.IsTable():
		for _, key := range n.SortedKeys() {
			parts = append(parts, QuoteKey(key)+" = "+n.Keys[key].TOML())
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	switch v := n.Value.(type) {
	case string:
		return Quote(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case float64:
		text := FormatFloat(v)
		if strings.Trim(text, "-0123456789") == "" {
			text += ".0"
		}
		return text
	}
	return FormatValue(n.Value)
}

// FormatValue prints a single value for a message.
func FormatValue(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(Shorten(v))
	case float64:
		return FormatFloat(v)
	case time.Time:
		return "a date or time"
	}
	return Shorten(fmt.Sprint(v))
}

// FormatFloat prints a number as TOML spells it.
func FormatFloat(v float64) string {
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

// QuoteKey quotes a key that cannot stand bare in TOML.
func QuoteKey(key string) string {
	if IsBareKey(key) && !strings.Contains(key, "~") {
		return key
	}
	return Quote(key)
}

// Quote prints a TOML basic string.
func Quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
