package results

import (
	"io"
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/analysis/measure"
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
	Clustered    scenarios.RandomizedUnit `json:"clustered"`     // what was randomized whole, else ""
	SharedQueues bool                     `json:"shared_queues"` // clients can meet at slots or case managers
	Arms         []Arm                    `json:"arms"`
	Rows         []Row                    `json:"rows"`
	Families     []Family                 `json:"families"`
	Effects      []Effect                 `json:"effects"`
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
	Mean     Number        `json:"mean"`
	MeanMCSE Number        `json:"mean_mcse"`
	SD       Number        `json:"sd"` // between clients
	N        Number        `json:"n"`  // clients analysed in a trial, on average
}

// Row is one analysis and its performance. Measures of the form x_mcse are
// Monte Carlo standard errors.
type Row struct {
	Outcome            string            `json:"outcome"`
	Variable           string            `json:"variable"`
	AtDays             float64           `json:"at_days"`
	Cluster            scenarios.Cluster `json:"cluster"`
	Subgroup           string            `json:"subgroup"` // "all" for everyone
	Contrast           string            `json:"contrast"`
	Arm                string            `json:"arm"`     // the contrast's first
	Control            string            `json:"control"` // and second
	Method             string            `json:"method"`
	Set                scenarios.Set     `json:"set"`
	Primary            bool              `json:"primary"`
	Alpha              float64           `json:"alpha"`
	Effect             measure.Measure   `json:"effect"` // what is estimated: RD, log OR, MD, SMD, log HR
	Truth              Number            `json:"truth"`
	TruthMCSE          Number            `json:"truth_mcse"`
	TruthRollout       Number            `json:"truth_rollout"`
	Mean               Number            `json:"mean"`
	MeanMCSE           Number            `json:"mean_mcse"`
	Bias               Number            `json:"bias"`
	BiasMCSE           Number            `json:"bias_mcse"`
	RelativeBias       Number            `json:"relative_bias"` // as a share of the truth
	RelativeBiasMCSE   Number            `json:"relative_bias_mcse"`
	EmpiricalSE        Number            `json:"empirical_se"`
	EmpiricalSEMCSE    Number            `json:"empirical_se_mcse"`
	ModelSE            Number            `json:"model_se"`
	ModelSEMCSE        Number            `json:"model_se_mcse"`
	ModelSEError       Number            `json:"model_se_error"` // model_se / empirical_se - 1
	ModelSEErrorMCSE   Number            `json:"model_se_error_mcse"`
	RMSE               Number            `json:"rmse"`
	RMSEMCSE           Number            `json:"rmse_mcse"`
	Power              Number            `json:"power"`
	PowerMCSE          Number            `json:"power_mcse"`
	PowerLow           Number            `json:"power_low"`
	PowerHigh          Number            `json:"power_high"`
	Coverage           Number            `json:"coverage"`
	CoverageMCSE       Number            `json:"coverage_mcse"`
	BiasEliminated     Number            `json:"bias_eliminated"` // coverage of the mean estimate
	BiasEliminatedMCSE Number            `json:"bias_eliminated_mcse"`
	Width              Number            `json:"width"` // of the intervals, on average
	WidthMCSE          Number            `json:"width_mcse"`
	TypeS              Number            `json:"type_s"`
	TypeSMCSE          Number            `json:"type_s_mcse"`
	TypeM              Number            `json:"type_m"`
	TypeMMCSE          Number            `json:"type_m_mcse"`
	SMD                Number            `json:"smd"`
	SMDMCSE            Number            `json:"smd_mcse"`
	SMDTruth           Number            `json:"smd_truth"`
	N                  Number            `json:"n"` // clients analysed in a trial, on average
	Failed             int               `json:"failed"`
	Boundary           int               `json:"boundary"`           // fits that stand though a variance was estimated as zero
	Failures           map[string]int    `json:"failures,omitempty"` // by reason
	Test               string            `json:"test"`
	Sides              int               `json:"sides"`
	Margin             Number            `json:"margin"`
	Interaction        bool              `json:"interaction"`
	Limits             string            `json:"-"` // "lost": not to be had at this level

	untested bool
}

// Effect is what an effect of a program amounts to.
type Effect struct {
	Program     string `json:"program"`
	On          string `json:"on"`
	Arm         string `json:"arm"`
	HazardRatio Number `json:"hazard_ratio"` // conditional, while active
	Points      Number `json:"points"`       // of an effect on a score, while active
	Solved      bool   `json:"solved"`       // for a marginal quantity
	Probability Number `json:"probability"`  // of an effect at once
	ActiveShare Number `json:"active_share"` // of the time at risk
	MarginalHR  Number `json:"marginal_hr"`  // at the horizon
}

// A Filter keeps some rows: those of the outcomes, of the subgroups and of the
// methods named. An empty list keeps all.
type Filter struct {
	Outcomes, Subgroups, Methods []string
}

func (f *Filter) keeps(outcome, subgroup string) bool {
	return (len(f.Outcomes) == 0 || slices.Contains(f.Outcomes, outcome)) &&
		(len(f.Subgroups) == 0 || slices.Contains(f.Subgroups, subgroup))
}

