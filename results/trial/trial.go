package trial

import (
	"fmt"
	"io"
	"slices"

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

// NewTrial puts one replicate and its analyses into the form in which they
// are shown.
func New(name string, m *sim.Model, seed int64, replicate int, shown *sim.Shown, findings []analysis.Finding, keep run.Filter) *Trial {
	t := &Trial{Scenario: name, Title: m.Scenario.Title, Hash: m.Scenario.Hash(), Seed: seed, Replicate: replicate,
		Flow: newFlow(m.Scenario, shown, keep), Estimates: []Estimate{}, model: m, shown: shown}
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

// Document returns the flow and the estimates.
func (t *Trial) Document(report.Level) *report.Document {
	d := &report.Document{}
	d.Line(fmt.Sprintf("%s: one trial of %s (seed %d, replicate %d).", t.Scenario, report.Counted(t.Flow.Randomized, "client"), t.Seed, t.Replicate))
	d.Gap()
	d.Chart(func(width int) []string { return t.Flow.diagram(t.model.Scenario, width) })
	d.Table("What its analyses say", t.estimateTable(), t.estimateNotes())
	return d
}

// estimateTable is the estimates with their confidence intervals.
func (t *Trial) estimateTable() *report.Table {
	out := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Key("method"), report.Left("set"), report.Left("measure"),
		report.Right("estimate"), report.Right(t.intervalHead()), report.Right("p"), report.Right("SMD"), report.Right("n"), report.Right("missing")}}
	contrasts := map[string]bool{}
	for k := range t.Estimates {
		contrasts[t.Estimates[k].Contrast] = true
	}
	for k := range t.Estimates {
		e := &t.Estimates[k]
		what := report.Within(e.Outcome, e.Subgroup)
		if len(contrasts) > 1 {
			what += " (" + e.Contrast + ")"
		}
		row := run.Row{Effect: e.Effect, Variable: e.Variable}
		x := row.Scale()
		dec := (e.Estimate * x).Decimals(e.SE * x / 10)
		interval, p := report.Absent, report.Absent
		if e.Low.Known() {
			interval = fmt.Sprintf("[%s, %s]", (e.Low * x).Fixed(dec), (e.High * x).Fixed(dec))
		}
		if e.P.Known() {
			p = report.PValue(e.P)
		}
		estimate := (e.Estimate * x).Fixed(dec)
		if !e.Estimate.Known() {
			estimate = e.Status
		} else if e.Status != "ok" {
			estimate += " (" + e.Status + ")"
		}
		out.Rows = append(out.Rows, []string{what, e.Method, string(e.Set), row.MeasureName(), estimate, interval, p, e.SMD.Fixed(2), fmt.Sprint(e.N), fmt.Sprint(e.Missing)})
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
		notes = append(notes, "Set entered: those who entered treatment, so not the groups that were randomized.")
	}
	return notes
}
