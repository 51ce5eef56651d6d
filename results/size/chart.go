package size

import (
	"fmt"
	"math"
	"strings"

	"caseload/analysis/size"
	"caseload/results/report"
)

// Sizes of the power curve in characters.
const (
	chartRows   = 12
	chartWidest = 72
	chartLeast  = 24
)

// addCurve adds the power curve in characters: designs to the right, power
// upwards.
func (s *Search) addCurve(d *report.Document, a *Answer, of string) {
	if len(a.Curve) == 0 || s.Solve == size.Power || a.Curve[len(a.Curve)-1].Design <= a.Curve[0].Design {
		return
	}
	draw := func(width int) []string {
		cells := min(chartWidest, width-8)
		if cells < chartLeast {
			return nil
		}
		return s.chart(a, cells)
	}
	d.Drawing(report.SentenceCase(s.Wanted())+" by "+s.unitOf()+of, draw, "")
}

// chart is the lines of the drawing: the curve, its band, the target, and what
// trials of single designs showed.
func (s *Search) chart(a *Answer, cells int) []string {
	from, to := float64(a.Curve[0].Design), float64(a.Curve[len(a.Curve)-1].Design)
	low, high := 1.0, 0.0
	for _, p := range a.Curve {
		low, high = math.Min(low, float64(p.Low)), math.Max(high, float64(p.High))
	}
	low, high = math.Min(low, a.TargetPower), math.Max(high, a.TargetPower)
	low, high = math.Floor(low*20)/20, math.Ceil(high*20)/20
	grid := make([][]rune, chartRows)
	for r := range grid {
		grid[r] = []rune(strings.Repeat(" ", cells))
	}
	rowOf := func(p float64) int {
		return max(0, min(chartRows-1, int(math.Round((high-p)/(high-low)*(chartRows-1)))))
	}
	for c := range grid[rowOf(a.TargetPower)] {
		grid[rowOf(a.TargetPower)][c] = '·'
	}
	for c := range cells {
		at := float64(float64(c) / float64(cells-1) * float64(len(a.Curve)-1))
		k := min(int(at), len(a.Curve)-2)
		mix := func(of func(*Point) report.Number) float64 {
			share := at - float64(k)
			return float64(float64(of(&a.Curve[k]))*(1-share)) + float64(float64(of(&a.Curve[k+1]))*share)
		}
		for r := rowOf(mix(func(p *Point) report.Number { return p.High })); r <= rowOf(mix(func(p *Point) report.Number { return p.Low })); r++ {
			grid[r][c] = '░'
		}
		grid[rowOf(mix(func(p *Point) report.Number { return p.Power }))][c] = '█'
	}
	for _, e := range a.Evaluations {
		if x := float64(e.Design); x >= from && x <= to {
			grid[rowOf(float64(e.Power))][int(math.Round((x-from)/(to-from)*float64(cells-1)))] = 'o'
		}
	}
	var lines []string
	for r := range grid {
		label := "     "
		if r%3 == 0 || r == chartRows-1 {
			label = fmt.Sprintf("%3.0f %%", 100*(high-(high-low)*float64(r)/(chartRows-1)))
		}
		lines = append(lines, strings.TrimRight(label+" "+string(grid[r]), " "))
	}
	left, right := s.designText(report.Number(from)), s.designText(report.Number(to))
	lines = append(lines, "      "+left+strings.Repeat(" ", max(1, cells-len(left)-len(right)))+right)
	return append(lines, "█ curve   ░ its 95 % band   o trials of one design   · "+report.Percent(a.TargetPower))
}
