package analysis

import (
	"math"
	"testing"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/scenarios"
)

// The range of a margin follows from the scale of the measure that a method
// estimates, for all methods of all variables. A margin of 5 for a risk difference
// went through.
func TestMarginsAreBoundedByTheScaleOfTheMeasure(t *testing.T) {
	for _, v := range scenarios.Variables() {
		for _, name := range v.Methods() {
			e, _ := estimate.Lookup(name)
			m := e.Method()
			if v.Kind == scenarios.Binary {
				m.Measure = m.Measure.OfShares()
			}
			limit, effect := scenarios.MarginLimit(scenarios.Outcome{AtDays: 365}, v, name)
			if m.Interaction && !math.IsInf(limit, 1) {
				limit /= 2
			}
			want := math.Inf(1)
			switch scale := m.Measure.Scale(); {
			case scale == measure.Share || m.Measure == measure.CliffsDelta:
				want = 1
			case scale == measure.Days:
				want = 365
			case v.Name == "use_days_month" && scale == measure.Own:
				want = 30
			case scale == measure.Own && v.Kind == scenarios.Continuous && limit == 365:
				want = 365 // days, which scales don't tell from scores
			}
			if limit != want || (effect == "") != math.IsInf(limit, 1) {
				t.Errorf("%s of %s: a margin below %v (%s), want %v", name, v.Name, limit, effect, want)
			}
		}
	}
}
