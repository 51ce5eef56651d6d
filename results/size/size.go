package size

import (
	"io"
	"math"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/results/report"
	"caseload/scenarios"
)

// Size is the plan of a trial: the JSON object of "caseload size". Its own
// answer is the first; others are those of further outcomes.
type Search struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

	Scenario     string        `json:"scenario"`
	Title        string        `json:"title"`
	Hash         string        `json:"hash"`
	Seed         int64         `json:"seed"`
	Replicates   int           `json:"replicates"` // in all
	Failed       int           `json:"failed"`     // fits that came to nothing
	Fits         int           `json:"-"`
	Partial      bool          `json:"partial"`
	ModelVersion int           `json:"model_version"`
	Solve        string        `json:"solve"` // "clients", "sites", "staff", "effect" or "power"
	Hold         string        `json:"hold"`
	Scale        []string      `json:"scale"`
	Require      string        `json:"require"` // "each", "any" or "all"
	Family       string        `json:"family,omitempty"`
	HalfWidth    float64       `json:"half_width,omitempty"` // wanted of the interval: every power is the share of trials that have one so narrow
	Assurance    bool          `json:"assurance,omitempty"`  // every power is an assurance: what is not known is drawn
	Precision    float64       `json:"precision"`
	Written      int           `json:"clients_as_written"`
	Largest      report.Number `json:"largest"` // design allowed
	Arm          string        `json:"arm"`
	Control      string        `json:"control"`
	Contrast     string        `json:"contrast"`
	SharedQueues bool          `json:"shared_queues"`
	block        float64       // designs are multiples of it
	otherArm     bool          // than the first, which is compared if none is asked for
	Answer                     // the first
	Others       []Answer      `json:"others,omitempty"`
}

// SizeAnswer is the answer to one goal. Value, low and high are in what was
// solved for; clients are those of the trial that the answer amounts to, null if
// there is none.
type Answer struct {
	Outcome  string   `json:"outcome"` // several joined by " and " or " or "
	Outcomes []string `json:"outcomes"`
	Variable string   `json:"variable"`
	AtDays   float64  `json:"at_days"`
	Subgroup string   `json:"subgroup"`
	Method   string   `json:"method"`
	Alpha    float64  `json:"alpha"`
	Sides    int      `json:"sides"`

	TargetPower float64 `json:"target_power"`

	Status  string `json:"status"`
	Clients *int   `json:"clients"`
	size.Interval
	Design     report.Number `json:"design"` // value up to whole blocks, sites or case managers a site
	DesignLow  report.Number `json:"design_low"`
	DesignHigh report.Number `json:"design_high"`
	Managers   int           `json:"managers,omitempty"` // of all sites and arms, where those a site were solved for
	Cause      size.Cause    `json:"cause,omitempty"`    // the reason in one word
	Reason     *string       `json:"reason"`             // why there is no answer, or what is the matter with it
	// Upper is where power falls below the target again; null if it doesn't.
	Upper *Interval `json:"upper"`

	size.ByFormula
	Estimate     report.Number   `json:"estimate"` // mean at designs near the answer
	EstimateMCSE report.Number   `json:"estimate_mcse"`
	Measure      measure.Measure `json:"measure"`
	SMD          report.Number   `json:"smd"`
	Lost         report.Number   `json:"missing"` // share of clients without the outcome, near the answer
	LostMCSE     report.Number   `json:"missing_mcse"`
	// The true effect in trials of so many clients, and with everyone in one arm or in
	// the other: null where clients share no queue, so that the two are the same.
	Truth        report.Number `json:"truth"`
	TruthMCSE    report.Number `json:"truth_mcse"`
	Rollout      report.Number `json:"truth_rollout"`
	RolloutMCSE  report.Number `json:"truth_rollout_mcse"`
	TruthClients report.Number `json:"truth_clients"`

	Evaluations []Evaluation `json:"evaluations"`
	Curve       []Point      `json:"curve"`
	Fit         Fit          `json:"fit"`
	Staffing    *Staffing    `json:"staffing"`
	Effects     []Effect     `json:"effects,omitempty"`
	Checks      []size.Check `json:"checks"` // of the methods, in trials of the answer
	// Death is what each outcome is for clients who die before it, by name; absent
	// where nobody can.
	Death map[string]*scenarios.AtDeath `json:"death,omitempty"`
	// Events are the same for other intercurrent events, where an outcome says so.
	Events map[string][]scenarios.AtEvent `json:"events,omitempty"`
}

