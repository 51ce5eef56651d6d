package docs_test

import (
	"encoding/csv"
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

const referenceHead = `# The scenario format

A scenario is a TOML file that describes a trial: who is enrolled, what programs the arms offer, what goes on in the
lives of clients, and what is measured and analysed. ` + "`caseload new mine.toml`" + ` writes a template with comments,
` + "`caseload show NAME`" + ` prints a built-in scenario, and ` + "`caseload check mine.toml`" + ` names every mistake with its line.
[Editors](editors.md) can complete and explain its keys. A short scenario over a built-in one:

` + "```toml" + `
title   = "The needle-exchange trial, twice as large, with a busier case manager"
source  = "A variation on Strathdee 2006"
extends = "needle-exchange"

[trial]
clients = 490

[program.strengths_based]
staff    = 2
caseload = 30
` + "```" + `

## How scenarios extend each other

` + "`extends`" + ` names a built-in scenario or a file. What a scenario does not say is as in the scenario that it extends.
Tables merge key by key. Arms, traits and other tables that have a ` + "`name`" + ` merge by their names, and ` + "`remove = true`" + `
removes one that the other scenario has. ` + "`drop = [\"outcome\"]`" + `, beside ` + "`extends`" + `, removes all that the other has of such a list,
so that only the outcomes of the file itself are left (with ` + "`\"family\"`" + `, ` + "`\"arm\"`" + ` and so on alike). Lists of values, and inline tables that give a quantity, are replaced as a whole.
` + "`--set program.strengths_based.caseload=30`" + ` does the same from the command line: its path is that of the key, with
` + "`outcome.linked_7d.at_days`" + ` for a table that has a name and ` + "`program.strengths_based.effect[0].hazard_ratio`" + ` for the first of those
that have none.

A program, a service or a measure whose name is that of a preset has the numbers of the preset where it gives none of its
own. ` + "`caseload show program.strengths_based`" + ` prints a preset, with the source of each number and how certain it is. Where
two programs need the same preset, ` + "`preset = \"NAME\"`" + ` names it.

PRESETS
In the tables below, *NAME* stands for a name of your own, or that of a preset. A key without a default may be left out,
unless ` + "`check`" + ` asks for it. A test makes these tables from the program itself
(` + "`CASELOAD_UPDATE=1 go test ./docs -run Reference`" + `).

## Tables

| table | what it is |
|---|---|
`

// TestReference compares docs/scenario.md with the types that a scenario is read
// into and what is said of their fields.
func TestReference(t *testing.T) {
	comments := fieldComments(t)
	tables := scenarios.Schema()
	var page strings.Builder
	page.WriteString(strings.Replace(referenceHead, "PRESETS", presetLists(t), 1))
	for _, table := range tables[1:] {
		if table.Within == "" && table.Type != "Point" {
			fmt.Fprintf(&page, "| [%s](#%s) | %s |\n", code(title(table)), anchor(title(table)), inShort(about(t, comments, table)))
		}
	}
	for _, table := range tables {
		switch {
		case table.Type == "Quantity", table.Type == "Point":
			fmt.Fprintf(&page, "\n### %s\n", code(title(table)))
		case table.Header == "":
			page.WriteString("\n## At the top\n")
		case table.Within == "":
			fmt.Fprintf(&page, "\n## %s\n", code(title(table)))
		default:
			fmt.Fprintf(&page, "\n### %s in `%s`\n", code(title(table)), table.Within)
		}
		fmt.Fprintf(&page, "\n%s\n\n| key | value | default | meaning |\n|---|---|---|---|\n", about(t, comments, table))
		for _, key := range table.Keys {
			keyRow(t, &page, comments, tables, table, key)
		}
	}
	writeLists(t, &page)
	suite.Page(t, referenceFile, page.String())
	suite.Page(t, "../scenarios/meanings.csv", meaningRows(t, comments, tables))
}

// meaningRows are what is said of tables and keys as lines of type, key and text.
func meaningRows(t *testing.T, comments map[string]map[string]string, tables []scenarios.Table) string {
	t.Helper()
	var lines strings.Builder
	w := csv.NewWriter(&lines)
	for _, table := range tables {
		_ = w.Write([]string{table.Type, "", strings.Join(strings.Fields(inShort(about(t, comments, table))), " ")}) // to memory
		for _, key := range table.Keys {
			if text := comments[key.Struct][key.Field]; text != "" {
				_ = w.Write([]string{table.Type, key.Name, expand(t, text)})
			}
		}
	}
	w.Flush()
	return lines.String()
}

// keyRow writes the row of a key.
func keyRow(t *testing.T, page *strings.Builder, comments map[string]map[string]string, tables []scenarios.Table, table scenarios.Table, key scenarios.TableKey) {
	t.Helper()
	meaning := comments[key.Struct][key.Field]
	if own := below(tables, table, key); meaning == "" && own != "" {
		meaning = "see [below](#" + own + ")"
	}
	if meaning == "" && key.Kind == "table by paths of keys" {
		meaning = "values by the paths of their keys, as for --set"
	}
	if meaning == "" {
		t.Errorf("scenarios.%s.%s has no comment", key.Struct, key.Field)
	}
	standard := ""
	if key.Default != "" {
		standard = "`" + key.Default + "`"
	}
	kind := key.Kind
	if kind == "quantity" {
		kind = "[quantity](#quantity)"
	}
	fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", key.Name, kind, standard, strings.ReplaceAll(expand(t, meaning), "|", `\|`))
}

// title is how a table is written in a scenario.
func title(table scenarios.Table) string {
	switch table.Type {
	case "Quantity":
		return "quantity"
	case "Point":
		return "points of a quantity"
	case "Score":
		return "[health] and [satisfaction]"
	}
	return table.Header
}

// code sets what is written in a scenario as code.
func code(title string) string {
	if strings.ContainsAny(title, "[=") {
		return "`" + title + "`"
	}
	return strings.ToUpper(title[:1]) + title[1:]
}

// below is the anchor of the table that a key's value is, "" if it is none.
func below(tables []scenarios.Table, within scenarios.Table, key scenarios.TableKey) string {
	path := key.Name
	if inner := strings.Trim(within.Header, "[]"); inner != "" {
		path = inner + "." + path
	}
	for _, other := range tables {
		switch header := other.Header; {
		case header == "["+path+"]", header == "[["+path+"]]", header == "["+path+".NAME]":
			return anchor(title(other))
		case header == key.Name+" = { }" && key.Kind == "table":
			return anchor(title(other) + " in " + other.Within)
		case other.Type == "Score" && key.Name == "satisfaction", other.Type == "Point" && key.Name == "points" && key.Kind == "tables":
			return anchor(title(other))
		}
	}
	return ""
}

// anchor is the fragment that leads to a heading.
func anchor(heading string) string {
	for a := range headings("# " + heading + "\n") {
		return a
	}
	return ""
}

// inShort is the first sentence of a text without its full stop.
func inShort(text string) string {
	text, _, _ = strings.Cut(text, "\n\n")
	text, _, _ = strings.Cut(strings.Join(strings.Fields(text), " "), ". ")
	return strings.TrimRight(text, ".:")
}

// about is what is said of a table.
func about(t *testing.T, comments map[string]map[string]string, table scenarios.Table) string {
	t.Helper()
	text := comments[table.Type][""]
	if text == "" {
		t.Errorf("scenarios.%s has no comment", table.Type)
	}
	return expand(t, text)
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
			text = rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(text, "is "); ok {
		text = rest
	} else if !strings.HasPrefix(about, name) {
		text = strings.TrimSpace(about)
	} else {
		text = "It " + text
	}
	text = strings.ReplaceAll(text, "\n\t", "\n    ")
	return strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
}

// sentence is what is said of a field, in one line, one sentence without its full
// stop.
func sentence(name, text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, verb := range []string{"is ", "are ", "holds ", "says "} {
		if rest, ok := strings.CutPrefix(text, name+" "+verb); ok {
			text = rest
			break
		}
	}
	if !strings.Contains(text, ". ") {
		text = strings.TrimSuffix(text, ".")
	}
	return text
}
