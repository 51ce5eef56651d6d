package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"caseload/results/report"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Swings says how an answer moves with what is not known: with one assumption at
// a time at the low and the high end of what is thought likely, and the others as
// the scenario has them.
type Swings struct {
	Name   string // of the file, such as "tornado-linked"
	Of     string // what the answer is about, in words
	Answer string // what the axis has, such as "assurance" or "clients"
	Unit   string // of the answer: "%" or empty
	Ends   string // what low and high are, such as "5th and 95th percentile of the prior"
	Centre report.Number
	Rows   []Swing
}

// Swing is one assumption. Numbers are in the unit of the answer; MCSE may be
// missing.
type Swing struct {
	Label            string // in words
	Low, High        string // its values as people read them, such as "12 %"
	AtLow, AtLowMCSE report.Number
	AtHigh           report.Number
	AtHighMCSE       report.Number
}

// width is by how much the answer moves; NaN where an end is not known.
func (s *Swing) width() float64 { return math.Abs(known(s.AtHigh) - known(s.AtLow)) }

// Tornado draws the assumptions that move an answer, the one that moves it most on
// top: a bar from the answer at the low end of the assumption to that at its high
// end, with the Monte Carlo error of both. It is nil if no swing is known.
func Tornado(s *Swings) *Figure {
	rows := slices.DeleteFunc(slices.Clone(s.Rows), func(r Swing) bool { return math.IsNaN(r.width()) })
	if len(rows) == 0 {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b Swing) int { return cmp.Compare(b.width(), a.width()) })
	l := tornadoLineup(s, rows)
	build := func(on paper) *sheet {
		set := l.set(on)
		return &sheet{
			title:  fmt.Sprintf("%s moves the %s most", report.SentenceCase(rows[0].Label), s.Answer),
			about:  []string{fmt.Sprintf("%s: %s with one assumption at a time at its low and its high value (%s), the others as in the scenario.", s.Of, s.Answer, s.Ends)},
			legend: tornadoLegend(s, rows),
			body:   set.height(),
			panels: set.draw,
		}
	}
	return newFigure(build, fileName(s.Name), tornadoAlt(s, rows))
}

const tornadoHalf = vg.Length(5)

func tornadoLineup(s *Swings, rows []Swing) *lineup {
	unit := ""
	if s.Unit != "" {
		unit = " (" + s.Unit + ")"
	}
	l := &lineup{label: s.Answer + unit, heads: []string{"at low" + unit, "at high" + unit}}
	span := newSpan(known(s.Centre))
	low, high := inOneFormat(rows, func(r *Swing) (report.Number, report.Number) { return r.AtLow, r.AtLowMCSE }), inOneFormat(rows, func(r *Swing) (report.Number, report.Number) { return r.AtHigh, r.AtHighMCSE })
	for k := range rows {
		r := &rows[k]
		span.take(errorEnds(r.AtLow, r.AtLowMCSE))
		span.take(errorEnds(r.AtHigh, r.AtHighMCSE))
		l.rows = append(l.rows, lineupRow{name: r.Label, about: r.Low + " to " + r.High, cells: []string{low[k], high[k]}, height: 16})
	}
	l.axis = func(x *plot.Axis, on paper) { setSpan(x, span, on.ticks()) }
	l.under = func(c *draw.Canvas, p *plot.Plot, _ *setLineup) {
		if x, _ := p.Transforms(c); s.Centre.Known() {
			c.StrokeLine2(goalLine, x(float64(s.Centre)), c.Min.Y, x(float64(s.Centre)), c.Max.Y)
		}
	}
	l.mark = func(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) { drawSwing(c, p, s, &rows[k], y) }
	return l
}

// drawSwing draws a bar in two parts, which meet at the centre.
func drawSwing(c *draw.Canvas, p *plot.Plot, s *Swings, r *Swing, y vg.Length) {
	x, _ := p.Transforms(c)
	centre := known(s.Centre)
	if math.IsNaN(centre) {
		centre = (known(r.AtLow) + known(r.AtHigh)) / 2
	}
	for _, end := range []struct {
		at, mcse report.Number
		low      bool
	}{{r.AtLow, r.AtLowMCSE, true}, {r.AtHigh, r.AtHighMCSE, false}} {
		colour := gainColour
		if end.low {
			colour = lossColour
		}
		box(c, colour, x(min(centre, known(end.at))), x(max(centre, known(end.at))), y-tornadoHalf, y+tornadoHalf)
		if low, high := errorEnds(end.at, end.mcse); low < high {
			errorBarX(c, errorLine, x(low), x(high), y)
		}
	}
}

// errorEnds are the ends of an error bar; both NaN without an error.
func errorEnds(value, mcse report.Number) (low, high float64) {
	half := interval * known(mcse)
	if math.IsNaN(half) {
		half = 0
	}
	return known(value) - half, known(value) + half
}

func tornadoLegend(s *Swings, rows []Swing) []entry {
	out := []entry{{"assumption at its low value", boxMark(lossColour)}, {"at its high value", boxMark(gainColour)}}
	if s.Centre.Known() {
		out = append(out, entry{"as in the scenario: " + plain(s.Centre, report.Missing()) + unitAfter(s.Unit), lineMark(goalLine)})
	}
	if slices.ContainsFunc(rows, func(r Swing) bool { return r.AtLowMCSE > 0 || r.AtHighMCSE > 0 }) {
		out = append(out, entry{"± 1.96 Monte Carlo standard errors", errorMark})
	}
	return out
}

func unitAfter(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

func tornadoAlt(s *Swings, rows []Swing) string {
	alt := fmt.Sprintf("Tornado diagram of the %s of %s", s.Answer, s.Of)
	if s.Centre.Known() {
		alt += fmt.Sprintf(": %s%s as in the scenario", plain(s.Centre, report.Missing()), unitAfter(s.Unit))
	}
	alt += "."
	for k := range rows {
		r := &rows[k]
		alt += fmt.Sprintf(" %s: %s%s at %s, %s%s at %s.", report.SentenceCase(r.Label), plain(r.AtLow, r.AtLowMCSE), unitAfter(s.Unit), r.Low, plain(r.AtHigh, r.AtHighMCSE), unitAfter(s.Unit), r.High)
	}
	return alt
}
