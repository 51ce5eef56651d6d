package estimate

import (
	"fmt"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// Data is one contrast of one outcome: the rows of two arms that are in the
// analysis set. It is reused from fit to fit. Columns after Y are there for
// methods that need them (Method.Needs) and empty for others.
type Data struct {
	Treated []bool // true in the arm whose effect is asked, false in control
	// Y is 0 or 1, a number, a count, or a time. Rows without it are left out and
	// counted in Missing, but for methods that need Incomplete rows: there it is
	// NaN.
	Y       []float64
	X       [][]float64 // covariates of the plan, [covariate][row], none missing; may be nil
	Missing int         // rows of the set that have no outcome
	ByVisit int         // how many of X, the first ones, have a coefficient at each visit in a model of several: the outcome at baseline

	Event     []bool      // Events: the time ended in the event, else in censoring
	Competing []bool      // Competing: censored by what rules the event out, such as death
	Exposure  []float64   // Exposures: days in which what is counted could happen, above 0
	Period    float64     // Exposures: days of a full exposure, the unit of rates; 0: a day
	Cluster   []int32     // Clusters: whose clients are alike, numbered; -1: the row is a cluster of its own
	Site      []int32     // Levels: numbered from 0
	Manager   []int32     // Levels: the case manager, numbered; -1: none
	When      []int32     // Periods: the period of the trial, numbered from 0
	Exposed   []int32     // Periods: how many periods the cluster has been treated, from 1 in its first; 0 in control
	Weight    []float64   // Regimes: of the row, above 0
	Person    []int32     // Regimes: the client, numbered; one who is in both regimes has two rows
	Stratum   []int32     // Strata: numbered from 0
	Member    []bool      // Members: of the subgroup whose interaction with the arm is asked
	Received  []bool      // Receipts: got what the treated arm offers
	Earlier   [][]float64 // Repeats: the outcome at earlier visits, [visit][row]; NaN where missed
	Recurring Recurring   // Recurrences: the times of all events of the rows
	Source    Source      // Draws: of random numbers
	Most      float64     // Bounded: days, from 1
	Weighting Weighting   // of the events in a weighted log-rank test
	Assume    Assumption  // Incomplete: what is supposed of missing outcomes
}

// Source is a stream of random bits.
type Source interface{ Uint64() uint64 }

// Reset empties the data for another filling with the given number of
// covariates and of earlier visits, keeping the memory.
func (d *Data) Reset(covariates, visits int) {
	d.Treated, d.Y, d.Event, d.Competing, d.Missing, d.ByVisit = d.Treated[:0], d.Y[:0], d.Event[:0], d.Competing[:0], 0, 0
	d.Exposure, d.Period, d.Cluster, d.Stratum = d.Exposure[:0], 0, d.Cluster[:0], d.Stratum[:0]
	d.Site, d.Manager, d.When, d.Exposed = d.Site[:0], d.Manager[:0], d.When[:0], d.Exposed[:0]
	d.Member, d.Received, d.Source = d.Member[:0], d.Received[:0], nil
	d.Weight, d.Person = d.Weight[:0], d.Person[:0]
	d.Assume, d.Weighting, d.Most = Assumption{}, Weighting{}, 0
	d.Recurring.reset()
	d.X, d.Earlier = emptied(d.X, covariates), emptied(d.Earlier, visits)
}

// check panics where the columns that a method needs don't belong together.
func (d *Data) check(needs Needs) {
	n := len(d.Y)
	bad := len(d.Treated) != n
	for _, c := range [...]struct {
		need Needs
		rows int
	}{{Events, len(d.Event)}, {Competing, len(d.Competing)}, {Exposures, len(d.Exposure)}, {Clusters, len(d.Cluster)},
		{Levels, len(d.Site)}, {Levels, len(d.Manager)}, {Periods, len(d.When)}, {Regimes, len(d.Weight)}, {Regimes, len(d.Person)}, {Periods, len(d.Exposed)},
		{Strata, len(d.Stratum)}, {Members, len(d.Member)}, {Receipts, len(d.Received)}} {
		bad = bad || needs&c.need != 0 && c.rows != n
	}
	for _, x := range d.X {
		bad = bad || len(x) != n
	}
	if needs&Repeats != 0 {
		for _, x := range d.Earlier {
			bad = bad || len(x) != n
		}
	}
	bad = bad || needs&Recurrences != 0 && !d.Recurring.fits(n)
	if bad || needs&Draws != 0 && d.Source == nil {
		panic(fmt.Sprintf("estimate: %d outcomes and %d arms, but a column that is needed has another length or is missing", n, len(d.Treated)))
	}
}

// Estimate is the result of one analysis of one trial. Numbers that are not
// defined are NaN; after a failed fit all are, but for those of the test of NoEstimate.
type Estimate struct {
	Value float64 // the effect, treated minus control, in units of Method.Measure
	SE    float64 // its standard error
	Low   float64 // lower limit at 1 - alpha
	High  float64 // upper limit
	Stat  float64 // the test statistic, t or signed z
	DF    float64 // degrees of freedom of a t statistic; NaN for z
	P     float64 // two-sided p value
	SMD   float64 // the effect as a standardized mean difference

	N      int // rows analysed
	Status Status
}

// Model is implemented by an estimator whose effect depends on what else is in
// the model, as that of a logistic regression does. Its true value is that of
// the same model on complete data.
type Model interface {
	Estimator
	// Shape is how many coefficients the model has with so many covariates, and
	// which of them is the effect.
	Shape(covariates int) (size, effect int)
	// Coefficients fits the model. They live in w until its next fit; what others
	// determine is NaN.
	Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status)
	// Score adds to score the derivative of the model's objective at beta, and to
	// information, row by row, minus the second derivative.
	Score(d *Data, beta, score, information []float64, w *Work)
}

