package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Format is how tables are written.
type Format string

// The formats of tables.
const (
	Text     Format = "text"
	Markdown Format = "markdown"
	CSV      Format = "csv"
)

// Formats lists the formats there are.
func Formats() []Format { return []Format{Text, Markdown, CSV} }

// Table is text in columns, with what it is about and notes on it.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]string
	Notes   []string
	Pairs   bool // columns but the keys come in pairs, which a split leaves together
}

// Column is the head of a column and how it is set.
type Column struct {
	Head string
	Left bool // aligned left, else right
	Key  bool // says which row it is: repeated where a table is split
}

// Key returns a column of texts that say which row it is.
func Key(head string) Column { return Column{Head: head, Left: true, Key: true} }

// NumberKey returns a column of numbers that say which row it is.
func NumberKey(head string) Column { return Column{Head: head, Key: true} }

// Left returns a column of texts.
func Left(head string) Column { return Column{Head: head, Left: true} }

// Right returns a column of numbers.
func Right(head string) Column { return Column{Head: head} }

// write writes the table as text or Markdown.
func (t *Table) write(w io.Writer, f Format) error {
	var b strings.Builder
	if err := t.render(&b, f); err != nil {
		return fmt.Errorf("writing a table: %w", err)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// escape keeps a cell from ending where it holds a Markdown table's bar.
func escape(cell string, f Format) string {
	if f == Markdown {
		return strings.ReplaceAll(cell, "|", `\|`)
	}
	return cell
}

// padding is the blanks around a cell.
const padding = 2

// width is how wide column c is written.
func (t *Table) width(c int) int {
	widest := t.widestCell(c)
	for _, line := range strings.Split(t.Columns[c].Head, "\n") {
		widest = max(widest, utf8.RuneCountInString(line))
	}
	return widest + padding
}

// widestCell is how wide the cells of column c are.
func (t *Table) widestCell(c int) (widest int) {
	for _, row := range t.Rows {
		for _, line := range strings.Split(row[c], "\n") {
			widest = max(widest, utf8.RuneCountInString(line))
		}
	}
	return widest
}

// split parts a table into as many as it takes to fit the width. Each part
// has the key columns.
func (t *Table) split(width int) []*Table {
	var keys, others, part []int
	keyed := 0
	for c := range t.Columns {
		if t.Columns[c].Key {
			keys = append(keys, c)
			keyed += t.width(c)
		} else {
			others = append(others, c)
		}
	}
	step := 1
	if t.Pairs {
		step = 2
	}
	var parts []*Table
	used := keyed
	for group := range slices.Chunk(others, step) {
		wide := 0
		for _, c := range group {
			wide += t.width(c)
		}
		if used+wide > width && len(part) > 0 {
			parts = append(parts, t.Pick(append(keys[:len(keys):len(keys)], part...)))
			part, used = nil, keyed
		}
		part = append(part, group...)
		used += wide
	}
	return append(parts, t.Pick(append(keys[:len(keys):len(keys)], part...)))
}

// fitted is the table in one piece, or nil if the width has no room for it: heads
// and the texts of key columns are broken into lines as far as it takes.
func (t *Table) fitted(width int) *Table {
	over := -width
	for c := range t.Columns {
		over += t.width(c)
	}
	if over <= 0 {
		return t
	}
	out := &Table{Columns: slices.Clone(t.Columns), Rows: t.Rows, Pairs: t.Pairs}
	for c := range out.Columns {
		if !out.Columns[c].Key {
			was := out.width(c)
			head := t.Columns[c].Head
			out.Columns[c].Head = strings.Join(brokenLines(head, max(t.widestCell(c), longestPart(head))), "\n")
			over -= was - out.width(c)
		}
	}
	if out, over = out.shrunk(over); over > 0 {
		return nil
	}
	return out
}

// shrunk is the table with the texts of key columns broken into lines until it is
// narrower by so much, and what is left of that.
func (t *Table) shrunk(over int) (*Table, int) {
	out := t
	for over > 0 {
		best, room := -1, 0 // the column that has most to give
		for c := range out.Columns {
			if give := out.width(c) - padding - out.longestWord(c); out.Columns[c].Key && give > room {
				best, room = c, give
			}
		}
		if best < 0 {
			break
		}
		was := out.width(best)
		out = out.broken(best, was-padding-min(room, over))
		if out.width(best) == was {
			break
		}
		over -= was - out.width(best)
	}
	return out, over
}

// narrowed is the table with the texts of key columns broken into lines where the
// keys would leave no room for the widest of the other columns.
func (t *Table) narrowed(width int) *Table {
	keyed, widest := 0, 0
	for c := range t.Columns {
		w := t.width(c)
		if t.Columns[c].Key {
			keyed += w
		} else if t.Pairs {
			widest = max(widest, w+t.width(min(c+1, len(t.Columns)-1)))
		} else {
			widest = max(widest, w)
		}
	}
	// Keys leave at least half of the width to the numbers, where their words allow it.
	out, _ := t.shrunk(max(keyed+widest-width, keyed-width/2))
	return out
}

// hyphenEnd marks the end of a part with a hyphen.
const hyphenEnd = "\x1e"

// parts are the words of a text, those with hyphens in parts.
func parts(text string) []string {
	return strings.Fields(glued.Replace(hyphened(text)))
}

// hyphened marks the hyphens within words, and the dots of keys.
func hyphened(text string) string {
	letters := []rune(text)
	var out strings.Builder
	for k, r := range letters {
		out.WriteRune(r)
		if (r == '-' || r == '.') && 0 < k && k < len(letters)-1 &&
			(letters[k-1] == ']' || unicode.IsLetter(letters[k-1])) && unicode.IsLetter(letters[k+1]) {
			out.WriteString(hyphenEnd + " ")
		}
	}
	return out.String()
}

// longestPart is the least width that a text can be broken to.
func longestPart(text string) (n int) {
	for _, part := range parts(text) {
		n = max(n, utf8.RuneCountInString(strings.TrimSuffix(part, hyphenEnd)))
	}
	return n
}

// brokenLines breaks a text into lines of at most width characters, between words
// and after hyphens.
func brokenLines(text string, width int) []string {
	lines := wrap(strings.Join(parts(text), " "), width)
	for k, line := range lines {
		line = strings.ReplaceAll(strings.TrimSpace(line), hyphenEnd+" ", "")
		lines[k] = strings.ReplaceAll(line, hyphenEnd, "")
	}
	return lines
}

// longestWord is the least that column c can be wide.
func (t *Table) longestWord(c int) (n int) {
	for _, cell := range append(t.cells(c), t.Columns[c].Head) {
		n = max(n, longestPart(cell))
	}
	return n
}

func (t *Table) cells(c int) (cells []string) {
	for _, row := range t.Rows {
		cells = append(cells, row[c])
	}
	return cells
}

// broken is the table with the cells of column c broken into lines of at most so
// many characters.
func (t *Table) broken(c, width int) *Table {
	out := &Table{Columns: slices.Clone(t.Columns), Pairs: t.Pairs}
	out.Columns[c].Head = strings.Join(brokenLines(t.Columns[c].Head, max(width, longestPart(t.Columns[c].Head))), "\n")
	for _, row := range t.Rows {
		cells := slices.Clone(row)
		cells[c] = strings.Join(brokenLines(row[c], width), "\n")
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// All returns the numbers of all columns.
func (t *Table) All() (all []int) {
	for c := range t.Columns {
		all = append(all, c)
	}
	return all
}

// Pick returns the table of some of the columns.
func (t *Table) Pick(columns []int) *Table {
	out := &Table{}
	for _, c := range columns {
		out.Columns = append(out.Columns, t.Columns[c])
	}
	for _, row := range t.Rows {
		cells := make([]string, 0, len(columns))
		for _, c := range columns {
			cells = append(cells, row[c])
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// writeSplit writes the table in parts that fit the width. Markdown has none.
func (t *Table) writeSplit(w io.Writer, f Format, width int) error {
	parts := []*Table{t}
	if f == Text {
		if whole := t.fitted(width); whole != nil {
			parts = []*Table{whole}
		} else {
			parts = t.narrowed(width).split(width)
		}
	}
	for k, p := range parts {
		if k > 0 && f == Markdown {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		if err := p.write(w, f); err != nil {
			return err
		}
	}
	return nil
}
