//go:build !page

package report

import (
	"io"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

func (t *Table) render(w io.Writer, f Format) error {
	opts := []tablewriter.Option{
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithAlignment(t.alignment()),
		tablewriter.WithRenderer(booktabs()),
	}
	if f == Markdown {
		opts[len(opts)-1] = tablewriter.WithRenderer(renderer.NewMarkdown())
	}
	out := tablewriter.NewTable(w, opts...)
	head := make([]string, len(t.Columns))
	for c := range t.Columns {
		head[c] = escape(t.Columns[c].Head, f)
	}
	out.Header(head)
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for c := range row {
			cells[c] = escape(row[c], f)
		}
		if err := out.Append(cells); err != nil {
			return err
		}
	}
	return out.Render()
}

func (t *Table) alignment() tw.Alignment {
	var a tw.Alignment
	for _, c := range t.Columns {
		if c.Left {
			a = append(a, tw.AlignLeft)
		} else {
			a = append(a, tw.AlignRight)
		}
	}
	return a
}

// booktabs is the look of tables in print: three lines, none upright.
func booktabs() tw.Renderer {
	return renderer.NewBlueprint(tw.Rendition{
		Borders: tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.On, Bottom: tw.On},
		Symbols: tw.NewSymbols(tw.StyleLight),
		Settings: tw.Settings{
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off, ShowHeader: tw.On},
			Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.On, ShowBottom: tw.On},
		},
	})
}
