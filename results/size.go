package results

import (
	"io"
	"math"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/scenarios"
)

// Size is the plan of a trial: the JSON object of "caseload size". Its own
// answer is the first; others are those of further outcomes.
type Size struct {
	Scenario     string       `json:"scenario"`
	Title        string       `json:"title"`
	Hash         string       `json:"hash"`
	Seed         int64        `json:"seed"`
	Replicates   int          `json:"replicates"` // in all
	Failed       int          `json:"failed"`     // fits that came to nothing
	Fits         int          `json:"-"`
	Partial      bool         `json:"partial"`
	ModelVersion int          `json:"model_version"`
	Solve        string       `json:"solve"` // "clients", "sites", "staff", "effect" or "power"
	Hold         string       `json:"hold"`
	Scale        []string     `json:"scale"`
	Require      string       `json:"require"` // "each", "any" or "all"
	Family       string       `json:"family,omitempty"`
	TargetPower  float64      `json:"target_power"`
	Precision    float64      `json:"precision"`
	Written      int          `json:"clients_as_written"`
	Largest      Number       `json:"largest"` // design allowed
	Arm          string       `json:"arm"`
	Control      string       `json:"control"`
	Contrast     string       `json:"contrast"`
	SharedQueues bool         `json:"shared_queues"`
	block        float64      // designs are multiples of it
	otherArm     bool         // than the first, which is compared if none is asked for
	SizeAnswer                // the first
	Others       []SizeAnswer `json:"others,omitempty"`
}

// SizeAnswer is the answer to one goal. Value, low and high are in what was
// solved for; clients are those of the trial that the answer amounts to, null if
// there is none.
type SizeAnswer struct {
	Outcome  string   `json:"outcome"` // several joined by " and " or " or "
	Outcomes []string `json:"outcomes"`
	Variable string   `json:"variable"`
	AtDays   float64  `json:"at_days"`
	Subgroup string   `json:"subgroup"`
	Method   string   `json:"method"`
	Alpha    float64  `json:"alpha"`
	Sides    int      `json:"sides"`

	Status  string  `json:"status"`
	Clients *int    `json:"clients"`
	Value   Number  `json:"value"`
	Low     Number  `json:"low"`
	High    Number  `json:"high"`
	Design  Number  `json:"design"` // value up to whole blocks, sites or case managers
	Reason  *string `json:"reason"` // why there is no answer, or what is the matter with it
	// Upper is where power falls below the target again; null if it doesn't.
	Upper *SizeInterval `json:"upper"`

	ClosedForm   Number          `json:"closed_form"`      // clients by formula; null if there is none that holds
	FormulaMCSE  Number          `json:"closed_form_mcse"` // of that, or of the number for independent clients
	Formula      string          `json:"formula,omitempty"`
	FormulaPower Number          `json:"formula_power"` // at the clients of the answer
	NoFormula    string          `json:"no_closed_form,omitempty"`
	Independent  Number          `json:"independent_clients"` // by formula, were clients independent
	DesignEffect Number          `json:"design_effect"`
	DesignMCSE   Number          `json:"design_effect_mcse"`
	Estimate     Number          `json:"estimate"` // mean at designs near the answer
	EstimateMCSE Number          `json:"estimate_mcse"`
	Measure      measure.Measure `json:"measure"`
	SMD          Number          `json:"smd"`

	Evaluations []SizeEvaluation `json:"evaluations"`
	Curve       []SizePoint      `json:"curve"`
	Fit         SizeFit          `json:"fit"`
	Staffing    *SizeStaffing    `json:"staffing"`
	Effects     []SizeEffect     `json:"effects,omitempty"`
}

