package meta

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"caseload/results/report"
	"caseload/sim/portable"
)

// forestRow is a line of a forest plot in characters: an effect with its interval.
type forestRow struct {
	label, shown, weight string
	x, low, high         report.Number
	mark, line           rune
	first, last          rune // of the interval
}

// forestAxis places effects on a line of cells.
type forestAxis struct {
	low, high float64
	cells     int
}

// cell returns where x is: -1 or cells if it is beyond the ends.
func (a *forestAxis) cell(x float64) int {
	at := math.Round((x - a.low) / (a.high - a.low) * float64(a.cells-1))
	return int(math.Max(-1, math.Min(at, float64(a.cells))))
}

// farthest is the largest logarithm that is drawn.
const farthest = 300

// MetaRange is what a drawing of effects shows: all estimates, and no effect, with
// intervals cut off where they would squeeze the rest.
func (m *Meta) Range() (low, high float64) {
	low, high = 0, 0
	take := func(xs ...report.Number) {
		for _, x := range xs {
			if x.Known() {
				low, high = math.Min(low, float64(x)), math.Max(high, float64(x))
			}
		}
	}
	for _, s := range m.Studies {
		take(s.YI)
	}
	take(m.Low, m.High, m.PILow, m.PIHigh)
	room := high - low
	leftmost, rightmost := low-room, high+room
	for _, s := range m.Studies {
		take(report.Number(math.Max(float64(s.Low), leftmost)), report.Number(math.Min(float64(s.High), rightmost)))
	}
	if !(high-low > 0) {
		return -1, 1
	}
	if m.IsRatio() { // of which the ratios can be held
		low, high = math.Max(low, -farthest), math.Min(high, farthest)
	}
	return low, high
}

// forest draws the studies and the pooled effect: nothing where there is no room.
func (m *Meta) forest(width int) []string {
	rows := m.forestRows()
	label, shown, weight := 0, 0, 0
	for k := range rows {
		rows[k].label = report.Shorten(rows[k].label, min(report.WidestLabel+width/30, width/4))
		label = max(label, utf8.RuneCountInString(rows[k].label))
		shown = max(shown, utf8.RuneCountInString(rows[k].shown))
		weight = max(weight, utf8.RuneCountInString(rows[k].weight))
	}
	if width-label-shown-weight-6 < 2*report.Fewest { // the drawing tells more than weights do
		for k := range rows {
			rows[k].weight = ""
		}
		weight = -2
	}
	left := label + 2 + shown + 2 + weight + 2
	a := forestAxis{cells: width - left - 1}
	if a.cells < report.Fewest {
		return nil
	}
	a.low, a.high = m.Range()
	var lines []string
	for k := range rows {
		r := &rows[k]
		lines = append(lines, strings.TrimRight(pad(r.label, label, false)+"  "+pad(r.shown, shown, true)+strings.Repeat(" ", min(2, weight+2))+pad(r.weight, weight, true)+"  "+a.draw(r), " "))
	}
	ticks, labels := a.ticks(m.IsRatio())
	return append(lines, strings.Repeat(" ", left)+ticks, strings.Repeat(" ", left)+labels)
}

// pad fills a text up with blanks.
func pad(text string, width int, right bool) string {
	blanks := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
	if right {
		return blanks + text
	}
	return text + blanks
}

func (m *Meta) forestRows() []forestRow {
	var rows []forestRow
	most := report.Number(0)
	for _, s := range m.Studies {
		most = max(most, s.Weight)
	}
	for _, s := range m.Studies {
		mark := '■'
		if s.Weight < most/2 {
			mark = '▪'
		}
		rows = append(rows, forestRow{s.Study, m.ShownInterval(s.YI, s.Low, s.High), s.Weight.Fixed(1) + " %", s.YI, s.Low, s.High, mark, '─', '├', '┤'})
	}
	if !m.Estimate.Known() {
		return rows
	}
	rows = append(rows, forestRow{"pooled", m.ShownInterval(m.Estimate, m.Low, m.High), "100 %", m.Estimate, m.Low, m.High, '◆', '━', '╺', '╸'})
	if m.PILow.Known() {
		rows = append(rows, forestRow{"prediction", m.ShownLimits(m.PILow, m.PIHigh), "", m.Estimate, m.PILow, m.PIHigh, '┄', '┄', '╎', '╎'})
	}
	return rows
}

