package sim

import (
	"math"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"

	"gonum.org/v1/gonum/stat"
)

// The log hazard of a process differs between sites with the SD asked, is the
// same for all clients of a site, and one process's does not tell another's. A
// spread for one process wins over that of its kind.
func TestSitesDifferAsAsked(t *testing.T) {
	m := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
		sc.Trial.SiteSpread = map[string]float64{"linkage": 0.5, "leaving": 0.9, "leaving.clinic": 0.2, "quit": 0.3}
	}, "trial.sites=200", "trial.clients=3000", "service.clinic.linking.poor=1")
	w := m.NewWorkspace()
	seek, leave, quit := m.find("linkage.clinic"), m.find("leaving.clinic"), m.find("quit")
	var logs [3][]float64
	for r := range 30 {
		w.Begin(1, r)
		seen := map[uint8]float64{}
		for i := range w.n {
			at := func(p processID) float64 { return math.Log(*w.ownBase(i, p)) }
			first, again := seen[w.site[i]]
			if again && first != at(seek) {
				t.Fatalf("clients of one site meet %v and %v", first, at(seek))
			}
			if seen[w.site[i]] = at(seek); !again {
				for k, p := range []processID{seek, leave, quit} {
					logs[k] = append(logs[k], at(p))
				}
			}
		}
	}
	n := float64(len(logs[0]))
	for k, sd := range []float64{0.5, 0.2, 0.3} {
		within(t, "mean over sites", stat.Mean(logs[k], nil), 0, sd/math.Sqrt(n))
		within(t, "SD between sites", stat.StdDev(logs[k], nil), sd, sd/math.Sqrt(2*n))
	}
	within(t, "correlation of two processes", stat.Correlation(logs[0], logs[1], nil), 0, 1/math.Sqrt(n))
	if m.procs[m.find("relapse")].hasBase {
		t.Error("sites differ in a process that was not named")
	}
}

// A natural quantity holds over sites: half are linked by day 20 on average,
// though the hazard at the median site alone would give more.
func TestNaturalQuantitiesHoldOverSites(t *testing.T) {
	suite.Long(t)
	m := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
		sc.Trial.SiteSpread = map[string]float64{"linkage.clinic": 1}
		eligible(sc, "grown")
		sc.Trial.Refusal, sc.Trial.Refusing = 0.3, map[string]float64{"poor": 4}
	}, "trial.sites=250", "trial.clients=5000")
	shares := controlShares(m, 60)
	mean, spread := stat.MeanStdDev(shares, nil)
	within(t, "share linked", mean, 0.5, spread/math.Sqrt(float64(len(shares))))
}

// Sites have luck of their own: how many there are changes nothing for one.
func TestSitesDoNotDependOnTheirNumber(t *testing.T) {
	draw := func(sites string) *Workspace {
		w := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
			sc.Trial.SiteSpread = map[string]float64{"quit": 1}
		}, "trial.sites="+sites, "trial.clients=100").NewWorkspace()
		w.Begin(5, 6)
		return w
	}
	few, many := draw("2"), draw("9")
	for site, z := range few.design.siteScores {
		if many.design.siteScores[site] != z {
			t.Errorf("site %d has %v, and %v among more", site, z, many.design.siteScores[site])
		}
	}
}
