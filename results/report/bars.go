package report

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"caseload/sim/portable"
)

// bar is one line of a waterfall drawn in characters: from one value to
// another, or, of a level, from zero. What is missing has only its label.
type Bar struct {
	Label, Shown string
	From, To     Number
	Level        bool
}

// The characters of bars: a level, a step down, a step up, and the left edge
// of a cell, which is where zero is and where a step too small to fill a cell.
const (
	LevelBar = '█'
	LossBar  = '░'
	GainBar  = '▓'
	edge     = '▏'
)

// fewest is how many cells a drawing needs to tell anything, tickRoom how many
// are between the ticks of its scale at least, and widestLabel how many characters a
// bar's label has at most.
const (
	Fewest      = 12
	TickRoom    = 8
	WidestLabel = 20
)

// scale places values on a line of cells. Zero is at the left edge of a cell.
type scale struct {
	low, high float64
	zero      int     // cell
	perUnit   float64 // cells
	cells     int
}

// newScale holds all values and zero.
func newScale(values []float64, cells int) scale {
	low, high := min(0, slices.Min(append(values, 0))), max(0, slices.Max(append(values, 0)))
	if high-low < Negligible {
		high = 1
	}
	s := scale{low: low, high: high, cells: cells, zero: int(math.Round(float64(cells) * -low / (high - low)))}
	if low < 0 {
		s.zero = max(s.zero, 1)
	}
	if high > 0 {
		s.zero = min(s.zero, cells-1)
	}
	s.perUnit = math.Inf(1)
	if low < 0 {
		s.perUnit = float64(s.zero) / -low
	}
	if high > 0 {
		s.perUnit = min(s.perUnit, float64(cells-s.zero)/high)
	}
	return s
}

// at is where a value is, in cells from the left.
func (s *scale) at(x float64) float64 { return float64(s.zero) + float64(x*s.perUnit) }

// draw is the bar in cells and one more, for an edge at the very end.
func (s *scale) draw(b *Bar) string {
	row := []rune(strings.Repeat(" ", s.cells+1))
	row[s.zero] = edge
	switch {
	case !b.To.Known() || !b.From.Known():
	case b.Level:
		s.drawLevel(row, float64(b.To))
	default:
		s.drawStep(row, float64(b.From), float64(b.To))
	}
	return strings.TrimRight(string(row), " ")
}

// drawLevel fills from zero, to an eighth of a cell on its right. On its left
// there are only characters for a half.
func (s *scale) drawLevel(row []rune, x float64) {
	if x >= 0 {
		eighths := int(math.Round((s.at(x) - float64(s.zero)) * 8))
		for k := range eighths / 8 {
			row[s.zero+k] = LevelBar
		}
		if rest := eighths % 8; rest > 0 {
			row[s.zero+eighths/8] = []rune("▏▎▍▌▋▊▉")[rest-1]
		}
		return
	}
	halves := int(math.Round((float64(s.zero) - s.at(x)) * 2))
	for k := range halves / 2 {
		row[s.zero-1-k] = LevelBar
	}
	if halves%2 > 0 {
		row[s.zero-1-halves/2] = '▐'
	}
}

// drawStep fills what lies between two values.
func (s *scale) drawStep(row []rune, from, to float64) {
	first, last := int(math.Round(s.at(min(from, to)))), int(math.Round(s.at(max(from, to))))
	if first == last {
		row[first] = edge
		return
	}
	fill := LossBar
	if to > from {
		fill = GainBar
	}
	for k := first; k < last; k++ {
		row[k] = fill
	}
}

// every is the distance of ticks: the least of 1, 2, 5, 10 ... that leaves
// them room, or the largest that has a tick beside that of zero.
func (s *scale) every() float64 {
	furthest := max(s.high, -s.low)
	step := portable.Pow(10, math.Floor(portable.Log10(furthest))-2)
	for k := 0; step*s.perUnit < TickRoom; k++ {
		next := step * []float64{2, 2.5, 2}[k%3] // 1, 2, 5, 10
		if next > furthest {
			break
		}
		step = next
	}
	return step
}

// axis is the two lines of the scale: ticks, and the labels of those where one
// doesn't touch the one before.
func (s *scale) axis() (ticks, labels string) {
	step := s.every()
	marks, text := []rune(strings.Repeat(" ", s.cells+1)), []rune(strings.Repeat(" ", s.cells+TickRoom))
	const slack = 1e-6 // a tick at the very end is there
	free := 0          // where the next label may begin
	for k := int(math.Ceil(s.low/step - slack)); float64(k) <= s.high/step+slack; k++ {
		at := int(math.Round(s.at(float64(k) * step)))
		label := strconv.FormatFloat(float64(k)*step, 'g', 3, 64)
		marks[at] = edge
		first := max(0, min(at-len(label)/2, s.cells+1-len(label)))
		if first >= free {
			copy(text[first:], []rune(label))
			free = first + len(label) + 1
		}
	}
	return strings.TrimRight(string(marks), " "), strings.TrimRight(string(text), " ")
}

// drawBars draws bars with labels and numbers in lines of at most width
// characters: nothing if that leaves no room for bars.
func DrawBars(bars []Bar, width int) []string {
	var values []float64
	label, shown := 0, 0
	for k := range bars {
		b := &bars[k]
		label = max(label, utf8.RuneCountInString(Shorten(b.Label, WidestLabel)))
		shown = max(shown, utf8.RuneCountInString(b.Shown))
		if b.From.Known() && b.To.Known() {
			values = append(values, float64(b.From), float64(b.To))
		}
	}
	const gaps = 2 + 2 + 1 // between the columns, and for the edge at the end
	cells := width - label - shown - gaps
	if cells < Fewest {
		return nil
	}
	s := newScale(values, cells)
	var lines []string
	for k := range bars {
		b := &bars[k]
		name := Shorten(b.Label, WidestLabel)
		lines = append(lines, name+strings.Repeat(" ", label-utf8.RuneCountInString(name)+2+shown-utf8.RuneCountInString(b.Shown))+b.Shown+"  "+s.draw(b))
	}
	ticks, labels := s.axis()
	left := strings.Repeat(" ", label+shown+4)
	return append(lines, left+ticks, left+labels)
}
