package explain

import (
	"math"
	"testing"

	"caseload/analysis/verdict"
	"caseload/internal/suite"
)

// The part that the causal order makes is the step less the Shapley value, of each
// factor and with no error where one is; a rollout is known only where clients
// share queues and there are replicates enough.
func TestOrderIsStepLessShapley(t *testing.T) {
	e := run(t, builtin(t, "crowded"), Question{}, 8)
	sum := 0.0
	for _, f := range e.Factors {
		for _, x := range [][3]Number{{f.Order.SMD, f.Step.SMD, f.Shapley.SMD}, {f.Order.Units, f.Step.Units, f.Shapley.Units}} {
			if got, want := x[0].Value, x[1].Value-x[2].Value; math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: %v, want %v", f.Name, got, want)
			}
		}
		sum += f.Order.SMD.Value
	}
	if math.Abs(sum) > 1e-12 { // both sum to observed less ideal
		t.Errorf("they sum to %v", sum)
	}
	if e.Truth.Known() || e.Rollout.Known() {
		t.Errorf("8 replicates tell of a rollout: %v, %v", e.Truth, e.Rollout)
	}
}

// On crowded a trial shows what a rollout would not: the queue is passed by the few.
func TestRolloutIsKnownWhereClientsShareQueues(t *testing.T) {
	suite.Long(t)
	e := run(t, builtin(t, "crowded"), Question{}, verdict.Enough)
	if e.Measure != "RD" || !(e.Truth.Value > e.Rollout.Value+4*math.Hypot(e.Truth.MCSE, e.Rollout.MCSE)) {
		t.Errorf("%s: %v in the trial, %v rolled out", e.Measure, e.Truth, e.Rollout)
	}
}
