package figure

import (
	"fmt"
	"math"

	"caseload/results/meta"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Forest draws the studies of a meta-analysis, a line each: a square whose area is the
// study's weight, with its confidence interval, by subgroup if there are any; below
// them the pooled effect, a diamond as wide as its interval, and the prediction
// interval. Ratios are on a log scale. An interval that would squeeze the others is cut
// off with an arrow. It is nil without a pooled effect.
func Forest(m *meta.Meta) *Figure {
	if m.Status.Failed() {
		return nil
	}
	f := newForest(m)
	s := func(on paper) *sheet {
		return &sheet{
			title:  fmt.Sprintf("%s: %s (%s)", metaStem(m), m.EffectName(), metaCount(m)),
			about:  metaAbout(m),
			legend: f.legend(),
			body:   f.height(),
			panels: f.draw,
		}
	}
	return newFigure(s, "forest-"+fileName(metaStem(m)), forestAlt(m))
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
	m                             *meta.Meta
	rows                          []forestRow
	names, shownWidth, weightWide vg.Length
	low, high, most               float64
}

func newForest(m *meta.Meta) *forest {
	f := &forest{m: m, shownWidth: headLetters.width(f95(m)), weightWide: headLetters.width("weight")}
	f.low, f.high = m.Range()
	room := 0.03 * (f.high - f.low)
	f.low, f.high = f.low-room, f.high+room
	if m.Subgroups == nil {
		f.studies("", false)
	} else {
		for k := range m.Subgroups.Groups {
			g := &m.Subgroups.Groups[k]
			f.rows = append(f.rows, forestRow{name: g.Name, bold: true, kind: forestHead})
			f.studies(g.Name, true)
			f.pooled(fmt.Sprintf("all %s", g.Name), &g.Effect, true)
		}
	}
	f.pooled("pooled", &m.Effect, false)
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
func f95(m *meta.Meta) string { return "[" + m.LevelText() + " CI]" }

func (f *forest) studies(group string, indent bool) {
	for _, s := range f.m.Studies {
		if s.Group == group || !indent {
			f.rows = append(f.rows, forestRow{name: s.Study, shown: withMinus(f.m.ShownInterval(s.YI, s.Low, s.High)), weight: s.Weight.Fixed(1) + " %",
				indent: indent, x: float64(s.YI), low: float64(s.Low), high: float64(s.High), share: known(s.Weight), kind: forestStudy})
		}
	}
}

func (f *forest) pooled(name string, e *meta.Effect, indent bool) {
	r := forestRow{name: name, bold: true, indent: indent, kind: forestPooled, x: known(e.Estimate), low: known(e.Low), high: known(e.High),
		shown: withMinus(f.m.ShownInterval(e.Estimate, e.Low, e.High))}
	if e.Status.Failed() {
		r.shown, r.kind = e.Status.String(), forestHead
	}
	f.rows = append(f.rows, r)
}

func (f *forest) height() vg.Length {
	return headHeight + vg.Length(len(f.rows))*forestLine + forestAxis
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
