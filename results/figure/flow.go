package figure

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/scenarios"
)

// Flow draws the way of clients through the trial as CONSORT 2025 asks for it
// (Hopewell et al. 2025, BMJ 389:e081123): who was assessed and excluded, if the
// scenario models that, and who was randomized; then for each arm who received the
// program, who was lost, and who is analysed for the primary outcome. The numbers are
// those of one trial, the first, so that they are whole and add up. Beside each is the
// range that holds eight of ten single trials. It is nil without arms.
func Flow(h *trial.History, r *run.Run) *Figure {
	f := newFlowChart(h, r.Labels, primaryOf(r))
	if len(f.arms) == 0 {
		return nil
	}
	build := func(on paper) *sheet {
		d := f.diagram(on)
		return &sheet{
			title:  f.title(),
			about:  []string{f.about(r)},
			notes:  f.notes(),
			body:   d.height(),
			panels: d.draw,
		}
	}
	out := newFigure(build, "flow", f.alt())
	out.Data = flowTable(h, f.arms, r.Labels)
	return out
}

// primaryOf is the primary outcome, or else the first.
func primaryOf(r *run.Run) string {
	for k := range r.Rows {
		if r.Rows[k].Primary {
			return r.Rows[k].Outcome
		}
	}
	if len(r.Rows) > 0 {
		return r.Rows[0].Outcome
	}
	return ""
}

// flowBox is a box of lines.
type flowBox struct {
	title string
	lines []flowLine
}

type flowLine struct {
	label string
	count *trial.HistoryCount
	part  bool // of the line above
}

// flowChart is what the diagram shows: boxes of all clients, then those of each arm.
type flowChart struct {
	h          *trial.History
	labels     scenarios.Labels
	outcome    string
	assessed   *flowBox // nil where everyone is taken
	excluded   *flowBox
	randomized flowBox
	arms       []string
	columns    [][]flowBox // an arm each; all have the same stages
}

func newFlowChart(h *trial.History, labels scenarios.Labels, outcome string) *flowChart {
	f := &flowChart{h: h, labels: labels, outcome: outcome}
	for k := range h.Flow {
		if c := &h.Flow[k]; c.What == "allocated" {
			f.arms = append(f.arms, c.Arm)
		}
	}
	if c := f.find("", "screening", "", "screened"); c != nil {
		f.assessed = &flowBox{"", []flowLine{{"Assessed for eligibility", c, false}}}
		f.excluded = &flowBox{title: "Excluded"}
		f.excluded.add("not eligible", f.find("", "screening", "", "not_eligible"), true)
		f.excluded.add("declined to take part", f.find("", "screening", "", "refused"), true)
	}
	f.randomized = flowBox{"", []flowLine{{"Randomized", f.find("", "allocation", "", "randomized"), false}}}
	for _, arm := range f.arms {
		f.columns = append(f.columns, []flowBox{f.allocation(arm), f.followUp(arm), f.analysis(arm)})
	}
	return f
}

// add adds a count that is there.
func (b *flowBox) add(label string, c *trial.HistoryCount, part bool) {
	if c != nil {
		b.lines = append(b.lines, flowLine{label, c, part})
	}
}

// find is the count, nil if there is none.
func (f *flowChart) find(arm, stage, of, what string) *trial.HistoryCount {
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Arm == arm && c.Stage == stage && c.Of == of && c.What == what {
			return c
		}
	}
	return nil
}

// happens tells whether a count is above zero in some trial of some arm.
func (f *flowChart) happens(stage, of, what string) bool {
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Stage == stage && (of == "" || c.Of == of) && c.What == what && c.Mean > 0 {
			return true
		}
	}
	return false
}

// programs lists those of an arm, in order.
func (f *flowChart) programs(arm string) (names []string) {
	for k := range f.h.Flow {
		if c := &f.h.Flow[k]; c.Arm == arm && c.Stage == "program" && (len(names) == 0 || names[len(names)-1] != c.Of) {
			names = append(names, c.Of)
		}
	}
	return names
}

// allocation says who received what they were allocated to. For each program, those
// who received it, those of each reason and those with another arm's programs add up to
// the clients allocated.
func (f *flowChart) allocation(arm string) flowBox {
	b := flowBox{title: "Allocated to " + f.labels.Arm(arm)}
	b.add("clients", f.find(arm, "allocation", "", "allocated"), false)
	if f.happens("allocation", "", "contaminated") {
		b.add("received another arm's programs", f.find(arm, "allocation", "", "contaminated"), true)
	}
	for _, p := range f.programs(arm) {
		if f.foreign(arm, p) {
			continue
		}
		if x, y := f.find(arm, "program", p, "offered"), f.find(arm, "program", p, "refused"); x.Mean == y.Mean {
			continue // nobody is to start it, as on a waiting list
		}
		b.add("received: "+f.labels.Program(p), f.find(arm, "program", p, "contacted"), true)
		for _, w := range []struct{ what, label string }{{"refused", "did not: refused it"}, {"awaiting", "did not: no case manager was free"}, {"uncontacted", "did not: never met the case manager"}} {
			if f.happens("program", p, w.what) {
				b.add(w.label, f.find(arm, "program", p, w.what), true)
			}
		}
	}
	return b
}

