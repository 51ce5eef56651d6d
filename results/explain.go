package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"caseload/analysis"
	"caseload/analysis/explain"
	"caseload/scenarios"
)

// Explain is where a trial's effect goes: the JSON object of "caseload
// explain". Positive is better for the client. Measures of the form x_mcse are
// Monte Carlo standard errors.
type Explain struct {
	Scenario     string            `json:"scenario"`
	Title        string            `json:"title"`
	Hash         string            `json:"hash"`
	Seed         int64             `json:"seed"`
	Replicates   int               `json:"replicates"` // of each world
	Partial      bool              `json:"partial"`
	ModelVersion int               `json:"model_version"`
	Unfinished   bool              `json:"-"`       // partial only in that path or dilution are not done
	Clients      int               `json:"clients"` // of the trial as written
	Outcome      string            `json:"outcome"`
	Variable     string            `json:"variable"`
	AtDays       float64           `json:"at_days"`
	Cluster      scenarios.Cluster `json:"cluster"`
	Set          scenarios.Set     `json:"set"`
	Subgroup     string            `json:"subgroup"` // "all" for everyone
	Target       string            `json:"target"`   // subgroup of the promise; "" without one
	Contrast     string            `json:"contrast"`
	Arm          string            `json:"arm"`
	Control      string            `json:"control"`
	FirstArm     string            `json:"-"`    // the arm compared unless another is asked for
	Unit         string            `json:"unit"` // of units: "proportion", "days", "points", "events" or "services"
	SharedQueues bool              `json:"shared_queues"`
	Worlds       int               `json:"worlds"`
	Orders       int               `json:"orders"` // of the factors that Shapley values are over; 0: all
	Failed       int               `json:"failed"`

	Ideal      ExplainEffect   `json:"ideal"`
	Observed   ExplainEffect   `json:"observed"`
	Kept       Number          `json:"kept"` // share of the ideal SMD that is observed
	KeptMCSE   Number          `json:"kept_mcse"`
	PerTrial   Number          `json:"per_trial_smd"` // mean of what each trial reports
	PerTrialMC Number          `json:"per_trial_smd_mcse"`
	Factors    []ExplainFactor `json:"factors"`
	Absent     []ExplainAbsent `json:"absent"`
	Path       *ExplainPath    `json:"path"`
	Dilution   *ExplainShares  `json:"dilution"`
}

// ExplainEffect is the effect in one world. Clients is null where the effect is
// within 3 MCSE of zero.
type ExplainEffect struct {
	SMD         Number `json:"smd"`
	MCSE        Number `json:"mcse"` // of smd
	Units       Number `json:"units"`
	UnitsMCSE   Number `json:"units_mcse"`
	Clients     Number `json:"clients"` // for 80 % power
	ClientsMCSE Number `json:"clients_mcse"`
}

// ExplainFactor is what one obstacle takes (negative) or adds. Names without a
// scale are of the SMD.
type ExplainFactor struct {
	Factor      string `json:"factor"`
	About       string `json:"about"`
	Own         bool   `json:"own"` // the user's
	NewEstimand bool   `json:"new_estimand"`

	Step        Number        `json:"step"`
	StepMCSE    Number        `json:"step_mcse"`
	After       ExplainEffect `json:"after"` // the world after the step
	Shapley     Number        `json:"shapley"`
	ShapleyMCSE Number        `json:"shapley_mcse"`
	// OrderError is the part of ShapleyMCSE that comes from taking some orders only.
	OrderError Number `json:"shapley_order_error"`

	FromIdeal     Number `json:"from_ideal"` // real alone
	FromIdealMCSE Number `json:"from_ideal_mcse"`
	FromReal      Number `json:"from_real"` // ideal alone: the real effect less that
	FromRealMCSE  Number `json:"from_real_mcse"`

	UnitsStep          Number `json:"units_step"`
	UnitsStepMCSE      Number `json:"units_step_mcse"`
	UnitsShapley       Number `json:"units_shapley"`
	UnitsShapleyMCSE   Number `json:"units_shapley_mcse"`
	UnitsFromIdeal     Number `json:"units_from_ideal"`
	UnitsFromIdealMCSE Number `json:"units_from_ideal_mcse"`
	UnitsFromReal      Number `json:"units_from_real"`
	UnitsFromRealMCSE  Number `json:"units_from_real_mcse"`

	// IdealSDStep is UnitsStep over the SD of the ideal world.
	IdealSDStep     Number `json:"ideal_sd_step"`
	IdealSDStepMCSE Number `json:"ideal_sd_step_mcse"`

	// Multiplies is the real trial's size over that of one in which this factor
	// alone is ideal.
	Multiplies     Number `json:"multiplies"`
	MultipliesMCSE Number `json:"multiplies_mcse"`
}

