package figure

import (
	"fmt"
	"image/color"

	"caseload/results/report"
	"caseload/results/trial"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Lengths of the diagram.
const (
	flowPadding   = vg.Length(5)
	flowGap       = vg.Length(14)
	flowColumnGap = vg.Length(12)
	flowIndent    = vg.Length(8)  // of a part
	flowSide      = vg.Length(24) // from the middle to the box of those excluded
	flowWidest    = vg.Length(230)
	flowSpine     = vg.Length(30) // of the line to the box of those excluded, on narrow paper
)

// flowDiagram is a chart set on paper.
type flowDiagram struct {
	*flowChart
	on     paper
	across int       // arms beside each other
	width  vg.Length // of an arm's boxes
	top    vg.Length // width of the boxes above the arms
}

func (f *flowChart) diagram(on paper) *flowDiagram {
	d := &flowDiagram{flowChart: f, on: on, across: min(3, len(f.arms)), top: min(on.content(), 200)}
	if on.narrow {
		d.across = 1
	}
	n := vg.Length(d.across)
	d.width = min((on.content()-(n-1)*flowColumnGap)/n, flowWidest)
	return d
}

// setLine is a line of a box with its label broken into lines.
type setLine struct {
	flowLine
	labels []string
	letter lettering
	indent vg.Length
}

// flowSet is a box with its texts broken for its width.
type flowSet struct {
	title          []string
	lines          []setLine
	ranges, number vg.Length // widths of the columns of numbers
}

// flowNumber is a count of the first trial, and flowRange what other trials have; ""
// where all have the same.
func flowNumber(c *trial.HistoryCount) string { return report.Grouped(c.First) }

func flowRange(c *trial.HistoryCount) string {
	low, high := report.Grouped(int(float64(c.Low)+0.5)), report.Grouped(int(float64(c.High)+0.5))
	if low == high && low == flowNumber(c) || !c.Low.Known() {
		return ""
	}
	return fmt.Sprintf("[%s, %s]", low, high)
}

func (d *flowDiagram) set(b *flowBox, width vg.Length) *flowSet {
	inner := width - 2*flowPadding - 2
	s := &flowSet{title: headLetters.wrap(b.title, inner, 4)}
	plainLetters := smallLetters
	plainLetters.colour = inkColour
	if b.title == "" {
		plainLetters = headLetters
	}
	for _, l := range b.lines {
		s.number = max(s.number, plainLetters.width(flowNumber(l.count)))
		s.ranges = max(s.ranges, smallLetters.width(flowRange(l.count)))
	}
	for _, l := range b.lines {
		line := setLine{flowLine: l, letter: plainLetters}
		if l.part {
			line.indent = flowIndent
		}
		line.labels = plainLetters.wrap(l.label, inner-line.indent-s.number-s.ranges-flowIndent, 4)
		s.lines = append(s.lines, line)
	}
	return s
}

func (s *flowSet) height() vg.Length {
	h := 2*flowPadding + linesHeight(headLetters, s.title)
	for k := range s.lines {
		h += linesHeight(s.lines[k].letter, s.lines[k].labels)
	}
	return h
}

// stageHeight is that of the tallest box of a stage of arms beside each other.
func (d *flowDiagram) stageHeight(row [][]flowBox, stage int) (h vg.Length) {
	for k := range row {
		h = max(h, d.set(&row[k][stage], d.width).height())
	}
	return h
}

// excludedWidth is the room to the right of the line from assessed to randomized.
func (d *flowDiagram) excludedWidth() vg.Length {
	if d.on.narrow {
		return d.on.content() - flowSpine - flowSide
	}
	return min(d.on.content()/2-flowSide, d.top)
}

func (d *flowDiagram) height() vg.Length {
	rows := d.rows(d.across)
	h := vg.Length(len(rows))*(d.set(&d.randomized, d.top).height()+flowGap*1.5) - flowGap
	if d.assessed != nil {
		h += d.set(d.assessed, d.top).height() + d.set(d.excluded, d.excludedWidth()).height() + 2*flowGap
	}
	for _, row := range rows {
		for stage := range d.stages() {
			h += d.stageHeight(row, stage) + flowGap
		}
	}
	return h
}

func (d *flowDiagram) draw(c *draw.Canvas) {
	middle := (c.Min.X + c.Max.X) / 2
	y := c.Max.Y
	if d.assessed != nil {
		y = d.screening(c, middle, y)
	}
	for k, row := range d.rows(d.across) {
		top := d.randomized
		if k > 0 {
			top.lines = []flowLine{{"Randomized, another arm", top.lines[0].count, false}}
			if d.across > 1 {
				top.lines[0].label = "Randomized, further arms"
			}
		}
		s := d.set(&top, d.top)
		paintBox(c, s, middle-d.top/2, middle+d.top/2, y, s.height())
		y = d.drawColumns(c, row, y-s.height())
	}
}

// screening draws who was assessed and excluded, and returns where the next box begins.
func (d *flowDiagram) screening(c *draw.Canvas, middle, y vg.Length) vg.Length {
	spine := middle
	if d.on.narrow {
		spine = c.Min.X + flowSpine
	}
	first, out := d.set(d.assessed, d.top), d.set(d.excluded, d.excludedWidth())
	paintBox(c, first, middle-d.top/2, middle+d.top/2, y, first.height())
	y -= first.height()
	down := out.height() + 2*flowGap
	flowArrow(c, spine, y, y-down)
	side := y - flowGap - out.height()/2
	left := spine + flowSide
	c.StrokeLine2(axisLine, spine, side, left, side)
	paintBox(c, out, left, left+d.excludedWidth(), y-flowGap, out.height())
	return y - down
}

// drawColumns draws arms beside each other below the box that ends at y, and
// returns where a box below them begins.
func (d *flowDiagram) drawColumns(c *draw.Canvas, row [][]flowBox, y vg.Length) vg.Length {
	middle := (c.Min.X + c.Max.X) / 2
	n := vg.Length(len(row))
	centre := func(k int) vg.Length {
		return middle + (vg.Length(k)-(n-1)/2)*(d.width+flowColumnGap)
	}
	fork := y - flowGap*0.6
	c.StrokeLine2(axisLine, middle, y, middle, fork)
	c.StrokeLine2(axisLine, centre(0), fork, centre(len(row)-1), fork)
	y -= flowGap * 1.5
	for k := range row {
		flowArrow(c, centre(k), fork, y)
	}
	for stage := range d.stages() {
		h := d.stageHeight(row, stage)
		for k := range row {
			paintBox(c, d.set(&row[k][stage], d.width), centre(k)-d.width/2, centre(k)+d.width/2, y, h)
			if stage+1 < len(row[k]) {
				flowArrow(c, centre(k), y-h, y-h-flowGap)
			}
		}
		y -= h + flowGap
	}
	return y
}

// flowArrow points down.
func flowArrow(c *draw.Canvas, x, from, to vg.Length) {
	c.StrokeLine2(axisLine, x, from, x, to+3)
	c.FillPolygon(axisColour, []vg.Point{{X: x - 2.5, Y: to + 4.5}, {X: x + 2.5, Y: to + 4.5}, {X: x, Y: to}})
}

var flowFill color.Color = rgb(0xF7, 0xF7, 0xF7)

// paintBox draws a box with its upper edge at y.
func paintBox(c *draw.Canvas, s *flowSet, left, right, y, height vg.Length) {
	box(c, flowFill, left, right, y-height, y)
	c.StrokeLines(axisLine, []vg.Point{{X: left, Y: y}, {X: right, Y: y}, {X: right, Y: y - height}, {X: left, Y: y - height}, {X: left, Y: y}})
	left, right = left+flowPadding+1, right-flowPadding-1
	y -= flowPadding
	for _, line := range s.title {
		headLetters.write(c, left, y-headLetters.leading()/2-headLetters.ascent()/2, fromLeft, line)
		y -= headLetters.leading()
	}
	for k := range s.lines {
		l := &s.lines[k]
		base := l.letter.middle(y - l.letter.leading()/2)
		smallLetters.write(c, right, base, fromRight, flowRange(l.count))
		numbers := right - s.ranges
		if s.ranges > 0 {
			numbers -= flowPadding
		}
		l.letter.write(c, numbers, base, fromRight, flowNumber(l.count))
		for _, line := range l.labels {
			l.letter.write(c, left+l.indent, l.letter.middle(y-l.letter.leading()/2), fromLeft, line)
			y -= l.letter.leading()
		}
	}
}
