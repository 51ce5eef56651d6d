package validation_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/estimate"
	"caseload/internal/suite"
)

// clusterLevelTrials are enough for an MCSE of 0.7 points at 5 %.
const clusterLevelTrials = 1000

// clusterLevelKinds are those of methods for ratios, and for rare events.
var clusterLevelKinds = []levelKind{
	{"a share, 30 %", []string{"gee_logistic", "gee_logistic_md", "gee_logistic_fg", "logistic_mixed", "partially_nested_logistic", "risk_ratio_cluster"}, drawShare},
	{"a share, 10 %", []string{"gee_logistic", "gee_logistic_md", "gee_logistic_fg", "logistic_mixed", "partially_nested_logistic", "risk_ratio_cluster"}, drawRare},
	{"a number, normal", []string{"gee_linear", "gee_linear_md", "gee_linear_fg"}, drawNumber},
	{"a count, 2 on average", []string{"gee_poisson", "gee_poisson_md", "gee_poisson_fg"}, drawCount},
	{"events that recur, 2 in a year", []string{"andersen_gill", "andersen_gill_cluster", "mean_cumulative"}, drawRecurring},
}

var (
	clusterLevelManagers = append(slices.Clone(levelManagers), 40)
	clusterLevelICCs     = []float64{0.001, 0.05, 0.1}
)

// drawRare is drawShare of another share.
func drawRare(d *estimate.Data, icc float64, r *rand.Rand) func() { return drawBeta(d, 0.1, icc, r) }

// drawRecurring: drawCount's events with their times in a year, three clients in ten being
// followed for less, and one in ten of these having died.
func drawRecurring(d *estimate.Data, icc float64, r *rand.Rand) func() {
	const mean = 2.0
	shape := mean * (1 - icc) / icc
	rate := mean * gammaOf(shape, r) / shape
	return func() {
		until, died, e := 1.0, false, &d.Recurring
		if r.Float64() < 0.3 {
			until, died = r.Float64(), r.Float64() < 0.1
		}
		first := len(e.Times)
		for at := r.ExpFloat64() / rate; at < until; at += r.ExpFloat64() / rate {
			e.Times = append(e.Times, at)
		}
		n := len(e.Times) - first
		e.First, e.Count, e.Until, e.Ended = append(e.First, int32(first)), append(e.Count, int32(n)), append(e.Until, until), append(e.Ended, died)
		d.Y, d.Exposure = append(d.Y, float64(n)), append(d.Exposure, until)
	}
}

// checkClusterLevels shows the levels of methods for odds ratios, risk ratios and rate
// ratios where clients are alike, and holds those that are offered as valid to theirs.
func checkClusterLevels(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, clusterLevelsIntro, clusterLevelTrials)
	for _, oneArm := range []bool{true, false} {
		for k := range clusterLevelKinds {
			kind := &clusterLevelKinds[k]
			var cells []levelCell
			for _, n := range clusterLevelManagers {
				for _, icc := range clusterLevelICCs {
					cells = append(cells, levelCell{design: levelDesign{n, icc, oneArm}, kind: kind})
				}
			}
			simulateLevels(cells, clusterLevelTrials)
			writeLevels(t, page, kind, oneArm, cells, 4*levelError(clusterLevelTrials))
		}
	}
	page.WriteString(clusterLevelsNote)
	checkThreeLevels(t, page)
}

// levelError is the Monte Carlo standard error of the largest level that may be.
func levelError(trials int) float64 {
	return math.Sqrt(mostLevel * (1 - mostLevel) / float64(trials))
}

const clusterLevelsIntro = `
### Ratios, and generalized estimating equations

The same designs with %d trials each (MCSE 0.69 at 5 %%), and with 40 case managers in an arm, for methods of odds ratios, risk ratios and rate ratios, of events that recur, and
for generalized estimating equations of numbers. Bold as above; these methods may be more cautious, and what is offered must be at most 6.5 within four MCSE.
`

const clusterLevelsNote = `
The generalized estimating equations with Kauermann and Carroll's correction and Satterthwaite's degrees of freedom come nearest to the
level. Mancl and DeRouen's correction with the number of clusters less that of coefficients is too careful with few clusters in both arms, and
counts clients without a case manager as clusters with clusters in one arm only. Fay and Graubard's, with the same degrees of freedom, is mostly between the
two. A random effect by maximum likelihood is cautious
where clients are hardly alike and a little too bold where they are, since the variance between clusters is estimated too small. Ratios of
rare events in few clusters are cautious whatever the method. Andersen and Gill's model with errors robust to clients, and the mean number of
events, take clients as independent.
`

// Some of the designs with fewer trials.
func TestLevelsOfRatiosWithFewClusters(t *testing.T) {
	trials := 150
	if suite.IsLong() {
		trials = 1000
	}
	var cells []levelCell
	for k := range clusterLevelKinds {
		for _, oneArm := range []bool{true, false} {
			cells = append(cells, levelCell{design: levelDesign{10, 0.05, oneArm}, kind: &clusterLevelKinds[k]})
		}
	}
	simulateLevels(cells, trials)
	slack := 4 * levelError(trials)
	for _, c := range cells {
		for j, method := range c.kind.methods {
			if level := c.levels[j]; c.design.offered(method) && level > mostLevel+slack {
				t.Errorf("%s, %s, %+v: rejects in %.4f", c.kind.name, method, c.design, level)
			}
		}
	}
}
