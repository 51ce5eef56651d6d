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
	"caseload/scenarios"
)

var missing = report.Missing()

// plan is a plan with all there can be in one, but for what an answer to another
// question has.
func plan(t *testing.T) *size.Result {
	t.Helper()
	sc, err := scenarios.Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	variable, _ := scenarios.LookupVariable(sc.Outcomes[0].Variable)
	answer := size.Answer{Target: 0.8,
		Outcomes: []size.GoalTest{{Spec: &sc.Outcomes[0], Variable: variable, Method: "risk_difference", Measure: "RD", Estimate: size.Number{Value: 0.14, MCSE: 0.002}, SMD: size.Number{Value: 0.36, MCSE: math.NaN()}}},
		Status:   size.Found, Exact: size.Interval{Value: 1382.7, Low: 1340.2, High: 1425.6}, Design: 1384, DesignLow: 1342, DesignHigh: 1426, Clients: 1384,
		Evaluations: []size.Evaluation{
			{Design: 246, Clients: 246, Power: 0.25, MCSE: 0.0433, Low: 0.1755, High: 0.343, Replicates: 100},
			{Design: 1200, Clients: 1200, Power: 0.75, MCSE: 0.0097, Low: 0.7305, High: 0.7685, Replicates: 2000, Used: true},
			{Design: 1600, Clients: 1600, Power: 0.85, MCSE: 0.008, Low: 0.8337, High: 0.865, Replicates: 2000, Used: true}},
		Curve: []size.Point{{Design: 800, Power: 0.6, Low: 0.55, High: 0.65}, {Design: 1200, Power: 0.75, Low: 0.735, High: 0.765}, {Design: 1600, Power: 0.85, Low: 0.83, High: 0.87}},
		Fit:   size.Surrogate{A: -1.96, B: 0.075, Designs: 3, Replicates: 4000, LackOfFit: 0.004, Inflation: 4.2},
		ByFormula: size.ByFormula{Formula: "two proportions, pooled variance (Fleiss)", NoFormula: "the clients of one case manager of strengths_based are alike", ClosedForm: missing, FormulaPower: missing,
			Independent: 1010.2, FormulaMCSE: 12.3, DesignEffect: 1.37, DesignMCSE: 0.034, DesignClients: 1383.97, Ignored: true},
		Staffing: &size.Staffing{Clients: 1384, Sites: 2, AccrualMonths: 138.4, TrialMonths: 162.4, Visits: size.Number{Value: 5123, MCSE: 4}, ContactHours: size.Number{Value: 1065, MCSE: 3},
			ManagerMonths: size.Number{Value: 423.2, MCSE: 0.1},
			Programs:      []size.ProgramStaffing{{Program: "strengths_based", Paid: true, Managers: 3, Caseload: "20", Contacts: size.Number{Value: 2130, MCSE: 6}, Hours: size.Number{Value: 1065, MCSE: 3}, Peak: size.Number{Value: 20.5, MCSE: 0.3}, Waited: size.Number{Value: 1.25, MCSE: 0.2}}, {Program: "referral", Caseload: "unlimited"}},
			Services:      []size.ServiceSlots{{Service: "opioid_agonist", Slots: 1500}}},
	}
	return &size.Result{Scenario: sc, Name: "needle-exchange", Seed: 1, Solve: size.Clients, Size: scenarios.Size{Hold: scenarios.HoldAccrualRate, Power: scenarios.Numbers{0.8}, Precision: 0.05, Scale: []string{"staff"}},
		Arm: "sbcm", Control: "referral", Subgroup: "all", Require: size.Each, Unit: 2, Largest: 10000, Replicates: 4100, Failed: 3, Fits: 4100, Answers: []size.Answer{answer}}
}

