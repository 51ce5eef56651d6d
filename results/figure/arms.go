package figure

import (
	"image/color"
	"math"
	"slices"

	"caseload/results/report"
	"caseload/results/trial"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// armLooks are how arms are drawn, in the scenario's order. Each has a colour of
// Okabe & Ito, a pattern of dashes and a lightness of its own. Letters are darker where
// they could not be read on white otherwise.
var armLooks = []struct {
	colour  color.NRGBA
	letters color.NRGBA
	dashes  []vg.Length
}{
	{hex(0x0072B2), hex(0x0072B2), nil},                     // blue
	{hex(0xD55E00), hex(0xB84F00), []vg.Length{5, 2}},       // vermillion
	{hex(0x009E73), hex(0x00785A), []vg.Length{1.6, 1.6}},   // bluish green
	{hex(0x222222), hex(0x222222), []vg.Length{6, 2, 1, 2}}, // ink
	{hex(0xCC79A7), hex(0xA0527F), []vg.Length{8, 3}},       // reddish purple
}

func hex(x uint32) color.NRGBA {
	return color.NRGBA{R: uint8(x >> 16), G: uint8(x >> 8), B: uint8(x), A: 0xFF}
}

// armLine is the line of arm k.
func armLine(k int) draw.LineStyle {
	l := armLooks[k%len(armLooks)]
	return draw.LineStyle{Color: l.colour, Width: 1.4, Dashes: l.dashes}
}

// armBand is the colour of what single trials of arm k show: pale, so that two
// of them can lie on each other.
func armBand(k int) color.Color {
	c := armLooks[k%len(armLooks)].colour
	c.A = 0x2C
	return c
}

// armLetters label a line in the colour of its arm.
func armLetters(k int) lettering {
	return lettering{size: smallLetters.size, bold: true, colour: armLooks[k%len(armLooks)].letters}
}

// bandMark is a piece of a band with its line.
func bandMark(k int) func(*draw.Canvas, vg.Point) {
	return both(boxMark(armBand(k)), lineMark(armLine(k)))
}

// curve is a number over time with what single trials show of it, on a panel's
// scale.
type timeCurve struct {
	arm                   int // how it is drawn
	label                 string
	days                  []float64
	mean, low, high, mcse []float64
	stepped               bool
}

func newTimeCurve(arm int, label string, days []float64, c *trial.HistoryCurve, scale float64) timeCurve {
	out := timeCurve{arm: arm, label: label, days: days}
	for k := range days {
		out.mean = append(out.mean, known(c.Mean[k])*scale)
		out.mcse = append(out.mcse, known(c.MCSE[k])*scale)
		out.low = append(out.low, known(c.Low[k])*scale)
		out.high = append(out.high, known(c.High[k])*scale)
	}
	return out
}

// last is the last place at which the mean is known, -1 for none.
func (t *timeCurve) last() int {
	k := len(t.mean) - 1
	for k >= 0 && math.IsNaN(t.mean[k]) {
		k--
	}
	return k
}

// peak is where the mean is largest, -1 if it is nowhere known.
func (t *timeCurve) peak() int {
	best := -1
	for k, x := range t.mean {
		if !math.IsNaN(x) && (best < 0 || x > t.mean[best]) {
			best = k
		}
	}
	return best
}

// corners are the places that a line over time goes through.
func corners(p *plot.Plot, c *draw.Canvas, days, values []float64, stepped bool) (points []vg.Point) {
	x, y := p.Transforms(c)
	for k := range values {
		if math.IsNaN(values[k]) {
			break
		}
		if stepped && k > 0 {
			points = append(points, vg.Point{X: x(days[k]), Y: y(values[k-1])})
		}
		points = append(points, vg.Point{X: x(days[k]), Y: y(values[k])})
	}
	return points
}

// band draws what eight of ten single trials show.
func (t *timeCurve) band() plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		low, high := corners(p, c, t.days, t.low, t.stepped), corners(p, c, t.days, t.high, t.stepped)
		if len(low) < 2 || len(high) < 2 {
			return
		}
		slices.Reverse(low)
		c.FillPolygon(armBand(t.arm), append(high, low...))
	}
}

// line draws the mean.
func (t *timeCurve) line() plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		if points := corners(p, c, t.days, t.mean, t.stepped); len(points) > 1 {
			c.StrokeLines(armLine(t.arm), points)
		}
	}
}

