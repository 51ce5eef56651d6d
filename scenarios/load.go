package scenarios

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// maxFile bounds a scenario file. The longest built-in is a thousandth of it.
const maxFile = 4 << 20

// Load reads the scenario called name, puts its layers together and checks
// it. A name with a path separator or ending in .toml is a file in fsys;
// any other is a built-in. Each of sets is "key=value", as for --set.
//
// The error is a Problems with everything that is wrong. fsys may be nil
// for a built-in.
func Load(fsys fs.FS, name string, sets []string) (*Scenario, error) {
	return newLoader(fsys).load(source{name: name, builtin: !isFile(name)}, sets)
}

// Builtin loads a built-in scenario.
func Builtin(name string) (*Scenario, error) {
	return newLoader(nil).load(source{name: name, builtin: true}, nil)
}

// Parse checks a scenario given as text. The file name is for messages.
// What it extends must be built in.
func Parse(file string, data []byte) (*Scenario, error) {
	return newLoader(nil).load(source{name: file, data: data, given: true}, nil)
}

// isFile reports whether a name is a file's and not a built-in's.
func isFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".toml")
}

// source is one scenario text: a file, a built-in, or given.
type source struct {
	name    string
	builtin bool
	given   bool
	data    []byte // if given
}

// builtinLabel ends what messages call the file of a built-in scenario.
const builtinLabel = " (built-in)"

// label returns what messages call the source.
func (s source) label() string {
	if s.builtin {
		return s.name + builtinLabel
	}
	return s.name
}

type loader struct {
	fsys     fs.FS
	controls []controlOf // of the texts read, what is extended first
	layer.Merger
}

func newLoader(fsys fs.FS) *loader {
	return &loader{fsys: fsys, Merger: layer.Merger{Rules: layering}}
}

