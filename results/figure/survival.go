package figure

import (
	"fmt"
	"strings"

	"caseload/results/report"
	"caseload/results/trial"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Survival draws the Kaplan-Meier curves of each outcome that is a time, an arm
// a curve: the mean over trials, what eight of ten trials show, and below it how
// many clients of a trial are at risk. There is a figure for each outcome.
func Survival(h *trial.History, labels scenarios.Labels) []*Figure {
	var all []*Figure
	for k := 0; k < len(h.Survival); {
		to := k
		for to < len(h.Survival) && h.Survival[to].Outcome == h.Survival[k].Outcome {
			to++
		}
		all = append(all, survivalFigure(h, h.Survival[k:to], labels))
		k = to
	}
	return all
}

// still says what those are who have not had the event of a variable.
func still(variable string) string {
	switch variable {
	case "time_in_su":
		return "still in treatment"
	case "time_to_linkage":
		return "not yet in treatment"
	case "time_to_linkage_other":
		return "not yet in another service"
	case "time_to_death":
		return "alive"
	case "time_to_arrest":
		return "not yet arrested"
	}
	return "without the event"
}

func survivalFigure(h *trial.History, arms []trial.HistorySurvival, labels scenarios.Labels) *Figure {
	first := &arms[0]
	var curves, risks []timeCurve
	for k := range arms {
		c := newTimeCurve(k, labels.Arm(arms[k].Arm), arms[k].Days, &arms[k].Share, 100)
		c.stepped = true
		curves = append(curves, c)
		risks = append(risks, newTimeCurve(k, labels.Arm(arms[k].Arm), arms[k].Days, &arms[k].AtRisk, 1))
	}
	since := "enrolment"
	if first.Set.FromEntry() {
		since = "entry"
	}
	s := func(on paper) *sheet {
		return &sheet{
			title: fmt.Sprintf("%s: on day %g, %s are %s", labels.Outcome(first.Outcome), first.Days[len(first.Days)-1], lastShares(curves), still(first.Variable)),
			about: []string{fmt.Sprintf("Kaplan-Meier estimates by arm, analysis set %s, as the trialist has the data. Lines: mean of %s. Bands: 8 of 10 single trials lie in them, at each day.",
				scenarios.Plain(string(first.Set)), trials(h.Replicates))},
			legend: append(armLegend(curves), endBarEntry(curves)...),
			notes:  "At risk: mean number of clients in a trial who are under observation and without the event.",
			body:   survivalHeight + riskLine*riskLines(len(arms), on),
			panels: func(c *draw.Canvas) { drawSurvival(c, curves, risks, since, still(first.Variable), on) },
		}
	}
	f := newFigure(s, fileName("survival-"+first.Outcome), survivalAlt(arms, curves))
	f.Data = survivalTable(arms, since, labels)
	return f
}

const (
	survivalHeight = vg.Length(215)
	riskLine       = vg.Length(11)
)

// trials says how many.
func trials(n int) string {
	if n == 1 {
		return "the first trial alone"
	}
	return "the first " + report.Grouped(n) + " trials"
}

// lastShares are the shares at the end, in words.
func lastShares(curves []timeCurve) string {
	var parts []string
	for k := range curves {
		last := curves[k].last()
		if last < 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%.0f %% of %s", curves[k].mean[last], curves[k].label))
	}
	return joined(parts)
}

// joined lists parts as a sentence does.
func joined(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func survivalAlt(arms []trial.HistorySurvival, curves []timeCurve) string {
	var parts []string
	for k := range curves {
		t := &curves[k]
		var at []string
		for _, j := range []int{len(t.days) / 4, len(t.days) / 2, len(t.days) - 1} {
			share := &arms[k].Share
			at = append(at, fmt.Sprintf("day %g: %s %% (MCSE %s)", t.days[j], plain(share.Mean[j]*100, share.MCSE[j]*100), plain(share.MCSE[j]*100, share.MCSE[j]*100)))
		}
		parts = append(parts, t.label+" "+strings.Join(at, ", "))
	}
	return fmt.Sprintf("Kaplan-Meier curves, share %s. %s.", still(arms[0].Variable), strings.Join(parts, "; "))
}

func armLegend(curves []timeCurve) []entry {
	var out []entry
	for k := range curves {
		if curves[k].last() > 0 { // else there is no line
			out = append(out, entry{curves[k].label, bandMark(curves[k].arm)})
		}
	}
	return out
}

func drawSurvival(c *draw.Canvas, curves, risks []timeCurve, since, state string, on paper) {
	p := timePanel(curves, "days since "+since, on)
	p.Y.Min, p.Y.Max = 0, 100
	p.Y.Tick.Marker = ticks(0, 100, 5)
	p.Add(horizontalGrid())
	for k := range curves {
		p.Add(curves[k].band())
	}
	for k := range curves {
		p.Add(curves[k].line())
	}
	below := riskLine * riskLines(len(risks), on)
	p.Add(endBars(curves), endLabels(curves, on), riskTable(risks, on))
	names := vg.Length(0)
	for k := range risks {
		names = max(names, armLetters(k).width(risks[k].label))
	}
	// The names of the table stand to the left of the axis.
	const axis, apart = 18, 14 // what the heights take anyway; between names and numbers
	indent := max(0, min(names, 90)+apart-axis)
	if on.narrow {
		indent = 0 // they stand above its lines
	}
	drawTitled(draw.Crop(*c, indent, -labelRoom(curves, on), below, 0), p, state+" (%)")
}

// riskLines is how many lines the numbers at risk of so many arms take.
func riskLines(arms int, on paper) vg.Length {
	if on.narrow {
		return vg.Length(2*arms + 1)
	}
	return vg.Length(arms + 1)
}

// riskTable writes the numbers at risk below the axis, an arm a line; on narrow paper
// the name of the arm has a line of its own.
func riskTable(risks []timeCurve, on paper) plotted {
	return func(c *draw.Canvas, p *plot.Plot) {
		x, _ := p.Transforms(c)
		axis := vg.Length(30) // of ticks and label
		y := c.Min.Y - axis
		smallLetters.write(c, c.Min.X, smallLetters.middle(y), fromLeft, "at risk")
		for k := range risks {
			t := &risks[k]
			row := y - riskLine*vg.Length(k+1)
			letters := armLetters(t.arm)
			if on.narrow {
				row = y - riskLine*vg.Length(2*k+2)
				letters.write(c, c.Min.X, letters.middle(row+riskLine), fromLeft, letters.wrap(t.label, c.Max.X-c.Min.X, 1)[0])
			} else {
				letters.write(c, c.Min.X-14, letters.middle(row), fromRight, letters.wrap(t.label, 90, 1)[0])
			}
			for _, tick := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
				if j := at(t.days, tick.Value); j >= 0 {
					text := report.Number(t.mean[j]).Fixed(0)
					letters := smallLetters
					letters.write(c, x(tick.Value)+letters.width(text)/2, letters.middle(row), fromRight, text)
				}
			}
		}
	}
}

// at is the last place in the grid on or before a day, -1 for none.
func at(days []float64, day float64) int {
	k := -1
	for k+1 < len(days) && days[k+1] <= day {
		k++
	}
	return k
}
