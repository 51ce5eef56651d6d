package figure

import (
	"fmt"
	"math"
	"strings"

	"caseload/results/meta"
	"caseload/scenarios"

	"gonum.org/v1/plot"
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
	l := f.lineup()
	build := func(on paper) *sheet {
		set := l.set(on)
		return &sheet{
			title:  fmt.Sprintf("%s: %s %s (%s)", metaStem(m), m.EffectName(), withMinus(m.ShownInterval(m.Estimate, m.Low, m.High)), metaCount(m)),
			about:  metaAbout(m),
			legend: f.legend(),
			notes:  f.notes(),
			body:   set.height(),
			panels: set.draw,
		}
	}
	return newFigure(build, "forest-"+fileName(metaStem(m)), forestAlt(m))
}

// Lengths of a forest plot.
const (
	forestMarks = vg.Length(4.8) // half a side of the heaviest study's square
	forestLeast = vg.Length(1.8)
	forestTight = vg.Length(10.4) // of a row where there are many
	diamondHalf = vg.Length(4)
	arrowLength = vg.Length(4)
)

// A forest with more rows than manyRows has them closer together, and one with more
// than mostRows leaves out the last: it is to fit on two pages.
const (
	manyRows = 45
	mostRows = 125
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
	forestFailed
	forestStudy
	forestPooled
	forestPrediction
)

// forest is the panel of studies.
type forest struct {
	m               *meta.Meta
	rows            []forestRow
	low, high, most float64
	left            int // studies that are not drawn
}

func newForest(m *meta.Meta) *forest {
	f := &forest{m: m}
	f.low, f.high = m.Range()
	room := 0.03 * (f.high - f.low)
	f.low, f.high = f.low-room, f.high+room
	switch {
	case m.Subgroups != nil:
		for k := range m.Subgroups.Groups {
			g := &m.Subgroups.Groups[k]
			f.head(g.Name)
			f.studies(func(s *meta.Study) bool { return s.Group == g.Name }, true)
			f.pooled(fmt.Sprintf("all %s", g.Name), &g.Effect, true)
		}
	case m.Clusters != nil:
		f.trials()
	default:
		f.studies(func(*meta.Study) bool { return true }, false)
	}
	f.pooled("pooled", &m.Effect, false)
	if m.PILow.Known() {
		f.rows = append(f.rows, forestRow{name: "prediction", shown: withMinus(m.ShownLimits(m.PILow, m.PIHigh)),
			x: float64(m.Estimate), low: float64(m.PILow), high: float64(m.PIHigh), kind: forestPrediction})
	}
	for k := range f.rows {
		f.most = math.Max(f.most, f.rows[k].share)
	}
	return f
}

func (f *forest) head(name string) {
	f.rows = append(f.rows, forestRow{name: name, bold: true, kind: forestHead})
}

// trials adds the effects of each trial below its name; a trial with one effect has
// a row of its own.
func (f *forest) trials() {
	var names []string
	effects := map[string]int{}
	for k := range f.m.Studies {
		if name := f.m.Studies[k].Trial; effects[name] == 0 {
			names = append(names, name)
		}
		effects[f.m.Studies[k].Trial]++
	}
	for _, name := range names {
		if effects[name] > 1 {
			f.head(trialName(name))
		}
		f.studies(func(s *meta.Study) bool { return s.Trial == name }, effects[name] > 1)
	}
}

// trialName is a trial's name, which may be but a number.
func trialName(name string) string {
	if strings.Trim(name, "0123456789") == "" {
		return "trial " + name
	}
	return scenarios.Plain(name)
}

// f95 is the head of the column of effects.
func f95(m *meta.Meta) string { return "[" + m.LevelText() + " CI]" }

func (f *forest) studies(of func(*meta.Study) bool, indent bool) {
	for k := range f.m.Studies {
		s := &f.m.Studies[k]
		if !of(s) {
			continue
		}
		if len(f.rows) >= mostRows {
			f.left++
			continue
		}
		name := s.Study
		if indent && s.Trial != "" {
			name = strings.TrimPrefix(name, scenarios.Plain(s.Trial)+", ")
		}
		f.rows = append(f.rows, forestRow{name: name, shown: withMinus(f.m.ShownInterval(s.YI, s.Low, s.High)), weight: s.Weight.Fixed(1) + " %",
			indent: indent, x: float64(s.YI), low: float64(s.Low), high: float64(s.High), share: known(s.Weight), kind: forestStudy})
	}
}

func (f *forest) pooled(name string, e *meta.Effect, indent bool) {
	r := forestRow{name: name, bold: true, indent: indent, kind: forestPooled, x: known(e.Estimate), low: known(e.Low), high: known(e.High),
		shown: withMinus(f.m.ShownInterval(e.Estimate, e.Low, e.High))}
	if e.Status.Failed() {
		r.shown, r.kind = e.Status.String(), forestFailed
	}
	f.rows = append(f.rows, r)
}

func (f *forest) lineup() *lineup {
	l := &lineup{label: f.axisLabel(), heads: []string{f.m.EffectShort() + " " + f95(f.m), "weight"}, sides: f.directions(), under: f.lines, mark: f.mark}
	if len(f.rows) > manyRows {
		l.tight = forestTight
	}
	for k := range f.rows {
		r := &f.rows[k]
		row := lineupRow{name: r.name, bold: r.bold, head: r.kind == forestHead, cells: []string{r.shown, r.weight}}
		if r.indent {
			row.indent = headingIndent
		}
		l.rows = append(l.rows, row)
	}
	l.axis = func(x *plot.Axis, on paper) {
		x.Min, x.Max = f.low, f.high
		x.Tick.Marker = metaTicks(f.m, f.low, f.high, on.ticks()+1)
	}
	return l
}

func (f *forest) notes() string {
	if f.left == 0 {
		return ""
	}
	return fmt.Sprintf("Not drawn, but pooled: the last %d of %d.", f.left, len(f.m.Studies))
}

// legend has the marks that are drawn.
func (f *forest) legend() []entry {
	out := []entry{
		{metaThing(f.m) + " (area: weight) with " + f.m.LevelText() + " confidence interval", both(errorPlain, squareMark)},
		{"pooled effect with its interval", pooledMark},
	}
	if f.m.PILow.Known() {
		out = append(out, entry{f.m.LevelText() + " prediction interval", lineMark(predictionLine)})
	}
	return append(out, entry{"pooled effect", lineMark(pooledLine)})
}

var (
	predictionLine = draw.LineStyle{Color: memberColour, Width: 2}
	pooledLine     = draw.LineStyle{Color: axisColour, Width: thin, Dashes: goalLine.Dashes}
)

func errorPlain(c *draw.Canvas, at vg.Point) {
	c.StrokeLine2(errorLine, at.X-markWidth/2, at.Y, at.X+markWidth/2, at.Y)
}

func squareMark(c *draw.Canvas, at vg.Point) {
	box(c, overallColour, at.X-3, at.X+3, at.Y-3, at.Y+3)
}

func pooledMark(c *draw.Canvas, at vg.Point) {
	c.FillPolygon(inkColour, []vg.Point{{X: at.X - markWidth/2, Y: at.Y}, {X: at.X, Y: at.Y + 3.5}, {X: at.X + markWidth/2, Y: at.Y}, {X: at.X, Y: at.Y - 3.5}})
}
