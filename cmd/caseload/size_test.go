package main

import (
	"strings"
	"testing"
)

// An interrupted plan, or choice, ends with exit code 130 and what is known.
func TestInterruptedSize(t *testing.T) {
	for _, args := range [][]string{{"--json"}, {"--solve", "power", "--json"}, {"--solve", "budget", "--budget", "24500", "--set", "cost.per_client=100", "--json"}} {
		got := cutOff(t, append([]string{"size", "needle-exchange", "--precision", "0.0001", "--max-replicates", "100000000", "--quiet"}, args...)...)
		if got.code != exitInterrupted || got.stderr != "caseload: "+showsSearch.Error()+"\n" || !strings.Contains(got.stdout, `"partial": true`) {
			t.Errorf("%v: exit code %d, %s\n%s", args, got.code, got.stderr, got.stdout)
		}
	}
}
