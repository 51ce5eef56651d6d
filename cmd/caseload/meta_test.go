package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// An interrupted meta-analysis ends soon, shows nothing and keeps nothing. With a trial
// left out at a time, and the largest of its kind, it takes a second or more.
func TestInterruptedMetaShowsNothing(t *testing.T) {
	var file strings.Builder
	file.WriteString("yi,vi,trial\n")
	for k := range 2000 {
		fmt.Fprintf(&file, "%d,%d,%d\n", k%17, 1+k%5, k/2)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	t.Chdir(t.TempDir())
	var stdout, stderr bytes.Buffer
	code := execute(ctx, []string{"meta", "-", "--cluster", "trial", "--out", "kept"}, strings.NewReader(file.String()), &stdout, &stderr, osFS{})
	if code != exitInterrupted || stdout.Len() > 0 || !strings.Contains(stderr.String(), "interrupted: nothing is shown") {
		t.Errorf("exit code %d, stdout %.60q, stderr %q", code, stdout.String(), stderr.String())
	}
	if _, err := (osFS{}).Open("kept"); err == nil {
		t.Error("a folder was made")
	}
}
