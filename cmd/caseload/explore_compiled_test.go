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

// The page has trials that go on to their end, whatever looks the scenario has.
func TestExploreSaysThatLooksAreLeftOut(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // it ends before it compiles anything
	const said = "The looks of [interim] are left out: the page has the numbers of trials that go on to their end.\n"
	for _, c := range []struct {
		args []string
		want bool
	}{
		{[]string{"../../docs/examples/interim.toml"}, true},
		{[]string{"../../docs/examples/interim.toml", "--quiet"}, false},
		{[]string{"needle-exchange"}, false},
	} {
		var out, wrong bytes.Buffer
		execute(context.Background(), append([]string{"explore", "--out", filepath.Join(t.TempDir(), "page.html")}, c.args...), strings.NewReader(""), &out, &wrong, osFS{})
		if strings.Contains(wrong.String(), said) != c.want || out.Len() > 0 {
			t.Errorf("%v: said %q, printed %q", c.args, wrong.String(), out.String())
		}
	}
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
