package figure

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"caseload/results"
)

// Forest draws the studies of a meta-analysis, a line each: a square whose area is the
// study's weight, with its confidence interval, by subgroup if there are any; below
// them the pooled effect, a diamond as wide as its interval, and the prediction
// interval. Ratios are on a log scale. An interval that would squeeze the others is cut
// off with an arrow. It is nil without a pooled effect.
func Forest(m *results.Meta) *Figure {
	if m.Status != "ok" {
		return nil
	}
	f := newForest(m)
	s := &sheet{
		title:  fmt.Sprintf("%s: %s (%s)", metaStem(m), m.EffectName(), metaCount(m)),
		about:  metaAbout(m),
		legend: f.legend(),
		body:   f.height(),
		panels: f.draw,
	}
	return s.figure("forest-"+fileName(metaStem(m)), forestAlt(m))
}

// Lengths of a forest plot.
const (
	forestLine   = vg.Length(14)
	forestMarks  = vg.Length(4.8) // half a side of the heaviest study's square
	forestLeast  = vg.Length(1.8)
	forestNames  = vg.Length(130) // room of names at most
	forestAxis   = vg.Length(30)
	diamondHalf  = vg.Length(4)
	arrowLength  = vg.Length(4)
	forestIndent = vg.Length(8)
)

// A forestRow is one line of a forest plot; numbers are NaN where there are none.
type forestRow struct {
	name, shown, weight string
	bold, indent        bool
	x, low, high, share float64
	kind                forestKind
}

// forestKind is how a row is drawn.
type forestKind uint8

const (
	forestHead forestKind = iota // words alone
	forestStudy
	forestPooled
	forestPrediction
)

// forest is the panel with the columns to its sides.
type forest struct {
	m                             *results.Meta
	rows                          []forestRow
	names, shownWidth, weightWide vg.Length
	low, high, most               float64
}

func newForest(m *results.Meta) *forest {
	f := &forest{m: m, shownWidth: headLetters.width(f95(m)), weightWide: headLetters.width("weight")}
	f.low, f.high = m.MetaRange()
	room := 0.03 * (f.high - f.low)
	f.low, f.high = f.low-room, f.high+room
	if m.Subgroups == nil {
		f.studies("", false)
	} else {
		for k := range m.Subgroups.Groups {
			g := &m.Subgroups.Groups[k]
			f.rows = append(f.rows, forestRow{name: g.Name, bold: true, kind: forestHead})
			f.studies(g.Name, true)
			f.pooled(fmt.Sprintf("all %s", g.Name), &g.MetaEffect, true)
		}
	}
	f.pooled("pooled", &m.MetaEffect, false)
	if m.PILow.Known() {
		f.rows = append(f.rows, forestRow{name: "prediction", shown: withMinus(m.ShownLimits(m.PILow, m.PIHigh)),
			x: float64(m.Estimate), low: float64(m.PILow), high: float64(m.PIHigh), kind: forestPrediction})
	}
	for k := range f.rows {
		r := &f.rows[k]
		f.names = max(f.names, headLetters.width(r.name)+forestIndent)
		f.shownWidth = max(f.shownWidth, headLetters.width(r.shown))
		f.weightWide = max(f.weightWide, textLetters.width(r.weight))
		f.most = math.Max(f.most, r.share)
	}
	f.names = min(f.names, forestNames)
	return f
}

// f95 is the head of the column of effects.
func f95(m *results.Meta) string { return "[" + m.LevelText() + " CI]" }

func (f *forest) studies(group string, indent bool) {
	for _, s := range f.m.Studies {
		if s.Group == group || !indent {
			f.rows = append(f.rows, forestRow{name: s.Study, shown: withMinus(f.m.ShownInterval(s.YI, s.Low, s.High)), weight: s.Weight.Fixed(1) + " %",
				indent: indent, x: float64(s.YI), low: float64(s.Low), high: float64(s.High), share: known(s.Weight), kind: forestStudy})
		}
	}
}

func (f *forest) pooled(name string, e *results.MetaEffect, indent bool) {
	r := forestRow{name: name, bold: true, indent: indent, kind: forestPooled, x: known(e.Estimate), low: known(e.Low), high: known(e.High),
		shown: withMinus(f.m.ShownInterval(e.Estimate, e.Low, e.High))}
	if e.Status != "ok" {
		r.shown, r.kind = e.Status, forestHead
	}
	f.rows = append(f.rows, r)
}

