package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"caseload/scenarios/layer"
)

//go:embed library/*.toml preset/*/*.toml
var embedded embed.FS

// Entry is one built-in scenario.
type Entry struct {
	Name, Title, Source, Teaches string
}

// List returns the built-in scenarios by name.
func List() []Entry {
	var out []Entry
	for _, name := range builtinNames() {
		data, err := builtinText(name)
		if err != nil {
			continue
		}
		tree, _ := parseOnce(source{name: name, builtin: true}.label(), data)
		e := Entry{Name: name}
		e.Title, _ = tree.Text("title")
		e.Source, _ = tree.Text("source")
		e.Teaches, _ = tree.Text("teaches")
		out = append(out, e)
	}
	return out
}

// Presets returns the names of the presets as Text takes them, by name:
// "program.strengths_based", "service.opioid_agonist".
func Presets() []string {
	var out []string
	for _, kind := range []string{"program", "service", "measure", "event"} {
		for _, name := range presetNames(kind) {
			out = append(out, kind+"."+name)
		}
	}
	return out
}

// Notes returns what the files of the presets say of them first, in the order of
// Presets.
func Notes() []string {
	var out []string
	for _, name := range Presets() {
		kind, preset, _ := strings.Cut(name, ".")
		text, _ := presetText(kind, preset)
		out = append(out, firstComment(string(text)))
	}
	return out
}

// firstComment is the first paragraph of the comment that a file begins with.
func firstComment(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !ok {
			break
		}
		words = append(words, comment)
	}
	return strings.Join(words, " ")
}

// Text returns the TOML text, with its comments, of a built-in scenario or
// of a preset (as "program.NAME", "service.NAME", "measure.NAME" or "event.NAME"; a NAME alone is
// enough where there is one kind of it).
func Text(name string) (string, error) {
	if kind, preset, ok := strings.Cut(name, "."); ok {
		if data, ok := presetText(kind, preset); ok {
			return string(data), nil
		}
	}
	data, err := builtinText(name)
	if err == nil {
		return string(data), nil
	}
	named := slices.DeleteFunc(Presets(), func(preset string) bool { return !strings.HasSuffix(preset, "."+name) })
	switch len(named) {
	case 0:
	case 1:
		return Text(named[0])
	default:
		return "", Problems{{File: name, Got: "a name that several presets have", Want: layer.OneOf(named)}}
	}
	known := append(builtinNames(), Presets()...)
	return "", Problems{{File: name, Got: "no built-in scenario or preset of this name",
		Want: layer.OneOf(known), Hint: layer.DidYouMean(name, known)}}
}

func builtinText(name string) ([]byte, error) {
	if strings.ContainsAny(name, `/\`) {
		return nil, fmt.Errorf("scenarios: %q is no name of a built-in", name)
	}
	return embedded.ReadFile("library/" + name + ".toml")
}

func builtinNames() []string { return tomlNames("library") }

// presetText returns a preset's file; kind is "program", "service", "measure" or "event".
func presetText(kind, name string) ([]byte, bool) {
	if name == "" || strings.ContainsAny(kind+name, `/\.`) {
		return nil, false
	}
	data, err := embedded.ReadFile(path.Join("preset", kind, name+".toml"))
	return data, err == nil
}

// presetTree returns what a preset's file holds, as parseOnce does.
func presetTree(kind, name string) (*layer.Node, layer.Problems, bool) {
	text, ok := presetText(kind, name)
	if !ok {
		return nil, nil, false
	}
	tree, problems := parseOnce(kind+"."+name+presetLabel, text)
	return tree, problems, true
}

// parsedTexts holds what parseOnce has read, by label.
var parsedTexts sync.Map

type parsedText struct {
	tree     *layer.Node
	problems layer.Problems
}

// parseOnce reads a text that is built in, which its label tells from others. Each
// world of a scenario is put together anew, over the same texts: others share the
// tree, so clone what is to change.
func parseOnce(label string, text []byte) (*layer.Node, layer.Problems) {
	if known, ok := parsedTexts.Load(label); ok {
		p := known.(parsedText)
		return p.tree, p.problems
	}
	tree, problems := layer.Parse(label, text)
	parsedTexts.Store(label, parsedText{tree, problems})
	return tree, problems
}

func presetNames(kind string) []string { return tomlNames("preset/" + kind) }

// tomlNames lists the embedded files of a folder without their ending.
func tomlNames(dir string) []string {
	entries, err := fs.ReadDir(embedded, dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	slices.Sort(names) // files are listed with their ending, which puts "a-b" before "a"
	return names
}
