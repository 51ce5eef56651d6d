package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// tell runs a command line about settingsScenario in the file mine.toml of the working
// folder, and wants it to end well.
func tell(t *testing.T, args ...string) {
	t.Helper()
	var stderr strings.Builder
	if code := execute(t.Context(), append(args, "--quiet"), strings.NewReader(""), &stderr, &stderr, osFS{}); code != exitDone {
		t.Fatalf("%v: exit %d, %s", args, code, stderr.String())
	}
}

// Shards of every command, joined in any order, make the files of one command.
func TestShardsOfEveryCommandMakeOne(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("mine.toml", []byte(settingsScenario), 0o666); err != nil {
		t.Fatal(err)
	}
	commands := [][]string{{"run", "mine.toml", "--replicates", "20", "--alpha", "0.1"}}
	if suite.IsLong() {
		commands = append(commands, []string{"sweep", "mine.toml", "--replicates", "10", "--seed", "5"},
			[]string{"explain", "mine.toml", "--replicates", "5", "--outcome", "again", "--subgroup", "high_need"},
			[]string{"explain", "mine.toml", "--replicates", "5", "--set", "explain.target=high_need"},
			[]string{"literature", "mine.toml", "--replicates", "4"})
	}
	for _, command := range commands {
		name := strings.Join(command, " ")
		one, all := fmt.Sprintf("one-%d", len(name)), fmt.Sprintf("all-%d", len(name))
		tell(t, append(slices.Clone(command), "--out", one)...)
		var dirs []string
		for _, i := range []int{3, 1, 2} {
			dir := fmt.Sprintf("%s-%d", all, i)
			tell(t, append(slices.Clone(command), "--out", dir, "--shard", fmt.Sprintf("%d/3", i))...)
			dirs = append(dirs, dir)
		}
		tell(t, append([]string{"merge", "--out", all}, dirs...)...)
		want := contents(t, one)
		if diff := cmp.Diff(want, contents(t, all)); diff != "" || len(want) < 3 {
			t.Errorf("%s: the shards make other files than one command:\n%.2000s", name, diff)
		}
		for _, wrong := range [][]string{dirs[:2], append(slices.Clone(dirs), dirs[0])} {
			twice := len(wrong) > 3
			var stderr strings.Builder
			code := execute(t.Context(), append([]string{"merge", "--quiet", "--out", all + "x"}, wrong...), nil, &stderr, &stderr, osFS{})
			// A shard of a run that is given twice agrees with itself.
			if sums := command[0] == "explain" || command[0] == "literature"; code != exitBadInput && !(twice && !sums) {
				t.Errorf("%s: %d shards of 3: exit %d, %s", name, len(wrong), code, stderr.String())
			}
			_ = os.RemoveAll(all + "x")
		}
	}
}

// A folder with a shard of another question is refused, with what differs.
func TestAShardOfAnotherQuestionIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("mine.toml", []byte(settingsScenario), 0o666); err != nil {
		t.Fatal(err)
	}
	tell(t, "literature", "mine.toml", "--replicates", "4", "--out", "part", "--shard", "1/2")
	for wanted, args := range map[string][]string{
		"shard: there 1/2, wanted 2/2":              {"--replicates", "4", "--shard", "2/2"},
		"seed: there 1, wanted 3":                   {"--replicates", "4", "--shard", "1/2", "--seed", "3"},
		"total: there 4, wanted 6":                  {"--replicates", "6", "--shard", "1/2"},
		"trial.clients: there 60, wanted 70":        {"--replicates", "4", "--shard", "1/2", "--set", "trial.clients=70"},
		`--shard: got "3/2", want I/N`:              {"--shard", "3/2"},
		"--shard: got no --out, want a folder":      {"--shard", "1/2", "--out="},
		"none of the others can be; [json shard]":   {"--shard", "1/2", "--json"},
		`"1/9", but 4 bodies leave none for this s`: {"--replicates", "4", "--shard", "1/9"},
	} {
		var stderr strings.Builder
		code := execute(t.Context(), append([]string{"literature", "mine.toml", "--quiet", "--out", "part"}, args...), nil, &stderr, &stderr, osFS{})
		if code != exitBadInput || !strings.Contains(stderr.String(), wanted) {
			t.Errorf("%v: exit %d, %s; want %q", args, code, stderr.String(), wanted)
		}
	}
}

// What differs is told as far as it can be read.
func TestAShardOfAnotherCommandIsRefusedInFewLines(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("mine.toml", []byte(settingsScenario), 0o666); err != nil {
		t.Fatal(err)
	}
	tell(t, "literature", "mine.toml", "--replicates", "4", "--out", "part", "--shard", "1/2")
	var stderr strings.Builder
	code := execute(t.Context(), []string{"explain", "needle-exchange", "--replicates", "4", "--quiet", "--out", "part", "--shard", "1/2"}, nil, &stderr, &stderr, osFS{})
	said := stderr.String()
	if lines := strings.Count(strings.TrimSpace(said), "\n") + 1; code != exitBadInput || lines != 13 || !strings.Contains(said, "command: there literature, wanted explain") || !strings.Contains(said, "\n  and ") {
		t.Errorf("exit %d, %d lines: %s", code, lines, said)
	}
}

// Killed fifty times at random moments and started again, the merge of a job ends
// with the bytes of one run.
func TestKilledMergesEndWithTheSameBytes(t *testing.T) {
	suite.Long(t)
	run := []string{"run", "bench-p2", "--set", "trial.clients=10", "--replicates", "4000", "--quiet", "--brief"}
	dir := t.TempDir()
	one, job := filepath.Join(dir, "one"), filepath.Join(dir, "job")
	finished(t, append(slices.Clone(run), "--out", one)...)
	finished(t, append(append([]string{"slurm"}, run[:len(run)-2]...), "--tasks", "5", "--out", job)...)
	for i := 1; i <= 5; i++ {
		finished(t, "run", filepath.Join(job, "bench-p2.toml"), "--quiet", "--shard", fmt.Sprintf("%d/5", i), "--out", filepath.Join(job, "shards", fmt.Sprint(i)))
	}
	want := contents(t, one)
	killedMerges(t, job, filepath.Join(job, "results"), want)
}
