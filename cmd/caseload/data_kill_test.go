package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// Killed fifty times at random moments and started again, data and runs whose trials are
// analysed by another program end with the bytes of those that were left alone.
func TestKilledDataAndAnalysesEndWithTheSameBytes(t *testing.T) {
	suite.Long(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(analystEnv, "ok")
	for name, args := range map[string][]string{
		"data":    {"data", "needle-exchange", "--set", "trial.clients=40", "--replicates", "3000", "--quiet", "--out"},
		"analyse": {"run", "needle-exchange", "--set", "trial.clients=20", "--replicates", "1500", "--quiet", "--analyse", "'" + self + "'", "--out"},
	} {
		t.Run(name, func(t *testing.T) {
			one := filepath.Join(t.TempDir(), "one")
			took := finished(t, append(args, one)...)
			want := answersOf(t, one)
			delays := rand.New(rand.NewPCG(3, 4))
			const rounds, kills = 3, 5
			stages := map[int]int{}
			for round := range rounds {
				dir := filepath.Join(t.TempDir(), "killed")
				for k := range kills {
					cmd := program(t, append(args, dir)...)
					if err := cmd.Start(); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Duration(delays.Float64() * float64(k+1) / kills * float64(took)))
					_ = cmd.Process.Kill() // unless it has ended
					_ = cmd.Wait()
					now := answersOf(t, dir)
					for file, text := range now {
						if final, there := want[file]; there && text != final && file != "manifest.json" {
							t.Fatalf("round %d: %s is not what it is in the end", round, file)
						}
					}
					stages[len(now)]++
				}
				finished(t, append(args, dir)...)
				got := answersOf(t, dir)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("round %d: the folder differs from that of a run left alone:\n%.2000s", round, diff)
				}
				for _, inside := range []string{"", "answers"} {
					hidden, err := filepath.Glob(filepath.Join(dir, inside, ".*"))
					for _, h := range hidden {
						if err != nil || !strings.HasSuffix(h, ".lock") {
							t.Errorf("%v is left (%v)", h, err)
						}
					}
				}
			}
			t.Logf("it takes %v; kills by files there: %v", took, stages)
		})
	}
}
