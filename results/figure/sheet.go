package figure

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A sheet is a figure in the making: title and what it is about on top, panels,
// then the legend and notes. The legend stands below the panels so that it
// covers no data.
type sheet struct {
	title  string
	about  []string // paragraphs
	legend []entry
	notes  string

	body   vg.Length            // height of the panels
	panels func(c *draw.Canvas) // draws them into a canvas of that height
}

// entry is one mark of the legend and what it means.
type entry struct {
	text string
	mark func(c *draw.Canvas, centre vg.Point)
}

// Lengths of the legend.
const (
	markWidth  = vg.Length(16)
	entryGap   = vg.Length(14) // between an entry and the next
	legendLine = vg.Length(12)
)

// Texts around the panels are cut after so many lines of a wide figure; a narrow
// one has as much room, on more lines.
const (
	titleLines = 3
	aboutLines = 3 // each paragraph
	noteLines  = 6
)

const paragraphGap = vg.Length(3)

// newFigure lays out the sheet that is made for wide paper, and remembers how it
// is made for a narrow one.
func newFigure(build func(on paper) *sheet, name, alt string) *Figure {
	f := build(wide).figure(wide, name, alt)
	f.build = build
	return f
}

// figure lays the sheet out.
func (s *sheet) figure(on paper, name, alt string) *Figure {
	content := on.content()
	title := titleLetters.wrap(s.title, content, on.lines(titleLines))
	var about []string
	for _, paragraph := range s.about {
		about = append(about, smallLetters.wrap(paragraph, content, on.lines(aboutLines))...)
	}
	notes := smallLetters.wrap(s.notes, content, on.lines(noteLines))
	legend := legendLines(s.legend, content)
	top := linesHeight(titleLetters, title) + paragraphGap + linesHeight(smallLetters, about) + gap
	bottom := gap + legendHeight(legend) + paragraphGap + linesHeight(smallLetters, notes)
	f := &Figure{Name: name, Title: s.title, Alt: alt, on: on, height: 2*on.margin + top + s.body + bottom}
	f.paint = func(c *draw.Canvas) {
		area := draw.Crop(*c, on.margin, -on.margin, on.margin, -on.margin)
		y := writeLines(&area, titleLetters, area.Max.Y, title)
		writeLines(&area, smallLetters, y-paragraphGap, about)
		y = area.Max.Y - top
		panels := draw.Crop(area, 0, 0, y-s.body-area.Min.Y, y-area.Max.Y)
		s.panels(&panels)
		y = drawLegend(&area, y-s.body-gap, legend)
		writeLines(&area, smallLetters, y-paragraphGap, notes)
	}
	return f
}

func linesHeight(l lettering, lines []string) vg.Length {
	return vg.Length(len(lines)) * l.leading()
}

// writeLines writes lines from y downwards and returns where they end.
func writeLines(c *draw.Canvas, l lettering, y vg.Length, lines []string) vg.Length {
	for _, line := range lines {
		l.write(c, c.Min.X, y-l.ascent(), fromLeft, line)
		y -= l.leading()
	}
	return y
}

// entryIndent is where the text of an entry begins, to the right of its mark.
const entryIndent = markWidth + 3

// A setEntry is an entry with a place: its text is broken into lines if it is
// longer than the paper is wide.
type setEntry struct {
	entry
	x     vg.Length
	lines []string
}

// legendLines sets entries into lines as words are.
func legendLines(entries []entry, room vg.Length) [][]setEntry {
	var rows [][]setEntry
	x := vg.Length(0)
	for _, e := range entries {
		set := setEntry{entry: e, lines: smallLetters.wrap(e.text, room-entryIndent, 4)}
		width := entryIndent
		for _, line := range set.lines {
			width = max(width, entryIndent+smallLetters.width(line))
		}
		if len(rows) == 0 || x+width > room {
			rows, x = append(rows, nil), 0
		}
		set.x = x
		rows[len(rows)-1] = append(rows[len(rows)-1], set)
		x += width + entryGap
	}
	return rows
}

// entriesHeight is that of a line of entries.
func entriesHeight(row []setEntry) vg.Length {
	h := legendLine
	for k := range row {
		h = max(h, legendLine+vg.Length(len(row[k].lines)-1)*smallLetters.leading())
	}
	return h
}

func legendHeight(rows [][]setEntry) (h vg.Length) {
	for _, row := range rows {
		h += entriesHeight(row)
	}
	return h
}

// drawLegend draws the legend from y downwards and returns where it ends.
func drawLegend(c *draw.Canvas, y vg.Length, rows [][]setEntry) vg.Length {
	for _, row := range rows {
		for _, e := range row {
			at := y - legendLine/2
			e.mark(c, vg.Point{X: c.Min.X + e.x + markWidth/2, Y: at})
			for _, line := range e.lines {
				smallLetters.write(c, c.Min.X+e.x+entryIndent, smallLetters.middle(at), fromLeft, line)
				at -= smallLetters.leading()
			}
		}
		y -= entriesHeight(row)
	}
	return y
}

// boxMark is a piece of a bar.
func boxMark(colour color.Color) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		box(c, colour, at.X-markWidth/2, at.X+markWidth/2, at.Y-3.5, at.Y+3.5)
	}
}

// glyphMark is a point.
func glyphMark(style draw.GlyphStyle) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) { c.DrawGlyphNoClip(style, at) }
}

// lineMark is a piece of a line.
func lineMark(style draw.LineStyle) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		c.StrokeLine2(style, at.X-markWidth/2, at.Y, at.X+markWidth/2, at.Y)
	}
}

// errorMark is an error bar.
func errorMark(c *draw.Canvas, at vg.Point) {
	errorBarX(c, errorLine, at.X-markWidth/2+2, at.X+markWidth/2-2, at.Y)
}

// both is one mark over another.
func both(under, over func(*draw.Canvas, vg.Point)) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		under(c, at)
		over(c, at)
	}
}
