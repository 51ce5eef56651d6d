package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAFolderOfAnEarlierVersionIsRefusedWithTheCommandThatMakesItAgain: every
// command that reads a folder ends with exit code 2 and one line, and the command
// in that line works.
func TestAFolderOfAnEarlierVersionIsRefusedWithTheCommandThatMakesItAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	scenario := []string{"bench-p2", "--set", "trial.clients=20", "--replicates", "6"}
	if got := call(t, t.Context(), append(append([]string{"run"}, scenario...), "--out", dir)...); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	manifest := filepath.Join(dir, "manifest.json")
	text, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	old := regexp.MustCompile(`"model_version": \d+`).ReplaceAll(text, []byte(`"model_version": 1`))
	if err := os.WriteFile(manifest, old, 0o644); err != nil {
		t.Fatal(err)
	}
	again := "simulate it again with caseload run " + filepath.Join(dir, "scenario.toml") + " --replicates 6 --out ANOTHER"
	for _, args := range [][]string{
		append(append([]string{"run"}, scenario...), "--out", dir),
		{"report", dir},
		{"merge", dir, "--out", filepath.Join(t.TempDir(), "merged")},
		{"explain", "bench-p2", "--out", dir},
		{"size", "bench-p2", "--out", dir},
	} {
		got := call(t, t.Context(), args...)
		line, rest, _ := strings.Cut(got.stderr, "\n")
		if got.code != exitBadInput || rest != "" || !strings.Contains(line, "model version 1") || !strings.HasSuffix(line, again) {
			t.Errorf("%s: exit %d, %q, want one line that ends with %q", args[0], got.code, got.stderr, again)
		}
	}
	var stdout, stderr bytes.Buffer
	args := []string{"run", filepath.Join(dir, "scenario.toml"), "--replicates", "6", "--quiet", "--out", filepath.Join(t.TempDir(), "another")}
	if code := execute(t.Context(), args, strings.NewReader(""), &stdout, &stderr, osFS{}); code != exitDone {
		t.Errorf("the command that is named: exit %d, %s", code, stderr.String())
	}
}
