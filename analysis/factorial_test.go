package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/measure"
	"caseload/internal/suite"
)

// factorialText is a 2 x 2 factorial trial of independent clients: points on a score, whose
// effects add up, and a hazard of quitting, which calls double.
const factorialText = `
title = "Two factors"
source = "None"
[trial]
clients = 128
accrual = { over_days = 100 }
follow_up_days = [90]
factors = ["visits", "calls"]
[program.visits]
first_contact = { day = 0 }
[[program.visits.effect]]
on = "health"
points = 5
lasts_days = 400
direct = true
[program.calls]
first_contact = { day = 0 }
[[program.calls.effect]]
on = "health"
points = 3
lasts_days = 400
direct = true
[[program.calls.effect]]
on = "quit"
hazard_ratio = 2
lasts_days = 400
direct = true
[use]
using = 1
quit = { per_year = 2 }
[health]
mean = 50
sd = 10
[[outcome]]
name = "health"
variable = "health"
method = ["ancova", "welch", "interaction"]
[[outcome]]
name = "abstinent"
variable = "abstinent"
method = ["risk_difference", "logistic", "logistic_interaction"]
`

// rowIn finds the row of a contrast of groups, of an outcome, by a method; an interaction
// has the clients with the other factor as its subgroup.
func rowIn(tb testing.TB, r *Result, outcome, subgroup, arm, method string) *Row {
	tb.Helper()
	k := slices.IndexFunc(r.Rows, func(row Row) bool {
		return row.OutcomeSpec.Name == outcome && row.SubgroupName == subgroup && row.ArmName == arm && row.Method.Name == method
	})
	if k < 0 {
		tb.Fatalf("no row of %s in %s for %s by %s", outcome, subgroup, arm, method)
	}
	return &r.Rows[k]
}

// The analyses of the first trial of seed 1, by R 4.2.2 on what "caseload data" writes of it
// (six decimals of each score):
//
//	A <- grepl("visits", d$arm) - .5; B <- grepl("calls", d$arm) - .5  # effect coding
//	m <- lm(y ~ A + B); coef(m); sqrt(diag(sandwich::vcovHC(m, "HC2")))
//	m <- lm(y ~ A * B); coef(m)[4]; sqrt(diag(vcovHC(m, "HC2")))[4]
//	m <- glm(z ~ A + B, binomial, epsilon = 1e-14); coef(m); sqrt(diag(vcov(m)))
//	m <- glm(z ~ A * B, binomial, epsilon = 1e-14); coef(m)[4]; sqrt(diag(vcov(m)))[4]
func TestFactorialAgainstR(t *testing.T) {
	m := parse(t, factorialText)
	found, err := Once(m, m.Show(1, 0).Observed, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		outcome, subgroup, arm, method string
		value, se                      float64
	}{
		{"health", "all", "with_visits", "ancova", 8.273350297, 1.829990394},
		{"health", "all", "with_calls", "ancova", 6.163079984, 1.829990394},
		{"health", "with_calls", "with_visits", "interaction", -1.291785656, 3.672877608},
		{"abstinent", "all", "with_visits", "logistic", 0.1399653842, 0.3743192535},
		{"abstinent", "all", "with_calls", "logistic", 1.308440217, 0.3751199293},
		{"abstinent", "with_calls", "with_visits", "logistic_interaction", -0.5833211258, 0.7537126736},
	} {
		k := slices.IndexFunc(found, func(f Finding) bool {
			return f.OutcomeSpec.Name == c.outcome && f.SubgroupName == c.subgroup && f.ArmName == c.arm && f.Method.Name == c.method
		})
		if k < 0 {
			t.Errorf("no analysis of %s in %s for %s by %s", c.outcome, c.subgroup, c.arm, c.method)
			continue
		}
		if e := found[k].Estimate; !(math.Abs(e.Value-c.value) < 1e-6) || !(math.Abs(e.SE-c.se) < 1e-6) {
			t.Errorf("%s for %s by %s: got %.8f (%.8f), want %.8f (%.8f)", c.outcome, c.arm, c.method, e.Value, e.SE, c.value, c.se)
		}
	}
	if n := len(found); n != 10 {
		t.Errorf("%d analyses, want 10: of each outcome two methods for two main effects, and one for the interaction", n)
	}
}

