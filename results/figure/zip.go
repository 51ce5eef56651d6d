package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// mostZips is how many analyses a figure has room for.
const mostZips = 4

// Zip draws the confidence intervals of single trials against the truth, sorted
// by how far their estimates lie from it in their own standard errors (the zip
// plot of Morris, White & Crowther 2019, figure 5). Where the intervals do what
// they say, those that miss the truth begin at their level. It is nil without
// intervals.
func Zip(r *run.Run, all []run.Intervals) *Figure {
	if len(all) == 0 {
		return nil
	}
	left := len(all) - mostZips
	all = all[:min(len(all), mostZips)]
	ranges := zipRanges(all)
	notes := "From the bottom upwards the estimates lie further from the truth, measured by the standard error that the analysis claims. " +
		"Dashed: the centile at which coverage ends, ± 1.96 Monte Carlo standard errors, over all trials."
	if left > 0 {
		notes += fmt.Sprintf(" Not drawn: %d more analyses.", left)
	}
	s := func(on paper) *sheet {
		return &sheet{
			title: zipTitle(r, all),
			about: []string{fmt.Sprintf("Confidence intervals for %s (%s) of %s, an interval a line; coverage is over all %s.",
				r.Labels.Outcome(all[0].Row.Outcome), r.Labels.Contrast(all[0].Row.Arm, all[0].Row.Control), trials(len(all[0].List)), report.Grouped(all[0].Whole))},
			legend: zipLegend(all),
			notes:  notes,
			body:   on.stacked(len(all), zipHeight),
			panels: func(c *draw.Canvas) {
				inCells(c, len(all), on.columns(2), zipHeight, func(cell draw.Canvas, k int) { drawZip(cell, &all[k], ranges[all[k].Row.MeasureName()], on) })
			},
		}
	}
	return newFigure(s, fileName("zip-"+all[0].Row.Outcome), zipAlt(all))
}

// zipLegend has the marks that are drawn.
func zipLegend(all []run.Intervals) []entry {
	covers, misses, edges := false, false, false
	for k := range all {
		truth := float64(all[k].Row.Truth)
		for _, i := range all[k].List {
			miss := i.High < truth || i.Low > truth
			covers, misses = covers || !miss, misses || miss
		}
		edges = edges || len(coverageEdges(all[k].Row)) > 0
	}
	var out []entry
	if covers {
		out = append(out, entry{"contains the truth", lineMark(draw.LineStyle{Color: coversColour, Width: 4})})
	}
	if misses {
		out = append(out, entry{"misses it", lineMark(draw.LineStyle{Color: missesColour, Width: 4})})
	}
	out = append(out, entry{"truth", lineMark(truthLine)})
	if edges {
		out = append(out, entry{"coverage and its Monte Carlo error", lineMark(goalLine)})
	}
	return out
}

// coverageEdges are the ends of the interval of a row's coverage that are within 0 and
// 100 %.
func coverageEdges(row *run.Row) (edges []float64) {
	for _, e := range []float64{-interval, interval} {
		if v := 100 * (float64(row.Coverage) + e*float64(row.CoverageMCSE)); v > 0 && v < 100 {
			edges = append(edges, v)
		}
	}
	return edges
}

const zipHeight = vg.Length(215)

var (
	coversColour = rgb(0xB7, 0xC9, 0xDA)
	missesColour = rgb(0xB3, 0x3C, 0x00) // darker than vermillion, so as to stand out on a grey copy
	truthLine    = draw.LineStyle{Color: inkColour, Width: medium}
)

func zipTitle(run *run.Run, all []run.Intervals) string {
	var parts []string
	for k := range all {
		r := all[k].Row
		parts = append(parts, fmt.Sprintf("%s %% (%s)", plain(r.Coverage*100, r.CoverageMCSE*100), scenarios.Plain(r.Method)))
	}
	return fmt.Sprintf("%s: %s %% intervals contain the truth in %s of trials", run.Labels.Outcome(all[0].Row.Outcome), strconv.FormatFloat(float64(all[0].Row.Confidence()), 'g', 4, 64), strings.Join(parts, ", "))
}

