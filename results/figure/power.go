package figure

import (
	"fmt"
	"math"
	"slices"

	"caseload/results/report"
	"caseload/results/size"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Power draws the power curve of an answer over designs: the curve with its 95 %
// band, the power of the trials of each design with its Wilson interval, filled
// where the curve rests on it, the target, and the answer with its interval. It is
// nil for an answer without a curve.
func Power(s *size.Search, a *size.Answer) *Figure {
	if len(a.Curve) < 2 || s.Solve == "power" {
		return nil
	}
	unit := size.Unit(s.Solve)
	sh := func(on paper) *sheet {
		return &sheet{
			title:  fmt.Sprintf("%s: %s by %s (%s, %s)", s.Scenario, s.Wanted(), unit, s.Labels.Within(a.Outcome, a.Subgroup), s.Labels.Contrast(s.Arm, s.Control)),
			about:  []string{s.Title, fmt.Sprintf("%s: the curve is fitted to %s trials of designs near the target.", testOf(a), report.Grouped(a.Fit.Replicates))},
			legend: powerLegend(s, a),
			notes:  "The curve's band is that of its " + s.Wanted() + " at one design.",
			body:   powerHeight,
			panels: func(c *draw.Canvas) { drawPower(*c, s, a) },
		}
	}
	f := newFigure(sh, "power-"+s.Stem(a.Outcomes...), powerAlt(s, a))
	f.Data = s.Designs(a)
	return f
}

// testOf is the test that rejects.
func testOf(a *size.Answer) string {
	if len(a.Outcomes) > 1 {
		return a.Outcome
	}
	return fmt.Sprintf("%s at %g days, %s, alpha %g", a.Variable, a.AtDays, a.Method, a.Alpha)
}

// powerLegend has the marks that are drawn.
func powerLegend(s *size.Search, a *size.Answer) []entry {
	list := []entry{
		{"curve with its 95 % band", both(boxMark(bandColour), lineMark(draw.LineStyle{Color: overallColour, Width: medium}))},
		{"trials of one design, 95 % interval", both(lineMark(draw.LineStyle{Color: inkColour, Width: thin}), glyphMark(usedGlyph))},
	}
	if slices.ContainsFunc(a.Evaluations, func(e size.Evaluation) bool { return !e.Used && drawnAt(a, e.Design) }) {
		list = append(list, entry{"not in the curve", glyphMark(unusedGlyph)})
	}
	list = append(list, entry{fmt.Sprintf("%.3g %% %s", 100*a.TargetPower, s.Wanted()), lineMark(goalLine)})
	if a.Value.Known() {
		list = append(list, entry{"95 % interval of the answer", lineMark(answerLine)})
	}
	return list
}

// drawnAt tells whether a design is among those that the curve is drawn over.
func drawnAt(a *size.Answer, design report.Number) bool {
	return design >= a.Curve[0].Design && design <= a.Curve[len(a.Curve)-1].Design
}

const powerHeight = vg.Length(230)

var (
	bandColour  = rgb(0xC9, 0xDF, 0xEE) // the curve's blue, so pale that points show on it
	usedGlyph   = draw.GlyphStyle{Color: inkColour, Radius: pointRadius, Shape: draw.CircleGlyph{}}
	answerLine  = draw.LineStyle{Color: memberColour, Width: 3}
	unusedGlyph = draw.GlyphStyle{Color: inkColour, Radius: pointRadius, Shape: draw.RingGlyph{}}
)

func powerAlt(s *size.Search, a *size.Answer) string {
	text := fmt.Sprintf("%s of trials of %s by %s.", report.SentenceCase(s.Wanted()), s.Scenario, size.Unit(s.Solve))
	if a.Value.Known() {
		text += fmt.Sprintf(" The curve reaches %.3g %% at %s (95 %% interval %s to %s).", 100*a.TargetPower, a.Value.Fixed(decimalsOf(s)), a.Low.Fixed(decimalsOf(s)), a.High.Fixed(decimalsOf(s)))
	}
	return text
}

func decimalsOf(s *size.Search) int {
	if s.Solve == "effect" {
		return 2
	}
	return 0
}

func drawPower(c draw.Canvas, s *size.Search, a *size.Answer) {
	p := newPlot()
	from, to := float64(a.Curve[0].Design), float64(a.Curve[len(a.Curve)-1].Design)
	pad := (to - from) * 0.03
	p.X.Min, p.X.Max = from-pad, to+pad
	p.X.Tick.Marker = ticks(from, to, manyTicks)
	p.X.Label.Text = size.Unit(s.Solve)
	p.Y.Min, p.Y.Max = 0, 100
	p.Y.Tick.Marker = ticks(0, 100, manyTicks)
	p.Add(horizontalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) { powerBand(c, p, a) }),
		plotted(func(c *draw.Canvas, p *plot.Plot) { powerGoal(c, p, s, a) }),
		plotted(func(c *draw.Canvas, p *plot.Plot) { powerPoints(c, p, a) }))
	drawTitled(c, p, s.Wanted()+" (%)")
}

// answerGap is between the answer's line and its number.
const answerGap = vg.Length(5)

// powerBand draws the curve on its band.
func powerBand(c *draw.Canvas, p *plot.Plot, a *size.Answer) {
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
func powerGoal(c *draw.Canvas, p *plot.Plot, s *size.Search, a *size.Answer) {
	x, y := p.Transforms(c)
	goal := y(100 * a.TargetPower)
	c.StrokeLine2(goalLine, c.Min.X, goal, c.Max.X, goal)
	if !a.Value.Known() {
		return
	}
	at := x(float64(a.Value))
	c.StrokeLine2(goalLine, at, c.Min.Y, at, goal)
	within := func(n report.Number) vg.Length {
		v := math.Max(p.X.Min, math.Min(p.X.Max, float64(n)))
		return x(v)
	}
	if a.Low.Known() && a.High.Known() {
		c.StrokeLine2(answerLine, within(a.Low), c.Min.Y, within(a.High), c.Min.Y)
	}
	answer := a.Value
	if s.Solve != "effect" {
		answer = a.Design // whole
	}
	low, high := s.Ends(a)
	text := fmt.Sprintf("%s (%s to %s)", answer.Fixed(decimalsOf(s)), low.Fixed(decimalsOf(s)), high.Fixed(decimalsOf(s)))
	left := vg.Length(fromLeft)
	if beside := textLetters.width(text) + 2*answerGap; at+beside > c.Max.X {
		left = fromRight
	}
	textLetters.write(c, at+(1-2*left)*answerGap, c.Min.Y+2*answerGap, left, text)
}

// powerPoints draws what the trials of each design showed.
func powerPoints(c *draw.Canvas, p *plot.Plot, a *size.Answer) {
	x, y := p.Transforms(c)
	for _, e := range a.Evaluations {
		if !drawnAt(a, e.Design) {
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
