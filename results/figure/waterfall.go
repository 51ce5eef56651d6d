package figure

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"caseload/results/explain"

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
// to either side. A thin, pale bar below shows the factor's step in causal order,
// from where its own bar begins. What is missing has no bar and prints as "-".
//
// The bars lie on their side, factors one below the other: a factor's name and
// what it is about are read level and in full, fourteen factors fit on an A4
// page, and the numbers align in columns. A few factors make a figure for a
// slide.
func Waterfall(e *explain.Explanation) *Figure {
	e = inPoints(e)
	w := &waterfall{rows(e)}
	l := w.lineup(e)
	build := func(on paper) *sheet {
		set := l.set(on)
		return &sheet{
			title:  e.Headline(),
			about:  explained(e),
			legend: w.legend(e),
			notes:  waterfallNotes(e),
			body:   set.height(),
			panels: set.draw,
		}
	}
	return newFigure(build, stem("waterfall", e), waterfallAlt(e))
}

// Lengths of a waterfall. The middle of a row lies between its bar and the thin one
// of its step in causal order.
const (
	waterfallRow = vg.Length(20)
	barAbove     = vg.Length(2.5) // middle of the bar, above that of the row
	barHalf      = vg.Length(4.5)
	stepBelow    = vg.Length(5) // middle of the step
	stepHalf     = vg.Length(1.4)
)

// waterfall is the panel of bars.
type waterfall struct{ rows []row }

func (w *waterfall) lineup(e *explain.Explanation) *lineup {
	l := &lineup{label: "standardized mean difference (SMD)", heads: []string{"SMD", e.Unit}, under: w.connect, mark: w.bar}
	for k := range w.rows {
		r := &w.rows[k]
		l.rows = append(l.rows, lineupRow{name: r.name, about: r.about, bold: r.total, cells: []string{r.smd, r.units}, height: waterfallRow})
	}
	l.axis = func(x *plot.Axis, on paper) { setRange(x, rowsSpan(w.rows), on.ticks()) }
	return l
}

// plotted makes a function one of the plotting library's plotters.
type plotted func(c *draw.Canvas, p *plot.Plot)

// Plot draws into the data's part of the panel.
func (f plotted) Plot(c draw.Canvas, p *plot.Plot) { f(&c, p) }

// bar draws row k about the middle y.
func (w *waterfall) bar(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) {
	r := &w.rows[k]
	if !r.drawn() {
		return
	}
	x, _ := p.Transforms(c)
	at := y + barAbove
	box(c, r.colour, x(min(r.from, r.to)), x(max(r.from, r.to)), at-barHalf, at+barHalf)
	if r.low < r.high {
		errorBarX(c, errorLine, x(r.low), x(r.high), at)
	}
	if r.stepped() {
		box(c, stepColour, x(min(r.from, r.step)), x(max(r.from, r.step)), y-stepBelow-stepHalf, y-stepBelow+stepHalf)
	}
}

// stepColour is quieter than that of losses and gains.
var stepColour color.Color = rgb(0xB4, 0xB4, 0xB4)

// connect draws the line of no effect, and leads from the end of each bar to the
// next row's, but not past a row that is missing: a bar after that need not begin
// where the last one ended.
func (w *waterfall) connect(c *draw.Canvas, p *plot.Plot, s *setLineup) {
	x, _ := p.Transforms(c)
	zeroUpright(c, p, s)
	for k := 1; k < len(w.rows); k++ {
		if w.rows[k-1].drawn() && w.rows[k].drawn() {
			at, above, below := x(w.rows[k-1].to), c.Max.Y-s.marks[k-1]+barAbove, c.Max.Y-s.marks[k]+barAbove
			c.StrokeLine2(axisLine, at, above-barHalf, at, below+barHalf)
		}
	}
}

// legend has the marks that are drawn.
func (w *waterfall) legend(e *explain.Explanation) []entry {
	var out []entry
	any := func(of func(r row) bool) bool { return slices.ContainsFunc(w.rows, of) }
	if any(func(r row) bool { return r.colour == lossColour && r.from != r.to && r.drawn() }) {
		out = append(out, entry{"loss", boxMark(lossColour)})
	}
	if any(func(r row) bool { return r.colour == gainColour && r.drawn() }) {
		out = append(out, entry{"gain", boxMark(gainColour)})
	}
	if any(func(r row) bool { return r.low < r.high }) {
		out = append(out, entry{"± 1.96 Monte Carlo standard errors", errorMark})
	}
	if any(func(r row) bool { return r.drawn() && r.stepped() }) {
		out = append(out, entry{"thin: step in causal order", func(c *draw.Canvas, at vg.Point) {
			box(c, stepColour, at.X-markWidth/2, at.X+markWidth/2, at.Y-stepHalf, at.Y+stepHalf)
		}})
	}
	return out
}

func waterfallNotes(e *explain.Explanation) string {
	var notes []string
	if len(e.Factors) > 0 {
		orders := "all orders"
		if e.Orders > 0 {
			orders = fmt.Sprintf("%d orders", e.Orders)
		}
		notes = append(notes, "Bars of factors: Shapley values, mean steps over "+orders+".")
	}
	notes = append(notes, "Positive is better for the client.")
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
