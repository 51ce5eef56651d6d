package scenarios

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestACopySharesNothing spoils every value of a copy's world that can be reached
// and compares the scenario with another that was loaded from the same text.
func TestACopySharesNothing(t *testing.T) {
	s, again := everything(t), everything(t)
	spoiled := 0
	c := s.Edit(func(c *Scenario) {
		if diff := cmp.Diff(&again.World, &c.World, wholly); diff != "" {
			t.Fatalf("the copy differs:\n%s", diff)
		}
		spoiled = spoil(reflect.ValueOf(&c.World).Elem())
		c.Seed, c.Factors = 99, nil
	})
	if diff := cmp.Diff(again, s, wholly); diff != "" {
		t.Errorf("the scenario changed with its copy:\n%s", diff)
	}
	if spoiled < 300 || c.Seed != 99 {
		t.Errorf("%d values were changed, seed %d", spoiled, c.Seed)
	}
}

// spoil changes all numbers, texts and truth values in v and counts them.
func spoil(v reflect.Value) (n int) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			n += spoil(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				n += spoil(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			n += spoil(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			entry := reflect.New(v.Type().Elem()).Elem()
			entry.Set(v.MapIndex(key))
			n += spoil(entry)
			v.SetMapIndex(key, entry)
		}
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
		n++
	case reflect.Int:
		v.SetInt(v.Int() + 1)
		n++
	case reflect.String:
		v.SetString(v.String() + "!")
		n++
	case reflect.Bool:
		v.SetBool(!v.Bool())
		n++
	}
	return n
}

// TestWithRefusesACopy: the layers of a copy would not have what was edited.
func TestWithRefusesACopy(t *testing.T) {
	c := everything(t).Edit(func(c *Scenario) { c.Trial.Clients++ })
	_, err := c.With(Setting{Key: "seed", Value: 3})
	mustFail(t, err, "a scenario that was not loaded")
	p := c.Problem("trial.clients", "201", "less")
	equal(t, "place", p.File, "everything.toml")
}

func BenchmarkEdit(b *testing.B) {
	s, err := Builtin("review-2019")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Edit(func(c *Scenario) { c.Trial.Clients++ })
	}
}
