//go:build page

package report

import (
	"io"
	"strings"
	"text/tabwriter"
)

// render writes plain columns. In a page, whose own tables are the browser's, the library
// that draws tables would be a quarter of the program.
func (t *Table) render(w io.Writer, f Format) error {
	out := tabwriter.NewWriter(w, 0, 1, padding, ' ', 0)
	rows := [][]string{make([]string, len(t.Columns))}
	for c := range t.Columns {
		rows[0][c] = t.Columns[c].Head
	}
	for _, row := range append(rows, t.Rows...) {
		cells := make([]string, len(row))
		for c := range row {
			cells[c] = escape(strings.ReplaceAll(row[c], "\n", " "), f)
		}
		if _, err := io.WriteString(out, strings.Join(cells, "\t")+"\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}
