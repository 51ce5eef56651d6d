package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/analysis"
	"caseload/analysis/closedform"
	"caseload/scenarios"
	"caseload/sim"
)

// periodTrials are enough for an MCSE of 1.6 points at a power of 50 %.
const periodTrials = 1000

// periodTOML is a trial of sites that has next to nothing but what the formulas suppose: one
// hazard, which differs between sites, and an effect on it from the day of enrolment.
const periodTOML = `
title = "periods"
source = "a study of the formulas"
[trial]
clients = 3000
sites = 12
cluster_size = 250
accrual = { over_days = 500, pattern = "fixed" }
follow_up_days = [60]
site_spread = { linkage = 0.3 }
site_icc = { outcome = "linked", value = 0.05 }
[[arm]]
name = "usual"
programs = []
control = true
[[arm]]
name = "managed"
programs = ["manager"]
[service.clinic]
preset = ""
slots = "unlimited"
linkage = { probability = 0.3, by_days = 60 }
stay = { median_days = 40 }
[program.manager]
preset = ""
first_contact = { day = 0 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 1
lasts_days = 60
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
method = ["cluster_period_kr"]
`

// A periodCase is a design of sites in periods.
type periodCase struct {
	name, randomization string
	periods             int
	cac, ratio          float64 // of a site's hazards in two periods; hazard ratio of the power
}

var periodCases = []periodCase{
	{"stepped wedge of 4 steps", `{method="stepped_wedge",steps=4,step_days=100}`, 5, 1, 1.25},
	{"stepped wedge of 4 steps", `{method="stepped_wedge",steps=4,step_days=100}`, 5, 0.7, 1.3},
	{"cluster crossover of 2 periods", `{method="cluster_crossover",period_days=250}`, 2, 1, 1.2},
	{"cluster crossover of 2 periods", `{method="cluster_crossover",period_days=250}`, 2, 0.7, 1.25},
	{"parallel, after a baseline period", `{method="cluster",by="site",baseline_days=250}`, 2, 0.7, 1.5},
}

const periodsHead = `
## Trials in periods, against formulas

%s trials of each design (seed 1, two-sided 5 %%) of 12 sites with 250 clients each, spread over 500 days, of whom 30 %% are linked by day 60 in control. Sites differ in the hazard so much that the intraclass
correlation within a period is 0.05; *CAC* is the correlation of their log hazards in two periods. The analysis is *cluster period kr*, with effects of periods. *SE by formula*: that of Hussey & Hughes 2007 (Contemp Clin Trials
28:182, equations 7 and 8) for a CAC of 1, and of Hooper et al. 2016 (Stat Med 35:4718) for others, with the expected number of clients in each period at each site. *SE found*: the standard deviation of the estimates where there
is no effect. It must be within 4 Monte Carlo standard errors (MCSE), and 2 %% more since numbers of clients vary. *Power* is at the hazard ratio given: by formula a t test at the true
difference, with the variance of the mean of both arms' shares, and as many degrees of freedom as there are sites in a period less those of sites, periods and the arm (43 and 10). Sites have the same difference in the formula, and not quite here: the power found must be within 4 MCSE and 4 points, and
may be less for a CAC of 1. *Level*: share of trials without an effect that reject; at most 4 MCSE above 5 %%, and for a CAC below 1 at most as much below. With a CAC of 1 the variance between the periods of a site, which the analysis estimates, is 0. Estimates of it are 0 or more, so that with few degrees of freedom
the analysis rejects less than it might.

| design | CAC | SE by formula | SE found (MCSE) | level %% (MCSE) | HR | power %% by formula | power %% found (MCSE) |
|---|---|---|---|---|---|---|---|
`

// run simulates a case with some keys set.
func (c *periodCase) run(t *testing.T, sets ...string) *analysis.Result {
	t.Helper()
	sets = append([]string{"trial.randomization=" + c.randomization, fmt.Sprint("trial.period_correlation=", c.cac)}, sets...)
	return runPeriods(t, sets...)
}

