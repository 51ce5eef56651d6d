package run

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// Scale returns what an effect's numbers are multiplied by to be shown:
// differences of shares are shown in percentage points.
func (r *Row) Scale() report.Number {
	if r.Effect.Scale() == measure.Share {
		return 100
	}
	return 1
}

// MeasureName says what an effect's numbers are.
func (r *Row) MeasureName() string {
	text := string(r.Effect)
	switch r.Effect.Scale() {
	case measure.Share:
		return text + ", pp"
	case measure.Own:
		return text + ", " + report.UnitOf(r.Variable)
	case measure.Days:
		return text + ", days"
	}
	return text
}

// findingsLegend explains the findings' columns.
func (r *Run) findingsLegend() []string {
	var parts []string
	said := map[measure.Measure]bool{}
	for k := range r.Rows {
		if e := r.Rows[k].Effect; !said[e] && e.Legend() != "" {
			said[e] = true
			parts = append(parts, e.Legend())
		}
	}
	if r.Uncertainty != nil {
		return []string{strings.Join(append(parts, drawnLegend...), "; ") + "."}
	}
	return []string{strings.Join(append(parts,
		"truth: the contrast with nobody lost and nothing mismeasured",
		"power: share of trials that reject, with its 95 % Wilson interval; a fit that failed rejects nothing",
		"SMD: mean standardized mean difference, above 0 where it is better for the client",
		"type S: share of significant results with the wrong sign",
		"type M: mean size of the significant estimates over the true one",
		"in parentheses: Monte Carlo standard error (MCSE)"), "; ") + "."}
}

// trustLegend explains the columns of trust.
func (r *Run) trustLegend() []string {
	return []string{"Mean: of the estimates; bias: mean of estimate less truth, for RD and MD that of the replicate's own clients, so that it is not the mean less the truth above; emp. SE: standard deviation of the estimates; " +
		"model SE: the standard error that the analysis claims; coverage: share of confidence intervals that contain the truth."}
}

const rolloutLegend = "Clients share slots or case managers, so that one client's place is another's wait. " +
	"Rolled out: everyone to one arm against everyone to the other, with the staff and slots of the trial."

// keyColumns and keys say which analysis a row is. The contrast is left to
// the title if there is only one. The set belongs to the outcome, which the
// table of the arms has.
func (r *Run) keyColumns() []report.Column {
	c := []report.Column{report.Key("outcome")}
	if r.OnlyContrast() == "" {
		c = append(c, report.Key("contrast"))
	}
	return append(c, report.Key("method"))
}

func (r *Run) keys(row *Row, marks string) []string {
	c := []string{r.Labels.Within(row.Outcome, row.Subgroup) + marks}
	if r.OnlyContrast() == "" {
		c = append(c, r.Labels.Contrast(row.Arm, row.Control))
	}
	return append(c, scenarios.Plain(row.Method))
}

// findings is what the trial would find: truth, power, and what significance
// does to estimates.
func (r *Run) findings(n *notes) *report.Table {
	if r.Uncertainty != nil {
		return r.drawnFindings(n)
	}
	t := &report.Table{Columns: append(r.keyColumns(), report.Left("measure"), report.Right("truth (MCSE)"),
		report.Right("power % [95 % CI]"), report.Right("SMD"),
		report.Right("type S %"), report.Right("type M"))}
	for k := range r.Rows {
		row := &r.Rows[k]
		t.Rows = append(t.Rows, append(r.keys(row, n.marks(row, r)), row.MeasureName(),
			row.TruthText(), row.powerText(), (row.SMD*row.Direction()).Rounded(row.SMDMCSE),
			(row.TypeS*100).Rounded(row.TypeSMCSE*100), row.TypeM.Rounded(row.TypeMMCSE)))
	}
	return t
}

// powerText is the power, or the assurance, with its Wilson interval, in percent.
func (r *Row) powerText() string {
	c := r.chance()
	if !c.value.Known() {
		return report.Absent
	}
	return fmt.Sprintf("%s [%s, %s]", (c.value * 100).Fixed(1), (c.low * 100).Fixed(1), (c.high * 100).Fixed(1))
}

