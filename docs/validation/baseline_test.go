package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/closedform"
	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim"
)

// baselineTrials are enough for an MCSE of 0.7 points at a power of 80 %.
const baselineTrials = 3000

// A baselineCase is a trial of a score of SD 10 on day 90 that two arms have 5 points apart,
// measured before or on the way there, too.
type baselineCase struct {
	what, method string
	visits       []float64
	value        float64   // correlation of visits 90 days apart
	even         bool      // the same between any two visits; else it falls exponentially with the days between
	more         string    // of the outcome
	retention    []float64 // shares who make the visits after day 0
	factor       float64   // variance of the estimate over that of a t test of the last visit, nobody lost
	exact        float64   // times this with so few clients; 0: no formula
	clients      int
}

const baselineHead = `
## Baseline and repeated visits against formulas

%d trials of each design (seed 1, two-sided 5 %%): a score of SD 10 on day 90, 5 points apart between two arms, with the correlation of visits as
the scenario asks for, and as many clients as a published formula says give a power of 80 %%, the next even number. *Factor*: variance of the
estimate over that of a comparison of everyone's last visits, 2/n of the score's. Of analysis of covariance it is 1 - r^2, with r the correlation of
baseline and outcome, and of the change from baseline 2 - 2r (Borm, Fransen & Lemmens 2007, J Clin Epidemiol 60:1234). Of repeated
measures with a share a_j of the clients whose last visit is the j-th, and S_j the covariance of the first j visits, it is the last entry
of the inverse of the sum of a_j S_j^-1 (Lu, Luo & Chen 2008, Int J Biostat 4(1):9), with the covariance given the baseline where
that is a covariate at each visit. Sizes: the noncentral t distribution for one visit; the formula of Lu, Luo and Chen, a z test, for several. The
factor found must be within 4 Monte Carlo standard errors (MCSE) of the formula, and power of 80 %%; the mean of the estimates
of 5 points.

| design | method | clients | factor | found (MCSE) | power (MCSE) |
|---|---|---|---|---|---|
`

const baselineNote = `
With N clients the variance of analysis of covariance is 1/(N - 4) more than its formula says, for the chance imbalance of the baseline. Repeated
measures lose about as much to the covariances being estimated, and their t test has a point or two less power than the z test of the formula. Both are within the error allowed.
The line by student is that of the change from baseline (change = true).
`

// checkBaseline holds analyses of baselines and repeated visits to formulas.
func checkBaseline(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, baselineHead, baselineTrials)
	for _, c := range baselineCases() {
		res, err := analysis.Run(context.Background(), c.compile(t), analysis.Options{Replicates: baselineTrials, Seed: 1, NoTruth: true})
		if err != nil {
			t.Fatal(err)
		}
		p := &rowOf(t, res, "outcome", c.method).Performance
		unit := 4 * 100 / float64(c.clients)
		found := float64(p.EmpiricalSE*p.EmpiricalSE) / unit
		mcse := found * math.Sqrt(2.0/(baselineTrials-1)) // of the variance of normal estimates
		if want := c.factor * c.exact; !(math.Abs(found-want) < 4*mcse) {
			t.Errorf("%s by %s: factor %.4f (MCSE %.4f), want %.4f", c.what, c.method, found, mcse, want)
		}
		if !(math.Abs(float64(p.Power)-0.8) < 4*float64(p.PowerMCSE)) || !(math.Abs(float64(p.Mean)-5) < 4*float64(p.MeanMCSE)) || p.Failed > 0 {
			t.Errorf("%s by %s: power %.4f (MCSE %.4f), mean %.3f (MCSE %.3f), %d failed", c.what, c.method, p.Power, p.PowerMCSE, p.Mean, p.MeanMCSE, p.Failed)
		}
		fmt.Fprintf(page, "| %s | %s | %d | %.3f | %.3f (%.3f) | %.1f %% (%.1f) |\n", c.what, c.method, c.clients, c.factor, found, mcse, 100*p.Power, 100*p.PowerMCSE)
	}
	page.WriteString(baselineNote)
}

func baselineCases() (list []baselineCase) {
	adjusted := `covariates = ["baseline"]`
	for _, r := range []float64{0.3, 0.6, 0.8} {
		one := baselineCase{what: fmt.Sprintf("baseline, r = %v", r), visits: []float64{0, 90}, value: r}
		ancova, change := one, one
		ancova.method, ancova.more, ancova.factor = "ancova", adjusted, 1-r*r
		change.method, change.more, change.factor, change.exact = "student", "change = true", 2-2*r, 1
		ancova.clients = nextEven(2 * closedform.AncovaSize(0.5, r, 0.8, 0.05))
		change.clients = nextEven(2 * closedform.TTestSize(0.5/math.Sqrt(change.factor), 0.8, 0.05))
		ancova.exact = 1 + 1/float64(ancova.clients-4)
		list = append(list, ancova, change)
	}
	kept := []float64{0.9, 0.8, 0.65}
	for _, even := range []bool{false, true} {
		for _, base := range []bool{false, true} {
			c := baselineCase{visits: []float64{30, 60, 90}, value: 0.5, even: even, retention: kept, method: "mmrm", exact: 1}
			c.what = "three visits made by 90, 80 and 65 %, r = 0.5 " + map[bool]string{false: "over 90 days", true: "between any two"}[even]
			if base {
				c.visits, c.more, c.method = append([]float64{0}, c.visits...), adjusted, "mmrm_kr"
				c.what += ", baseline"
			}
			c.factor = closedform.LastVisitVariance(c.covariance(), kept)
			z := numeric.NormalQuantile(0.975) + numeric.NormalQuantile(0.8)
			c.clients = nextEven(4 * z * z * c.factor / 0.25)
			list = append(list, c)
		}
	}
	return list
}

func nextEven(n float64) int { return 2 * int(math.Ceil(n/2)) }

// covariance is that of the visits after day 0, given the one on day 0 if there is one, in
// units of the score's variance.
func (c *baselineCase) covariance() []float64 {
	r := func(s, t float64) float64 {
		switch {
		case s == t:
			return 1
		case c.even:
			return c.value
		}
		return math.Pow(c.value, math.Abs(s-t)/90)
	}
	after, given := c.visits, 0.0
	if c.visits[0] == 0 {
		after, given = after[1:], 1
	}
	var out []float64
	for _, s := range after {
		for _, u := range after {
			out = append(out, r(s, u)-given*r(s, 0)*r(u, 0))
		}
	}
	return out
}

func (c *baselineCase) compile(t *testing.T) *sim.Model {
	t.Helper()
	lasting := 0.0
	if c.even {
		lasting = c.value
	}
	life := scoreOf10 + fmt.Sprintf("correlation = { value = %v, days_apart = 90, lasting = %v }\n", c.value, lasting)
	if c.retention != nil {
		var points []string
		for k, kept := range c.retention {
			points = append(points, fmt.Sprintf("{ probability = %v, by_days = %v }", 1-kept, 30*(k+1)))
		}
		life += "[attrition]\nloss = { points = [" + strings.Join(points, ", ") + "] }\n"
	}
	text := sizeText(c.clients, 2, acting("health", "direct = true\npoints = 6", "direct = true\npoints = 1"), life, "health", c.method, c.more)
	text = strings.Replace(text, fmt.Sprintf("follow_up_days = [%d]", powerDays), "follow_up_days = "+strings.ReplaceAll(fmt.Sprint(c.visits), " ", ", "), 1)
	sc, err := scenarios.Parse("baseline.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
