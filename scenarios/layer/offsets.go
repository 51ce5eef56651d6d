package layer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// errTooDeep marks a text that nests deeper than any scenario does.
var errTooDeep = errors.New("nested too deep")

// syntaxError is an error found while the keys' places are read.
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
		w.within = At(path, w.arrays[path])
		w.arrays[path]++
		w.at[w.within] = offset
		return nil
	case unstable.KeyValue:
		return w.keyValue(w.within, n, 0)
	}
	return nil
}

// lastIndex returns the "[3]" that ends a path, or "".
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
		path = Join(path, string(part.Data))
		if _, known := w.at[path]; !known || parts.IsLast() {
			w.at[path] = offset
		}
		if n := w.arrays[path]; n > 0 {
			path = At(path, n-1)
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
			w.at[At(path, i)] = offset
			if err := w.value(At(path, i), child, offset, depth+1); err != nil {
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
