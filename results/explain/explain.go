package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"caseload/analysis"
	"caseload/analysis/explain"
	"caseload/analysis/measure"
	"caseload/results/report"
	"caseload/scenarios"
)

// Explain is where a trial's effect goes: the JSON object of "caseload
// explain". Positive is better for the client. Measures of the form x_mcse are
// Monte Carlo standard errors.
type Explanation struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

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

	Ideal    Effect        `json:"ideal"`
	Observed Effect        `json:"observed"`
	NoMethod string        `json:"no_method,omitempty"` // why no test of the effect holds its level in the design
	Kept     report.Number `json:"kept"`                // share of the ideal SMD that is observed
	KeptMCSE report.Number `json:"kept_mcse"`
	// Death is what the outcome is for clients who die before it is measured; absent
	// where nobody can.
	Death      *scenarios.AtDeath  `json:"death,omitempty"`
	Events     []scenarios.AtEvent `json:"events,omitempty"` // the same for other events, where the outcome says so
	PerTrial   report.Number       `json:"per_trial_smd"`    // mean of what each trial reports
	PerTrialMC report.Number       `json:"per_trial_smd_mcse"`
	// The true effect in the trial and with everyone in one arm or in the other, as
	// Measure says: null where clients share no queue, so that the two are the same.
	Truth       report.Number   `json:"truth"`
	TruthMCSE   report.Number   `json:"truth_mcse"`
	Rollout     report.Number   `json:"truth_rollout"`
	RolloutMCSE report.Number   `json:"truth_rollout_mcse"`
	Measure     measure.Measure `json:"truth_measure"`
	Factors     []Factor        `json:"factors"`
	Absent      []Absent        `json:"absent"`
	Path        *Path           `json:"path"`
	Dilution    *Shares         `json:"dilution"`
}

// ExplainEffect is the effect in one world. Clients is null where the effect is
// within 3 MCSE of zero.
type Effect struct {
	SMD         report.Number `json:"smd"`
	MCSE        report.Number `json:"mcse"` // of smd
	Units       report.Number `json:"units"`
	UnitsMCSE   report.Number `json:"units_mcse"`
	Clients     report.Number `json:"clients"` // for 80 % power
	ClientsMCSE report.Number `json:"clients_mcse"`
}

// ExplainFactor is what one obstacle takes (negative) or adds. Names without a
// scale are of the SMD.
type Factor struct {
	Factor      string `json:"factor"`
	About       string `json:"about"`
	Own         bool   `json:"own"` // the user's
	NewEstimand bool   `json:"new_estimand"`

	Step        report.Number `json:"step"`
	StepMCSE    report.Number `json:"step_mcse"`
	After       Effect        `json:"after"` // the world after the step
	Shapley     report.Number `json:"shapley"`
	ShapleyMCSE report.Number `json:"shapley_mcse"`
	// OrderError is the part of ShapleyMCSE that comes from taking some orders only.
	OrderError report.Number `json:"shapley_order_error"`

	// StepLessShapley is what the place in the causal order makes of the step.
	StepLessShapley     report.Number `json:"step_less_shapley"`
	StepLessShapleyMCSE report.Number `json:"step_less_shapley_mcse"`

	FromIdeal     report.Number `json:"from_ideal"` // real alone
	FromIdealMCSE report.Number `json:"from_ideal_mcse"`
	FromReal      report.Number `json:"from_real"` // ideal alone: the real effect less that
	FromRealMCSE  report.Number `json:"from_real_mcse"`

	UnitsStep          report.Number `json:"units_step"`
	UnitsStepMCSE      report.Number `json:"units_step_mcse"`
	UnitsShapley       report.Number `json:"units_shapley"`
	UnitsShapleyMCSE   report.Number `json:"units_shapley_mcse"`
	UnitsFromIdeal     report.Number `json:"units_from_ideal"`
	UnitsFromIdealMCSE report.Number `json:"units_from_ideal_mcse"`
	UnitsFromReal      report.Number `json:"units_from_real"`
	UnitsFromRealMCSE  report.Number `json:"units_from_real_mcse"`

	// IdealSDStep is UnitsStep over the SD of the ideal world.
	IdealSDStep     report.Number `json:"ideal_sd_step"`
	IdealSDStepMCSE report.Number `json:"ideal_sd_step_mcse"`

	// Multiplies is the real trial's size over that of one in which this factor
	// alone is ideal.
	Multiplies     report.Number `json:"multiplies"`
	MultipliesMCSE report.Number `json:"multiplies_mcse"`
}

