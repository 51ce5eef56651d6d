package size

import (
	"context"
	"testing"
	"time"

	"caseload/scenarios"
	"caseload/sim"
)

func TestTry(t *testing.T) {
	for _, name := range []string{"needle-exchange", "dilution", "null", "crowded", "probation-case-management"} {
		sc, err := scenarios.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := sim.Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		for _, solve := range []string{Clients, Effect, Power} {
			began := time.Now()
			res, err := Run(context.Background(), m, Question{Solve: solve, Size: sc.Size}, Options{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			a := res.Answers[0]
			t.Logf("%s %s %s: %+v design %v clients %v reps %d in %v; %q", name, solve, a.Status, a.Exact, a.Design, a.Clients, res.Replicates, time.Since(began).Round(time.Millisecond), a.Reason)
			for _, e := range a.Evaluations {
				t.Logf("   %v: %.3f (%d) %v", e.Design, e.Power, e.Replicates, e.Used)
			}
			t.Logf("  formula %+v fit %+v", a.Formula, a.Fit)
			t.Logf("  staffing %+v effects %+v outcome %+v", a.Staffing, a.Effects, a.Outcomes[0].Estimate)
		}
	}
}
