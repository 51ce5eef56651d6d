package main

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// Killed at any moment and started again, a sweep ends with the bytes of one that
// was left alone, by other workers.
func TestKilledSweepsEndWithTheSameBytes(t *testing.T) {
	suite.Long(t)
	args := func(dir, workers string) []string {
		return []string{"sweep", "bench-p2", "--set", "trial.clients=10", "--over", "program.monthly_contacts.uptake=0.5,1.0", "--over", "trial.sites=1,2",
			"--replicates", "1100", "--quiet", "--workers", workers, "--out", dir}
	}
	one := filepath.Join(t.TempDir(), "one")
	took := finished(t, args(one, "2")...)
	want := contents(t, one)
	if len(want) < 4*6 {
		t.Fatalf("%d files", len(want))
	}
	const rounds, kills = 3, 3
	delays := rand.New(rand.NewPCG(1, 2))
	begun := map[int]int{} // kills by the files that were there
	for round := range rounds {
		dir := filepath.Join(t.TempDir(), "killed")
		for range kills {
			cmd := program(t, args(dir, "1")...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(delays.Float64() * float64(took)))
			_ = cmd.Process.Kill() // unless it has ended
			_ = cmd.Wait()
			begun[len(contents(t, dir))]++
		}
		finished(t, args(dir, "1")...)
		if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
			t.Fatalf("round %d: the folder differs from that of a sweep left alone:\n%.2000s", round, diff)
		}
		for _, where := range []string{".*.partial", "*/.*.partial", "cells/*/.*.partial", "cells/*/parts/.*.partial"} {
			hidden, err := filepath.Glob(filepath.Join(dir, where))
			if err != nil || len(hidden) > 0 {
				t.Errorf("%v is left (%v)", hidden, err)
			}
		}
	}
	t.Logf("a sweep takes %v; kills by files kept: %v", took, begun)
}
