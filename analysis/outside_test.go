package analysis

import (
	"context"
	"math"
	"strings"
	"testing"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
)

// What the plan's own methods estimate scores as they do when it comes from elsewhere: truth,
// bias, errors, coverage, power, type S and M, each to the last bit.
func TestEstimatesFromElsewhereScoreLikeOurs(t *testing.T) {
	m := compile(t, "needle-exchange", "trial.clients=60")
	const replicates = 300
	keys, err := Rows(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	fits := map[[2]int]Fit{}
	if _, err := Run(context.Background(), m, Options{Replicates: replicates, Seed: 3, Visit: func(r, k int, f Fit) { fits[[2]int{r, k}] = f }}); err != nil {
		t.Fatal(err)
	}
	var elsewhere []Outside
	var from []int
	for k, key := range keys {
		e, _ := estimate.Lookup(key.Method)
		if e.Method().Interaction {
			continue
		}
		elsewhere = append(elsewhere, Outside{Outcome: key.Outcome, Subgroup: key.Subgroup, Method: "my_" + key.Method})
		from = append(from, k)
	}
	r, err := Run(context.Background(), m, Options{Replicates: replicates, Seed: 3, Outside: elsewhere, Answer: func(r, k int) (OutsideFit, bool) {
		f := fits[[2]int{r, from[k]}]
		return OutsideFit{f.Value, f.SE, f.Low, f.High, f.P}, true
	}})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for k := range r.Rows {
		ours := &r.Rows[k]
		for j := range r.Rows {
			theirs := &r.Rows[j]
			if !theirs.Outside || theirs.Method.Name != "my_"+ours.Method.Name || theirs.OutcomeSpec != ours.OutcomeSpec || theirs.SubgroupName != ours.SubgroupName {
				continue
			}
			compared++
			for name, pair := range map[string][2]measure.Number{
				"truth": {ours.Truth, theirs.Truth}, "truth_mcse": {ours.TruthMCSE, theirs.TruthMCSE}, "rollout": {ours.TruthRollout, theirs.TruthRollout},
				"bias": {ours.Bias, theirs.Bias}, "bias_mcse": {ours.BiasMCSE, theirs.BiasMCSE}, "empirical_se": {ours.EmpiricalSE, theirs.EmpiricalSE},
				"model_se": {ours.ModelSE, theirs.ModelSE}, "coverage": {ours.Coverage, theirs.Coverage}, "power": {ours.Power, theirs.Power},
				"type_s": {ours.TypeS, theirs.TypeS}, "type_m": {ours.TypeM, theirs.TypeM}, "truth_sd": {ours.TruthSD, theirs.TruthSD},
			} {
				if math.Float64bits(float64(pair[0])) != math.Float64bits(float64(pair[1])) && (pair[0].Known() || pair[1].Known()) {
					t.Errorf("%s by %s: %s is %v, want %v", ours.OutcomeSpec.Name, theirs.Method.Name, name, pair[1], pair[0])
				}
			}
		}
	}
	if compared != len(elsewhere) || compared < 10 {
		t.Errorf("%d rows compared, want %d", compared, len(elsewhere))
	}
}

// Where limits and p value are missing they are those of a normal estimate. The values are
// R's: 0.3 - qnorm(0.975) * 0.1, 0.3 + qnorm(0.975) * 0.1, 2 * pnorm(-3).
func TestMissingNumbersFromElsewhere(t *testing.T) {
	const z = 1.959963984540054
	a := &Analysis{}
	about := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-12) && !(got != got && want != want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	f := OutsideFit{0.3, 0.1, nan, nan, nan}.fit(a, z)
	about("low", f.Low, 0.104003601545995)
	about("high", f.High, 0.495996398454005)
	about("p", f.P, 0.00269979606326019)
	f = OutsideFit{0.3, nan, 0.1, 0.6, nan}.fit(a, z)
	about("low", f.Low, 0.1)
	about("p", f.P, nan)
	for want, x := range map[estimate.Status]OutsideFit{
		estimate.OK: {0.3, nan, nan, nan, nan}, estimate.FailedElsewhere: {nan, 0.1, 0.1, 0.6, nan}, estimate.NoEstimate: {nan, nan, nan, nan, 0.04},
	} {
		if got := x.fit(a, z).Status; got != want {
			t.Errorf("%v: status %v, want %v", x, got, want)
		}
	}
}

// A trial without an estimate is a fit that failed: it rejects nothing.
func TestATrialWithoutAnEstimateRejectsNothing(t *testing.T) {
	m := compile(t, "needle-exchange", "trial.clients=20")
	r, err := Run(context.Background(), m, Options{Replicates: 40, Seed: 1, Outside: []Outside{{Outcome: "linked_7d", Subgroup: "all", Method: "mine", Measure: measure.LogRR}},
		Answer: func(r, _ int) (OutsideFit, bool) { return OutsideFit{1, 0.1, nan, nan, nan}, r >= 10 }})
	if err != nil {
		t.Fatal(err)
	}
	for k := range r.Rows {
		if row := &r.Rows[k]; row.Outside {
			if row.Power != 0.75 || row.Performance.Failed != 10 || row.FailureCounts[estimate.NotMade] != 10 || !row.Truth.Known() || row.Method.Measure != measure.LogRR {
				t.Errorf("power %v, %d failed, truth %v", row.Power, row.Performance.Failed, row.Truth)
			}
			return
		}
	}
	t.Error("no row")
}

// What is asked of estimates made elsewhere, and is not there, is named with what is.
func TestEstimatesFromElsewhereAreOfSomething(t *testing.T) {
	m := compile(t, "needle-exchange", "trial.clients=20")
	_, err := Rows(m, []Outside{{Outcome: "linked", Subgroup: "all", Method: "x"}, {Outcome: "linked_7d", Subgroup: "young", Method: "x"},
		{Outcome: "linked_7d", Subgroup: "all", Contrast: "a - b", Method: "x"}, {Outcome: "linked_7d", Subgroup: "all", Method: "x", Measure: "log HR"},
		{Outcome: "linked_7d", Subgroup: "all", Method: "risk_difference"}})
	for _, want := range []string{`outcome: got "linked", want one of linked_7d, `, `subgroup: got "young" for outcome linked_7d, want one of all, high_need`,
		`contrast: got "a - b" for outcome linked_7d, want one of sbcm - referral`, `measure: got "log HR" for outcome linked_7d, want one of RD, log RR, log OR`,
		`method: got "risk_difference", which is a method of the scenario`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}