// truthText is the truth with its MCSE; what is nothing but rounding is 0.
func (r *Row) TruthText() string {
	x := r.Scale()
	if r.null() {
		return "0 (0)"
	}
	return (r.Truth * x).WithMCSE(r.TruthMCSE * x)
}

// rolledOutAlike tells that clients share queues but that it makes no
// difference to the effects.
func (r *Run) rolledOutAlike() bool {
	return r.SharedQueues && !r.inPeriods && len(r.Rows) > 0 && !slices.ContainsFunc(r.Rows, func(row Row) bool { return row.rolloutDiffers() })
}

// rollout sets the truth of the trial beside that of the policy, where clients
// share queues and it makes a difference: once for each outcome, subgroup and
// contrast.
func (r *Run) rollout() *report.Table {
	t := &report.Table{Columns: append(r.keyColumns(), report.Left("measure"), report.Right("in the trial (MCSE)"),
		report.Right("rolled out (MCSE)"))}
	last := ""
	if !r.SharedQueues || r.inPeriods || r.rolledOutAlike() {
		return t
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		x := row.Scale()
		what := row.Outcome + "\n" + row.Subgroup + "\n" + row.Contrast + "\n" + string(row.Effect)
		if what == last || row.Set.FromEntry() || !row.TruthRollout.Known() {
			continue
		}
		last = what
		t.Rows = append(t.Rows, append(r.keys(row, ""), row.MeasureName(), row.TruthText(), (row.TruthRollout*x).WithMCSE(row.RolloutMCSE*x)))
	}
	return t
}

// trust is how good the estimator is: bias, standard errors, coverage.
func (r *Run) trust(n *notes) *report.Table {
	t := &report.Table{Columns: append(r.keyColumns(), report.Left("measure"), report.Right("mean"), report.Right("bias (MCSE)"),
		report.Right("emp. SE"), report.Right("model SE"), report.Right("coverage %"))}
	for k := range r.Rows {
		row := &r.Rows[k]
		x := row.Scale()
		t.Rows = append(t.Rows, append(r.keys(row, n.marks(row, r)), row.MeasureName(),
			(row.Mean*x).Rounded(row.MeanMCSE*x), (row.Bias*x).WithMCSE(row.BiasMCSE*x),
			(row.EmpiricalSE*x).Rounded(row.EmpiricalSEMCSE*x), (row.ModelSE*x).Rounded(row.EmpiricalSEMCSE*x),
			(row.Coverage*100).WithMCSE(row.CoverageMCSE*100)))
	}
	return t
}

// addEffects adds what the programs' effects amount to.
func addEffects(d *report.Document, effects []Effect, labels scenarios.Labels) {
	d.Table("What the programs do", effectTable(effects, labels), effectLegend(effects))
	if t := windowTable(effects, labels); len(t.Rows) > 0 {
		d.Table("Whom the programs bring", t, []string{windowLegend(effects)})
	}
}

// effectTable is what the programs' effects amount to.
func effectTable(effects []Effect, labels scenarios.Labels) *report.Table {
	limited := slices.ContainsFunc(effects, func(e Effect) bool { return e.In != "" })
	t := &report.Table{Columns: []report.Column{report.Key("program"), report.Key("acts on"), report.Left("in arm")}}
	if limited {
		t.Columns = append(t.Columns, report.Left("among"))
	}
	t.Columns = append(t.Columns, report.Right("effect"), report.Right("active %"), report.Right("HR over all"))
	for k := range effects {
		e := &effects[k]
		active := report.Absent
		if !e.Probability.Known() && e.Added == nil {
			active = (e.ActiveShare * 100).Fixed(0)
		}
		row := []string{labels.Program(e.Program), labels.Process(e.On), labels.Arm(e.Arm)}
		if limited {
			row = append(row, labels.Subgroup(cmp.Or(e.In, "all")))
		}
		t.Rows = append(t.Rows, append(row, e.size(), active, e.MarginalHR.Fixed(2)))
	}
	return t
}

