package run

import (
	"io"
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// Run is what many replicates of a trial show: the JSON object of
// "caseload run".
type Run struct {
	Scenario     string                   `json:"scenario"` // its name, without folders
	Title        string                   `json:"title"`
	Hash         string                   `json:"hash"`
	Seed         int64                    `json:"seed"`
	Replicates   int                      `json:"replicates"`
	Fits         int                      `json:"fits"`
	Failed       int                      `json:"failed"` // of the fits
	Partial      bool                     `json:"partial"`
	Clients      int                      `json:"clients"`
	Recruitment  *Recruitment             `json:"recruitment,omitempty"` // of a trial whose enrolment closes
	Clustered    scenarios.RandomizedUnit `json:"clustered"`             // what was randomized whole, else ""
	SharedQueues bool                     `json:"shared_queues"`         // clients can meet at slots or case managers
	Arms         []Arm                    `json:"arms"`
	Rows         []Row                    `json:"rows"`
	Families     []analysis.FamilyRow     `json:"families"`
	Effects      []Effect                 `json:"effects"`
	// Best is how often the best regime is named rightly, by outcome; absent where no regimes are
	// compared.
	Best []analysis.BestRow `json:"best,omitempty"`
	// Uncertainty is what trials drew; absent where the scenario is as written.
	Uncertainty *analysis.Uncertainty `json:"uncertainty,omitempty"`
	// Interim is what comes of looks before the end; absent where there are none.
	Interim *analysis.Interim `json:"interim,omitempty"`

	Screening []analysis.ScreeningRow `json:"screening,omitempty"` // which factors of a factorial trial are kept

	Labels scenarios.Labels `json:"-"` // what people read for the names

	inPeriods bool // sites change arms during the trial
}

// Arm is what happens in one arm, in truth and over replicates. The mean of a
// time is restricted to at_days.
type Arm struct {
	Outcome  string        `json:"outcome"`
	Variable string        `json:"variable"`
	AtDays   float64       `json:"at_days"`
	Subgroup string        `json:"subgroup"` // "all" for everyone
	Set      scenarios.Set `json:"set"`
	Arm      string        `json:"arm"`
	analysis.ArmValues
}

// Row is one analysis and its performance. Measures of the form x_mcse are
// Monte Carlo standard errors.
type Row struct {
	Outcome  string            `json:"outcome"`
	Variable string            `json:"variable"`
	AtDays   float64           `json:"at_days"`
	Cluster  scenarios.Cluster `json:"cluster"`
	Subgroup string            `json:"subgroup"` // "all" for everyone
	Contrast string            `json:"contrast"`
	Arm      string            `json:"arm"`     // the contrast's first
	Control  string            `json:"control"` // and second
	Method   string            `json:"method"`
	Set      scenarios.Set     `json:"set"`
	Primary  bool              `json:"primary"`
	Alpha    float64           `json:"alpha"`
	Effect   measure.Measure   `json:"effect"` // what is estimated: RD, log OR, MD, SMD, log HR
	analysis.Performance
	N           report.Number  `json:"n"` // clients analysed in a trial, on average
	Failed      int            `json:"failed"`
	Boundary    int            `json:"boundary"`           // fits that stand though a variance was estimated as zero
	TestsAlone  int            `json:"tests_alone"`        // fits with a test and no estimate: the power counts them
	Failures    map[string]int `json:"failures,omitempty"` // by reason
	Test        string         `json:"test"`
	Sides       int            `json:"sides"`
	Margin      report.Number  `json:"margin"`
	Interaction bool           `json:"interaction"`
	Valid       bool           `json:"valid"`   // the method holds its level in the design
	WhyNot      string         `json:"why_not"` // what stands against it
	// Death is what the outcome is for clients who die before it is measured; absent
	// where nobody can.
	Death *scenarios.AtDeath `json:"death,omitempty"`
	// Events are the same for other intercurrent events, where the outcome says so.
	Events []scenarios.AtEvent `json:"events,omitempty"`
	// ByExposure is the truth by how long sites have been in the arm, in a trial whose sites change
	// arms; absent in others.
	ByExposure []analysis.ByExposure `json:"truth_by_exposure,omitempty"`
	// At what shift of imputed outcomes findings go; absent where that is not asked.
	*analysis.Tipping
	Limits string `json:"-"` // "lost": not to be had at this level

	untested bool
	outside  bool // made elsewhere
	// no tipping points: they can't be had at the level asked for
	tippingLost bool
	noMethod    bool              // no method holds in the design
	change      bool              // the outcome is the change from baseline
	missing     scenarios.Missing // what a missing outcome is taken for
}

// Effect is what an effect of a program amounts to.
type Effect struct {
	Program     string          `json:"program"`
	On          string          `json:"on"`
	Arm         string          `json:"arm"`
	In          string          `json:"in"`                // subgroup in which there is an effect; empty: everyone
	HazardRatio report.Number   `json:"hazard_ratio"`      // conditional, while active
	Points      report.Number   `json:"points"`            // of an effect on a score, while active
	Solved      bool            `json:"solved"`            // for a marginal quantity
	Probability report.Number   `json:"probability"`       // of an effect at once
	Added       []report.Number `json:"added,omitempty"`   // cumulative hazard that a contact adds, by point of a share brought in
	ActiveShare report.Number   `json:"active_share"`      // of the time at risk
	MarginalHR  report.Number   `json:"marginal_hr"`       // at the horizon
	Windows     []EffectWindow  `json:"windows,omitempty"` // of an effect on linkage, or of a share brought back
}

// EffectWindow is what an effect on linkage amounts to by a day, of first seeking and
// without queues; or one by which contacts bring clients back, by a day since they left.
type EffectWindow struct {
	Day          float64       `json:"day"`
	Share        report.Number `json:"share"`         // brought in, of those offered the program who would not have come
	Ratio        report.Number `json:"ratio"`         // of cumulative hazards, of those offered it
	StartedShare report.Number `json:"started_share"` // brought in, of those who start it
	StartedRatio report.Number `json:"started_ratio"`
}

// A Filter keeps some rows: those of the outcomes, of the subgroups and of the
// methods named. An empty list keeps all.
type Filter struct {
	Outcomes, Subgroups, Methods []string
}

// Keeps tells whether the filter keeps the rows of an outcome in a subgroup.
func (f *Filter) Keeps(outcome, subgroup string) bool {
	return (len(f.Outcomes) == 0 || slices.Contains(f.Outcomes, outcome)) &&
		(len(f.Subgroups) == 0 || slices.Contains(f.Subgroups, subgroup))
}

// KeepsRow tells whether it keeps the row of a method.
// Keeps tells whether the filter keeps the rows of an outcome in a subgroup.
func (f *Filter) KeepsRow(outcome, subgroup, method string) bool {
	return f.Keeps(outcome, subgroup) && (len(f.Methods) == 0 || slices.Contains(f.Methods, method))
}

// New puts a result into the form in which it is shown. The counts of fits
// are about the rows kept.
func New(r *analysis.Result, name string, shared bool, keep Filter) *Run {
	out := &Run{Scenario: name, Title: r.Scenario.Title, Hash: r.Scenario.Hash(), Seed: r.Seed, Replicates: r.Replicates,
		Partial: r.Partial, Clients: r.Scenario.Trial.Clients, Clustered: r.Scenario.Trial.Randomization.By, SharedQueues: shared,
		Arms: []Arm{}, Rows: []Row{}, Families: append([]analysis.FamilyRow{}, r.Families...), Effects: newEffects(r.Effects), Labels: r.Scenario.Labels()}
	out.inPeriods = r.Scenario.InPeriods()
	out.Recruitment = newRecruitment(r.Scenario)
	out.keepUncertainty(r.Uncertainty, keep)
	if x := r.Interim; x != nil && keep.Keeps(x.Outcome, "all") {
		out.Interim = x
	}
	for k := range r.Arms {
		if a := &r.Arms[k]; keep.Keeps(a.Outcome.Name, a.Subgroup) {
			out.Arms = append(out.Arms, newArm(a))
		}
	}
	for k := range r.Screenings {
		if s := &r.Screenings[k]; keep.Keeps(s.Outcome, report.Everyone) {
			out.Screening = append(out.Screening, *s)
		}
	}
	for k := range r.Best {
		if keep.Keeps(r.Best[k].Outcome, report.Everyone) {
			out.Best = append(out.Best, r.Best[k])
		}
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		if keep.KeepsRow(row.OutcomeSpec.Name, row.SubgroupName, row.Method.Name) {
			out.Rows = append(out.Rows, NewRow(row))
			out.Fits += r.Replicates
			out.Failed += row.Performance.Failed
		}
	}
	return out
}

func newArm(a *analysis.ArmRow) Arm {
	o := a.Outcome
	return Arm{Outcome: o.Name, Variable: o.Variable, AtDays: o.AtDays, Subgroup: a.Subgroup, Set: o.Set, Arm: a.Arm,
		ArmValues: a.ArmValues}
}

// NewRow puts the performance of one analysis into the form in which it is shown.
func NewRow(r *analysis.Row) Row {
	o := r.OutcomeSpec
	row := Row{Outcome: o.Name, Variable: o.Variable, AtDays: o.AtDays, Cluster: r.Variable.Cluster,
		Subgroup: r.SubgroupName, Contrast: r.Contrast(), Arm: r.ArmName, Control: r.ControlName, Method: r.Method.Name, Set: o.Set, Primary: o.Primary,
		Effect: r.Method.Measure, Performance: r.Performance, N: r.N, Failed: r.Performance.Failed}
	row.Test, row.Sides, row.Margin = r.Test.Kind, r.Test.Sides, report.Missing()
	if r.Test.Margin > 0 {
		row.Margin = report.Number(r.Test.Margin)
	}
	row.Alpha, row.Interaction, row.untested = r.Test.Alpha, r.Method.Interaction, r.Untested
	row.Death, row.Events, row.missing = r.AtDeath, r.AtEvents, o.Missing
	row.change, row.ByExposure = o.Change, r.ByExposure
	row.Tipping, row.tippingLost = r.Tipping, r.TippingLost
	row.Boundary, row.TestsAlone = r.FailureCounts[estimate.Boundary], r.Performance.TestsAlone
	row.Valid, row.WhyNot, row.noMethod = r.Validity.Holds, r.Validity.Why, r.Validity.Hopeless
	row.outside = r.Outside
	if r.LimitsLost {
		row.Limits = "lost"
	}
	for s, n := range r.FailureCounts {
		if status := estimate.Status(s); n > 0 && status.Failed() && !(status.Tested() && row.TestsAlone > 0) {
			if row.Failures == nil {
				row.Failures = map[string]int{}
			}
			row.Failures[status.String()] = n
		}
	}
	return row
}

func newEffects(reports []sim.EffectReport) []Effect {
	out := []Effect{}
	for _, e := range reports {
		chance, points := report.Missing(), report.Missing()
		switch {
		case e.Chance > 0:
			chance = report.Number(e.Chance)
		case e.Added != nil:
		case math.IsNaN(e.HazardRatio):
			points = report.Number(e.Points)
		}
		effect := Effect{Program: e.Program, On: e.On, Arm: e.Arm, In: e.In, HazardRatio: report.Number(e.HazardRatio), Points: points, Solved: e.Solved,
			Probability: chance, ActiveShare: report.Number(e.ActiveShare), MarginalHR: report.Number(e.MarginalHR)}
		for _, x := range e.Added {
			effect.Added = append(effect.Added, report.Number(x))
		}
		for _, x := range e.Windows {
			effect.Windows = append(effect.Windows, EffectWindow{x.Day, report.Number(x.Share), report.Number(x.Ratio), report.Number(x.StartedShare), report.Number(x.StartedRatio)})
		}
		out = append(out, effect)
	}
	return out
}

// JSON writes the run as one object.
func (r *Run) JSON(w io.Writer) error { return report.WriteJSON(w, r) }
