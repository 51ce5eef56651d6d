package size

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"caseload/analysis/closedform"
	"caseload/sim"
)

// prices of the plain trial, in which a managed client has 3.5 contact hours and
// every client two visits.
const (
	perClient, perHour, perVisit = 100.0, 60.0, 10.0
	overRatios                   = "[cost]\nper_client = 100\nper_contact_hour = 60\nper_visit = 10\nbudget = 15000\n[cost.over]\n\"arm.managed.ratio\" = [1, 3]\n\"trial.follow_up_days\" = [[30, 90], [30, 60, 90]]\n" +
		"\"trial.randomization.sizes\" = [[12], [6]]\n"
)

// priced is the plain trial in blocks of 12 or of 6, which 3 to 1 does not go into.
func priced(t *testing.T) *sim.Model {
	t.Helper()
	return plain(t, "sizes = [4]", "sizes = [12]", "clients = 40", "clients = 48", "[health]", overRatios+"[health]")
}

// choice is a design that can be had.
type choice struct{ ratio, visits, block float64 }

var choices = map[string]choice{"1 [30, 90] [12]": {1, 2, 12}, "3 [30, 90] [12]": {3, 2, 12}, "1 [30, 60, 90] [12]": {1, 3, 12}, "3 [30, 60, 90] [12]": {3, 3, 12},
	"1 [30, 90] [6]": {1, 2, 6}, "1 [30, 60, 90] [6]": {1, 3, 6}}

// costOf is what so many clients at a ratio cost with so many visits.
func costOf(clients, ratio, visits float64) float64 {
	return clients * (perClient + perVisit*visits + ratio/(ratio+1)*3.5*perHour)
}

// powerAt is the t test's.
func powerAt(clients, ratio float64) float64 {
	return closedform.TTestPower(0.8, clients*ratio/(ratio+1), clients/(ratio+1), 0.05)
}

