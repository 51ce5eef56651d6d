package figure

import (
	"fmt"
	"strings"

	"caseload/results/explain"
	"caseload/results/report"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Waterfall draws where an effect goes between the ideal world and the trial's
// report: the ideal effect, a floating bar as long as its Shapley value for each
// factor, the longest first, and the observed effect, on the scale of standardized
// mean differences: the numbers that the explanation's paragraph speaks of. Each
// number is printed beside its bar, and beside that its like in the outcome's
// unit, which has no axis because the SD that ties the two scales together
// changes from world to world. Error bars are 1.96 Monte Carlo standard errors
// to either side. A diamond shows the factor's step in causal order. What is missing
// has no bar and prints as "-".
//
// The bars lie on their side, factors one below the other: a factor's name and
// what it is about are read level and in full, fourteen factors fit on an A4
// page, and the numbers align in columns. A few factors make a figure for a
// slide.
func Waterfall(e *explain.Explanation) *Figure {
	e = inPoints(e)
	w := newWaterfall(e)
	s := func(on paper) *sheet {
		return &sheet{
			title:  fmt.Sprintf("%s: where the effect on %s goes (%s)", e.Scenario, e.Outcome, e.Contrast),
			about:  explained(e),
			legend: w.legend(e),
			notes:  waterfallNotes(e),
			body:   w.height(),
			panels: w.draw,
		}
	}
	return newFigure(s, stem("waterfall", e), waterfallAlt(e))
}

// Lengths of a waterfall. A row has its bar on top, level with the first line of
// its name, and room for a diamond below.
const (
	leastRow    = vg.Length(25)
	fallPadding = vg.Length(9)
	barAt       = vg.Length(8) // middle of the bar, below the top of its row
	barHalf     = vg.Length(4.5)
	diamondAt   = vg.Length(16.5)
	namesLeast  = vg.Length(90)
)

var stepMark = draw.GlyphStyle{Color: inkColour, Radius: 2.6, Shape: diamond{}}

// waterfall is the panel of bars with the columns to its sides.
type waterfall struct {
	rows []row
	unit string

	names, details [][]string // lines of each row's name and what it is about
	namesWidth     vg.Length
	smdWidth       vg.Length
	unitsWidth     vg.Length
	tops           []vg.Length // of rows, below that of the panel; the last is where all end
}

func newWaterfall(e *explain.Explanation) *waterfall {
	w := &waterfall{rows: rows(e), unit: e.Unit, namesWidth: namesLeast, tops: []vg.Length{0}}
	w.smdWidth, w.unitsWidth = smallLetters.width("SMD"), smallLetters.width(e.Unit)
	for k := range w.rows {
		r := &w.rows[k]
		w.namesWidth = max(w.namesWidth, headLetters.width(r.name), smallLetters.width(r.about))
		w.smdWidth = max(w.smdWidth, headLetters.width(r.smd))
		w.unitsWidth = max(w.unitsWidth, headLetters.width(r.units))
	}
	w.namesWidth = min(w.namesWidth, namesMost)
	for k := range w.rows {
		r := &w.rows[k]
		name := headLetters.wrap(r.name, w.namesWidth, nameLines)
		detail := smallLetters.wrap(r.about, w.namesWidth, detailLines)
		w.names, w.details = append(w.names, name), append(w.details, detail)
		height := max(leastRow, linesHeight(headLetters, name)+linesHeight(smallLetters, detail)+fallPadding)
		w.tops = append(w.tops, w.tops[k]+height)
	}
	return w
}

// height is that of the panel with heads and axis.
func (w *waterfall) height() vg.Length {
	return headHeight + w.tops[len(w.rows)] + axisHeight
}

// draw draws panel and columns into a canvas of that height.
func (w *waterfall) draw(c *draw.Canvas) {
	p := newPlot()
	p.HideY()
	p.X.Label.Text = "standardized mean difference (SMD)"
	setRange(&p.X, rowsSpan(w.rows))
	p.Y.Min, p.Y.Max = 0, 1 // rows have places of their own
	p.Add(verticalGrid(), plotted(w.bars), plotted(w.columns))
	right := w.smdWidth + w.unitsWidth + 2*columnGap
	p.Draw(draw.Crop(*c, w.namesWidth+columnGap, -right, 0, -headHeight))
}

// plotted makes a function one of the plotting library's plotters.
type plotted func(c *draw.Canvas, p *plot.Plot)

// Plot draws into the data's part of the panel.
func (f plotted) Plot(c draw.Canvas, p *plot.Plot) { f(&c, p) }

// bar is the height at which the bar of row k lies; the first row is on top.
func (w *waterfall) bar(c *draw.Canvas, k int) vg.Length { return c.Max.Y - w.tops[k] - barAt }

// bars draws connections first, so that all else lies on them.
func (w *waterfall) bars(c *draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(c)
	c.StrokeLine2(axisLine, x(0), c.Min.Y, x(0), c.Max.Y)
	w.connect(c, x)
	for k := range w.rows {
		r, y := &w.rows[k], w.bar(c, k)
		if !r.drawn() {
			continue
		}
		box(c, r.colour, x(min(r.from, r.to)), x(max(r.from, r.to)), y-barHalf, y+barHalf)
		if r.low < r.high {
			errorBarX(c, errorLine, x(r.low), x(r.high), y)
		}
		if known(report.Number(r.step)) == r.step {
			c.DrawGlyphNoClip(stepMark, vg.Point{X: x(r.step), Y: y + barAt - diamondAt})
		}
	}
}

// connect leads from the end of each bar to the next row's, but not past a row
// that is missing: a bar after that need not begin where the last one ended.
func (w *waterfall) connect(c *draw.Canvas, x func(float64) vg.Length) {
	for k := 1; k < len(w.rows); k++ {
		if w.rows[k-1].drawn() && w.rows[k].drawn() {
			at := x(w.rows[k-1].to)
			c.StrokeLine2(axisLine, at, w.bar(c, k-1)-barHalf, at, w.bar(c, k)+barHalf)
		}
	}
}

// columns writes names to the left of the panel and numbers to its right.
func (w *waterfall) columns(c *draw.Canvas, p *plot.Plot) {
	left := c.Min.X - columnGap - w.namesWidth
	smd := c.Max.X + columnGap + w.smdWidth
	units := smd + columnGap + w.unitsWidth
	smallLetters.write(c, smd, c.Max.Y+4, fromRight, "SMD")
	smallLetters.write(c, units, c.Max.Y+4, fromRight, w.unit)
	for k := range w.rows {
		r, y := &w.rows[k], w.bar(c, k)
		letters := textLetters
		if r.total {
			letters = headLetters
		}
		base := letters.middle(y)
		letters.write(c, smd, base, fromRight, r.smd)
		letters.write(c, units, base, fromRight, r.units)
		w.writeName(c, left, y, k)
	}
}

// writeName writes a row's name, level with its bar at y, and what it is about.
func (w *waterfall) writeName(c *draw.Canvas, x, y vg.Length, k int) {
	base := headLetters.middle(y)
	for _, line := range w.names[k] {
		headLetters.write(c, x, base, fromLeft, line)
		base -= headLetters.leading()
	}
	for _, line := range w.details[k] {
		smallLetters.write(c, x, base, fromLeft, line)
		base -= smallLetters.leading()
	}
}

func (w *waterfall) legend(e *explain.Explanation) []entry {
	orders := "all orders"
	if e.Orders > 0 {
		orders = fmt.Sprintf("%d orders", e.Orders)
	}
	return []entry{
		{"loss", boxMark(lossColour)},
		{"gain", boxMark(gainColour)},
		{"± 1.96 Monte Carlo standard errors", errorMark},
		{"step in causal order, from where the bar begins; bars: Shapley values, mean steps over " + orders, glyphMark(stepMark)},
	}
}

func waterfallNotes(e *explain.Explanation) string {
	notes := []string{"Positive is better for the client."}
	if e.PerTrial.Known() {
		notes = append(notes, fmt.Sprintf("Trials report an SMD of %s (MCSE %s) on average.", plain(e.PerTrial, e.PerTrialMC), plain(e.PerTrialMC, e.PerTrialMC)))
	}
	for k := range e.Factors {
		if e.Factors[k].NewEstimand {
			notes = append(notes, dagger+" Changes the estimand.")
			break
		}
	}
	return strings.Join(notes, " ")
}
