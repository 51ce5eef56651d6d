package scenarios

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxDepth bounds how deep tables nest. A scenario needs six levels; without
// a bound a hostile file could exhaust the stack.
const maxDepth = 32

// parseTree reads TOML into a tree. One library reads the values; a second
// one, which keeps its positions, says on which line each key stands: the
// first knows one line for all elements of an array of tables.
func parseTree(file string, data []byte) (*node, Problems) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if p, bad := badEncoding(file, data); bad {
		return nil, Problems{p}
	}
	lines := newLineFinder(data)
	values, positions, err := parseValues(data)
	if err != nil {
		return nil, Problems{notTOML(file, err, lines)}
	}
	b := treeBuilder{file: file, lines: lines, offsets: positions}
	return b.build(values, "", place{file: file}), nil
}

// parseValues gives a text's values and where each key begins.
func parseValues(data []byte) (map[string]any, map[string]int, error) {
	// The lines come first: that parser has a bound on nesting, the other
	// one has none and would exhaust the stack.
	positions, err := keyOffsets(data)
	if err != nil && (errors.Is(err, errTooDeep) || mayNestDeep(data)) {
		return nil, nil, err
	}
	var values map[string]any
	if _, worded := toml.Decode(string(data), &values); worded != nil {
		return nil, nil, worded // the better words of the two
	}
	return values, positions, err
}

// mayNestDeep tells of a text with more brackets than any scenario has.
func mayNestDeep(data []byte) bool {
	return bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) > 10_000
}

// badEncoding finds bytes that no TOML file may hold.
func badEncoding(file string, data []byte) (Problem, bool) {
	if utf8.Valid(data) {
		return Problem{}, false
	}
	offset := 0
	for rest := data; ; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size <= 1 {
			break
		}
		offset += size
		rest = rest[size:]
	}
	line, column := newLineFinder(data).find(offset)
	return Problem{File: file, Line: line, Column: column,
		Got: fmt.Sprintf("byte 0x%02x, which is not UTF-8", data[offset]), Want: "a text file in UTF-8"}, true
}

// notTOML turns a parser's complaint into a problem.
func notTOML(file string, err error, lines lineFinder) Problem {
	p := Problem{File: file, Want: "valid TOML"}
	message := err.Error()
	var syntax toml.ParseError
	var early *syntaxError
	switch {
	case errors.As(err, &syntax):
		message, p.Line = syntax.Message, syntax.Position.Line
		if line, column := lines.find(max(0, syntax.Position.Start)); line == p.Line {
			p.Column = column
		}
	case errors.As(err, &early):
		message = early.message
		p.Line, p.Column = lines.find(early.offset)
	}
	message = strings.TrimSuffix(strings.ReplaceAll(message, "\n", `\n`), ".")
	p.Got = "a text that is not TOML (" + message + ")"
	return p
}

// treeBuilder joins values and lines into a tree.
type treeBuilder struct {
	file    string
	lines   lineFinder
	offsets map[string]int // by path; none: no place within the file is known
}

func (b treeBuilder) build(value any, path string, around place) *node {
	here := around
	if offset, ok := b.offsets[path]; ok {
		here.line, _ = b.lines.find(offset)
	}
	n := &node{at: here}
	switch v := value.(type) {
	case map[string]any:
		n.keys = make(map[string]*node, len(v))
		for key, child := range v {
			n.keys[key] = b.build(child, join(path, key), here)
		}
		n.order = b.asWritten(n, path)
	case []map[string]any:
		n.list = true
		for i, child := range v {
			n.items = append(n.items, b.build(child, at(path, i), here))
		}
	case []any:
		n.list = true
		for i, child := range v {
			n.items = append(n.items, b.build(child, at(path, i), here))
		}
	default:
		n.value = v
	}
	return n
}

// asWritten are the keys of a table in the order of the text, if that is known.
func (b treeBuilder) asWritten(table *node, path string) []string {
	if len(b.offsets) == 0 {
		return nil
	}
	keys := table.sorted()
	slices.SortStableFunc(keys, func(x, y string) int {
		return cmp.Compare(b.offsets[join(path, x)], b.offsets[join(path, y)])
	})
	return keys
}

// lineFinder finds the line of an offset. It indexes the line ends once, so
// that a long file costs no quadratic time.
type lineFinder struct {
	data []byte
	ends []int
}

