package size

import (
	"math"

	"caseload/analysis/measure"
	"caseload/scenarios"
)

// A Number is a value with its Monte Carlo standard error; NaN is missing.
type Number struct{ Value, MCSE float64 }

// Missing returns a number that is not known.
func Missing() Number { return Number{math.NaN(), math.NaN()} }

// An Interval is an answer with its 95 % confidence interval. An end that is open
// is infinite.
type Interval struct {
	Value measure.Number `json:"value"`
	Low   measure.Number `json:"low"`
	High  measure.Number `json:"high"`
}

// newInterval is that of plain numbers.
func newInterval(value, low, high float64) Interval {
	return Interval{measure.Number(value), measure.Number(low), measure.Number(high)}
}

// Result is the answer to a question.
type Result struct {
	Scenario *scenarios.Scenario // as written
	Name     string
	Seed     int64
	Solve    string
	Size     scenarios.Size // as asked
	Arm      string
	Control  string
	Subgroup string // "all" for everyone
	Require  string
	Family   string
	Unit     float64 // designs are whole multiples of it
	Largest  float64 // design allowed

	Replicates int  // run in all
	Failed     int  // fits that came to nothing
	Fits       int  // of so many
	Partial    bool // interrupted
	Shared     bool // clients share queues as written
	Drawn      bool // what is not known is drawn: every power is an assurance
	Answers    []Answer
}

// GoalTest is a test that a goal is about.
type GoalTest struct {
	Spec     *scenarios.Outcome
	Variable scenarios.Variable
	Method   string
	Measure  measure.Measure
	Estimate Number // mean of the estimates at designs near the answer
	SMD      Number // likewise
	Lost     Number // share of clients whose outcome is missing, likewise
	// Truth is the true effect in trials of so many clients, and Rollout the one of
	// giving every client the one arm or the other: known where clients share queues.
	Truth, Rollout Number
	TruthClients   float64
}

// Answer is the answer to one goal.
type Answer struct {
	Outcomes []GoalTest
	Target   float64 // power wanted
	Status   Status
	Cause    Cause  // why there is no answer, or what is the matter with it; "" otherwise
	Reason   string // the same in words

	// Exact is where the power curve reaches the target: clients, sites, case
	// managers, the multiple of the effects; the power itself if that is asked.
	Exact Interval
	// Design is Exact up to whole blocks, sites or case managers a site; NaN without an
	// answer. DesignLow and DesignHigh are the ends of its interval, up in the same
	// way, so that it is within them. Clients are those of the trial, and Managers the
	// case managers of all its sites and arms, where those were solved for.
	Design, DesignLow, DesignHigh, Clients float64
	Managers                               int
	// Upper is where power falls below the target again; nil if it doesn't up to
	// the largest design.
	Upper *Interval

	Evaluations []Evaluation // by design
	Curve       []Point      // of power over designs, where there is one
	Fit         Surrogate
	ByFormula
	Staffing *Staffing // of the answer; nil without one
	Effects  []Multiplied
	Checks   []Check // of the methods in the trial of the answer, by outcome
}

// Status is how a search ended.
type Status string

// How a search can end.
const (
	Found       Status = "found"       // the interval is as narrow as wanted, or from a design to the next
	Wide        Status = "wide"        // replicates ran out before it was
	Smallest    Status = "smallest"    // even the smallest design reaches the target
	Unreachable Status = "unreachable" // no design allowed does
	Unknown     Status = "unknown"     // replicates ran out before there was an answer
	Interrupted Status = "interrupted"
)

// Evaluation summarizes the trials of one design.
type Evaluation struct {
	Design     measure.Number `json:"design"`
	Clients    int            `json:"clients"`
	Managers   int            `json:"managers,omitempty"` // in all, where case managers a site were solved for
	Power      measure.Number `json:"power"`
	MCSE       measure.Number `json:"mcse"`
	Low        measure.Number `json:"low"` // 95 % Wilson interval
	High       measure.Number `json:"high"`
	Replicates int            `json:"replicates"`
	Used       bool           `json:"used"` // in the curve that the answer rests on
}

// Point is a point of the power curve, with its pointwise 95 % band.
type Point struct {
	Design measure.Number `json:"design"`
	Power  measure.Number `json:"power"`
	Low    measure.Number `json:"low"`
	High   measure.Number `json:"high"`
}

// Surrogate is the surrogate: power = Phi(A + B x), x the square root of the design, or
// the design itself where that is a multiple of effects. Of an assurance x is the design
// to the power of Exponent, with the sign of that. Without one all is
// missing, and Designs is 0.
type Surrogate struct {
	A          measure.Number `json:"a"`
	B          measure.Number `json:"b"`
	Exponent   float64        `json:"exponent,omitempty"`
	Designs    int            `json:"designs"`
	Replicates int            `json:"replicates"`
	LackOfFit  measure.Number `json:"lack_of_fit_p"`      // missing with two designs
	Inflation  measure.Number `json:"variance_inflation"` // for lack of fit
}

// noFit returns the surrogate of nothing.
func noFit() Surrogate {
	none := measure.Missing()
	return Surrogate{A: none, B: none, LackOfFit: none, Inflation: none}
}

// Multiplied is an effect at the answer of a search for effects.
type Multiplied struct {
	Program string         `json:"program"`
	On      string         `json:"on"`
	In      string         `json:"in"`   // subgroup; "" for everyone
	Kind    string         `json:"kind"` // "hazard_ratio", "points" or "probability"
	Written measure.Number `json:"as_written"`
	Interval
}