func planText(t *testing.T, x *size.Result, f report.Format, width int) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, New(x, "needle-exchange"), f, width, report.Full); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What failed comes first, then the answer in words, a formula beside it, what the
// trial takes, the curve and the designs.
func TestPlanIsInOrder(t *testing.T) {
	text := planText(t, plan(t), report.Text, 120)
	suite.InOrder(t, text, "3 of 4,100 fits failed.\nNeedle exchange: strengths-based or referral (needle-exchange): 4,100 simulated trials in all, seed 1, recruiting as\nmany a month as written, with staff in proportion.\n\n",
		"Entered treatment within 7 days, strengths-based - referral (risk difference, two-sided alpha 0.05): 1,384 clients give\n80 % power [95 % CI 1,342 to 1,426]. The trial as written has 245.\n",
		"Were clients independent, a formula (two proportions, pooled variance (Fleiss)) would give 1,011 clients (MCSE 12). But\nthe clients of one case manager of strengths_based are alike: the variance of the estimate is 1.370 (0.034) times that\n"+
			"among as many independent clients (the design effect). A test that allows for the design effect needs about 1,384\nclients. This one takes clients as independent: it needs fewer, and where there is no effect it rejects more often\nthan its alpha says.\n",
		"\nWhat the answer's trial takes\n", " clients ", " 1,384\n", " sites ", " 2\n", " months until the last client is enrolled ", " 138.4\n", " months until the last visit ", " 162.4\n", " visits made ", " 5,123\n",
		" strengths based: case managers (clients each) ", " 3 (20)\n", " strengths based: most clients at once ", " 20.5\n", " strengths based: clients who wait for one ", " 1.2\n", " strengths based: contact hours ", " 1,065\n",
		" referral: case managers (clients each)  ", " not limited (unlimited)\n", " case manager months paid for ", " 423.2\n", " slots of opioid_agonist ", " 1,500\n",
		"\nPower by clients\n", " 90 %", "····", "      800 ", "1,600\n", "█ curve   ░ its 95 % band   o trials of one design   · 80 %\n",
		"\nDesigns tried\n", "     246  25.0 [17.5, 34.3]   4.3     100\n", "   1,200  75.0 [73.0, 76.8]   1.0   2,000           yes\n",
		"fitted to 3 designs near the answer (4,000\n  trials). Test of lack of fit: p = 0.004; the interval is widened for it (variance times 4.2).\n")
	suite.InOrder(t, planText(t, plan(t), report.Markdown, 120), "3 of 4,100 fits failed.", "### What the answer's trial takes\n\n", "| clients ", "### Power by clients\n\n```text\n", "\n```\n", "### Designs tried\n\n| clients ")
}

// No line is longer than asked for, nor ends in blanks but in tables.
func TestPlanKeepsToItsWidth(t *testing.T) {
	for _, width := range []int{80, 120} {
		for _, x := range otherPlans(t) {
			for _, line := range strings.Split(planText(t, x, report.Text, width), "\n") {
				if n := utf8.RuneCountInString(line); n > width {
					t.Errorf("%d characters, want at most %d: %s", n, width, line)
				}
			}
		}
	}
}

