package folder

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
)

func sweepScenario(t *testing.T, sets ...string) *scenarios.Scenario {
	t.Helper()
	sc, err := scenarios.Load(nil, "bench-p2", append(sets, `sweep.over."trial.sites"=[1, 2]`))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func designOf(sc *scenarios.Scenario) Design {
	d := Design{Scenario: "bench-p2", Hash: sc.Hash(), Seed: sc.Seed, Levels: sc.Levels(), ModelVersion: analysis.ModelVersion, Method: sc.Sweep.Method}
	for _, v := range sc.Sweep.Over {
		d.Over = append(d.Over, DesignKey{v.Key, v.Text()})
	}
	return d
}

func TestASweepsFolderIsGoneOnWith(t *testing.T) {
	dir, sc := filepath.Join(t.TempDir(), "kept"), sweepScenario(t)
	s, err := OpenSweep(dir, designOf(sc), sc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSweep(dir, designOf(sc), sc); err == nil || !strings.Contains(err.Error(), "another run is writing to it") {
		t.Errorf("opened twice: %v", err)
	}
	write := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	if err := errors.Join(s.WriteFiles(File{"sweep.json", write("all")}, File{"figures/a.svg", write("a figure")}), s.Close()); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "figures", "a.svg")); err != nil || string(text) != "a figure" {
		t.Errorf("%q, %v", text, err)
	}
	// What a kill leaves is removed.
	left := filepath.Join(dir, "figures", ".b.svg.1.partial")
	if err := os.WriteFile(left, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err = OpenSweep(dir, designOf(sc), sc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("%s is left", left)
	}
	if got, want := s.Cell(7), filepath.Join(dir, "cells", "00007"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFoldersOfOtherThingsAreRefused(t *testing.T) {
	sc := sweepScenario(t)
	refused := func(what, dir string, d Design, sc *scenarios.Scenario, want string) {
		t.Helper()
		s, err := OpenSweep(dir, d, sc)
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: not refused", what)
			return
		}
		if _, ok := errors.AsType[Refused](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "notes.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a folder of something", other, designOf(sc), sc, "holds notes.txt and is no folder of a sweep")
	refused("a file", filepath.Join(other, "notes.txt"), designOf(sc), sc, "is a file, want a folder")

	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, DesignName), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("no design", dir, designOf(sc), sc, "is not the design of a sweep")

	dir = t.TempDir()
	s, err := OpenSweep(dir, designOf(sc), sc)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	changed := sweepScenario(t, "trial.clients=77")
	refused("another scenario", dir, designOf(changed), changed, "\n  trial.clients: there ")
	d := designOf(sc)
	d.Over = []DesignKey{{"trial.sites", "[1, 3]"}, {"trial.clients", "[5]"}}
	refused("other values", dir, d, sc, "\n  sweep.over.trial.sites: there [1, 2], wanted [1, 3]\n  sweep.over.trial.clients: there nothing, wanted [5]\n")
	d = designOf(sc)
	d.Seed, d.Method, d.Samples, d.Recalibrate = 2, "latin_hypercube", 5, true
	for _, line := range []string{"seed: there 1, wanted 2", "sweep.method: there grid, wanted latin_hypercube", "sweep.samples: there 0, wanted 5",
		"sweep.recalibrate: there false, wanted true"} {
		refused("another layout", dir, d, sc, "\n  "+line)
	}
}

// A run on other baselines is another run: its parts are not taken for those of a
// run of the scenario by itself.
func TestBaselinesArePartOfARun(t *testing.T) {
	sc := sweepScenario(t)
	sc.Sweep = nil
	id := madeUp(t, 1, 20)
	own := id.manifest()
	id.Baselines = sc
	other := id.manifest()
	if own.run() == other.run() || other.Baselines != sc.Hash() || own.Baselines != "" {
		t.Errorf("run %x on baselines %q, %x on %q", own.run(), own.Baselines, other.run(), other.Baselines)
	}
}
