package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/trial"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Flow draws the way of clients through the trial as CONSORT asks for it
// (Schulz, Altman & Moher 2010): who was screened and randomized, then for each
// arm allocation, follow-up and analysis. Counts are means over trials; after
// each is the range that holds eight of ten single trials.
func Flow(h *trial.History, scenario string) *Figure {
	f := newFlowChart(h)
	s := func(on paper) *sheet {
		return &sheet{
			title: f.title(),
			about: []string{fmt.Sprintf("%s: mean numbers of clients over %s; in brackets the 10th to 90th percentile of single trials. Whatever happens to a client several times is counted once.",
				scenario, trials(h.Replicates))},
			notes:  f.errors(),
			body:   f.height(),
			panels: f.draw,
		}
	}
	out := newFigure(s, "flow", f.alt())
	out.Data = flowTable(h, f.arms)
	return out
}

// flowBox is a box of lines. A line without a count is a heading.
type flowBox struct {
	title string
	lines []flowLine
}

type flowLine struct {
	label string
	count *trial.HistoryCount
}

// flowChart is the diagram: boxes of all clients, then a column for each arm.
type flowChart struct {
	h          *trial.History
	screened   *flowBox // nil where everyone is taken
	excluded   *flowBox
	randomized flowBox
	arms       []string
	columns    [][]flowBox // an arm each; all have the same stages
}

func newFlowChart(h *trial.History) *flowChart {
	f := &flowChart{h: h}
	for k := range h.Flow {
		if c := &h.Flow[k]; c.What == "allocated" {
			f.arms = append(f.arms, c.Arm)
		}
	}
	if c := f.find("", "screening", "", "screened"); c != nil {
		f.screened = &flowBox{"", []flowLine{{"Screened", c}}}
		f.excluded = &flowBox{"Not enrolled", []flowLine{{"not eligible", f.find("", "screening", "", "not_eligible")}, {"refused the trial", f.find("", "screening", "", "refused")}}}
	}
	f.randomized = flowBox{"", []flowLine{{"Randomized", f.find("", "allocation", "", "randomized")}}}
	for _, arm := range f.arms {
		f.columns = append(f.columns, []flowBox{f.allocation(arm), f.services(arm), f.followUp(arm), f.analysis(arm)})
	}
	for stage := len(f.columns[0]) - 1; stage >= 0; stage-- {
		empty := true
		for _, c := range f.columns {
			empty = empty && len(c[stage].lines) == 0
		}
		if empty {
			for k := range f.columns {
				f.columns[k] = append(f.columns[k][:stage:stage], f.columns[k][stage+1:]...)
			}
		}
	}
	return f
}

// find is the count, nil if there is none.
func (f *flowChart) find(arm, stage, of, what string) *trial.HistoryCount {
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Arm == arm && c.Stage == stage && c.Of == of && c.What == what {
			return c
		}
	}
	return nil
}

// happens tells whether a count is above zero in some arm.
func (f *flowChart) happens(stage, of, what string) bool {
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Stage == stage && (of == "" || c.Of == of) && c.What == what && c.Mean > 0 {
			return true
		}
	}
	return false
}

// of lists what a stage is about, in order.
func (f *flowChart) of(arm, stage string) (names []string) {
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Arm == arm && c.Stage == stage && (len(names) == 0 || names[len(names)-1] != c.Of) {
			names = append(names, c.Of)
		}
	}
	return names
}

func (f *flowChart) allocation(arm string) flowBox {
	b := flowBox{"Allocated to " + arm, []flowLine{{"clients", f.find(arm, "allocation", "", "allocated")}}}
	if f.happens("allocation", "", "contaminated") {
		b.lines = append(b.lines, flowLine{"got another arm's programs", f.find(arm, "allocation", "", "contaminated")})
	}
	for _, p := range f.of(arm, "program") {
		if x, y := f.find(arm, "program", p, "offered"), f.find(arm, "program", p, "refused"); x.Mean == y.Mean {
			continue // nobody is to start it, as on a waiting list
		}
		b.lines = append(b.lines, flowLine{p, nil})
		for _, w := range []struct{ what, label string }{{"started", "started"}, {"refused", "refused"}, {"awaiting", "never got a case manager"}, {"contacted", "had a contact"}} {
			if w.what == "started" || w.what == "contacted" || f.happens("program", p, w.what) {
				b.lines = append(b.lines, flowLine{w.label, f.find(arm, "program", p, w.what)})
			}
		}
	}
	return b
}

