package estimate

import (
	"math"
	"testing"
)

func TestRiskRatioEdges(t *testing.T) {
	for _, c := range []struct {
		table [4]int
		want  Status
	}{{[4]int{0, 9, 3, 7}, EmptyCell}, {[4]int{3, 7, 0, 9}, EmptyCell}, {[4]int{9, 0, 7, 0}, ZeroVariance}, {[4]int{9, 0, 3, 7}, OK}} {
		d := tableData(c.table[0], c.table[1], c.table[2], c.table[3])
		if got := fit(riskRatio{}, d); got.Status != c.want {
			t.Errorf("%v: %v", c.table, got.Status)
		}
	}
	got := fit(riskRatio{}, tableData(9, 0, 3, 7)) // all of the treated
	near(t, "SE", got.SE, math.Sqrt(0.7/3), closedForm)
}

// Arms without variance still count in a comparison of risks.
func TestConstantProportions(t *testing.T) {
	for _, e := range []Estimator{riskDifference{}, chiSquare{}, standardized{}} {
		if got := fit(e, tableData(9, 0, 7, 0)); got.Status != OK || got.Value != 0 || got.P != 1 {
			t.Errorf("%s, all: %+v", e.Method().Name, got)
		}
		if got := fit(e, tableData(0, 9, 3, 7)); got.Status != OK || math.Abs(got.Value+0.3) > 1e-12 || !(got.SE > 0) {
			t.Errorf("%s, none treated: %+v", e.Method().Name, got)
		}
	}
	if got := fit(standardized{}, tableData(9, 0, 0, 7)); got.Status != ZeroVariance {
		t.Errorf("opposite arms: %+v", got)
	}
	if got := fit(chiSquare{}, tableData(9, 0, 0, 7)); got.Status != OK || !(got.P < 0.001) {
		t.Errorf("opposite arms: %+v", got)
	}
}