// Without an interaction a factorial trial has, for each main effect, the power of a trial
// of two arms with all its clients, whatever the other factor does (Collins, Dziak & Li
// 2009, Psychol Methods 14:202): by R's noncentral t, of 128 clients with a standard
// deviation of 10 and 125 degrees of freedom, 0.801411 for 5 points and 0.391429 for 3:
//
//	p <- function(ncp, df) 1 - pt(qt(.975, df), df, ncp) + pt(-qt(.975, df), df, ncp)
//	p(5 / (2 * 10 / sqrt(128)), 125); p(3 / (2 * 10 / sqrt(128)), 125)
//
// The interaction, a difference of two differences, has four times their variance, and its
// test has the level where effects add up: points on a score do, and so do on the scale of
// the log odds the effects of a factor that does nothing and another.
func TestFactorialPowerByTheory(t *testing.T) {
	replicates := 2000
	if suite.IsLong() {
		replicates = 20000
	}
	r := run(t, parse(t, factorialText), Options{Replicates: replicates, Seed: 5, NoTruth: true})
	n := float64(replicates)
	share := func(outcome, subgroup, arm, method string, want float64) {
		t.Helper()
		got := float64(rowIn(t, r, outcome, subgroup, arm, method).Power)
		within(t, fmt.Sprintf("power for %s of %s by %s", outcome, arm, method), got, want, math.Sqrt(want*(1-want)/n))
	}
	share("health", "all", "with_visits", "ancova", 0.801411)
	share("health", "all", "with_calls", "ancova", 0.391429)
	share("health", "with_calls", "with_visits", "interaction", 0.05)
	share("abstinent", "with_calls", "with_visits", "logistic_interaction", 0.05)
	main, interaction := rowIn(t, r, "health", "all", "with_visits", "ancova"), rowIn(t, r, "health", "with_calls", "with_visits", "interaction")
	ratio := math.Pow(float64(interaction.EmpiricalSE/main.EmpiricalSE), 2)
	// The log of the ratio of two independent sample variances has variance 2/n + 2/n.
	within(t, "variance of the interaction over that of a main effect", math.Log(ratio), math.Log(4), math.Sqrt(4/n))
}

// armMean is the true mean of an outcome in an arm or group, among everyone.
func armMean(tb testing.TB, r *Result, outcome, arm string) float64 {
	tb.Helper()
	for k := range r.Arms {
		if a := &r.Arms[k]; a.Outcome.Name == outcome && a.Arm == arm && a.Subgroup == "all" {
			return float64(a.Mean)
		}
	}
	tb.Fatalf("no arm %s of %s", arm, outcome)
	return 0
}

