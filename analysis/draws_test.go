package analysis

import (
	"fmt"
	"math"
	"testing"

	"caseload/analysis/numeric"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

// pointsTOML is a trial of a score that a program raises at once and for good: the mean
// difference is the points, and its standard error 10 sqrt(2 / 100).
const pointsTOML = `
title = "points"
source = "a test"
[trial]
clients = 200
accrual = { per_month = 100 }
follow_up_days = [30]
randomization = { method = "blocks", sizes = [4] }
[[arm]]
name = "help"
programs = ["help"]
[[arm]]
name = "usual"
programs = []
control = true
[program.help]
preset = ""
first_contact = { day = 0 }
[[program.help.effect]]
on = "health"
points = 3
lasts_days = 60
direct = true
[health]
mean = 50
sd = 10
[[outcome]]
name = "health"
variable = "health"
method = ["welch", "wilcoxon"]
`

// assuranceOf is the assurance of a normal prior with a known variance: the chance that
// the estimate is more than z standard errors above 0. Source: O'Hagan, Stevens & Campbell
// 2005, Pharm Stat 4:187-201, section 2.2.
func assuranceOf(mean, sd, se, z float64) float64 {
	return numeric.NormalCDF((mean - z*se) / math.Hypot(se, sd))
}

func TestAssuranceIsThatOfANormalPrior(t *testing.T) {
	for _, c := range []struct{ mean, sd, points float64 }{{3, 2, 3}, {1, 4, 3}, {-2, 1.5, 3}} {
		if c.mean != 1 && !suite.IsLong() {
			continue
		}
		m := parse(t, pointsTOML+fmt.Sprintf("[[uncertain]]\nkey = \"program.help.effect[0].points\"\nprior = { normal = [%v, %v] }\n[uncertainty]\nuse = true\n", c.mean, c.sd))
		r := run(t, m, Options{Replicates: 4096, Seed: 3})
		row := rowOf(t, r, "health", "welch")
		se := 10 * math.Sqrt(2.0/100)
		// By t with some 198 degrees of freedom the critical value is 1.972.
		within(t, "assurance", row.Drawn.Assurance.Assurance, assuranceOf(c.mean, c.sd, se, 1.972), row.AssuranceMCSE)
		for what, x := range map[string]float64{"power": float64(row.Power), "coverage": float64(row.Coverage), "type S": float64(row.TypeS), "type M": float64(row.TypeM),
			"relative bias": float64(row.RelativeBias)} {
			if x == x {
				t.Errorf("%s is %v, want none", what, x)
			}
		}
		within(t, "bias", row.Bias, 0.0, row.BiasMCSE)
		// Estimates are normal with both variances; the SD of a 2.5 % quantile of n normal
		// variates is sqrt(0.025 x 0.975 / n) / density.
		total := math.Hypot(se, c.sd)
		error := total * math.Sqrt(0.025*0.975/4096) / 0.0584
		within(t, "2.5 % quantile", float64(row.PredictiveLow), c.mean-1.96*total, error)
		within(t, "97.5 % quantile", float64(row.PredictiveHigh), c.mean+1.96*total, error)
		e := r.Uncertainty.Explained[0]
		// The truth is the points: they explain all of it.
		within(t, "share", e.Shares[0].Share, 1.0, 1e-6)
		within(t, "SD of the truth", e.SD, c.sd, c.sd/math.Sqrt(2*4096))
	}
}

// The bias is about each trial's own truth, and the share that a number explains of a sum
// of two independent effects is that of its variance: 4 of 4 + 1.
func TestSharesOfTwoNumbers(t *testing.T) {
	m := parse(t, pointsTOML+`
[[program.help.effect]]
on = "health"
points = 1
lasts_days = 60
direct = true
[[uncertain]]
key = "program.help.effect[0].points"
prior = { normal = [3, 2] }
[[uncertain]]
key = "program.help.effect[1].points"
prior = { normal = [1, 1] }
[uncertainty]
use = true
`)
	r := run(t, m, Options{Replicates: 2048, Seed: 5})
	e := r.Uncertainty.Explained[0]
	within(t, "share of the first", e.Shares[0].Share, 0.8, e.Shares[0].MCSE)
	within(t, "share of the second", e.Shares[1].Share, 0.2, e.Shares[1].MCSE)
	// The jackknife's error is that of R squared, 2 sqrt(R2) (1 - R2) / sqrt(n) (Olkin &
	// Finn 1995, Psychol Bull 118:155-164), within a third, as of 20 groups.
	for k, share := range []float64{0.8, 0.2} {
		want := 2 * math.Sqrt(share) * (1 - share) / math.Sqrt(2048)
		within(t, "error", float64(e.Shares[k].MCSE), want, want*0.6/4)
	}
	within(t, "rest", e.Rest, 0.0, e.Shares[0].MCSE+e.Shares[1].MCSE)
}

// linkTOML is a trial of linkage that a program speeds up.
const linkTOML = `
title = "linkage"
source = "a test"
[trial]
clients = 120
accrual = { per_month = 100 }
follow_up_days = [30, 90]
[[arm]]
name = "help"
programs = ["help"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
kind = "substance_use"
slots = "unlimited"
linkage = { probability = 0.3, by_days = 30 }
stay = { median_days = 100 }
[program.help]
preset = ""
first_contact = { day = 0 }
contacts = { per_month = 4 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = 1.8
lasts_days = 30
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 30
method = "risk_difference"
`

// The assurance is the mean of conditional powers over the prior: here over the middles
// of 24 of its parts, each as likely as the others.
func TestAssuranceIsTheMeanOfPowers(t *testing.T) {
	suite.Long(t)
	const parts, each = 24, 512
	m := parse(t, linkTOML+`
[[uncertain]]
key = "program.help.effect[0].hazard_ratio"
prior = { lognormal = [1.5, 0.4] }
[uncertainty]
use = true
`)
	drawn := rowOf(t, run(t, m, Options{Replicates: 6144, Seed: 7, NoTruth: true}), "linked", "risk_difference")
	u := m.Unknowns()[0]
	sum, variance := 0.0, 0.0
	for k := range parts {
		sc, err := m.Scenario.With(scenarios.Setting{Key: "uncertainty.use", Value: false},
			scenarios.Setting{Key: u.Key, Value: u.At((float64(k) + 0.5) / parts)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := m.Variant(sc)
		if err != nil {
			t.Fatal(err)
		}
		p := favourable(t, v, Options{Replicates: each, Seed: int64(100 + k), NoTruth: true})
		sum += p / parts
		variance += p * (1 - p) / each / parts / parts
	}
	within(t, "assurance", drawn.Drawn.Assurance.Assurance, sum, math.Hypot(float64(drawn.AssuranceMCSE), math.Sqrt(variance)))
}

// favourable returns the share of trials that reject with an estimate above 0.
func favourable(t *testing.T, m *sim.Model, opt Options) float64 {
	n := 0
	opt.Visit = func(_, _ int, f Fit) {
		if f.P < 0.05 && f.Value > 0 {
			n++
		}
	}
	run(t, m, opt)
	return float64(n) / float64(opt.Replicates)
}

// A two-sided test that rejects on the side that is bad for clients is no assurance; a
// test of equivalence has no side.
func TestRejectionsThatFavourClients(t *testing.T) {
	harm := Fit{Value: -2, Stat: -3, P: 0.003, Low: -3, High: -1}
	good := Test{Kind: scenarios.Superiority, Alpha: 0.05, Sides: 2, Good: 1}
	bad := Test{Kind: scenarios.Superiority, Alpha: 0.05, Sides: 2, Good: -1}
	if good.Favours(&harm) || !bad.Favours(&harm) {
		t.Error("the direction is not that of the outcome")
	}
	unsigned := Fit{Value: -2, Stat: math.NaN(), P: math.NaN(), Low: -3, High: -1}
	if good.Favours(&unsigned) || !bad.Favours(&unsigned) {
		t.Error("without a statistic the direction is not that of the estimate")
	}
	alike := Fit{Value: -0.1, Stat: -0.1, P: 0.9, Low: -0.5, High: 0.4}
	if e := (Test{Kind: scenarios.Equivalence, Alpha: 0.05, Sides: 2, Good: 1, Margin: 1}); !e.Favours(&alike) {
		t.Error("equivalence has no direction")
	}
}
