package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// brokenWriter panics, as a broken invariant anywhere in a command does.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { panic("an invariant is broken") }

// brokenFiles are files that can't be opened without a panic.
type brokenFiles struct{}

func (brokenFiles) Open(string) (fs.File, error) { panic(errors.New("an invariant is broken")) }

// A broken invariant ended with exit code 2 and a stack trace.
func TestABrokenInvariantSaysHowToSeeItAgain(t *testing.T) {
	var stderr bytes.Buffer
	code := execute(t.Context(), []string{"check", "null", "--seed", "7", "--set", "trial.clients=90", "--full"}, strings.NewReader(""), brokenWriter{}, &stderr, fstest.MapFS{})
	want := "caseload: an invariant is broken\nThis is a bug in caseload: please report this message. To see it again: caseload trial null --set \"trial.clients=90\" --seed 7 --replicate 0\n"
	if code != exitFailed || stderr.String() != want {
		t.Errorf("exit %d, %q", code, stderr.String())
	}
	stderr.Reset()
	code = execute(t.Context(), []string{"check", "x.toml"}, strings.NewReader(""), &bytes.Buffer{}, &stderr, brokenFiles{})
	want = "caseload: an invariant is broken\nThis is a bug in caseload: please report this message. To see it again: caseload check x.toml\n"
	if code != exitFailed || stderr.String() != want {
		t.Errorf("before the scenario is read: exit %d, %q", code, stderr.String())
	}
}

// Ctrl-C while hazards are solved did nothing until they were.
func TestSolvingHazardsCanBeInterrupted(t *testing.T) {
	for _, args := range [][]string{
		{"run", "crowded"}, {"check", "crowded"}, {"explain", "crowded"}, {"size", "crowded"}, {"trial", "crowded"},
		{"literature", "cochrane-2007"}, {"sweep", "null", "--over", "trial.clients=100,200"}, {"compare", "null", "--set", "trial.sites=4"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := call(t, ctx, args...); got.code != exitInterrupted || got.stdout != "" || !strings.HasPrefix(got.stderr, "caseload: interrupted") {
			t.Errorf("%v: exit %d, %q", args, got.code, got.stderr)
		}
	}
}

// What a command allocates before its first replicate does not grow with how many are
// asked for, and counts by flag are bounded.
func TestAThousandMillionReplicatesTakeNoMemoryBeforeTheyAreRun(t *testing.T) {
	for _, args := range [][]string{
		{"literature", "cochrane-2007", "--replicates", "1000000000"},
		{"run", "null", "--replicates", "1000000000"},
		{"explain", "null", "--replicates", "1000000000"},
		{"sweep", "null", "--over", "trial.clients=100,200", "--replicates", "1000000000"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := call(t, ctx, args...)
		runtime.ReadMemStats(&after)
		if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; got.code != exitInterrupted || grown > 400 {
			t.Errorf("%v: exit %d, %d MiB: %s", args, got.code, grown, got.stderr)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "null", "--workers", "100000000"}, "--workers: got 100000000, want 1 to 4096, or 0 for all cores"},
		{[]string{"literature", "cochrane-2007", "--replicates", "1000000001"}, "--replicates: got 1000000001, want 2 to 1,000,000,000"},
		{[]string{"explain", "null", "--replicates", "1000000001"}, "--replicates: got 1000000001, want 2 to 1,000,000,000"},
		{[]string{"size", "null", "--max-replicates", "9000000000"}, "--max-replicates: got 9000000000, want 1 to 1,000,000,000"},
		{[]string{"size", "null", "--max-clients", "9000000000"}, "--max-clients: got 9000000000, want 2 to 1,000,000"},
	} {
		if got := call(t, t.Context(), c.args...); got.code != exitBadInput || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%v: exit %d, %q", c.args, got.code, got.stderr)
		}
	}
}
