package sim

import (
	"fmt"
	"math"
	"testing"

	"caseload/scenarios"

	"gonum.org/v1/gonum/stat"
)

func clustered(tb testing.TB, by scenarios.RandomizedUnit, sets ...string) *Workspace {
	tb.Helper()
	return compileEdited(tb, designTOML, func(sc *scenarios.Scenario) {
		sc.Trial.Randomization = scenarios.Randomization{Method: "cluster", By: by}
	}, sets...).NewWorkspace()
}

// Sites are allocated whole, as many to an arm as the ratio says to the nearest
// whole number either way, the remainder by a fair draw and each site as often
// as the others: of five sites in 2:1, the first arm gets three or four, 10/3 on
// average.
func TestSitesAreAllocatedWhole(t *testing.T) {
	for _, c := range []struct{ sites, ratio int }{{4, 1}, {5, 1}, {5, 2}, {4, 2}} {
		w := clustered(t, "site", fmt.Sprint("trial.sites=", c.sites), fmt.Sprint("arm.managed.ratio=", c.ratio), "trial.clients=200")
		if !w.m.Clustered() {
			t.Fatal("not clustered")
		}
		const replicates = 4000
		p := float64(c.ratio) / float64(c.ratio+1)
		perSite, total := make([]float64, c.sites), 0.0
		for r := range replicates {
			w.Begin(1, r)
			arms := map[uint8]uint8{}
			for i := range w.n {
				if arm, known := arms[w.site[i]]; known && arm != w.assigned[i] {
					t.Fatalf("site %d is in two arms", w.site[i])
				}
				arms[w.site[i]] = w.assigned[i]
				if w.design.cluster[i] != int32(w.site[i]) {
					t.Fatalf("client %d of site %d is in cluster %d", i, w.site[i], w.design.cluster[i])
				}
			}
			first := 0.0
			for site, arm := range arms {
				if arm == 0 {
					first++
					perSite[site]++
				}
			}
			if exact := p * float64(c.sites); len(arms) == c.sites && math.Abs(first-exact) >= 1 {
				t.Fatalf("%v of %d sites are in the first arm, want %v to a whole number", first, c.sites, exact)
			}
			total += first
		}
		within(t, "sites in the first arm", total/replicates, p*float64(c.sites), 0.5/math.Sqrt(replicates))
		for site, n := range perSite {
			within(t, fmt.Sprint("allocations of site ", site, " to the first arm"), n/replicates, p, se(p, replicates))
		}
	}
}

// Who is in which arm does not depend on traits.
func TestClusterAllocationDoesNotSeeTraits(t *testing.T) {
	for _, by := range []scenarios.RandomizedUnit{scenarios.RandomizedSites, scenarios.RandomizedManagers} {
		w := clustered(t, by, "trial.clients=200")
		var ages [2][]float64
		for r := range 500 {
			w.Begin(1, r)
			for i, age := range w.traits[1] {
				ages[w.assigned[i]] = append(ages[w.assigned[i]], age)
			}
		}
		for _, x := range ages { // clients of a site are not alike here
			within(t, "mean age by "+string(by), stat.Mean(x, nil), 40, 10/math.Sqrt(float64(len(x))))
		}
	}
}

// Clients of a site go to its five case managers in rounds: each has one of any
// five who follow from the first, each comes first equally often, and two of
// the five are of the first arm, three of the second, by their staff.
func TestManagersAreAllocatedWithTheirClients(t *testing.T) {
	w := clustered(t, "manager")
	w.Begin(1, 0)
	o := w.Trial()
	turn, seen, opens := map[uint8]int{}, map[uint8]map[int32]bool{}, map[int32]float64{}
	rounds, managers := 0.0, map[int32]int32{}
	for i := range w.n {
		site, cluster := w.site[i], o.Cluster[i]
		if int(cluster)/5 != int(site) || (cluster%5 < 2) != (o.Arm[i] == 0) {
			t.Fatalf("client %d of site %d, arm %d, is in cluster %d", i, site, o.Arm[i], cluster)
		}
		if turn[site]%5 == 0 {
			seen[site] = map[int32]bool{}
			opens[cluster%5]++
			rounds++
		}
		turn[site]++
		if seen[site][cluster] {
			t.Fatalf("manager %d has two clients of one round", cluster)
		}
		seen[site][cluster] = true
		if g, known := managers[cluster]; known && g != o.Manager[i] || o.Manager[i] < 0 {
			t.Fatalf("clients of cluster %d come to managers %d and %d", cluster, g, o.Manager[i])
		}
		managers[cluster] = o.Manager[i]
	}
	for g, n := range opens {
		within(t, fmt.Sprint("rounds that begin with manager ", g), n/rounds, 0.2, se(0.2, rounds))
	}
	distinct := map[int32]bool{}
	for _, g := range managers {
		distinct[g] = true
	}
	if len(distinct) != 20 || len(managers) != 20 {
		t.Errorf("%d clusters with %d managers, want 20 of each: five at each of four sites", len(managers), len(distinct))
	}
}

// In the world with everyone in the first arm, clients of its managers stay with
// them, and those of the other arm's go to the manager of their number modulo
// two.
func TestWorldsSendClientsToTheArmsManagers(t *testing.T) {
	w := clustered(t, "manager", "trial.clients=500")
	w.Begin(1, 0)
	w.World(0, w.m.NewTruth())
	k := w.m.design.clusters.program[0]
	for i := range w.n {
		want := w.poolOf(w.client(i), k).first + w.design.cluster[i]%5%2
		if got := w.careOf(w.client(i), k).manager; got != want {
			t.Fatalf("client %d of cluster %d is with manager %d, want %d", i, w.design.cluster[i], got, want)
		}
	}
}

// A client waits for the manager who was given, though another is free, and
// nobody is passed by who waits for the one that comes free.
func TestClientsWaitForTheirManager(t *testing.T) {
	w := clustered(t, "manager", "trial.clients=400", "trial.accrual={per_day=4}", "program.manager.caseload=6", "program.manager.duration_days=25", "trial.sites=1")
	w.Begin(1, 0)
	o := w.Trial()
	if w.counts.Awaited == 0 {
		t.Fatal("nobody waited, so that nothing is shown")
	}
	k := w.m.design.clusters.program[0]
	pool := w.poolOf(w.client(0), k).first
	last := map[int32]int64{}
	for i := range w.n {
		r := w.careOf(w.client(i), k)
		if o.Arm[i] != 0 || r.manager < 0 {
			continue
		}
		if r.manager != pool+o.Cluster[i] {
			t.Fatalf("client %d of cluster %d started with manager %d", i, o.Cluster[i], r.manager)
		}
		if r.start < last[r.manager] {
			t.Fatalf("client %d was served before one who came earlier", i)
		}
		last[r.manager] = r.start
	}
}

// Where clients are randomized one by one, there are no clusters.
func TestWithoutClustersThereAreNoNumbers(t *testing.T) {
	m := compile(t, designTOML, "trial.clients=20")
	w := m.NewWorkspace()
	w.Begin(1, 0)
	for i, c := range w.Trial().Cluster {
		if c != -1 || m.Clustered() {
			t.Errorf("client %d is in cluster %d", i, c)
		}
	}
}