// ExplainAbsent is a standard factor that is left out, and why.
type ExplainAbsent struct {
	Factor string `json:"factor"`
	Why    string `json:"why"`
}

// ExplainPath is how much of the effect goes through services, in units. Each
// direction sums to the total.
type ExplainPath struct {
	Total      Number            `json:"total"`
	TotalMCSE  Number            `json:"total_mcse"`
	Replicates int               `json:"replicates"`
	Parts      []ExplainPathPart `json:"parts"`
}

// ExplainPathPart is one part: "entering", "staying", "other_services" or
// "direct".
type ExplainPathPart struct {
	Part         string `json:"part"`
	Forward      Number `json:"forward"` // from control to treated
	ForwardMCSE  Number `json:"forward_mcse"`
	Backward     Number `json:"backward"` // from treated to control
	BackwardMCSE Number `json:"backward_mcse"`

	// The shares of the total that they are; null if it is within 3 MCSE of zero.
	ForwardShare      Number `json:"forward_share"`
	ForwardShareMCSE  Number `json:"forward_share_mcse"`
	BackwardShare     Number `json:"backward_share"`
	BackwardShareMCSE Number `json:"backward_share_mcse"`
}

// ExplainShares is what the trial finds as the share of the target varies.
type ExplainShares struct {
	Subgroup    string         `json:"subgroup"`
	Method      string         `json:"method"`
	Interaction string         `json:"interaction"` // method; "" if there is none
	Measured    bool           `json:"measured_with_error"`
	Replicates  int            `json:"replicates"`
	Shares      []ExplainShare `json:"shares"`
}

// ExplainShare is one share.
type ExplainShare struct {
	Share        float64        `json:"share"`
	Observed     Number         `json:"observed_share"` // measured as members
	ObservedMCSE Number         `json:"observed_share_mcse"`
	Correct      Number         `json:"correct"` // of those measured as members, the share who are
	CorrectMCSE  Number         `json:"correct_mcse"`
	Overall      ExplainDiluted `json:"overall"`
	Member       ExplainDiluted `json:"member"`
	Interaction  ExplainDiluted `json:"interaction"`
}

// ExplainDiluted is an effect in units as found and in theory, and its power.
type ExplainDiluted struct {
	Effect     Number `json:"effect"`
	EffectMCSE Number `json:"effect_mcse"`
	Theory     Number `json:"theory"`
	TheoryMCSE Number `json:"theory_mcse"`
	Power      Number `json:"power"`
	PowerMCSE  Number `json:"power_mcse"`
}

// JSON writes the explanation as one object.
func (e *Explain) JSON(w io.Writer) error { return writeJSON(w, e) }

// NewExplain puts an explanation into the form in which it is shown.
func NewExplain(x *explain.Explanation, name string) *Explain {
	e := &Explain{Scenario: name, Title: x.Scenario.Title, Hash: x.Scenario.Hash(), Seed: x.Seed, Replicates: x.Replicates,
		Partial: x.Partial, ModelVersion: analysis.ModelVersion, Unfinished: x.Unfinished, Clients: x.Scenario.Trial.Clients, Outcome: x.Outcome.Name, Variable: x.Variable.Name,
		AtDays: x.Outcome.AtDays, Cluster: x.Variable.Cluster, Set: x.Outcome.Set, Subgroup: x.Subgroup, Target: x.Target,
		Contrast: x.Arm + " - " + x.Control, Arm: x.Arm, Control: x.Control, Unit: unit(x.Variable.Name), SharedQueues: x.Shared,
		Worlds: x.Worlds, Orders: x.Orders, Failed: x.Failed, Ideal: newExplainEffect(&x.Ideal), Observed: newExplainEffect(&x.Observed),
		Kept: Number(x.Kept.Value), KeptMCSE: Number(x.Kept.MCSE), PerTrial: Number(x.PerTrial.Value), PerTrialMC: Number(x.PerTrial.MCSE), Factors: []ExplainFactor{}, Absent: []ExplainAbsent{}}
	if e.Unit == "" {
		e.Unit = "proportion"
	}
	for _, a := range x.Scenario.Arms {
		if e.FirstArm == "" && !a.Control {
			e.FirstArm = a.Name
		}
	}
	for k := range x.Factors {
		e.Factors = append(e.Factors, newExplainFactor(&x.Factors[k]))
	}
	for _, a := range x.Absent {
		e.Absent = append(e.Absent, ExplainAbsent{a.Name, a.Why})
	}
	e.Path = newExplainPath(x.Path)
	e.Dilution = newExplainShares(x.Dilution)
	return e
}

