package main

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// program is the program as a process of its own: the test binary, which is
// the program when called by its name.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &exec.Cmd{Path: self, Args: append([]string{"caseload"}, args...)}
}

// contents are the files of a folder that people see, by their paths within
// it, but for the record of how the run was done.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || d.Name() == "run.json" {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return out
}

// parts counts the part files.
func parts(files map[string]string) (n int) {
	for name := range files {
		if strings.HasPrefix(name, "parts/") {
			n++
		}
	}
	return n
}

// finished runs the program to its end.
func finished(t *testing.T, args ...string) (took time.Duration) {
	t.Helper()
	began := time.Now()
	if out, err := program(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return time.Since(began)
}

// Killed at any moment and started again, over and over, a run ends with the
// bytes of one that was left alone. What is to be seen meanwhile is always whole
// and final, and no part that was there is lost.
func TestKilledRunsEndWithTheSameBytes(t *testing.T) {
	suite.Long(t)
	args := func(dir string) []string {
		return []string{"run", "bench-p2", "--set", "trial.clients=10", "--replicates", "5000", "--quiet", "--out", dir}
	}
	one := filepath.Join(t.TempDir(), "one")
	took, again := finished(t, args(one)...), finished(t, args(one)...)
	want := contents(t, one)
	begun := strings.Replace(want["manifest.json"], `"replicates": 5000`, `"replicates": 0`, 1)

	const rounds, kills = 5, 5
	delays := rand.New(rand.NewPCG(1, 2))
	when := map[int]int{} // kills by the parts that were there
	for round := range rounds {
		dir, seen := filepath.Join(t.TempDir(), "killed"), 0
		for k := range kills {
			cmd := program(t, args(dir)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			left := float64(again) + float64(took-again)*(1-float64(seen)/float64(parts(want)))
			share := delays.Float64() * float64(k+1) / kills // early ones first, to see all stages
			time.Sleep(time.Duration(share * left))
			_ = cmd.Process.Kill() // unless it has ended
			_ = cmd.Wait()
			now := contents(t, dir)
			for name, text := range now {
				if text != want[name] && !(name == "manifest.json" && text == begun) {
					t.Fatalf("round %d: %s is not what it is in the end (%d bytes, want %d)", round, name, len(text), len(want[name]))
				}
			}
			if n := parts(now); n < seen {
				t.Fatalf("round %d: there are %d parts, before the kill there were %d", round, n, seen)
			}
			seen = parts(now)
			when[seen]++
		}
		finished(t, args(dir)...)
		if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
			t.Fatalf("round %d: the folder differs from that of a run left alone:\n%.2000s", round, diff)
		}
		for _, inside := range []string{"", "parts", "figures"} {
			hidden, err := filepath.Glob(filepath.Join(dir, inside, ".*.partial"))
			if err != nil || len(hidden) > 0 {
				t.Errorf("%v is left (%v)", hidden, err)
			}
		}
	}
	t.Logf("a run takes %v, again %v; kills by parts kept: %v", took, again, when)
}

// killedMerges kills the merge of a job 25 times, in five rounds, and compares the
// results of each round with those wanted.
func killedMerges(t *testing.T, job, results string, want map[string]string) {
	t.Helper()
	took := finished(t, "merge", job, "--quiet")
	delays := rand.New(rand.NewPCG(3, 4))
	cut := 0
	for round := range 5 {
		if err := os.RemoveAll(results); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			cmd := program(t, "merge", job, "--quiet")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(delays.Float64() * float64(took)))
			_ = cmd.Process.Kill() // unless it has ended
			if cmd.Wait() != nil {
				cut++
			}
		}
		finished(t, "merge", job, "--quiet")
		if diff := cmp.Diff(want, contents(t, results)); diff != "" {
			t.Fatalf("round %d: the results differ from those of one run:\n%.2000s", round, diff)
		}
	}
	if cut < 10 {
		t.Errorf("%d of 50 kills came before the end, want many", cut)
	}
	t.Logf("a merge takes %v; %d of 50 kills came before its end", took, cut)
}
