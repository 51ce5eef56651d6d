package figure

import (
	"fmt"
	"math"
	"slices"

	"caseload/results/report"
	"caseload/results/trial"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// loadPanel is one program or service.
type loadPanel struct {
	load   *trial.HistoryLoad
	name   string
	curves []timeCurve // served, waiting
}

// mostLoads is how many programs and services are drawn: those with the longest
// waits first.
const mostLoads = 6

// Loads draws how many people each limited program and service has, and how many
// wait for it, by day of the trial. It is nil where nothing is limited.
func Loads(h *trial.History, labels scenarios.Labels) *Figure {
	var panels []loadPanel
	for k := range h.Loads {
		l := &h.Loads[k]
		what, name := "with a case manager", ""
		if l.Service != "" {
			what, name = "in a place", labels.Service(l.Service)
		} else {
			name = labels.Program(l.Program)
		}
		panels = append(panels, loadPanel{l, name, []timeCurve{
			newTimeCurve(0, what, l.Days, &l.Served, 1), newTimeCurve(1, "waiting", l.Days, &l.Waiting, 1)}})
	}
	if len(panels) == 0 {
		return nil
	}
	last := lastLoad(panels)
	for k := range panels {
		for j := range panels[k].curves {
			panels[k].curves[j].cutAt(last)
		}
	}
	left := len(panels) - mostLoads
	panels = panels[:min(len(panels), mostLoads)]
	notes := "Days of the trial, from its first enrolment until nobody is served any more. Others who use a service beside the trial's clients are counted."
	if left > 0 {
		notes += fmt.Sprintf(" Not drawn: %d more.", left)
	}
	s := func(on paper) *sheet {
		return &sheet{
			title:  loadTitle(panels),
			about:  []string{fmt.Sprintf("People served and waiting at once. Lines: mean of %s. Bands: 8 of 10 single trials lie in them, at each day. Scales differ.", trials(h.Replicates))},
			legend: loadLegend(panels),
			notes:  notes,
			body:   on.stacked(len(panels), stateHeight),
			panels: func(c *draw.Canvas) {
				inCells(c, len(panels), on.columns(2), stateHeight, func(cell draw.Canvas, k int) { drawLoad(cell, &panels[k], last, on) })
			},
		}
	}
	f := newFigure(s, "load", loadAlt(panels))
	f.Data = loadsTable(panels)
	return f
}

func drawLoad(c draw.Canvas, l *loadPanel, last float64, on paper) {
	p := timePanel(l.curves, "day of the trial", on)
	p.X.Max = last
	p.X.Tick.Marker = dayTicks(last, on.ticks())
	var s span
	for k := range l.curves {
		s.include(l.curves[k].mean...)
		s.include(l.curves[k].high...)
	}
	capacity, near := float64(l.load.Capacity), l.near()
	if near {
		s.include(capacity)
	}
	setRange(&p.Y, s, manyTicks)
	p.Add(horizontalGrid())
	if near {
		p.Add(plotted(func(c *draw.Canvas, p *plot.Plot) {
			_, y := p.Transforms(c)
			c.StrokeLine2(goalLine, c.Min.X, y(capacity), c.Max.X, y(capacity))
		}))
	}
	for k := range l.curves {
		p.Add(l.curves[k].band())
	}
	for k := range l.curves {
		p.Add(l.curves[k].line())
	}
	p.Add(endBars(l.curves))
	drawTitled(draw.Crop(c, 0, -14, 0, 0), p, fmt.Sprintf("%s: people (%s places)", l.name, report.Grouped(l.load.Capacity)))
}

// loadTitle says where most wait.
func loadTitle(panels []loadPanel) string {
	best, at := -1, -1
	for k := range panels {
		w := &panels[k].curves[1]
		if j := w.peak(); j >= 0 && w.mean[j] >= 1 && (best < 0 || w.mean[j] > panels[best].curves[1].mean[at]) {
			best, at = k, j
		}
	}
	if best < 0 {
		return "Hardly anybody waits for a place or a case manager"
	}
	return fmt.Sprintf("%s: up to %.0f people wait at once (day %g)", panels[best].name, panels[best].curves[1].mean[at], panels[best].curves[1].days[at])
}

func loadAlt(panels []loadPanel) string {
	alt := "People served and waiting over time."
	for k := range panels {
		p := &panels[k]
		alt += fmt.Sprintf(" %s, %d places:", p.name, p.load.Capacity)
		for j, what := range []string{"served", "waiting"} {
			t := &p.curves[j]
			if at := t.peak(); at >= 0 {
				curve := []*trial.HistoryCurve{&p.load.Served, &p.load.Waiting}[j]
				alt += fmt.Sprintf(" %s at most %s (MCSE %s) on day %g,", what, plain(curve.Mean[at], curve.MCSE[at]), plain(curve.MCSE[at], curve.MCSE[at]), t.days[at])
			}
		}
		alt = alt[:len(alt)-1] + "."
	}
	return alt
}

// lastLoad is the day after which nobody is served and nobody waits, in nine of ten
// trials: the axis ends there.
func lastLoad(panels []loadPanel) float64 {
	last := 1.0
	for k := range panels {
		for j := range panels[k].curves {
			t := &panels[k].curves[j]
			for i := range t.days {
				if t.high[i] > 0 {
					last = max(last, t.days[min(i+1, len(t.days)-1)])
				}
			}
		}
	}
	return last
}

// near tells whether the capacity is drawn: one far above would press the lines to the
// floor.
func (l *loadPanel) near() bool {
	most := 0.0
	for k := range l.curves {
		for j := range l.curves[k].days {
			most = math.Max(most, math.Max(zeroIfNaN(l.curves[k].mean[j]), zeroIfNaN(l.curves[k].high[j])))
		}
	}
	return float64(l.load.Capacity) <= 2.5*most
}

func zeroIfNaN(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// loadLegend has the marks that are drawn.
func loadLegend(panels []loadPanel) []entry {
	out := []entry{{"served", bandMark(0)}, {"waiting", bandMark(1)}}
	if slices.ContainsFunc(panels, func(l loadPanel) bool { return l.near() }) {
		out = append(out, entry{"capacity", lineMark(goalLine)})
	}
	var all []timeCurve
	for k := range panels {
		all = append(all, panels[k].curves...)
	}
	return append(out, endBarEntry(all)...)
}
