package analysis

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis/measure"
	"caseload/internal/suite"
	"caseload/scenarios"
)

// wideTOML has every kind of outcome, effects that differ by subgroup, traits
// that matter, and death. Nobody is lost and nobody waits.
const wideTOML = `
title = "wide"
source = "a test"
[trial]
clients = %d
accrual = { over_days = 30 }
follow_up_days = [60, 180]
sites = %d
site_spread = { "linkage" = 0.3 }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[[trait]]
name = "distress"
prevalence = 0.4
acts_on = { "linkage" = 0.5, "risk" = 2.0 }
[[trait]]
name = "age"
mean = 40
sd = 10
acts_on = { "linkage" = 1.03 }
[[subgroup]]
name = "distressed"
when = "distress"
[service.clinic]
slots = "unlimited"
linkage = { probability = 0.45, by_days = 90 }
stay = { median_days = 40 }
frailty_sd = 0.6
[risk]
rate = { per_month = 0.5 }
[health]
mean = 50
sd = 10
now = { clinic = 4 }
[death]
rate = { probability = 0.15, by_days = 180 }
[program.manager]
uptake = 0.7
first_contact = { day = 0 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 2.2
lasts_days = 180
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 1.6
lasts_days = 180
in = "distressed"
[[program.manager.effect]]
on = "risk"
hazard_ratio = 0.7
lasts_days = 180
direct = true
`

// wideOutcomes asks every method of every kind of outcome that needs no
// clusters.
func wideOutcomes() string {
	var b strings.Builder
	for _, o := range []struct{ name, variable, day string }{
		{"linked", "linked_su", "90"}, {"time", "time_to_linkage", "180"}, {"score", "health", "180"}, {"risks", "risk_events", "180"},
		{"died", "time_to_death", "180"}} {
		v, _ := scenarios.LookupVariable(o.variable)
		fmt.Fprintf(&b, "[[outcome]]\nname = %q\nvariable = %q\nat_days = %s\ncovariates = [\"distress\", \"age\"]\nsubgroups = [\"distressed\"]\n", o.name, o.variable, o.day)
		var methods []string
		for _, name := range v.Methods() {
			m, _ := scenarios.LookupMethod(name)
			if m.Clusters || o.name == "died" && name == "median" {
				continue // without case managers; half don't die
			}
			methods = append(methods, fmt.Sprintf("%q", name))
		}
		fmt.Fprintf(&b, "method = [%s]\n", strings.Join(methods, ", "))
		if v.Kind == scenarios.Time {
			b.WriteString("strata = [\"site\"]\n")
		}
	}
	return b.String()
}

// The truth of every method is what it finds in one trial so large that chance
// hardly matters, measured without error and with nobody lost.
func TestTruthsAreWhatALargeTrialFinds(t *testing.T) {
	suite.Long(t)
	const large = 30000
	res := run(t, parse(t, fmt.Sprintf(wideTOML, 150, 2)+wideOutcomes()), Options{Replicates: 1500, Seed: 3})
	// As many sites as it has clients more: an effect of two sites is one draw of two.
	big := parse(t, fmt.Sprintf(wideTOML, large, 200)+wideOutcomes())
	w := big.NewWorkspace()
	w.Begin(11, 0)
	findings, err := Once(big, w.Trial(), 11, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != len(res.Rows) || len(findings) < 80 {
		t.Fatalf("%d findings, %d rows", len(findings), len(res.Rows))
	}
	effects := 0
	for k := range findings {
		f, p := &findings[k], &res.Rows[k].Performance
		if m, _ := scenarios.LookupMethod(f.Method.Name); m.TestOnly {
			continue // it estimates nothing
		}
		what := fmt.Sprintf("%s in %s by %s", f.OutcomeSpec.Name, f.SubgroupName, f.Method.Name)
		tolerance := 4 * math.Hypot(f.Estimate.SE, float64(p.TruthMCSE))
		if f.Method.Name == "log_rank" || f.Method.Name == "stratified_log_rank" {
			tolerance += 0.12 * float64(p.Truth.Abs()) // the one-step estimate falls short of a large effect
		}
		if !(math.Abs(f.Estimate.Value-float64(p.Truth)) < tolerance) {
			t.Errorf("%s: the large trial finds %.4f (SE %.4f), the truth is %.4f (MCSE %.4f)", what, f.Estimate.Value, f.Estimate.SE, p.Truth, p.TruthMCSE)
		}
		if !(p.TruthMCSE < res.Rows[k].Performance.EmpiricalSE/4) {
			t.Errorf("%s: MCSE of the truth %v of an SE of %v", what, p.TruthMCSE, p.EmpiricalSE)
		}
		if p.Truth.Abs() > 4*p.TruthMCSE {
			effects++
		}
	}
	if effects < 50 {
		t.Errorf("only %d effects that differ from zero", effects)
	}
}

// Each measure that is not fitted has one function that gives its truth.
func TestEveryMeasureHasATruth(t *testing.T) {
	for _, m := range measure.All() {
		_, moments := momentTruths[m]
		_, times := lifeTruths[m]
		if moments != (m.Truth() == measure.Moments) || times != (m.Truth() == measure.LifeTables) {
			t.Errorf("%s: by moments %v, by life tables %v, and the truth is of kind %d", m, moments, times, m.Truth())
		}
	}
}

// Without an effect the truth of every measure is 0, and not what rounding leaves of a
// fitted model: a ratio to that was an exaggeration of 1e15.
func TestRoundingIsNoEffect(t *testing.T) {
	const outcome = `outcome=[{name="abstinent",variable="abstinent",at_days=90,method=["logistic","odds_ratio","gee_logistic"],covariates=["site"]},` +
		`{name="days",variable="days_abstinent",at_days=90,method=["ancova","welch"],covariates=["site"]}]`
	sc, err := scenarios.Load(nil, "null", []string{"trial.sites=3", outcome})
	r := run(t, compiled(t, sc, err), Options{Replicates: 40, Seed: 1})
	seen := 0
	for k := range r.Rows {
		row := &r.Rows[k]
		if row.Truth != 0 || row.TypeM.Known() || row.TypeS.Known() {
			t.Errorf("%s, %s: truth %v, type M %v, type S %v", row.OutcomeSpec.Name, row.Method.Name, row.Truth, row.TypeM, row.TypeS)
		}
		if row.Method.Covariates {
			seen++
		}
	}
	if seen < 4 {
		t.Errorf("only %d methods that adjust", seen)
	}
}
