package analysis

import (
	"context"
	"testing"
	"time"

	"caseload/scenarios"
	"caseload/sim"
)

func TestQuickRun(t *testing.T) {
	for _, name := range []string{"bench-p2", "needle-exchange", "needle-exchange-benefit"} {
		sc, err := scenarios.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		t0 := time.Now()
		m, err := sim.Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(name, "compile", time.Since(t0), "shared", m.Shared())
		for _, r := range m.Reached {
			t.Logf("%s %s asked %v got %v", r.Key, r.What, r.Asked, r.Got)
		}
		for _, e := range m.Effects {
			t.Logf("%+v", e)
		}
		t0 = time.Now()
		res, err := Run(context.Background(), m, Options{Replicates: 2000, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("run", time.Since(t0), res.Replicates, res.Failed)
		for _, a := range res.Arms {
			t.Logf("%s %s %s mean %.4f (%.4f) sd %.3f n %.1f", a.Outcome.Name, a.Subgroup, a.Arm, a.Mean, a.MeanMCSE, a.SD, a.N)
		}
		for _, r := range res.Rows {
			p := r.Performance
			t.Logf("%s %s %s truth %.4f (%.4f) rollout %.4f mean %.4f bias %.4f (%.4f) emp %.4f mod %.4f cov %.3f (%.3f) pow %.3f  S %.3f M %.3f smd %.3f/%.3f n %.1f", r.OutcomeSpec.Name, r.SubgroupName, r.Method.Name, p.Truth, p.TruthMCSE, r.TruthRollout, p.Mean, p.Bias, p.BiasMCSE, p.EmpiricalSE, p.ModelSE, p.Coverage, p.CoverageMCSE, p.Power, p.TypeS, p.TypeM, p.SMD, r.SMDTruth, r.N)
		}
	}
}
