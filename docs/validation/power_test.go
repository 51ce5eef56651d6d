package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/closedform"
	"caseload/scenarios"
	"caseload/sim"
)

// powerCase is a trial so plain that a formula knows its power.
type powerCase struct {
	what, method string
	arms, life   string // arms with what their programs do; the world
	outcome      string
	clients      int
	formula      float64
	exact        float64 // of the test itself, where the formula approximates
	truth        float64 // the effect in the unit of the method
}

// powerTOML has arms of the same size, nobody lost and nobody waiting.
const powerTOML = `
title = "power"
source = "a test"
[trial]
clients = %d
accrual = { over_days = 30, pattern = "fixed" }
follow_up_days = [%d]
randomization = { %s }
%s
%s
[[outcome]]
name = "outcome"
variable = "%s"
method = "%s"
`

const (
	powerDays   = 90
	powerTrials = 10000
	twoArms     = `
[[arm]]
name = "treated"
programs = ["one"]
[[arm]]
name = "control"
programs = ["other"]
control = true
`
)

// acting are the programs of both arms: the same, but for what one contact on the
// first day does to all days.
func acting(on, one, other string) string {
	text := twoArms
	for _, p := range [][2]string{{"one", one}, {"other", other}} {
		text += fmt.Sprintf("[program.%s]\n%s\n[[program.%s.effect]]\non = %q\n%s\nlasts_days = %d\n",
			p[0], staffOf(p[1]), p[0], on, effectOf(p[1]), powerDays+1)
	}
	return text
}

// A program is spelled "effect" or "staff; effect".
func staffOf(p string) string {
	if staff, _, both := strings.Cut(p, ";"); both {
		return staff
	}
	return ""
}

func effectOf(p string) string { return p[strings.LastIndex(p, ";")+1:] }