func newLineFinder(data []byte) lineFinder {
	f := lineFinder{data: data}
	for i, c := range data {
		if c == '\n' {
			f.ends = append(f.ends, i)
		}
	}
	return f
}

// find gives line and column from 1; the column counts characters.
func (f lineFinder) find(offset int) (line, column int) {
	i := sort.SearchInts(f.ends, offset)
	start := 0
	if i > 0 {
		start = f.ends[i-1] + 1
	}
	return i + 1, utf8.RuneCount(f.data[start:min(offset, len(f.data))]) + 1
}

// errTooDeep marks a text that nests deeper than any scenario does.
var errTooDeep = errors.New("nested too deep")

// syntaxError is what the pass for lines found.
type syntaxError struct {
	offset  int
	message string
	cause   error
}

func (e *syntaxError) Error() string { return e.message }
func (e *syntaxError) Unwrap() error { return e.cause }

func tooDeep(n *unstable.Node) error {
	return &syntaxError{offset: int(n.Raw.Offset), cause: errTooDeep,
		message: fmt.Sprintf("nested more than %d levels deep", maxDepth)}
}

// keyOffsets maps the path of every key and list element to where it begins.
// Paths count elements: arm[0].name.
func keyOffsets(data []byte) (map[string]int, error) {
	w := offsetWalker{at: map[string]int{}, arrays: map[string]int{}}
	w.parser.Reset(data)
	for w.parser.NextExpression() {
		if err := w.expression(w.parser.Expression()); err != nil {
			return nil, err
		}
	}
	if err := w.parser.Error(); err != nil {
		found := &syntaxError{message: err.Error()}
		var parse *unstable.ParserError
		if errors.As(err, &parse) && len(parse.Highlight) > 0 {
			found.offset = int(w.parser.Range(parse.Highlight).Offset)
		}
		return nil, found
	}
	return w.at, nil
}

type offsetWalker struct {
	parser unstable.Parser
	at     map[string]int
	arrays map[string]int // elements so far of each array of tables
	within string         // path of the table whose header came last
}

func (w *offsetWalker) expression(n *unstable.Node) error {
	switch n.Kind {
	case unstable.Table:
		path, _, err := w.key("", n.Key(), 0)
		w.within = path
		return err
	case unstable.ArrayTable:
		path, offset, err := w.key("", n.Key(), 0)
		if err != nil {
			return err
		}
		path = strings.TrimSuffix(path, lastIndex(path))
		w.within = at(path, w.arrays[path])
		w.arrays[path]++
		w.at[w.within] = offset
		return nil
	case unstable.KeyValue:
		return w.keyValue(w.within, n, 0)
	}
	return nil
}

// lastIndex is the "[3]" that ends a path, or "".
func lastIndex(path string) string {
	if i := strings.LastIndexByte(path, '['); i >= 0 && strings.HasSuffix(path, "]") {
		return path[i:]
	}
	return ""
}

// key walks a dotted key and gives the path it leads to. Tables on the way
// keep the place they were first mentioned at; the last part gets this one.
func (w *offsetWalker) key(path string, parts unstable.Iterator, depth int) (string, int, error) {
	offset := 0
	for parts.Next() {
		part := parts.Node()
		offset = int(part.Raw.Offset)
		if depth++; depth > maxDepth {
			return "", 0, tooDeep(part)
		}
		path = join(path, string(part.Data))
		if _, known := w.at[path]; !known || parts.IsLast() {
			w.at[path] = offset
		}
		if n := w.arrays[path]; n > 0 {
			path = at(path, n-1)
		}
	}
	return path, offset, nil
}

func (w *offsetWalker) keyValue(within string, n *unstable.Node, depth int) error {
	path, offset, err := w.key(within, n.Key(), depth)
	if err != nil {
		return err
	}
	return w.value(path, n.Value(), offset, depth+1)
}

func (w *offsetWalker) value(path string, n *unstable.Node, offset, depth int) error {
	if depth > maxDepth {
		return tooDeep(n)
	}
	children := n.Children()
	switch n.Kind {
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			child := children.Node()
			if child.Raw.Length > 0 {
				offset = int(child.Raw.Offset)
			}
			w.at[at(path, i)] = offset
			if err := w.value(at(path, i), child, offset, depth+1); err != nil {
				return err
			}
		}
	case unstable.InlineTable:
		for children.Next() {
			if err := w.keyValue(path, children.Node(), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
