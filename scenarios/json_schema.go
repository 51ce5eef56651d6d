//go:build !page

package scenarios

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"caseload/scenarios/layer"
)

// meaningsFile has what is said of each table and key of the reference, as table,
// key, text; a test makes it from the comments of the types.
//
//go:embed meanings.csv
var meaningsFile string

// meanings returns the texts by type and key, "" for the type itself. It is a function and
// no variable, so that a program that prints no schema has neither the file nor regexp.
func meanings() map[string]map[string]string {
	readMeanings.Do(func() {
		rows, err := csv.NewReader(strings.NewReader(meaningsFile)).ReadAll()
		if err != nil {
			panic(err) // the file is part of the program
		}
		link := regexp.MustCompile(markdownLink)
		meaningsOf = map[string]map[string]string{}
		for _, row := range rows {
			if meaningsOf[row[0]] == nil {
				meaningsOf[row[0]] = map[string]string{}
			}
			meaningsOf[row[0]][row[1]] = link.ReplaceAllString(row[2], "$1")
		}
	})
	return meaningsOf
}

var (
	readMeanings sync.Once
	meaningsOf   map[string]map[string]string
)

const markdownLink = `\[([^\]]*)\]\([^)]*\)`

// A JSONSchema is one schema of JSON Schema, draft 4, whose words later drafts know,
// too, but for those of the root.
type JSONSchema struct {
	Schema      string                 `json:"$schema,omitempty"`
	Title       string                 `json:"title,omitempty"`
	Description string                 `json:"description,omitempty"`
	Ref         string                 `json:"$ref,omitempty"`
	Type        string                 `json:"type,omitempty"`
	Enum        []string               `json:"enum,omitempty"`
	Default     any                    `json:"default,omitempty"`
	Minimum     *float64               `json:"minimum,omitempty"`
	Maximum     *float64               `json:"maximum,omitempty"`
	Items       *JSONSchema            `json:"items,omitempty"`
	AllOf       []*JSONSchema          `json:"allOf,omitempty"`
	AnyOf       []*JSONSchema          `json:"anyOf,omitempty"`
	Properties  map[string]*JSONSchema `json:"properties,omitempty"`
	Additional  any                    `json:"additionalProperties,omitempty"` // false or a schema
	Definitions map[string]*JSONSchema `json:"definitions,omitempty"`
}

// SchemaJSON returns a JSON Schema of scenario files, made from the types that they are
// read into: keys with their meanings, kinds, defaults, words and ranges. What checks
// know beyond it (names that must exist, keys that exclude each other or are needed) is
// not in it, since a file may extend another.
func SchemaJSON() ([]byte, error) {
	w := schemaWriter{definitions: map[string]*JSONSchema{}}
	root := w.table(reflect.TypeFor[Scenario]())
	root.Schema, root.Title, root.Definitions = "http://json-schema.org/draft-04/schema#", "A scenario of caseload", w.definitions
	root.Properties["extends"] = &JSONSchema{Type: "string", Description: "name of a built-in scenario or of a file, which holds where this scenario says nothing"}
	root.Properties["drop"] = &JSONSchema{Type: "array", Items: &JSONSchema{Type: "string"},
		Description: `lists of tables, such as "outcome", of which nothing is kept from the scenario that is extended`}
	return json.MarshalIndent(root, "", " ")
}

// schemaWriter collects the schemas of tables by the names of their types.
type schemaWriter struct{ definitions map[string]*JSONSchema }

// table returns the schema of a table.
func (w *schemaWriter) table(t reflect.Type) *JSONSchema {
	out := &JSONSchema{Type: "object", Description: meanings()[t.Name()][""], Properties: map[string]*JSONSchema{}, Additional: false}
	fill := reflect.Zero(t)
	if d, ok := defaults[t]; ok {
		fill = reflect.ValueOf(d)
	}
	for _, f := range layer.Fields(t) {
		key := layer.FieldKey(f)
		value := w.value(f.Type, limits(t, key))
		if about := meanings()[t.Name()][key]; about != "" {
			if value.Ref != "" { // what stands beside a reference is not read
				value = &JSONSchema{AllOf: []*JSONSchema{value}}
			}
			value.Description = about
		}
		if v := fill.FieldByIndex(f.Index); plainDefault(v) && (!v.IsZero() || v.Kind() == reflect.Bool) {
			value.Default = plainOf(v)
		}
		out.Properties[key] = value
	}
	if slices.Contains(layering.Named, t) || slices.Contains(layering.Removable, t) {
		out.Properties["remove"] = &JSONSchema{Type: "boolean", Description: "whether the table of this name in the scenario that is extended is taken away"}
	}
	return out
}

// bounds are what a value may be.
type bounds struct {
	words     []string
	low, high *float64
}

func limits(t reflect.Type, key string) (b bounds) {
	if list := choices[t][key]; list != nil {
		b.words = list()
	}
	if s, ok := spans[t][key]; ok {
		low, high := 0.0, s.high
		if s.signed {
			low = -high
		}
		b.low, b.high = &low, &high
	}
	return b
}

// value returns the schema of a key's value.
func (w *schemaWriter) value(t reflect.Type, b bounds) *JSONSchema {
	switch t = layer.Indirect(t); t {
	case reflect.TypeFor[Limit]():
		return &JSONSchema{AnyOf: []*JSONSchema{{Type: "integer"}, {Enum: []string{"unlimited"}}}}
	case reflect.TypeFor[Strings]():
		one := w.value(reflect.TypeFor[string](), b)
		return &JSONSchema{AnyOf: []*JSONSchema{one, {Type: "array", Items: one}}}
	case reflect.TypeFor[Missing]():
		delta := &JSONSchema{Type: "object", Properties: map[string]*JSONSchema{"delta": {Type: "number"}}, Additional: false}
		return &JSONSchema{AnyOf: []*JSONSchema{{Type: "string", Enum: []string{MissingAvailable, MissingFailure, MissingReference}}, delta}}
	case reflect.TypeFor[Spending]():
		list := []*JSONSchema{{Type: "string", Enum: simpleSpendings}}
		for _, family := range []string{SpendingPower, SpendingHSD} {
			list = append(list, &JSONSchema{Type: "object", Properties: map[string]*JSONSchema{family: {Type: "number"}}, Additional: false})
		}
		return &JSONSchema{AnyOf: list}
	case reflect.TypeFor[Numbers]():
		one := w.value(reflect.TypeFor[float64](), b)
		return &JSONSchema{AnyOf: []*JSONSchema{one, {Type: "array", Items: one}}}
	case reflect.TypeFor[Over](), reflect.TypeFor[Ideal]():
		return &JSONSchema{Type: "object"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return &JSONSchema{Type: "boolean"}
	case reflect.Int, reflect.Int64:
		return &JSONSchema{Type: "integer", Minimum: b.low, Maximum: b.high}
	case reflect.Float64:
		return &JSONSchema{Type: "number", Minimum: b.low, Maximum: b.high}
	case reflect.String:
		return &JSONSchema{Type: "string", Enum: b.words}
	case reflect.Slice:
		return &JSONSchema{Type: "array", Items: w.value(t.Elem(), b)}
	case reflect.Map:
		return &JSONSchema{Type: "object", Additional: w.value(t.Elem(), b)}
	case reflect.Struct:
		if w.definitions[t.Name()] == nil {
			w.definitions[t.Name()] = &JSONSchema{} // a table may be in one of its own kind
			*w.definitions[t.Name()] = *w.table(t)
		}
		return &JSONSchema{Ref: "#/definitions/" + t.Name()}
	}
	return &JSONSchema{}
}
