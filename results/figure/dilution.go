package figure

import (
	"fmt"
	"image/color"
	"math"

	"caseload/results/explain"
	"caseload/results/report"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Dilution draws what a trial finds as the share of the target subgroup varies
// from 0 to 100 % of clients: on the left the effects in the outcome's unit as
// found (points) and in theory (lines), on the right the power of each test
// against 80 %. Error bars are 1.96 Monte Carlo standard errors to either side.
// A missing number has no point. It is nil for an explanation without shares.
func Dilution(e *explain.Explanation) *Figure {
	e = inPoints(e)
	d := e.Dilution
	if d == nil {
		return nil
	}
	build := func(on paper) *sheet {
		return &sheet{
			title: dilutionTitle(e),
			about: []string{e.Title, fmt.Sprintf("%s (day %s; %s), %s: %s clients a trial, %s replicates of each share.", e.Labels.Outcome(e.Outcome), report.SixDigits(e.AtDays),
				e.Labels.Contrast(e.Arm, e.Control), scenarios.Plain(d.Method), report.Grouped(e.Clients), report.Grouped(d.Replicates))},
			legend: dilutionLegend(e),
			notes:  dilutionNotes(e),
			body:   on.stacked(2, dilutionHeight),
			panels: func(c *draw.Canvas) {
				inCells(c, 2, on.columns(2), dilutionHeight, func(cell draw.Canvas, k int) {
					[]func(draw.Canvas, *explain.Explanation){drawEffects, drawPowers}[k](cell, e)
				})
			},
		}
	}
	return newFigure(build, stem("dilution", e), dilutionAlt(e))
}

// dilutionTitle says what is seen: at which share the trial reaches the goal, of
// those that were tried.
func dilutionTitle(e *explain.Explanation) string {
	group := e.Labels.Subgroup(e.Dilution.Subgroup)
	for k := range e.Dilution.Shares {
		if s := &e.Dilution.Shares[k]; s.Overall.Power.Known() && s.Overall.Power >= goal/100.0 {
			return fmt.Sprintf("With %s %% of clients in %s, the trial reaches %d %% power", report.SixDigits(s.Share*100), group, goal)
		}
	}
	return fmt.Sprintf("Whatever the share of %s among clients, the trial does not reach %d %% power", group, goal)
}

// Lengths of a dilution.
const (
	dilutionHeight = vg.Length(230)
	panelGap       = vg.Length(26)
	dodge          = vg.Length(4.5) // aside, so that points of one share can be told apart
	pointRadius    = vg.Length(2.8)
)

// goal is the power that trials are planned for, in percent.
const goal = 80

// curve is one kind of effect in both panels.
type curve struct {
	name   string
	colour color.Color
	shape  draw.GlyphDrawer
	dodge  vg.Length
	wide   vg.Length // by how much its points are larger than others
	of     func(*explain.Share) *explain.Diluted
}

func (k *curve) glyph() draw.GlyphStyle {
	return draw.GlyphStyle{Color: k.colour, Radius: pointRadius + k.wide, Shape: k.shape}
}

func (k *curve) line() draw.LineStyle { return draw.LineStyle{Color: k.colour, Width: medium} }

// curves are those that the shares have. Points of one share lie on each other: the
// open triangles of the interaction show what is within.
func curves(e *explain.Explanation) []curve {
	d, group := e.Dilution, e.Labels.Subgroup(e.Dilution.Subgroup)
	out := []curve{
		{name: "everyone", colour: overallColour, shape: draw.CircleGlyph{}, of: func(s *explain.Share) *explain.Diluted { return &s.Overall }},
		{name: group, colour: memberColour, shape: draw.BoxGlyph{}, of: func(s *explain.Share) *explain.Diluted { return &s.Member }},
	}
	if d.Interaction != "" {
		out = append(out, curve{name: "interaction with " + group, colour: interactionColour, shape: draw.TriangleGlyph{}, wide: 1.8,
			of: func(s *explain.Share) *explain.Diluted { return &s.Interaction }})
	}
	return out
}

// place is where a curve stands at one share, on a panel's scale; NaN where it
// doesn't.
type place struct{ share, found, low, high, line float64 }

// effects are the places of a curve in the left panel.
func (k *curve) effects(d *explain.Shares) []place {
	var out []place
	for j := range d.Shares {
		x := k.of(&d.Shares[j])
		at := newPlace(d.Shares[j].Share, x.Effect, x.EffectMCSE, 1)
		at.line = known(x.Theory)
		out = append(out, at)
	}
	return out
}

// powers are those in the right panel, in percent. An interval ends where power
// does.
func (k *curve) powers(d *explain.Shares) []place {
	var out []place
	for j := range d.Shares {
		x := k.of(&d.Shares[j])
		at := newPlace(d.Shares[j].Share, x.Power, x.PowerMCSE, 100)
		at.low, at.high = math.Max(at.low, 0), math.Min(at.high, 100)
		at.line = at.found
		out = append(out, at)
	}
	return out
}

func newPlace(share float64, found, mcse report.Number, scale float64) place {
	value, half := known(found)*scale, interval*known(mcse)*scale
	return place{share: share * 100, found: value, low: value - half, high: value + half, line: math.NaN()}
}

func drawEffects(c draw.Canvas, e *explain.Explanation) {
	p := sharesPlot(c, e)
	var s span
	p.Add(horizontalGrid(), zeroLine())
	for _, k := range curves(e) {
		places := k.effects(e.Dilution)
		for _, at := range places {
			s.include(at.found, at.low, at.high, at.line)
		}
		p.Add(k.path(places, k.line()), k.points(places))
	}
	setRange(&p.Y, s, manyTicks)
	drawTitled(c, p, "effect ("+e.Unit+")")
}

func drawPowers(c draw.Canvas, e *explain.Explanation) {
	p := sharesPlot(c, e)
	p.Y.Min, p.Y.Max = 0, 100
	p.Y.Tick.Marker = ticks(0, 100, manyTicks)
	p.Add(horizontalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) {
		_, y := p.Transforms(c)
		c.StrokeLine2(goalLine, c.Min.X, y(goal), c.Max.X, y(goal))
	}))
	for _, k := range curves(e) {
		joint := k.line()
		joint.Width = thin
		places := k.powers(e.Dilution)
		p.Add(k.path(places, joint), k.points(places))
	}
	drawTitled(c, p, "power (%)")
}