// Status tells why there is no estimate, or what is the matter with it.
type Status uint8

const (
	OK              Status = iota
	EmptyArm               // an arm has no row
	TooFew                 // too few rows for a variance
	NoEvents               // no event in either arm
	ZeroVariance           // the outcome or the test has no variance
	EmptyCell              // a cell of the two-by-two table is zero
	NotConverged           // the iterations did not settle
	Separated              // the likelihood has no maximum: an infinite estimate
	BadData                // a number that is not finite, or a binary outcome other than 0 and 1
	TooFewClusters         // too few clusters for a variance
	WeakInstrument         // the arms hardly differ in what they received: no effect of it can be told
	NotReached             // a median, or another quantile, lies beyond the data
	Boundary               // a variance is estimated as zero: the estimate stands
	NoEstimate             // the estimate is infinite or undefined, and the test decides without it
	NotMade                // an analysis made elsewhere has not been made of the trial
	FailedElsewhere        // it has, and came to nothing
)

var statusNames = [...]string{"ok", "empty arm", "too few rows", "no events", "zero variance",
	"empty cell", "not converged", "separated", "bad data", "too few clusters", "weak instrument", "not reached", "boundary variance", "no estimate", "not reported", "reported as failed"}

// Statuses is how many statuses there are: counts by status fit an array of
// this length.
const Statuses = len(statusNames)

// Failed reports whether there is no estimate.
func (s Status) Failed() bool { return s != OK && s != Boundary }

// Tested reports whether there is a result that a test can decide by, with an
// estimate or without.
func (s Status) Tested() bool { return !s.Failed() || s == NoEstimate }

func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// Kind is a kind of outcome, or several: a set of bits.
type Kind uint8

const (
	Binary Kind = 1 << iota
	Continuous
	Time
	Count
)

// Numbers are the outcomes whose means are compared.
const Numbers = Continuous | Count

// Needs are the columns of Data, beside Treated, Y and X, that a method works
// on: a set of bits.
type Needs uint32

const (
	Events Needs = 1 << iota
	Competing
	Exposures
	Clusters
	Strata
	Members
	Receipts
	Repeats
	Draws
	Incomplete // rows whose outcome is missing
	Alive      // but of these none of clients who died before the outcome was measured
	Recurrences
	Levels  // site and case manager
	Bounded // the largest outcome there can be
	Periods // of a trial whose clusters change arms, and how long a cluster has been treated
	Regimes // weights of rows, and whose they are
)

