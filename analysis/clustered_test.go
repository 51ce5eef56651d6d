package analysis

import (
	"fmt"
	"math"
	"testing"

	"caseload/sim"
)

// managersTOML has case managers in both arms who differ much, so that their
// clients are alike.
const managersTOML = `
title = "managers"
source = "a test"
[trial]
clients = 80
accrual = { over_days = 30 }
follow_up_days = [90]
sites = 4
randomization = { method = "cluster", by = "%s" }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = ["clerk"]
control = true
[service.clinic]
slots = "unlimited"
linkage = { probability = 0.4, by_days = 90 }
stay = { median_days = 30 }
[program.manager]
staff = 2
spread = 1
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 90
[program.clerk]
staff = 2
spread = 1
[[program.clerk.effect]]
on = "linkage"
hazard_ratio = 1
lasts_days = 90
[[outcome]]
name = "linked"
variable = "linked_su"
method = ["risk_difference", "odds_ratio"]
primary = true
[[outcome]]
name = "time"
variable = "time_to_linkage"
method = ["log_rank", "cox"]
[[outcome]]
name = "days"
variable = "days_in_su"
method = ["welch", "student", "hedges_g"]
`

// Where clusters are randomized, an analysis that takes clients as independent
// gives an estimate but nothing that needs its standard error, in one trial and
// in many.
func TestClustersHaveNoWrongStandardErrors(t *testing.T) {
	for _, by := range []string{"site", "manager"} {
		t.Run(by, func(t *testing.T) {
			m := parse(t, fmt.Sprintf(managersTOML, by))
			r := run(t, m, Options{Replicates: 300, Seed: 1})
			if !r.Clustered {
				t.Error("the result does not say that it is clustered")
			}
			allowing := 0
			for k := range r.Rows {
				row := &r.Rows[k]
				p := &row.Performance
				if row.Method.Clustered {
					allowing++ // added, as the methods asked for do not hold
					known(t, row.key(), p.ModelSE, p.Coverage, p.Power)
					continue
				}
				missing(t, row.key(), p.ModelSE, p.ModelSEMCSE, p.ModelSEError, p.ModelSEErrorMCSE, p.Coverage, p.CoverageMCSE,
					p.BiasEliminated, p.BiasEliminatedMCSE, p.Width, p.WidthMCSE, p.Power, p.PowerMCSE, p.PowerLow, p.PowerHigh,
					p.TypeS, p.TypeSMCSE, p.TypeM, p.TypeMMCSE)
				known(t, row.key(), p.Mean, p.MeanMCSE, p.Truth, p.TruthMCSE, p.Bias, p.BiasMCSE, p.EmpiricalSE, p.EmpiricalSEMCSE,
					p.RMSE, p.RMSEMCSE, p.SMD, p.SMDMCSE, row.SMDTruth)
			}
			if r.Failed > 0 {
				t.Errorf("%d fits failed, want none for the want of a standard error", r.Failed)
			}
			if want := map[string]int{"manager": 3, "site": 0}[by]; allowing != want {
				t.Errorf("%d rows of methods that allow for clusters, want %d", allowing, want)
			}
			findOnce(t, m)
		})
	}
}

func findOnce(t *testing.T, m *sim.Model) {
	t.Helper()
	findings, err := Once(m, m.Show(1, 0).Observed, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for k := range findings {
		e := &findings[k].Estimate
		if findings[k].Method.Clustered {
			known(t, findings[k].Method.Name, e.Value, e.SE, e.P)
			continue
		}
		missing(t, findings[k].Method.Name, e.SE, e.Low, e.High, e.Stat, e.DF, e.P)
		known(t, findings[k].Method.Name, e.Value, e.SMD)
	}
}

// Without powers a wanted precision doesn't end a run, nor hold it up.
func TestPrecisionWithoutPowers(t *testing.T) {
	m := parse(t, fmt.Sprintf(managersTOML, "site"))
	r := run(t, m, Options{Replicates: 600, Precision: 0.5, Seed: 1, NoTruth: true})
	if r.Replicates != 600 || r.Partial {
		t.Errorf("%d replicates, partial %v, want 600", r.Replicates, r.Partial)
	}
}

func missing[T ~float64](t *testing.T, what string, numbers ...T) {
	t.Helper()
	for k, x := range numbers {
		if x == x {
			t.Errorf("%s: number %d is %v, want none", what, k, x)
		}
	}
}

func known[T ~float64](t *testing.T, what string, numbers ...T) {
	t.Helper()
	for k, x := range numbers {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			t.Errorf("%s: number %d is %v", what, k, x)
		}
	}
}
