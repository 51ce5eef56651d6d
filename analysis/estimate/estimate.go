package estimate

import (
	"fmt"
	"math"

	"caseload/analysis/numeric"
)

// Data is one contrast of one outcome: the rows of two arms that are in the
// analysis set and have the outcome. It is reused from fit to fit.
type Data struct {
	Treated []bool      // true in the arm whose effect is asked, false in control
	Y       []float64   // 0 or 1; a number; or a time
	Event   []bool      // for times: it ended in the event, else in censoring
	X       [][]float64 // covariates, [covariate][row]; may be nil
	Missing int         // rows of the set left out because the outcome is missing
}

// Reset empties the data for another filling with the given number of
// covariates, keeping the memory.
func (d *Data) Reset(covariates int) {
	d.Treated, d.Y, d.Event, d.Missing = d.Treated[:0], d.Y[:0], d.Event[:0], 0
	for len(d.X) < covariates {
		d.X = append(d.X, nil)
	}
	d.X = d.X[:covariates]
	for j := range d.X {
		d.X[j] = d.X[j][:0]
	}
}

// check panics where the columns don't belong together.
func (d *Data) check(times bool) {
	n := len(d.Y)
	bad := len(d.Treated) != n || times && len(d.Event) != n
	for _, x := range d.X {
		bad = bad || len(x) != n
	}
	if bad {
		panic(fmt.Sprintf("estimate: %d outcomes, but %d arms, %d events, %d covariates of other lengths",
			n, len(d.Treated), len(d.Event), len(d.X)))
	}
}

// Estimate is what one analysis of one trial says. Numbers that are not
// defined are NaN; after a failed fit (Status other than OK) all are.
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

// Status tells why there is no estimate.
type Status uint8

const (
	OK           Status = iota
	EmptyArm            // an arm has no row
	TooFew              // too few rows for a variance
	NoEvents            // no event in either arm
	ZeroVariance        // the outcome or the test has no variance
	EmptyCell           // a cell of the two-by-two table is zero
	NotConverged        // the iterations did not settle
	Separated           // the likelihood has no maximum: an infinite estimate
	BadData             // a number that is not finite, or a binary outcome other than 0 and 1
)

var statusNames = [...]string{"ok", "empty arm", "too few rows", "no events", "zero variance",
	"empty cell", "not converged", "separated", "bad data"}

// Statuses is how many statuses there are: counts by status fit an array of
// this length.
const Statuses = len(statusNames)

func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// Kind is the kind of outcome that a method analyses.
type Kind uint8

const (
	Binary Kind = iota
	Continuous
	Time
)

func (k Kind) String() string {
	switch k {
	case Binary:
		return "binary"
	case Continuous:
		return "continuous"
	case Time:
		return "time"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Method describes an estimator.
type Method struct {
	Name    string // as in a scenario's outcome.method
	Kind    Kind   // of outcome
	Measure string // "RD", "log OR", "MD", "SMD" or "log HR"
	// Linear tells that the measure is a difference of means, so that each
	// replicate's own truth averages to the truth.
	Linear bool
	// Covariates tells that Data.X is used.
	Covariates bool
}

// Estimator is one analysis of one outcome.
type Estimator interface {
	Method() Method
	// Fit analyses d with two-sided tests and intervals at level alpha, in
	// (0, 1). It panics if the columns of d differ in length.
	Fit(d *Data, alpha float64, w *Work) Estimate
}

// all is every estimator, in the order in which they are listed to people.
var all = []Estimator{riskDifference{}, oddsRatio{}, welch{}, student{}, hedgesG{}, logRank{}, cox{}}

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
	critical numeric.Criticals
	times    timeOrder
	risk     []atRisk
	cox      coxWork
	design   [][]float64 // the arm beside Data.X
	arm      []float64
}

// failed is the estimate of a fit that came to nothing.
func failed(n int, s Status) Estimate {
	nan := math.NaN()
	return Estimate{Value: nan, SE: nan, Low: nan, High: nan, Stat: nan, DF: nan, P: nan, SMD: nan, N: n, Status: s}
}

// waldZ is the estimate with a normal interval and test; SMD is left NaN.
func waldZ(value, se float64, n int, alpha float64, w *Work) Estimate {
	stat, half := value/se, w.critical.Normal(alpha)*se
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
