//go:build unix

package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"caseload/internal/suite"
)

// A named pipe or a device in the place of a scenario waited, or was read, for ever.
func TestANamedPipeOrDeviceIsNoScenario(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.toml")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		suite.Lacks(t, "a file system with named pipes: %v", err)
	}
	for _, c := range []struct{ file, kind string }{{pipe, "a named pipe"}, {"/dev/zero", "a device"}, {t.TempDir() + "/", "a directory"}} {
		ended := make(chan called, 1)
		go func() {
			var stdout, stderr bytes.Buffer
			code := execute(t.Context(), []string{"check", c.file}, strings.NewReader(""), &stdout, &stderr, osFS{})
			ended <- called{code, stdout.String(), stderr.String()}
		}()
		select {
		case got := <-ended:
			if got.code != exitBadInput || !strings.Contains(got.stderr, ": got "+c.kind+", want a scenario file") {
				t.Errorf("%s: exit %d, %q", c.kind, got.code, got.stderr)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: nothing has happened for 20 seconds", c.kind)
		}
	}
}
