package figure

import (
	"fmt"
	"math"

	"caseload/results/report"
	"caseload/results/run"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Effects draws the effect on each outcome as trials report it, as a
// standardized mean difference, by outcome cluster: those of engagement above
// those of recovery. It shows the mean over trials with its Monte Carlo error,
// the range of single trials, and the truth.
func Effects(r *run.Run) *Figure {
	var all []listed
	rows := r.Main()
	var before *run.Row
	for _, row := range rows { // cluster by cluster
		if !row.SMD.Known() {
			continue
		}
		if before == nil || row.Cluster != before.Cluster {
			all = append(all, listed{name: row.Cluster.Title(), head: true})
		}
		all, before = append(all, effectRow(r, row)), row
	}
	if len(all) == 0 {
		return nil
	}
	l := &rowList{rows: all, label: "standardized mean difference (SMD)", heads: []string{"mean (MCSE)", "truth"}}
	s := func(on paper) *sheet {
		return &sheet{
			title: effectsTitle(r, rows),
			about: []string{fmt.Sprintf("%s: effects as reported, first method of each outcome, %s clients a trial, %s.", r.Scenario, report.Grouped(r.Clients), manyTrials(r.Replicates))},
			legend: []entry{{"mean estimate", glyphMark(meanGlyph)}, {"± 1.96 Monte Carlo standard errors", errorMark},
				{"95 % of single trials (mean ± 1.96 SD)", lineMark(rangeLine)}, {"truth", glyphMark(truthGlyph)}},
			notes:  "Outcomes of engagement stand above those of recovery. Positive is better for the client: effects on what is bad are turned round.",
			body:   l.height(),
			panels: l.draw,
		}
	}
	return newFigure(s, "effects", effectsAlt(rows))
}

var (
	meanGlyph  = draw.GlyphStyle{Color: overallColour, Radius: 2.8, Shape: draw.BoxGlyph{}}
	truthGlyph = draw.GlyphStyle{Color: inkColour, Radius: 5.5, Shape: upright{}}
	rangeLine  = draw.LineStyle{Color: rgb(0xA9, 0xB8, 0xC6), Width: 4}
)

func effectRow(r *run.Run, row *run.Row) listed {
	d := row.Direction()
	smd, truth := row.SMD*d, row.SMDTruth*d
	half := interval * known(row.SMDMCSE)
	sd := known(row.SMDMCSE) * math.Sqrt(float64(r.Replicates-row.Failed))
	name := row.Outcome
	if r.OnlyContrast() == "" {
		name += " (" + row.Contrast + ")"
	}
	mean := plain(smd, row.SMDMCSE)
	if row.SMDMCSE.Known() {
		mean += " (" + plain(row.SMDMCSE, row.SMDMCSE) + ")"
	}
	return listed{name: name, about: fmt.Sprintf("%s at %g days, %s", row.Variable, row.AtDays, row.Method), mid: known(smd), low: known(smd) - half, high: known(smd) + half,
		wideLow: known(smd) - interval*sd, wideHigh: known(smd) + interval*sd, truth: known(truth), glyph: meanGlyph,
		cells: []string{mean, plain(truth, row.SMDMCSE)}}
}

func manyTrials(n int) string {
	if n == 1 {
		return "1 trial"
	}
	return report.Grouped(n) + " trials"
}

func effectsTitle(r *run.Run, rows []*run.Row) string {
	var best, worst *run.Row
	for _, row := range rows {
		if !row.SMD.Known() {
			continue
		}
		if best == nil || row.SMD*row.Direction() > best.SMD*best.Direction() {
			best = row
		}
		if worst == nil || row.SMD*row.Direction() < worst.SMD*worst.Direction() {
			worst = row
		}
	}
	text := func(row *run.Row) string { return withMinus((row.SMD * row.Direction()).Fixed(2)) }
	contrast := ""
	if c := r.OnlyContrast(); c != "" {
		contrast = " (" + c + ")"
	}
	if best == worst {
		return fmt.Sprintf("Trials report an effect on %s of %s SD%s", best.Outcome, text(best), contrast)
	}
	return fmt.Sprintf("Trials report effects from %s SD on %s to %s SD on %s%s", text(worst), worst.Outcome, text(best), best.Outcome, contrast)
}

func effectsAlt(rows []*run.Row) string {
	alt := "Effects as standardized mean differences, positive is better for the client:"
	for _, row := range rows {
		if row.SMD.Known() {
			alt += fmt.Sprintf(" %s %s (MCSE %s), truth %s;", row.Outcome, plain(row.SMD*row.Direction(), row.SMDMCSE), plain(row.SMDMCSE, row.SMDMCSE), plain(row.SMDTruth*row.Direction(), row.SMDMCSE))
		}
	}
	return alt[:len(alt)-1] + "."
}

// Bias draws how far the mean estimate of each analysis lies from the truth, in
// empirical standard errors so that all have one scale, with its Monte Carlo
// error.
func Bias(r *run.Run) *Figure {
	var all []listed
	last := ""
	biased := 0
	for k := range r.Rows {
		row := &r.Rows[k]
		if !row.Bias.Known() || !(row.EmpiricalSE > 0) {
			continue
		}
		what := row.Outcome
		if row.Subgroup != "all" {
			what += " in " + row.Subgroup
		}
		if r.OnlyContrast() == "" {
			what += " (" + row.Contrast + ")"
		}
		if what != last {
			all = append(all, listed{name: what, head: true})
			last = what
		}
		unit := row.EmpiricalSE / 100
		mid, half := known(row.Bias/unit), interval*known(row.BiasMCSE/unit)
		glyph := meanGlyph
		if r.Biased(row) {
			biased++
			glyph.Color, glyph.Shape = missesColour, draw.PyramidGlyph{}
		}
		x := row.Scale()
		all = append(all, listed{name: row.Method, mid: mid, low: mid - half, high: mid + half, wideLow: math.NaN(), wideHigh: math.NaN(), truth: math.NaN(), glyph: glyph,
			cells: []string{plain(row.Bias*x, row.BiasMCSE*x) + " (" + plain(row.BiasMCSE*x, row.BiasMCSE*x) + ")", row.MeasureName()}})
	}
	if len(all) == 0 {
		return nil
	}
	l := &rowList{rows: all, label: "bias, in % of the standard deviation of the estimates", heads: []string{"bias (MCSE)", "measure"}}
	title := "No analysis is biased by so much that it matters"
	if biased > 0 {
		title = fmt.Sprintf("%d of the analyses are biased", biased)
		if biased == 1 {
			title = "One of the analyses is biased"
		}
	}
	s := func(on paper) *sheet {
		return &sheet{
			title: title,
			about: []string{fmt.Sprintf("%s: mean of estimate less truth, by outcome and method, %s.", r.Scenario, manyTrials(r.Replicates))},
			legend: []entry{{"bias", glyphMark(meanGlyph)}, {"biased: beyond chance, and enough to matter", glyphMark(draw.GlyphStyle{Color: missesColour, Radius: 3, Shape: draw.PyramidGlyph{}})},
				{"± 1.96 Monte Carlo standard errors", errorMark}},
			notes: "Biased: by more than 3 Monte Carlo standard errors, and by more than a tenth of the standard deviation of the estimates or a twentieth of the truth. RD and MD are compared with the truth of the replicate's own clients, so that a difference of proportions or means without missing data has no bias at all; " +
				"set entered is compared with the truth among clients who would enter in either arm.",
			body:   l.height(),
			panels: l.draw,
		}
	}
	return newFigure(s, "bias", biasAlt(r))
}

func biasAlt(r *run.Run) string {
	alt := "Bias of each analysis:"
	for k := range r.Rows {
		row := &r.Rows[k]
		if row.Bias.Known() {
			x := row.Scale()
			alt += fmt.Sprintf(" %s %s %s %s (MCSE %s);", row.Outcome, row.Subgroup, row.Method, plain(row.Bias*x, row.BiasMCSE*x), plain(row.BiasMCSE*x, row.BiasMCSE*x))
		}
	}
	return alt[:len(alt)-1] + "."
}

// listed is a line of a list of numbers on one axis, or its heading. NaN: not
// drawn.
type listed struct {
	name, about       string
	head              bool
	mid, low, high    float64
	wideLow, wideHigh float64
	truth             float64
	glyph             draw.GlyphStyle
	cells             []string
}

// rowList is a panel of such lines with columns to its sides.
type rowList struct {
	rows  []listed
	label string
	heads []string
}

const (
	listLine     = vg.Length(15)
	listTall     = vg.Length(22) // with a second line below the name
	listNames    = vg.Length(165)
	listNameLeft = vg.Length(8) // below its heading
)

func (l *rowList) heightOf(k int) vg.Length {
	if l.rows[k].about != "" {
		return listTall
	}
	return listLine
}

func (l *rowList) height() vg.Length {
	h := headHeight + axisHeight
	for k := range l.rows {
		h += l.heightOf(k)
	}
	return h
}

func (l *rowList) widths() []vg.Length {
	var out []vg.Length
	for c, head := range l.heads {
		w := smallLetters.width(head)
		for k := range l.rows {
			if !l.rows[k].head {
				w = max(w, textLetters.width(l.rows[k].cells[c]))
			}
		}
		out = append(out, w)
	}
	return out
}

func (l *rowList) draw(c *draw.Canvas) {
	p := newPlot()
	p.HideY()
	p.X.Label.Text = l.label
	var s span
	for k := range l.rows {
		if r := &l.rows[k]; !r.head {
			s.include(r.mid, r.low, r.high, r.wideLow, r.wideHigh, r.truth)
		}
	}
	setRange(&p.X, s)
	p.Y.Min, p.Y.Max = 0, 1 // lines have places of their own
	widths := l.widths()
	right := vg.Length(0)
	for _, w := range widths {
		right += w + columnGap
	}
	p.Add(verticalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) { l.paint(c, p, widths) }))
	p.Draw(draw.Crop(*c, listNames+columnGap, -right, 0, -headHeight))
}

