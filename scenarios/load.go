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
	l := loader{fsys: fsys}
	return l.load(source{name: name, builtin: !isFile(name)}, sets)
}

// Builtin loads a built-in scenario.
func Builtin(name string) (*Scenario, error) {
	return (&loader{}).load(source{name: name, builtin: true}, nil)
}

// Parse checks a scenario given as text. The file name is for messages.
// What it extends must be built in.
func Parse(file string, data []byte) (*Scenario, error) {
	return (&loader{}).load(source{name: file, data: data, given: true}, nil)
}

// isFile tells a file's name from a built-in's.
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

// label is what messages call the source.
func (s source) label() string {
	if s.builtin {
		return s.name + " (built-in)"
	}
	return s.name
}

type loader struct {
	fsys fs.FS
	merger
}

func (l *loader) load(src source, sets []string) (*Scenario, error) {
	settings := l.parseSets(sets)
	tree := l.resolve(src, nil)
	if tree == nil {
		return nil, l.problems.err()
	}
	s, problems := layers{src.label(), tree, settings}.build()
	problems = append(l.problems, problems...)
	problems = append(problems, slices.Concat(s.tryIdeals(problems), s.tryDesigns(problems), s.tryParameters(problems))...)
	if err := problems.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// layers are what a scenario was put together from. They are shared by those
// that With makes of it, and never changed.
type layers struct {
	file     string    // the scenario's own
	tree     *node     // of its file over what that extends, without presets
	settings []setting // in order
}

// build puts the layers together and checks what comes of them. With problems
// it is not a whole scenario.
func (from layers) build() (*Scenario, Problems) {
	l := loader{}
	tree := l.assemble(from.tree.clone(), from.settings)
	d := decoder{problems: l.problems, places: map[string]place{}, bad: map[string]bool{}, around: map[string]bool{}}
	s := new(Scenario)
	d.into(reflect.ValueOf(s).Elem(), tree, "")
	s.origin = origin{file: from.file, places: d.places}
	s.layers = from
	s.complete()
	c := checker{s: s, decoder: &d}
	c.all()
	return s, d.problems
}

func (l *loader) parseSets(sets []string) []setting {
	var out []setting
	for _, text := range sets {
		s, bad := parseSet(text)
		if bad != nil {
			l.problems = append(l.problems, *bad)
			continue
		}
		out = append(out, s)
	}
	return out
}

// resolve reads a source and lays it over what it extends. It gives nil if
// any of them cannot be read: to go on would report nothing but followers.
func (l *loader) resolve(src source, chain []source) *node {
	data, bad := l.read(src)
	if bad != nil {
		l.problems = append(l.problems, *bad)
		return nil
	}
	tree, problems := parseTree(src.label(), data)
	l.problems = append(l.problems, problems...)
	if tree == nil {
		return nil
	}
	l.unique(tree)
	if len(tree.keys) == 0 {
		l.fail(tree, "", "an empty file", "a scenario: title, [trial], [[arm]], [[outcome]] and so on")
		return nil
	}
	link := tree.keys["extends"]
	delete(tree.keys, "extends")
	if link == nil {
		l.sweep(tree, true)
		return tree
	}
	base := l.extended(src, link, append(chain, src))
	if base == nil {
		return nil
	}
	tree = l.merge(reflect.TypeFor[Scenario](), base, tree)
	l.sweep(tree, true)
	return tree
}

// extended resolves what a source extends, named by the node link.
func (l *loader) extended(src source, link *node, chain []source) *node {
	name, ok := link.value.(string)
	if !ok {
		l.fail(link, "extends", link.show(), "the name of a built-in or of a file, in quotes")
		return nil
	}
	next := source{name: name, builtin: !isFile(name)}
	if !next.builtin {
		if !path.IsAbs(name) {
			next.name = path.Join(path.Dir(src.name), name)
		}
		if src.builtin || src.given {
			l.fail(link, "extends", strconv.Quote(name), "the name of a built-in")
			return nil
		}
	}
	for i, before := range chain {
		if before.builtin == next.builtin && path.Clean(before.name) == path.Clean(next.name) {
			l.fail(link, "extends", "a loop: "+showChain(append(chain[i:], next)), "a chain that ends")
			return nil
		}
	}
	before := len(l.problems)
	tree := l.resolve(next, chain)
	if tree == nil && len(l.problems) > before && l.problems[len(l.problems)-1].Line == 0 {
		// It could not be opened: that is this line's fault.
		p := &l.problems[len(l.problems)-1]
		if p.File == next.label() || p.File == next.name {
			p.File, p.Line, p.Key = link.at.file, link.at.line, "extends"
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
				Want: oneOf(names) + ", or a file ending in .toml", Hint: didYouMean(src.name, names)}
		}
		return data, nil
	case l.fsys == nil:
		return nil, &Problem{File: src.name, Got: "a file", Want: "a built-in scenario: " + oneOf(builtinNames())}
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
		if n := nearest(base, builtinNames()); n != "" {
			p.Hint = fmt.Sprintf("did you mean the built-in %q?", n)
		}
	case errors.As(err, &inner):
		p.Got = inner.Err.Error()
	default:
		p.Got = err.Error()
	}
	return p
}
