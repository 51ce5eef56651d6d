package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"caseload/results"
)

// Power draws the power curve of an answer over designs: the curve with its 95 %
// band, the power of the trials of each design with its Wilson interval, filled
// where the curve rests on it, the target, and the answer with its interval. It is
// nil for an answer without a curve.
func Power(s *results.Size, a *results.SizeAnswer) *Figure {
	if len(a.Curve) < 2 || s.Solve == "power" {
		return nil
	}
	unit := results.SizeUnit(s.Solve)
	sh := &sheet{
		title: fmt.Sprintf("%s: power by %s (%s, %s)", s.Scenario, unit, results.Within(a.Outcome, a.Subgroup), s.Contrast),
		about: []string{s.Title, fmt.Sprintf("%s at %g days, %s, alpha %g: %s trials in all, %s of them of designs on which the curve rests.", a.Variable, a.AtDays, a.Method,
			a.Alpha, results.Grouped(s.Replicates), results.Grouped(a.Fit.Replicates))},
		legend: []entry{
			{"curve with its 95 % band", both(boxMark(bandColour), lineMark(draw.LineStyle{Color: overallColour, Width: medium}))},
			{"trials of one design, 95 % interval", both(lineMark(draw.LineStyle{Color: inkColour, Width: thin}), glyphMark(usedGlyph))},
			{"not in the curve", glyphMark(unusedGlyph)},
			{fmt.Sprintf("%.0f %% power", 100*s.TargetPower), lineMark(goalLine)},
		},
		notes:  "The curve is fitted to trials near the target; its band is that of the curve at one design. The bar on the axis is the answer's 95 % interval.",
		body:   powerHeight,
		panels: func(c *draw.Canvas) { drawPower(*c, s, a) },
	}
	return sh.figure("power-"+results.Stem(a.Outcome, a.Subgroup), powerAlt(s, a))
}

const powerHeight = vg.Length(230)

var (
	bandColour  = rgb(0xC9, 0xDF, 0xEE) // the curve's blue, so pale that points show on it
	usedGlyph   = draw.GlyphStyle{Color: inkColour, Radius: pointRadius, Shape: draw.CircleGlyph{}}
	unusedGlyph = draw.GlyphStyle{Color: inkColour, Radius: pointRadius, Shape: draw.RingGlyph{}}
)

func powerAlt(s *results.Size, a *results.SizeAnswer) string {
	text := fmt.Sprintf("Power of trials of %s by %s.", s.Scenario, results.SizeUnit(s.Solve))
	if a.Value.Known() {
		text += fmt.Sprintf(" The curve reaches %.0f %% at %s (95 %% interval %s to %s).", 100*s.TargetPower, a.Value.Fixed(decimalsOf(s)), a.Low.Fixed(decimalsOf(s)), a.High.Fixed(decimalsOf(s)))
	}
	return text
}

func decimalsOf(s *results.Size) int {
	if s.Solve == "effect" {
		return 2
	}
	return 0
}

func drawPower(c draw.Canvas, s *results.Size, a *results.SizeAnswer) {
	p := newPlot()
	from, to := float64(a.Curve[0].Design), float64(a.Curve[len(a.Curve)-1].Design)
	pad := (to - from) * 0.03
	p.X.Min, p.X.Max = from-pad, to+pad
	p.X.Tick.Marker = ticks(from, to, manyTicks)
	p.X.Label.Text = results.SizeUnit(s.Solve)
	p.Y.Min, p.Y.Max = 0, 100
	p.Y.Tick.Marker = ticks(0, 100, manyTicks)
	p.Add(horizontalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) { powerBand(c, p, a) }),
		plotted(func(c *draw.Canvas, p *plot.Plot) { powerGoal(c, p, s, a) }),
		plotted(func(c *draw.Canvas, p *plot.Plot) { powerPoints(c, p, a) }))
	drawTitled(c, p, "power (%)")
}

// powerBand draws the curve on its band.
func powerBand(c *draw.Canvas, p *plot.Plot, a *results.SizeAnswer) {
	x, y := p.Transforms(c)
	var band, curve []vg.Point
	for _, k := range a.Curve {
		band = append(band, vg.Point{X: x(float64(k.Design)), Y: y(100 * float64(k.Low))})
		curve = append(curve, vg.Point{X: x(float64(k.Design)), Y: y(100 * float64(k.Power))})
	}
	for k := len(a.Curve) - 1; k >= 0; k-- {
		band = append(band, vg.Point{X: x(float64(a.Curve[k].Design)), Y: y(100 * float64(a.Curve[k].High))})
	}
	c.FillPolygon(bandColour, band)
	c.StrokeLines(draw.LineStyle{Color: overallColour, Width: medium}, curve)
}

// powerGoal draws the target and, where it is met, the answer with its interval.
func powerGoal(c *draw.Canvas, p *plot.Plot, s *results.Size, a *results.SizeAnswer) {
	x, y := p.Transforms(c)
	goal := y(100 * s.TargetPower)
	c.StrokeLine2(goalLine, c.Min.X, goal, c.Max.X, goal)
	if !a.Value.Known() {
		return
	}
	at := x(float64(a.Value))
	c.StrokeLine2(goalLine, at, c.Min.Y, at, goal)
	within := func(n results.Number) vg.Length {
		v := math.Max(p.X.Min, math.Min(p.X.Max, float64(n)))
		return x(v)
	}
	if a.Low.Known() && a.High.Known() {
		c.StrokeLine2(draw.LineStyle{Color: memberColour, Width: 3}, within(a.Low), c.Min.Y, within(a.High), c.Min.Y)
	}
}

// powerPoints draws what the trials of each design showed.
func powerPoints(c *draw.Canvas, p *plot.Plot, a *results.SizeAnswer) {
	x, y := p.Transforms(c)
	for _, e := range a.Evaluations {
		if float64(e.Design) < p.X.Min || float64(e.Design) > p.X.Max {
			continue
		}
		errorBarY(c, draw.LineStyle{Color: inkColour, Width: thin}, x(float64(e.Design)), y(100*float64(e.Low)), y(100*float64(e.High)))
		glyph := unusedGlyph
		if e.Used {
			glyph = usedGlyph
		}
		c.DrawGlyphNoClip(glyph, vg.Point{X: x(float64(e.Design)), Y: y(100 * float64(e.Power))})
	}
}
