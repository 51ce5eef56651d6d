package analysis

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"testing"

	"caseload/scenarios"
	"caseload/sim"
)

// compile loads a built-in scenario with some keys set.
func compile(tb testing.TB, name string, sets ...string) *sim.Model {
	tb.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	return compiled(tb, sc, err)
}

// parse compiles a scenario given as text.
func parse(tb testing.TB, text string) *sim.Model {
	tb.Helper()
	sc, err := scenarios.Parse("test.toml", []byte(text))
	return compiled(tb, sc, err)
}

func compiled(tb testing.TB, sc *scenarios.Scenario, err error) *sim.Model {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func planOf(tb testing.TB, m *sim.Model) *plan {
	tb.Helper()
	p, err := newPlan(m)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func run(tb testing.TB, m *sim.Model, opt Options) *Result {
	tb.Helper()
	r, err := Run(context.Background(), m, opt)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// rowOf finds the row of an outcome and a method among everyone.
func rowOf(tb testing.TB, r *Result, outcome, method string) *Row {
	tb.Helper()
	for k := range r.Rows {
		row := &r.Rows[k]
		if row.OutcomeSpec.Name == outcome && row.Method.Name == method && row.SubgroupName == "all" {
			return row
		}
	}
	tb.Fatalf("no row of %s by %s", outcome, method)
	return nil
}

// number is one number of a result with the way to it.
type number struct {
	path string
	bits uint64
}

// numbers lists all numbers of a result, each to the last bit.
func numbers(r *Result) []number {
	all := []number{{"Replicates", uint64(r.Replicates)}, {"Failed", uint64(r.Failed)}}
	for k := range r.Arms {
		all = append(all, numbersIn(fmt.Sprintf("Arms[%d]", k), reflect.ValueOf(r.Arms[k]))...)
	}
	for k := range r.Rows {
		all = append(all, numbersIn(fmt.Sprintf("Rows[%d]", k), reflect.ValueOf(r.Rows[k]))...)
	}
	return all
}

// numbersIn goes through values, but not through what they point at: the
// scenario is the same for all.
func numbersIn(path string, v reflect.Value) (all []number) {
	switch v.Kind() {
	case reflect.Float64:
		return []number{{path, math.Float64bits(v.Float())}}
	case reflect.Int:
		return []number{{path, uint64(v.Int())}}
	case reflect.Struct:
		for k := range v.NumField() {
			all = append(all, numbersIn(path+"."+v.Type().Field(k).Name, v.Field(k))...)
		}
	case reflect.Array:
		for k := range v.Len() {
			all = append(all, numbersIn(fmt.Sprintf("%s[%d]", path, k), v.Index(k))...)
		}
	}
	return all
}

// sameNumbers fails the test where two results differ in a bit.
func sameNumbers(t *testing.T, what string, got, want *Result) {
	t.Helper()
	a, b := numbers(got), numbers(want)
	if len(a) != len(b) || len(a) < 20*len(got.Rows) {
		t.Fatalf("%s: %d and %d numbers", what, len(a), len(b))
	}
	bad := 0
	for k := range a {
		if a[k] == b[k] {
			continue
		}
		if bad++; bad <= 5 {
			t.Errorf("%s: %s is %v, want %v", what, a[k].path, math.Float64frombits(a[k].bits), math.Float64frombits(b[k].bits))
		}
	}
}

// within fails the test where got is farther than 4 standard errors from want.
func within[A, B, C ~float64 | ~int](t *testing.T, what string, got A, want B, se C) {
	t.Helper()
	x, y, e := float64(got), float64(want), float64(se)
	if off := math.Abs(x - y); !(off <= 4*e) {
		t.Errorf("%s: got %.6g, want %.6g; %.1f standard errors of %.2g off", what, x, y, off/e, e)
	}
}

// closeTo fails the test where got and want differ by more than rounding.
func closeTo[A, B ~float64 | ~int](t *testing.T, what string, got A, want B) {
	t.Helper()
	x, y := float64(got), float64(want)
	if !(math.Abs(x-y) <= 1e-12*max(1, math.Abs(y))) {
		t.Errorf("%s: got %.17g, want %.17g", what, x, y)
	}
}