// mostServices is how many services are drawn; the page's table has all.
const mostServices = 3

func (f *flowChart) services(arm string) flowBox {
	b := flowBox{title: "Services"}
	for k, s := range f.of(arm, "service") {
		if k == mostServices {
			break
		}
		b.lines = append(b.lines, flowLine{s, nil})
		for _, w := range []struct{ what, label string }{{"sought", "sought it"}, {"queued", "had to wait"}, {"admitted", "admitted"}, {"completed", "completed a stay"}, {"left", "left"}} {
			if w.what == "sought" || w.what == "admitted" || f.happens("service", s, w.what) {
				b.lines = append(b.lines, flowLine{w.label, f.find(arm, "service", s, w.what)})
			}
		}
	}
	return b
}

func (f *flowChart) followUp(arm string) flowBox {
	b := flowBox{title: "Follow-up"}
	for _, day := range f.of(arm, "visit") {
		b.lines = append(b.lines, flowLine{"seen on day " + day, f.find(arm, "visit", day, "made")})
	}
	for _, w := range []struct{ what, label string }{{"lost", "lost to the study"}, {"died", "died"}, {"jailed", "in jail some of the time"}} {
		if f.happens("follow_up", "", w.what) {
			b.lines = append(b.lines, flowLine{w.label, f.find(arm, "follow_up", "", w.what)})
		}
	}
	return b
}

func (f *flowChart) analysis(arm string) flowBox {
	b := flowBox{title: "Analysed"}
	for _, o := range f.of(arm, "analysis") {
		b.lines = append(b.lines, flowLine{o, f.find(arm, "analysis", o, "analysed")})
	}
	return b
}

// Lengths of the diagram.
const (
	flowLineHeight = vg.Length(11)
	flowPadding    = vg.Length(5)
	flowGap        = vg.Length(14)
	flowColumnGap  = vg.Length(12)
)

func (b *flowBox) height() vg.Length {
	n := len(b.lines)
	if b.title != "" {
		n++
	}
	return vg.Length(n)*flowLineHeight + 2*flowPadding
}

// stageHeight is that of the tallest box of a stage.
func stageHeight(columns [][]flowBox, stage int) (h vg.Length) {
	for _, c := range columns {
		h = max(h, c[stage].height())
	}
	return h
}

func (f *flowChart) height() vg.Length {
	h := f.randomized.height() + flowGap
	if f.screened != nil {
		h += f.screened.height() + f.excluded.height() + 2*flowGap
	}
	for _, row := range f.rows() {
		for stage := range f.columns[0] {
			h += stageHeight(row, stage) + flowGap
		}
		h += flowGap / 2 // for the fork
	}
	more := vg.Length(len(f.rows()) - 1)
	return h - flowGap + more*(f.randomized.height()+flowGap)
}

// mostColumns is how many arms stand beside each other.
const mostColumns = 3

// rows are the arms that stand beside each other.
func (f *flowChart) rows() [][][]flowBox { return slices.Collect(slices.Chunk(f.columns, mostColumns)) }

func (f *flowChart) draw(c *draw.Canvas) {
	width := c.Max.X - c.Min.X
	middle := (c.Min.X + c.Max.X) / 2
	half := min(width/2, 200) / 2
	y := c.Max.Y
	if f.screened != nil {
		paintBox(c, f.screened, middle-half, middle+half, y, f.screened.height())
		y -= f.screened.height()
		down := f.excluded.height() + 2*flowGap
		flowArrow(c, middle, y, y-down)
		side := y - flowGap - f.excluded.height()/2
		left := middle + 24
		c.StrokeLine2(axisLine, middle, side, left, side)
		paintBox(c, f.excluded, left, min(left+2*half, c.Max.X), y-flowGap, f.excluded.height())
		y -= down
	}
	for k, row := range f.rows() {
		top := f.randomized
		if k > 0 {
			top = flowBox{"Randomized, further arms", nil}
		}
		paintBox(c, &top, middle-half, middle+half, y, f.randomized.height())
		y = drawColumns(c, row, y-f.randomized.height())
	}
}

