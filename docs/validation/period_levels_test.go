package validation_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"caseload/analysis/estimate"
	"caseload/internal/suite"
	"caseload/scenarios"
)

// A periodDesign is a trial of clusters that change arms, with 2 to 16 clients each in a period. Nothing has an
// effect but time. The clients of a cluster in one period share a number with the intraclass correlation as
// its variance, of 1 in all, and those of two periods have the cluster autocorrelation cac of that in common.
type periodDesign struct {
	name     string
	treated  [][]bool // by sequence and period
	clusters int      // in all
	icc, cac float64
}

// wedgeOf is of a stepped wedge.
func wedgeOf(steps, clusters int, icc, cac float64) periodDesign {
	var treated [][]bool
	for s := range steps {
		row := make([]bool, steps+1)
		for t := range row {
			row[t] = t > s
		}
		treated = append(treated, row)
	}
	return periodDesign{"wedge", treated, clusters, icc, cac}
}

// A periodKind is a kind of outcome: what a client has, of a normal number with variance 1.
type periodKind struct {
	name    string
	methods []string
	trend   float64 // of the number from period to period
	add     func(d *estimate.Data, x float64)
}

var periodKinds = []periodKind{
	{"a number, normal", []string{"random_intercept_kr", "cluster_period", "cluster_period_kr", "exposure_average_kr", "cluster_permutation",
		"cluster_robust", "gee_linear", "gee_linear_md", "gee_linear_fg"}, 0.5, func(d *estimate.Data, x float64) { d.Y = append(d.Y, x) }},
	{"a share, 30 %", []string{"cluster_period_kr", "cluster_permutation", "cluster_robust", "gee_logistic", "gee_logistic_md", "risk_ratio_cluster", "logistic_robust", "logistic_mixed"}, 0.2,
		func(d *estimate.Data, x float64) { d.Y = append(d.Y, map[bool]float64{true: 1}[x > 0.52]) }},
	{"a count, 2 on average", []string{"cluster_period_kr", "cluster_permutation", "poisson_cluster", "gee_poisson", "gee_poisson_fg"}, 0.2,
		func(d *estimate.Data, x float64) {
			d.Y, d.Exposure = append(d.Y, math.Floor(2*math.Exp(0.5*x))), append(d.Exposure, 1)
		}},
	{"a time, 60 % with the event", []string{"cox_cluster", "rmst_cluster", "cox_robust"}, 0.2,
		func(d *estimate.Data, x float64) {
			d.Y, d.Event = append(d.Y, math.Min(math.Exp(x), 1.3)), append(d.Event, math.Exp(x) < 1.3)
		}},
}

func (p *periodDesign) fill(d *estimate.Data, k *periodKind, r *rand.Rand) {
	periods := len(p.treated[0])
	d.Reset(periods-1, 0)
	own, apart := math.Sqrt(p.icc*p.cac), math.Sqrt(p.icc*(1-p.cac))
	for c := range p.clusters {
		mean, exposed := own*r.NormFloat64(), int32(0)
		for t, treated := range p.treated[c%len(p.treated)] {
			now := mean + apart*r.NormFloat64() + k.trend*float64(t)
			if exposed++; !treated {
				exposed = 0
			}
			for range 2 + (5*c+7*t)%15 {
				k.add(d, now+r.NormFloat64()*math.Sqrt(1-p.icc))
				d.Treated, d.Cluster = append(d.Treated, treated), append(d.Cluster, int32(c))
				d.When, d.Exposed = append(d.When, int32(t)), append(d.Exposed, exposed)
				for j := range d.X {
					d.X[j] = append(d.X[j], map[bool]float64{true: 1}[t == j+1])
				}
			}
		}
	}
}

// levels returns how often each method rejects at 5 %; a fit that fails does not.
func (p *periodDesign) levels(k *periodKind, trials int) []float64 {
	rejected := make([]float64, len(k.methods))
	r := rand.New(rand.NewPCG(uint64(p.clusters), math.Float64bits(p.icc)+math.Float64bits(p.cac)))
	var w estimate.Work
	var d estimate.Data
	for range trials {
		p.fill(&d, k, r)
		d.Source = rand.NewPCG(r.Uint64(), 1)
		for j, name := range k.methods {
			e, _ := estimate.Lookup(name)
			if got := e.Fit(&d, 0.05, &w); !got.Status.Failed() && got.P < 0.05 {
				rejected[j] += 1 / float64(trials)
			}
		}
	}
	return rejected
}