// The truth of a main effect is the mean of the differences that the factor makes with and
// without the other one, weighted by the allocation ratio; that of the interaction is their
// difference; and that of logistic regression is what it would say of endless clients in
// the four arms.
func TestFactorialTruths(t *testing.T) {
	for _, ratio := range []float64{1, 3} {
		text := factorialText
		if ratio > 1 {
			text = strings.Replace(text, "[program.visits]", fmt.Sprintf(`
[[arm]]
name = "none"
programs = []
control = true
ratio = %[1]g
[[arm]]
name = "visits"
programs = ["visits"]
ratio = %[1]g
[[arm]]
name = "calls"
programs = ["calls"]
[[arm]]
name = "visits_and_calls"
programs = ["visits", "calls"]
[program.visits]`, ratio), 1)
		}
		text = strings.Replace(text, "[health]\n", "[[program.visits.effect]]\non = \"quit\"\nhazard_ratio = 1.5\nlasts_days = 400\ndirect = true\n[health]\n", 1)
		r := run(t, parse(t, text), Options{Replicates: 64, Seed: 2})
		none, visits, calls, both := armMean(t, r, "abstinent", "none"), armMean(t, r, "abstinent", "visits"), armMean(t, r, "abstinent", "calls"), armMean(t, r, "abstinent", "visits_and_calls")
		truth := func(arm string) float64 {
			return float64(rowIn(t, r, "abstinent", "all", arm, "risk_difference").Truth)
		}
		// With equal ratios models are fitted to everyone in each arm, else to the clients drawn.
		model := func(what, subgroup, arm, method string, want float64) {
			t.Helper()
			row, se := rowIn(t, r, "abstinent", subgroup, arm, method), 5e-4
			if ratio > 1 {
				se += float64(row.TruthMCSE)
			}
			within(t, what, float64(row.Truth), want, se)
		}
		within(t, "visits", truth("with_visits"), (ratio*(visits-none)+(both-calls))/(ratio+1), 1e-12)
		within(t, "calls", truth("with_calls"), ((calls-none)+(both-visits))/2, 1e-12)
		within(t, "with visits", armMean(t, r, "abstinent", "with_visits"), (ratio*visits+both)/(ratio+1), 1e-12)
		odds := func(p float64) float64 { return math.Log(p / (1 - p)) }
		model("interaction", "with_calls", "with_visits", "logistic_interaction", odds(both)-odds(calls)-odds(visits)+odds(none))
		want := mainEffectOdds([4]float64{none, visits, calls, both}, [4]float64{ratio, ratio, 1, 1})
		model("odds of visits", "all", "with_visits", "logistic", want[1])
		model("odds of calls", "all", "with_calls", "logistic", want[2])
		within(t, "interaction of the score", float64(rowIn(t, r, "health", "with_calls", "with_visits", "interaction").Truth), 0, 1e-9)
	}
}

// mainEffectOdds fits a logistic regression on two factors to shares in the arms with
// neither, the first, the second and both, by Newton's method.
func mainEffectOdds(p, weight [4]float64) (b [3]float64) {
	for range 50 {
		var score [3]float64
		var h [3][3]float64
		for k := range p {
			x := [3]float64{1, float64(k & 1), float64(k >> 1)}
			mu := 1 / (1 + math.Exp(-(b[0] + b[1]*x[1] + b[2]*x[2])))
			for i := range x {
				score[i] += weight[k] * x[i] * (p[k] - mu)
				for j := range x {
					h[i][j] += weight[k] * x[i] * x[j] * mu * (1 - mu)
				}
			}
		}
		det := func(m [3][3]float64) float64 {
			return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) - m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) + m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
		}
		for c := range b { // Cramer
			m := h
			for i := range m {
				m[i][c] = score[i]
			}
			b[c] += det(m) / det(h)
		}
	}
	return b
}

// methodsText has outcomes of each kind, for all ways in which truths are found.
const methodsText = `
[[outcome]]
name = "quitting"
variable = "abstinent"
method = ["risk_difference", "risk_ratio", "odds_ratio"]
[[outcome]]
name = "score"
variable = "health"
method = ["welch", "hedges_g", "wilcoxon"]
[[outcome]]
name = "days"
variable = "use_days_month"
method = "wilcoxon"
[[outcome]]
name = "until"
variable = "time_to_death"
method = ["log_rank", "rmst", "survival_difference", "cumulative_incidence"]
[death]
rate = { per_year = 1 }
`