// size is what the effect does in words: a hazard ratio, points or a chance.
func (e *Effect) size() string {
	switch {
	case e.Added != nil:
		chances := make([]string, len(e.Added))
		for k, x := range e.Added {
			chances[k] = report.SixDigits(-100 * portable.Expm1(-float64(x)))
		}
		return strings.Join(chances, ", ") + " % a contact"
	case e.Probability.Known():
		return report.SixDigits(float64(e.Probability*100)) + " % at once"
	case e.Points.Known():
		return signed(float64(e.Points)) + " points"
	case e.Solved:
		return "HR " + e.HazardRatio.Fixed(2) + " (solved)"
	}
	return "HR " + e.HazardRatio.Fixed(2)
}

// signed writes a number that is added, with all its digits.
func signed(x float64) string {
	if x > 0 {
		return "+" + report.SixDigits(x)
	}
	return report.SixDigits(x)
}

// windowTable is what effects on linkage amount to by days: shares brought in, and ratios
// of cumulative hazards.
func windowTable(effects []Effect, labels scenarios.Labels) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("program"), report.Key("acts on"), report.Left("in arm"), report.Right("by day"),
		report.Right("share %"), report.Right("ratio"), report.Right("share % of starters"), report.Right("ratio of starters")}}
	for k := range effects {
		for _, x := range effects[k].Windows {
			t.Rows = append(t.Rows, []string{labels.Program(effects[k].Program), labels.Process(effects[k].On), labels.Arm(effects[k].Arm), report.SixDigits(x.Day),
				(x.Share * 100).Fixed(1), x.Ratio.Fixed(2), (x.StartedShare * 100).Fixed(1), x.StartedRatio.Fixed(2)})
		}
	}
	return t
}

// windowLegend explains the windows of effects.
func windowLegend(effects []Effect) string {
	text := "Share: of those who would not have sought the service by that day, the share whom the program brings, without queues"
	if slices.ContainsFunc(effects, Effect.bringsBack) {
		text += " (on return: of those who leave while the program lasts, by that day after leaving)"
	}
	return text + ". Ratio: of the cumulative hazards of both. Of all who are offered the program, and of those who start it."
}

// bringsBack reports whether contacts bring back clients who have left.
func (e Effect) bringsBack() bool { return e.Added != nil && strings.HasPrefix(e.On, "return") }

func effectLegend(effects []Effect) []string {
	if len(effects) == 0 {
		return nil
	}
	some := func(is func(e *Effect) bool) bool {
		return slices.ContainsFunc(effects, func(e Effect) bool { return is(&e) })
	}
	text := "HR: hazard ratio of a client while a contact's effect lasts. Active: share of the time at risk in which it does. HR over all: " +
		"log survival at the end of follow-up with the effect over that without it, without queues."
	if some(func(e *Effect) bool { return e.Points.Known() }) {
		text += " Points: added to the score while active."
	}
	if some(func(e *Effect) bool { return e.Probability.Known() }) {
		text += " At once: chance that a contact brings it about there and then (on jail: a sanction)."
	}
	if some(func(e *Effect) bool { return e.Added != nil }) {
		back := ""
		if slices.ContainsFunc(effects, Effect.bringsBack) {
			back = " (on return: who has left)"
		}
		text += " A contact: chance that it brings a client who is still seeking" + back + ", up to each point of the share."
	}
	if some(func(e *Effect) bool { return !e.MarginalHR.Known() }) {
		text += " " + report.Absent + ": no single curve of survival to the end of follow-up, as for scores, sanctions, what never happens here, " +
			"and what begins anew with each spell (quitting, relapse, coming back, a home or job lost or found)."
	}
	return []string{text}
}

// CSV writes the rows in full, under their JSON names, with their notes.
func (r *Run) CSV(w io.Writer) error {
	var head []string
	var rows [][]string
	tips := slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Tipping != nil })
	for k := range r.Rows {
		row := &r.Rows[k]
		shown := *row
		if tips && row.Tipping == nil { // the columns are those of all rows
			shown.Tipping = analysis.NoTipping()
		}
		cells, err := report.CellsOf(&shown)
		if err != nil {
			return err
		}
		var names, values []string
		for _, c := range cells {
			names, values = append(names, c.Name), append(values, c.Value)
		}
		n := &notes{}
		n.of(row, r)
		head = append(names, "notes")
		rows = append(rows, append(values, strings.Join(n.texts, "; ")))
	}
	return report.WriteCSV(w, head, rows)
}
