package figure

import (
	"fmt"
	"math"

	"caseload/results/trial"
	"caseload/scenarios"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// statePanels are the states in the order in which they are drawn, and what
// people call them.
var statePanels = []struct{ state, title string }{
	{"using", "using"},
	{"in_treatment", "in substance use treatment"},
	{"waiting", "waiting for a place in treatment"},
	{"jailed", "in jail"},
	{"dead", "dead"},
}

// statePanel is what one panel shows.
type statePanel struct {
	title  string
	curves []timeCurve
	errs   []*trial.HistoryCurve
}

// States draws the share of each arm's clients who are using, in treatment,
// waiting and in jail, by day since enrolment: a panel for each state that the
// scenario has.
func States(h *trial.History, labels scenarios.Labels) *Figure {
	var panels []statePanel
	for _, s := range statePanels {
		p := statePanel{title: s.title}
		for k := range h.States {
			if x := &h.States[k]; x.State == s.state {
				p.curves = append(p.curves, newTimeCurve(len(p.curves), labels.Arm(x.Arm), x.Days, &x.Share, 100))
				p.errs = append(p.errs, &x.Share)
			}
		}
		if len(p.curves) > 0 && (s.state != "dead" || p.curves[0].peak() >= 0) {
			panels = append(panels, p)
		}
	}
	if len(panels) == 0 {
		return nil
	}
	s := func(on paper) *sheet {
		return &sheet{
			title: stateTitle(panels),
			about: []string{fmt.Sprintf("Share of all clients randomized to an arm who are in a state, as it truly is. Lines: mean of %s. Bands: 8 of 10 single trials lie in them, at each day. Scales differ.",
				trials(h.Replicates))},
			legend: append(armLegend(panels[0].curves), endBarEntry(panels[0].curves)...),
			notes:  "States are not exclusive: whoever is in treatment can be using. Clients who have died stay in the denominator.",
			body:   on.stacked(len(panels), stateHeight),
			panels: func(c *draw.Canvas) {
				inCells(c, len(panels), on.columns(2), stateHeight, func(cell draw.Canvas, k int) { drawStates(cell, &panels[k], on) })
			},
		}
	}
	f := newFigure(s, "states", stateAlt(panels))
	f.Data = statesTable(panels)
	return f
}

const stateHeight = vg.Length(150)

// inCells draws so many panels in columns.
func inCells(c *draw.Canvas, n, columns int, height vg.Length, paint func(cell draw.Canvas, k int)) {
	columns = min(columns, n)
	width := (c.Max.X - c.Min.X - panelGap*vg.Length(columns-1)) / vg.Length(columns)
	for k := range n {
		left := vg.Length(k%columns) * (width + panelGap)
		top := vg.Length(k/columns) * (height + panelGap/2)
		paint(draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: c.Min.X + left, Y: c.Max.Y - top - height},
			Max: vg.Point{X: c.Min.X + left + width, Y: c.Max.Y - top},
		}}, k)
	}
}

func drawStates(c draw.Canvas, s *statePanel, on paper) {
	p := timePanel(s.curves, "days since enrolment", on)
	top := 0.0
	for k := range s.curves {
		for j := range s.curves[k].mean {
			for _, x := range []float64{s.curves[k].mean[j], s.curves[k].high[j]} {
				if !math.IsNaN(x) {
					top = max(top, x)
				}
			}
		}
	}
	setRange(&p.Y, span{0, max(top, 1)}, manyTicks)
	p.Y.Max = min(p.Y.Max, 100)
	p.Add(horizontalGrid())
	for k := range s.curves {
		p.Add(s.curves[k].band())
	}
	for k := range s.curves {
		p.Add(s.curves[k].line())
	}
	p.Add(endBars(s.curves), endLabels(s.curves, on))
	drawTitled(draw.Crop(c, 0, -labelRoom(s.curves, on), 0, 0), p, s.title+" (%)")
}

// stateTitle says when most are in treatment, or else how many are using in the
// end.
func stateTitle(panels []statePanel) string {
	for k := range panels {
		p := &panels[k]
		if p.title != "in substance use treatment" {
			continue
		}
		var parts []string
		for j := range p.curves {
			t := &p.curves[j]
			if at := t.peak(); at > 0 { // else they begin there
				parts = append(parts, fmt.Sprintf("%.0f %% of %s (day %g)", t.mean[at], t.label, t.days[at]))
			}
		}
		if len(parts) == len(p.curves) {
			return "In treatment at most " + joined(parts)
		}
	}
	var parts []string
	for j := range panels[0].curves {
		t := &panels[0].curves[j]
		if at := t.last(); at >= 0 {
			parts = append(parts, fmt.Sprintf("%.0f %% of %s", t.mean[at], t.label))
		}
	}
	return fmt.Sprintf("On day %g, %s are %s", panels[0].curves[0].days[len(panels[0].curves[0].days)-1], joined(parts), panels[0].title)
}

func stateAlt(panels []statePanel) string {
	alt := "Share of clients in each state over time, by arm."
	for k := range panels {
		p := &panels[k]
		for j := range p.curves {
			t := &p.curves[j]
			alt += fmt.Sprintf(" Share %s, %s:", p.title, t.label)
			for _, at := range []int{0, len(t.days) / 2, len(t.days) - 1} {
				alt += fmt.Sprintf(" day %g %s %% (MCSE %s),", t.days[at],
					plain(p.errs[j].Mean[at]*100, p.errs[j].MCSE[at]*100), plain(p.errs[j].MCSE[at]*100, p.errs[j].MCSE[at]*100))
			}
			alt = alt[:len(alt)-1] + "."
		}
	}
	return alt
}
