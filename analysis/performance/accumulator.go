package performance

import "math"

// Sample is one replicate's estimate.
type Sample struct {
	Value    float64 // the estimate
	SE       float64 // its standard error; NaN if it has none
	Low      float64 // confidence limits; NaN if it has none
	High     float64
	P        float64 // two-sided p value; NaN if there is no test. Rejected decides
	SMD      float64 // standardized mean difference; NaN if it has none
	Truth    float64 // the replicate's own truth, for linear measures; else NaN
	OK       bool    // false: there is no estimate, and none of the numbers is used
	TestOnly bool    // though it is not OK there is a test
	Rejected bool    // the test rejected the null hypothesis
	Good     bool    // and in the direction that is good for clients
}

// Accumulator takes the samples of one effect. The zero value is ready. Two
// accumulators given the same samples in the same order hold the same bits.
type Accumulator struct {
	failed     int     // samples with neither an estimate nor a test
	testsAlone int     // samples with a test and no estimate
	value      moments // of Value
	difference moments // of Value - Truth
	variance   moments // of SE squared
	width      moments // of High - Low
	smd        moments // of SMD
	exceeding  moments // of |Value| among the rejected
	rejected   int
	good       int // rejected in the direction that is good for clients
	positive   int // rejected with Value > 0
	negative   int // rejected with Value < 0
	intervals  int // samples with an interval
	tests      int // samples with a test

	aboutTruth bracket // interval ends near the truth
	aboutMean  bracket // interval ends near the mean estimate
}

// Add takes one sample. Samples must come in order of replicate.
func (a *Accumulator) Add(s Sample) {
	if s.Good && (s.OK || s.TestOnly) {
		a.good++
	}
	if !s.OK {
		a.addTest(s)
		return
	}
	a.value.add(s.Value)
	a.difference.addDefined(s.Value - s.Truth)
	a.variance.addDefined(s.SE * s.SE)
	a.smd.addDefined(s.SMD)
	if s.Low <= s.High {
		a.intervals++
		a.width.addDefined(s.High - s.Low)
		a.aboutTruth.add(s.Low, s.High)
		a.aboutMean.add(s.Low, s.High)
	}
	if !math.IsNaN(s.P) {
		a.tests++
	}
	if s.Rejected {
		a.reject(s.Value)
	}
}

// addTest takes a sample without an estimate, which counts in the power if it has a
// test, and nowhere else.
func (a *Accumulator) addTest(s Sample) {
	if !s.TestOnly {
		a.failed++
		return
	}
	a.tests++
	a.testsAlone++
	if s.Rejected {
		a.rejected++
	}
}

func (a *Accumulator) reject(value float64) {
	a.rejected++
	a.exceeding.add(math.Abs(value))
	switch {
	case value > 0:
		a.positive++
	case value < 0:
		a.negative++
	}
}

// meanReach is how many standard errors of the mean estimate its final value
// is believed to be within. Each narrowing is a new chance to be wrong, and to
// be wrong costs the bias-eliminated coverage.
const meanReach = 8

// Narrow says that the final truth is believed to lie within halfWidth of
// center, so that interval ends farther away need not be kept. Call it at the
// end of each block of replicates, with some 6 MCSE of the truth so far: what is
// kept then grows with the square root of the number of replicates. The truth
// can be decided upon only within all brackets given; elsewhere coverage will be
// missing. A center or halfWidth that is NaN is ignored.
func (a *Accumulator) Narrow(center, halfWidth float64) {
	a.aboutTruth.narrow(center, halfWidth)
	if se := a.value.meanSE(); se > 0 {
		a.aboutMean.narrow(a.value.mean, meanReach*se)
	}
}

// Kept returns how many numbers the accumulator holds on to: a measure of memory.
func (a *Accumulator) Kept() int { return a.aboutTruth.kept() + a.aboutMean.kept() }
