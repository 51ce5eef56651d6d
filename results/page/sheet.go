package page

import (
	"io"
	"slices"

	"caseload/analysis/measure"
	"caseload/results/figure"
	"caseload/results/report"
	"caseload/results/size"
)

// Sheet is a planner's sheet as a page to be printed.
type Sheet struct {
	Title  string
	Blocks []Block
}

// NewSheet sets a planner's sheet: its document, with the tornado below what the power is
// where an assumption is wrong.
func NewSheet(s *size.Sheet) *Sheet {
	out := &Sheet{Title: s.Title()}
	out.Blocks = blocks(slices.DeleteFunc(s.Document().Parts, func(p report.Part) bool { return p.Kind == report.TitlePart }))
	if drawn := Tornado(s); drawn != nil {
		at := slices.IndexFunc(out.Blocks, func(b Block) bool { return b.Table != nil && b.Table.Title == size.WhatIfTitle })
		out.Blocks = slices.Insert(out.Blocks, at+1, Block{Figure: drawn})
	}
	return out
}

// Write writes the sheet as HTML.
func (s *Sheet) Write(w io.Writer) error { return execute(w, "sheet", s) }

// Tornado draws the swings of a sheet; nil if there are none.
func Tornado(s *size.Sheet) *figure.Figure {
	rows, _ := s.Swings()
	if len(rows) == 0 {
		return nil
	}
	w := s.Facts.WhatIf
	swings := &figure.Swings{Name: "tornado-" + s.Stem(), Of: s.About(), Answer: "power", Unit: "%", Ends: "see the table", Centre: w.Power * 100}
	percent := func(x measure.Number) report.Number { return x * 100 }
	for _, r := range rows {
		swings.Rows = append(swings.Rows, figure.Swing{Label: r.Label, Low: r.Low, High: r.High, AtLow: percent(r.Swing.Low.Power), AtLowMCSE: percent(r.Swing.Low.MCSE),
			AtHigh: percent(r.Swing.High.Power), AtHighMCSE: percent(r.Swing.High.MCSE)})
	}
	return figure.Tornado(swings)
}