// A factor that does nothing changes no truth: that of the other one is that of the trial of
// two arms, whatever the method finds it by.
func TestIdleFactorChangesNoTruth(t *testing.T) {
	idle := strings.Replace(strings.Split(factorialText, "[[outcome]]")[0]+methodsText, "[[program.calls.effect]]\non = \"health\"\npoints = 3\nlasts_days = 400\ndirect = true\n[[program.calls.effect]]\non = \"quit\"\nhazard_ratio = 2\nlasts_days = 400\ndirect = true\n",
		"[[program.visits.effect]]\non = \"quit\"\nhazard_ratio = 2\nlasts_days = 400\ndirect = true\n[[program.visits.effect]]\non = \"death\"\nhazard_ratio = 0.5\nlasts_days = 400\ndirect = true\n", 1)
	two := strings.Replace(idle, `factors = ["visits", "calls"]`, `factors = ["visits"]`, 1)
	factorial, parallel := run(t, parse(t, idle), Options{Replicates: 32, Seed: 2}), run(t, parse(t, two), Options{Replicates: 32, Seed: 2})
	for k := range parallel.Rows {
		want := &parallel.Rows[k]
		got := rowIn(t, factorial, want.OutcomeSpec.Name, "all", "with_visits", want.Method.Name)
		if tolerance := 1e-9; want.Method.Measure.Truth() == measure.Pairs {
			within(t, want.Method.Name, float64(got.Truth), float64(want.Truth), 0.005) // of other pairs of clients
		} else {
			within(t, want.OutcomeSpec.Name+" by "+want.Method.Name, float64(got.Truth), float64(want.Truth), tolerance)
		}
		if other := rowIn(t, factorial, want.OutcomeSpec.Name, "all", "with_calls", want.Method.Name); !(math.Abs(float64(other.Truth)) < 1e-9) {
			t.Errorf("%s by %s: the idle factor has an effect of %g", want.OutcomeSpec.Name, want.Method.Name, float64(other.Truth))
		}
	}
}

// One factor is a trial of two arms, to the bit.
func TestOneFactorIsTwoArms(t *testing.T) {
	text := strings.Replace(strings.ReplaceAll(factorialText, `, "interaction"`, ""), `, "logistic_interaction"`, "", 1)
	one := strings.Replace(text, `factors = ["visits", "calls"]`, `factors = ["calls"]`, 1)
	two := strings.Replace(text, "factors = [\"visits\", \"calls\"]\n", "[[arm]]\nname = \"none\"\nprograms = []\ncontrol = true\n[[arm]]\nname = \"calls\"\nprograms = [\"calls\"]\n", 1)
	a, b := numbers(run(t, parse(t, one), Options{Replicates: 64, Seed: 3})), numbers(run(t, parse(t, two), Options{Replicates: 64, Seed: 3}))
	if !slices.Equal(a, b) {
		t.Error("a trial of one factor and one of two arms give different numbers")
	}
}

// Where clients share queues and case managers the truth is that of the trial: no estimate
// of a main effect or of an interaction is biased by more than four of its own errors.
func TestFactorialTruthsWithQueues(t *testing.T) {
	text := strings.Replace(factorialText, "[health]\n", `[program.calls.start]
in = "clinic"
[service.clinic]
slots = 8
linkage = { per_month = 0.5, under = "none" }
stay = { median_days = 30, among = "entered" }
while_in = { use = { quit = 5 } }
[health]
`, 1)
	text = strings.Replace(text, "[program.calls.start]\nin = \"clinic\"\n", "[[program.visits.effect]]\non = \"linkage.clinic\"\nhazard_ratio = 3\nlasts_days = 400\n", 1)
	text = strings.Replace(text, "while_in = { use = { quit = 5 } }\n", "", 1)
	text += "[[outcome]]\nname = \"linked\"\nvariable = \"linked_su\"\nmethod = [\"risk_difference\", \"interaction\"]\n"
	m := parse(t, text)
	if !m.Shared() {
		t.Fatal("nobody queues")
	}
	r := run(t, m, Options{Replicates: 400, Seed: 4})
	for k := range r.Rows {
		row := &r.Rows[k]
		bias, mcse := float64(row.Bias), float64(row.BiasMCSE)
		if mcse > 0 && !(math.Abs(bias) <= 4*mcse) {
			t.Errorf("%s of %s in %s by %s: bias %.4f, MCSE %.4f", row.OutcomeSpec.Name, row.ArmName, row.SubgroupName, row.Method.Name, bias, mcse)
		}
	}
	if got := float64(rowIn(t, r, "linked", "all", "with_visits", "risk_difference").Truth); !(got > 0.05) {
		t.Errorf("visits link %.3f more, want more than 0.05: the test would see nothing", got)
	}
}

