package trial

import (
	"caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

// Flow is the way of all clients through the trial, by arm.
type Flow struct {
	Screening  *FlowScreening `json:"screening"` // null where everyone is taken
	Randomized int            `json:"randomized"`
	Arms       []FlowArm      `json:"arms"`
}

// FlowScreening is who came until all clients were found.
type FlowScreening struct {
	Screened    int `json:"screened"`
	NotEligible int `json:"not_eligible"`
	Refused     int `json:"refused"` // of those eligible
}

// FlowArm is the way of an arm's clients. Every count is of clients, each
// counted once in it.
type FlowArm struct {
	Arm          string        `json:"arm"`
	Allocated    int           `json:"allocated"`
	Contaminated int           `json:"contaminated"` // got the programs of another arm instead
	Programs     []FlowProgram `json:"programs"`
	Services     []FlowService `json:"services"`
	Jailed       int           `json:"jailed"` // some of the time
	Died         int           `json:"died"`
	Lost         int           `json:"lost"` // to the study
	Visits       []FlowVisit   `json:"visits"`
	Outcomes     []FlowOutcome `json:"outcomes"`
}

// FlowProgram is what became of the offer of a program. Started, refused and
// awaiting add up to offered: to all of the arm but those contaminated, or, of
// another arm's program, to those.
type FlowProgram struct {
	Program   string `json:"program"`
	Foreign   bool   `json:"foreign"` // another arm's
	Offered   int    `json:"offered"`
	Started   int    `json:"started"`
	Refused   int    `json:"refused"`
	Awaiting  int    `json:"awaiting"`
	Contacted int    `json:"contacted"`
}

// FlowService is what became of those who might come to a service. Whoever
// comes back can be in several counts.
type FlowService struct {
	Service   string `json:"service"`
	Sought    int    `json:"sought"`
	Queued    int    `json:"queued"`
	Reneged   int    `json:"reneged"`  // gave up a place on the list
	Delisted  int    `json:"delisted"` // lost it by jail or death
	Waiting   int    `json:"waiting"`  // have it still at the end
	Admitted  int    `json:"admitted"`
	Completed int    `json:"completed"`
	Moved     int    `json:"moved"` // to another substance-use service
	Left      int    `json:"left"`
	Ended     int    `json:"ended"` // by jail or death
}

// FlowVisit is what became of a visit.
type FlowVisit struct {
	Day    float64 `json:"day"`
	Made   int     `json:"made"`
	Missed int     `json:"missed"`
	Lost   int     `json:"lost"`              // to the study, before it
	Died   int     `json:"died"`              // before it, not lost
	NotDue int     `json:"not_due,omitempty"` // the trial ends before it
}

// FlowOutcome is who is analysed for an outcome.
type FlowOutcome struct {
	Outcome  string `json:"outcome"`
	InSet    int    `json:"in_set"`
	Missing  int    `json:"missing"`
	Analysed int    `json:"analysed"`
	NotDue   int    `json:"not_due,omitempty"` // of those missing: the trial ends before
	Lost     int    `json:"lost,omitempty"`    // of the others: lost to the study before
	Died     int    `json:"died,omitempty"`    // of the others: died before
	Unseen   int    `json:"unseen,omitempty"`  // of the others: the visit was missed
}

func newFlow(sc *scenarios.Scenario, shown *sim.Shown, keep run.Filter) Flow {
	f := Flow{Randomized: len(shown.Clients)}
	if sc.Trial.Eligible != "" || sc.Trial.Refusal > 0 {
		s := shown.Screened
		f.Screening = &FlowScreening{s.Screened, s.Ineligible, s.Refused}
	}
	for k := range shown.Flow {
		f.Arms = append(f.Arms, newFlowArm(&shown.Flow[k], keep))
	}
	return f
}

func newFlowArm(f *sim.ArmFlow, keep run.Filter) FlowArm {
	a := FlowArm{Arm: f.Arm, Allocated: f.Allocated, Contaminated: f.Contaminated, Jailed: f.Jailed, Died: f.Died, Lost: f.Lost,
		Programs: []FlowProgram{}, Services: []FlowService{}, Visits: []FlowVisit{}, Outcomes: []FlowOutcome{}}
	for _, p := range f.Programs {
		a.Programs = append(a.Programs, FlowProgram{p.Program, p.Foreign, p.Offered, p.Started, p.Refused, p.Awaiting, p.Contacted})
	}
	for _, s := range f.Services {
		a.Services = append(a.Services, FlowService(s))
	}
	for _, v := range f.Visits {
		a.Visits = append(a.Visits, FlowVisit(v))
	}
	for _, o := range f.Outcomes {
		if (&run.Filter{Outcomes: keep.Outcomes}).Keeps(o.Outcome, "") {
			a.Outcomes = append(a.Outcomes, FlowOutcome(o))
		}
	}
	return a
}
