package trial

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"caseload/results/report"
	"caseload/scenarios"
)

// diagram draws the flow as CONSORT has it: who was screened and randomized on
// top, an arm a column below, and in it every step from allocation to analysis.
func (f *Flow) diagram(sc *scenarios.Scenario, width int) []string {
	top := f.top()
	boxes, inner := f.boxes(sc)
	const frame, gap = 4, 3
	across := max(1, (width+gap)/(inner+frame+gap))
	var lines []string
	for from := 0; from < len(boxes); from += across {
		to := min(from+across, len(boxes))
		all := (to-from)*(inner+frame+gap) - gap
		if from == 0 {
			for _, l := range top {
				lines = append(lines, centred(l, all))
			}
			lines = append(lines, branches(to-from, inner+frame, gap, all))
		}
		lines = append(lines, beside(boxes[from:to], inner, gap)...)
	}
	return lines
}

// top is how clients were found.
func (f *Flow) top() []string {
	var lines []string
	if s := f.Screening; s != nil {
		lines = append(lines, fmt.Sprintf("Screened (n = %s)", report.Grouped(s.Screened)), "│",
			fmt.Sprintf("not eligible %s, refused the trial %s", report.Grouped(s.NotEligible), report.Grouped(s.Refused)), "│")
	}
	return append(lines, fmt.Sprintf("Randomized (n = %s)", report.Grouped(f.Randomized)))
}

// branches is the line that leads from the top to each column.
func branches(columns, box, gap, all int) string {
	line := []rune(strings.Repeat(" ", all))
	first, last := box/2, (columns-1)*(box+gap)+box/2
	for x := first; x <= last; x++ {
		line[x] = '─'
	}
	for c := range columns {
		line[c*(box+gap)+box/2] = '┬'
	}
	line[first], line[last] = '┌', '┐'
	if mid := all / 2; line[mid] == '─' {
		line[mid] = '┴'
	} else if columns > 1 {
		line[mid] = '┼'
	}
	if columns == 1 {
		line[first] = '│'
	}
	return strings.TrimRight(string(line), " ")
}

func centred(text string, width int) string {
	return strings.Repeat(" ", max(0, (width-utf8.RuneCountInString(text)+1)/2)) + text
}

// beside puts boxes of lines next to each other.
func beside(boxes [][]string, inner, gap int) []string {
	tallest := 0
	for _, b := range boxes {
		tallest = max(tallest, len(b))
	}
	row := func(cell func(b []string) string) string {
		var parts []string
		for _, b := range boxes {
			parts = append(parts, cell(b))
		}
		return strings.Join(parts, strings.Repeat(" ", gap))
	}
	rule := strings.Repeat("─", inner+2)
	lines := []string{row(func([]string) string { return "┌" + rule + "┐" })}
	for k := range tallest {
		lines = append(lines, row(func(b []string) string {
			text := ""
			if k < len(b) {
				text = b[k]
			}
			return "│ " + text + strings.Repeat(" ", inner-utf8.RuneCountInString(text)) + " │"
		}))
	}
	return append(lines, row(func([]string) string { return "└" + rule + "┘" }))
}

// boxes are the arms' lines, each with what is counted and, at its end, the
// count, and the width that all of them have.
func (f *Flow) boxes(sc *scenarios.Scenario) (boxes [][]string, inner int) {
	steps, labels := f.steps(sc), sc.Labels()
	for k := range steps {
		inner = max(inner, utf8.RuneCountInString(labels.Arm(f.Arms[k].Arm)))
		for _, s := range steps[k] {
			inner = max(inner, s.width())
		}
	}
	for k := range steps {
		lines := []string{labels.Arm(f.Arms[k].Arm)}
		for _, s := range steps[k] {
			gap := inner - utf8.RuneCountInString(s.label) - len(s.count)
			lines = append(lines, s.label+strings.Repeat(" ", gap)+s.count)
		}
		boxes = append(boxes, lines)
	}
	return boxes, inner
}