// What an answer consists of.
type (
	Interval   = size.Interval
	Evaluation = size.Evaluation
	Point      = size.Point
	Fit        = size.Surrogate
	Effect     = size.Multiplied
)

// SizeStaffing is what the trial of the answer takes.
type Staffing struct {
	Clients       int            `json:"clients"`
	Sites         int            `json:"sites"`
	AccrualMonths report.Number  `json:"accrual_months"`
	TrialMonths   report.Number  `json:"trial_months"`
	Visits        report.Number  `json:"visits"`
	VisitsMCSE    report.Number  `json:"visits_mcse"`
	ContactHours  report.Number  `json:"contact_hours"`
	HoursMCSE     report.Number  `json:"contact_hours_mcse"`
	ManagerMonths report.Number  `json:"manager_months"`
	MonthsMCSE    report.Number  `json:"manager_months_mcse"`
	Programs      []Program      `json:"programs"`
	Slots         map[string]int `json:"slots,omitempty"`
}

// SizeProgram is what one program takes.
type Program struct {
	Program  string        `json:"program"`
	Managers *int          `json:"managers"` // null: not limited
	Caseload string        `json:"caseload"`
	Contacts report.Number `json:"contacts"`
	Hours    report.Number `json:"hours"`
	Peak     report.Number `json:"peak_clients"`
	Waited   report.Number `json:"waited"` // for a case manager
}

// Wanted is what is reached, in words: a power or an assurance.
func (s *Search) Wanted() string {
	if s.Assurance || s.HalfWidth > 0 {
		return "assurance"
	}
	return "power"
}

// JSON writes the plan as one object.
func (s *Search) JSON(w io.Writer) error { return report.WriteJSON(w, s) }

// NewSize puts a plan into the form in which it is shown.
func New(x *size.Result, name string) *Search {
	s := &Search{Labels: x.Scenario.Labels(), Scenario: name, Title: x.Scenario.Title, Hash: x.Scenario.Hash(), Seed: x.Seed, Replicates: x.Replicates, Failed: x.Failed, Fits: x.Fits,
		Partial: x.Partial, ModelVersion: analysis.ModelVersion, Solve: x.Solve, Hold: x.Size.Hold, Scale: append([]string{}, x.Size.Scale...),
		Require: x.Require, Family: x.Family, HalfWidth: x.Size.HalfWidth, Assurance: x.Drawn, Precision: x.Size.Precision, Written: x.Scenario.Trial.Clients,
		Largest: report.Number(x.Largest), Arm: x.Arm, Control: x.Control, Contrast: x.Arm + " - " + x.Control, SharedQueues: x.Shared, block: x.Unit}
	first, _ := x.Scenario.Asked("")
	s.otherArm = x.Scenario.GroupName(first.Arm) != x.Arm
	s.Subgroup = x.Subgroup
	for k := range x.Answers {
		a := newAnswer(&x.Answers[k], x)
		if k == 0 {
			s.Answer = a
		} else {
			s.Others = append(s.Others, a)
		}
	}
	return s
}

// Answers are all answers, the plan's own first.
func (s *Search) Answers() []*Answer {
	all := []*Answer{&s.Answer}
	for k := range s.Others {
		all = append(all, &s.Others[k])
	}
	return all
}

