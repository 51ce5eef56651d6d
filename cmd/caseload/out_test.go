package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// A run that is interrupted keeps what it has, and goes on from there to the
// bytes of one that was not.
func TestInterruptedRunGoesOn(t *testing.T) {
	args := func(dir string) []string {
		return []string{"run", "bench-p2", "--set", "trial.clients=10", "--replicates", "2500", "--json", "--out", dir}
	}
	one, dir := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "cut")
	whole := call(t, t.Context(), args(one)...)
	if whole.code != exitDone {
		t.Fatal(whole.stderr)
	}
	var cut called
	for wait := 20 * time.Millisecond; cut.stdout == ""; wait += wait / 4 {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		cut = call(t, ctx, args(dir)...)
		cancel()
	}
	if cut.code != exitInterrupted || !strings.Contains(cut.stdout, `"partial": true`) {
		t.Fatalf("the run was not interrupted half way: exit code %d", cut.code)
	}
	_, rest, _ := strings.Cut(cut.stdout, `"replicates": `)
	done, _, _ := strings.Cut(rest, ",")
	if now := contents(t, dir); !strings.Contains(now["manifest.json"], `"replicates": `+done+",") || now["estimates.csv"] == "" {
		t.Errorf("%s replicates are shown, but the folder says\n%s", done, now["manifest.json"])
	}
	part := call(t, t.Context(), "report", dir, "--json")
	if want := strings.Replace(cut.stdout, `"partial": true`, `"partial": false`, 1); part.stdout != want {
		t.Errorf("the report of what is kept is not what was shown: %s", part.stderr)
	}
	again := call(t, t.Context(), args(dir)...)
	if again.code != exitDone || again.stdout != whole.stdout {
		t.Errorf("going on gives other results (exit code %d)", again.code)
	}
	if want := "Found " + done + " of 2500 replicates in " + dir; !strings.Contains(again.stderr, want) {
		t.Errorf("stderr is %q, want %q", again.stderr, want)
	}
	if diff := cmp.Diff(contents(t, one), contents(t, dir)); diff != "" {
		t.Errorf("the folder differs from that of a run in one piece:\n%.2000s", diff)
	}
}

// A folder is extended, whatever the workers, to what a longer run in one piece
// leaves, and a run of which all is there simulates nothing.
func TestExtendedFolderIsThatOfALongerRun(t *testing.T) {
	suite.Long(t)
	args := func(dir, replicates, workers string) []string {
		return []string{"run", "needle-exchange", "--set", "trial.clients=40", "--replicates", replicates, "--workers", workers, "--json", "--quiet", "--out", dir}
	}
	one, dir := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "grown")
	call(t, t.Context(), args(one, "1500", "1")...)
	for _, n := range []string{"10", "300", "1100", "1500"} {
		if got := call(t, t.Context(), args(dir, n, "4")...); got.code != exitDone {
			t.Fatal(got.stderr)
		}
	}
	if diff := cmp.Diff(contents(t, one), contents(t, dir)); diff != "" {
		t.Errorf("the folder differs from that of a run in one piece:\n%.2000s", diff)
	}
	none := call(t, t.Context(), args(dir, "1500", "2")...)
	bare := call(t, t.Context(), "run", "needle-exchange", "--set", "trial.clients=40", "--replicates", "1500", "--json", "--quiet")
	report := call(t, t.Context(), "report", dir, "--json")
	if none.stdout != bare.stdout || report.stdout != bare.stdout {
		t.Error("results from the folder differ from those without one")
	}
	fewer := call(t, t.Context(), args(dir, "1499", "2")...)
	if fewer.code != exitBadInput || !strings.Contains(fewer.stderr, "has 1500 replicates, more than the 1499 asked for") {
		t.Errorf("exit code %d, %s", fewer.code, fewer.stderr)
	}
}

// A precision that stops a run stops it at the same replicate when it goes on.
func TestPrecisionStopsWhereItDid(t *testing.T) {
	suite.Long(t)
	args := func(dir string) []string {
		return []string{"run", "bench-p2", "--set", "trial.clients=20", "--set", "precision=0.01", "--json", "--quiet", "--out", dir}
	}
	one, dir := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "grown")
	whole := call(t, t.Context(), args(one)...)
	if got := call(t, t.Context(), "run", "bench-p2", "--set", "trial.clients=20", "--replicates", "600", "--quiet", "--out", dir); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	again := call(t, t.Context(), args(dir)...)
	if again.code != exitDone || again.stdout != whole.stdout {
		t.Errorf("exit code %d: %s", again.code, again.stderr)
	}
	got, want := contents(t, dir), contents(t, one)
	for name := range want {
		if name != "scenario.toml" && got[name] != want[name] {
			t.Errorf("%s differs", name)
		}
	}
	call(t, t.Context(), "run", "bench-p2", "--set", "trial.clients=20", "--replicates", "2000", "--quiet", "--out", dir)
	more := call(t, t.Context(), args(dir)...)
	if more.code != exitBadInput || !strings.Contains(more.stderr, "has 2000 replicates, more than") {
		t.Errorf("exit code %d: %s", more.code, more.stderr)
	}
}

// Scores at another level are those of a run at that level: all p values and
// the intervals that can be made anew.
func TestReportAtAnotherLevel(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	base := []string{"run", "bench-p2", "--set", "trial.clients=60", "--replicates", "400", "--quiet"}
	call(t, t.Context(), append(base, "--out", dir)...)
	report := call(t, t.Context(), "report", dir, "--alpha", "0.2", "--measure", "power", "--measure", "coverage", "--measure", "width", "--format", "csv")
	run := call(t, t.Context(), append(base, "--alpha", "0.2", "--measure", "power", "--measure", "coverage", "--measure", "width", "--format", "csv")...)
	got, want := strings.Split(report.stdout, "\n"), strings.Split(run.stdout, "\n")
	if report.code != exitDone || len(got) != len(want) || len(got) < 3 {
		t.Fatalf("exit code %d: %s", report.code, report.stderr)
	}
	for k := range want {
		a, b := strings.Split(got[k], ","), strings.Split(want[k], ",")
		for c := range min(len(a), 10) { // up to the coverage; widths differ by rounding
			if a[c] != b[c] {
				t.Errorf("%s\nwant\n%s", got[k], want[k])
				break
			}
		}
	}
}
