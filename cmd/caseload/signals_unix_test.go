//go:build unix

package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"caseload/results/folder"
)

// SIGTERM and SIGUSR1 are as Ctrl-C: every finished replicate is kept, also where the
// one comes while the other is being obeyed.
func TestSignalsKeepWhatIsFinished(t *testing.T) {
	for _, signals := range [][]syscall.Signal{{syscall.SIGTERM}, {syscall.SIGUSR1}, {syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGTERM}} {
		kept := 0
		for wait := 20 * time.Millisecond; kept == 0 && wait < 30*time.Second; wait *= 2 { // until a replicate is finished before
			kept = stopped(t, wait, signals)
		}
		if kept == 0 {
			t.Errorf("%v: nothing is kept", signals)
		}
	}
}

// stopped sends signals to a run some time after it has made its folder, and returns
// how many replicates are kept there.
func stopped(t *testing.T, wait time.Duration, signals []syscall.Signal) int {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "stopped")
	cmd := program(t, "run", "bench-p2", "--replicates", "10000000", "--workers", "1", "--quiet", "--out", dir, "--shard", "1/2")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, err := folder.Inspect(dir); err != nil && time.Since(began) < 30*time.Second; _, err = folder.Inspect(dir) {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(wait)
	for _, s := range signals {
		_ = cmd.Process.Signal(s)
		time.Sleep(time.Millisecond)
	}
	err := cmd.Wait()
	if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != exitInterrupted {
		t.Errorf("%v: ended with %v, want exit code %d", signals, err, exitInterrupted)
	}
	about, err := folder.Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	return about.Replicates
}