// otherPlans are answers to other questions, and none.
func otherPlans(t *testing.T) map[string]*size.Result {
	t.Helper()
	out := map[string]*size.Result{"clients": plan(t)}
	with := func(name string, change func(x *size.Result, a *size.Answer)) {
		x := plan(t)
		change(x, &x.Answers[0])
		out[name] = x
	}
	none := size.Interval{Value: missing, Low: missing, High: missing}
	with("effect", func(x *size.Result, a *size.Answer) {
		x.Solve, a.Exact, a.Design, a.Clients, a.Staffing = size.Effect, size.Interval{Value: 1.143, Low: 1.1, High: 1.21}, 1.15, 245, nil
		a.FormulaPower, a.NoFormula, a.Independent, a.DesignEffect, a.DesignMCSE, a.DesignClients = 0.793, "", missing, missing, missing, missing
		a.Effects = []size.Multiplied{{Program: "strengths_based", On: "linkage", In: "high_need", Kind: "hazard_ratio", Written: 2.16, Interval: size.Interval{Value: 2.41, Low: 2.33, High: 2.54}},
			{Program: "strengths_based", On: "relapse", Kind: "hazard_ratio", Written: 0.5, Interval: size.Interval{Value: 0.4, Low: 0.45, High: 0.35}}}
	})
	with("power", func(x *size.Result, a *size.Answer) {
		x.Solve, a.Exact, a.Design, a.Clients, a.Curve, a.Fit = size.Power, size.Interval{Value: 0.657, Low: 0.625, High: 0.687}, 245, 245, nil, size.Surrogate{A: missing, B: missing, LackOfFit: missing, Inflation: missing}
	})
	with("sites", func(x *size.Result, a *size.Answer) {
		x.Solve, a.Exact, a.Design, a.Clients = size.Sites, size.Interval{Value: 7.6, Low: 7.3, High: 8.1}, 8, 980
		a.DesignLow, a.DesignHigh = 8, 9
	})
	with("staff", func(x *size.Result, a *size.Answer) {
		x.Solve, a.Exact, a.Design, a.Clients = size.Staff, size.Interval{Value: 0.8, Low: 0.7, High: 0.9}, 1, 82
		a.DesignLow, a.DesignHigh = 1, 1
	})
	with("staff at two sites", func(x *size.Result, a *size.Answer) {
		x.Solve, a.Exact, a.Design, a.DesignLow, a.DesignHigh, a.Clients, a.Managers = size.Staff, size.Interval{Value: 4.1, Low: 3.9, High: 4.3}, 5, 4, 5, 408, 10
		for k := range a.Evaluations {
			a.Evaluations[k].Managers = 2 * int(a.Evaluations[k].Design)
		}
	})
	with("a valid method", func(x *size.Result, a *size.Answer) { a.Ignored = false })
	with("queues", func(x *size.Result, a *size.Answer) {
		x.Shared = true
		o := &a.Outcomes[0]
		o.Truth, o.Rollout, o.TruthClients = size.Number{Value: 0.118, MCSE: 0.002}, size.Number{Value: 0.012, MCSE: 0.003}, 300
	})
	with("never", func(x *size.Result, a *size.Answer) {
		a.Status, a.Exact, a.Design, a.Clients, a.Staffing = size.Unreachable, none, math.NaN(), math.NaN(), nil
		a.Reason = "no trial of up to 10,000 clients reaches 80 % power: it is 72.7 % (MCSE 2.6) at 10,000 clients"
		a.ByFormula = size.ByFormula{ClosedForm: missing, FormulaMCSE: missing, FormulaPower: missing, Independent: missing, DesignEffect: missing, DesignMCSE: missing, DesignClients: missing, NoFormula: "there is no answer to compare with"}
	})
	with("always", func(x *size.Result, a *size.Answer) {
		a.Status, a.Exact, a.Design, a.Clients = size.Smallest, size.Interval{Value: missing, Low: 0, High: 8}, 8, 8
		a.DesignLow, a.DesignHigh = 0, 8
		a.Reason = "even 8 clients, the smallest design tried, reach 80 % power"
	})
	with("both ends", func(x *size.Result, a *size.Answer) {
		a.Upper, x.Size.Hold, x.Size.Scale = &size.Interval{Value: 2210.4, Low: 2000, High: report.Number(math.Inf(1))}, scenarios.HoldDuration, nil
		a.NoFormula, a.ClosedForm, a.Independent, a.DesignClients, x.Partial = "", 1010.2, missing, missing, true
	})
	with("several", func(x *size.Result, a *size.Answer) {
		x.Require, x.Subgroup = size.All, "high_need"
		a.Outcomes = append(a.Outcomes, size.GoalTest{Spec: &x.Scenario.Outcomes[1], Method: "log_rank"})
		a.Formula, a.NoFormula, a.Independent, a.DesignEffect, a.DesignMCSE, a.DesignClients = "", "several tests at once, which are correlated", missing, missing, missing, missing
	})
	return out
}

