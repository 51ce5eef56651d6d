//go:build !explorer

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// Without Go and without a program of its own, the command says both ways to have one.
func TestExploreSaysBothWays(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var out, wrong bytes.Buffer
	code := execute(context.Background(), []string{"explore", "--out", filepath.Join(t.TempDir(), "page.html")}, strings.NewReader(""), &out, &wrong, osFS{})
	if code != exitFailed || out.Len() > 0 {
		t.Errorf("exit code %d, printed %q", code, out.String())
	}
	suite.InOrder(t, wrong.String(), "there is no go on this machine's path", "go generate ./explorer/page && go build -tags explorer", "with Go installed")
}

// Interrupted while it compiles, it ends as other commands do, and leaves nothing.
func TestExploreCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	var out, wrong bytes.Buffer
	code := execute(ctx, []string{"explore", "null", "--out", filepath.Join(dir, "page.html")}, strings.NewReader(""), &out, &wrong, osFS{})
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if code != exitInterrupted || len(left) > 0 || !strings.Contains(wrong.String(), "interrupted before the page was written") {
		t.Errorf("exit code %d, %v, said %q", code, left, wrong.String())
	}
}
