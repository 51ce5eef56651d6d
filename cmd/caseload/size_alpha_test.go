package main

import (
	"encoding/json"
	"testing"
)

// TestDesignsAreComparedAtTheLevelAskedFor: a test at a level of a half needs far
// fewer clients, and has far more power for the money, than one at a twentieth.
func TestDesignsAreComparedAtTheLevelAskedFor(t *testing.T) {
	designs := func(solve, alpha string) []struct{ Clients, Value float64 } {
		got := call(t, t.Context(), "size", "needle-exchange", "--solve", solve, "--alpha", alpha, "--precision", "0.1", "--max-replicates", "200", "--json", "--quiet",
			"--set", "cost={ per_client = 100, per_contact_hour = 1, per_manager_month = 1, per_visit = 1, budget = 20000 }",
			"--set", `cost.over."program.strengths_based.caseload"=[10, 20]`)
		var plan struct {
			Designs []struct{ Clients, Value float64 }
		}
		if err := json.Unmarshal([]byte(got.stdout), &plan); err != nil || got.code != exitDone || len(plan.Designs) != 2 {
			t.Fatalf("exit %d, %v, stderr %q", got.code, err, got.stderr)
		}
		return plan.Designs
	}
	// By the usual formula for 80 % power the sizes are as (0.67 + 0.84)^2 and
	// (1.96 + 0.84)^2: at most a third.
	if strict, lax := designs("cost", "0.05"), designs("cost", "0.5"); lax[0].Clients > strict[0].Clients/2 {
		t.Errorf("%v clients at alpha 0.5, %v at 0.05, want at most half as many", lax[0].Clients, strict[0].Clients)
	}
	if strict, lax := designs("budget", "0.05"), designs("budget", "0.5"); lax[0].Value < strict[0].Value+0.2 {
		t.Errorf("a power of %v at alpha 0.5, %v at 0.05, want far more", lax[0].Value, strict[0].Value)
	}
}
