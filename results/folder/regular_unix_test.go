//go:build unix

package folder

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"caseload/internal/suite"
)

// A named pipe in the place of a file waited for ever for somebody to write to it.
func TestANamedPipeInThePlaceOfAFileIsRefused(t *testing.T) {
	for _, name := range []string{ManifestName, ScenarioName, filepath.Join(partsDir, partName(0)), lockName} {
		dir := shards(t, 1, 1, 300)[0]
		path := filepath.Join(dir, name)
		_ = os.Remove(path)
		if err := syscall.Mkfifo(path, 0o644); err != nil {
			suite.Lacks(t, "a file system with named pipes: %v", err)
		}
		ended := make(chan error, 2)
		go func() {
			ended <- Merge(filepath.Join(t.TempDir(), "dst"), "a test", dir)
			l, err := tryLock(dir)
			if l != nil {
				_ = l.Close()
			}
			ended <- err
		}()
		for range 2 {
			select {
			case err := <-ended:
				if err != nil && !strings.Contains(err.Error(), "got a named pipe, want a file") {
					t.Errorf("%s: got %v", name, err)
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("%s: nothing has happened for 20 seconds", name)
			}
		}
	}
}
