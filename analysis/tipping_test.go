package analysis

import (
	"fmt"
	"math"
	"testing"
)

// With the median tipping point as a delta half of the findings are left, since the draws
// are the same; and findings are counted as those in favour of the arm.
func TestTheMedianTippingPointTipsHalfOfTheFindings(t *testing.T) {
	outcome := func(more string) string {
		return eventsTOML(1, 0, "after_arrest = 1", "[attrition]\nloss = { probability = 0.4, by_days = 180 }\n[[outcome]]\nname = \"days\"\nvariable = \"days_using\"\nmethod = \"multiple_imputation\"\n"+more)
	}
	const replicates = 128
	r := run(t, parse(t, outcome("tipping = true\n")), Options{Replicates: replicates, Seed: 21})
	row := &r.Rows[0]
	x := row.Tipping
	if got := float64(row.Power) * replicates; x == nil || math.Abs(got-float64(x.Findings)) > 1e-9 || x.Findings < 20 {
		t.Fatalf("%v findings, %+v", got, x)
	}
	if !(x.Delta > 0) || !(x.DeltaMCSE > 0) { // more days using is worse
		t.Fatalf("tips at %v (%v)", x.Delta, x.DeltaMCSE)
	}
	again := run(t, parse(t, outcome(fmt.Sprintf("missing = { delta = %v }\n", float64(x.Delta)))), Options{Replicates: replicates, Seed: 21})
	left := float64(again.Rows[0].Power) * replicates
	if half := float64(x.Findings) * (1 - float64(x.Stays)) / 2; math.Abs(left-half-float64(x.Stays)*float64(x.Findings)) > 2 {
		t.Errorf("%v findings are left of %d", left, x.Findings)
	}
	if again.Rows[0].Tipping != nil {
		t.Error("tipping points that nobody asked for")
	}
}
