package scenarios

import (
	"strings"
	"testing"
)

const ofSites = `
[trial]
sites = 8
randomization = { method = "blocks", sizes = [4] }
accrual = { over_days = 500 }
[[arm]]
name = "usual"
contamination = { arm = "helped", probability = 0.3 }
[compare]
designs = ["individual", "sites", "stepped_wedge"]
[[design]]
name = "sites"
label = "By site"
per_site = 20
[design.set]
"attrition.missed" = 0.25
`

func TestADesignIsAVariantWithMethodsThatHold(t *testing.T) {
	s := mustLoad(t, ofSites)
	sameAgain(t, s)
	equal(t, "hash", s.Hash(), mustLoad(t, strings.Split(ofSites, "[compare]")[0]).Hash())
	one, err := s.Designed("individual")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "individual clients: the scenario", one.Hash(), s.Hash())
	sites, err := s.Designed("sites")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "method", sites.Trial.Randomization.Method, ClusterRandomization)
	equal(t, "by", sites.Trial.Randomization.By, RandomizedSites)
	equal(t, "block sizes", len(sites.Trial.Randomization.Sizes), 0)
	equal(t, "missed", sites.Attrition.Missed, 0.25)
	for _, a := range sites.Arms {
		if a.Contamination != nil {
			equal(t, "contamination of "+a.Name, a.Contamination.Probability, 0)
		}
	}
	for i := range sites.Outcomes {
		o := &sites.Outcomes[i]
		for _, c := range sites.Contrasts(o) {
			if first := sites.FirstThatHoldsIn(o, c, false); !sites.ValidityIn(o, c, first).Holds {
				t.Errorf("%s by %s: %s", o.Name, first, sites.ValidityIn(o, c, first).Why)
			}
		}
	}
	wedge, err := s.Designed("stepped_wedge")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "steps", wedge.Trial.Randomization.Steps, 4)
	equal(t, "days", wedge.Trial.Randomization.StepDays, 100)
	d, _ := s.LookupDesign("sites")
	equal(t, "label", d.Label, "By site")
	d, _ = s.LookupDesign("crossover")
	equal(t, "label of a built-in one", d.Label, "Sites that cross over")
	if _, known := s.LookupDesign("nothing"); known {
		t.Error("a design that is not there is known")
	}
}

func TestIndividualClientsOfAClusterTrial(t *testing.T) {
	s := mustLoad(t, "[trial]\nsites = 8\nrandomization = { method = \"cluster\", by = \"site\" }\n")
	one, err := s.Designed(DesignIndividual)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "method", one.Trial.Randomization.Method, PermutedBlocks)
}

func TestDesignsThatCannotBeAreReportedTogether(t *testing.T) {
	_, err := over(t, "[compare]\ndesigns = [\"individual\", \"sites\", \"individual\", \"nobody\"]\n"+
		"[[design]]\nname = \"empty\"\n[[design]]\nname = \"cheap\"\nfixed = -1\n[design.set]\n\"replicates\" = 4\n\"trial.clients\" = -3\n")
	for _, want := range []string{
		`compare.designs: got "individual", want each design once`,
		`compare.designs: got "nobody", want one of`,
		`design.empty.set: got nothing, want at least one value that differs`,
		`design.cheap.fixed: got -1, want at least 0`,
		`design.cheap.set.replicates: got replicates (how often the trial is simulated), want a key of the design`,
		`-3`,
	} {
		mustFail(t, err, want)
	}
}
