package trial

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

// Trial is one trial: the JSON object of "caseload trial". What it can be
// asked to show besides, tables and lives, stays out of the JSON.
type Trial struct {
	Scenario  string     `json:"scenario"`
	Title     string     `json:"title"`
	Hash      string     `json:"hash"`
	Seed      int64      `json:"seed"`
	Replicate int        `json:"replicate"`
	Flow      Flow       `json:"flow"`
	Estimates []Estimate `json:"estimates"`

	notes, survivors []string // what outcomes are for clients to whom events come

	model *sim.Model
	shown *sim.Shown
}

// Estimate is what one analysis says about one trial.
type Estimate struct {
	Outcome  string          `json:"outcome"`
	Variable string          `json:"variable"`
	AtDays   float64         `json:"at_days"`
	Subgroup string          `json:"subgroup"`
	Contrast string          `json:"contrast"`
	Method   string          `json:"method"`
	Set      scenarios.Set   `json:"set"`
	Effect   measure.Measure `json:"effect"`
	Estimate report.Number   `json:"estimate"`
	SE       report.Number   `json:"se"`
	Low      report.Number   `json:"low"`
	High     report.Number   `json:"high"`
	DF       report.Number   `json:"df"`
	P        report.Number   `json:"p"` // of the plan's test
	Rejects  bool            `json:"rejects"`
	Test     string          `json:"test"`
	Sides    int             `json:"sides"`

	NTreated    report.Number `json:"n_treated"`
	NControl    report.Number `json:"n_control"`
	MeanTreated report.Number `json:"mean_treated"` // of the outcome; null for a time
	MeanControl report.Number `json:"mean_control"`

	untested bool

	SMD     report.Number `json:"smd"`
	Alpha   float64       `json:"alpha"`
	N       int           `json:"n"`
	Missing int           `json:"missing"`
	Status  string        `json:"status"`
}

// New puts one replicate and its analyses into the form in which they
// are shown.
func New(name string, m *sim.Model, seed int64, replicate int, shown *sim.Shown, findings []analysis.Finding, keep run.Filter) *Trial {
	t := &Trial{Scenario: name, Title: m.Scenario.Title, Hash: m.Scenario.Hash(), Seed: seed, Replicate: replicate,
		Flow: newFlow(m.Scenario, shown, keep), Estimates: []Estimate{}, model: m, shown: shown}
	kept := func(outcome string) bool { return keep.Keeps(outcome, report.Everyone) }
	t.notes, t.survivors = report.Notes(m.Scenario, kept), report.SurvivorsNotes(m.Scenario, kept)
	for k := range findings {
		if f := &findings[k]; keep.Keeps(f.OutcomeSpec.Name, f.SubgroupName) {
			t.Estimates = append(t.Estimates, newEstimate(f))
		}
	}
	return t
}

func newEstimate(f *analysis.Finding) Estimate {
	o, e := f.OutcomeSpec, &f.Estimate
	return Estimate{Outcome: o.Name, Variable: o.Variable, AtDays: o.AtDays, Subgroup: f.SubgroupName, Contrast: f.Contrast(),
		Method: f.Method.Name, Set: o.Set, Effect: f.Method.Measure, Estimate: report.Number(e.Value),
		Low: report.Number(e.Low), High: report.Number(e.High), P: report.Number(f.P), Rejects: f.Rejects, SE: report.Number(e.SE), DF: report.Number(e.DF), NTreated: report.Number(f.N1), NControl: report.Number(f.N0),
		MeanTreated: report.Number(f.Mean1), MeanControl: report.Number(f.Mean0), untested: f.Untested, Test: f.Test.Kind, Sides: f.Test.Sides, SMD: report.Number(e.SMD), Alpha: o.Alpha,
		N: e.N, Missing: f.Missing, Status: e.Status.String()}
}

// JSON writes the trial as one object.
func (t *Trial) JSON(w io.Writer) error { return report.WriteJSON(w, t) }

// Document returns the estimates, and in full the flow of clients before them.
func (t *Trial) Document(l report.Level) *report.Document {
	d := &report.Document{}
	d.Paragraph(fmt.Sprintf("%s: one simulated trial of %s (seed %d, replicate %d).", t.Scenario, report.Counted(t.Flow.Randomized, "client"), t.Seed, t.Replicate))
	var arms []string
	for k := range t.Flow.Arms {
		arms = append(arms, fmt.Sprintf("%s to %s", report.Grouped(t.Flow.Arms[k].Allocated), t.labels().Arm(t.Flow.Arms[k].Arm)))
	}
	d.Paragraph("Randomized: " + strings.Join(arms, ", ") + ".")
	switch l {
	case report.Brief:
		for _, e := range t.main() {
			d.Item(t.sentence(e))
		}
	case report.Screen:
		d.Table("What its analyses say", t.screenTable(), nil)
		d.Gap()
		for _, text := range t.survivors {
			d.Paragraph(text)
		}
		d.Paragraph("For the flow of clients and all analyses add --full. For the life of client 3 add --trace 3.")
	case report.Full:
		d.Gap()
		d.Chart(func(width int) []string { return t.Flow.diagram(t.model.Scenario, width) })
		d.Table("What its analyses say", t.estimateTable(), append(t.estimateNotes(), t.notes...))
	}
	return d
}