// Each answer is a sentence.
func TestPlansInWords(t *testing.T) {
	plans := otherPlans(t)
	for name, want := range map[string][]string{
		"effect": {"seed 1.\n", ": a trial of 245 clients has 80 % power if the effects are 1.14 times as large as written [95 % CI 1.10 to 1.21]: 14.00 (0.20) percentage points, SMD 0.36. By formula (two proportions, pooled variance (Fleiss)) there is 79.3 % power with 245 clients.",
			" strengths based linkage in high need hazard ratio 2.16 2.41 [2.33, 2.54] strengths based relapse hazard ratio 0.50 0.40 [0.35, 0.45]", "Power by multiple of the effects", "x the multiple of the effects"},
		"power": {": a trial of 245 clients has 65.7 % power [95 % CI 62.5 to 68.7]. No formula is given: the clients of one case manager of strengths_based are alike, design effect 1.370 (0.034)."},
		"sites": {"each site recruiting as many a month as written", ": 8 sites give 80 % power [95 % CI 8 to 9], 980 clients. The trial as written has 245."},
		"staff": {": 1 case manager gives 80 % power"},
		// Case managers a site, named as such and in all, and an answer within its interval.
		"staff at two sites": {": 5 case managers a site give 80 % power [95 % CI 4 to 5]: 10 in all, with 408 clients. The trial as written has 245.", "Power by case managers a site", "case managers a site in all clients power"},
		"a valid method":     {"The formula times the design effect is about 1,384 clients. What the answer has beyond that the test needs because clusters are few."},
		"queues": {"In trials of 300 clients the true effect is 11.80 (0.20) percentage points. With everyone in the one arm or in the other, and the same staff and slots, it is 1.20 (0.30) percentage points. " +
			"Here slots and staff do not all grow with clients; in caseload explain they do."},
		"never":  {": no answer. No trial of up to 10,000 clients reaches 80 % power: it is 72.7 % (MCSE 2.6) at 10,000 clients. Power by clients"},
		"always": {"alpha 0.05). Even 8 clients, the smallest design tried, reach 80 % power."},
		"both ends": {"3 of 4,100 fits failed. Partial: interrupted. The answer is what was known by then.", "recruiting for as long as written.",
			"Power falls again as clients are added, and is below 80 % beyond 2,210 clients [95 % CI 2,000 to no bound].", "A formula (two proportions, pooled variance (Fleiss)) gives 1,011 clients (MCSE 12), for arms like those of this trial."},
		"several": {"in high need, strengths-based - referral: 1,384 clients give", "No formula is given: several tests at once, which are correlated."},
	} {
		text := strings.Join(strings.Fields(planText(t, plans[name], report.Text, 120)), " ")
		for k := range want {
			want[k] = strings.TrimSpace(want[k])
		}
		suite.InOrder(t, text, want...)
	}
}

// What is missing, or open, is null; nothing else is.
func TestPlanAsJSON(t *testing.T) {
	plans := otherPlans(t)
	for name, want := range map[string]map[string]string{
		"clients":   {"clients": "1384", "low": "1340.2", "high": "1425.6", "reason": "null", "closed_form": "null", "upper": "null", "target_power": "0.8", "independent_clients": "1010.2", "closed_form_mcse": "12.3", "subgroup": `"all"`},
		"never":     {"clients": "null", "value": "null", "low": "null", "high": "null", "design": "null", "staffing": "null", "design_effect": "null", "closed_form_mcse": "null", "status": `"unreachable"`},
		"always":    {"clients": "8", "value": "null", "low": "0", "high": "8"},
		"both ends": {"upper": `{"value":2210.4,"low":2000,"high":null}`, "partial": "true", "scale": "[]"},
		"power":     {"curve": "[]", "value": "0.657", "fit": `{"a":null,"b":null,"designs":0,"replicates":0,"lack_of_fit_p":null,"variance_inflation":null}`},
		"several":   {"outcome": `"linked_7d and linked_365"`, "outcomes": `["linked_7d","linked_365"]`, "subgroup": `"high_need"`},
	} {
		var b bytes.Buffer
		if err := New(plans[name], "needle-exchange").JSON(&b); err != nil {
			t.Fatal(err)
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		for key, value := range want {
			var text bytes.Buffer
			if err := json.Compact(&text, got[key]); err != nil || text.String() != value {
				t.Errorf("%s: %s is %s, want %s; %v", name, key, text.String(), value, err)
			}
		}
	}
}

func TestPlanAsCSV(t *testing.T) {
	want := "outcome,subgroup,contrast,method,solve,design,clients,power,mcse,low,high,replicates,used\n" +
		"linked_7d,all,sbcm - referral,risk_difference,clients,246,246,0.25,0.0433,0.1755,0.343,100,false\n"
	if got := planText(t, plan(t), report.CSV, 80); !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 4 {
		t.Errorf("got\n%s\nwant\n%s...", got, want)
	}
}

// Plans that answer other questions have other names.
func TestStemsOfPlans(t *testing.T) {
	s := New(plan(t), "needle-exchange")
	if got := s.Stem("a"); got != "clients-a" {
		t.Errorf("got %s", got)
	}
	s.Subgroup, s.Require, s.Solve = "high_need", size.Any, size.Effect
	if got := s.Stem("a", "b"); got != "effect-any-a+b.high_need" {
		t.Errorf("got %s", got)
	}
	s.otherArm, s.Subgroup, s.Require = true, report.Everyone, size.Each
	if got := s.Stem("a"); got != "effect-a.all.sbcm" {
		t.Errorf("got %s", got)
	}
}