// endBars draws the Monte Carlo error of each mean at its end, one beside the
// other: along the line it would be thinner than the line mostly.
func endBars(curves []timeCurve) plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(c)
		for j := range curves {
			t := &curves[j]
			if k := t.last(); k >= 0 && t.mcse[k] > 0 {
				half := interval * t.mcse[k]
				style := errorLine
				style.Color = armLooks[t.arm%len(armLooks)].colour
				errorBarY(c, style, x(t.days[k])+3+vg.Length(j)*5, y(t.mean[k]-half), y(t.mean[k]+half))
			}
		}
	}
}

// endBarEntry is the legend of those bars, if there are any.
func endBarEntry(curves []timeCurve) []entry {
	for k := range curves {
		if j := curves[k].last(); j >= 0 && curves[k].mcse[j] > 0 {
			return []entry{{"mean ± 1.96 Monte Carlo standard errors, at the end of its line", endBarMark(curves[k].arm)}}
		}
	}
	return nil
}

// endBarMark is such a bar, in the colour of arm k.
func endBarMark(k int) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		style := errorLine
		style.Color = armLooks[k%len(armLooks)].colour
		errorBarY(c, style, at.X, at.Y-4, at.Y+4)
	}
}

// cutAt ends the curve at a day.
func (t *timeCurve) cutAt(day float64) {
	n := 0
	for n < len(t.days) && t.days[n] <= day {
		n++
	}
	t.days, t.mean, t.low, t.high, t.mcse = t.days[:n], t.mean[:n], t.low[:n], t.high[:n], t.mcse[:n]
}

// endLabels writes the labels of lines at their ends, apart from each other.
func endLabels(curves []timeCurve, on paper) plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		if on.narrow {
			return
		}
		x, y := p.Transforms(c)
		type label struct {
			at    vg.Length
			right vg.Length
			curve *timeCurve
		}
		var labels []label
		for j := range curves {
			if k := curves[j].last(); k >= 0 {
				labels = append(labels, label{y(curves[j].mean[k]), x(curves[j].days[k]), &curves[j]})
			}
		}
		slices.SortStableFunc(labels, func(a, b label) int {
			switch {
			case a.at < b.at:
				return -1
			case a.at > b.at:
				return 1
			}
			return 0
		})
		line := smallLetters.leading()
		for k := 1; k < len(labels); k++ { // up from the lowest
			labels[k].at = max(labels[k].at, labels[k-1].at+line)
		}
		top := c.Max.Y
		for k := len(labels) - 1; k >= 0; k-- { // and down again from the edge
			labels[k].at = min(labels[k].at, top)
			top = labels[k].at - line
		}
		from := 3 + vg.Length(len(curves))*5
		for _, l := range labels {
			letters := armLetters(l.curve.arm)
			letters.write(c, l.right+from, letters.middle(l.at), fromLeft, letters.wrap(l.curve.label, labelRoom(curves, on)-from, 1)[0])
		}
	}
}

// mostLabel is how long a label at the end of a line may be.
const mostLabel = vg.Length(86)

// labelRoom is what labels at the ends of lines need to the right of a panel. On
// narrow paper there are none: the legend has them.
func labelRoom(curves []timeCurve, on paper) vg.Length {
	if on.narrow {
		return 4 + vg.Length(len(curves))*5
	}
	room := vg.Length(0)
	for k := range curves {
		room = max(room, armLetters(curves[k].arm).width(curves[k].label))
	}
	return min(room, mostLabel) + 4 + vg.Length(len(curves))*5
}

// timePanel is a panel over days, up to the last of them.
func timePanel(curves []timeCurve, label string, on paper) *plot.Plot {
	p := newPlot()
	p.X.Label.Text = label
	last := 0.0
	for k := range curves {
		last = max(last, curves[k].days[len(curves[k].days)-1])
	}
	p.X.Min, p.X.Max = 0, max(last, 1)
	p.X.Tick.Marker = dayTicks(p.X.Max, on.ticks())
	return p
}

// dayTicks are about so many, at weeks, months or years, whichever suits the length.
func dayTicks(last float64, about int) plot.ConstantTicks {
	for _, step := range []float64{1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 1825} {
		if last/step <= float64(about)+1 {
			var out plot.ConstantTicks
			for at := 0.0; at <= last; at += step {
				out = append(out, plot.Tick{Value: at, Label: report.Number(at).Fixed(0)})
			}
			return out
		}
	}
	return ticks(0, last, about)
}
