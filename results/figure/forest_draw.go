package figure

import (
	"image/color"
	"math"

	"caseload/results/meta"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// draw draws panel and columns into a canvas of that height.
func (f *forest) draw(c *draw.Canvas) {
	p := newPlot()
	p.HideY()
	p.X.Label.Text = f.axisLabel()
	p.X.Min, p.X.Max = f.low, f.high
	p.X.Tick.Marker = metaTicks(f.m, f.low, f.high, manyTicks+1)
	p.Y.Min, p.Y.Max = 0, 1 // rows have places of their own
	p.Add(verticalGrid(), plotted(f.effects), plotted(f.columns))
	p.Draw(draw.Crop(*c, f.names+columnGap, -(f.shownWidth + f.weightWide + 2*columnGap), 0, -headHeight))
}

// axisLabel is the effect.
func (f *forest) axisLabel() string {
	if f.m.IsRatio() {
		return f.m.EffectName() + " (log scale)"
	}
	return f.m.EffectName()
}

// directions says over the panel what its sides mean, if that is known: an effect is
// that of the treated arm less that of control.
func (f *forest) directions(c *draw.Canvas) {
	if f.m.Measure == "effect" {
		return
	}
	for _, words := range [][2]string{{"← lower in the treated arm", "higher in the treated arm →"}, {"← lower", "higher →"}} {
		if smallLetters.width(words[0])+smallLetters.width(words[1])+gap <= c.Max.X-c.Min.X {
			smallLetters.write(c, c.Min.X, c.Max.Y+4, fromLeft, words[0])
			smallLetters.write(c, c.Max.X, c.Max.Y+4, fromRight, words[1])
			return
		}
	}
}

// metaTicks are the plotting library's for an axis of effects.
func metaTicks(m *meta.Meta, low, high float64, most int) plot.ConstantTicks {
	var out plot.ConstantTicks
	for _, t := range meta.Ticks(low, high, most, m.IsRatio()) {
		out = append(out, plot.Tick{Value: t.At, Label: withMinus(t.Label)})
	}
	return out
}

// at is the height of row k; the first is on top.
func (f *forest) at(c *draw.Canvas, k int) vg.Length {
	return c.Max.Y - (vg.Length(k)+0.5)*forestLine
}

func (f *forest) effects(c *draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(c)
	c.StrokeLine2(axisLine, x(0), c.Min.Y, x(0), c.Max.Y)
	pooled := goalLine
	pooled.Width = thin
	if at := x(float64(f.m.Estimate)); at >= c.Min.X && at <= c.Max.X {
		c.StrokeLine2(pooled, at, c.Min.Y, at, c.Max.Y)
	}
	for k := range f.rows {
		r, y := &f.rows[k], f.at(c, k)
		switch {
		case r.kind == forestHead || math.IsNaN(r.x):
		case r.kind == forestStudy:
			half := max(forestLeast, forestMarks*vg.Length(math.Sqrt(r.share/f.most)))
			box(c, overallColour, x(r.x)-half, x(r.x)+half, y-half, y+half)
			f.interval(c, x, r, y, errorLine) // over it: a precise study's is shorter than the square
		case r.kind == forestPooled:
			f.diamond(c, x, r, y)
		default:
			line := errorLine
			line.Color, line.Width = memberColour, 2
			f.interval(c, x, r, y, line)
		}
	}
}

// interval draws an interval, cut off by arrows where it leaves the panel.
func (f *forest) interval(c *draw.Canvas, x func(float64) vg.Length, r *forestRow, y vg.Length, line draw.LineStyle) {
	if math.IsNaN(r.low) {
		return
	}
	low, high := max(x(r.low), c.Min.X), min(x(r.high), c.Max.X)
	c.StrokeLine2(line, low, y, high, y)
	if x(r.low) < c.Min.X {
		arrow(c, line.Color, low, y, arrowLength)
	}
	if x(r.high) > c.Max.X {
		arrow(c, line.Color, high, y, -arrowLength)
	}
}

// arrow is a tip at x; its base is so far to the right.
func arrow(c *draw.Canvas, colour color.Color, x, y, base vg.Length) {
	c.FillPolygon(colour, []vg.Point{{X: x, Y: y}, {X: x + base, Y: y - 2.2}, {X: x + base, Y: y + 2.2}})
}

// diamond is as wide as the interval, and at least wide enough to be seen.
func (f *forest) diamond(c *draw.Canvas, x func(float64) vg.Length, r *forestRow, y vg.Length) {
	low, high := x(r.x), x(r.x)
	if !math.IsNaN(r.low) {
		low, high = max(x(r.low), c.Min.X), min(x(r.high), c.Max.X)
	}
	low, high = min(low, x(r.x)-1.5), max(high, x(r.x)+1.5)
	colour := inkColour
	if r.indent {
		colour = observedColour
	}
	c.FillPolygon(colour, []vg.Point{{X: low, Y: y}, {X: x(r.x), Y: y + diamondHalf}, {X: high, Y: y}, {X: x(r.x), Y: y - diamondHalf}})
}

// columns writes names to the left of the panel and numbers to its right.
func (f *forest) columns(c *draw.Canvas, _ *plot.Plot) {
	left := c.Min.X - columnGap - f.names
	shown := c.Max.X + columnGap + f.shownWidth
	weight := shown + columnGap + f.weightWide
	f.directions(c)
	smallLetters.write(c, shown, c.Max.Y+4, fromRight, f.m.EffectShort()+" "+f95(f.m))
	smallLetters.write(c, weight, c.Max.Y+4, fromRight, "weight")
	for k := range f.rows {
		r, y := &f.rows[k], f.at(c, k)
		letters := textLetters
		if r.bold {
			letters = headLetters
		}
		x, room := left, f.names
		if r.indent {
			x, room = x+forestIndent, room-forestIndent
		}
		if lines := letters.wrap(r.name, room, 1); len(lines) > 0 {
			letters.write(c, x, letters.middle(y), fromLeft, lines[0])
		}
		letters.write(c, shown, letters.middle(y), fromRight, r.shown)
		letters.write(c, weight, letters.middle(y), fromRight, r.weight)
	}
}
