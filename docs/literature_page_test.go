package docs_test

import (
	"reflect"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/results/literature"
	"caseload/scenarios"
)

// The page names every key of the JSON and of the tables of a scenario.
func TestLiteraturePageIsComplete(t *testing.T) {
	page := suite.Read(t, "literature.md")
	for tag, types := range map[string][]reflect.Type{
		"json": {reflect.TypeFor[literature.Literature](), reflect.TypeFor[literature.Row](), reflect.TypeFor[literature.Interval](), reflect.TypeFor[literature.Published](),
			reflect.TypeFor[literature.Order](), reflect.TypeFor[literature.Moderator](), reflect.TypeFor[literature.Level]()},
		"toml": {reflect.TypeFor[scenarios.Literature](), reflect.TypeFor[scenarios.Study](), reflect.TypeFor[scenarios.Moderator](), reflect.TypeFor[scenarios.Level](), reflect.TypeFor[scenarios.Published](),
			reflect.TypeFor[scenarios.Publication]()},
	} {
		for _, typ := range types {
			for k := range typ.NumField() {
				key, _, _ := strings.Cut(typ.Field(k).Tag.Get(tag), ",")
				key = strings.TrimSuffix(key, "_mcse")
				if key != "" && key != "-" && !strings.Contains(page, key) {
					t.Errorf("docs/literature.md does not name %s, a key of a %s", key, typ.Name())
				}
			}
		}
	}
}
