package figure

import (
	"fmt"
	"math"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Effects draws the effect on each outcome as trials report it, as a
// standardized mean difference, by outcome cluster: those of engagement above
// those of recovery. It shows the mean over trials with its Monte Carlo error,
// the range of single trials, and the truth below it.
func Effects(r *run.Run) *Figure {
	var rows []*run.Row
	for _, row := range r.Main() { // cluster by cluster
		if row.SMD.Known() {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	l := effectsLineup(r, rows)
	build := func(on paper) *sheet {
		set := l.set(on)
		return &sheet{
			title:  effectsTitle(r, rows),
			about:  []string{fmt.Sprintf("%s: effects as reported, first method of each outcome, %s clients a trial, %s.", r.Title, report.Grouped(r.Clients), manyTrials(r.Replicates))},
			legend: effectsLegend(rows),
			notes:  "Outcomes of engagement stand above those of recovery. Positive is better for the client: effects on what is bad are turned round.",
			body:   set.height(),
			panels: set.draw,
		}
	}
	return newFigure(build, "effects", effectsAlt(r, rows))
}

// effectsLegend has the marks that are drawn.
func effectsLegend(rows []*run.Row) []entry {
	out := []entry{{"mean estimate", glyphMark(meanGlyph)}}
	errors, truths := false, false
	for _, row := range rows {
		errors, truths = errors || row.SMDMCSE > 0, truths || row.SMDTruth.Known()
	}
	if errors {
		out = append(out, entry{"± 1.96 Monte Carlo standard errors", errorMark}, entry{"95 % of single trials (mean ± 1.96 SD)", lineMark(rangeLine)})
	}
	if truths {
		out = append(out, entry{"truth", glyphMark(truthGlyph)})
	}
	return out
}

var (
	meanGlyph  = draw.GlyphStyle{Color: overallColour, Radius: 2.8, Shape: draw.BoxGlyph{}}
	truthGlyph = draw.GlyphStyle{Color: inkColour, Radius: 3, Shape: draw.PyramidGlyph{}}
	rangeLine  = draw.LineStyle{Color: rgb(0xA9, 0xB8, 0xC6), Width: 4}
)

// truthBelow is how far below its estimate a truth is marked.
const truthBelow = vg.Length(7)

func effectsLineup(r *run.Run, rows []*run.Row) *lineup {
	l := &lineup{label: "standardized mean difference (SMD)", heads: []string{"mean (MCSE)", "truth"}, sides: favours(r)}
	means := inOneFormat(rows, func(row **run.Row) (report.Number, report.Number) { return smdOf(*row) })
	decimals, _ := columnDecimals(rows, func(row **run.Row) (report.Number, report.Number) { return smdOf(*row) })
	var marks []*run.Row // of the lineup's rows
	var reach span
	for k, row := range rows {
		if k == 0 || row.Cluster != rows[k-1].Cluster {
			l.rows, marks = append(l.rows, lineupRow{name: row.Cluster.Title(), head: true}), append(marks, nil)
		}
		l.rows = append(l.rows, lineupRow{name: effectName(r, row), about: fmt.Sprintf("day %s, %s", report.SixDigits(row.AtDays), scenarios.Plain(row.Method)),
			indent: headingIndent, cells: []string{means[k], toDecimals(row.SMDTruth*row.Direction(), decimals)}, height: 22})
		marks = append(marks, row)
		smd, mcse := smdOf(row)
		reach.take(errorEnds(smd, mcse))
		reach.take(trialRange(r, row))
		reach.include(known(row.SMDTruth * row.Direction()))
	}
	l.axis = func(x *plot.Axis, on paper) { setRange(x, reach, on.ticks()) }
	l.under = zeroUpright
	l.mark = func(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) { drawEffect(c, p, r, marks[k], y+truthBelow/2) }
	return l
}

// headingIndent is how far a row's name stands in below its heading.
const headingIndent = vg.Length(8)

// smdOf is a row's mean SMD with its error, above 0 where it is better for the
// client.
func smdOf(row *run.Row) (smd, mcse report.Number) { return row.SMD * row.Direction(), row.SMDMCSE }

// trialRange is where 95 % of single trials lie.
func trialRange(r *run.Run, row *run.Row) (low, high float64) {
	smd, mcse := smdOf(row)
	half := interval * known(mcse) * math.Sqrt(float64(r.Replicates-row.Failed))
	if math.IsNaN(half) {
		half = 0
	}
	return known(smd) - half, known(smd) + half
}

func drawEffect(c *draw.Canvas, p *plot.Plot, r *run.Run, row *run.Row, y vg.Length) {
	x, _ := p.Transforms(c)
	smd, mcse := smdOf(row)
	if low, high := trialRange(r, row); low < high {
		c.StrokeLine2(rangeLine, x(low), y, x(high), y)
	}
	c.DrawGlyphNoClip(meanGlyph, vg.Point{X: x(float64(smd)), Y: y})
	if low, high := errorEnds(smd, mcse); low < high {
		errorBarX(c, errorLine, x(low), x(high), y)
	}
	if row.SMDTruth.Known() {
		c.DrawGlyphNoClip(truthGlyph, vg.Point{X: x(float64(row.SMDTruth * row.Direction())), Y: y - truthBelow})
	}
}

// zeroUpright is the line of no effect.
func zeroUpright(c *draw.Canvas, p *plot.Plot, _ *setLineup) {
	x, _ := p.Transforms(c)
	c.StrokeLine2(axisLine, x(0), c.Min.Y, x(0), c.Max.Y)
}

// favours says which side of an axis of effects is good for whom.
func favours(r *run.Run) [][2]string {
	general := [2]string{"← worse for clients", "better for clients →"}
	if r.OnlyContrast() == "" {
		return [][2]string{general}
	}
	row := &r.Rows[0]
	return [][2]string{{"← favours " + r.Labels.Arm(row.Control), "favours " + r.Labels.Arm(row.Arm) + " →"}, general}
}

// effectName is a row's outcome, and its contrast unless all rows have the same.
func effectName(r *run.Run, row *run.Row) string {
	name := r.Labels.Within(row.Outcome, row.Subgroup)
	if r.OnlyContrast() == "" {
		name += " (" + r.Labels.Contrast(row.Arm, row.Control) + ")"
	}
	return name
}

func manyTrials(n int) string {
	if n == 1 {
		return "1 trial"
	}
	return report.Grouped(n) + " trials"
}

func effectsTitle(r *run.Run, rows []*run.Row) string {
	best, worst := rows[0], rows[0]
	for _, row := range rows {
		if row.SMD*row.Direction() > best.SMD*best.Direction() {
			best = row
		}
		if row.SMD*row.Direction() < worst.SMD*worst.Direction() {
			worst = row
		}
	}
	text := func(row *run.Row) string { return withMinus((row.SMD * row.Direction()).Fixed(2)) }
	contrast := ""
	if r.OnlyContrast() != "" {
		contrast = " (" + r.Labels.Contrast(best.Arm, best.Control) + ")"
	}
	if best == worst {
		return fmt.Sprintf("Trials report an effect of %s SD on “%s”%s", text(best), r.Labels.Outcome(best.Outcome), contrast)
	}
	return fmt.Sprintf("Trials report effects from %s SD on “%s” to %s SD on “%s”%s", text(worst), r.Labels.Outcome(worst.Outcome), text(best), r.Labels.Outcome(best.Outcome), contrast)
}

func effectsAlt(r *run.Run, rows []*run.Row) string {
	alt := "Effects as standardized mean differences, positive is better for the client:"
	for _, row := range rows {
		smd, mcse := smdOf(row)
		alt += fmt.Sprintf(" %s %s (MCSE %s), truth %s;", effectName(r, row), plain(smd, mcse), plain(mcse, mcse), plain(row.SMDTruth*row.Direction(), mcse))
	}
	return alt[:len(alt)-1] + "."
}