// Thirty-two arms are the most: each client is in one of them, and each main effect is of
// half of the clients against the other half.
func TestFiveFactors(t *testing.T) {
	text := strings.Replace(factorialText, `factors = ["visits", "calls"]`, `factors = ["visits", "calls", "c", "d", "e"]`, 1)
	text = strings.Replace(strings.ReplaceAll(text, `, "interaction"`, ""), `, "logistic_interaction"`, "", 1)
	for _, name := range []string{"c", "d", "e"} {
		text += "[program." + name + "]\nfirst_contact = { day = 0 }\n"
	}
	m := parse(t, text)
	o := m.NewWorkspace()
	o.Begin(1, 0)
	seen := map[uint8]int{}
	for _, arm := range o.Trial().Arm {
		seen[arm]++
	}
	if len(seen) != 32 || seen[31] < 2 || seen[31] > 6 {
		t.Errorf("clients in %d arms, %d in the last: want 32 arms of about 4", len(seen), seen[31])
	}
	r := run(t, m, Options{Replicates: 8, Seed: 1})
	for _, name := range []string{"visits", "calls", "c", "d", "e"} {
		row := rowIn(t, r, "health", "all", "with_"+name, "welch")
		within(t, "truth of "+name, float64(row.Truth), map[string]float64{"visits": 5, "calls": 3}[name], 1e-9)
		within(t, "clients", float64(row.N), 128, 1e-9)
	}
}

// Main effects of a balanced trial are independent but for the standard deviation that their
// tests share, so that trials keep both factors, which are those to keep, about as often as
// the product of the powers; and a factor that does nothing half as often as its test rejects.
func TestScreeningKeepsFactors(t *testing.T) {
	suite.Long(t)
	const replicates = 1024
	r := run(t, parse(t, factorialText), Options{Replicates: replicates, Seed: 6})
	health, abstinent := &r.Screenings[0], &r.Screenings[1]
	if health.Factors[0].Keep != "yes" || health.Factors[1].Keep != "yes" || abstinent.Factors[0].Keep != "no" || abstinent.Factors[1].Keep != "yes" {
		t.Errorf("to keep: %v and %v, want both for health and calls alone for abstinence", health.Factors, abstinent.Factors)
	}
	both := 0.801411 * 0.391429 // TestFactorialPowerByTheory
	within(t, "share that keep both", float64(health.Right.Share), both, math.Sqrt(both*(1-both)/replicates))
	within(t, "share that keep an idle factor", float64(abstinent.Factors[0].Kept.Share), 0.025, math.Sqrt(0.025*0.975/replicates))
	sum := 0.0
	for _, s := range health.Sets {
		sum += float64(s.Kept.Share)
	}
	within(t, "all sets", sum, 1, 1e-12)

	// With a threshold in the unit of the effect: the estimate of 5 points, of standard error
	// 20/sqrt(128), is above 4 in a share of Phi((5 - 4) sqrt(128) / 20), by R 0.714196.
	r = run(t, parse(t, strings.Replace(factorialText, "variable = \"health\"", "variable = \"health\"\nkeep_above = 4", 1)), Options{Replicates: replicates, Seed: 7})
	health = &r.Screenings[0]
	within(t, "share above a threshold", float64(health.Factors[0].Kept.Share), 0.714196, math.Sqrt(0.7142*0.2858/replicates))
	if health.Factors[0].Keep != "yes" || health.Factors[1].Keep != "no" {
		t.Errorf("to keep above 4: %v, want visits with 5 points and not calls with 3", health.Factors)
	}
}

// Sites that go from control to arms of a factorial trial after a baseline period have main effects,
// without truths by exposure: a margin is no arm that a site has been in.
func TestAFactorialTrialWithABaselinePeriod(t *testing.T) {
	text := strings.Replace(factorialText, "[trial]\n", "[trial]\nsites = 8\nrandomization = { method = \"cluster\", by = \"site\", baseline_days = 30 }\n", 1)
	r := run(t, parse(t, text), Options{Replicates: 8, Seed: 4})
	row := rowIn(t, r, "health", "all", "with_visits", "ancova")
	if got := float64(row.Truth); !(got > 0) || len(row.ByExposure) > 0 {
		t.Errorf("truth %v, by exposure %v", got, row.ByExposure)
	}
}
