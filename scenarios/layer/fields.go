package layer

import (
	"reflect"
	"strings"
	"sync"
)

// Fields lists the fields of a struct that are keys of a table, by their Index.
// Those of an embedded struct are keys of the same table.
func Fields(t reflect.Type) []reflect.StructField {
	if known, ok := fieldsOfTypes.Load(t); ok {
		return known.([]reflect.StructField)
	}
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous && FieldKey(f) != "" {
			fields = append(fields, f)
		}
	}
	fieldsOfTypes.Store(t, fields)
	return fields
}

// fieldsOfTypes caches Fields.
var fieldsOfTypes sync.Map

// FieldKey returns the TOML key of a field, or "".
func FieldKey(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
	if key == "-" {
		return ""
	}
	return key
}

// FieldKeys lists the keys that a table of a type may have.
func FieldKeys(t reflect.Type) []string {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for _, f := range Fields(t) {
		keys = append(keys, FieldKey(f))
	}
	return keys
}

// Indirect returns the type that a pointer points to, and any other type itself.
func Indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
