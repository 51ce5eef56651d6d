package figure

import (
	"fmt"
	"math"
	"slices"

	"caseload/results/report"
	"caseload/results/size"
	"caseload/scenarios"

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
	sh := func(on paper) *sheet {
		return &sheet{
			title:  powerTitle(s, a),
			about:  []string{s.Title, fmt.Sprintf("%s; %s: the curve is fitted to %s trials of designs near the target.", s.Labels.Contrast(s.Arm, s.Control), testOf(s, a), report.Grouped(a.Fit.Replicates))},
			legend: powerLegend(s, a),
			notes:  "The curve's band is that of its " + s.Wanted() + " at one design.",
			body:   powerHeight,
			panels: func(c *draw.Canvas) { drawPower(*c, s, a, on) },
		}
	}
	f := newFigure(sh, "power-"+s.Stem(a.Outcomes...), powerAlt(s, a))
	f.Data = s.Designs(a)
	return f
}

// testOf is the test that rejects.
func testOf(s *size.Search, a *size.Answer) string {
	if len(a.Outcomes) > 1 {
		return s.About(a)
	}
	return fmt.Sprintf("%s (day %s), %s, alpha %s", s.About(a), report.SixDigits(a.AtDays), scenarios.Plain(a.Method), report.SixDigits(a.Alpha))
}

// powerLegend has the marks that are drawn.
func powerLegend(s *size.Search, a *size.Answer) []entry {
	list := []entry{{"curve with its 95 % band", both(boxMark(bandColour), lineMark(draw.LineStyle{Color: overallColour, Width: medium}))}}
	if slices.ContainsFunc(a.Evaluations, func(e size.Evaluation) bool { return e.Used && drawnAt(a, e.Design) }) {
		list = append(list, entry{"trials of one design, 95 % interval", both(lineMark(draw.LineStyle{Color: inkColour, Width: thin}), glyphMark(usedGlyph))})
	}
	if slices.ContainsFunc(a.Evaluations, func(e size.Evaluation) bool { return !e.Used && drawnAt(a, e.Design) }) {
		list = append(list, entry{"not in the curve", glyphMark(unusedGlyph)})
	}
	list = append(list, entry{fmt.Sprintf("%.3g %% %s", 100*a.TargetPower, s.Wanted()), lineMark(goalLine)})
	if a.Value.Known() && a.Low.Known() && a.High.Known() {
		list = append(list, entry{"95 % interval of the answer", lineMark(answerLine)})
	}
	return list
}

// powerTitle says the answer.
func powerTitle(s *size.Search, a *size.Answer) string {
	wanted := fmt.Sprintf("%.3g %% %s", 100*a.TargetPower, s.Wanted())
	if !a.Value.Known() {
		return fmt.Sprintf("%s is not reached: %s", wanted, s.About(a))
	}
	low, high := s.Ends(a)
	d := decimalsOf(s)
	return fmt.Sprintf("%s at %s %s (95 %% CI %s to %s): %s", wanted, answerOf(s, a).Fixed(d), size.Unit(s.Solve), low.Fixed(d), high.Fixed(d), s.About(a))
}

// answerOf is the answer, whole unless it is an effect.
func answerOf(s *size.Search, a *size.Answer) report.Number {
	if s.Solve != "effect" {
		return a.Design
	}
	return a.Value
}

// drawnAt tells whether a design is in the range that is drawn.
func drawnAt(a *size.Answer, design report.Number) bool {
	low, high := powerRange(a)
	return float64(design) >= low && float64(design) <= high
}

// powerRange is where something happens: from the least to the largest design that was
// tried and that the curve reaches, with the answer and its interval.
func powerRange(a *size.Answer) (low, high float64) {
	first, last := float64(a.Curve[0].Design), float64(a.Curve[len(a.Curve)-1].Design)
	s := newSpan(math.NaN())
	for _, e := range a.Evaluations {
		if at := float64(e.Design); at >= first && at <= last {
			s.include(at)
		}
	}
	if a.Value.Known() {
		s.include(known(a.Value), known(a.Low), known(a.High))
	}
	low, high = max(s.low, first), min(s.high, last)
	if !(low < high) {
		return first, last
	}
	return low, high
}

// designTicks are at the designs that were tried, as far as labels have room.
func designTicks(a *size.Answer, low, high float64, decimals int, room vg.Length) plot.ConstantTicks {
	var tried []float64
	for _, e := range a.Evaluations {
		if drawnAt(a, e.Design) {
			tried = append(tried, float64(e.Design))
		}
	}
	slices.Sort(tried)
	var out plot.ConstantTicks
	end := math.Inf(-1) // of the last label
	perPoint := (high - low) / float64(room)
	for _, at := range slices.Compact(tried) {
		label := withMinus(report.Number(at).Fixed(decimals))
		half := float64(smallLetters.width(label)) / 2 * perPoint
		if at-half < end {
			label = "" // a tick alone
		} else {
			end = at + half + 4*perPoint
		}
		out = append(out, plot.Tick{Value: at, Label: label})
	}
	return out
}

// percentRange is the part of 0 to 100 % that values lie in, between multiples of 20.
func percentRange(axis *plot.Axis, values span) {
	axis.Min, axis.Max = math.Max(0, math.Floor((values.low-1)/20)*20), math.Min(100, math.Ceil((values.high+1)/20)*20)
	axis.Tick.Marker = ticks(axis.Min, axis.Max, 5)
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

func drawPower(c draw.Canvas, s *size.Search, a *size.Answer, on paper) {
	p := newPlot()
	from, to := powerRange(a)
	pad := (to - from) * 0.03
	p.X.Min, p.X.Max = from-pad, to+pad
	p.X.Tick.Marker = designTicks(a, p.X.Min, p.X.Max, decimalsOf(s), c.Max.X-c.Min.X-panelGap)
	p.X.Label.Text = size.Unit(s.Solve)
	percentRange(&p.Y, powersOf(a))
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
		if !drawnAt(a, k.Design) {
			continue
		}
		band = append(band, vg.Point{X: x(float64(k.Design)), Y: y(100 * float64(k.Low))})
		curve = append(curve, vg.Point{X: x(float64(k.Design)), Y: y(100 * float64(k.Power))})
	}
	for k := len(a.Curve) - 1; k >= 0; k-- {
		if !drawnAt(a, a.Curve[k].Design) {
			continue
		}
		band = append(band, vg.Point{X: x(float64(a.Curve[k].Design)), Y: y(100 * float64(a.Curve[k].High))})
	}
	if len(curve) < 2 {
		return
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
	answer := answerOf(s, a)
	low, high := s.Ends(a)
	text := fmt.Sprintf("%s (%s to %s)", answer.Fixed(decimalsOf(s)), low.Fixed(decimalsOf(s)), high.Fixed(decimalsOf(s)))
	left := vg.Length(fromLeft)
	if beside := textLetters.width(text) + 2*answerGap; at+beside > c.Max.X {
		left = fromRight
	}
	textLetters.write(c, at+(1-2*left)*answerGap, c.Min.Y+2*answerGap, left, text)
}

// powersOf is what the heights of a power curve reach.
func powersOf(a *size.Answer) span {
	s := newSpan(100 * a.TargetPower)
	for _, k := range a.Curve {
		if drawnAt(a, k.Design) {
			s.include(100*known(k.Low), 100*known(k.High))
		}
	}
	for _, e := range a.Evaluations {
		if drawnAt(a, e.Design) {
			s.include(100*known(e.Low), 100*known(e.High))
		}
	}
	return s
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