// ExplainAbsent is a standard factor that is left out, and why.
type Absent struct {
	Factor string `json:"factor"`
	Why    string `json:"why"`
}

// ExplainPath is how much of the effect goes through services, in units. Each
// direction sums to the total.
type Path struct {
	Total      report.Number `json:"total"`
	TotalMCSE  report.Number `json:"total_mcse"`
	Replicates int           `json:"replicates"`
	Parts      []PathPart    `json:"parts"`
}

// ExplainPathPart is one part: "entering", "staying", "other_services" or
// "direct".
type PathPart struct {
	Part         string        `json:"part"`
	Forward      report.Number `json:"forward"` // from control to treated
	ForwardMCSE  report.Number `json:"forward_mcse"`
	Backward     report.Number `json:"backward"` // from treated to control
	BackwardMCSE report.Number `json:"backward_mcse"`

	// The shares of the total that they are; null if it is within 3 MCSE of zero.
	ForwardShare      report.Number `json:"forward_share"`
	ForwardShareMCSE  report.Number `json:"forward_share_mcse"`
	BackwardShare     report.Number `json:"backward_share"`
	BackwardShareMCSE report.Number `json:"backward_share_mcse"`
}

// ExplainShares is what the trial finds as the share of the target varies.
type Shares struct {
	Subgroup    string  `json:"subgroup"`
	Method      string  `json:"method"`
	Interaction string  `json:"interaction"` // method; "" if there is none
	Measured    bool    `json:"measured_with_error"`
	Replicates  int     `json:"replicates"`
	Shares      []Share `json:"shares"`
}

// ExplainShare is one share.
type Share struct {
	Share        float64       `json:"share"`
	Observed     report.Number `json:"observed_share"` // measured as members
	ObservedMCSE report.Number `json:"observed_share_mcse"`
	Correct      report.Number `json:"correct"` // of those measured as members, the share who are
	CorrectMCSE  report.Number `json:"correct_mcse"`
	Overall      Diluted       `json:"overall"`
	Member       Diluted       `json:"member"`
	Interaction  Diluted       `json:"interaction"`
}

// ExplainDiluted is an effect in units as found and in theory, and its power.
type Diluted struct {
	Effect     report.Number `json:"effect"`
	EffectMCSE report.Number `json:"effect_mcse"`
	Theory     report.Number `json:"theory"`
	TheoryMCSE report.Number `json:"theory_mcse"`
	Power      report.Number `json:"power"`
	PowerMCSE  report.Number `json:"power_mcse"`
}

// JSON writes the explanation as one object.
func (e *Explanation) JSON(w io.Writer) error { return report.WriteJSON(w, e) }

// NewExplain puts an explanation into the form in which it is shown.
func New(x *explain.Explanation, name string) *Explanation {
	e := &Explanation{Labels: x.Scenario.Labels(), Scenario: name, Title: x.Scenario.Title, Hash: x.Scenario.Hash(), Seed: x.Seed, Replicates: x.Replicates,
		Partial: x.Partial, ModelVersion: analysis.ModelVersion, Unfinished: x.Unfinished, Clients: int(math.Round(explain.Enrolled(x.Scenario))), Outcome: x.Outcome.Name, Variable: x.Variable.Name,
		AtDays: x.Outcome.AtDays, Cluster: x.Variable.Cluster, Set: x.Outcome.Set, Subgroup: x.Subgroup, Target: x.Target,
		Contrast: x.Arm + " - " + x.Control, Arm: x.Arm, Control: x.Control, Unit: report.UnitOf(x.Variable.Name), SharedQueues: x.Shared,
		Worlds: x.Worlds, Orders: x.Orders, Failed: x.Failed, Ideal: newEffect(&x.Ideal), Observed: newEffect(&x.Observed), Death: x.Scenario.AtDeath(x.Outcome), Events: x.Scenario.AtEvents(x.Outcome),
		Kept: report.Number(x.Kept.Value), KeptMCSE: report.Number(x.Kept.MCSE), PerTrial: report.Number(x.PerTrial.Value), PerTrialMC: report.Number(x.PerTrial.MCSE),
		Truth: report.Number(x.Truth.Value), TruthMCSE: report.Number(x.Truth.MCSE), Rollout: report.Number(x.Rollout.Value), RolloutMCSE: report.Number(x.Rollout.MCSE), Measure: x.Measure, Factors: []Factor{}, Absent: []Absent{}}
	if e.Unit == "" {
		e.Unit = "proportion"
	}
	for _, a := range x.Scenario.Arms {
		if e.FirstArm == "" && !a.Control {
			e.FirstArm = a.Name
		}
	}
	for k := range x.Factors {
		e.Factors = append(e.Factors, newFactor(&x.Factors[k]))
	}
	for _, a := range x.Absent {
		e.Absent = append(e.Absent, Absent{a.Name, a.Why})
	}
	e.NoMethod = noMethod(x)
	e.Path = newPath(x.Path)
	e.Dilution = newShares(x.Dilution)
	return e
}