func (l *rowList) paint(c *draw.Canvas, p *plot.Plot, widths []vg.Length) {
	x, _ := p.Transforms(c)
	c.StrokeLine2(axisLine, x(0), c.Min.Y, x(0), c.Max.Y)
	at := c.Max.X
	var ends []vg.Length
	for k, w := range widths {
		at += columnGap + w
		ends = append(ends, at)
		smallLetters.write(c, at, c.Max.Y+4, fromRight, l.heads[k])
	}
	left, y := c.Min.X-columnGap-listNames, c.Max.Y
	for k := range l.rows {
		r := &l.rows[k]
		mid := y - listLine/2
		y -= l.heightOf(k)
		if r.head {
			headLetters.write(c, left, headLetters.middle(mid), fromLeft, headLetters.wrap(r.name, listNames+columnGap, 1)[0])
			continue
		}
		textLetters.write(c, left+listNameLeft, textLetters.middle(mid), fromLeft, textLetters.wrap(r.name, listNames-listNameLeft, 1)[0])
		if r.about != "" {
			smallLetters.write(c, left+listNameLeft, textLetters.middle(mid)-smallLetters.leading(), fromLeft, smallLetters.wrap(r.about, listNames-listNameLeft, 1)[0])
		}
		for j, cell := range r.cells {
			textLetters.write(c, ends[j], textLetters.middle(mid), fromRight, cell)
		}
		if math.IsNaN(r.mid) {
			continue
		}
		if r.wideLow < r.wideHigh {
			c.StrokeLine2(rangeLine, x(r.wideLow), mid, x(r.wideHigh), mid)
		}
		c.DrawGlyphNoClip(r.glyph, vg.Point{X: x(r.mid), Y: mid})
		if r.low < r.high {
			errorBarX(c, errorLine, x(r.low), x(r.high), mid)
		}
		if !math.IsNaN(r.truth) {
			c.DrawGlyphNoClip(truthGlyph, vg.Point{X: x(r.truth), Y: mid})
		}
	}
}

// upright is a short vertical line.
type upright struct{}

// DrawGlyph makes it one of the plotting library's glyphs.
func (upright) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	c.StrokeLine2(draw.LineStyle{Color: style.Color, Width: 1.6}, at.X, at.Y-style.Radius, at.X, at.Y+style.Radius)
}
