package analysis

import (
	"math"
	"testing"

	"caseload/internal/suite"
)

// Sites that differ are randomized.
const conditionalText = `
title = "Sites that differ"
source = "Made up"
extends = "base"
[trial]
clients = 600
accrual = { per_month = 60 }
follow_up_days = [180]
sites = 30
site_spread = { linkage = 1.2 }
randomization = { method = "cluster", by = "site" }
[[arm]]
name = "help"
programs = ["manager"]
[[arm]]
name = "usual"
control = true
[program.manager]
contacts = { per_month = 4 }
effect = [{ on = "linkage", hazard_ratio = 2.5, lasts_days = 180 }]
[service.clinic]
kind = "substance_use"
slots = "unlimited"
linkage = { probability = 0.5, by_days = 180 }
stay = { median_days = 90 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 180
primary = true
method = ["logistic_mixed", "odds_ratio", "gee_logistic", "risk_ratio_cluster"]
`

// The truth of the odds ratio within a cluster is farther from 1 than that of all
// clients, by about sqrt(1 + 0.346 variance): here, with a standard deviation of 1.5
// to 2.5 logits, by some 30 to 80 %. Estimates are about their truths: those of so many
// clusters are biased away from 0 by some 3 %, beside four Monte Carlo standard errors.
func TestTruthWithinClusters(t *testing.T) {
	replicates := 60
	if suite.IsLong() {
		replicates = 400
	}
	r := run(t, parse(t, conditionalText), Options{Replicates: replicates, Seed: 3})
	all := float64(rowOf(t, r, "linked", "odds_ratio").Performance.Truth)
	within := float64(rowOf(t, r, "linked", "logistic_mixed").Performance.Truth)
	if !(within > 1.2*all && within < 1.9*all) {
		t.Errorf("log odds ratio %.3f within clusters, %.3f among all", within, all)
	}
	for _, name := range []string{"logistic_mixed", "gee_logistic", "risk_ratio_cluster"} {
		p := rowOf(t, r, "linked", name).Performance
		if !(math.Abs(float64(p.Bias)) < 4*float64(p.BiasMCSE)+0.03*float64(p.Truth)) || p.Failed > 0 {
			t.Errorf("%s: truth %.4f, bias %.4f (MCSE %.4f), %d failed", name, p.Truth, p.Bias, p.BiasMCSE, p.Failed)
		}
	}
}
