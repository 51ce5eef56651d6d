package analysis

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// fallsTOML is a trial in which all that happens are falls at a rate, which the program
// changes from the first day on, death and loss that hides records.
const fallsTOML = `
title = "Falls"
source = "none"
[trial]
clients = %d
accrual = { per_month = 100 }
follow_up_days = [365.25]
[[arm]]
name = "usual"
control = true
[[arm]]
name = "managed"
programs = ["managing"]
[program.managing]
preset = ""
first_contact = { day = 0 }
[[program.managing.effect]]
on = "event.fall"
hazard_ratio = %g
lasts_days = 400
direct = true
[event.fall]
rate = { per_year = %g }
dispersion = %g
`

const lossyTOML = `
[death]
rate = { per_year = 0.4 }
[attrition]
hides_records = true
loss = { per_year = 0.5 }
`

// countTOML is an outcome of falls.
func countTOML(name, method, more string) string {
	return fmt.Sprintf("[[outcome]]\nname = %q\nvariable = \"event_count\"\nevent = \"fall\"\nat_days = 365.25\nmethod = %s\n%s\n", name, method, more)
}

const bothMethods = `["andersen_gill", "mean_cumulative"]`

// With a rate r a year, a ratio f and death at a rate d of its own, the mean number of falls
// by a year is r L in control and f r L with the program, L = (1 - exp(-d))/d; with a death as one
// more event both are higher by 1 - exp(-d), and where nobody dies L is 1. The rate ratio
// among those alive is f, whatever the dispersion. Estimates are about that, their
// intervals cover it, and without an effect one test in twenty rejects, though loss hides two
// records in five: all within 4 standard errors of the run.
func TestRecurringEventsInTrials(t *testing.T) {
	const rate, ratio, death, replicates = 1.5, 0.6, 0.4, 250
	deaths := `intercurrent = { death = "%s" }`
	outcomes := countTOML("kept", bothMethods, "") + countTOML("composite", bothMethods, fmt.Sprintf(deaths, "composite")) +
		countTOML("undying", bothMethods, fmt.Sprintf(deaths, "hypothetical"))
	res := run(t, parse(t, fmt.Sprintf(fallsTOML, 160, ratio, rate, 0.8)+lossyTOML+outcomes), Options{Replicates: replicates, Seed: 5})
	alive := (1 - math.Exp(-death)) / death
	for _, c := range []struct {
		outcome, method string
		truth           float64
	}{
		{"kept", "mean_cumulative", (ratio - 1) * rate * alive}, {"kept", "andersen_gill", math.Log(ratio)},
		{"composite", "mean_cumulative", (ratio - 1) * rate * alive},
		{"composite", "andersen_gill", math.Log((ratio*rate + death) / (rate + death))},
		{"undying", "mean_cumulative", (ratio - 1) * rate}, {"undying", "andersen_gill", math.Log(ratio)},
	} {
		p := &rowOf(t, res, c.outcome, c.method).Performance
		what := c.outcome + " by " + c.method
		if math.Abs(float64(p.Truth)-c.truth) > 4*float64(p.TruthMCSE) {
			t.Errorf("%s: the truth is %v (MCSE %v), want %v", what, p.Truth, p.TruthMCSE, c.truth)
		}
		if math.Abs(float64(p.Mean)-c.truth) > 4*float64(p.EmpiricalSE)/math.Sqrt(replicates) {
			t.Errorf("%s: the mean estimate is %v, want %v", what, p.Mean, c.truth)
		}
		if math.Abs(float64(p.Coverage)-0.95) > 4*math.Sqrt(0.05*0.95/replicates) {
			t.Errorf("%s: coverage %v", what, p.Coverage)
		}
	}
	null := run(t, parse(t, fmt.Sprintf(fallsTOML, 160, 1.0, rate, 0.8)+lossyTOML+outcomes), Options{Replicates: replicates, Seed: 6})
	for k := range null.Rows {
		if p := &null.Rows[k].Performance; math.Abs(float64(p.Power)-0.05) > 4*math.Sqrt(0.05*0.95/replicates) {
			t.Errorf("%s by %s: rejects %v without an effect", null.Rows[k].OutcomeSpec.Name, null.Rows[k].Method.Name, p.Power)
		}
	}
}

// The number of clients for 80 % power of Zhu & Lakkis (2014, Stat Med 33:376), with a rate of
// 0.8 in control, a ratio of 0.85, a dispersion of 0.4 and 0.75 years: by their second
// method, which takes the variance under the alternative for both hypotheses, 1,316 in each arm:
//
//	(z_0.975 + z_0.8)^2 ((1/0.8 + 1/0.68)/0.75 + 2 x 0.4) / log(0.85)^2
//
// The test of Andersen and Gill with equal times has the same variance (Lawless & Nadeau 1995).
func TestThePublishedSizeForRecurringEvents(t *testing.T) {
	suite.Long(t)
	const z, each, replicates = 1.959963984540054 + 0.8416212335729143, 1316, 2000
	v := (1/0.8+1/(0.8*0.85))/0.75 + 2*0.4
	if n := math.Ceil(z * z * v / (math.Log(0.85) * math.Log(0.85))); n != each {
		t.Fatalf("%v clients in each arm by the formula", n)
	}
	text := fmt.Sprintf(fallsTOML, 2*each, 0.85, 0.8, 0.4) + countTOML("falls", `["negative_binomial", "andersen_gill"]`, "")
	text = strings.ReplaceAll(text, "365.25", "273.9375")
	res := run(t, parse(t, text), Options{Replicates: replicates, Seed: 7, NoTruth: true})
	for _, method := range []string{"negative_binomial", "andersen_gill"} {
		if p := &rowOf(t, res, "falls", method).Performance; math.Abs(float64(p.Power)-0.8) > 4*math.Sqrt(0.8*0.2/replicates) {
			t.Errorf("power %v by %s, want 0.80", p.Power, method)
		}
	}
}