// Method describes an estimator.
type Method struct {
	Name    string // as in a scenario's outcome.method
	Kinds   Kind   // of outcomes that it analyses
	Measure measure.Measure
	Needs   Needs
	// Linear tells that the measure is a difference of means, so that each
	// replicate's own truth averages to the truth.
	Linear bool
	// Covariates tells that Data.X is used.
	Covariates bool
	// Interaction tells that the effect is that among members of the subgroup less
	// that among the others, and not an effect itself.
	Interaction bool
	// Clustered tells that the standard error allows for clients of a cluster
	// being alike.
	Clustered bool
	// Conditional tells that the effect is that among clients of one cluster, so that
	// its truth is of Model with the clusters of the trial.
	Conditional bool
	// Nested tells that only the treated arm has clusters: those of control are
	// ignored.
	Nested bool
	// ByExposure tells that the effect is the average of those after each number of
	// periods of exposure, all with one weight.
	ByExposure bool
	// Dispersed tells that counts may vary by more than a Poisson distribution
	// does, or less.
	Dispersed bool
	// Exact tells that no approximation is in the test and the interval: they keep
	// their level in any sample, and so err more rarely than the level says.
	Exact bool
	// NullTest tells that the test takes its variance as if there were no effect
	// and the interval does not, so that the two can disagree at the edge.
	NullTest bool
	// TestOnly tells that the method is a test, and never gives an estimate.
	TestOnly bool
	// Limits tells how the interval comes about, so that it can be had at another
	// level from the estimate alone.
	Limits Limits
}

// Limits is a kind of confidence interval.
type Limits uint8

const (
	Wald     Limits = iota // Value -+ quantile x SE, of t with DF or normal
	Newcombe               // of two proportions
	Own                    // otherwise: only from the data
)

// Estimator is one analysis of one outcome.
type Estimator interface {
	Method() Method
	// Fit analyses d with two-sided tests and intervals at level alpha, in
	// (0, 1). It panics if the columns of d differ in length.
	Fit(d *Data, alpha float64, w *Work) Estimate
}

// all is every estimator, in the order in which they are listed to people.
var all = slices.Concat(binaryMethods, linearMethods, missingMethods, countMethods, aliveMethods, timeMethods)

// Lookup finds an estimator by its method's name.
func Lookup(name string) (Estimator, bool) {
	for _, e := range all {
		if e.Method().Name == name {
			return e, true
		}
	}
	return nil, false
}

// Methods lists the methods there are, binary outcomes first.
func Methods() []Method {
	ms := make([]Method, len(all))
	for i, e := range all {
		ms[i] = e.Method()
	}
	return ms
}

// Work is the scratch that estimators reuse. The zero value is ready. One
// goroutine at a time.
type Work struct {
	critical  numeric.Criticals
	times     timeOrder
	risk      []atRisk
	cox       coxWork
	survival  survivalWork
	pseudo    pseudoWork
	subhazard subhazardWork
	design    [][]float64 // the arm beside Data.X
	arm       []float64
	ranks     rankWork
	missing   missingWork
	linear    linearWork
	glm       glmWork
	mixed     mixedLogit
	gee       geeWork
	fisher    fisherWork
	recurrent recurrentWork
	days      betaBinomialWork
	regimes   regimeWork
	permuted  permutation
}

// failed returns the estimate of a fit that came to nothing.
func failed(n int, s Status) Estimate {
	nan := math.NaN()
	return Estimate{Value: nan, SE: nan, Low: nan, High: nan, Stat: nan, DF: nan, P: nan, SMD: nan, N: n, Status: s}
}

// testOnly returns what is left of an analysis whose effect can't be estimated.
func testOnly(n int, stat, p float64) Estimate {
	e := failed(n, NoEstimate)
	e.Stat, e.P = stat, p
	return e
}

// waldZ returns the estimate with a normal interval and test; SMD is left NaN.
func waldZ(value, se float64, n int, alpha float64, w *Work) Estimate {
	stat, half := value/se, float64(w.critical.Normal(alpha)*se)
	return Estimate{Value: value, SE: se, Low: value - half, High: value + half,
		Stat: stat, DF: math.NaN(), P: numeric.NormalTwoSided(stat), SMD: math.NaN(), N: n}.orBad()
}

// orBad turns an estimate that overflowed, or was fed numbers that are not
// finite, into a failure.
func (e Estimate) orBad() Estimate {
	if sum := e.Value + e.SE + e.Low + e.High; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return failed(e.N, BadData)
	}
	return e
}
