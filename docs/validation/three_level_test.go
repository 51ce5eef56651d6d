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

// A threeLevelDesign is a trial of sites in each arm with three case managers each, who
// have 2 to 10 clients; or with three in one arm only, as many clients of the other having none.
// Nothing has an effect. Sites and, where there are, case managers have a normal effect
// each with the intraclass correlation as its variance, of 1 in all; clients without a case
// manager have one of their own.
type threeLevelDesign struct {
	sites  int
	icc    float64
	oneArm bool
}

var threeLevelMethods = []string{"three_level", "three_level_kr", "random_intercept_kr"}

func (l *threeLevelDesign) fill(d *estimate.Data, r *rand.Rand) {
	d.Reset(0, 0)
	between := math.Sqrt(l.icc)
	for site := range 2 * l.sites {
		treated := site%2 == 1
		mean := r.NormFloat64() * between
		for m := range 3 {
			manager, own := int32(m), r.NormFloat64()*between
			for range 2 + (5*site+3*m)%9 {
				if !treated && l.oneArm {
					manager, own = -1, r.NormFloat64()*between
				}
				d.Treated, d.Site, d.Manager = append(d.Treated, treated), append(d.Site, int32(site)), append(d.Manager, manager)
				d.Cluster = append(d.Cluster, int32(site))
				d.Y = append(d.Y, mean+own+r.NormFloat64()*math.Sqrt(1-2*l.icc))
			}
		}
	}
}

// levels returns how often each method rejects at 5 %.
func (l *threeLevelDesign) levels(trials int) []float64 {
	rejected := make([]float64, len(threeLevelMethods))
	r := rand.New(rand.NewPCG(uint64(l.sites), math.Float64bits(l.icc)))
	var w estimate.Work
	var d estimate.Data
	for range trials {
		l.fill(&d, r)
		for j, name := range threeLevelMethods {
			e, _ := estimate.Lookup(name)
			if got := e.Fit(&d, 0.05, &w); !got.Status.Failed() && got.P < 0.05 {
				rejected[j] += 1 / float64(trials)
			}
		}
	}
	return rejected
}

// checkThreeLevels shows the levels of models of clients within case managers within sites.
func checkThreeLevels(t *testing.T, page *strings.Builder) {
	page.WriteString(threeLevelsIntro)
	for _, oneArm := range []bool{true, false} {
		where := "in both arms"
		if oneArm {
			where = "in one arm"
		}
		var cells []threeLevelDesign
		for _, n := range clusterLevelManagers {
			for _, icc := range clusterLevelICCs {
				cells = append(cells, threeLevelDesign{n, icc, oneArm})
			}
		}
		levels := make([][]float64, len(cells))
		inParallel(len(cells), func(k int) { levels[k] = cells[k].levels(clusterLevelTrials) })
		fmt.Fprintf(page, "\n| a number, normal; case managers of sites %s |", where)
		for _, c := range cells {
			fmt.Fprintf(page, " %d, %v |", c.sites, c.icc)
		}
		page.WriteString("\n|---|" + strings.Repeat("---|", len(cells)) + "\n")
		for j, method := range threeLevelMethods {
			fmt.Fprintf(page, "| %s |", method)
			for k := range cells {
				fmt.Fprintf(page, " %s |", cells[k].shown(t, method, levels[k][j], clusterLevelTrials))
			}
			page.WriteString("\n")
		}
	}
	page.WriteString(threeLevelsNote)
}

// shown returns a level in percent, bold where the method is offered, and fails where that is
// too often.
func (l *threeLevelDesign) shown(t *testing.T, method string, level float64, trials int) string {
	text := fmt.Sprintf("%.1f", 100*level)
	m, _ := scenarios.LookupMethod(method)
	if !m.Rule.Holds(l.sites, false, l.icc) {
		return text
	}
	if level > mostLevel+4*levelError(trials) {
		t.Errorf("%s, %+v: offered as valid and rejects in %.4f", method, *l, level)
	}
	return "**" + text + "**"
}

const threeLevelsIntro = `
### Case managers within sites

Sites were randomized, as many to each arm as the table says, each with three case managers, who have 2 to 10 clients; or the arm that is compared
with has clients without case managers. The number after the comma is the ICC of sites, and once more that of case managers of a site.
`

const threeLevelsNote = `
With Kenward and Roger's correction few sites are no danger, and cost power where clients are hardly alike. Without it the models are offered from 40
sites an arm on, though they hold their level here with fewer, since the variance between a few sites may be estimated as zero.
A model with a random effect for sites alone does as well, since sites are what was randomized.
`

// Some of the designs with fewer trials.
func TestLevelsOfThreeLevels(t *testing.T) {
	trials := 100
	if suite.IsLong() {
		trials = 1000
	}
	for _, oneArm := range []bool{true, false} {
		l := threeLevelDesign{6, 0.05, oneArm}
		for j, level := range l.levels(trials) {
			l.shown(t, threeLevelMethods[j], level, trials)
		}
	}
}
