package run

import (
	"slices"
	"testing"

	"caseload/analysis/estimate"
	"caseload/scenarios"
)

// TestEveryEffectOnATimeSaysWhatSoonerMeans asks each method of times: where a
// larger effect is an earlier event, a note says so and whether that is good.
// Linkage is better sooner, the end of a stay worse.
func TestEveryEffectOnATimeSaysWhatSoonerMeans(t *testing.T) {
	later := []string{"rmst", "rmst_cluster", "median"} // days until the event
	for _, variable := range []struct{ name, sooner string }{{"time_to_linkage", "better"}, {"time_in_su", "worse"}} {
		if v, ok := scenarios.LookupVariable(variable.name); !ok || v.Kind != scenarios.Time {
			t.Fatalf("%s is no time", variable.name)
		}
		for _, method := range scenarios.Time.Methods() {
			est, ok := estimate.Lookup(method)
			if !ok {
				t.Fatalf("no method %s", method)
			}
			measure := est.Method().Measure
			row := &Row{Variable: variable.name, Effect: measure, Method: method}
			note := "a " + string(measure) + " above 0 means sooner, which is " + variable.sooner + " for the client"
			if got := slices.Contains(warnings(row, &Run{}), note); got == slices.Contains(later, method) {
				t.Errorf("%s of %s: noted %v: %q", method, variable.name, got, warnings(row, &Run{}))
			}
		}
	}
}
