package figure

import (
	"fmt"
	"math"

	"caseload/results/calibrate"
	"caseload/results/report"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// panelHeight is the room of a parameter.
const panelHeight = vg.Length(130)

var priorLine = draw.LineStyle{Color: axisColour, Width: medium, Dashes: []vg.Length{4, 3}}

// Posteriors draws the density of each parameter before and after the figures are
// looked at: the prior as a line, the posterior as a histogram.
func Posteriors(c *calibrate.Calibration) *Figure {
	s := func(on paper) *sheet {
		return &sheet{
			title: posteriorTitle(c),
			about: []string{c.Title, fmt.Sprintf("%s of %s simulations accepted, effective sample size %s.",
				report.Grouped(c.Accepted), report.Grouped(c.Simulations-c.Failed), c.ESS.Fixed(0))},
			legend: []entry{
				{"prior", lineMark(priorLine)},
				{"posterior", boxMark(bandColour)},
				{"its mean and 95 % interval", both(errorMark, glyphMark(medianGlyph))},
			},
			notes: "Contraction is 1 less the posterior's standard deviation over the prior's; under 20 % the figures do not inform of a parameter.",
			body:  panelHeight * vg.Length(len(c.Parameters)),
			panels: func(area *draw.Canvas) {
				inPanels(area, len(c.Parameters), func(part draw.Canvas, k int) {
					drawPosterior(part, c.Labels.Key(c.Parameters[k].Key), &c.Parameters[k], on)
				})
			},
		}
	}
	alt := "Prior and posterior densities."
	for _, p := range c.Parameters {
		alt += fmt.Sprintf(" %s: mean %s, 95 %% from %s to %s, contraction %s %%.", c.Labels.Key(p.Key), p.Mean.Rounded(p.MeanMCSE), p.Low.Rounded(p.MeanMCSE), p.High.Rounded(p.MeanMCSE), (100 * p.Contraction).Fixed(0))
	}
	return newFigure(s, "posterior-"+fileName(c.Scenario), alt)
}

// posteriorTitle says of which parameters the figures inform.
func posteriorTitle(c *calibrate.Calibration) string {
	informed := 0
	for k := range c.Parameters {
		if c.Parameters[k].Informed {
			informed++
		}
	}
	switch all := len(c.Parameters); {
	case informed == all && all == 1:
		return "The published figures inform of " + c.Labels.Key(c.Parameters[0].Key)
	case informed == all:
		return fmt.Sprintf("The published figures inform of all %d parameters", all)
	default:
		return fmt.Sprintf("The published figures inform of %d of %d parameters", informed, all)
	}
}

// inPanels cuts an area into n panels, one below the other.
func inPanels(area *draw.Canvas, n int, paint func(part draw.Canvas, k int)) {
	for k := range n {
		top := -vg.Length(k) * panelHeight
		bottom := area.Max.Y + top - panelHeight + gap - area.Min.Y
		paint(draw.Crop(*area, 0, 0, bottom, top), k)
	}
}

func drawPosterior(c draw.Canvas, name string, p *calibrate.Parameter, on paper) {
	plt := newPlot()
	plt.HideY()
	low, high := p.After[0].From, p.After[len(p.After)-1].To
	plt.X.Min, plt.X.Max = low, high
	plt.X.Tick.Marker = ticks(low, high, on.ticks())
	most := 0.0
	for _, b := range p.After {
		most = math.Max(most, b.Density)
	}
	for _, d := range p.Before {
		if !math.IsInf(d.Density, 0) {
			most = math.Max(most, math.Min(d.Density, 2*most))
		}
	}
	const room = 0.16 // below, for the interval
	plt.Y.Min, plt.Y.Max = -room*most, 1.05*most
	plt.Add(verticalGrid(), plotted(func(c *draw.Canvas, plt *plot.Plot) {
		x, y := plt.Transforms(c)
		for _, b := range p.After {
			if b.Density > 0 {
				box(c, bandColour, x(b.From), x(b.To), y(0), y(b.Density))
			}
		}
		var line []vg.Point
		for _, d := range p.Before {
			line = append(line, vg.Point{X: x(d.At), Y: y(math.Min(d.Density, plt.Y.Max))})
		}
		c.StrokeLines(priorLine, line)
		middle := y(-room * most / 2)
		errorBarX(c, errorLine, x(float64(p.Low)), x(float64(p.High)), middle)
		c.DrawGlyphNoClip(medianGlyph, vg.Point{X: x(float64(p.Mean)), Y: middle})
	}))
	note := fmt.Sprintf("%s: contraction %s %%", name, (100 * p.Contraction).Fixed(0))
	if !p.Informed {
		note += ", not informed"
	}
	drawTitled(c, plt, note)
}

// RankHistograms draws, for each parameter of a check, how the true values rank
// among draws of their posteriors.
func RankHistograms(c *calibrate.Check) *Figure {
	s := func(on paper) *sheet {
		return &sheet{
			title: fmt.Sprintf("Ranks of true values in %s calibrations", report.Grouped(c.DataSets)),
			about: []string{c.Title},
			legend: []entry{
				{"data sets", boxMark(bandColour)},
				{"expected", lineMark(goalLine)},
				{"where 99 % of bars are expected", lineMark(gridStrong)},
			},
			notes: fmt.Sprintf("Rank of the true value among %d draws of the posterior. Bars are level if calibrations are right; high in the middle, intervals are too wide; "+
				"at the ends, too narrow. Coverage: of the 95 %% intervals.", c.Draws),
			body: panelHeight * vg.Length(len(c.Parameters)),
			panels: func(area *draw.Canvas) {
				inPanels(area, len(c.Parameters), func(part draw.Canvas, k int) { drawRanks(part, c, &c.Parameters[k], on) })
			},
		}
	}
	alt := "Rank histograms."
	for _, p := range c.Parameters {
		alt += fmt.Sprintf(" %s: p of level ranks %s, coverage %s.", c.Labels.Key(p.Key), p.P.Fixed(3), p.Coverage.Fixed(3))
	}
	return newFigure(s, "ranks-"+fileName(c.Scenario), alt)
}

var gridStrong = draw.LineStyle{Color: idealColour, Width: medium}

func drawRanks(c draw.Canvas, check *calibrate.Check, p *calibrate.Ranked, on paper) {
	plt := newPlot()
	bins := float64(len(p.Counts))
	plt.X.Min, plt.X.Max = 0, float64(check.Draws+1)
	plt.X.Tick.Marker = ticks(0, float64(check.Draws+1), on.ticks())
	n := float64(check.DataSets)
	want := n / bins
	const normal99 = 2.5758
	half := normal99 * math.Sqrt(want*(1-1/bins))
	most := want + half
	for _, k := range p.Counts {
		most = math.Max(most, float64(k))
	}
	plt.Y.Min, plt.Y.Max = 0, 1.05*most
	plt.Y.Tick.Marker = ticks(0, 1.05*most, 4)
	plt.Add(plotted(func(c *draw.Canvas, plt *plot.Plot) {
		x, y := plt.Transforms(c)
		step := plt.X.Max / bins
		for k, count := range p.Counts {
			box(c, bandColour, x(float64(k)*step)+0.5, x(float64(k+1)*step)-0.5, y(0), y(float64(count)))
		}
		for _, at := range []float64{want - half, want + half} {
			if at > 0 {
				c.StrokeLine2(gridStrong, c.Min.X, y(at), c.Max.X, y(at))
			}
		}
		c.StrokeLine2(goalLine, c.Min.X, y(want), c.Max.X, y(want))
	}))
	drawTitled(c, plt, fmt.Sprintf("%s: p of level ranks %s, coverage %s (%s)", check.Labels.Key(p.Key), p.P.Fixed(3), p.Coverage.Fixed(3), p.CoverageMCSE.Fixed(3)))
}
