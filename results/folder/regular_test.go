package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What was left half written by an explanation that was killed stayed for ever: only
// runs removed it.
func TestWhatAKilledExplanationLeftIsRemovedAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	if err := tell(dir, "one", "a hash", "first"); err != nil {
		t.Fatal(err)
	}
	leave(t, "half", dir, ".explain-one.json.123.partial")
	leave(t, "half", dir, FiguresName, ".waterfall.svg.123.partial")
	if err := Tidy(dir); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{dir, filepath.Join(dir, FiguresName)} {
		entries, err := os.ReadDir(place)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if isUnfinished(e.Name()) || e.Name() == lockName {
				t.Errorf("%s is still there", filepath.Join(place, e.Name()))
			}
		}
	}
	leave(t, "half", dir, ".explain-one.json.123.partial")
	if err := tell(dir, "two", "a hash", "second"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".explain-one.json.123.partial")); err == nil {
		t.Error("the next explanation leaves it")
	}
	if err := Tidy(filepath.Join(dir, "not there")); err != nil {
		t.Error(err)
	}
}

// A folder that lacks a part of what its manifest counts was merged into one with fewer
// replicates, with exit code 0.
func TestMergingAFolderThatLacksAPartNamesThePart(t *testing.T) {
	for lost, missing := range []string{"replicates 0 to 1023 ", "replicates 1024 to 2047 ", "replicates 2048 to 2499 "} {
		dir := shards(t, 1, 1, 2500)[0]
		path := filepath.Join(dir, partsDir, partName(lost))
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		err := Merge(filepath.Join(t.TempDir(), "dst"), "a test", dir)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), missing) {
			t.Errorf("without part %d: got %v", lost, err)
		}
	}
}