func newExplainEffect(x *explain.WorldEffect) ExplainEffect {
	return ExplainEffect{SMD: Number(x.SMD.Value), MCSE: Number(x.SMD.MCSE), Units: Number(x.Units.Value), UnitsMCSE: Number(x.Units.MCSE),
		Clients: Number(x.Clients.Value), ClientsMCSE: Number(x.Clients.MCSE)}
}

func newExplainFactor(x *explain.Factor) ExplainFactor {
	f := ExplainFactor{Factor: x.Name, About: x.About, Own: x.Own, NewEstimand: x.NewEstimand, After: newExplainEffect(&x.After)}
	set := func(value, mcse *Number, n explain.Number) { *value, *mcse = Number(n.Value), Number(n.MCSE) }
	set(&f.Step, &f.StepMCSE, x.Step.SMD)
	set(&f.Shapley, &f.ShapleyMCSE, x.Shapley.SMD)
	f.OrderError = Number(x.OrderError.SMD.Value)
	set(&f.FromIdeal, &f.FromIdealMCSE, x.FromIdeal.SMD)
	set(&f.FromReal, &f.FromRealMCSE, x.FromReal.SMD)
	set(&f.UnitsStep, &f.UnitsStepMCSE, x.Step.Units)
	set(&f.UnitsShapley, &f.UnitsShapleyMCSE, x.Shapley.Units)
	set(&f.UnitsFromIdeal, &f.UnitsFromIdealMCSE, x.FromIdeal.Units)
	set(&f.UnitsFromReal, &f.UnitsFromRealMCSE, x.FromReal.Units)
	set(&f.IdealSDStep, &f.IdealSDStepMCSE, x.Step.ByIdealSD)
	set(&f.Multiplies, &f.MultipliesMCSE, x.Multiplies)
	return f
}

func newExplainPath(p *explain.Path) *ExplainPath {
	if p == nil {
		return nil
	}
	out := &ExplainPath{Total: Number(p.Total.Value), TotalMCSE: Number(p.Total.MCSE), Replicates: p.Replicates}
	for k, name := range [explain.PathParts]string{explain.ThroughEntering: "entering", explain.ThroughStaying: "staying",
		explain.ThroughOther: "other_services", explain.Direct: "direct"} {
		part := ExplainPathPart{Part: name, Forward: Number(p.Forward[k].Value), ForwardMCSE: Number(p.Forward[k].MCSE),
			Backward: Number(p.Backward[k].Value), BackwardMCSE: Number(p.Backward[k].MCSE),
			ForwardShare: Missing(), ForwardShareMCSE: Missing(), BackwardShare: Missing(), BackwardShareMCSE: Missing()}
		if out.total().clear() {
			part.ForwardShare, part.ForwardShareMCSE = Number(p.ForwardShare[k].Value), Number(p.ForwardShare[k].MCSE)
			part.BackwardShare, part.BackwardShareMCSE = Number(p.BackwardShare[k].Value), Number(p.BackwardShare[k].MCSE)
		}
		out.Parts = append(out.Parts, part)
	}
	return out
}

func newExplainShares(d *explain.Dilution) *ExplainShares {
	if d == nil {
		return nil
	}
	out := &ExplainShares{Subgroup: d.Subgroup, Method: d.Method, Interaction: d.Interacts, Measured: d.Sensitive, Replicates: d.Replicates, Shares: []ExplainShare{}}
	diluted := func(x explain.Diluted) ExplainDiluted {
		return ExplainDiluted{Number(x.Effect.Value), Number(x.Effect.MCSE), Number(x.Theory.Value), Number(x.Theory.MCSE), Number(x.Power.Value), Number(x.Power.MCSE)}
	}
	for _, s := range d.Shares {
		out.Shares = append(out.Shares, ExplainShare{s.Share, Number(s.Observed.Value), Number(s.Observed.MCSE), Number(s.Correct.Value), Number(s.Correct.MCSE),
			diluted(s.Overall), diluted(s.Member), diluted(s.Interaction)})
	}
	return out
}

// ReadExplain reads what JSON writes.
func ReadExplain(r io.Reader) (*Explain, error) {
	e := new(Explain)
	if err := json.NewDecoder(r).Decode(e); err != nil {
		return nil, fmt.Errorf("got something else than an explanation: %w", err)
	}
	if e.Hash == "" || e.Outcome == "" {
		return nil, errors.New("got something else than an explanation")
	}
	return e, nil
}
