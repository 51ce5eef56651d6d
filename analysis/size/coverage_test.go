package size

import (
	"context"
	"fmt"
	"testing"
)

// differingTOML is a trial whose case managers, four in one arm, differ in what they
// add to a score: the intraclass correlation is 16/(16 + 100) = 0.138, and with 10
// clients each the variance of the arm's mean is 2.24 times what a test takes it for
// that counts clients. Of the variance of the difference they make
// (2.24 + 1)/2 = 1.62, so that a 95 % interval of such a test holds the truth in
// 2 Phi(1.96/sqrt(1.62)) - 1 = 87.6 % of trials.
const differingTOML = `
title = "differing"
[trial]
clients = 80
accrual = { over_days = 30, pattern = "fixed" }
follow_up_days = [30]
randomization = { method = "blocks", sizes = [2] }
[[arm]]
name = "managed"
programs = ["help"]
[[arm]]
name = "usual"
control = true
[program.help]
first_contact = { day = 0 }
staff = %d
spread = %v
[[program.help.effect]]
on = "health"
points = 5
lasts_days = 40
direct = true
[health]
mean = 50
sd = 10
[[outcome]]
name = "score"
variable = "health"
at_days = 30
%s
[size]
max_replicates = 4000
`

func checkOf(t *testing.T, text, method string) Check {
	t.Helper()
	res, err := Run(context.Background(), compiled(t, text), Question{Solve: Power, Method: method}, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Answers[0].Checks) != 1 {
		t.Fatalf("got %d checks, want one", len(res.Answers[0].Checks))
	}
	return res.Answers[0].Checks[0]
}

// TestSizeSaysThatItsMethodFails: where case managers differ, the coverage of a test
// that counts clients is scored at the answer and found too small, and a method that
// holds stands beside it; its own coverage is right.
func TestSizeSaysThatItsMethodFails(t *testing.T) {
	c := checkOf(t, fmt.Sprintf(differingTOML, 4, 4.0, ""), "welch")
	if c.Valid || !c.Fails || c.Instead == "" {
		t.Errorf("welch: %+v, want it to fail, and another method", c)
	}
	if d := float64(c.Coverage) - 0.876; d > 4*float64(c.MCSE) || d < -4*float64(c.MCSE) {
		t.Errorf("welch covers in %v (MCSE %v), want 0.876", c.Coverage, c.MCSE)
	}
	// 0.935 is what a level of 6.5 % leaves; 4 standard errors of 1,000 trials are 0.031.
	if c.InsteadCover < 0.935-0.031 {
		t.Errorf("%s covers in %v", c.Instead, c.InsteadCover)
	}
	same := checkOf(t, fmt.Sprintf(differingTOML, 4, 0, ""), "welch")
	if !same.Valid || same.Fails || same.Instead != "" {
		t.Errorf("case managers who do not differ: %+v, want nothing the matter", same)
	}
	two := checkOf(t, fmt.Sprintf(differingTOML, 2, 4.0, ""), "welch")
	if !two.NoMethod || two.Instead != "" {
		t.Errorf("two case managers: %+v, want no method", two)
	}
}

// TestSizeTakesTheIntervalOfAOneSidedTestForWhatItIs: one of 90 %, where alpha is 0.05.
// It was said to miss the truth too often, in as many trials as it should.
func TestSizeTakesTheIntervalOfAOneSidedTestForWhatItIs(t *testing.T) {
	c := checkOf(t, fmt.Sprintf(differingTOML, 4, 0, "sides = 1"), "welch")
	if d := float64(c.Coverage) - 0.9; c.Fails || c.Claimed != 0.9 || d > 4*float64(c.MCSE) || d < -4*float64(c.MCSE) {
		t.Errorf("got %+v, want 90 %% of the intervals to hold the truth, and nothing the matter", c)
	}
}

// TestSizeAnswersForAValidMethod: a scenario that names a test which does not hold is
// answered for one that does, unless a method is asked for.
func TestSizeAnswersForAValidMethod(t *testing.T) {
	if c := checkOf(t, fmt.Sprintf(differingTOML, 12, 4.0, "method = \"welch\""), ""); c.Method != "cluster_robust" || !c.Valid {
		t.Errorf("got %+v, want cluster_robust", c)
	}
}
