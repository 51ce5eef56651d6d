package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// TestDataPageIsRun runs the shell commands of docs/data.md, with the R program that the page
// shows and the examples, and compares what they print with the block of text that follows, or
// rewrites that.
func TestDataPageIsRun(t *testing.T) {
	suite.Long(t)
	for _, need := range [][]string{{"Rscript", "-e", "library(data.table); library(survival)"}, {"python3", "--version"}, {"sh", "-c", "true"}} {
		if out, err := exec.Command(need[0], need[1:]...).CombinedOutput(); err != nil {
			suite.Lacks(t, "%v: %v: %s", need, err, out)
		}
	}
	const name = "../../docs/data.md"
	parts := strings.Split(suite.Read(t, name), "```")
	place, path := t.TempDir(), onPath(t)
	for _, example := range []string{"gcomputation.R", "permutation.py"} {
		text := suite.Read(t, "../../docs/examples/"+example)
		if err := os.WriteFile(filepath.Join(place, example), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	printed, ran := "", 0
	for k, p := range parts {
		if script, ok := strings.CutPrefix(p, "r\n"); ok {
			if err := os.WriteFile(filepath.Join(place, "mine.R"), []byte(script), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if commands, ok := strings.CutPrefix(p, "sh\n"); ok {
			sh := exec.Command("sh", "-e", "-c", commands)
			sh.Dir, sh.Env = place, append(os.Environ(), "PATH="+path, "COLUMNS=100")
			var out, errs bytes.Buffer
			sh.Stdout, sh.Stderr = &out, &errs
			if err := sh.Run(); err != nil {
				t.Fatalf("%s: %v: %s", commands, err, errs.String())
			}
			printed = out.String()
			ran++
		}
		if _, ok := strings.CutPrefix(p, "text\n"); ok {
			parts[k] = "text\n" + printed
		}
	}
	suite.Page(t, name, strings.Join(parts, "```"))
	if ran != 2 {
		t.Errorf("%d blocks run", ran)
	}
}

// onPath returns a search path on which this program is caseload.
func onPath(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "caseload")); err != nil {
		suite.Lacks(t, "symbolic links can't be made here: %v", err)
	}
	return dir + string(os.PathListSeparator) + os.Getenv("PATH")
}
