package figure

import (
	"fmt"
	"math"
	"slices"

	"caseload/results/compare"
	"caseload/results/report"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Designs draws the power of each design of a comparison with its Monte Carlo error, beside what a
// formula says of it and what it takes: a figure for each question.
func Designs(c *compare.Comparison) (all []*Figure) {
	for _, q := range c.Questions() {
		if f := designs(c, q); f != nil {
			all = append(all, f)
		}
	}
	return all
}

// designBar is a design with its row.
type designBar struct {
	*compare.Design
	row *compare.Row
}

func designs(c *compare.Comparison, q *compare.Row) *Figure {
	var bars []designBar
	for i := range c.Designs {
		if r := c.Designs[i].Row(q); r != nil && r.Power.Known() {
			bars = append(bars, designBar{&c.Designs[i], r})
		}
	}
	if len(bars) == 0 {
		return nil
	}
	about := c.Labels.Within(q.Outcome, q.Subgroup)
	l := designLineup(bars)
	build := func(on paper) *sheet {
		set := l.set(on)
		return &sheet{
			title:  "Power by design: " + about,
			about:  []string{c.Title, fmt.Sprintf("%s: the same clients and the same chances in %s of each design.", c.Labels.Contrast(q.Arm, q.Control), report.Counted(c.Replicates, "trial"))},
			legend: designLegend(bars),
			body:   set.height(),
			panels: set.draw,
		}
	}
	name := "compare-" + q.Outcome
	if q.Subgroup != report.Everyone || len(c.Questions()) > 1 {
		name += "-" + q.Subgroup + "-" + q.Arm
	}
	return newFigure(build, fileName(name), designAlt(about, bars))
}

func designLineup(bars []designBar) *lineup {
	l := &lineup{label: "power (%)", heads: []string{"power %", "clients", "months"}}
	priced := slices.ContainsFunc(bars, func(b designBar) bool { return b.Cost.Known() })
	if priced {
		l.heads = append(l.heads, "cost")
	}
	span := newSpan(0)
	for _, b := range bars {
		span.take(errorEnds(b.row.Power*100, b.row.PowerMCSE*100))
		span.include(known(b.row.Formula.Power) * 100)
		cells := []string{(b.row.Power * 100).Rounded(b.row.PowerMCSE * 100), report.Grouped(b.Clients), b.row.Months.Fixed(1)}
		if priced {
			cells = append(cells, b.Cost.Whole())
		}
		l.rows = append(l.rows, lineupRow{name: b.Label, about: b.Randomized, cells: cells, height: 16})
	}
	l.axis = func(x *plot.Axis, on paper) { setSpan(x, span, on.ticks()) }
	l.mark = func(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) { drawDesign(c, p, bars[k].row, y) }
	return l
}

// drawDesign draws the power of a design as simulated, with its error, and by formula.
func drawDesign(c *draw.Canvas, p *plot.Plot, r *compare.Row, y vg.Length) {
	x, _ := p.Transforms(c)
	if f := known(r.Formula.Power); !math.IsNaN(f) {
		c.DrawGlyph(unusedGlyph, vg.Point{X: x(f * 100), Y: y})
	}
	low, high := errorEnds(r.Power*100, r.PowerMCSE*100)
	if low < high {
		errorBarX(c, errorLine, x(low), x(high), y)
	}
	c.DrawGlyph(usedGlyph, vg.Point{X: x(float64(r.Power) * 100), Y: y})
}

func designLegend(bars []designBar) []entry {
	out := []entry{{"power of simulated trials", glyphMark(usedGlyph)}}
	if slices.ContainsFunc(bars, func(b designBar) bool { return b.row.PowerMCSE > 0 }) {
		out = append(out, entry{"± 1.96 Monte Carlo standard errors", errorMark})
	}
	if slices.ContainsFunc(bars, func(b designBar) bool { return b.row.Formula.Power.Known() }) {
		out = append(out, entry{"formula with one intraclass correlation", glyphMark(unusedGlyph)})
	}
	return out
}

func designAlt(about string, bars []designBar) string {
	alt := "Power by design for " + about + "."
	for _, b := range bars {
		alt += fmt.Sprintf(" %s: %s %%", b.Label, (b.row.Power * 100).WithMCSE(b.row.PowerMCSE*100))
		if b.row.Formula.Power.Known() {
			alt += fmt.Sprintf(", by formula %s %%", (b.row.Formula.Power * 100).Fixed(1))
		}
		alt += "."
	}
	return alt
}
