package figure

import (
	"fmt"
	"image/color"
	"math"

	"caseload/results/meta"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Funnel draws the effects of studies against their standard errors, precise ones on
// top: between the dashed lines a study is expected if all have the pooled effect. Rings
// are what trim and fill adds; the line leaning is Egger's regression. It is nil for
// fewer than three studies, or without a pooled effect.
func Funnel(m *meta.Meta) *Figure {
	if m.Status.Failed() || len(m.Studies) < 3 {
		return nil
	}
	s := func(on paper) *sheet {
		return &sheet{
			title:  fmt.Sprintf("%s: effects by their standard errors (%s)", metaStem(m), metaCount(m)),
			about:  append(metaAbout(m), funnelAbout(m)...),
			legend: funnelLegend(m),
			notes:  "Studies that lean to one side at the bottom differ from the precise ones: they may be a part of all that were done, less well done, or done on other clients.",
			body:   funnelHeight,
			panels: func(c *draw.Canvas) { drawFunnel(*c, m) },
		}
	}
	return newFigure(s, "funnel-"+fileName(metaStem(m)), funnelAlt(m))
}

const funnelHeight = vg.Length(280)

// asymmetry is the test whose line is drawn.
func asymmetry(m *meta.Meta) *meta.Asymmetry {
	a := m.Bias.Egger
	if a == nil {
		a = m.Bias.Mixed
	}
	if a == nil || a.Status.Failed() {
		return nil
	}
	return a
}

func drawFunnel(c draw.Canvas, m *meta.Meta) {
	p := newPlot()
	z := m.Reach()
	most := 0.0
	for _, s := range m.Studies {
		most = math.Max(most, float64(s.SE))
	}
	low, high := m.FunnelRange(most)
	room := 0.04 * (high - low)
	p.X.Min, p.X.Max = low-room, high+room
	p.X.Tick.Marker = metaTicks(m, p.X.Min, p.X.Max, manyTicks+2)
	p.X.Label.Text = m.EffectName()
	if m.IsRatio() {
		p.X.Label.Text += " (log scale)"
	}
	p.Y.Min, p.Y.Max = -1.05*most, 0 // zero on top
	var up plot.ConstantTicks
	for _, t := range ticks(0, most, manyTicks) {
		up = append(up, plot.Tick{Value: -t.Value, Label: t.Label})
	}
	p.Y.Tick.Marker = up
	p.Add(horizontalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) { funnelLines(c, p, m, z, most) }),
		plotted(func(c *draw.Canvas, p *plot.Plot) { funnelPoints(c, p, m) }))
	drawTitled(c, p, "standard error"+map[bool]string{true: " of the logarithm"}[m.IsRatio()])
}

func funnelLines(c *draw.Canvas, p *plot.Plot, m *meta.Meta, z, most float64) {
	x, y := p.Transforms(c)
	b := float64(m.Estimate)
	line := func(style draw.LineStyle, x0, se0, x1, se1 float64) {
		for _, piece := range c.ClipLinesXY([]vg.Point{{X: x(x0), Y: y(-se0)}, {X: x(x1), Y: y(-se1)}}) {
			c.StrokeLines(style, piece)
		}
	}
	bottom := 1.05 * most
	line(axisLine, b, 0, b, bottom)
	line(goalLine, b, 0, b-z*bottom, bottom)
	line(goalLine, b, 0, b+z*bottom, bottom)
	if a := asymmetry(m); a != nil {
		line(eggerLine, float64(a.Limit), 0, float64(a.Limit)+float64(a.Slope)*bottom, bottom)
	}
}

var eggerLine = draw.LineStyle{Color: memberColour, Width: medium}

// pointStyle is that of a study.
var pointStyle = draw.GlyphStyle{Color: overallColour, Radius: pointRadius, Shape: rimmed{draw.CircleGlyph{}}}

// filledStyle is that of a study which trim and fill adds.
var filledStyle = draw.GlyphStyle{Color: overallColour, Radius: pointRadius, Shape: draw.RingGlyph{}}

// rimmed is a shape with a white rim, so that points that overlap can be told apart.
type rimmed struct{ shape draw.GlyphDrawer }

// DrawGlyph draws it over its rim.
func (r rimmed) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	under := style
	under.Color, under.Radius = color.White, style.Radius+1.1
	r.shape.DrawGlyph(c, under, at)
	r.shape.DrawGlyph(c, style, at)
}

func funnelPoints(c *draw.Canvas, p *plot.Plot, m *meta.Meta) {
	x, y := p.Transforms(c)
	for _, s := range m.Studies {
		c.DrawGlyphNoClip(pointStyle, vg.Point{X: x(float64(s.YI)), Y: y(-float64(s.SE))})
	}
	if t := m.Bias.TrimFill; t != nil {
		for _, f := range t.Filled {
			c.DrawGlyphNoClip(filledStyle, vg.Point{X: x(float64(f.YI)), Y: y(-float64(f.SE))})
		}
	}
}

func funnelLegend(m *meta.Meta) []entry {
	out := []entry{{metaThing(m), glyphMark(pointStyle)}}
	if t := m.Bias.TrimFill; t != nil && t.Missing > 0 {
		out = append(out, entry{"filled in by trim and fill", glyphMark(filledStyle)})
	}
	out = append(out, entry{"pooled effect", lineMark(axisLine)}, entry{m.LevelText() + " of studies if all had the pooled effect", lineMark(goalLine)})
	if asymmetry(m) != nil {
		out = append(out, entry{"Egger's regression", lineMark(eggerLine)})
	}
	return out
}

// funnelAbout says what the tests found.
func funnelAbout(m *meta.Meta) []string {
	text := ""
	if a := asymmetry(m); a != nil {
		text = fmt.Sprintf("Egger's test of asymmetry: p %s.", pShort(a.P))
	}
	switch t := m.Bias.TrimFill; {
	case t == nil:
	case t.Missing == 0:
		text += " Trim and fill: none missing."
	default:
		text += fmt.Sprintf(" Trim and fill: %d missing on the %s; filled in, the %s is %s.", t.Missing, t.Side, m.EffectName(), withMinus(m.ShownInterval(t.Estimate, t.Low, t.High)))
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

func funnelAlt(m *meta.Meta) string {
	alt := fmt.Sprintf("Funnel plot of %s around a pooled %s of %s.", metaCount(m), m.EffectName(), m.Shown(m.Estimate, m.SE))
	for _, text := range funnelAbout(m) {
		alt += " " + text
	}
	return alt
}