// SizeInterval is an answer with its 95 % interval.
type SizeInterval struct {
	Value Number `json:"value"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
}

// SizeEvaluation is what the trials of one design showed.
type SizeEvaluation struct {
	Design     Number `json:"design"`
	Clients    int    `json:"clients"`
	Power      Number `json:"power"`
	MCSE       Number `json:"mcse"`
	Low        Number `json:"low"`
	High       Number `json:"high"`
	Replicates int    `json:"replicates"`
	Used       bool   `json:"used"` // in the curve that the answer rests on
}

// SizePoint is a point of the power curve with its 95 % band.
type SizePoint struct {
	Design Number `json:"design"`
	Power  Number `json:"power"`
	Low    Number `json:"low"`
	High   Number `json:"high"`
}

// SizeFit is the curve: power = Phi(a + b x), x the square root of the design, or
// the multiple of the effects.
type SizeFit struct {
	A          Number `json:"a"`
	B          Number `json:"b"`
	Designs    int    `json:"designs"`
	Replicates int    `json:"replicates"`
	LackOfFit  Number `json:"lack_of_fit_p"`
	Inflation  Number `json:"variance_inflation"`
}

// SizeStaffing is what the trial of the answer takes.
type SizeStaffing struct {
	Clients       int            `json:"clients"`
	Sites         int            `json:"sites"`
	AccrualMonths Number         `json:"accrual_months"`
	TrialMonths   Number         `json:"trial_months"`
	Visits        Number         `json:"visits"`
	VisitsMCSE    Number         `json:"visits_mcse"`
	ContactHours  Number         `json:"contact_hours"`
	HoursMCSE     Number         `json:"contact_hours_mcse"`
	ManagerMonths Number         `json:"manager_months"`
	MonthsMCSE    Number         `json:"manager_months_mcse"`
	Programs      []SizeProgram  `json:"programs"`
	Slots         map[string]int `json:"slots,omitempty"`
}

// SizeProgram is what one program takes.
type SizeProgram struct {
	Program  string `json:"program"`
	Managers *int   `json:"managers"` // null: not limited
	Caseload string `json:"caseload"`
	Contacts Number `json:"contacts"`
	Hours    Number `json:"hours"`
	Peak     Number `json:"peak_clients"`
	Waited   Number `json:"waited"` // for a case manager
}

// SizeEffect is an effect of a program at the answer.
type SizeEffect struct {
	Program string `json:"program"`
	On      string `json:"on"`
	In      string `json:"in"`
	Kind    string `json:"kind"`
	Written Number `json:"as_written"`
	Value   Number `json:"value"`
	Low     Number `json:"low"`
	High    Number `json:"high"`
}

// JSON writes the plan as one object.
func (s *Size) JSON(w io.Writer) error { return writeJSON(w, s) }

// NewSize puts a plan into the form in which it is shown.
func NewSize(x *size.Result, name string) *Size {
	s := &Size{Scenario: name, Title: x.Scenario.Title, Hash: x.Scenario.Hash(), Seed: x.Seed, Replicates: x.Replicates, Failed: x.Failed, Fits: x.Fits,
		Partial: x.Partial, ModelVersion: analysis.ModelVersion, Solve: x.Solve, Hold: x.Size.Hold, Scale: append([]string{}, x.Size.Scale...),
		Require: x.Require, Family: x.Family, TargetPower: x.Size.Power, Precision: x.Size.Precision, Written: x.Scenario.Trial.Clients,
		Largest: Number(x.Largest), Arm: x.Arm, Control: x.Control, Contrast: x.Arm + " - " + x.Control, SharedQueues: x.Shared, block: x.Unit}
	s.otherArm = slices.IndexFunc(x.Scenario.Arms, func(a scenarios.Arm) bool { return !a.Control }) !=
		slices.IndexFunc(x.Scenario.Arms, func(a scenarios.Arm) bool { return a.Name == x.Arm })
	s.Subgroup = x.Subgroup
	for k := range x.Answers {
		a := newSizeAnswer(&x.Answers[k], x)
		if k == 0 {
			s.SizeAnswer = a
		} else {
			s.Others = append(s.Others, a)
		}
	}
	return s
}

// Answers are all answers, the plan's own first.
func (s *Size) Answers() []*SizeAnswer {
	all := []*SizeAnswer{&s.SizeAnswer}
	for k := range s.Others {
		all = append(all, &s.Others[k])
	}
	return all
}

func newSizeAnswer(x *size.Answer, r *size.Result) SizeAnswer {
	first := &x.Outcomes[0]
	a := SizeAnswer{Subgroup: r.Subgroup, Variable: first.Variable.Name, AtDays: first.Spec.AtDays, Method: first.Method, Alpha: first.Spec.Alpha,
		Sides: first.Spec.Sides, Status: string(x.Status), Value: Number(x.Exact.Value), Low: Number(x.Exact.Low), High: Number(x.Exact.High),
		Design: Number(x.Design), ClosedForm: Number(x.Formula.Clients), FormulaMCSE: Number(x.Formula.MCSE), Formula: x.Formula.Name, FormulaPower: Number(x.Formula.Power),
		NoFormula: x.Formula.Why, Independent: Number(x.Formula.Independent), DesignEffect: Number(x.Formula.DesignEffect.Value),
		DesignMCSE: Number(x.Formula.DesignEffect.MCSE), Estimate: Number(first.Estimate.Value), EstimateMCSE: Number(first.Estimate.MCSE),
		Measure: first.Measure, SMD: Number(first.SMD.Value), Evaluations: []SizeEvaluation{}, Curve: []SizePoint{}}
	for _, o := range x.Outcomes {
		a.Outcomes = append(a.Outcomes, o.Spec.Name)
	}
	a.Outcome = newOutcomeNames(a.Outcomes, r.Require)
	if !math.IsNaN(x.Clients) {
		n := int(x.Clients)
		a.Clients = &n
	}
	if x.Reason != "" {
		a.Reason = &x.Reason
	}
	if x.Upper != nil {
		a.Upper = &SizeInterval{Number(x.Upper.Value), Number(x.Upper.Low), Number(x.Upper.High)}
	}
	for _, e := range x.Evaluations {
		a.Evaluations = append(a.Evaluations, SizeEvaluation{Number(e.Design), int(e.Clients), Number(e.Power), Number(e.MCSE), Number(e.Low), Number(e.High), e.Replicates, e.Used})
	}
	for _, p := range x.Curve {
		a.Curve = append(a.Curve, SizePoint{Number(p.Design), Number(p.Power), Number(p.Low), Number(p.High)})
	}
	a.Fit = SizeFit{A: Missing(), B: Missing(), LackOfFit: Missing(), Inflation: Missing()}
	if f := x.Fit; f.Designs > 0 {
		a.Fit = SizeFit{Number(f.A), Number(f.B), f.Designs, f.Replicates, Number(f.LackP), Number(f.Heterogeneity)}
	}
	a.Staffing = newSizeStaffing(x.Staffing)
	for _, e := range x.Effects {
		a.Effects = append(a.Effects, SizeEffect{e.Program, e.On, e.In, e.Kind, Number(e.Written), Number(e.Value.Value), Number(e.Value.Low), Number(e.Value.High)})
	}
	return a
}

// newOutcomeNames joins the names of what an answer is about.
func newOutcomeNames(names []string, require string) string {
	if require == size.Any {
		return strings.Join(names, " or ")
	}
	return strings.Join(names, " and ")
}

func newSizeStaffing(x *size.Staffing) *SizeStaffing {
	if x == nil {
		return nil
	}
	s := &SizeStaffing{Clients: x.Clients, Sites: x.Sites, AccrualMonths: Number(x.AccrualMonths), TrialMonths: Number(x.TrialMonths),
		Visits: Number(x.Visits.Value), VisitsMCSE: Number(x.Visits.MCSE), ContactHours: Number(x.ContactHours.Value), HoursMCSE: Number(x.ContactHours.MCSE),
		ManagerMonths: Number(x.ManagerMonths.Value), MonthsMCSE: Number(x.ManagerMonths.MCSE), Programs: []SizeProgram{}}
	for _, p := range x.Programs {
		row := SizeProgram{Program: p.Program, Caseload: p.Caseload, Contacts: Number(p.Contacts.Value), Hours: Number(p.Hours.Value), Peak: Number(p.Peak.Value), Waited: Number(p.Waited.Value)}
		if p.Managers > 0 {
			row.Managers = &p.Managers
		}
		s.Programs = append(s.Programs, row)
	}
	for _, v := range x.Services {
		if s.Slots == nil {
			s.Slots = map[string]int{}
		}
		s.Slots[v.Service] = v.Slots
	}
	return s
}

// Stem names the files of answers about some outcomes, so that those to other
// questions have others: names have no dots, and "all" is no subgroup. The power
// wanted, the method and what is held do not tell.
func (s *Size) Stem(outcomes ...string) string {
	stem := s.Solve + "-"
	if s.Require != size.Each {
		stem += s.Require + "-"
	}
	stem += strings.Join(outcomes, "+")
	if s.Subgroup != everyone || s.otherArm {
		stem += "." + s.Subgroup
	}
	if s.otherArm {
		stem += "." + s.Arm
	}
	return stem
}

// KnownAs tells a plan that was read the stem of its file's name, by which it
// knows whether it is of another arm than the first.
func (s *Size) KnownAs(stem string) { s.otherArm = strings.HasSuffix(stem, "."+s.Arm) }
