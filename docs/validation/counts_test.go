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

	"gonum.org/v1/gonum/mathext"
)

// countTrials are enough for an MCSE of 0.9 points at a power of 80 %.
const countTrials = 2000

// A countCase compares two rates whose counts vary by more than their means.
type countCase struct {
	table          string // of Zhu & Lakkis
	mean, ratio, k float64
}

// countCases are designs of their tables: rate times duration, ratio, dispersion.
var countCases = []countCase{
	{table: "I", mean: 0.8 * 0.75, ratio: 0.85, k: 0.4},
	{table: "I", mean: 1.4 * 0.75, ratio: 1.15, k: 1.5},
	{table: "II", mean: 2, ratio: 0.5, k: 1},
	{table: "III", mean: 5, ratio: 2, k: 0.5},
}

const countsHead = `
## Counts that vary by more than their means, against a formula

%d trials of each design (seed 1, two-sided 5 %%): events of clients who have rates of their own, compared by a negative binomial regression, with as many clients as
the formula of Zhu & Lakkis (2014, Statist Med 33:376-387, their second approach: the means of each arm under the hypothesis, too) says give a power of 80 %%, the next even number. Designs are
of their tables: *mean* of control, *ratio* of the arms, *k* the dispersion of the variance mean + k mean^2. *Variance*: that of the estimates times the clients of an arm, by the formula
1/mean + 1/(ratio x mean) + 2k. Rates have a gamma distribution among clients, so that counts are negative binomial. The variance found must be within 4 Monte Carlo standard errors (MCSE) of the
formula, and power of 80 %%.

| table | mean | ratio | k | clients | variance | found (MCSE) | power (MCSE) |
|---|---|---|---|---|---|---|---|
`

// checkCounts holds negative binomial regression to the published sizes.
func checkCounts(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, countsHead, countTrials)
	for _, c := range countCases {
		n := nextEven(2 * closedform.NegativeBinomialSize(c.mean, c.ratio, c.k, 0.8, 0.05, false))
		res, err := analysis.Run(context.Background(), c.compile(t, n), analysis.Options{Replicates: countTrials, Seed: 1, NoTruth: true})
		if err != nil {
			t.Fatal(err)
		}
		p := &rowOf(t, res, "outcome", "negative_binomial").Performance
		want := 1/c.mean + 1/(c.mean*c.ratio) + 2*c.k
		found := float64(p.EmpiricalSE*p.EmpiricalSE) * float64(n) / 2
		mcse := found * math.Sqrt(2.0/(countTrials-1)) // of the variance of normal estimates
		if !(math.Abs(found-want) < 4*mcse) || !(math.Abs(float64(p.Power)-0.8) < 4*float64(p.PowerMCSE)) || !(math.Abs(float64(p.Mean)-math.Log(c.ratio)) < 4*float64(p.MeanMCSE)) {
			t.Errorf("%+v: variance %.3f (MCSE %.3f), want %.3f; power %.4f (MCSE %.4f), mean %.4f (MCSE %.4f), want %.4f", c, found, mcse, want, p.Power, p.PowerMCSE, p.Mean, p.MeanMCSE, math.Log(c.ratio))
		}
		fmt.Fprintf(page, "| %s | %.4g | %.4g | %.4g | %d | %.3f | %.3f (%.3f) | %.1f %% (%.1f) |\n", c.table, c.mean, c.ratio, c.k, n, want, found, mcse, 100*p.Power, 100*p.PowerMCSE)
	}
	page.WriteString(countsNote)
}

const countsNote = `
Their first approach takes the mean of control in both arms under the hypothesis, and their third the pooled mean; sizes by the third differ by at most two clients of an arm in tables II and III.
With 22 clients an arm the power is a little more than the formula's: the dispersion is estimated too small in few clients, and the test takes it for known.
`

// compile returns the model of a trial of so many clients, whose rates have a gamma
// distribution of mean 1 and variance k.
func (c *countCase) compile(t *testing.T, clients int) *sim.Model {
	t.Helper()
	ratio, shares := gammaLevels(c.k)
	life := "[[trait]]\nname = \"rate\"\nlevels = ["
	for k := range shares {
		life += fmt.Sprintf("\"%d\",", k)
	}
	life += fmt.Sprintf("]\nshares = %s\nacts_on = { risk = %v }\n[risk]\nrate = { per_day = %v }\n", strings.ReplaceAll(fmt.Sprint(shares), " ", ","), ratio, c.mean/powerDays)
	text := sizeText(clients, 2, acting("risk", fmt.Sprint("direct = true\nhazard_ratio = ", c.ratio), "direct = true\nhazard_ratio = 1"), life, "risk_events", "negative_binomial", "")
	sc, err := scenarios.Parse("counts.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// gammaLevels returns the shares of a gamma distribution of mean 1 and variance k on 100 levels,
// of which each is so many times the one before: from 1e-5, below which nothing happens to
// anybody, to 20 standard deviations above the mean. Cells of 15 % add a thousandth to the variance.
func gammaLevels(k float64) (ratio float64, shares []float64) {
	const levels, least = 100, 1e-5
	ratio = math.Pow((1+20*math.Sqrt(k))/least, 1.0/(levels-1))
	below := 0.0
	for level := range levels {
		next := 1.0
		if level < levels-1 {
			next = mathext.GammaIncReg(1/k, least*math.Pow(ratio, float64(level)+0.5)/k)
		}
		shares = append(shares, next-below)
		below = next
	}
	return ratio, shares
}
