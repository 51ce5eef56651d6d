package explain

import (
	"math"

	"caseload/analysis/measure"
	"caseload/scenarios"
)

// An Explanation says where the effect of one contrast on one outcome goes on
// its way from the ideal world to what the trial reports. Positive is better
// for the client, whatever the direction of the outcome.
type Explanation struct {
	Scenario *scenarios.Scenario // as written
	Name     string              // as asked for
	Outcome  *scenarios.Outcome  // as written
	Variable scenarios.Variable
	Subgroup string // "all" for everyone
	Target   string // the subgroup that the promise is made for, "" if there is none
	Arm      string // treated
	Control  string
	Shared   bool // clients share queues as written

	Seed       int64
	Replicates int  // of each world
	Partial    bool // interrupted before all wanted were done
	Unfinished bool // partial only in that the path or the dilution are not done
	Worlds     int  // simulated; combinations of factors that are the same world count once
	// Orders is how many orders of the factors the Shapley values are over: 0 for
	// all of them (exact).
	Orders int
	Failed int // per-trial estimates that came to nothing, of those in the real world

	Ideal, Observed WorldEffect
	// Kept is the share of the ideal SMD that the trial reports: missing if that is
	// within 3 MCSE of zero.
	Kept Number
	// PerTrial is the mean over the real world's trials of the SMD that each
	// reports (Hedges' g, or what goes for it), beside the pooled one of Observed.
	PerTrial Number
	// Truth and Rollout are the true effect in the real trial and that of giving every
	// client the one arm or the other, in the measure of Method and positive where
	// better: known where clients share queues, so that the two can differ.
	Truth, Rollout Number
	Measure        measure.Measure
	Factors        []Factor // present, in causal order
	Absent         []Absent // those that the scenario doesn't have, or that can't touch the outcome

	Path     *Path     // nil unless the outcome is one of recovery
	Dilution *Dilution // nil without a target subgroup
}

// A Number is a value with its Monte Carlo standard error; NaN is missing.
type Number struct{ Value, MCSE float64 }

// Missing returns a number that is not known.
func Missing() Number { return Number{math.NaN(), math.NaN()} }

// Known reports whether there is a value.
func (n Number) Known() bool { return !math.IsNaN(n.Value) && !math.IsInf(n.Value, 0) }

// WorldEffect is the effect in one world, on three scales.
type WorldEffect struct {
	SMD   Number // over the world's own pooled within-arm SD; by sqrt(3)/pi or sqrt(6)/pi for odds and hazards
	Units Number // of the outcome: a proportion, or days, points, events; of a time, restricted mean days
	// Clients is how many a trial in such a world needs for 80 % power at the
	// outcome's level: missing if the effect is within 3 MCSE of zero.
	Clients Number
}

// Part says what a factor takes from the effect (negative) or adds to it.
type Part struct {
	SMD   Number
	Units Number
	// ByIdealSD is Units over the within-arm SD of the ideal world, so that a
	// change of spread is not mistaken for one of effect. Missing for times.
	ByIdealSD Number
}

// Factor is one obstacle between the ideal world and the real one.
type Factor struct {
	Name  string
	About string // what stands in the way, in a few words
	Own   bool   // the user's, not one of the standard factors
	// NewEstimand tells that the factor changes what is asked, not only what is
	// found.
	NewEstimand bool

	Step    Part        // in the waterfall: made real after those before it and before those after it
	After   WorldEffect // of the world after that step
	Shapley Part        // mean of such steps over all orders
	// Order is Step less Shapley: what the place in the causal order makes of it.
	Order     Part
	FromIdeal Part // made real alone, all else ideal
	FromReal  Part // made ideal alone, all else real: the real effect less that
	// OrderError is the standard error of Shapley that comes from taking some of
	// the orders only; it is part of its MCSE. 0 if all were taken.
	OrderError Part
	// Multiplies is the real trial's size over that of a trial in which this
	// factor alone is ideal.
	Multiplies Number
}

// Absent is a standard factor that is left out.
type Absent struct{ Name, Why string }

// Path is how much of the effect on a recovery outcome goes through services:
// natural direct and indirect effects, found by imposing one world's times of
// entering and leaving on the other. They are of worlds in which everyone is in
// one arm, nobody is lost and nothing is mismeasured.
type Path struct {
	Total Number // in units
	// Forward goes from control to treated: entering first, then staying, then
	// ancillary services, then what contacts do otherwise. Backward goes from
	// treated to control in the same order. Each sums to Total.
	Forward, Backward [PathParts]Number
	// The shares of Total that they are.
	ForwardShare, BackwardShare [PathParts]Number
	Replicates                  int
}

// The parts of a path.
const (
	ThroughEntering = iota // times of entering substance-use services
	ThroughStaying         // times of leaving them
	ThroughOther           // times in ancillary services
	Direct                 // all else
	PathParts
)

// Dilution describes what the trial finds as the share of the target subgroup varies.
type Dilution struct {
	Subgroup   string
	Method     string // of the effects; Interaction is the method of theirs
	Interacts  string // "" if the outcome's kind has none
	Sensitive  bool   // membership is measured with error
	Replicates int
	Shares     []Share
}

// Share is one row of the dilution, in units, with the power of each test.
type Share struct {
	Share    float64 // of clients in the target subgroup, in truth
	Observed Number  // share of clients measured as members
	// Correct is the share of those measured as members who are.
	Correct Number

	Overall, Member, Interaction Diluted
}

// Diluted is an effect as found, as theory has it, and the power to find it.
type Diluted struct {
	Effect Number // mean of the trials' estimates
	Theory Number // from the effects in members and others as written, mixed in proportion
	Power  Number
}