func zipAlt(all []run.Intervals) string {
	alt := "Zip plot of confidence intervals."
	for k := range all {
		r := all[k].Row
		low, high := 0, 0
		for _, x := range all[k].List {
			switch {
			case x.High < float64(r.Truth):
				low++
			case x.Low > float64(r.Truth):
				high++
			}
		}
		alt += fmt.Sprintf(" %s: coverage %s %% (MCSE %s); of %s intervals drawn %d lie wholly below the truth and %d above it.", scenarios.Plain(r.Method),
			plain(r.Coverage*100, r.CoverageMCSE*100), plain(r.CoverageMCSE*100, r.CoverageMCSE*100), report.Grouped(len(all[k].List)), low, high)
	}
	return alt
}

func drawZip(c draw.Canvas, z *run.Intervals, reach span, on paper) {
	truth, scale := float64(z.Row.Truth), float64(z.Row.Scale())
	list := slices.Clone(z.List)
	far := func(x run.Interval) float64 { return math.Abs(x.Estimate-truth) / x.SE }
	slices.SortStableFunc(list, func(a, b run.Interval) int { return cmp.Compare(far(a), far(b)) })
	p := newPlot()
	p.X.Min, p.X.Max = reach.low, reach.high
	p.X.Tick.Marker = ticks(p.X.Min, p.X.Max, on.ticks())
	p.X.Label.Text = z.Row.MeasureName()
	p.Y.Min, p.Y.Max = 0, 100
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: "0"}, {Value: 25, Label: "25"}, {Value: 50, Label: "50"}, {Value: 75, Label: "75"}, {Value: 95, Label: "95"}}
	p.Add(plotted(func(c *draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(c)
		clip := func(v float64) vg.Length { return max(c.Min.X, min(c.Max.X, x(v*scale))) }
		step := 100 / float64(len(list))
		width := (c.Max.Y - c.Min.Y) / vg.Length(len(list))
		for _, kind := range []struct {
			misses bool
			colour color.Color
			width  vg.Length
		}{{false, coversColour, width}, {true, missesColour, max(width, 0.5)}} {
			var path vg.Path
			for k, i := range list {
				if misses := i.High < truth || i.Low > truth; misses == kind.misses {
					at := y((float64(k) + 0.5) * step)
					path.Move(vg.Point{X: clip(i.Low), Y: at})
					path.Line(vg.Point{X: clip(i.High), Y: at})
				}
			}
			if len(path) > 0 {
				c.SetColor(kind.colour)
				c.SetLineWidth(kind.width)
				c.SetLineDash(nil, 0)
				c.Stroke(path)
			}
		}
		c.StrokeLine2(truthLine, x(truth*scale), c.Min.Y, x(truth*scale), c.Max.Y)
		for _, v := range coverageEdges(z.Row) {
			c.StrokeLine2(goalLine, c.Min.X, y(v), c.Max.X, y(v))
		}
	}))
	title := fmt.Sprintf("%s: coverage %s %% (MCSE %s)", scenarios.Plain(z.Row.Method), plain(z.Row.Coverage*100, z.Row.CoverageMCSE*100), plain(z.Row.CoverageMCSE*100, z.Row.CoverageMCSE*100))
	drawExplained(c, p, title, "centile of |estimate − truth| / standard error")
}

// zipRanges are the ranges of the axes by measure: panels of one measure have the same.
func zipRanges(all []run.Intervals) map[string]span {
	out := map[string]span{}
	for k := range all {
		row := all[k].Row
		low, high := zipRange(all[k].List, float64(row.Truth))
		scale := float64(row.Scale())
		s, ok := out[row.MeasureName()]
		if !ok {
			s = newSpan(low * scale)
		}
		s.take(low*scale, high*scale)
		out[row.MeasureName()] = s
	}
	return out
}

// zipRange leaves out the longest ends, which would press all others together.
func zipRange(list []run.Interval, truth float64) (low, high float64) {
	var lows, highs []float64
	for _, i := range list {
		lows, highs = append(lows, i.Low), append(highs, i.High)
	}
	slices.Sort(lows)
	slices.Sort(highs)
	low, high = min(lows[len(lows)/100], truth), max(highs[len(highs)-1-len(highs)/100], truth)
	room := 0.03 * (high - low)
	if !(room > 0) {
		room = 1
	}
	return low - room, high + room
}