func runPeriods(t *testing.T, sets ...string) *analysis.Result {
	t.Helper()
	sc, err := scenarios.Load(fstest.MapFS{"periods.toml": {Data: []byte(periodTOML)}}, "periods.toml", sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: periodTrials, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// formula returns the standard error of the difference by the closed form.
func (c *periodCase) formula(t *testing.T, variance float64) float64 {
	t.Helper()
	sc, err := scenarios.Load(fstest.MapFS{"periods.toml": {Data: []byte(periodTOML)}}, "periods.toml", []string{"trial.randomization=" + c.randomization})
	if err != nil {
		t.Fatal(err)
	}
	plan := sc.Schedule()
	d := closedform.PeriodDesign{ICC: 0.05, Correlation: closedform.Exchangeable(c.cac)}
	for _, row := range plan.Arms {
		var treated []bool
		var sizes []float64
		for _, arm := range row {
			treated, sizes = append(treated, arm != sc.Control()), append(sizes, 250/float64(c.periods))
		}
		d.Treated, d.Sizes, d.Clusters = append(d.Treated, treated), append(d.Sizes, sizes), append(d.Clusters, 12/float64(len(plan.Arms)))
	}
	return math.Sqrt(d.Variance() * variance)
}

// checkPeriods holds trials in periods to the formulas.
func checkPeriods(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, periodsHead, "1,000")
	for k := range periodCases {
		c := &periodCases[k]
		null := &c.run(t).Rows[0]
		se := c.formula(t, 0.3*0.7)
		found, mcse := float64(null.EmpiricalSE), float64(null.EmpiricalSEMCSE)
		if math.Abs(found-se) > 4*mcse+0.02*se {
			t.Errorf("%s, CAC %v: SE %v (%v), by formula %v", c.name, c.cac, found, mcse, se)
		}
		level := float64(null.Power)
		if off := level - 0.05; off > 4*math.Sqrt(0.05*0.95/periodTrials) || c.cac < 1 && -off > 4*math.Sqrt(0.05*0.95/periodTrials) {
			t.Errorf("%s, CAC %v: level %v", c.name, c.cac, level)
		}
		row := &c.run(t, fmt.Sprint("program.manager.effect[0].hazard_ratio=", c.ratio)).Rows[0]
		p1 := 0.3 + float64(row.Truth)
		df := float64(12*c.periods - 12 - (c.periods - 1) - 1)
		power := closedform.WaldTPower(float64(row.Truth), c.formula(t, (0.3*0.7+p1*(1-p1))/2), df, 0.05)
		if off := float64(row.Power) - power; off > 4*float64(row.PowerMCSE)+0.04 || c.cac < 1 && -off > 4*float64(row.PowerMCSE)+0.04 {
			t.Errorf("%s, CAC %v: power %v, by formula %v", c.name, c.cac, row.Power, power)
		}
		fmt.Fprintf(page, "| %s | %g | %.4f | %.4f (%.4f) | %.1f (%.1f) | %g | %.1f | %.1f (%.1f) |\n", c.name, c.cac, se, found, mcse,
			100*level, 100*float64(null.PowerMCSE), c.ratio, 100*power, 100*float64(row.Power), 100*float64(row.PowerMCSE))
	}
}

const trendHead = `
## A wedge, a secular trend, and an effect that grows

%s trials (seed 1) of the stepped wedge above. *Trend*: clients who enrol a year later are linked at 1.5 times the hazard, and the program does nothing. Without effects of periods (` + "`period_effects = false`" + `) the
analyses take the trend for an effect, since the clients of the treated arm enrol later; with them they do not, to 4 Monte Carlo standard errors (MCSE).

| analysis | effects of periods | mean estimate, points (MCSE) | rejects %% (MCSE) |
|---|---|---|---|
`

const growingHead = `
*Growing*: without a trend, a program with a hazard ratio of 2 that is new to its staff when their site crosses over (` + "`new_at_change`" + `): they can do nothing of it then, and learn half of what is missing in 150 days. The truth by how long
a site has had the program, in points:

| periods | truth (MCSE) |
|---|---|
`

const growingMiddle = `
An analysis with one effect, which is there at once, does not find the average of these, as Kenny et al. 2022 (Stat Med 41:4311) showed: its weights of long exposures are small and can be below 0. The rollout is the effect with everyone treated from day 0, by staff
who have learned since.

| analysis | is about | truth, points (MCSE) | mean estimate (MCSE) |
|---|---|---|---|
`

// checkTrend shows what a trend and a growing effect do to analyses of a wedge.
func checkTrend(t *testing.T, page *strings.Builder) {
	wedge := "trial.randomization=" + periodCases[0].randomization
	methods := `outcome.linked.method=["cluster_period_kr","cluster_robust","cluster_permutation"]`
	fmt.Fprintf(page, trendHead, "1,000")
	for _, with := range []bool{true, false} {
		res := runPeriods(t, wedge, methods, "trial.trend={linkage=1.5}", fmt.Sprint("outcome.linked.period_effects=", with))
		for k := range res.Rows {
			row := &res.Rows[k]
			if row.Method.Name == "cluster_permutation" && !with {
				continue // it compares within periods whatever the model has
			}
			biased := math.Abs(float64(row.Mean)) > 4*float64(row.MeanMCSE)
			rejects := math.Abs(float64(row.Power)-0.05) > 4*math.Sqrt(0.05*0.95/periodTrials)
			if biased == with || rejects == with {
				t.Errorf("%s with effects of periods %v: mean %v (%v), rejects %v", row.Method.Name, with, row.Mean, row.MeanMCSE, row.Power)
			}
			fmt.Fprintf(page, "| %s | %s | %.2f (%.2f) | %.1f (%.1f) |\n", scenarios.Plain(row.Method.Name), map[bool]string{true: "yes", false: "no"}[with],
				100*float64(row.Mean), 100*float64(row.MeanMCSE), 100*float64(row.Power), 100*float64(row.PowerMCSE))
		}
	}
	res := runPeriods(t, wedge, `outcome.linked.method=["cluster_period_kr","exposure_average_kr"]`, "program.manager.effect[0].hazard_ratio=2", "program.manager.staff=2",
		`program.manager.caseload="unlimited"`, "program.manager.staffing={turnover={per_year=0},learning={start=0,median_days=150,new_at_change=true}}")
	one, average := &res.Rows[0], &res.Rows[1]
	page.WriteString(growingHead)
	for _, x := range one.ByExposure {
		fmt.Fprintf(page, "| %d | %.2f (%.2f) |\n", x.Periods, 100*float64(x.Truth), 100*float64(x.MCSE))
	}
	page.WriteString(growingMiddle)
	for _, c := range []struct {
		row  *analysis.Row
		what string
	}{{one, "the rollout"}, {average, "the average over periods of exposure"}} {
		fmt.Fprintf(page, "| %s | %s | %.2f (%.2f) | %.2f (%.2f) |\n", scenarios.Plain(c.row.Method.Name), c.what, 100*float64(c.row.Truth), 100*float64(c.row.TruthMCSE),
			100*float64(c.row.Mean), 100*float64(c.row.MeanMCSE))
	}
	if miss := math.Abs(float64(average.Mean - average.Truth)); miss > 4*math.Hypot(float64(average.MeanMCSE), float64(average.TruthMCSE)) {
		t.Errorf("exposure average: mean %v, truth %v", average.Mean, average.Truth)
	}
	if miss := float64(average.Truth - one.Mean); !(miss > 4*math.Hypot(float64(one.MeanMCSE), float64(average.TruthMCSE))) {
		t.Errorf("one effect: mean %v, the average is %v", one.Mean, average.Truth)
	}
}
