package meta

import (
	"fmt"
	"math"
	"strings"

	"caseload/analysis/numeric"
	"caseload/results/report"
)

// Size of a funnel plot in characters.
const (
	funnelHeight = 13
	funnelWidest = 78
)

// funnel draws effects against their standard errors, precise ones on top, within the
// limits between which a study is expected if all have the pooled effect.
func (m *Meta) funnel(width int) []string {
	const left = 9 // for the labels of the scale
	a := forestAxis{cells: min(width, funnelWidest) - left - 1}
	most := 0.0
	for _, s := range m.Studies {
		most = math.Max(most, float64(s.SE))
	}
	if a.cells < 2*report.Fewest || m.K < 3 || !m.Estimate.Known() {
		return nil
	}
	z := m.Reach()
	a.low, a.high = m.FunnelRange(most)
	grid := make([][]rune, funnelHeight)
	for r := range grid {
		grid[r] = []rune(strings.Repeat(" ", a.cells))
		se := most * float64(r) / (funnelHeight - 1)
		for _, x := range []float64{float64(m.Estimate) - float64(z*se), float64(m.Estimate) + float64(z*se)} {
			if at := a.cell(x); at >= 0 && at < a.cells {
				grid[r][at] = '·'
			}
		}
		grid[r][a.cell(float64(m.Estimate))] = '│'
	}
	row := func(se report.Number) int { return int(math.Round(float64(se) / most * (funnelHeight - 1))) }
	if t := m.Bias.TrimFill; t != nil {
		for _, f := range t.Filled {
			grid[row(f.SE)][a.cell(float64(f.YI))] = '○'
		}
	}
	for _, s := range m.Studies {
		cell := &grid[row(s.SE)][a.cell(float64(s.YI))]
		switch {
		case *cell == '●':
			*cell = '2'
		case *cell >= '2' && *cell < '9':
			*cell++
		case *cell != '9':
			*cell = '●'
		}
	}
	var lines []string
	digits := report.Number(most).Decimals(report.Number(most / 10))
	for r := range grid {
		label := ""
		if r%4 == 0 {
			label = report.Number(most * float64(r) / (funnelHeight - 1)).Fixed(digits)
		}
		lines = append(lines, strings.TrimRight(pad(label, left-2, true)+" │"+string(grid[r]), " "))
	}
	ticks, labels := a.ticks(m.IsRatio())
	return append(lines, strings.Repeat(" ", left-1)+"└"+ticks, strings.Repeat(" ", left)+labels)
}

// Reach is how many standard errors an interval reaches to either side.
func (m *Meta) Reach() float64 { return -numeric.NormalQuantile(float64(m.Alpha) / 2) }

// FunnelRange is what a funnel plot shows: all effects, those filled in, and the limits
// at the largest standard error.
func (m *Meta) FunnelRange(most float64) (low, high float64) {
	z := m.Reach()
	low, high = float64(m.Estimate)-float64(z*most), float64(m.Estimate)+float64(z*most)
	for _, s := range m.Studies {
		low, high = math.Min(low, float64(s.YI)), math.Max(high, float64(s.YI))
	}
	if t := m.Bias.TrimFill; t != nil {
		for _, f := range t.Filled {
			low, high = math.Min(low, float64(f.YI)), math.Max(high, float64(f.YI))
		}
	}
	return low, high
}

// funnelLegend explains the marks.
func (m *Meta) funnelLegend() string {
	text := fmt.Sprintf("● study (a digit: so many), by standard error downwards; │ pooled; · within these, %s of studies if all had the pooled effect", m.LevelText())
	if t := m.Bias.TrimFill; t != nil && t.Missing > 0 {
		text += "; ○ filled in by trim and fill"
	}
	return text
}