// draw is an interval in cells over the line of no effect.
func (a *forestAxis) draw(r *forestRow) string {
	cells := []rune(strings.Repeat(" ", a.cells))
	cells[a.cell(0)] = '│'
	if !r.x.Known() {
		return string(cells)
	}
	low, high := r.x, r.x
	if r.low.Known() {
		low, high = r.low, r.high
	}
	first, last := a.cell(float64(low)), a.cell(float64(high))
	for k := max(first, 0); k <= min(last, a.cells-1); k++ {
		cells[k] = r.line
	}
	switch {
	case first < 0:
		cells[0] = '◂'
	case first < last:
		cells[first] = r.first
	}
	switch {
	case last >= a.cells:
		cells[a.cells-1] = '▸'
	case first < last:
		cells[last] = r.last
	}
	cells[a.cell(float64(r.x))] = r.mark
	return string(cells)
}

// ticks are the scale, of ratios if asked, and its labels where there is room.
func (a *forestAxis) ticks(ratio bool) (marks, labels string) {
	line, text := []rune(strings.Repeat(" ", a.cells)), []rune(strings.Repeat(" ", a.cells+report.TickRoom))
	free := 0
	for _, t := range Ticks(a.low, a.high, max(2, a.cells/report.TickRoom), ratio) {
		at := a.cell(t.At)
		line[at] = '┴'
		first := max(0, min(at-len(t.Label)/2, a.cells-len(t.Label)))
		if first >= free {
			copy(text[first:], []rune(t.Label))
			free = first + len(t.Label) + 1
		}
	}
	for k, c := range line {
		if c == ' ' {
			line[k] = '─'
		}
	}
	return string(line), strings.TrimRight(string(text), " ")
}

// MetaTick is a place on an axis of effects and what stands there.
type Tick struct {
	At    float64
	Label string
}

// MetaTicks are at most so many round numbers from low to high, which are logarithms
// if ratio is set: powers of ten with, as there is room, 2 and 5 times them.
func Ticks(low, high float64, most int, ratio bool) []Tick {
	if ratio {
		for _, leads := range [][]float64{{1, 1.25, 1.5, 2, 3, 4, 5, 6, 8}, {1, 1.5, 2, 3, 5}, {1, 2, 5}, {1, 3}, {1}} {
			if out := ratioTicks(low, high, leads, 1); len(out) <= most {
				return linearIfFew(out, low, high, most)
			}
		}
		for every := 2; ; every++ {
			if out := ratioTicks(low, high, []float64{1}, every); len(out) <= most {
				return out
			}
		}
	}
	step := portable.Pow(10, math.Floor(portable.Log10((high-low)/float64(most))))
	for k := 0; (high-low)/step > float64(most); k++ {
		step *= []float64{2, 2.5, 2}[k%3]
	}
	var out []Tick
	digits := max(0, -int(math.Floor(portable.Log10(step)+1e-9)))
	for k := math.Ceil(low/step - 1e-9); k*step <= high+float64(1e-9*step); k++ {
		label := report.Number(k * step).Fixed(digits)
		if digits > mostDigits || step >= 1e6 {
			label = brief3(report.Number(k * step))
		}
		out = append(out, Tick{k * step, label})
	}
	return out
}

// linearIfFew puts round ratios at equal distances where the range is too short for
// powers of ten.
func linearIfFew(out []Tick, low, high float64, most int) []Tick {
	if len(out) >= 3 {
		return out
	}
	var even []Tick
	for _, t := range Ticks(portable.Exp(low), portable.Exp(high), most, false) {
		if t.At > 0 {
			even = append(even, Tick{portable.Log(t.At), t.Label})
		}
	}
	if len(even) > len(out) {
		return even
	}
	return out
}

func ratioTicks(low, high float64, leads []float64, every int) []Tick {
	var out []Tick
	for power := int(math.Floor(low / math.Ln10)); float64(power) <= high/math.Ln10; power++ {
		if power%every != 0 {
			continue
		}
		for _, lead := range leads {
			x := portable.Log(lead) + float64(float64(power)*math.Ln10)
			if x >= low-1e-9 && x <= high+1e-9 {
				value := lead * portable.Pow(10, float64(power))
				out = append(out, Tick{x, strconv.FormatFloat(value, 'g', 3, 64)})
			}
		}
	}
	return out
}
