package scenarios

import "reflect"

// Edit returns a copy of the scenario as edit leaves it; the scenario itself does
// not change. Edit may change anything in the copy's World, of which it shares
// nothing, and replace, but not change within, what its Questions hold.
//
// It is for variants that are made by the thousand or that no setting can say: it
// reads no layers, checks nothing and fills in no default. Problem tells where
// the scenario was written, and With refuses the copy, as it could not know of the
// changes.
func (s *Scenario) Edit(edit func(*Scenario)) *Scenario {
	c := *s
	c.layers = layers{}
	c.World = deepCopy(reflect.ValueOf(s.World)).Interface().(World)
	edit(&c)
	return &c
}

// deepCopy copies a value with all that it points to, but for what is behind
// fields that are not exported: that is never changed.
func deepCopy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(deepCopy(v.Elem()))
		return c
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		for i := range v.NumField() {
			if holds(v.Field(i).Kind()) && v.Type().Field(i).IsExported() {
				c.Field(i).Set(deepCopy(v.Field(i)))
			}
		}
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
		for i := 0; holds(v.Type().Elem().Kind()) && i < v.Len(); i++ {
			c.Index(i).Set(deepCopy(v.Index(i)))
		}
		return c
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for entries := v.MapRange(); entries.Next(); {
			c.SetMapIndex(entries.Key(), deepCopy(entries.Value()))
		}
		return c
	}
	return v
}

// holds reports whether values of a kind may hold others.
func holds(k reflect.Kind) bool {
	return k == reflect.Pointer || k == reflect.Struct || k == reflect.Slice || k == reflect.Map
}
