package sim

import (
	"math"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// The intraclass correlation asked for is that of clients of the control arm within sites,
// by the ANOVA estimator: of a share, days and a time, with one process in which sites
// differ and with two. The estimator's bias is of the order of one over the sites, small
// beside the standard error between replicates. The quantities that are solved for hold
// over sites as before.
func TestIntraclassCorrelationIsThatOfSites(t *testing.T) {
	replicates, sample := 8, sampleSize/8
	cases := []struct{ outcome, spread string }{{"linked", "{linkage=1}"}}
	if suite.IsLong() {
		replicates, sample = 60, sampleSize/2
		cases = append(cases, []struct{ outcome, spread string }{{"days", "{linkage=0.5,leaving=1}"}, {"time", "{linkage=0.1}"}}...)
	}
	for _, c := range cases {
		m, err := compileFrom(load(t, nestedTOML+"[[outcome]]\nname = \"time\"\nvariable = \"time_to_linkage\"\n",
			"trial.sites=200", "program.manager.staff=1", "trial.site_spread="+c.spread, `trial.site_icc={outcome="`+c.outcome+`",value=0.05}`), sample, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, truth := m.NewWorkspace(), m.NewTruth()
		o := map[string]int{"linked": 0, "days": 1, "time": 3}[c.outcome]
		var icc, linked []float64
		for r := range replicates {
			w.Begin(1, r)
			w.World(m.control, truth)
			groups := make([][]float64, m.sites)
			for i, y := range truth.Outcomes[o].Value {
				groups[truth.Site[i]] = append(groups[truth.Site[i]], y)
			}
			icc = append(icc, anova(groups))
			linked = append(linked, meanOf(truth.Outcomes[0].Value))
		}
		agrees(t, "ICC of "+c.outcome, icc, 0.05)
		agrees(t, "share linked", linked, 0.4)
	}
}

// What is solved for is what would be written: the spreads found give the same trial.
func TestSolvedSpreadsAreThoseOfAScenarioThatHasThem(t *testing.T) {
	const icc = `trial.site_icc={outcome="linked",value=0.1}`
	solved := compile(t, crowdedTOML, "trial.site_spread={linkage=1}", icc)
	sd := solved.design.sites[0].sd
	written := *solved.Scenario
	written.Trial.SiteICC, written.Trial.SiteSpread = nil, map[string]float64{"linkage": sd}
	m, err := compileFrom(&written, 512, nil)
	if err != nil {
		t.Fatal(err)
	}
	for p := range m.procs {
		if a, b := m.procs[p].base, solved.procs[p].base; a.rate != b.rate {
			t.Errorf("%s has the rate %v, and %v where the spread is written", m.procs[p].name, b.rate, a.rate)
		}
	}
	// And a variant of the trial keeps them.
	v, err := solved.Variant(solved.Scenario)
	if err != nil || v.design.sites[0].sd != sd {
		t.Errorf("a variant has the spread %v, want %v: %v", v.design.sites[0].sd, sd, err)
	}
	if none := compile(t, crowdedTOML, "trial.site_spread={linkage=1}", `trial.site_icc={outcome="linked",value=0}`); none.design.sites[0].sd != 0 {
		t.Errorf("spread %v for a correlation of 0", none.design.sites[0].sd)
	}
}

func TestACorrelationOutOfReachIsRefused(t *testing.T) {
	_, err := compileFrom(load(t, crowdedTOML, "trial.site_spread={relapse=1}", `trial.site_icc={outcome="linked",value=0.2}`), 512, nil)
	if err == nil {
		t.Fatal("no error, though relapse has nothing to do with linkage")
	}
	t.Log(err)
	// Before anybody has linked there is no variance of which sites could have a share.
	for _, more := range [][]string{
		{"trial.sites=4", "trial.site_spread={linkage=1}", `trial.site_icc={outcome="linked",value=0.05}`},
		{`program.manager.icc={outcome="linked",value=0.05}`},
	} {
		_, err := compileFrom(load(t, nestedTOML, append(more, "outcome.linked.at_days=1e-308")...), 512, nil)
		if err == nil || !strings.Contains(err.Error(), "gives none, as all clients have the same") {
			t.Errorf("%v: got %v", more, err)
		}
	}
}

// The points have the moments of independent normals that their degree promises.
func TestPointsHaveTheMomentsOfNormals(t *testing.T) {
	for d := 1; d <= mostSpreads; d++ {
		points, weights := normalPoints(d)
		mean := func(f func(z []float64) float64) (sum float64) {
			for j, z := range points {
				sum += weights[j] * f(z)
			}
			return sum
		}
		for _, c := range []struct {
			want float64
			f    func(z []float64) float64
		}{
			{1, func([]float64) float64 { return 1 }}, {0, func(z []float64) float64 { return z[0] }},
			{1, func(z []float64) float64 { return z[d-1] * z[d-1] }}, {3, func(z []float64) float64 { return math.Pow(z[0], 4) }},
		} {
			if got := mean(c.f); math.Abs(got-c.want) > 1e-12 {
				t.Errorf("a moment in %d dimensions is %v, want %v", d, got, c.want)
			}
		}
		if d > 1 {
			if got := mean(func(z []float64) float64 { return z[0] * z[0] * z[1] * z[1] }); math.Abs(got-1) > 1e-12 {
				t.Errorf("E[x^2 y^2] in %d dimensions is %v, want 1", d, got)
			}
		}
	}
	if points, weights := normalPoints(1); math.Abs(weights[0]*math.Pow(points[0][0], 8)*2+weights[1]*math.Pow(points[1][0], 8)*2-105) > 1e-9 {
		t.Error("the eighth moment is not 105")
	}
}
