package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// The command of docs/folder.md makes three reports, each with its figures.
func TestExampleReports(t *testing.T) {
	suite.Long(t)
	sh, err := exec.LookPath("sh")
	if err != nil {
		suite.Lacks(t, "the command is for a POSIX shell: %v", err)
	}
	t.Chdir("../..")
	text, err := os.ReadFile("docs/folder.md")
	if err != nil || !strings.Contains(string(text), "\n    sh docs/examples/reports.sh reports\n") {
		t.Fatalf("docs/folder.md doesn't show the command: %v", err)
	}
	program, dir := filepath.Join(t.TempDir(), "caseload"), filepath.Join(t.TempDir(), "reports")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/caseload").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made := exec.Command(sh, "docs/examples/reports.sh", dir, "6")
	made.Env = append(os.Environ(), "CASELOAD="+program)
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for file, needs := range map[string][]string{
		"needle-exchange/report.html":                     {"Where does the effect on", "How many clients give"},
		"dilution/report.html":                            {"Where does the effect on", "How many clients give"},
		"review-2019/report.html":                         {"What would a review of", "One body of trials", "What it rests on"},
		"needle-exchange/figures/waterfall-linked_7d.svg": {"<svg"},
	} {
		page, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, need := range needs {
			if !strings.Contains(string(page), need) {
				t.Errorf("%s has no %q", file, need)
			}
		}
	}
}
