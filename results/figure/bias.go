package figure

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bias draws how far the mean estimate of each analysis lies from the truth, in
// empirical standard errors so that all have one scale, with its Monte Carlo
// error. Analyses that have no bias by construction are named below. It is nil if
// no other is left.
func Bias(r *run.Run) *Figure {
	var rows, exact []*run.Row
	for k := range r.Rows {
		switch row := &r.Rows[k]; {
		case !row.Bias.Known() || !(row.EmpiricalSE > 0):
		case row.Bias.Abs() < report.Negligible && !(row.BiasMCSE >= report.Negligible):
			exact = append(exact, row)
		default:
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	l := biasLineup(r, rows)
	build := func(on paper) *sheet {
		set := l.set(on)
		return &sheet{
			title:  biasTitle(r, rows),
			about:  []string{fmt.Sprintf("%s: mean of estimate less truth, by outcome and method, %s.", r.Title, manyTrials(r.Replicates))},
			legend: biasLegend(r, rows),
			notes:  biasNotes(r, rows, exact),
			body:   set.height(),
			panels: set.draw,
		}
	}
	return newFigure(build, "bias", biasAlt(r))
}

func biasTitle(r *run.Run, rows []*run.Row) string {
	biased := 0
	for _, row := range rows {
		if r.Biased(row) {
			biased++
		}
	}
	switch biased {
	case 0:
		return "No analysis is biased by so much that it matters"
	case 1:
		return "One of the analyses is biased"
	}
	return fmt.Sprintf("%d of the analyses are biased", biased)
}

// inSDs is a row's bias in percent of the standard deviation of its estimates.
func inSDs(row *run.Row) (bias, mcse report.Number) {
	unit := row.EmpiricalSE / 100
	return row.Bias / unit, row.BiasMCSE / unit
}

var biasedGlyph = draw.GlyphStyle{Color: missesColour, Radius: 3, Shape: draw.PyramidGlyph{}}

func biasLineup(r *run.Run, rows []*run.Row) *lineup {
	l := &lineup{label: "bias, in % of the standard deviation of the estimates", heads: []string{"bias, % (MCSE)"}}
	texts := inOneFormat(rows, func(row **run.Row) (report.Number, report.Number) { return inSDs(*row) })
	var marks []*run.Row // of the lineup's rows
	var reach span
	last := ""
	for k, row := range rows {
		if name := effectName(r, row); name != last {
			l.rows, marks = append(l.rows, lineupRow{name: name, head: true}), append(marks, nil)
			last = name
		}
		l.rows, marks = append(l.rows, lineupRow{name: scenarios.Plain(row.Method), indent: headingIndent, cells: []string{texts[k]}}), append(marks, row)
		reach.take(errorEnds(inSDs(row)))
	}
	l.axis = func(x *plot.Axis, on paper) { setRange(x, reach, on.ticks()) }
	l.under = zeroUpright
	l.mark = func(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) {
		x, _ := p.Transforms(c)
		glyph := meanGlyph
		if r.Biased(marks[k]) {
			glyph = biasedGlyph
		}
		bias, mcse := inSDs(marks[k])
		c.DrawGlyphNoClip(glyph, vg.Point{X: x(float64(bias)), Y: y})
		if low, high := errorEnds(bias, mcse); low < high {
			errorBarX(c, errorLine, x(low), x(high), y)
		}
	}
	return l
}

// biasLegend has the marks that are drawn.
func biasLegend(r *run.Run, rows []*run.Row) (out []entry) {
	if slices.ContainsFunc(rows, func(row *run.Row) bool { return !r.Biased(row) }) {
		out = append(out, entry{"bias", glyphMark(meanGlyph)})
	}
	if slices.ContainsFunc(rows, r.Biased) {
		out = append(out, entry{"biased: beyond chance, and enough to matter", glyphMark(biasedGlyph)})
	}
	if slices.ContainsFunc(rows, func(row *run.Row) bool { return row.BiasMCSE > 0 }) {
		out = append(out, entry{"± 1.96 Monte Carlo standard errors", errorMark})
	}
	return out
}

func biasNotes(r *run.Run, rows, exact []*run.Row) string {
	notes := []string{"Biased: by more than 3 Monte Carlo standard errors, and by more than a tenth of the standard deviation of the estimates or a twentieth of the truth."}
	if slices.ContainsFunc(rows, func(row *run.Row) bool { return row.Set == scenarios.SetEntered }) {
		notes = append(notes, "What is about those who entered is compared with the truth among clients who would enter in either arm.")
	}
	if len(exact) > 0 {
		var names []string
		for _, row := range exact {
			if name := effectName(r, row); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		notes = append(notes, fmt.Sprintf("Not drawn, because the bias is 0 by construction: %s of %s. A difference of proportions or means without missing data is compared with the truth of the trial's own clients.",
			countedAnalyses(len(exact)), strings.Join(names, "; ")))
	}
	return strings.Join(notes, " ")
}

func biasAlt(r *run.Run) string {
	alt := "Bias of each analysis:"
	for k := range r.Rows {
		row := &r.Rows[k]
		if row.Bias.Known() {
			x := row.Scale()
			alt += fmt.Sprintf(" %s, %s, %s (MCSE %s);", effectName(r, row), scenarios.Plain(row.Method), plain(row.Bias*x, row.BiasMCSE*x), plain(row.BiasMCSE*x, row.BiasMCSE*x))
		}
	}
	return alt[:len(alt)-1] + "."
}

func countedAnalyses(n int) string {
	if n == 1 {
		return "1 analysis"
	}
	return fmt.Sprintf("%d analyses", n)
}
