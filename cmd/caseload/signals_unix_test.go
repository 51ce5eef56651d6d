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
		dir := filepath.Join(t.TempDir(), "stopped")
		cmd := program(t, "run", "bench-p2", "--replicates", "10000000", "--workers", "1", "--quiet", "--out", dir, "--shard", "1/2")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for _, err := folder.Inspect(dir); err != nil && time.Since(began) < 30*time.Second; _, err = folder.Inspect(dir) {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(50 * time.Millisecond)
		for _, s := range signals {
			_ = cmd.Process.Signal(s)
			time.Sleep(time.Millisecond)
		}
		err := cmd.Wait()
		if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != exitInterrupted {
			t.Errorf("%v: ended with %v, want exit code %d", signals, err, exitInterrupted)
		}
		if about, err := folder.Inspect(dir); err != nil || about.Replicates < 1 {
			t.Errorf("%v: %d replicates are kept (%v), want at least one", signals, about.Replicates, err)
		}
	}
}
