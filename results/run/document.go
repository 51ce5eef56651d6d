package run

import (
	"fmt"

	"caseload/results/report"
	"caseload/scenarios"
)

// Document returns the run: what failed, if anything did, one sentence for each
// primary outcome, and then one table and the warnings, or all tables.
func (r *Run) Document(l report.Level) *report.Document {
	d := &report.Document{}
	for _, text := range r.Headline() {
		d.Paragraph(text)
	}
	d.Gap()
	for _, s := range r.Summary() {
		d.Paragraph(s)
	}
	if r.Recruitment != nil {
		d.Paragraph(r.Recruitment.sentence(r.Clients))
	}
	switch l {
	case report.Screen:
		r.addScreen(d)
	case report.Full:
		r.addArms(d)
		notes := r.notes()
		d.Table("What the trial would find"+r.ofContrast(), r.findings(notes), r.findingsLegend())
		d.Table("How far the analyses can be trusted"+r.ofContrast(), r.trust(notes), append(r.trustLegend(), notes.lines()...))
		r.addRest(d)
	}
	return d
}

func (r *Run) addArms(d *report.Document) {
	d.Table("What happens in each arm, with nobody lost and nothing mismeasured", r.armTable(), nil)
}

// addRest adds looks, families, the effects when rolled out, and what programs do.
func (r *Run) addRest(d *report.Document) {
	r.addInterim(d, true)
	d.Table("Which regime trials name as the best", r.bestTable(), bestLegend)
	if r.Uncertainty == nil { // the power of a family is conditional on a scenario
		d.Table("Families of tests", r.familyTable(), r.familyLegend())
	} else {
		d.Table(explainedTitle, r.explainedTable(r.Main()), explainedLegend)
		d.Table("What is not known, and drawn anew in each trial", r.drawnTable(), nil)
	}
	r.addScreening(d)
	if r.rolledOutAlike() {
		d.Gap()
		d.Item("Clients share slots or case managers. If each program were given to everyone, the effects would not differ by more than chance from those in the trial.")
	}
	d.Table(exposureTitle, r.exposures(), []string{exposureLegend})
	d.Table("In the trial, and rolled out to everyone"+r.ofContrast(), r.rollout(), []string{rolloutLegend})
	addEffects(d, r.Effects, r.Labels)
}

// Findings returns what happens in the arms, what a trial would find, and what
// that would be if everyone were in an arm.
func (r *Run) Findings() *report.Document {
	d := &report.Document{}
	r.addArms(d)
	d.Table("What the trial would find"+r.ofContrast(), r.findings(r.notes()), append(r.findingsLegend(), r.notes().lines()...))
	r.addRest(d)
	return d
}

// Trust returns how far the analyses can be trusted, and the measures named.
func (r *Run) Trust(measures []string) *report.Document {
	d := &report.Document{}
	d.Table("How far the analyses can be trusted"+r.ofContrast(), r.trust(r.notes()), append(r.trustLegend(), r.notes().lines()...))
	if len(measures) > 0 {
		r.addMeasures(d, chosen(measures))
	}
	return d
}

// Warnings returns how some rows' numbers are to be read, each once.
func (r *Run) Warnings() []string { return r.notes().texts }

// FailureTable counts what failed by analysis and reason; nil if nothing did.
func (r *Run) FailureTable() *report.Table {
	t := &report.Table{Title: "Fits that failed", Columns: append(r.keyColumns(), report.Right("failed"), report.Left("reasons"))}
	for k := range r.Rows {
		if row := &r.Rows[k]; row.Failed > 0 {
			t.Rows = append(t.Rows, append(r.keys(row, ""), report.Grouped(row.Failed)+" of "+report.Grouped(r.Replicates), report.FailureCounts(row.Failures)))
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// Headline says what is incomplete or failed, if anything is, and what the run is
// of, a line each.
func (r *Run) Headline() (lines []string) {
	if r.Partial {
		lines = append(lines, fmt.Sprintf("Partial: interrupted after %s.", report.Counted(r.Replicates, "replicate")))
	}
	if r.Failed > 0 {
		lines = append(lines, r.FailureLine())
	}
	title := report.Titled(r.Title, r.Scenario)
	return append(lines, fmt.Sprintf("%s: %s of %s, seed %d.", title, report.Counted(r.Replicates, "simulated trial"), r.ofClients(), r.Seed))
}

// ofClients says how many clients a trial has.
func (r *Run) ofClients() string {
	if r.Recruitment != nil {
		return "up to " + report.Counted(r.Clients, "client")
	}
	return report.Counted(r.Clients, "client")
}

// FailureLine counts the fits that failed, by reason.
func (r *Run) FailureLine() string {
	return fmt.Sprintf("%s of %s failed%s.", report.Grouped(r.Failed), report.Counted(r.Fits, "fit"), r.reasons())
}

// reasons sums the failures of all rows by reason.
func (r *Run) reasons() string {
	total := map[string]int{}
	for k := range r.Rows {
		for why, n := range r.Rows[k].Failures {
			total[why] += n
		}
	}
	if len(total) == 0 {
		return ""
	}
	return ": " + report.FailureCounts(total)
}

// OnlyContrast returns the contrast if all rows have the same.
func (r *Run) OnlyContrast() string {
	for k := range r.Rows {
		if r.Rows[k].Contrast != r.Rows[0].Contrast {
			return ""
		}
	}
	if len(r.Rows) == 0 {
		return ""
	}
	return r.Rows[0].Contrast
}

// ofContrast names the contrast for a title if all rows have the same.
func (r *Run) ofContrast() string {
	if r.OnlyContrast() != "" {
		return " (" + r.Labels.Contrast(r.Rows[0].Arm, r.Rows[0].Control) + ")"
	}
	return ""
}

// armTable is what happens in each arm: percent for binary outcomes.
func (r *Run) armTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Key("arm"), report.Left("set"), report.Left("unit"),
		report.Right("mean (MCSE)"), report.Right("SD"), report.Right("analysed")}}
	last := ""
	for k := range r.Arms {
		a := &r.Arms[k]
		scale, sd := 1.0, a.SD.Rounded(report.Missing())
		if report.KindOf(a.Variable) == scenarios.Binary {
			scale, sd = 100, report.Absent // it is the square root of p(1-p)
		}
		what, set, unit := r.Labels.Within(a.Outcome, a.Subgroup), scenarios.Plain(string(a.Set)), a.unit()
		if what == last {
			what, set, unit = "", "", ""
		} else {
			last = what
		}
		t.Rows = append(t.Rows, []string{what, r.Labels.Arm(a.Arm), set, unit, (a.Mean * report.Number(scale)).WithMCSE(a.MeanMCSE * report.Number(scale)), sd, a.N.Fixed(1)})
	}
	return t
}

// unit says in what an arm's mean is given.
func (a *Arm) unit() string {
	switch report.KindOf(a.Variable) {
	case scenarios.Binary:
		return "% of clients"
	case scenarios.Time:
		return "days, at most " + report.Number(a.AtDays).Fixed(0)
	}
	return report.UnitOf(a.Variable)
}
