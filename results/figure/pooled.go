package figure

import (
	"fmt"
	"math"

	"caseload/results/literature"
	"caseload/results/report"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Pooled draws how the pooled effects of simulated reviews are distributed, a strip
// of histogram for each group, over the published effect with its interval where
// there is one. It is nil without groups.
func Pooled(l *literature.Literature) *Figure {
	f := newPooledStrips(l)
	if len(f.rows) == 0 {
		return nil
	}
	lines := f.lineup()
	build := func(on paper) *sheet {
		set := lines.set(on)
		return &sheet{
			title:  f.title(),
			about:  []string{fmt.Sprintf("%s: pooled effects of %s simulated reviews.", l.Title, report.Grouped(l.Bodies))},
			legend: f.legend(),
			notes:  "Each strip has the height of its own largest class. Trials: how many are pooled, on average.",
			body:   set.height(),
			panels: set.draw,
		}
	}
	return newFigure(build, "pooled-"+fileName(l.Scenario), f.alt())
}

// newPooledStrips has the clusters of outcomes first, and then the groups of them.
func newPooledStrips(l *literature.Literature) *pooledStrips {
	f := &pooledStrips{low: math.Inf(1), high: math.Inf(-1)}
	for _, whole := range []bool{false, true} {
		for k := range l.Rows {
			if r := &l.Rows[k]; r.SMD.Mean.Known() && whole == (scenarios.Cluster(r.Group).Title() == "") {
				f.rows = append(f.rows, r)
			}
		}
		if !whole {
			f.parts = len(f.rows)
		}
	}
	for _, r := range f.rows {
		f.low, f.high = math.Min(f.low, float64(r.SMD.Low)), math.Max(f.high, float64(r.SMD.High))
		if p := r.Published; p != nil && p.SMD.Known() {
			f.include(p.SMD, p.Low, p.High)
		}
	}
	f.low, f.high = math.Min(f.low, 0), math.Max(f.high, 0)
	room := 0.12 * (f.high - f.low)
	f.low, f.high = f.low-room, f.high+room
	return f
}

// title says how the first published figure, or else the last group, comes out.
func (f *pooledStrips) title() string {
	for _, r := range f.rows {
		if p := r.Published; p != nil && p.SMD.Known() {
			return fmt.Sprintf("%s: reviews find %s, the published one %s", scenarios.GroupTitle(r.Group), withMinus(r.SMD.Median.Fixed(2)), withMinus(p.SMD.Fixed(2)))
		}
	}
	r := f.rows[len(f.rows)-1]
	return fmt.Sprintf("%s: reviews find %s", scenarios.GroupTitle(r.Group), withMinus(r.SMD.Median.Fixed(2)))
}

// legend has the marks that are drawn.
func (f *pooledStrips) legend() []entry {
	out := []entry{{"pooled SMDs of the reviews", boxMark(bandColour)}, {"the middle 95 % of them, and their median", both(errorMark, glyphMark(medianGlyph))}}
	for _, r := range f.rows {
		if p := r.Published; p != nil && p.SMD.Known() {
			return append(out, entry{"published, with its 95 % confidence interval if that is known", both(lineMark(publishedLine), glyphMark(publishedGlyph))})
		}
	}
	return out
}

func (f *pooledStrips) lineup() *lineup {
	l := &lineup{label: "pooled SMD", heads: []string{"trials", "median [95 %]", "published"}, sides: [][2]string{{"← favours control", "favours case management →"}, {"← control", "case management →"}}}
	var marks []*literature.Row
	head := func(text string) {
		l.rows, marks = append(l.rows, lineupRow{name: text, head: true}), append(marks, nil)
	}
	for k, r := range f.rows {
		if apart := f.parts > 0 && f.parts < len(f.rows); apart && k == 0 {
			head("By group of outcomes")
		} else if apart && k == f.parts {
			head("Together")
		}
		published := ""
		if p := r.Published; p != nil && p.SMD.Known() {
			published = withMinus(p.SMD.Fixed(2))
		}
		l.rows = append(l.rows, lineupRow{name: scenarios.GroupTitle(r.Group), height: stripHeight, indent: headingIndent,
			cells: []string{r.Studies.Fixed(1), withMinus(fmt.Sprintf("%s [%s, %s]", r.SMD.Median.Fixed(2), r.SMD.Low.Fixed(2), r.SMD.High.Fixed(2))), published}})
		marks = append(marks, r)
	}
	l.axis = func(x *plot.Axis, on paper) {
		x.Min, x.Max = f.low, f.high
		x.Tick.Marker = ticks(f.low, f.high, on.ticks())
	}
	l.under = zeroUpright
	l.mark = func(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) { f.strip(c, p, marks[k], y-stripHeight/2) }
	return l
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
	parts     int // of the rows, the first so many are clusters of outcomes
	low, high float64
}

func (f *pooledStrips) include(numbers ...report.Number) {
	for _, n := range numbers {
		if n.Known() {
			f.low, f.high = math.Min(f.low, float64(n)), math.Max(f.high, float64(n))
		}
	}
}

func (f *pooledStrips) alt() string {
	text := "Distribution of pooled effects by group."
	for _, r := range f.rows {
		text += fmt.Sprintf(" %s: %s (95 %% of reviews %s to %s)", scenarios.GroupTitle(r.Group), r.SMD.Median.Fixed(2), r.SMD.Low.Fixed(2), r.SMD.High.Fixed(2))
		if p := r.Published; p != nil && p.SMD.Known() {
			text += ", published " + p.SMD.Fixed(2)
		}
		text += "."
	}
	return text
}

// strip draws a row from its bottom upwards.
func (f *pooledStrips) strip(c *draw.Canvas, p *plot.Plot, r *literature.Row, bottom vg.Length) {
	x, _ := p.Transforms(c)
	f.histogram(c, x, r, bottom+9)
	y := bottom + 5
	errorBarX(c, errorLine, x(float64(r.SMD.Low)), x(float64(r.SMD.High)), y)
	c.DrawGlyphNoClip(medianGlyph, vg.Point{X: x(float64(r.SMD.Median)), Y: y})
	f.published(c, x, r, bottom+stripHeight-7)
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