// periodDesigns are those of the tables.
func periodDesigns() (list []periodDesign) {
	for _, of := range []struct{ icc, cac float64 }{{0.05, 1}, {0.05, 0.6}, {0.15, 0.6}} {
		for _, n := range []struct{ steps, clusters int }{{3, 6}, {4, 8}, {4, 12}, {4, 24}} {
			list = append(list, wedgeOf(n.steps, n.clusters, of.icc, of.cac))
		}
	}
	return list
}

// periodTrials are enough for an MCSE of 1.1 points at 5 %.
const periodTrials = 400

// checkPeriodLevels shows the levels of methods where clusters change arms.
func checkPeriodLevels(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, periodLevelsIntro, periodTrials)
	cells := periodDesigns()
	for k := range periodKinds {
		kind := &periodKinds[k]
		levels := make([][]float64, len(cells))
		inParallel(len(cells), func(i int) { levels[i] = cells[i].levels(kind, periodTrials) })
		fmt.Fprintf(page, "\n| %s |", kind.name)
		for _, c := range cells {
			fmt.Fprintf(page, " %d; %v, %v |", c.clusters, c.icc, c.cac)
		}
		page.WriteString("\n|---|" + strings.Repeat("---|", len(cells)) + "\n")
		for j, method := range kind.methods {
			fmt.Fprintf(page, "| %s |", method)
			for i := range cells {
				fmt.Fprintf(page, " %s |", cells[i].shown(t, method, levels[i][j], periodTrials))
			}
			page.WriteString("\n")
		}
	}
	page.WriteString(periodLevelsNote)
}

// offered reports whether a method is said to hold, with the clusters of the design in either arm.
func (p *periodDesign) offered(method string) bool {
	m, _ := scenarios.LookupMethod(method)
	return m.Crossing && m.Rule.Holds(p.clusters, false, p.icc)
}

// shown returns a level in percent, bold where the method is offered, and fails where that is
// too often.
func (p *periodDesign) shown(t *testing.T, method string, level float64, trials int) string {
	text := fmt.Sprintf("%.1f", 100*level)
	if !p.offered(method) {
		return text
	}
	if level > mostLevel+4*levelError(trials) {
		t.Errorf("%s, %+v: offered as valid and rejects in %.4f", method, *p, level)
	}
	return "**" + text + "**"
}

const periodLevelsIntro = `
## Levels where clusters change arms

%d trials of each stepped wedge (MCSE 1.1 at 5 %%), with a period before the first of three (6 clusters) or four steps, and 2 to 16 clients of a cluster in each. By the number of clusters in all; the
intraclass correlation of clients of one period; and the cluster autocorrelation, the share of it that clients of different periods have. Outcomes change from period to
period, and every analysis has effects of periods; the arms have none. Bold as above, at most 6.5 within four MCSE.
`

const periodLevelsNote = `
A random effect of clusters alone, and ` + "`logistic_mixed`" + `, take clients of different periods to be as much alike as those of one, and reject too often where they are not, with many clusters no less than with few. They are
not offered where clusters change arms. ` + "`cluster_period_kr`" + ` and CR2 hold with six clusters, the permutation test with any number. Mancl and DeRouen's
and Fay and Graubard's errors take the number of clusters less that of coefficients as degrees of freedom, of which periods leave few: with few
clusters they hardly ever reject, and with as many coefficients as clusters not at all.
`

// Some of the designs with fewer trials. What takes periods for one does not hold.
func TestLevelsWherePeriodsChangeArms(t *testing.T) {
	trials := 100
	if suite.IsLong() {
		trials = 600
	}
	for k := range periodKinds {
		kind := &periodKinds[k]
		p := wedgeOf(4, 8, 0.15, 0.5)
		for j, level := range p.levels(kind, trials) {
			p.shown(t, kind.methods[j], level, trials)
			if kind.methods[j] == "random_intercept_kr" && level < mostLevel {
				t.Errorf("a random effect of clusters alone rejects in %.4f", level)
			}
		}
	}
}
