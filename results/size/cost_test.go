package size

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/analysis/size"
	"caseload/internal/suite"
	"caseload/results/report"
)

// choice is a comparison of four designs: the best, one as good, a worse one and
// one that can't be had.
func choice(t *testing.T, solve string) *size.Costed {
	t.Helper()
	x := &size.Costed{Result: *plan(t), About: []string{"linked_7d"}, Budget: 700000}
	x.Solve, x.Answers = solve, nil
	none := math.NaN()
	for k, rank := range []size.Rank{size.Best, size.AsGood, size.Worse, size.Impossible} {
		d := size.CostDesign{Rank: rank, Keys: []size.KeyValue{{Key: "program.strengths_based.staff", Value: "4"}, {Key: "arm.sbcm.ratio", Value: string('1' + rune(k))}}}
		at, more := float64(k), report.Number(k)
		d.Answer = size.Answer{Exact: size.Interval{Value: 590 + more, Low: 562, High: 618}, Design: 594 + 6*at, DesignLow: 564, DesignHigh: 618 + 6*at, Clients: 594 + 6*at}
		if solve == size.Budget {
			d.Answer.Exact = size.Interval{Value: 0.669 - more/100, Low: 0.635, High: 0.7}
		}
		d.Cost = size.Interval{Value: 1061777.4 + more, Low: 1000001, High: 1126032}
		d.Parts = size.CostParts{Clients: size.Number{Value: 89100}, Contacts: size.Number{Value: 40930.2}, Managers: size.Number{Value: 777839}, Visits: size.Number{Value: 153908}}
		switch rank {
		case size.Worse:
			d.Cost.High = report.Number(math.Inf(1))
		case size.Impossible:
			d.Answer = size.Answer{Exact: size.Interval{Value: missing, Low: missing, High: missing}, Design: none, Clients: none, Reason: "trial.randomization.sizes: got 6"}
			d.Cost = d.Answer.Exact
			d.Parts = size.CostParts{Clients: size.Missing(), Contacts: size.Missing(), Managers: size.Missing(), Visits: size.Missing()}
		}
		x.Designs = append(x.Designs, d)
	}
	return x
}

func choiceText(t *testing.T, x *size.Costed, f report.Format, width int) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, NewCost(x, "needle-exchange"), f, width, report.Full); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChoiceInWords(t *testing.T) {
	joined := func(x *size.Costed) string {
		return strings.NewReplacer("costs\n1,061,777", "costs 1,061,777", "other\ndesign", "other design").Replace(choiceText(t, x, report.Text, 200))
	}
	suite.InOrder(t, joined(choice(t, size.Cost)), "3 of 4,100 fits failed.\nNeedle exchange: strengths-based or referral (needle-exchange): 4,100 simulated trials in all, seed 1.\n\n",
		"Entered treatment within 7 days, strengths-based - referral: the cheapest design that reaches 80 % power has 594 clients, with program.strengths_based.staff = 4, arm.sbcm.ratio = 1, and costs 1,061,777 [95 % CI 1,000,001 to 1,126,032]. 1 other design cannot be told from it.\n",
		"\nCosts of designs that reach 80 % power\n", " staff  ratio ", " 4 ", " 1 ", " best ", " 594 ", "[564, 618]", " 1,061,777 [1,000,001, 1,126,032]", " 89,100 ", " 40,930 ", " 777,839 ", " 153,908\n",
		" as good ", " 600 ", " worse ", " 606 ", "[1,000,001, -]", " impossible ", " - ", "As good: ", "program.strengths_based.staff = 4, arm.sbcm.ratio = 4: trial.randomization.sizes: got 6.\n")
	suite.InOrder(t, choiceText(t, choice(t, size.Budget), report.Text, 200), ": the most power for 700,000, 66.9 % [95 % CI 63.5 to 70.0], has 594 clients,",
		"\nWhat the budget buys\n", " best ", " 594 ", " 66.9 [63.5, 70.0] ", " 1,061,777 ")
	x := choice(t, size.Cost)
	x.Designs, x.Partial = x.Designs[3:], true
	suite.InOrder(t, choiceText(t, x, report.Text, 200), "Partial: interrupted. Designs are compared by what was known by then.", ": no design reaches it.", " impossible ")
	suite.InOrder(t, choiceText(t, choice(t, size.Cost), report.Markdown, 120), "### Costs of designs that reach 80 % power\n\n| staff | ratio | ", "- program.strengths_based.staff = 4, arm.sbcm.ratio = 4: ")
	for _, width := range []int{80, 120} {
		for _, solve := range []string{size.Cost, size.Budget} {
			for _, line := range strings.Split(choiceText(t, choice(t, solve), report.Text, width), "\n") {
				if n := utf8.RuneCountInString(line); n > width {
					t.Errorf("%d characters, want at most %d: %s", n, width, line)
				}
			}
		}
	}
}

// A missing number, or an open end, is null in JSON and nothing in CSV.
func TestChoiceForMachines(t *testing.T) {
	var b bytes.Buffer
	if err := NewCost(choice(t, size.Cost), "needle-exchange").JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Solve, Outcome, Subgroup, Contrast string
		Budget                             *float64
		Designs                            []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Solve != "cost" || got.Outcome != "linked_7d" || got.Subgroup != "all" || got.Contrast != "sbcm - referral" || got.Budget != nil || len(got.Designs) != 4 {
		t.Errorf("got %+v", got)
	}
	first, worse, last := got.Designs[0], got.Designs[2], got.Designs[3]
	if first["clients"] != 594.0 || first["cost"] != 1061777.4 || first["rank"] != "best" || first["reason"] != nil || first["cost_managers"] != 777839.0 || first["keys"].(map[string]any)["arm.sbcm.ratio"] != "1" {
		t.Errorf("got %v", first)
	}
	if worse["cost_high"] != nil || worse["cost_low"] != 1000001.0 {
		t.Errorf("got %v", worse)
	}
	for _, key := range []string{"clients", "value", "low", "high", "cost", "cost_low", "cost_high", "cost_clients", "cost_contacts", "cost_managers", "cost_visits"} {
		if v, there := last[key]; !there || v != nil {
			t.Errorf("%s of what can't be had is %v", key, v)
		}
	}
	want := "program.strengths_based.staff,arm.sbcm.ratio,rank,clients,value,low,high,cost,cost_low,cost_high,cost_clients,cost_contacts,cost_managers,cost_visits,reason\n" +
		"4,1,best,594,590,562,618,1.0617774e+06,1.000001e+06,1.126032e+06,89100,40930.2,777839,153908,\n"
	text := choiceText(t, choice(t, size.Cost), report.CSV, 80)
	if !strings.HasPrefix(text, want) || !strings.HasSuffix(text, "4,4,impossible,,,,,,,,,,,,trial.randomization.sizes: got 6\n") {
		t.Errorf("got\n%s", text)
	}
	if got := NewCost(choice(t, size.Budget), "x").Stem(); got != "budget-linked_7d" {
		t.Errorf("got %s", got)
	}
}