func compared(t *testing.T, m *sim.Model, solve string) map[string]CostDesign {
	t.Helper()
	res, err := RunCost(context.Background(), m, Question{Solve: solve}, Options{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if res.Replicates == 0 || res.Fits < res.Replicates || res.Partial || len(res.About) != 1 || res.About[0] != "score" {
		t.Errorf("got %+v", res.Result)
	}
	by := map[string]CostDesign{}
	for k, d := range res.Designs {
		by[d.Keys[0].Value+" "+d.Keys[1].Value+" "+d.Keys[2].Value] = d
		if k == 0 && d.Rank != Best || k > 0 && d.Rank == Best {
			t.Errorf("design %d, %v, is %s", k, d.Keys, d.Rank)
		}
		if k > 0 && d.Rank != Impossible {
			before := res.Designs[k-1]
			if solve == Cost && before.Cost.Value > d.Cost.Value || solve == Budget && before.Answer.Exact.Value < d.Answer.Exact.Value {
				t.Errorf("%v comes after %v", d.Keys, before.Keys)
			}
		}
	}
	return by
}

// impossibleRatio checks that a ratio that no block can have is a row.
func impossibleRatio(t *testing.T, by map[string]CostDesign) {
	t.Helper()
	if d := by["3 [30, 90] [6]"]; d.Rank != Impossible || !strings.Contains(d.Answer.Reason, "sizes") || d.Cost.Value.Known() || !math.IsNaN(d.Answer.Clients) || !math.IsNaN(d.Parts.Visits.Value) {
		t.Errorf("got %+v", d)
	}
	if len(by) != 8 {
		t.Errorf("%d designs, want 8", len(by))
	}
}

// The cheapest design is the one by brute force: clients by the t test at each
// ratio, up to whole blocks, and what they cost.
func TestCheapestDesign(t *testing.T) {
	by := compared(t, priced(t), Cost)
	impossibleRatio(t, by)
	best, least := "", math.Inf(1)
	for key, c := range choices {
		d := by[key]
		clients := 8.0
		for powerAt(clients, c.ratio) < 0.8 {
			clients += 0.1
		}
		if float64(d.Answer.Exact.Low) > clients*1.02 || clients > float64(d.Answer.Exact.High*1.02) {
			t.Errorf("%s: %+v clients, by the t test %.1f", key, d.Answer.Exact, clients)
		}
		// Each design's cost is what its clients cost, whatever was simulated.
		n := d.Answer.Clients
		if want := costOf(n, c.ratio, c.visits); !within(d.Cost.Value, want, 1e-6*want) || !within(d.Parts.Clients.Value, perClient*n, 1e-9) || !within(d.Parts.Visits.Value, perVisit*c.visits*n, 1e-6) || d.Parts.Managers.Value != 0 {
			t.Errorf("%s: %v clients cost %v, %+v, want %v", key, n, d.Cost.Value, d.Parts, want)
		}
		if math.Mod(n, c.block) != 0 || d.Cost.Low > d.Cost.Value || d.Cost.High < d.Cost.Value || d.Answer.Staffing == nil {
			t.Errorf("%s: %v clients, cost %+v", key, n, d.Cost)
		}
		if cost := costOf(math.Ceil(clients/c.block)*c.block, c.ratio, c.visits); cost < least {
			best, least = key, cost
		}
	}
	if best != "1 [30, 90] [6]" || by[best].Rank != Best && by[best].Rank != AsGood || by["3 [30, 60, 90] [12]"].Rank != Worse {
		t.Errorf("the cheapest by the t test, %s, is %s; the dearest %s", best, by[best].Rank, by["3 [30, 60, 90] [12]"].Rank)
	}
}

// A budget pays for as many whole blocks as it does by division, and their power
// is that of the t test.
func TestMostPowerForABudget(t *testing.T) {
	by := compared(t, priced(t), Budget)
	impossibleRatio(t, by)
	for key, c := range choices {
		d := by[key]
		clients := math.Floor(15000/costOf(1, c.ratio, c.visits)/c.block) * c.block
		e := d.Answer.Evaluations[0]
		if d.Answer.Clients != clients || !within(d.Cost.Value, costOf(clients, c.ratio, c.visits), 1e-6) || d.Cost.Value > 15000 {
			t.Errorf("%s: %v clients for %v, want %v", key, d.Answer.Clients, d.Cost.Value, clients)
		}
		if want := powerAt(clients, c.ratio); !within(d.Answer.Exact.Value, want, float64(4*e.MCSE)) || len(d.Answer.Evaluations) != 1 {
			t.Errorf("%s: power %+v, want %v", key, d.Answer.Exact, want)
		}
	}
}

// A budget for less than the smallest trial buys none; one that pays for all, the
// largest.
func TestBudgetsAtTheEdges(t *testing.T) {
	m := plain(t, "[health]", "[cost]\nper_client = 100\nbudget = 700\n[health]")
	m.Scenario.Size.MaxClients = 80
	res, err := RunCost(context.Background(), m, Question{Solve: Budget}, Options{})
	if err != nil || res.Designs[0].Rank != Impossible || res.Designs[0].Answer.Reason != "even 8 clients cost 800" {
		t.Errorf("got %+v, %v", res, err)
	}
	m.Scenario.Cost.Budget = 1e6
	if res, err = RunCost(context.Background(), m, Question{Solve: Budget}, Options{}); err != nil || res.Designs[0].Answer.Clients != 80 || res.Designs[0].Cost.Value != 8000 {
		t.Errorf("got %+v, %v", res, err)
	}
}

// What cannot be compared is refused.
func TestComparisonsThatMakeNoSense(t *testing.T) {
	m := priced(t)
	for _, c := range []struct {
		m    *sim.Model
		q    Question
		want string
	}{
		{plain(t), Question{Solve: Cost}, "solve: the scenario has no [cost] table that says what a trial costs"},
		{plain(t, "[health]", "[cost]\nper_client = 100\n[health]"), Question{Solve: Budget}, "solve: got budget, but [cost] has none"},
		{m, Question{Solve: Cost, Outcomes: []string{"score", "linked"}}, `solve: got "cost" for several outcomes, want one, or any or all of them required`},
		{m, Question{Solve: Cost, Outcomes: []string{"scor"}}, `outcome: got "scor", want one of score, linked, when`},
	} {
		if _, err := RunCost(context.Background(), c.m, c.q, Options{}); err == nil || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

// Case manager months that cannot be told are no cost of 0.
func TestMonthsThatCannotBeTold(t *testing.T) {
	m := plain(t, "staff = 2\ncaseload = 30", `staff = "unlimited"`, "[health]", "[cost]\nper_client = 100\nper_manager_month = 10\nbudget = 5000\n[health]")
	for _, solve := range []string{Cost, Budget} {
		res, err := RunCost(context.Background(), m, Question{Solve: solve}, Options{})
		if err != nil || res.Designs[0].Rank != Untold || res.Designs[0].Cost.Value.Known() || res.Designs[0].Answer.Reason != noMonths {
			t.Errorf("%s: got %+v, %v", solve, res, err)
		}
	}
}

// A comparison that is interrupted shows what it had, whenever that is.
func TestInterruptedComparison(t *testing.T) {
	m := priced(t)
	for _, solve := range []string{Cost, Budget} {
		for _, after := range []int{1, 150, 400, 1500} {
			ctx, cancel := context.WithCancel(context.Background())
			told := 0
			res, err := RunCost(ctx, m, Question{Solve: solve}, Options{Workers: 1, Progress: func(done, _ int) {
				if told++; done >= after || told > after {
					cancel()
				}
			}})
			cancel()
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%s after %d: %v", solve, after, err)
				}
				continue
			}
			for _, d := range res.Designs {
				if known := d.Cost.Value.Known(); !res.Partial || known != (d.Rank == Best || d.Rank == AsGood || d.Rank == Worse) || !known && d.Answer.Reason == "" || known && d.Answer.Clients == 0 {
					t.Errorf("%s after %d: %v is %s at %v: %s", solve, after, d.Keys, d.Rank, d.Cost.Value, d.Answer.Reason)
				}
			}
		}
	}
}
