package docs_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"caseload/analysis/review"
	"caseload/internal/suite"
	"caseload/results/meta"
)

const metaFile = "meta.md"

// TestMetaPage compares the table of columns in docs/meta.md with those that are read.
func TestMetaPage(t *testing.T) {
	suite.Section(t, metaFile, "columns", columnTable())
}

func columnTable() string {
	var b strings.Builder
	b.WriteString("\n| columns | what they are | other names | measures |\n|---|---|---|---|\n")
	said := map[string]bool{}
	for _, l := range review.Layouts() {
		var others, measures []string
		for k, name := range l.Names {
			if l.Others[k] != "" && !said[name] {
				others = append(others, name+": "+l.Others[k])
			}
			said[name] = true
		}
		for _, m := range l.Measures {
			measures = append(measures, "`"+string(m)+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", strings.Join(l.Names, "`, `"), l.What, strings.Join(others, "; "), strings.Join(measures, ", "))
	}
	return b.String() + "\n"
}

// The page names every method, every measure and every name of the JSON.
func TestMetaPageIsComplete(t *testing.T) {
	page := suite.Read(t, metaFile)
	want := review.Methods()
	for _, m := range review.Measures() {
		want = append(want, string(m))
	}
	for _, name := range append(want, names(reflect.TypeFor[meta.Meta]())...) {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("%s does not say what `%s` is", metaFile, name)
		}
	}
}

// names are the JSON names of a type and of what it is made of.
func names(of reflect.Type) []string {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return nil
	}
	var out []string
	for k := range of.NumField() {
		f := of.Field(k)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			out = append(out, name)
		}
		out = append(out, names(f.Type)...)
	}
	return out
}
