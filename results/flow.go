package results

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// diagram draws the flow as CONSORT has it: who was randomized on top, an arm
// a column below, and in it every step from allocation to analysis.
func (f *Flow) diagram(width int) []string {
	top := fmt.Sprintf("Randomized (n = %s)", grouped(f.Randomized))
	boxes, inner := f.boxes()
	const frame, gap = 4, 3
	across := max(1, (width+gap)/(inner+frame+gap))
	var lines []string
	for from := 0; from < len(boxes); from += across {
		to := min(from+across, len(boxes))
		all := (to-from)*(inner+frame+gap) - gap
		if from == 0 {
			lines = append(lines, centred(top, all))
			lines = append(lines, branches(to-from, inner+frame, gap, all))
		}
		lines = append(lines, beside(boxes[from:to], inner, gap)...)
	}
	return lines
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

// boxes are the arms' lines, each with what is counted and the count, and the
// width that all of them have. What all arms have is level in all boxes.
func (f *Flow) boxes() (boxes [][]string, inner int) {
	programs, label, number := 0, 0, 0
	for k := range f.Arms {
		programs = max(programs, len(f.Arms[k].Programs))
	}
	for k := range f.Arms {
		inner = max(inner, utf8.RuneCountInString(f.Arms[k].Arm))
		for _, s := range f.Arms[k].steps(programs) {
			label, number = max(label, utf8.RuneCountInString(s.label)), max(number, len(s.count))
		}
	}
	for k := range f.Arms {
		lines := []string{f.Arms[k].Arm}
		for _, s := range f.Arms[k].steps(programs) {
			pad := label - utf8.RuneCountInString(s.label) + number - len(s.count)
			lines = append(lines, strings.TrimRight(s.label+"  "+strings.Repeat(" ", pad)+s.count, " "))
		}
		boxes = append(boxes, lines)
	}
	return boxes, max(inner, label+2+number)
}

// step is one line of an arm's box; without a count it is a heading.
type step struct{ label, count string }

// linesOfProgram is how many steps a program takes.
const linesOfProgram = 5

// steps are the lines of an arm. There is room for so many programs.
func (a *FlowArm) steps(programs int) []step {
	var s []step
	head := func(text string) { s = append(s, step{label: text}) }
	n := func(label string, count int) { s = append(s, step{"  " + label, grouped(count)}) }
	s = append(s, step{"allocated", grouped(a.Allocated)})
	for _, p := range a.Programs {
		head("program " + p.Program)
		n("started", p.Started)
		n("refused", p.Refused)
		n("still awaiting a manager", p.Awaiting)
		n("had at least one contact", p.Contacted)
	}
	for range (programs - len(a.Programs)) * linesOfProgram {
		head("")
	}
	for _, v := range a.Services {
		head("service " + v.Service)
		n("sought it", v.Sought)
		n("put on the waiting list", v.Queued)
		n("gave up waiting", v.Reneged)
		n("admitted", v.Admitted)
		n("left again", v.Left)
	}
	head("follow-up")
	n("lost to the study", a.Lost)
	for _, v := range a.Visits {
		s = append(s, step{fmt.Sprintf("  day %g: made", v.Day), fmt.Sprintf("%s of %s", grouped(v.Made), grouped(v.Made+v.Missed+v.Lost))})
	}
	head("analysed")
	for _, o := range a.Outcomes {
		text := grouped(o.Analysed)
		if o.Missing > 0 {
			text += " of " + grouped(o.InSet)
		}
		s = append(s, step{"  " + o.Outcome, text})
	}
	return s
}