// sharesPlot is a panel over the share of the target, with room for the points
// at its ends.
func sharesPlot(c draw.Canvas, e *explain.Explanation) *plot.Plot {
	p := newPlot()
	p.X.Label.Text = joinedLines(smallLetters.wrap("share of "+e.Labels.Subgroup(e.Dilution.Subgroup)+" among clients (%)", c.Max.X-c.Min.X-panelGap, 3))
	p.X.Min, p.X.Max = -4, 104
	p.X.Tick.Marker = ticks(0, 100, manyTicks)
	return p
}

func zeroLine() plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		_, y := p.Transforms(c)
		c.StrokeLine2(axisLine, c.Min.X, y(0), c.Max.X, y(0))
	}
}

// drawTitled draws a panel under what its heights are: level, which reads more
// easily than a label on its side.
func drawTitled(c draw.Canvas, p *plot.Plot, title string) { drawExplained(c, p, title, "") }

// drawExplained has a second title below the first, in small letters.
func drawExplained(c draw.Canvas, p *plot.Plot, title, second string) {
	y := c.Max.Y
	for _, line := range headLetters.wrap(title, c.Max.X-c.Min.X, 3) {
		headLetters.write(&c, c.Min.X, y-headLetters.ascent(), fromLeft, line)
		y -= headLetters.leading()
	}
	for _, line := range smallLetters.wrap(second, c.Max.X-c.Min.X, 2) {
		smallLetters.write(&c, c.Min.X, y-smallLetters.ascent(), fromLeft, line)
		y -= smallLetters.leading()
	}
	p.Draw(draw.Crop(c, 0, 0, 0, y-gap/2-c.Max.Y))
}

// path draws the line of a curve, as far aside as its points are: on a slope
// they would seem to be off it otherwise. It breaks where a number is missing.
func (k *curve) path(places []place, line draw.LineStyle) plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(c)
		for j := 1; j < len(places); j++ {
			if a, b := places[j-1], places[j]; !math.IsNaN(a.line + b.line) {
				c.StrokeLine2(line, x(a.share)+k.dodge, y(a.line), x(b.share)+k.dodge, y(b.line))
			}
		}
	}
}

// points draws the points of a curve with their error bars.
func (k *curve) points(places []place) plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(c)
		for _, at := range places {
			if math.IsNaN(at.found) {
				continue
			}
			if at.low < at.high {
				errorBarY(c, k.line(), x(at.share)+k.dodge, y(at.low), y(at.high))
			}
			c.DrawGlyphNoClip(k.glyph(), vg.Point{X: x(at.share) + k.dodge, Y: y(at.found)})
		}
	}
}

// pointEntry is the entry of points on a line, of which it has what is drawn: the line
// needs two places beside each other.
func pointEntry(name string, line draw.LineStyle, glyph draw.GlyphStyle, lists ...[]place) []entry {
	lined, pointed := false, false
	for _, list := range lists {
		for j := range list {
			lined = lined || j > 0 && !math.IsNaN(list[j-1].line+list[j].line)
			pointed = pointed || !math.IsNaN(list[j].found)
		}
	}
	switch {
	case lined && pointed:
		return []entry{{name, both(lineMark(line), glyphMark(glyph))}}
	case lined:
		return []entry{{name, lineMark(line)}}
	case pointed:
		return []entry{{name, glyphMark(glyph)}}
	}
	return nil
}

func dilutionLegend(e *explain.Explanation) []entry {
	var out []entry
	for _, k := range curves(e) {
		effects, powers := k.effects(e.Dilution), k.powers(e.Dilution)
		out = append(out, pointEntry(k.name, k.line(), k.glyph(), effects, powers)...)
	}
	return append(out, entry{fmt.Sprintf("%d %% power", goal), lineMark(goalLine)})
}
