package run

import (
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/scenarios"
)

// said is the sentence about one row of so many replicates.
func said(replicates int, e verdict.Effect, set func(r *Run, row *Row)) string {
	r := &Run{Replicates: replicates, Clients: 300, Rows: make([]Row, 1)}
	row := &r.Rows[0]
	row.Outcome, row.Variable, row.Subgroup, row.Contrast, row.Method, row.Primary = "linked", "linked_su", "all", "cm - usual", "risk_difference", true
	row.Effect, row.Alpha, row.Sides, row.Test = "RD", 0.05, 2, scenarios.Superiority
	row.N, row.Power, row.PowerMCSE, row.PowerLow, row.PowerHigh = 300, 0.64, 0.011, 0.62, 0.66
	row.Measures.N, row.Valid = replicates, true
	e.Replicates = replicates
	row.Standardized = analysis.Standardize(e)
	if set != nil {
		set(r, row)
	}
	return r.Summary()[0]
}

// TestOneReplicateFindsNoEffectNorDeniesOne: with fewer than 256 replicates nothing is
// said about the effect, and a power that is 0 or 1 comes with its interval, as its
// MCSE is zero.
func TestOneReplicateFindsNoEffectNorDeniesOne(t *testing.T) {
	got := said(1, verdict.Effect{D: 0.4, MCSE: float64(report.Missing())}, func(_ *Run, row *Row) {
		row.Power, row.PowerMCSE, row.PowerLow, row.PowerHigh = 1, 0, 0.207, 1
	})
	for _, want := range []string{"Fewer than 256 trials can't tell whether there is an effect", "100 % of the time (95 % CI 20.7 to 100.0;"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestSentencesFollowTheVerdict(t *testing.T) {
	for _, c := range []struct {
		e    verdict.Effect
		want string
	}{
		{verdict.Effect{D: 0.4, MCSE: 0.01}, "A trial of 300 clients would detect this benefit 64 % of the time"},
		{verdict.Effect{D: -0.4, MCSE: 0.01}, "would detect this harm 64 %"},
		{verdict.Effect{D: 0.04, MCSE: 0.006}, "would detect this very small benefit 64 %"},
		{verdict.Effect{D: -0.04, MCSE: 0.006}, "would detect this very small harm 64 %"},
		{verdict.Effect{D: 0.01, MCSE: 0.001}, "The arms differ by nothing of a size that matters: a trial of 300 clients would find a significant difference 64 %"},
		{verdict.Effect{D: 0.04, MCSE: 0.02}, "These trials can't tell whether there is an effect: a trial of 300 clients would find"},
		{verdict.Effect{Zero: true}, "The arms differ by nothing of a size that matters"},
	} {
		if got := said(2000, c.e, nil); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.e, got, c.want)
		}
	}
}

// TestRolloutIsInTheSentence: where a trial and everyone's care have different
// effects, a planner sees both.
func TestRolloutIsInTheSentence(t *testing.T) {
	shared := func(rollout report.Number) string {
		return said(2000, verdict.Effect{D: 0.3, MCSE: 0.01}, func(r *Run, row *Row) {
			r.SharedQueues = true
			row.Truth, row.TruthMCSE, row.TruthRollout, row.RolloutMCSE = 0.118, 0.001, rollout, 0.001
		})
	}
	if got := shared(0.012); !strings.HasSuffix(got, "In the trial the effect is 11.8 pp; with everyone in the one arm or in the other, and the same staff and slots, it is 1.20 pp.") {
		t.Errorf("%q", got)
	}
	if got := shared(0.115); strings.Contains(got, "In the trial") { // 2.1 MCSE of the difference
		t.Errorf("%q tells two effects apart that are alike", got)
	}
}

// TestFailedFitsAreInTheSentence from more than one in a hundred on.
func TestFailedFitsAreInTheSentence(t *testing.T) {
	with := func(failed int) string {
		return said(2000, verdict.Effect{D: 0.3, MCSE: 0.01}, func(_ *Run, row *Row) { row.Failed, row.PowerFitted = failed, 0.9 })
	}
	if got := with(21); !strings.Contains(got, "Of the fits 1.1 % failed and reject nothing; of the others 90 % reject.") {
		t.Errorf("%q", got)
	}
	if got := with(20); strings.Contains(got, "failed") {
		t.Errorf("%q", got)
	}
}

// A comparison without a truth, since clients share places, is not said to have too few
// trials; the share of those that find a difference is given. Without sharing it is not said
// to share.
func TestSentenceOfAComparisonWithoutATruth(t *testing.T) {
	const why = "The trial has no true effect to compare this with, since clients share places or case managers: a trial of 300 clients would find a significant difference 64 % of the time"
	for _, c := range []struct {
		replicates int
		shared     bool
		truth      report.Number
		says       bool
	}{{2000, true, report.Missing(), true}, {100, true, report.Missing(), true}, {2000, true, 0.01, false}, {2000, false, report.Missing(), false}} {
		got := said(c.replicates, verdict.Effect{D: float64(report.Missing()), MCSE: 0.01}, func(r *Run, row *Row) {
			r.SharedQueues, row.Truth, row.TruthRollout, row.RolloutMCSE = c.shared, c.truth, 0.118, 0.001
		})
		if told := strings.Contains(got, " With all clients treated in the one way or in the other, and the same staff and slots, the effect is 11.8 pp."); told != c.says {
			t.Errorf("%+v: %q", c, got)
		}
		if strings.Contains(got, why) != c.says || strings.Contains(got, "can't tell") == c.says {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// Clients are in an arm, under a strategy and with an option.
func TestSentenceNamesStrategies(t *testing.T) {
	sc, err := scenarios.Builtin("engage")
	if err != nil {
		t.Fatal(err)
	}
	for pair, want := range map[[2]string]string{
		{"choice", "iop"}:                "unknown in the calls with a choice arm, unknown in the calls toward the programme arm. ",
		{"iop_choice", "iop_none"}:       "unknown under programme, then choice, unknown under programme, then none. ",
		{"week_8.choice", "week_8.none"}: "unknown with week 8: calls with a choice, unknown with week 8: no further outreach. ",
	} {
		got := said(2000, verdict.Effect{D: 0.4, MCSE: 0.01}, func(r *Run, row *Row) {
			r.Labels, row.Arm, row.Control = sc.Labels(), pair[0], pair[1]
		})
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}
