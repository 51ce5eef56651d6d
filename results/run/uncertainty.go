package run

import (
	"fmt"
	"strings"

	"caseload/analysis"
	"caseload/analysis/performance"
	"caseload/results/report"
	"caseload/scenarios"
)

// chance is how often trials reject, with its error.
type chance struct{ value, mcse, low, high report.Number }

// chance returns the power; where what is not known is drawn, the assurance.
func (r *Row) chance() chance {
	if r.Drawn == nil {
		return chance{r.Power, r.PowerMCSE, r.PowerLow, r.PowerHigh}
	}
	a := &r.Drawn.Assurance
	return chance{a.Assurance, a.AssuranceMCSE, a.AssuranceLow, a.AssuranceHigh}
}

// drawn returns what trials show whose numbers are drawn, all missing where none are.
func (r *Row) drawn() analysis.Drawn {
	if r.Drawn != nil {
		return *r.Drawn
	}
	none := report.Missing()
	return analysis.Drawn{Assurance: performance.Assurance{Assurance: none, AssuranceMCSE: none, AssuranceLow: none, AssuranceHigh: none},
		Predictive: analysis.Predictive{PredictiveLow: none, PredictiveHigh: none}}
}

// keepUncertainty takes over what was drawn, and the effects that the filter keeps.
func (r *Run) keepUncertainty(u *analysis.Uncertainty, keep Filter) {
	if u == nil {
		return
	}
	r.Uncertainty = &analysis.Uncertainty{Keys: u.Keys, Explained: []analysis.Explained{}}
	for _, e := range u.Explained {
		if keep.Keeps(e.Outcome, e.Subgroup) {
			r.Uncertainty.Explained = append(r.Uncertainty.Explained, e)
		}
	}
}

// chanceName is what a table calls the share of trials that reject.
func (r *Run) chanceName() string {
	if r.Uncertainty != nil {
		return "assurance"
	}
	return "power"
}

func (r *Run) estimateHead() string {
	if r.Uncertainty != nil {
		return "95 % of trials"
	}
	return "mean estimate"
}

// estimateText is the mean estimate, or between what 95 % of trials estimate.
func (r *Row) estimateText() string {
	x := r.Scale()
	if r.Drawn == nil {
		return brief(r.Mean*x, r.MeanMCSE*x)
	}
	return r.predictiveText(" to ")
}

// predictiveText is between what 95 % of trials estimate.
func (r *Row) predictiveText(between string) string {
	x, error := r.Scale(), r.EmpiricalSEMCSE*r.Scale()
	d := r.drawn()
	if !d.PredictiveLow.Known() {
		return report.Absent
	}
	return brief(d.PredictiveLow*x, error) + between + brief(d.PredictiveHigh*x, error)
}

// assured says how often a trial finds what is good for clients, and what trials report.
func (r *Run) assured(row *Row, trial, often string) string {
	finds := "would find a significant benefit"
	switch row.Test {
	case scenarios.NonInferiority:
		finds = "would conclude non-inferiority"
	case scenarios.Equivalence:
		finds = "would conclude equivalence"
	}
	return fmt.Sprintf("With what is not known drawn anew in each trial, %s %s %s. Of such trials 95 %% estimate between %s %s.",
		strings.ToLower(trial[:1])+trial[1:], finds, strings.Replace(often, "(", "(assurance, ", 1), row.predictiveText(" and "), row.unitText())
}

// drawnFindings is what trials find whose numbers are drawn.
func (r *Run) drawnFindings(n *notes) *report.Table {
	t := &report.Table{Columns: append(r.keyColumns(), report.Left("measure"), report.Right("mean truth (MCSE)"),
		report.Right("assurance % [95 % CI]"), report.Right("95 % of trials"), report.Right("SMD"))}
	for k := range r.Rows {
		row := &r.Rows[k]
		t.Rows = append(t.Rows, append(r.keys(row, n.marks(row, r)), row.MeasureName(),
			row.TruthText(), row.powerText(), row.predictiveText(" to "), (row.SMD*row.Direction()).Rounded(row.SMDMCSE)))
	}
	return t
}

var drawnLegend = []string{
	"mean truth: the contrast with nobody lost and nothing mismeasured, over all that is drawn",
	"assurance: share of trials that reject in the direction that is good for clients, with its 95 % Wilson interval; a fit that failed rejects nothing",
	"95 % of trials: between what their estimates lie",
	"SMD: mean standardized mean difference, above 0 where it is better for the client",
	"in parentheses: Monte Carlo standard error (MCSE)"}

const explainedTitle = "What explains how the true effect differs between trials"

var explainedLegend = []string{"Share: of the variance of the trial's own true effect (a difference of means, of shares, or of times up to the outcome's day) that the number explains by itself, " +
	"by regression on a spline of it. Rest: explained by numbers together, and by chance between the clients of trials."}

// explainedTable is what each number explains of the effects of the rows.
func (r *Run) explainedTable(rows []*Row) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("outcome")}}
	if r.OnlyContrast() == "" {
		t.Columns = append(t.Columns, report.Key("contrast"))
	}
	t.Columns = append(t.Columns, report.Key("drawn"), report.Right("share % (MCSE)"))
	for _, row := range rows {
		for k := range r.Uncertainty.Explained {
			if e := &r.Uncertainty.Explained[k]; e.Outcome == row.Outcome && e.Subgroup == row.Subgroup && e.Contrast == row.Contrast {
				r.addExplained(t, row, e)
			}
		}
	}
	return t
}

func (r *Run) addExplained(t *report.Table, row *Row, e *analysis.Explained) {
	add := func(first bool, what, share string) {
		cells := []string{r.Labels.Within(row.Outcome, row.Subgroup)}
		if r.OnlyContrast() == "" {
			cells = append(cells, r.Labels.Contrast(row.Arm, row.Control))
		}
		if !first {
			clear(cells)
		}
		t.Rows = append(t.Rows, append(cells, what, share))
	}
	for k, s := range e.Shares {
		add(k == 0, s.Name, (s.Share * 100).WithMCSE(s.MCSE*100))
	}
	add(len(e.Shares) == 0, "together and by chance", (e.Rest * 100).Fixed(0))
}

// drawnTable lists what is drawn.
func (r *Run) drawnTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("key"), report.Left("prior"), report.Left("group"), report.Right("as written"), report.Right("mean drawn"),
		report.Right("95 % of draws")}}
	for _, k := range r.Uncertainty.Keys {
		group, prior := k.Group, k.Prior
		if group == "" {
			group = report.Absent
		}
		if strings.Contains(prior, "sample") {
			prior = "a sample"
		}
		t.Rows = append(t.Rows, []string{k.Key, prior, group, k.Written.Rounded(report.Missing()), k.Mean.Rounded(report.Missing()),
			k.Low.Rounded(report.Missing()) + " to " + k.High.Rounded(report.Missing())})
	}
	return t
}
