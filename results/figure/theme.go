package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Colours by what they mean. Those that are not grey are of Okabe & Ito (2008),
// "Color Universal Design", chosen there to be told apart by people of every
// kind of colour vision. Losses and gains differ in lightness as well, so that
// they survive a grey copy.
var (
	lossColour        = rgb(0xE6, 0x9F, 0x00) // orange
	gainColour        = rgb(0x00, 0x72, 0xB2) // blue
	idealColour       = rgb(0xBB, 0xBB, 0xBB)
	observedColour    = rgb(0x77, 0x77, 0x77) // dark, but not so that an error bar is lost on it
	overallColour     = rgb(0x00, 0x72, 0xB2) // blue
	memberColour      = rgb(0xD5, 0x5E, 0x00) // vermillion
	interactionColour = rgb(0x00, 0x9E, 0x73) // bluish green

	inkColour  = rgb(0x22, 0x22, 0x22) // what has to be read
	axisColour = rgb(0x59, 0x59, 0x59) // what stands around it
	gridColour = rgb(0xE4, 0xE4, 0xE4)
)

func rgb(r, g, b uint8) color.Color { return color.NRGBA{R: r, G: g, B: b, A: 0xFF} }

// Lengths in points. The smallest letters are 7.5 points.
const (
	gap = vg.Length(8)

	thin   = vg.Length(0.6) // axes, grid, connections
	medium = vg.Length(1.1) // error bars, curves

	tickLength = vg.Length(3)
	manyTicks  = 6 // wanted on an axis, more or less
)

// The letters of a figure.
var (
	titleLetters = lettering{size: 12, bold: true, colour: inkColour}
	headLetters  = lettering{size: 9, bold: true, colour: inkColour}
	textLetters  = lettering{size: 9, colour: inkColour}
	smallLetters = lettering{size: 7.5, colour: axisColour}
)

// The lines of a figure.
var (
	gridLine = draw.LineStyle{Color: gridColour, Width: thin}
	axisLine = draw.LineStyle{Color: axisColour, Width: thin}
	goalLine = draw.LineStyle{Color: axisColour, Width: medium, Dashes: []vg.Length{4, 3}}
)

// errorLine is drawn over bars of every colour.
var errorLine = draw.LineStyle{Color: inkColour, Width: medium}

// newPlot is a panel with this theme's axes and no data. Axes meet the data
// without a gap.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.LineStyle, a.Tick.LineStyle = axisLine, axisLine
		a.Tick.Length, a.Padding = tickLength, 0
		a.Tick.Label.Font, a.Tick.Label.Color = smallLetters.font(), smallLetters.colour
		a.Label.TextStyle.Font, a.Label.TextStyle.Color = smallLetters.font(), smallLetters.colour
		a.Label.Padding = 3
	}
	return p
}

// horizontalGrid helps to read heights.
func horizontalGrid() *plotter.Grid { return &plotter.Grid{Horizontal: gridLine} }

// verticalGrid helps to read lengths, where bars lie on their side.
func verticalGrid() *plotter.Grid { return &plotter.Grid{Vertical: gridLine} }

// setRange gives an axis a range that has zero in it, and about so many ticks at
// round numbers.
func setRange(a *plot.Axis, s span, about int) {
	a.Min, a.Max = s.padded()
	a.Tick.Marker = ticks(a.Min, a.Max, about)
}

// capHalf is half the length of the caps of an error bar.
const capHalf = vg.Length(2)

// errorBarX draws an error bar along x.
func errorBarX(c *draw.Canvas, style draw.LineStyle, low, high, y vg.Length) {
	c.StrokeLine2(style, low, y, high, y)
	c.StrokeLine2(style, low, y-capHalf, low, y+capHalf)
	c.StrokeLine2(style, high, y-capHalf, high, y+capHalf)
}

// errorBarY draws an error bar along y.
func errorBarY(c *draw.Canvas, style draw.LineStyle, x, low, high vg.Length) {
	c.StrokeLine2(style, x, low, x, high)
	c.StrokeLine2(style, x-capHalf, low, x+capHalf, low)
	c.StrokeLine2(style, x-capHalf, high, x+capHalf, high)
}

// box is a filled rectangle with its sides along the axes.
func box(c *draw.Canvas, colour color.Color, left, right, bottom, top vg.Length) {
	c.FillPolygon(colour, []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}})
}

// diamond is a filled square on its tip.
type diamond struct{}

// DrawGlyph makes a diamond one of the plotting library's glyphs. The white rim
// keeps it apart from what it lies on.
func (diamond) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	for _, layer := range []struct {
		colour color.Color
		radius vg.Length
	}{{color.White, style.Radius + 0.8}, {style.Color, style.Radius}} {
		r := layer.radius
		c.FillPolygon(layer.colour, []vg.Point{{X: at.X - r, Y: at.Y}, {X: at.X, Y: at.Y + r}, {X: at.X + r, Y: at.Y}, {X: at.X, Y: at.Y - r}})
	}
}