func newEffect(x *explain.WorldEffect) Effect {
	return Effect{SMD: report.Number(x.SMD.Value), MCSE: report.Number(x.SMD.MCSE), Units: report.Number(x.Units.Value), UnitsMCSE: report.Number(x.Units.MCSE),
		Clients: report.Number(x.Clients.Value), ClientsMCSE: report.Number(x.Clients.MCSE)}
}

func newFactor(x *explain.Factor) Factor {
	f := Factor{Factor: x.Name, About: x.About, Own: x.Own, NewEstimand: x.NewEstimand, After: newEffect(&x.After)}
	set := func(value, mcse *report.Number, n explain.Number) {
		*value, *mcse = report.Number(n.Value), report.Number(n.MCSE)
	}
	set(&f.Step, &f.StepMCSE, x.Step.SMD)
	set(&f.Shapley, &f.ShapleyMCSE, x.Shapley.SMD)
	f.OrderError = report.Number(x.OrderError.SMD.Value)
	set(&f.StepLessShapley, &f.StepLessShapleyMCSE, x.Order.SMD)
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

func newPath(p *explain.Path) *Path {
	if p == nil {
		return nil
	}
	out := &Path{Total: report.Number(p.Total.Value), TotalMCSE: report.Number(p.Total.MCSE), Replicates: p.Replicates}
	for k, name := range [explain.PathParts]string{explain.ThroughEntering: "entering", explain.ThroughStaying: "staying",
		explain.ThroughOther: "other_services", explain.Direct: "direct"} {
		part := PathPart{Part: name, Forward: report.Number(p.Forward[k].Value), ForwardMCSE: report.Number(p.Forward[k].MCSE),
			Backward: report.Number(p.Backward[k].Value), BackwardMCSE: report.Number(p.Backward[k].MCSE),
			ForwardShare: report.Missing(), ForwardShareMCSE: report.Missing(), BackwardShare: report.Missing(), BackwardShareMCSE: report.Missing()}
		if out.total().clear() {
			part.ForwardShare, part.ForwardShareMCSE = report.Number(p.ForwardShare[k].Value), report.Number(p.ForwardShare[k].MCSE)
			part.BackwardShare, part.BackwardShareMCSE = report.Number(p.BackwardShare[k].Value), report.Number(p.BackwardShare[k].MCSE)
		}
		out.Parts = append(out.Parts, part)
	}
	return out
}

func newShares(d *explain.Dilution) *Shares {
	if d == nil {
		return nil
	}
	out := &Shares{Subgroup: d.Subgroup, Method: d.Method, Interaction: d.Interacts, Measured: d.Sensitive, Replicates: d.Replicates, Shares: []Share{}}
	diluted := func(x explain.Diluted) Diluted {
		return Diluted{report.Number(x.Effect.Value), report.Number(x.Effect.MCSE), report.Number(x.Theory.Value), report.Number(x.Theory.MCSE), report.Number(x.Power.Value), report.Number(x.Power.MCSE)}
	}
	for _, s := range d.Shares {
		out.Shares = append(out.Shares, Share{s.Share, report.Number(s.Observed.Value), report.Number(s.Observed.MCSE), report.Number(s.Correct.Value), report.Number(s.Correct.MCSE),
			diluted(s.Overall), diluted(s.Member), diluted(s.Interaction)})
	}
	return out
}

// ReadExplain reads what JSON writes.
func Read(r io.Reader) (*Explanation, error) {
	e := new(Explanation)
	if err := json.NewDecoder(r).Decode(e); err != nil {
		return nil, fmt.Errorf("got something else than an explanation: %w", err)
	}
	if e.Hash == "" || e.Outcome == "" {
		return nil, errors.New("got something else than an explanation")
	}
	return e, nil
}
