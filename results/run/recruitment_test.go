package run

import (
	"strings"
	"testing"

	"caseload/scenarios"
)

// recruiting is a scenario built in with some keys set.
func recruiting(t *testing.T, sets ...string) *scenarios.Scenario {
	t.Helper()
	sc, err := scenarios.Load(nil, "null", append([]string{"trial.clients=100"}, sets...))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Sentences on recruitment, the fixed ones by hand: 100 clients at one a day.
func TestRecruitmentIsPutInWords(t *testing.T) {
	for _, c := range []struct{ want, accrual, closes string }{
		{"The last of 100 clients is enrolled on day 100.", `{per_day=1,pattern="fixed"}`, ""},
		{"If enrolment did not close: the last of 100 clients is enrolled on day 100. Enrolment closes on day 60, with 60 of 100 clients.", `{per_day=1,pattern="fixed"}`, "60"},
		{"It is not certain that 100 clients ever come. Enrolment closes", `{points=[{per_month=30,until_day=90},{per_month=0}]}`, "200"},
		// R 4.2.2: qgamma(c(.025, .975), 100) is 81.364 and 120.529.
		{"The last of 100 clients is enrolled on day 100 on average, and in 95 % of trials between days 81 and 121.", `{per_day=1}`, ""},
		// ppois(99, 110, lower.tail = FALSE) is 0.8417.
		{"Enrolment closes on day 110: all 100 clients are enrolled by then with a probability of 0.84;", `{per_day=1}`, "110"},
	} {
		sets := []string{"trial.accrual=" + c.accrual}
		if c.closes != "" {
			sets = append(sets, "trial.recruit_by_days="+c.closes)
		}
		if got := recruitmentText(recruiting(t, sets...)); !strings.Contains(strings.ReplaceAll(got, "it is", "It is"), c.want) {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
}