func (l *loader) load(src source, sets []string) (*Scenario, error) {
	settings := l.parseSets(sets)
	tree := l.resolve(src, nil)
	if tree == nil {
		return nil, l.Problems.Err()
	}
	l.readDraws(tree)
	s, problems := layers{file: src.label(), tree: tree, controls: l.controls, settings: settings}.build()
	problems = append(l.Problems, problems...)
	problems = append(problems, slices.Concat(s.tryIdeals(problems), s.tryDesigns(problems), s.tryNamed(problems), s.tryParameters(problems), s.tryUnknowns(problems))...)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// layers hold what a scenario was put together from. They are shared by those
// that With makes of it, and never changed.
type layers struct {
	file     string          // the scenario's own
	tree     *layer.Node     // of its file over what that extends, without presets
	controls []controlOf     // by text, its file's last
	settings []layer.Setting // in order
	// held is what a variant of another scenario keeps of that; nil if it is none.
	held *held
}

// build puts the layers together and checks what comes of them. With problems
// it is not a whole scenario.
func (from layers) build() (*Scenario, Problems) {
	l := newLoader(nil)
	tree := l.assemble(from.tree.Clone(), from.settings)
	d := decoder{problems: l.Problems, places: map[string]layer.Place{}, bad: map[string]bool{}, around: map[string]bool{}}
	s := new(Scenario)
	d.into(reflect.ValueOf(s).Elem(), tree, "")
	s.origin = origin{file: from.file, places: d.places}
	s.layers = from
	s.complete()
	c := checker{s: s, decoder: &d}
	c.all()
	if len(d.problems) == 0 {
		s.addMethods()
	}
	return s, d.problems
}

func (l *loader) parseSets(sets []string) []layer.Setting {
	var out []layer.Setting
	for _, text := range sets {
		s, bad := parseSet(text)
		if bad != nil {
			l.Problems = append(l.Problems, *bad)
			continue
		}
		out = append(out, s)
	}
	return out
}

// resolve reads a source and lays it over what it extends. It gives nil if
// any of them cannot be read: to go on would report nothing but followers.
func (l *loader) resolve(src source, chain []source) *layer.Node {
	data, bad := l.read(src)
	if bad != nil {
		l.Problems = append(l.Problems, *bad)
		return nil
	}
	var tree *layer.Node
	var problems Problems
	if src.builtin {
		tree, problems = parseOnce(src.label(), data)
		tree = tree.Clone() // it is changed below
	} else {
		tree, problems = layer.Parse(src.label(), data)
	}
	l.Problems = append(l.Problems, problems...)
	if tree == nil {
		return nil
	}
	l.DropDuplicates(tree)
	if len(tree.Keys) == 0 {
		l.Fail(tree, "", "an empty file", "a scenario: title, [trial], [[arm]], [[outcome]] and so on")
		return nil
	}
	link := tree.Keys["extends"]
	drop := tree.Keys["drop"]
	delete(tree.Keys, "extends")
	delete(tree.Keys, "drop")
	if link == nil {
		if drop != nil {
			l.Fail(drop, "drop", drop.Describe(), "extends beside it: it drops what the other scenario has")
		}
		l.DeleteRemoved(tree, true)
		l.noteControl(src, tree)
		return tree
	}
	base := l.extended(src, link, append(chain, src))
	if base == nil {
		return nil
	}
	tree = l.Merge(reflect.TypeFor[Scenario](), l.Drop(base, drop), tree)
	l.DeleteRemoved(tree, true)
	l.noteControl(src, tree)
	return tree
}

// extended resolves what a source extends, named by the node link.
func (l *loader) extended(src source, link *layer.Node, chain []source) *layer.Node {
	name, ok := link.Value.(string)
	if !ok {
		l.Fail(link, "extends", link.Describe(), "the name of a built-in or of a file, in quotes")
		return nil
	}
	next := source{name: name, builtin: !isFile(name)}
	if !next.builtin {
		if !path.IsAbs(name) {
			next.name = path.Join(path.Dir(src.name), name)
		}
		if src.builtin || src.given {
			l.Fail(link, "extends", strconv.Quote(name), "the name of a built-in")
			return nil
		}
	}
	for i, before := range chain {
		if before.builtin == next.builtin && path.Clean(before.name) == path.Clean(next.name) {
			l.Fail(link, "extends", "a loop: "+showChain(append(chain[i:], next)), "a chain that ends")
			return nil
		}
	}
	before := len(l.Problems)
	tree := l.resolve(next, chain)
	if tree == nil && len(l.Problems) > before && l.Problems[len(l.Problems)-1].Line == 0 {
		// It could not be opened: that is this line's fault.
		p := &l.Problems[len(l.Problems)-1]
		if p.File == next.label() || p.File == next.name {
			p.File, p.Line, p.Key = link.At.File, link.At.Line, "extends"
			p.Got = strconv.Quote(name) + ", " + p.Got
		}
	}
	return tree
}

func showChain(chain []source) string {
	names := make([]string, len(chain))
	for i, s := range chain {
		names[i] = s.name
	}
	return strings.Join(names, " -> ")
}

// read gets a source's text.
func (l *loader) read(src source) ([]byte, *Problem) {
	switch {
	case src.given:
		if len(src.data) > maxFile {
			return nil, tooLarge(src)
		}
		return src.data, nil
	case src.builtin:
		data, err := builtinText(src.name)
		if err != nil {
			names := builtinNames()
			return nil, &Problem{File: src.name, Got: "no built-in scenario of this name",
				Want: layer.OneOf(names) + ", or a file ending in .toml", Hint: layer.DidYouMean(src.name, names)}
		}
		return data, nil
	case l.fsys == nil:
		return nil, &Problem{File: src.name, Got: "a file", Want: "a built-in scenario: " + layer.OneOf(builtinNames())}
	}
	return readFile(l.fsys, src)
}

func tooLarge(src source) *Problem {
	return &Problem{File: src.label(), Got: "a file larger than 4 MiB", Want: "a scenario of at most 4 MiB"}
}

// readFile reads a file of bounded size; it looks at the size first.
func readFile(fsys fs.FS, src source) ([]byte, *Problem) {
	f, err := fsys.Open(path.Clean(src.name))
	if err != nil {
		return nil, notOpened(src, err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, notOpened(src, err)
	case info.IsDir():
		return nil, &Problem{File: src.name, Got: "a directory", Want: "a scenario file"}
	case info.Size() > maxFile:
		return nil, tooLarge(src)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, notOpened(src, err)
	case len(data) > maxFile: // a pipe has no size
		return nil, tooLarge(src)
	}
	return data, nil
}

func notOpened(src source, err error) *Problem {
	p := &Problem{File: src.name, Want: "a scenario file that can be read"}
	var inner *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Got = "no such file"
		base := strings.TrimSuffix(path.Base(src.name), ".toml")
		if n := layer.Nearest(base, builtinNames()); n != "" {
			p.Hint = fmt.Sprintf("did you mean the built-in %q?", n)
		}
	case errors.As(err, &inner):
		p.Got = inner.Err.Error()
	default:
		p.Got = err.Error()
	}
	return p
}
