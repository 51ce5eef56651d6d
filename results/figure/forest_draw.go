package figure

import (
	"image/color"
	"math"

	"caseload/results/meta"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axisLabel is the effect.
func (f *forest) axisLabel() string {
	if f.m.IsRatio() {
		return f.m.EffectName() + " (log scale)"
	}
	return f.m.EffectName()
}

// directions says what the sides of the axis mean, if that is known: an effect is
// that of the treated arm less that of control.
func (f *forest) directions() [][2]string {
	if f.m.Measure == "effect" {
		return nil
	}
	return [][2]string{{"← lower in the treated arm", "higher in the treated arm →"}, {"← lower", "higher →"}}
}

// metaTicks are the plotting library's for an axis of effects.
func metaTicks(m *meta.Meta, low, high float64, most int) plot.ConstantTicks {
	var out plot.ConstantTicks
	for _, t := range meta.Ticks(low, high, most, m.IsRatio()) {
		out = append(out, plot.Tick{Value: t.At, Label: withMinus(t.Label)})
	}
	return out
}

// lines draws that of no effect and that of the pooled one.
func (f *forest) lines(c *draw.Canvas, p *plot.Plot, s *setLineup) {
	zeroUpright(c, p, s)
	x, _ := p.Transforms(c)
	if at := x(float64(f.m.Estimate)); at >= c.Min.X && at <= c.Max.X {
		c.StrokeLine2(pooledLine, at, c.Min.Y, at, c.Max.Y)
	}
}

// mark draws row k about the middle y.
func (f *forest) mark(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) {
	r := &f.rows[k]
	if math.IsNaN(r.x) {
		return
	}
	x, _ := p.Transforms(c)
	switch r.kind {
	case forestStudy:
		half := max(forestLeast, forestMarks*vg.Length(math.Sqrt(r.share/f.most)))
		box(c, overallColour, x(r.x)-half, x(r.x)+half, y-half, y+half)
		f.interval(c, x, r, y, errorLine) // over it: a precise study's is shorter than the square
	case forestPooled:
		f.diamond(c, x, r, y)
	case forestPrediction:
		f.interval(c, x, r, y, predictionLine)
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