func (c *powerCase) compile(t *testing.T) *sim.Model {
	t.Helper()
	randomization := `method = "blocks", sizes = [4]`
	if c.method == "cluster_robust" {
		randomization = `method = "cluster", by = "manager"`
	}
	text := fmt.Sprintf(powerTOML, c.clients, powerDays, randomization, c.arms, c.life, c.outcome, c.method)
	sc, err := scenarios.Parse("power.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const powerHead = `
## Power against closed forms

%d trials of each of designs so plain that a formula knows their power: two arms of the same size, all contacts on the
first day and their effect on all days, nobody lost, nobody waiting, clients alike (seed 1, two-sided 5 %%). The truth
is what the scenario asks for, not what is simulated. *Formula*: of proportions, the normal approximation with the
variance pooled under no difference (Fleiss, Levin & Paik 2003, 4.14); of the log-rank test, Schoenfeld's (1981) at the
expected number of events; of scores, the noncentral t distribution; of clusters, the same for their means, with the
design effect and two degrees of freedom less than there are clusters. *Reference*: the power of the test itself. It is
the formula's where that is exact; of proportions, the sum over all pairs of counts; of the log-rank test, by the
statistic's mean and variance at the hazard ratio, over all of follow-up, where Schoenfeld takes those near no effect.
The simulated power must be within 4 Monte Carlo standard errors (MCSE) of the reference.

| design | test | clients | truth | formula | reference | formula's error, points | simulated (MCSE) |
|---|---|---|---|---|---|---|---|
`

const powerNote = `
The formulas' own error is small: the normal approximation of proportions is off by less than a point at these sizes,
Schoenfeld's by less than a tenth of one at hazard ratios this close to 1.
`

// checkPower holds simulated power to formulas.
func checkPower(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, powerHead, powerTrials)
	for _, c := range powerCases() {
		res, err := analysis.Run(context.Background(), c.compile(t), analysis.Options{Replicates: powerTrials, Seed: 1, NoTruth: true})
		if err != nil {
			t.Fatal(err)
		}
		p := &rowOf(t, res, "outcome", c.method).Performance
		exact := c.reference()
		if !(math.Abs(float64(p.Power)-exact) < float64(4*p.PowerMCSE)) {
			t.Errorf("%s, %d clients: power %.4f (MCSE %.4f), want %.4f", c.what, c.clients, p.Power, p.PowerMCSE, exact)
		}
		if !(math.Abs(float64(p.Mean)-c.truth) < float64(4*p.MeanMCSE)+c.slack()) {
			t.Errorf("%s, %d clients: mean %.4f (MCSE %.4f), want %.4f", c.what, c.clients, p.Mean, p.MeanMCSE, c.truth)
		}
		fmt.Fprintf(page, "| %s | %s | %d | %s | %.2f %% | %.2f %% | %+.2f | %.2f %% (%.2f) |\n", c.what, c.method, c.clients, c.truthText(),
			100*c.formula, 100*exact, 100*(c.formula-exact), 100*p.Power, 100*p.PowerMCSE)
	}
	page.WriteString(powerNote)
}

// reference is the power of the test itself.
func (c *powerCase) reference() float64 {
	if c.exact > 0 {
		return c.exact
	}
	return c.formula
}

// slack is how far the mean estimate may be off beside its Monte Carlo error: a
// log-rank test's is one step on the way to the hazard ratio.
func (c *powerCase) slack() float64 {
	if c.method == "log_rank" {
		return 0.05 * math.Abs(c.truth)
	}
	return 0
}

func (c *powerCase) truthText() string {
	switch c.method {
	case "log_rank":
		return fmt.Sprintf("HR %.2f", math.Exp(c.truth))
	case "risk_difference", "chi_square":
		return fmt.Sprintf("%.1f pp", 100*c.truth)
	}
	return fmt.Sprintf("%.1f", c.truth)
}

// powerCases are each kind of test at some sizes, and without an effect.
func powerCases() (list []powerCase) {
	for _, c := range []struct {
		clients   int
		p0, ratio float64
		method    string
	}{
		{160, 0.30, 2, "risk_difference"}, {240, 0.30, 1.6, "chi_square"},
		{400, 0.15, 1.6, "risk_difference"}, {240, 0.30, 1, "risk_difference"},
	} {
		list = append(list, proportionsCase(c.clients, c.p0, c.ratio, c.method))
	}
	for _, c := range []struct {
		clients int
		shift   float64
	}{{40, 7}, {100, 5}, {240, 4}, {40, 0}} {
		list = append(list, scoreCase(c.clients, c.shift))
	}
	for _, c := range []struct {
		clients int
		hr      float64
	}{{300, 1.3}, {600, 1.25}, {600, 0.8}, {300, 1}} {
		list = append(list, logRankCase(c.clients, c.hr))
	}
	for _, c := range []struct {
		managers, size int
		shift          float64
	}{{5, 12, 7}, {10, 12, 5}, {15, 20, 4}, {5, 12, 0}} {
		list = append(list, clustersCase(c.managers, c.size, c.shift))
	}
	return list
}

func proportionsCase(clients int, p0, hr float64, method string) powerCase {
	p1, n := -math.Expm1(hr*math.Log1p(-p0)), float64(clients)/2
	c := powerCase{what: fmt.Sprintf("%.0f %% linked against %.1f %%", 100*p0, 100*p1), method: method, outcome: "linked_su", clients: clients,
		truth: p1 - p0,
		arms:  acting("linkage", fmt.Sprint("hazard_ratio = ", hr), "hazard_ratio = 1"),
		life:  fmt.Sprintf("[service.clinic]\nslots = \"unlimited\"\nlinkage = { probability = %v, by_days = %d }\nstay = { median_days = 30 }\n", p0, powerDays)}
	c.exact = exactProportions(clients/2, p1, p0)
	if c.formula = closedform.TwoProportionsPower(p1, p0, n, n, 0.05); hr == 1 {
		c.formula = 0.05 // both tails
	}
	return c
}

func scoreCase(clients int, shift float64) powerCase {
	n := float64(clients) / 2
	return powerCase{what: "a score of SD 10", method: "student", outcome: "health", clients: clients, truth: shift,
		arms: acting("health", fmt.Sprint("direct = true\npoints = ", 1+shift), "direct = true\npoints = 1"), life: "[health]\nmean = 50\nsd = 10\n",
		formula: closedform.TTestPower(shift/10, n, n, 0.05)}
}

func clustersCase(managers, size int, shift float64) powerCase {
	const icc = 0.1
	spread := 10 * math.Sqrt(icc/(1-icc))
	staff := fmt.Sprintf("staff = %d\nspread = %v;", managers, spread)
	return powerCase{what: fmt.Sprintf("a score of SD 10, %d case managers an arm, ICC %.1f", managers, icc), method: "cluster_robust", outcome: "health",
		clients: 2 * managers * size, truth: shift,
		arms: acting("health", fmt.Sprint(staff, "direct = true\npoints = ", 1+shift), staff+"direct = true\npoints = 1"), life: "[health]\nmean = 50\nsd = 10\n",
		formula: closedform.ClusteredTPower(shift/math.Hypot(10, spread), float64(managers), float64(size), icc, 0.05)}
}

func logRankCase(clients int, hr float64) powerCase {
	const hazard = 0.012
	events := float64(clients) / 2 * (-math.Expm1(-hazard*powerDays) - math.Expm1(-hazard*hr*powerDays))
	c := powerCase{what: fmt.Sprintf("exponential times, %.0f events expected", events), method: "log_rank", outcome: "time_to_linkage",
		clients: clients, truth: math.Log(hr),
		arms:    acting("linkage", fmt.Sprint("hazard_ratio = ", hr), "hazard_ratio = 1"),
		life:    fmt.Sprintf("[service.clinic]\nslots = \"unlimited\"\nlinkage = { per_day = %v }\nstay = { median_days = 30 }\n", hazard),
		formula: closedform.LogRankPower(hr, events, 0.5, 0.05), exact: logRankAtRatio(float64(clients), hazard, hr)}
	if hr == 1 {
		c.formula, c.exact = 0.05, 0.05 // both tails
	}
	return c
}
