package report

import (
	"fmt"
	"io"
	"strings"
)

// A Document is a report in parts, in their order. It is built first and then
// written, in any format and width, or set by others, such as a page.
type Document struct {
	Parts []Part
}

// Kind tells how a part is set.
type Kind int

// The kinds of parts.
const (
	LinePart      Kind = iota // as it is, not wrapped
	TitlePart                 // of the document
	HeadingPart               // of what follows
	ParagraphPart             // running text
	ItemPart                  // a sentence of its own
	GapPart                   // a blank line
	TablePart
	DrawingPart // made of characters
)

// A Part is a part of a document.
type Part struct {
	Kind   Kind
	Text   string                   // of a table and a drawing: empty
	Table  *Table                   // of a table
	Draw   func(width int) []string // of a drawing; none if there is no room
	Legend string                   // of a drawing: what its characters mean
}

func (d *Document) add(p Part) { d.Parts = append(d.Parts, p) }

// Line adds a line that is left as it is.
func (d *Document) Line(text string) { d.add(Part{Kind: LinePart, Text: text}) }

// Title adds the title of the document.
func (d *Document) Title(text string) { d.add(Part{Kind: TitlePart, Text: text}) }

// Heading adds a heading.
func (d *Document) Heading(text string) { d.add(Part{Kind: HeadingPart, Text: text}) }

// Paragraph adds running text.
func (d *Document) Paragraph(text string) { d.add(Part{Kind: ParagraphPart, Text: text}) }

// Item adds a sentence of its own.
func (d *Document) Item(text string) { d.add(Part{Kind: ItemPart, Text: text}) }

// More says how to see what a screen has no room for.
func (d *Document) More() {
	d.Gap()
	d.Paragraph("For all tables add --full.")
}

// Gap adds a blank line.
func (d *Document) Gap() { d.add(Part{Kind: GapPart}) }

// Table adds a table under a title, with notes on it, unless it has no rows.
func (d *Document) Table(title string, t *Table, notes []string) {
	if len(t.Rows) == 0 {
		return
	}
	titled := *t
	titled.Title, titled.Notes = title, notes
	d.add(Part{Kind: TablePart, Table: &titled})
}

// Drawing adds a drawing under a title. It is left out where draw returns
// nothing, which it does where the width leaves no room.
func (d *Document) Drawing(title string, draw func(width int) []string, legend string) {
	d.add(Part{Kind: DrawingPart, Text: title, Draw: draw, Legend: legend})
}

// Chart adds lines that a width decides on, without a title.
func (d *Document) Chart(draw func(width int) []string) {
	d.add(Part{Kind: DrawingPart, Draw: draw})
}

// Write writes the document as text of at most width columns where that can be
// had, or as Markdown.
func (d *Document) Write(w io.Writer, f Format, width int) error {
	var b strings.Builder
	for k := range d.Parts {
		if err := d.Parts[k].write(&b, f, width); err != nil {
			return fmt.Errorf("writing a report: %w", err)
		}
	}
	_, err := io.WriteString(w, Printable(b.String()))
	return err
}

func (p *Part) write(b *strings.Builder, f Format, width int) error {
	line := func(text string) { b.WriteString(text + "\n") }
	switch p.Kind {
	case LinePart, GapPart:
		line(p.Text)
	case TitlePart:
		if f == Markdown {
			line("## " + p.Text + "\n")
			return nil
		}
		writeParagraph(b, p.Text, width)
	case HeadingPart:
		writeHeading(b, p.Text, f, width)
	case ParagraphPart:
		if f == Markdown {
			line(p.Text)
			return nil
		}
		writeParagraph(b, p.Text, width)
	case ItemPart:
		writeItem(b, p.Text, f, width)
	case TablePart:
		return p.Table.writeWhole(b, f, width)
	case DrawingPart:
		p.draw(b, f, width)
	}
	return nil
}

func writeHeading(b *strings.Builder, title string, f Format, width int) {
	if f == Markdown {
		b.WriteString("\n### " + title + "\n\n")
		return
	}
	b.WriteString("\n" + strings.Join(wrap(title, width), "\n") + "\n")
}

// writeParagraph writes a text without a mark or indent.
func writeParagraph(b *strings.Builder, text string, width int) {
	for _, l := range wrap(text, width) {
		b.WriteString(strings.TrimSpace(l) + "\n")
	}
}

// writeItem writes a sentence as wrapped lines, or as an item of a list.
func writeItem(b *strings.Builder, text string, f Format, width int) {
	if f == Markdown {
		b.WriteString("- " + text + "\n")
		return
	}
	for _, l := range wrap(text, width) {
		b.WriteString(l + "\n")
	}
}

// writeWhole writes the title, the table and its notes.
func (t *Table) writeWhole(b *strings.Builder, f Format, width int) error {
	writeHeading(b, t.Title, f, width)
	if err := t.writeSplit(b, f, width); err != nil {
		return err
	}
	if len(t.Notes) > 0 && f == Markdown {
		b.WriteString("\n")
	}
	for _, n := range t.Notes {
		writeItem(b, n, f, width)
	}
	return nil
}

// draw writes a drawing, as it is, with what its characters mean.
func (p *Part) draw(b *strings.Builder, f Format, width int) {
	lines := p.Draw(width)
	if len(lines) == 0 {
		return
	}
	if p.Text != "" {
		writeHeading(b, p.Text, f, width)
	}
	if f == Markdown {
		lines = append(append([]string{"```text"}, lines...), "```")
		if p.Legend != "" {
			lines = append(lines, "")
		}
	}
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	if p.Legend != "" {
		writeItem(b, p.Legend, f, width)
	}
}

// glue stands for a blank at which no line is broken.
const glue = "\x1f"

// glued keeps a number on the line of what belongs to it.
var glued = strings.NewReplacer(" %", glue+"%", "(MCSE ", "(MCSE"+glue, " = ", glue+"="+glue, " < ", glue+"<"+glue)

// wrap breaks a text into lines of at most width characters where it can.
// Lines after the first are indented.
func wrap(text string, width int) []string {
	const indent = "  "
	var lines []string
	line := ""
	for _, word := range strings.Fields(glued.Replace(text)) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	lines = append(lines, line)
	for k := range lines {
		lines[k] = strings.ReplaceAll(lines[k], glue, " ")
	}
	return lines
}