// foreign tells whether a program comes to an arm's clients by contamination alone: as
// many are offered it as get another arm's programs, and not the others.
func (f *flowChart) foreign(arm, program string) bool {
	offered, contaminated, allocated := f.find(arm, "program", program, "offered"), f.find(arm, "allocation", "", "contaminated"), f.find(arm, "allocation", "", "allocated")
	return contaminated != nil && offered.First == contaminated.First && offered.Mean == contaminated.Mean && 2*offered.Mean < allocated.Mean
}

func (f *flowChart) followUp(arm string) flowBox {
	b := flowBox{title: "Follow-up"}
	b.add("lost to the study", f.find(arm, "follow_up", "", "lost"), false)
	if f.happens("follow_up", "", "died") {
		b.add("died", f.find(arm, "follow_up", "", "died"), false)
	}
	if f.happens("follow_up", "", "jailed") {
		b.add("in jail some of the time", f.find(arm, "follow_up", "", "jailed"), false)
	}
	return b
}

// analysis says who is analysed for the primary outcome, and why others are not: all
// add up to the clients allocated.
func (f *flowChart) analysis(arm string) flowBox {
	b := flowBox{title: "Analysed: " + f.labels.Outcome(f.outcome)}
	b.add("analysed", f.find(arm, "analysis", f.outcome, "analysed"), false)
	for _, w := range []struct{ what, label string }{{"outside", "not: outside the analysis set"}, {"lost", "not: lost before"}, {"died", "not: died before"},
		{"unseen", "not: visit missed"}, {"not_due", "not: the trial ends before"}} {
		if f.happens("analysis", f.outcome, w.what) {
			b.add(w.label, f.find(arm, "analysis", f.outcome, w.what), true)
		}
	}
	return b
}

// title says how many of those randomized are analysed.
func (f *flowChart) title() string {
	n := report.Grouped(f.randomized.lines[0].count.First)
	var parts []string
	for _, arm := range f.arms {
		if c := f.find(arm, "analysis", f.outcome, "analysed"); c != nil {
			parts = append(parts, fmt.Sprintf("%s in %s", report.Grouped(c.First), f.labels.Arm(arm)))
		}
	}
	if len(parts) == 0 {
		return n + " clients are randomized"
	}
	return fmt.Sprintf("Of %s clients randomized, %s are analysed for “%s”", n, joined(parts), f.labels.Outcome(f.outcome))
}

func (f *flowChart) about(r *run.Run) string {
	text := r.Title + ": one trial, the first that is simulated."
	if f.h.Replicates > 1 {
		text += fmt.Sprintf(" In brackets: the 10th and 90th percentile of %s.", trials(f.h.Replicates))
	}
	return text
}

func (f *flowChart) notes() string {
	var notes []string
	if f.assessed == nil {
		notes = append(notes, "The scenario does not model who is assessed for eligibility, so that the diagram begins with those randomized.")
	}
	if f.happens("follow_up", "", "lost") || f.happens("follow_up", "", "died") {
		notes = append(notes, "Follow-up is to the end of the trial. Clients who are lost or die are analysed all the same if their primary outcome is known.")
	}
	return strings.Join(notes, " ")
}

func (f *flowChart) alt() string {
	var b strings.Builder
	b.WriteString("CONSORT flow diagram of one trial.")
	for _, box := range []*flowBox{f.assessed, f.excluded, &f.randomized} {
		if box != nil {
			b.WriteString(" " + box.words() + ".")
		}
	}
	for k, arm := range f.arms {
		var parts []string
		for j := range f.columns[k] {
			parts = append(parts, f.columns[k][j].words())
		}
		fmt.Fprintf(&b, " %s: %s.", f.labels.Arm(arm), strings.Join(parts, "; "))
	}
	return b.String()
}

// words are the lines of a box in a sentence.
func (b *flowBox) words() string {
	var parts []string
	for _, l := range b.lines {
		parts = append(parts, fmt.Sprintf("%s %s", l.label, report.Grouped(l.count.First)))
	}
	if text := strings.Join(parts, ", "); b.title == "" {
		return text
	} else {
		return b.title + ": " + text
	}
}

// stages is the number of boxes below each other in an arm.
func (f *flowChart) stages() int { return len(f.columns[0]) }

// rows are the arms that stand beside each other.
func (f *flowChart) rows(most int) [][][]flowBox {
	return slices.Collect(slices.Chunk(f.columns, most))
}