// keepsRow is about the row of a method.
func (f *Filter) keepsRow(outcome, subgroup, method string) bool {
	return f.keeps(outcome, subgroup) && (len(f.Methods) == 0 || slices.Contains(f.Methods, method))
}

// NewRun puts a result into the form in which it is shown. The counts of fits
// are about the rows kept.
func NewRun(r *analysis.Result, name string, shared bool, keep Filter) *Run {
	out := &Run{Scenario: name, Title: r.Scenario.Title, Hash: r.Scenario.Hash(), Seed: r.Seed, Replicates: r.Replicates,
		Partial: r.Partial, Clients: r.Scenario.Trial.Clients, Clustered: r.Scenario.Trial.Randomization.By, SharedQueues: shared,
		Arms: []Arm{}, Rows: []Row{}, Families: newFamilies(r), Effects: newEffects(r.Effects)}
	for k := range r.Arms {
		if a := &r.Arms[k]; keep.keeps(a.Outcome.Name, a.Subgroup) {
			out.Arms = append(out.Arms, newArm(a))
		}
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		if keep.keepsRow(row.OutcomeSpec.Name, row.SubgroupName, row.Method.Name) {
			out.Rows = append(out.Rows, newRow(row))
			out.Fits += r.Replicates
			out.Failed += row.Performance.Failed
		}
	}
	return out
}

func newArm(a *analysis.ArmRow) Arm {
	o := a.Outcome
	return Arm{Outcome: o.Name, Variable: o.Variable, AtDays: o.AtDays, Subgroup: a.Subgroup, Set: o.Set, Arm: a.Arm,
		Mean: Number(a.Mean), MeanMCSE: Number(a.MeanMCSE), SD: Number(a.SD), N: Number(a.N)}
}

func newRow(r *analysis.Row) Row {
	o, p := r.OutcomeSpec, &r.Performance
	row := Row{Outcome: o.Name, Variable: o.Variable, AtDays: o.AtDays, Cluster: r.Variable.Cluster,
		Subgroup: r.SubgroupName, Contrast: r.Contrast(), Method: r.Method.Name, Set: o.Set, Primary: o.Primary, Alpha: o.Alpha,
		Effect: r.Method.Measure, Truth: Number(p.Truth), TruthMCSE: Number(p.TruthMCSE), TruthRollout: Number(r.TruthRollout),
		Mean: Number(p.Mean), MeanMCSE: Number(p.MeanMCSE), Bias: Number(p.Bias), BiasMCSE: Number(p.BiasMCSE),
		RelativeBias: Number(p.RelativeBias), RelativeBiasMCSE: Number(p.RelativeBiasMCSE),
		EmpiricalSE: Number(p.EmpiricalSE), EmpiricalSEMCSE: Number(p.EmpiricalSEMCSE),
		ModelSE: Number(p.ModelSE), ModelSEMCSE: Number(p.ModelSEMCSE),
		ModelSEError: Number(p.ModelSEError), ModelSEErrorMCSE: Number(p.ModelSEErrorMCSE), RMSE: Number(p.RMSE), RMSEMCSE: Number(p.RMSEMCSE),
		Power: Number(p.Power), PowerMCSE: Number(p.PowerMCSE), PowerLow: Number(p.PowerLow), PowerHigh: Number(p.PowerHigh),
		Coverage: Number(p.Coverage), CoverageMCSE: Number(p.CoverageMCSE),
		BiasEliminated: Number(p.BiasEliminated), BiasEliminatedMCSE: Number(p.BiasEliminatedMCSE),
		Width: Number(p.Width), WidthMCSE: Number(p.WidthMCSE),
		TypeS: Number(p.TypeS), TypeSMCSE: Number(p.TypeSMCSE), TypeM: Number(p.TypeM), TypeMMCSE: Number(p.TypeMMCSE),
		SMD: Number(p.SMD), SMDMCSE: Number(p.SMDMCSE), SMDTruth: Number(r.SMDTruth),
		N: Number(r.N), Failed: p.Failed, Arm: r.ArmName, Control: r.ControlName}
	row.Test, row.Sides, row.Margin = r.Test.Kind, r.Test.Sides, Missing()
	if r.Test.Margin > 0 {
		row.Margin = Number(r.Test.Margin)
	}
	row.Alpha, row.Interaction, row.untested = r.Test.Alpha, r.Method.Interaction, r.Untested
	row.Boundary = r.FailureCounts[estimate.Boundary]
	if r.LimitsLost {
		row.Limits = "lost"
	}
	for s, n := range r.FailureCounts {
		if status := estimate.Status(s); status.Failed() && n > 0 {
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
		chance, points := Missing(), Missing()
		switch {
		case e.Chance > 0:
			chance = Number(e.Chance)
		case math.IsNaN(e.HazardRatio):
			points = Number(e.Points)
		}
		out = append(out, Effect{Program: e.Program, On: e.On, Arm: e.Arm, HazardRatio: Number(e.HazardRatio), Points: points, Solved: e.Solved,
			Probability: chance, ActiveShare: Number(e.ActiveShare), MarginalHR: Number(e.MarginalHR)})
	}
	return out
}

// JSON writes the run as one object.
func (r *Run) JSON(w io.Writer) error { return writeJSON(w, r) }
