package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"caseload/explorer/page"
	"caseload/internal/suite"
	"caseload/scenarios"
)

// Without Go and without a program of its own, the command says both ways to have one.
func TestExploreSaysBothWays(t *testing.T) {
	if _, there := page.Embedded(); there {
		t.Skip("this binary has the page's program in it")
	}
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
	if _, there := page.Embedded(); there {
		t.Skip("this binary has the page's program in it: there is nothing to interrupt")
	}
	if code != exitInterrupted || len(left) > 0 || !strings.Contains(wrong.String(), "interrupted before the page was written") {
		t.Errorf("exit code %d, %v, said %q", code, left, wrong.String())
	}
}

// The page of a file has the whole of it, with what it extends, under its name; that of a
// built-in has the name alone. A state is kept, but for the name in it.
func TestFirstState(t *testing.T) {
	sc, err := scenarios.Builtin("null")
	if err != nil {
		t.Fatal(err)
	}
	first, err := firstState("trial.clients=300&scenario=other", "null", sc)
	if err != nil || first.Text != "" || first.Name != "" || first.Fragment != "scenario=null&trial.clients=300" {
		t.Errorf("built-in: %+v, %v", first, err)
	}
	first, err = firstState("", "folder/mine.toml", sc)
	if err != nil {
		t.Fatal(err)
	}
	again, err := scenarios.Parse("mine.toml", []byte(first.Text))
	if err != nil {
		t.Fatal(err)
	}
	if first.Name != "mine" || first.Fragment != "scenario=mine" || again.Hash() != sc.Hash() || len(again.Explore.Sliders) != len(sc.Explore.Sliders) {
		t.Errorf("file: %q, %q", first.Name, first.Fragment)
	}
}
