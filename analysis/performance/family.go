package performance

import (
	"fmt"

	"caseload/analysis/measure"
)

// FamilyAccumulator counts over replicates what the tests of one trial reject together,
// after adjustment for how many they are: those whose adjusted p value is below
// the level, as a single test's is. Two families given the same p values
// hold the same counts, in whatever order of the replicates.
type FamilyAccumulator struct {
	how      Correction
	alpha    float64
	adjusted []float64
	n        int
	each     []int
	any, all int
	count    moments // rejections in a replicate
}

// NewFamilyAccumulator returns the accumulator of a family of so many tests at level
// alpha, with a correction. It panics at one that Check refuses.
func NewFamilyAccumulator(how Correction, alpha float64, tests int) *FamilyAccumulator {
	if err := how.Check(tests); err != nil || !(alpha > 0 && alpha < 1) {
		panic(fmt.Sprintf("performance: a family of %d tests, adjustment %q, at level %v: %v", tests, how.Method, alpha, err))
	}
	how.shared.enough = alpha
	return &FamilyAccumulator{how: how, alpha: alpha, adjusted: make([]float64, tests), each: make([]int, tests)}
}

// Groups tells Dunnett's procedure of the next replicate, see Correction.Groups.
func (f *FamilyAccumulator) Groups(treated, control []float64, df float64) {
	f.how.Groups(treated, control, df)
}

// Add takes the p values of one replicate, in the order of the tests; NaN of a
// test that came to nothing, which then rejects nothing.
func (f *FamilyAccumulator) Add(p []float64) {
	if len(p) != len(f.each) {
		panic(fmt.Sprintf("performance: %d p values in a family of %d", len(p), len(f.each)))
	}
	f.adjusted = f.how.Adjust(p, f.adjusted)
	rejected := 0
	for i, adjusted := range f.adjusted {
		if adjusted < f.alpha {
			f.each[i]++
			rejected++
		}
	}
	f.n++
	f.count.add(float64(rejected))
	if rejected > 0 {
		f.any++
	}
	if rejected == len(p) {
		f.all++
	}
}

// Rate is a share of replicates, its MCSE sqrt(p(1-p)/n), and its 95 % Wilson
// interval. Of no replicate all are missing.
type Rate struct {
	Share measure.Number `json:"share"`
	MCSE  measure.Number `json:"mcse"`
	Low   measure.Number `json:"low"`
	High  measure.Number `json:"high"`
}

// NewRate returns that of count in n.
func NewRate(count, n int) Rate { return rate(count, n) }

// rate returns that of count in n.
func rate(count, n int) (r Rate) {
	r.Share, r.MCSE = measure.Numbers(share(count, n))
	r.Low, r.High = measure.Numbers(wilson(count, n))
	return r
}

// FamilyMeasures describes the performance of a family of tests. Where no null hypothesis is
// true, Any is disjunctive power and All is conjunctive power (Senn & Bretz
// 2007, Pharm Stat 6:161); where all are true, Any is the familywise error rate.
type FamilyMeasures struct {
	N    int    // replicates
	Each []Rate // rejections of each test
	Any  Rate   // at least one test rejects
	All  Rate   // every test rejects
	// Rejections is the mean number of tests that reject: over the number of
	// tests, average power.
	Rejections, RejectionsMCSE measure.Number
}

// Measures concludes about the replicates so far.
func (f *FamilyAccumulator) Measures() FamilyMeasures {
	m := FamilyMeasures{N: f.n, Any: rate(f.any, f.n), All: rate(f.all, f.n)}
	for _, count := range f.each {
		m.Each = append(m.Each, rate(count, f.n))
	}
	m.Rejections, m.RejectionsMCSE = measure.Numbers(f.count.average(), f.count.meanSE())
	return m
}
