package size

import (
	"fmt"

	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/results/report"
)

// swung are what is changed, in words.
var swung = map[string]string{
	size.SwungEffects: "the effect of the programs", size.SwungControl: "how fast clients come and stop using, in all arms", size.SwungLoss: "losses to the study",
	size.SwungMissed: "missed visits", size.SwungSpread: "how much case managers differ", size.SwungUptake: "uptake of the offer",
}

// WhatIfTitle is that of the table of swings.
const WhatIfTitle = "Power if an assumption is wrong"

// matters is the least by which the ends of a swing differ that is shown: a point of power.
const matters = 0.01

// SwingRow is a swing as people read it.
type SwingRow struct {
	Label, Low, High string
	Swing            size.Swing
}

// Swings returns the swings that move the power, the widest first, and the names of the
// others.
func (s *Sheet) Swings() (rows []SwingRow, idle []string) {
	w := s.Facts.WhatIf
	if w == nil {
		return nil, nil
	}
	for k := range w.Swings {
		x := &w.Swings[k]
		row := SwingRow{Label: s.swingLabel(x), Low: swingEnd(x, &x.Low), High: swingEnd(x, &x.High), Swing: *x}
		moves := func(e *size.End) bool { return max(e.Difference, -e.Difference) >= matters }
		if !moves(&x.Low) && !moves(&x.High) {
			idle = append(idle, row.Label)
			continue
		}
		rows = append(rows, row)
	}
	return rows, idle
}

// swingLabel names a swing in words.
func (s *Sheet) swingLabel(x *size.Swing) string {
	if text, ok := swung[x.Key]; ok {
		return text
	}
	return s.Scenario.Labels().Key(x.Key)
}

// swingEnd is the value at an end.
func swingEnd(x *size.Swing, e *size.End) string {
	value := report.SixDigits(e.Value)
	if !x.Prior {
		return value + " times"
	}
	return measure.Number(e.Value).Rounded(report.Missing())
}

// addWhatIf adds what the power is where an assumption is wrong.
func (s *Sheet) addWhatIf(d *report.Document) {
	w := s.Facts.WhatIf
	rows, idle := s.Swings()
	if w == nil || len(rows) == 0 {
		return
	}
	d.Heading("What if we are wrong?")
	d.Paragraph(s.mattersMost(rows))
	t := &report.Table{Columns: []report.Column{report.Key("one assumption at a time"), report.Left("low"), report.Right("power % at low (MCSE)"), report.Left("high"), report.Right("power % at high (MCSE)")}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{r.Label, r.Low, powerText(&r.Swing.Low), r.High, powerText(&r.Swing.High)})
	}
	notes := []string{fmt.Sprintf("Power of this trial, %s %% (MCSE %s) as assumed; %s of each. Effects are multiplied as log hazard ratios, rates and losses as hazards, and shares up to everyone.",
		(w.Power * 100).Fixed(1), (w.MCSE * 100).Fixed(1), report.Counted(w.Replicates, "simulated trial"))}
	for _, r := range rows {
		if r.Swing.Prior {
			notes = append(notes, "Values without \"times\" are the 5th and the 95th percentile of what the scenario says is known.")
			break
		}
	}
	if len(idle) > 0 {
		notes = append(notes, "Less than a point of power: "+report.Series(idle)+".")
	}
	d.Table(WhatIfTitle, t, notes)
}

func powerText(e *size.End) string {
	if !e.Power.Known() {
		return report.Absent
	}
	return (e.Power * 100).Fixed(1) + " (" + (e.MCSE * 100).Fixed(1) + ")"
}

// mattersMost says which two or three assumptions move the power most, of those that do
// so beyond chance.
func (s *Sheet) mattersMost(rows []SwingRow) string {
	var parts []string
	for k := range rows {
		r := &rows[k]
		if len(parts) == 3 || !r.beyondChance() {
			continue
		}
		low, high := min(r.Swing.Low.Power, r.Swing.High.Power), max(r.Swing.Low.Power, r.Swing.High.Power)
		parts = append(parts, fmt.Sprintf("%s (%s to %s: power between %s and %s %%)", r.Label, r.Low, r.High, (low*100).Fixed(0), (high*100).Fixed(0)))
	}
	if len(parts) == 0 {
		return "None of the assumptions tried moves the power by more than chance."
	}
	return "What moves the power most: " + report.Series(parts) + "."
}

// beyondChance tells that power moves at one end by more than the error of paired trials.
func (r *SwingRow) beyondChance() bool {
	if !r.Swing.Low.Power.Known() || !r.Swing.High.Power.Known() {
		return false
	}
	clear := func(e *size.End) bool {
		return max(e.Difference, -e.Difference) > report.ClearMCSEs*e.DifferenceMCSE
	}
	return clear(&r.Swing.Low) || clear(&r.Swing.High)
}