// drawColumns draws arms beside each other below the box that ends at y, and
// returns where a box below them begins.
func drawColumns(c *draw.Canvas, columns [][]flowBox, y vg.Length) vg.Length {
	middle := (c.Min.X + c.Max.X) / 2
	n := vg.Length(len(columns))
	width := (c.Max.X - c.Min.X - (n-1)*flowColumnGap) / n
	if n == 1 {
		width /= 2
	}
	centre := func(k int) vg.Length {
		return middle + (vg.Length(k)-(n-1)/2)*(width+flowColumnGap)
	}
	fork := y - flowGap*0.6
	c.StrokeLine2(axisLine, middle, y, middle, fork)
	c.StrokeLine2(axisLine, centre(0), fork, centre(len(columns)-1), fork)
	y -= flowGap * 1.5
	for k := range columns {
		flowArrow(c, centre(k), fork, y)
	}
	for stage := range columns[0] {
		h := stageHeight(columns, stage)
		for k := range columns {
			paintBox(c, &columns[k][stage], centre(k)-width/2, centre(k)+width/2, y, h)
			if stage+1 < len(columns[k]) {
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
func paintBox(c *draw.Canvas, b *flowBox, left, right, y, height vg.Length) {
	box(c, flowFill, left, right, y-height, y)
	c.StrokeLines(axisLine, []vg.Point{{X: left, Y: y}, {X: right, Y: y}, {X: right, Y: y - height}, {X: left, Y: y - height}, {X: left, Y: y}})
	at := y - flowPadding - flowLineHeight/2
	left, right = left+flowPadding+1, right-flowPadding-1
	if b.title != "" {
		headLetters.write(c, left, headLetters.middle(at), fromLeft, headLetters.wrap(b.title, right-left, 1)[0])
		at -= flowLineHeight
	}
	for _, l := range b.lines {
		if l.count == nil {
			letters := smallLetters
			letters.bold = true
			letters.write(c, left, letters.middle(at), fromLeft, letters.wrap(l.label, right-left, 1)[0])
			at -= flowLineHeight
			continue
		}
		letters, indent := smallLetters, vg.Length(6)
		if b.title == "" {
			letters, indent = headLetters, 0
		}
		letters.colour = inkColour
		text := flowCount(l.count)
		letters.write(c, right, letters.middle(at), fromRight, text)
		room := right - left - indent - letters.width(text) - 6
		letters.write(c, left+indent, letters.middle(at), fromLeft, letters.wrap(l.label, max(room, 20), 1)[0])
		at -= flowLineHeight
	}
}

// flowCount is a mean with its range.
func flowCount(c *trial.HistoryCount) string {
	digits := 1
	if c.Mean >= 1000 || math.Round(float64(c.Mean)) == float64(c.Mean) && c.Low == c.High {
		digits = 0
	}
	text := c.Mean.Fixed(digits)
	if c.Mean >= 10000 {
		text = report.Grouped(int(math.Round(float64(c.Mean))))
	}
	if c.Low == c.High {
		return text
	}
	return fmt.Sprintf("%s [%s, %s]", text, c.Low.Fixed(0), c.High.Fixed(0))
}

// title says how many of those randomized are analysed.
func (f *flowChart) title() string {
	n := f.find("", "allocation", "", "randomized")
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Stage == "analysis" && c.What == "analysed" {
			var parts []string
			for _, arm := range f.arms {
				parts = append(parts, fmt.Sprintf("%s in %s", f.find(arm, "analysis", c.Of, "analysed").Mean.Fixed(0), arm))
			}
			return fmt.Sprintf("Of %s clients randomized, %s are analysed for %s", n.Mean.Fixed(0), joined(parts), c.Of)
		}
	}
	return fmt.Sprintf("%s clients are randomized", n.Mean.Fixed(0))
}

// errors says how exact the means are.
func (f *flowChart) errors() string {
	most := report.Number(0)
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Arm != "" && c.MCSE.Known() {
			most = max(most, c.MCSE)
		}
	}
	return fmt.Sprintf("Monte Carlo standard errors of the means in the arms are at most %s. Counts of services are of clients, who may come back.", most.Fixed(2))
}

func (f *flowChart) alt() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CONSORT flow diagram. Randomized: %s.", flowCount(f.randomized.lines[0].count))
	for k, arm := range f.arms {
		fmt.Fprintf(&b, " %s:", arm)
		for _, box := range f.columns[k] {
			for _, l := range box.lines {
				if l.count != nil {
					fmt.Fprintf(&b, " %s %s,", l.label, l.count.Mean.Fixed(1))
				}
			}
		}
	}
	return strings.TrimSuffix(b.String(), ",") + "."
}
