package scenarios

import (
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// A Table is one table of a scenario file, as a reference lists it.
type Table struct {
	Header string // "[trial]", "[[arm]]", "[service.NAME]", or "accrual = { }" of one within a line
	Within string // the table whose key it is; "" for one of the file's own
	Type   string // the Go type that it is read into
	Keys   []TableKey
}

// TableKey is a key of a table.
type TableKey struct {
	Name    string
	Struct  string // the Go type that has the field: the table's own, or one embedded in it
	Field   string
	Kind    string // what its value is: "number", "list of texts", "quantity" and so on
	Default string // as TOML; "" where there is none, or where it follows from others
}

// Schema lists the tables of a scenario file in the order in which a scenario is
// written, each after the one that it is within.
func Schema() []Table {
	var s schema
	s.table("", "", reflect.TypeFor[Scenario]())
	return s.tables
}

// schema collects tables, each type once.
type schema struct {
	tables []Table
	seen   []reflect.Type
}

func (s *schema) table(header, within string, t reflect.Type) {
	if slices.Contains(s.seen, t) {
		return
	}
	s.seen = append(s.seen, t)
	at := len(s.tables)
	s.tables = append(s.tables, Table{Header: header, Within: within, Type: t.Name()})
	fill := reflect.Zero(t)
	if d, ok := defaults[t]; ok {
		fill = reflect.ValueOf(d)
	}
	var keys []TableKey
	for _, f := range layer.Fields(t) {
		name := layer.FieldKey(f)
		key := TableKey{Name: name, Struct: owner(t, f).Name(), Field: f.Name, Kind: s.kind(f.Type)}
		if v := fill.FieldByIndex(f.Index); plainDefault(v) && (!v.IsZero() || v.Kind() == reflect.Bool) {
			key.Default = showDefault(v)
		}
		keys = append(keys, key)
		s.below(name, header, f.Type)
	}
	s.tables[at].Keys = keys
}

// owner returns the struct that a field, which may be of an embedded one, stands in.
func owner(t reflect.Type, f reflect.StructField) reflect.Type {
	for _, i := range f.Index[:len(f.Index)-1] {
		t = t.Field(i).Type
	}
	return t
}

// below lists the table that a key's value is, or holds.
func (s *schema) below(name, within string, t reflect.Type) {
	path := strings.Trim(within, "[]")
	if path != "" {
		path += "."
	}
	path += name
	switch t = layer.Indirect(t); {
	case t == reflect.TypeFor[Quantity]():
		s.table("a quantity = { }", within, t)
	case t == reflect.TypeFor[Over](), t == reflect.TypeFor[Limit](), t == reflect.TypeFor[Missing](), t == reflect.TypeFor[Spending]():
	case t.Kind() == reflect.Struct && inline(t):
		s.table(name+" = { }", within, t)
	case t.Kind() == reflect.Struct:
		s.table("["+path+"]", "", t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		s.table("[["+path+"]]", "", t.Elem())
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		s.table("["+path+".NAME]", "", t.Elem())
	}
}

// inline reports whether a table is written within a line.
func inline(t reflect.Type) bool { return !ownHeader(reflect.Zero(t)) }

// plainDefault reports whether a default fits a cell of a table.
func plainDefault(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64, reflect.String:
		return v.Kind() != reflect.String || v.Len() > 0
	}
	return false
}

func showDefault(v reflect.Value) string { return layer.FormatValue(plainOf(v)) }

// plainOf returns a value of a basic type.
func plainOf(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int64:
		return v.Int()
	case reflect.Float64:
		return v.Float()
	}
	return v.Interface()
}

// kind returns what a value is, in words.
func (s *schema) kind(t reflect.Type) string {
	switch t = layer.Indirect(t); {
	case t == reflect.TypeFor[Quantity]():
		return "quantity"
	case t == reflect.TypeFor[Limit]():
		return `whole number or "unlimited"`
	case t == reflect.TypeFor[Missing]():
		return "text or { delta = number }"
	case t == reflect.TypeFor[Spending]():
		return "text or { power = number } or { hsd = number }"
	case t == reflect.TypeFor[Strings]():
		return "text or list of texts"
	case t == reflect.TypeFor[Numbers]():
		return "number or list of numbers"
	case t == reflect.TypeFor[Over](), t == reflect.TypeFor[Ideal]():
		return "table by paths of keys"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "whole number"
	case reflect.Float64:
		return "number"
	case reflect.String:
		return "text"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "tables"
		}
		return "list of " + plural(s.kind(t.Elem()))
	case reflect.Map:
		if t.Elem().Kind() == reflect.Struct {
			return "tables by name"
		}
		return plural(s.kind(t.Elem())) + " by name"
	}
	return "table"
}

func plural(kind string) string {
	if of, list := strings.CutPrefix(kind, "list of "); list {
		return "lists of " + of
	}
	if kind == "true or false" {
		return kind
	}
	return kind + "s"
}
