package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

const referenceFile = "scenario.md"

const referenceHead = `# The scenario format, key by key

Made from the program's own types by ` + "`CASELOAD_UPDATE=1 go test ./docs -run ScenarioReference`" + `. [The README](../README.md#scenarios) shows a
short scenario and how one extends another; ` + "`caseload new mine.toml`" + ` writes a commented template;
` + "`caseload show NAME`" + ` prints a built-in one. ` + "`caseload check`" + ` names every key that is wrong, with its line.

A key without a default may be left out, unless ` + "`check`" + ` asks for it. *NAME* is a name of your own, or that of a preset.
Traits, arms and other tables that have a ` + "`name`" + ` merge by it; ` + "`remove = true`" + ` in one takes it out of what is extended.
`

// TestScenarioReference compares docs/scenario.md with the types that a scenario is
// read into and what is said of their fields.
func TestScenarioReference(t *testing.T) {
	comments := fieldComments(t)
	var page strings.Builder
	page.WriteString(referenceHead)
	for _, table := range scenarios.Schema() {
		about := comments[table.Type]
		switch {
		case table.Header == "":
			page.WriteString("\n## At the top\n")
		case table.Within == "":
			fmt.Fprintf(&page, "\n## `%s`\n", table.Header)
		default:
			fmt.Fprintf(&page, "\n### `%s` in `%s`\n", table.Header, table.Within)
		}
		if about[""] == "" {
			t.Errorf("scenarios.%s has no comment", table.Type)
		}
		fmt.Fprintf(&page, "\n%s\n\n| key | value | default | meaning |\n|---|---|---|---|\n", about[""])
		for _, key := range table.Keys {
			meaning := comments[key.Struct][key.Field]
			if meaning == "" && strings.HasPrefix(key.Kind, "table") {
				meaning = "see below"
			}
			if meaning == "" {
				t.Errorf("scenarios.%s.%s has no comment", key.Struct, key.Field)
			}
			standard := ""
			if key.Default != "" {
				standard = "`" + key.Default + "`"
			}
			fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", key.Name, key.Kind, standard, strings.ReplaceAll(meaning, "|", `\|`))
		}
	}
	suite.Page(t, referenceFile, page.String())
}

// fieldComments are what the source says of types and their fields: by type, then
// by field, "" for the type itself.
func fieldComments(t *testing.T) map[string]map[string]string {
	t.Helper()
	files, err := filepath.Glob("../scenarios/*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range g.Specs {
				if ts, ok := spec.(*ast.TypeSpec); ok {
					if st, ok := ts.Type.(*ast.StructType); ok {
						all[ts.Name.Name] = structComments(ts.Name.Name, g.Doc.Text()+ts.Doc.Text(), st)
					}
				}
			}
		}
	}
	return all
}

func structComments(name, about string, st *ast.StructType) map[string]string {
	out := map[string]string{"": aboutTable(name, about)}
	for _, f := range st.Fields.List {
		text := strings.TrimSpace(f.Doc.Text() + " " + f.Comment.Text())
		for _, n := range f.Names {
			out[n.Name] = sentence(n.Name, text)
		}
	}
	return out
}

// aboutTable is what is said of a type, without its Go name, code as code.
func aboutTable(name, about string) string {
	text := strings.TrimSpace(about)
	for _, article := range []string{"A ", "An ", ""} {
		if rest, ok := strings.CutPrefix(text, article+name+" "); ok {
			text = article + strings.ToLower(name[:1]) + name[1:] + " " + rest
			break
		}
	}
	text = strings.ReplaceAll(text, "\n\t", "\n    ")
	return strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
}

// sentence is what is said of a field, in one line.
func sentence(name, text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, verb := range []string{"is ", "are ", "holds ", "says "} {
		if rest, ok := strings.CutPrefix(text, name+" "+verb); ok {
			return rest
		}
	}
	return text
}
