package size

import (
	"math"
	"testing"

	"caseload/analysis"
	"caseload/analysis/estimate"
)

// Fits with a test and no estimate are none that failed, and their arms count: half of
// the fits of a rare event were called failed, and the arms were those of the others.
func TestFitsWithoutAnEstimateAreNoFailures(t *testing.T) {
	nan := math.NaN()
	var s sums
	s.add(&analysis.Fit{Status: estimate.OK, Value: 1, SMD: 0.5, N1: 10, N0: 10, Mean1: 0.4, Mean0: 0.1})
	s.add(&analysis.Fit{Status: estimate.NoEstimate, Value: nan, SMD: nan, N1: 10, N0: 10, Mean1: 0.2, P: 0.2})
	s.add(&analysis.Fit{Status: estimate.EmptyArm, Value: nan, SMD: nan, Mean1: nan, Mean0: nan})
	if s.failed != 1 || s.testsAlone != 1 || s.n != 1 || s.value != 1 || s.smd != 0.5 {
		t.Errorf("%+v", s)
	}
	if s.total != [2]float64{1, 6} || s.rows != [2]float64{20, 20} {
		t.Errorf("arms: %v of %v", s.total, s.rows)
	}
	r := &runner{seen: map[float64][]sums{1: {s}}}
	if failed, fits := r.fitted(); failed != 1 || fits != 3 {
		t.Errorf("%d of %d fits failed", failed, fits)
	}
}
