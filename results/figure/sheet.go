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

// Texts around the panels are cut after so many lines.
const (
	titleLines = 3
	aboutLines = 3 // each paragraph
	noteLines  = 6
)

const (
	contentWidth = pageWidth - 2*margin
	paragraphGap = vg.Length(3)
)

// figure lays the sheet out.
func (s *sheet) figure(name, alt string) *Figure {
	title := titleLetters.wrap(s.title, contentWidth, titleLines)
	var about []string
	for _, paragraph := range s.about {
		about = append(about, smallLetters.wrap(paragraph, contentWidth, aboutLines)...)
	}
	notes := smallLetters.wrap(s.notes, contentWidth, noteLines)
	legend := legendLines(s.legend)
	top := linesHeight(titleLetters, title) + paragraphGap + linesHeight(smallLetters, about) + gap
	bottom := gap + vg.Length(len(legend))*legendLine + paragraphGap + linesHeight(smallLetters, notes)
	f := &Figure{Name: name, Title: s.title, Alt: alt, width: pageWidth, height: 2*margin + top + s.body + bottom}
	f.paint = func(c *draw.Canvas) {
		y := writeLines(c, titleLetters, c.Max.Y-margin, title)
		writeLines(c, smallLetters, y-paragraphGap, about)
		y = c.Max.Y - margin - top
		panels := draw.Crop(*c, margin, -margin, y-s.body-c.Min.Y, y-c.Max.Y)
		s.panels(&panels)
		y = drawLegend(c, y-s.body-gap, legend)
		writeLines(c, smallLetters, y-paragraphGap, notes)
	}
	return f
}

func linesHeight(l lettering, lines []string) vg.Length {
	return vg.Length(len(lines)) * l.leading()
}

// writeLines writes lines from y downwards and returns where they end.
func writeLines(c *draw.Canvas, l lettering, y vg.Length, lines []string) vg.Length {
	for _, line := range lines {
		l.write(c, c.Min.X+margin, y-l.ascent(), fromLeft, line)
		y -= l.leading()
	}
	return y
}

// width is what an entry takes in its line.
func (e *entry) width() vg.Length { return markWidth + 3 + smallLetters.width(e.text) }

// legendLines sets entries into lines as words are.
func legendLines(entries []entry) [][]entry {
	var lines [][]entry
	x := vg.Length(0)
	for _, e := range entries {
		if len(lines) == 0 || x+e.width() > contentWidth {
			lines, x = append(lines, nil), 0
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], e)
		x += e.width() + entryGap
	}
	return lines
}

// drawLegend draws the legend from y downwards and returns where it ends.
func drawLegend(c *draw.Canvas, y vg.Length, lines [][]entry) vg.Length {
	for _, line := range lines {
		x := c.Min.X + margin
		centre := y - legendLine/2
		for _, e := range line {
			e.mark(c, vg.Point{X: x + markWidth/2, Y: centre})
			room := contentWidth - markWidth - 3
			smallLetters.write(c, x+markWidth+3, smallLetters.middle(centre), fromLeft, smallLetters.wrap(e.text, room, 1)[0])
			x += e.width() + entryGap
		}
		y -= legendLine
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