func (t *Trial) labels() scenarios.Labels { return t.model.Scenario.Labels() }

// main are the estimates of the first method of each outcome and contrast, among
// everyone.
func (t *Trial) main() []*Estimate {
	var all []*Estimate
	said := map[[2]string]bool{}
	for k := range t.Estimates {
		e := &t.Estimates[k]
		if key := [2]string{e.Outcome, e.Contrast}; e.Subgroup == report.Everyone && !said[key] {
			said[key] = true
			all = append(all, e)
		}
	}
	return all
}

// sentence says what an estimate is.
func (t *Trial) sentence(e *Estimate) string {
	cells := t.cells(e)
	text := fmt.Sprintf("%s (%s): %s %s", t.named(e), scenarios.Plain(e.Method), cells.measure, cells.estimate)
	if e.Low.Known() {
		text += ", CI " + cells.interval
	}
	if e.P.Known() {
		text += ", " + report.PText(e.P)
	}
	return text + "."
}

// screenTable is the main estimates with their intervals and p values.
func (t *Trial) screenTable() *report.Table {
	out := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Left("method"), report.Left("measure"), report.Right("estimate"), report.Right(t.intervalHead()), report.Right("p")}}
	for _, e := range t.main() {
		c := t.cells(e)
		out.Rows = append(out.Rows, []string{t.named(e), scenarios.Plain(e.Method), c.measure, c.estimate, c.interval, c.p})
	}
	return out
}

// named is the outcome of an estimate, with its contrast where there are several.
func (t *Trial) named(e *Estimate) string {
	l := t.labels()
	what := l.Within(e.Outcome, e.Subgroup)
	for k := range t.Estimates {
		if t.Estimates[k].Contrast != e.Contrast {
			arm, control, _ := strings.Cut(e.Contrast, " - ")
			return what + " (" + l.Contrast(arm, control) + ")"
		}
	}
	return what
}

// shownEstimate is an estimate as text.
type shownEstimate struct{ measure, estimate, interval, p string }

func (t *Trial) cells(e *Estimate) shownEstimate {
	row := run.Row{Effect: e.Effect, Variable: e.Variable}
	x := row.Scale()
	dec := (e.Estimate * x).Decimals(e.SE * x / 10)
	s := shownEstimate{row.MeasureName(), (e.Estimate * x).Fixed(dec), report.Absent, report.Absent}
	if e.Low.Known() {
		s.interval = fmt.Sprintf("[%s, %s]", (e.Low * x).Fixed(dec), (e.High * x).Fixed(dec))
	}
	if e.P.Known() {
		s.p = report.PValue(e.P)
	}
	if !e.Estimate.Known() {
		s.estimate = e.Status
	} else if e.Status != "ok" {
		s.estimate += " (" + e.Status + ")"
	}
	return s
}

// estimateTable is the estimates with their confidence intervals.
func (t *Trial) estimateTable() *report.Table {
	out := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Key("method"), report.Left("set"), report.Left("measure"),
		report.Right("estimate"), report.Right(t.intervalHead()), report.Right("p"), report.Right("SMD"), report.Right("n"), report.Right("missing")}}
	for k := range t.Estimates {
		e := &t.Estimates[k]
		c := t.cells(e)
		out.Rows = append(out.Rows, []string{t.named(e), scenarios.Plain(e.Method), string(e.Set), c.measure, c.estimate, c.interval, c.p, e.SMD.Fixed(2), fmt.Sprint(e.N), fmt.Sprint(e.Missing)})
	}
	return out
}

// intervalHead names the level of the confidence intervals.
func (t *Trial) intervalHead() string {
	for k := range t.Estimates {
		if t.Estimates[k].level() != t.Estimates[0].level() {
			return "CI at 1 - alpha"
		}
	}
	if len(t.Estimates) == 0 {
		return "CI"
	}
	return fmt.Sprintf("%.4g %% CI", 100*(1-t.Estimates[0].level()))
}

// level is one less the level of the interval.
func (e *Estimate) level() float64 { return run.IntervalAlpha(e.Alpha, e.Sides) }

// estimateNotes explains measures, levels and sets.
func (t *Trial) estimateNotes() []string {
	var notes []string
	entered := false
	said := map[measure.Measure]bool{}
	for k := range t.Estimates {
		e := &t.Estimates[k]
		entered = entered || e.Set.FromEntry()
		if !said[e.Effect] && e.Effect.Legend() != "" {
			said[e.Effect] = true
			notes = append(notes, e.Effect.Legend()+".")
		}
	}
	if by := t.model.Scenario.Trial.Randomization.By; slices.ContainsFunc(t.Estimates, func(e Estimate) bool { return e.untested }) {
		notes = append(notes, report.SentenceCase(run.ClusterNote(by))+".")
	}
	if entered {
		notes = append(notes, "Set entered: the clients who entered treatment, who are not the groups that were randomized.")
	}
	return notes
}
