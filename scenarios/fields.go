package scenarios

import (
	"reflect"
	"sync"
)

// keyed lists the fields of a struct that are keys of a table, by their Index.
// Those of an embedded struct are keys of the same table.
func keyed(t reflect.Type) []reflect.StructField {
	if known, ok := keyedTypes.Load(t); ok {
		return known.([]reflect.StructField)
	}
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous && fieldKey(f) != "" {
			fields = append(fields, f)
		}
	}
	keyedTypes.Store(t, fields)
	return fields
}

// keyedTypes are the fields of the types seen.
var keyedTypes sync.Map
