package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts in testdata")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"caseload": main})
}

// TestScripts runs the stories in testdata/script. They have one command of
// their own: exits CODE COMMAND... runs a command and wants its exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// called is what a command line did.
type called struct {
	code           int
	stdout, stderr string
}

func call(t *testing.T, ctx context.Context, args ...string) called {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, strings.NewReader(""), &stdout, &stderr, fstest.MapFS{})
	return called{code, stdout.String(), stderr.String()}
}

func TestSameBytesWithAnyNumberOfWorkers(t *testing.T) {
	for _, scenario := range []string{"needle-exchange", "bench-p2"} {
		args := []string{"run", scenario, "--replicates", "600", "--json", "--quiet", "--workers"}
		one := call(t, t.Context(), append(args, "1")...)
		eight := call(t, t.Context(), append(args, "8")...)
		if one.code != exitDone || one.stdout != eight.stdout {
			t.Errorf("%s: --json differs between 1 and 8 workers (exit %d, %d; stderr %q)", scenario, one.code, eight.code, one.stderr)
		}
		if strings.Contains(one.stdout, "NaN") {
			t.Errorf("%s: --json has a NaN", scenario)
		}
	}
}

// interrupted runs a command line that takes long and interrupts it after
// some of its replicates are done.
func interrupted(t *testing.T, args ...string) called {
	t.Helper()
	for wait := 500 * time.Millisecond; ; wait *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		got := call(t, ctx, args...)
		cancel()
		if got.stdout != "" || wait > time.Minute {
			return got
		}
	}
}

func TestInterruptedRunReportsWhatIsDone(t *testing.T) {
	got := interrupted(t, "run", "needle-exchange", "--replicates", "10000000", "--quiet")
	if got.code != exitInterrupted {
		t.Errorf("exit code %d, want %d", got.code, exitInterrupted)
	}
	if !strings.HasPrefix(got.stdout, "Partial: interrupted after ") {
		t.Errorf("the report begins %.60q, want it to say that it is partial", got.stdout)
	}
	if !strings.Contains(got.stderr, "interrupted") {
		t.Errorf("stderr is %q, want it to say that the run was interrupted", got.stderr)
	}
}

func TestPartialResultsAreThoseOfAShorterRun(t *testing.T) {
	part := interrupted(t, "run", "bench-p2", "--replicates", "10000000", "--json", "--quiet")
	_, rest, found := strings.Cut(part.stdout, `"replicates": `)
	done, _, _ := strings.Cut(rest, ",")
	if !found || part.code != exitInterrupted {
		t.Fatalf("exit code %d, %.80q", part.code, part.stdout)
	}
	whole := call(t, t.Context(), "run", "bench-p2", "--replicates", done, "--json", "--quiet")
	if want := strings.Replace(whole.stdout, `"partial": false`, `"partial": true`, 1); part.stdout != want {
		t.Errorf("%s replicates of an interrupted run differ from a run of as many", done)
	}
}

func TestCheckedScenarioGivesTheSameResults(t *testing.T) {
	for _, scenario := range []string{"needle-exchange", "needle-exchange-benefit", "bench-p2"} {
		full := call(t, t.Context(), "check", scenario, "--quiet")
		files := fstest.MapFS{"full.toml": {Data: []byte(full.stdout)}}
		var stdout, stderr bytes.Buffer
		args := []string{"--replicates", "100", "--json", "--quiet"}
		if code := run(t.Context(), append([]string{"run", "full.toml"}, args...), nil, &stdout, &stderr, files); code != exitDone {
			t.Errorf("%s: what check prints does not run: %s", scenario, stderr.String())
			continue
		}
		want := call(t, t.Context(), append([]string{"run", scenario}, args...)...)
		if got := strings.Replace(stdout.String(), `"full"`, strconv.Quote(scenario), 1); got != want.stdout {
			t.Errorf("%s: what check prints gives other results than the scenario", scenario)
		}
	}
}

func TestFilesByTheNamesPeopleType(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if got := call(t, t.Context(), "new", "mine.toml"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	if err := os.Mkdir("below", 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir("below")
	for _, name := range []string{"../mine.toml", dir + "/mine.toml"} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"check", name, "--quiet"}, nil, &stdout, &stderr, working{}); code != exitDone {
			t.Errorf("%s: exit code %d, %s", name, code, stderr.String())
		}
	}
}
