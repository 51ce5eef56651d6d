package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"caseload/internal/suite"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if how := os.Getenv(analystEnv); how != "" && filepath.Base(os.Args[0]) != "caseload" {
		analyseBlocks(how)
		return
	}
	debug.SetGCPercent(400) // figures make much garbage, and commands share this process
	testscript.Main(m, map[string]func(){"caseload": main})
}

// TestScripts runs the stories in testdata/script. They have one command of
// their own: exits CODE COMMAND... runs a command and wants its exit code. Lines
// that begin [long] are those of the long suite.
func TestScripts(t *testing.T) {
	dir, err := filepath.Abs("testdata/script") // since callIn changes folders
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		UpdateScripts:       suite.Update(),
		Condition: func(name string) (bool, error) {
			if name != "long" {
				return false, fmt.Errorf("no condition %q", name)
			}
			return suite.IsLong(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if args[1] == "caseload" && !slices.Contains(args, "-") && !suite.IsLong() {
		got = callIn(ts, args[2:])
	} else if err = ts.Exec(args[1], args[2:]...); err != nil {
		failed, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Check(err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// there is held while a command of a script works in the script's folder.
var there sync.Mutex

// callIn runs a command line of a script in this process, since to start a
// process takes longer than most of them do. The long suite starts them.
func callIn(ts *testscript.TestScript, args []string) int {
	there.Lock()
	defer there.Unlock()
	back, err := os.Getwd()
	ts.Check(err)
	defer func() { ts.Check(os.Chdir(back)) }()
	ts.Check(os.Chdir(ts.MkAbs(".")))
	return execute(context.Background(), args, strings.NewReader(""), ts.Stdout(), ts.Stderr(), osFS{})
}

// called is what a command line did.
type called struct {
	code           int
	stdout, stderr string
}

func call(t *testing.T, ctx context.Context, args ...string) called {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := execute(ctx, args, strings.NewReader(""), &stdout, &stderr, fstest.MapFS{})
	return called{code, stdout.String(), stderr.String()}
}

func TestSameBytesWithAnyNumberOfWorkers(t *testing.T) {
	scenarios := []string{"bench-p2"}
	if suite.IsLong() {
		scenarios = append(scenarios, "needle-exchange")
	}
	for _, scenario := range scenarios {
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
func cutOff(t *testing.T, args ...string) called {
	t.Helper()
	for wait := 150 * time.Millisecond; ; wait *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		got := call(t, ctx, args...)
		cancel()
		if got.stdout != "" || wait > time.Minute {
			return got
		}
	}
}

func TestInterruptedRunReportsWhatIsDone(t *testing.T) {
	got := cutOff(t, "run", "needle-exchange", "--replicates", "10000000", "--quiet")
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
	part := cutOff(t, "run", "bench-p2", "--replicates", "10000000", "--json", "--quiet")
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
		full := call(t, t.Context(), "check", scenario, "--quiet", "--full")
		files := fstest.MapFS{"full.toml": {Data: []byte(full.stdout)}}
		var stdout, stderr bytes.Buffer
		args := []string{"--replicates", "100", "--json", "--quiet"}
		if code := execute(t.Context(), append([]string{"run", "full.toml"}, args...), nil, &stdout, &stderr, files); code != exitDone {
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
		if code := execute(t.Context(), []string{"check", name, "--quiet"}, nil, &stdout, &stderr, osFS{}); code != exitDone {
			t.Errorf("%s: exit code %d, %s", name, code, stderr.String())
		}
	}
}
