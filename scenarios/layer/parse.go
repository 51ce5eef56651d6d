package layer

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
)

// maxDepth bounds how deep tables nest. A scenario needs six levels; without
// a bound a hostile file could exhaust the stack.
const maxDepth = 32

// Parse reads TOML into a tree. Messages and places name the file.
//
// One library reads the values; a second one, which keeps its positions, says
// on which line each key stands: the first knows one line for all elements of
// an array of tables.
func Parse(file string, data []byte) (*Node, Problems) {
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
	return b.build(values, "", Place{File: file}), nil
}

// parseValues returns a text's values and where each key begins.
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

// mayNestDeep reports whether a text has more brackets than any scenario.
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
	offsets map[string]int // by path; none: no Place within the file is known
}

func (b treeBuilder) build(value any, path string, around Place) *Node {
	here := around
	if offset, ok := b.offsets[path]; ok {
		here.Line, _ = b.lines.find(offset)
	}
	n := &Node{At: here}
	switch v := value.(type) {
	case map[string]any:
		n.Keys = make(map[string]*Node, len(v))
		for key, child := range v {
			n.Keys[key] = b.build(child, Join(path, key), here)
		}
		n.Order = b.asWritten(n, path)
	case []map[string]any:
		n.List = true
		for i, child := range v {
			n.Items = append(n.Items, b.build(child, At(path, i), here))
		}
	case []any:
		n.List = true
		for i, child := range v {
			n.Items = append(n.Items, b.build(child, At(path, i), here))
		}
	default:
		n.Value = v
	}
	return n
}

// asWritten returns the keys of a table in the order of the text, if that is known.
func (b treeBuilder) asWritten(table *Node, path string) []string {
	if len(b.offsets) == 0 {
		return nil
	}
	keys := table.SortedKeys()
	slices.SortStableFunc(keys, func(x, y string) int {
		return cmp.Compare(b.offsets[Join(path, x)], b.offsets[Join(path, y)])
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

// find returns line and column from 1; the column counts characters.
func (f lineFinder) find(offset int) (line, column int) {
	i := sort.SearchInts(f.ends, offset)
	start := 0
	if i > 0 {
		start = f.ends[i-1] + 1
	}
	return i + 1, utf8.RuneCount(f.data[start:min(offset, len(f.data))]) + 1
}