func newAnswer(x *size.Answer, r *size.Result) Answer {
	first := &x.Outcomes[0]
	a := Answer{Subgroup: r.Subgroup, Variable: first.Variable.Name, AtDays: first.Spec.AtDays, Method: first.Method, Alpha: first.Spec.Alpha,
		Sides: first.Spec.Sides, TargetPower: x.Target, Status: string(x.Status), Interval: x.Exact, Design: report.Number(x.Design), DesignLow: report.Number(x.DesignLow), DesignHigh: report.Number(x.DesignHigh),
		Managers: x.Managers, Cause: x.Cause, Upper: x.Upper, ByFormula: x.ByFormula,
		Estimate: report.Number(first.Estimate.Value), EstimateMCSE: report.Number(first.Estimate.MCSE), Measure: first.Measure, SMD: report.Number(first.SMD.Value),
		Truth: report.Number(first.Truth.Value), TruthMCSE: report.Number(first.Truth.MCSE), Rollout: report.Number(first.Rollout.Value), RolloutMCSE: report.Number(first.Rollout.MCSE),
		TruthClients: report.Number(first.TruthClients), Lost: report.Number(first.Lost.Value), LostMCSE: report.Number(first.Lost.MCSE),
		Evaluations: append([]Evaluation{}, x.Evaluations...), Curve: append([]Point{}, x.Curve...), Fit: x.Fit, Effects: x.Effects,
		Checks: append([]size.Check{}, x.Checks...)}
	for _, o := range x.Outcomes {
		a.Outcomes = append(a.Outcomes, o.Spec.Name)
		if x := r.Scenario.AtDeath(o.Spec); x != nil {
			if a.Death == nil {
				a.Death = map[string]*scenarios.AtDeath{}
			}
			a.Death[o.Spec.Name] = x
		}
		if x := r.Scenario.AtEvents(o.Spec); x != nil {
			if a.Events == nil {
				a.Events = map[string][]scenarios.AtEvent{}
			}
			a.Events[o.Spec.Name] = x
		}
	}
	a.Outcome = newOutcomeNames(a.Outcomes, r.Require)
	if !math.IsNaN(x.Clients) {
		n := int(x.Clients)
		a.Clients = &n
	}
	if x.Reason != "" {
		a.Reason = &x.Reason
	}
	a.Staffing = NewStaffing(x.Staffing)
	return a
}

// newOutcomeNames joins the names of what an answer is about.
func newOutcomeNames(names []string, require string) string {
	if require == size.Any {
		return strings.Join(names, " or ")
	}
	return strings.Join(names, " and ")
}

// NewStaffing puts what a trial takes into the form in which it is shown; nil of nothing.
func NewStaffing(x *size.Staffing) *Staffing {
	if x == nil {
		return nil
	}
	s := &Staffing{Clients: x.Clients, Sites: x.Sites, AccrualMonths: report.Number(x.AccrualMonths), TrialMonths: report.Number(x.TrialMonths),
		Visits: report.Number(x.Visits.Value), VisitsMCSE: report.Number(x.Visits.MCSE), ContactHours: report.Number(x.ContactHours.Value), HoursMCSE: report.Number(x.ContactHours.MCSE),
		ManagerMonths: report.Number(x.ManagerMonths.Value), MonthsMCSE: report.Number(x.ManagerMonths.MCSE), Programs: []Program{}}
	for _, p := range x.Programs {
		row := Program{Program: p.Program, Caseload: p.Caseload, Contacts: report.Number(p.Contacts.Value), Hours: report.Number(p.Hours.Value), Peak: report.Number(p.Peak.Value), Waited: report.Number(p.Waited.Value)}
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
func (s *Search) Stem(outcomes ...string) string {
	stem := s.Solve + "-"
	if s.Require != size.Each {
		stem += s.Require + "-"
	}
	stem += strings.Join(outcomes, "+")
	if s.Subgroup != report.Everyone || s.otherArm {
		stem += "." + s.Subgroup
	}
	if s.otherArm {
		stem += "." + s.Arm
	}
	return stem
}

// KnownAs tells a plan that was read the stem of its file's name, by which it
// knows whether it is of another arm than the first.
func (s *Search) KnownAs(stem string) { s.otherArm = strings.HasSuffix(stem, "."+s.Arm) }
