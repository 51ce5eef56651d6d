package analysis

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/analysis/measure"
	"caseload/scenarios"
	"caseload/sim"
)

// wedgeTOML is a stepped wedge of clients who do not meet: four sequences of two sites.
const wedgeTOML = `
title = "wedge"
source = "a test"
[trial]
clients = 400
sites = 8
accrual = { over_days = 500, pattern = "fixed" }
follow_up_days = [60]
randomization = { method = "stepped_wedge", steps = 4, step_days = 100 }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
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
hazard_ratio = 1.8
lasts_days = 60
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
method = ["cluster_period_kr", "risk_difference", "logistic"]
`

func wedge(t *testing.T, sets ...string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Load(fstest.MapFS{"wedge.toml": {Data: []byte(wedgeTOML)}}, "wedge.toml", sets)
	return compiled(t, sc, err)
}

// A wedge of one step without a baseline, of which half of the sites never cross, is analysed as the
// parallel trial is, and has its truths, to the bit.
func TestAWedgeOfOneStepIsAnalysedAsAParallelTrial(t *testing.T) {
	result := func(how string) string {
		r := run(t, wedge(t, "trial.randomization="+how, "trial.site_spread={linkage=0.3}", "service.clinic.slots=30"), Options{Replicates: 60, Seed: 2})
		text := ""
		for k := range r.Rows {
			text += fmt.Sprintf("%+v\n", r.Rows[k].Performance)
		}
		return text
	}
	if a, b := result(`{method="cluster",by="site"}`), result(`{method="stepped_wedge",steps=1,step_days=30,baseline_days=0,never=1}`); a != b {
		t.Errorf("got\n%s\nwant\n%s", b, a)
	}
}

// Of clients who do not meet, in a trial without a trend, the truth is the risk difference of the two
// hazards: 0.3 in control, 1 - 0.7^1.8 with the program; so it is after each number of periods of
// exposure. The analysis with effects of the periods finds it.
func TestTruthsInPeriods(t *testing.T) {
	r := run(t, wedge(t), Options{Replicates: 600, Seed: 4})
	want := 0.7 - math.Pow(0.7, 1.8)
	row := &r.Rows[0]
	near(t, "truth", float64(row.Truth), want, float64(row.TruthMCSE))
	near(t, "estimate", float64(row.Mean), want, float64(row.MeanMCSE))
	if len(row.ByExposure) != 4 {
		t.Fatalf("truths after %d numbers of periods, want 4", len(row.ByExposure))
	}
	for k, x := range row.ByExposure {
		near(t, fmt.Sprint("truth after ", x.Periods), float64(x.Truth), want, float64(x.MCSE))
		if clients := float64(20 * (4 - k)); math.Abs(float64(x.N)-clients) > 4 {
			t.Errorf("%v clients after %d periods, want about %v", x.N, x.Periods, clients)
		}
	}
}

func near(t *testing.T, what string, got, want, se float64) {
	t.Helper()
	if !(math.Abs(got-want) < 4*se) {
		t.Errorf("%s: %v (SE %v), want %v", what, got, se, want)
	}
}

// Under shared queues, too, the truth is everyone in one arm less everyone in the other: as
// randomized, arms would differ in when their clients enrol.
func TestTruthsInPeriodsAreOfARollout(t *testing.T) {
	sets := []string{"service.clinic.slots=15", "trial.trend={linkage=2}"}
	r := run(t, wedge(t, sets...), Options{Replicates: 60, Seed: 4})
	for k := range r.Rows {
		if row := &r.Rows[k]; row.Method.Measure != measure.LogOR && row.Truth != row.TruthRollout {
			t.Errorf("%s: truth %v, rolled out %v", row.Method.Name, row.Truth, row.TruthRollout)
		}
	}
}

// Without an effect and with a secular trend the analyses without effects of the periods find one, and
// those with them do not.
func TestASecularTrendIsNoEffect(t *testing.T) {
	sets := []string{"program.manager.effect[0].hazard_ratio=1", "trial.trend={linkage=2}", `outcome.linked.method=["cluster_period_kr","cluster_robust"]`}
	r := run(t, wedge(t, sets...), Options{Replicates: 400, Seed: 4})
	without := run(t, wedge(t, append(sets, "outcome.linked.period_effects=false")...), Options{Replicates: 400, Seed: 4})
	for k := range r.Rows {
		row, bare := &r.Rows[k], &without.Rows[k]
		near(t, row.Method.Name, float64(row.Mean), 0, float64(row.MeanMCSE))
		if level := float64(row.Power); level > 0.05+4*math.Sqrt(0.05*0.95/400) {
			t.Errorf("%s rejects in %v of trials", row.Method.Name, level)
		}
		if bare.Validity.Holds || !strings.Contains(bare.Validity.Why, "periods") || !(bare.Mean > 10*bare.MeanMCSE) {
			t.Errorf("%s without effects of the periods: mean %v (%v), holds %v", bare.Method.Name, bare.Mean, bare.MeanMCSE, bare.Validity.Holds)
		}
	}
}
