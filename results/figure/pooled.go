package figure

import (
	"fmt"
	"math"

	"caseload/results/literature"
	"caseload/results/report"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Pooled draws how the pooled effects of simulated reviews are distributed, a strip
// of histogram for each group, over the published effect with its interval where
// there is one. It is nil without groups.
func Pooled(l *literature.Literature) *Figure {
	f := &pooledStrips{low: math.Inf(1), high: math.Inf(-1)}
	for k := range l.Rows {
		if r := &l.Rows[k]; r.SMD.Mean.Known() {
			f.rows = append(f.rows, r)
		}
	}
	if len(f.rows) == 0 {
		return nil
	}
	for _, r := range f.rows {
		f.low, f.high = math.Min(f.low, float64(r.SMD.Low)), math.Max(f.high, float64(r.SMD.High))
		if p := r.Published; p != nil && p.SMD.Known() {
			f.include(p.SMD, p.Low, p.High)
		}
		f.names = max(f.names, headLetters.width(r.Group))
	}
	f.low, f.high = math.Min(f.low, 0), math.Max(f.high, 0)
	room := 0.12 * (f.high - f.low)
	f.low, f.high = f.low-room, f.high+room
	s := func(on paper) *sheet {
		return &sheet{
			title: fmt.Sprintf("%s: pooled effects of %s simulated reviews", l.Scenario, report.Grouped(l.Bodies)),
			about: []string{l.Title},
			legend: []entry{
				{"pooled SMDs of the reviews", boxMark(bandColour)},
				{"the middle 95 % of them, and their median", both(errorMark, glyphMark(medianGlyph))},
				{"published, with its 95 % confidence interval", both(lineMark(publishedLine), glyphMark(publishedGlyph))},
			},
			notes:  "Each strip has the height of its own largest class. To the right of 0 is in favour of case management. At the right: trials pooled, on average.",
			body:   vg.Length(len(f.rows))*stripHeight + forestAxis,
			panels: f.draw,
		}
	}
	return newFigure(s, "pooled-"+fileName(l.Scenario), f.alt(l))
}

// stripHeight is the room of a group.
const stripHeight = vg.Length(38)

var (
	medianGlyph    = draw.GlyphStyle{Color: inkColour, Radius: 2.4, Shape: draw.CircleGlyph{}}
	publishedGlyph = draw.GlyphStyle{Color: memberColour, Radius: 3.4, Shape: diamond{}}
	publishedLine  = draw.LineStyle{Color: memberColour, Width: 1.6}
)

// pooledStrips are the rows of the figure.
type pooledStrips struct {
	rows      []*literature.Row
	low, high float64
	names     vg.Length
}

func (f *pooledStrips) include(numbers ...report.Number) {
	for _, n := range numbers {
		if n.Known() {
			f.low, f.high = math.Min(f.low, float64(n)), math.Max(f.high, float64(n))
		}
	}
}

func (f *pooledStrips) alt(l *literature.Literature) string {
	text := "Distribution of pooled effects by group."
	for _, r := range f.rows {
		text += fmt.Sprintf(" %s: %s (95 %% of reviews %s to %s)", r.Group, r.SMD.Median.Fixed(2), r.SMD.Low.Fixed(2), r.SMD.High.Fixed(2))
		if p := r.Published; p != nil && p.SMD.Known() {
			text += ", published " + p.SMD.Fixed(2)
		}
		text += "."
	}
	return text
}

func (f *pooledStrips) draw(c *draw.Canvas) {
	p := newPlot()
	p.HideY()
	p.X.Label.Text = "pooled SMD"
	p.X.Min, p.X.Max = f.low, f.high
	p.X.Tick.Marker = ticks(f.low, f.high, manyTicks)
	p.Y.Min, p.Y.Max = 0, 1 // strips have places of their own
	p.Add(verticalGrid(), plotted(f.strips))
	p.Draw(draw.Crop(*c, f.names+columnGap, -smallLetters.width("21.0")-columnGap, 0, 0))
}

func (f *pooledStrips) strips(c *draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(c)
	c.StrokeLine2(axisLine, x(0), c.Min.Y, x(0), c.Max.Y)
	for k, r := range f.rows {
		bottom := c.Max.Y - vg.Length(k+1)*stripHeight
		f.histogram(c, x, r, bottom+9)
		y := bottom + 5
		errorBarX(c, errorLine, x(float64(r.SMD.Low)), x(float64(r.SMD.High)), y)
		c.DrawGlyphNoClip(medianGlyph, vg.Point{X: x(float64(r.SMD.Median)), Y: y})
		f.published(c, x, r, bottom+stripHeight-7)
		middle := textLetters.middle(bottom + stripHeight/2)
		textLetters.write(c, c.Min.X-columnGap, middle, fromRight, r.Group)
		smallLetters.write(c, c.Max.X+columnGap, middle, fromLeft, r.Studies.Fixed(1))
	}
}

// histogram has 60 classes over the axis.
func (f *pooledStrips) histogram(c *draw.Canvas, x func(float64) vg.Length, r *literature.Row, bottom vg.Length) {
	const classes, height = 60, stripHeight - 22
	var counts [classes]int
	most := 1
	step := (f.high - f.low) / classes
	for _, v := range r.Values {
		if k := math.Floor((v - f.low) / step); k >= 0 && k < classes {
			counts[int(k)]++
			most = max(most, counts[int(k)])
		}
	}
	for k, n := range counts {
		if n > 0 {
			left := f.low + float64(k)*step
			box(c, bandColour, x(left), x(left+step), bottom, bottom+height*vg.Length(n)/vg.Length(most))
		}
	}
}

func (f *pooledStrips) published(c *draw.Canvas, x func(float64) vg.Length, r *literature.Row, y vg.Length) {
	p := r.Published
	if p == nil || !p.SMD.Known() {
		return
	}
	if p.Low.Known() {
		c.StrokeLine2(publishedLine, x(float64(p.Low)), y, x(float64(p.High)), y)
	}
	c.DrawGlyphNoClip(publishedGlyph, vg.Point{X: x(float64(p.SMD)), Y: y})
}