func (f *forest) height() vg.Length {
	return headHeight + vg.Length(len(f.rows))*forestLine + forestAxis
}

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
func metaTicks(m *results.Meta, low, high float64, most int) plot.ConstantTicks {
	var out plot.ConstantTicks
	for _, t := range results.MetaTicks(low, high, most, m.IsRatio()) {
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

func (f *forest) legend() []entry {
	out := []entry{
		{metaThing(f.m) + " (area: weight) with " + f.m.LevelText() + " confidence interval", both(errorPlain, squareMark)},
		{"pooled, with its interval", pooledMark},
	}
	if f.m.PILow.Known() {
		out = append(out, entry{f.m.LevelText() + " prediction interval", func(c *draw.Canvas, at vg.Point) {
			c.StrokeLine2(draw.LineStyle{Color: memberColour, Width: 2}, at.X-markWidth/2, at.Y, at.X+markWidth/2, at.Y)
		}})
	}
	line := goalLine
	line.Width = thin
	return append(out, entry{"pooled", lineMark(line)})
}

func errorPlain(c *draw.Canvas, at vg.Point) {
	c.StrokeLine2(errorLine, at.X-markWidth/2, at.Y, at.X+markWidth/2, at.Y)
}

func squareMark(c *draw.Canvas, at vg.Point) {
	box(c, overallColour, at.X-3, at.X+3, at.Y-3, at.Y+3)
}

func pooledMark(c *draw.Canvas, at vg.Point) {
	c.FillPolygon(inkColour, []vg.Point{{X: at.X - markWidth/2, Y: at.Y}, {X: at.X, Y: at.Y + 3.5}, {X: at.X + markWidth/2, Y: at.Y}, {X: at.X, Y: at.Y - 3.5}})
}

// metaStem is the file's name without its ending.
func metaStem(m *results.Meta) string {
	if at := strings.LastIndex(m.File, "."); at > 0 {
		return m.File[:at]
	}
	return m.File
}

// metaThing is what a mark stands for.
func metaThing(m *results.Meta) string {
	if m.Clusters != nil {
		return "effect"
	}
	return "study"
}

func metaCount(m *results.Meta) string {
	switch {
	case m.Clusters != nil:
		return fmt.Sprintf("%d effects of %d trials", len(m.Studies), m.Clusters.Clusters)
	case len(m.Studies) == 1:
		return "1 study"
	}
	return fmt.Sprintf("%d studies", len(m.Studies))
}

// metaAbout is what a reader needs who sees the figure alone.
func metaAbout(m *results.Meta) []string {
	text := fmt.Sprintf("%s: %s %s.", m.MethodText(), m.EffectName(), withMinus(m.ShownInterval(m.Estimate, m.Low, m.High)))
	text = strings.ToUpper(text[:1]) + text[1:]
	if m.K > 1 {
		text += fmt.Sprintf(" Q = %s on %s df, p %s", m.Q.Fixed(1), m.QDF.Fixed(0), pShort(m.QP))
		text += fmt.Sprintf("; I² = %s %%", m.I2.Fixed(0))
		if m.Tau2.Known() {
			text += "; τ² = " + withMinus(m.TauText())
		}
		text += "."
	}
	return []string{text}
}

func pShort(p results.Number) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return "= " + p.Fixed(3)
}

func forestAlt(m *results.Meta) string {
	alt := fmt.Sprintf("Forest plot of %s. Pooled %s %s.", metaCount(m), m.EffectName(), m.ShownInterval(m.Estimate, m.Low, m.High))
	if m.PILow.Known() {
		alt += fmt.Sprintf(" Prediction interval %s to %s.", m.Shown(m.PILow, m.SE), m.Shown(m.PIHigh, m.SE))
	}
	for k, s := range m.Studies {
		if k == 40 {
			return alt + " And others."
		}
		alt += fmt.Sprintf(" %s: %s.", s.Study, m.ShownInterval(s.YI, s.Low, s.High))
	}
	return alt
}
