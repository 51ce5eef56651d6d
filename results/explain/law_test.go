package explain

import (
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseload/results/report"
)

// anyExplanation has factors with numbers by chance: Shapley values, and steps and
// effects alone that may be of quite another order.
func anyExplanation(r *rand.Rand) *Explanation {
	e := linked()
	e.Clients, e.SharedQueues = 100, r.IntN(2) == 0
	names := []string{"mix", "uptake", "delivery", "capacity", "persistence", "attrition", "measurement", "selection"}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	e.Factors, e.Ideal.SMD = nil, report.Number(0.4*(2*r.Float64()-0.4))
	at := e.Ideal.SMD
	for _, name := range names[:1+r.IntN(len(names))] {
		shapley, step := report.Number(0.2*(r.Float64()-0.7)), report.Number(0.2*(r.Float64()-0.7))
		f := exampleFactor(name, "it is so", step, 0.3, shapley)
		f.FromReal, f.NewEstimand = report.Number(0.2*(r.Float64()-0.7)), name == "selection"
		f.StepLessShapley, f.StepLessShapleyMCSE = step-shapley, 0.01
		at += shapley
		e.Factors = append(e.Factors, f)
	}
	e.Observed.SMD = at
	return e
}

// firstNamed matches the factor that a sentence names by its Shapley value.
var firstNamed = regexp.MustCompile(`(?:comes from|MCSE [0-9.]+\) \(Shapley value\), by|better: |other hand, )(?: ?)([a-z ]+?)(?::| raises|\.)`)

// named returns the factor that the paragraph names first as what changes the effect;
// "" if it names none.
func named(e *Explanation) string {
	story := strings.ReplaceAll(e.story(), "The choice of whom to analyse is not a loss", "")
	m := firstNamed.FindStringSubmatch(story)
	if m == nil {
		return ""
	}
	for factor, words := range obstacles {
		if words == m[1] {
			return factor
		}
	}
	return "unknown: " + m[1]
}

// On crowded with more slots a user read that uptake takes most, beside a longest bar
// that was persistence's. The factor that the sentence names has the longest bar, and is
// the first in drawing and tables.
func TestTheFactorNamedHasTheLongestBarAndComesFirst(t *testing.T) {
	const all = 1000
	told := 0
	for seed := range uint64(all) {
		e := anyExplanation(rand.New(rand.NewPCG(seed, 2)))
		name := named(e)
		if name == "" {
			continue
		}
		told++
		longest, length, bars := "", 0.0, e.bars()
		for k := range bars[1 : len(bars)-1] {
			b := &bars[k+1]
			anew := slices.ContainsFunc(e.Factors, func(f Factor) bool { return f.Label() == b.Label && f.NewEstimand })
			if l := math.Abs(float64(b.To - b.From)); !anew && l > length {
				longest, length = b.Label, l
			}
		}
		first, table, alone := bars[1].Label, e.waterfall().Rows[1][0], e.alone().Rows[0][0]
		if name = labelOf(name); name != longest || name != first || name != table || name != alone {
			t.Errorf("seed %d: named %q, the longest bar is of %s, the first of %s, in the tables %s and %s:\n%s", seed, name, longest, first, table, alone, e.story())
		}
		if last := bars[len(bars)-2]; math.Abs(float64(last.To-e.Observed.SMD)) > 1e-9 {
			t.Errorf("seed %d: bars end at %v, observed is %v", seed, last.To, e.Observed.SMD)
		}
	}
	if told < all/2 {
		t.Errorf("%d of %d paragraphs name a factor", told, all)
	}
}

// The paragraph says that the order matters where a step is not the Shapley value, by
// more than their error, and names by that order what is not named already.
func TestTheParagraphSaysWhenTheOrderMatters(t *testing.T) {
	e := linked()
	e.Factors = []Factor{exampleFactor("uptake", "", -0.12, 0.6, -0.097), exampleFactor("delivery", "", -0.01, 0.6, -0.087), exampleFactor("persistence", "", -0.2, 0.4, -0.072)}
	e.Factors[1].FromReal = -0.21
	if s := e.story(); strings.Contains(s, "order") {
		t.Errorf("no step differs from its Shapley value: %s", s)
	}
	e.Factors[2].StepLessShapley, e.Factors[2].StepLessShapleyMCSE = -0.128, 0.004
	const want = "The order in which factors become real matters: in causal order the largest step, -0.200 SD (MCSE 0.011), is that of the fading of effects after contacts. " +
		"If one alone were ideal in this trial, the delivery of the program would make the largest difference, 0.210 SD (MCSE 0.014)."
	if s := e.story(); !strings.Contains(s, want) {
		t.Errorf("got %s, want %s", s, want)
	}
	e.Factors[2].StepLessShapleyMCSE = 0.05
	if s := e.story(); strings.Contains(s, "order") {
		t.Errorf("a difference by chance: %s", s)
	}
}

// With queues the clients are those of a trial with which slots and staff grow, and it
// is said how they differ from those of caseload size.
func TestClientsWithQueuesAreOfAGrowingTrial(t *testing.T) {
	e := linked()
	e.SharedQueues = true
	const want = "For 80 % power, if slots and staff grow with the trial, a trial in the ideal world would need 190 clients (MCSE 9) and this one 400 clients (MCSE 31). It has 245. " +
		"The command caseload size keeps slots and staff as they are, unless it is given --scale slots --scale staff."
	if s := e.story(); !strings.HasSuffix(s, want) {
		t.Errorf("got %s, want %s", s, want)
	}
}

// A rollout to everyone is told beside the trial where the two differ by more than chance.
func TestRolloutIsToldWhereItDiffers(t *testing.T) {
	for _, c := range []struct {
		rollout report.Number
		want    string
	}{
		{0.012, "The true effect in the trial is 11.80 percentage points (MCSE 0.20). With everyone in the one arm or in the other, and the same staff and slots, it is 1.20 percentage points (MCSE 0.20)."},
		{0.115, ""}, {report.Missing(), ""},
	} {
		e := linked()
		e.Measure, e.Truth, e.TruthMCSE, e.Rollout, e.RolloutMCSE = "RD", 0.118, 0.002, c.rollout, 0.002
		if s := e.story(); c.want == "" && strings.Contains(s, "the same staff") || !strings.Contains(s, c.want) {
			t.Errorf("rollout %v: got %s, want %s", c.rollout, s, c.want)
		}
	}
}
