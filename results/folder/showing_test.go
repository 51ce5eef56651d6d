package folder

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"caseload/internal/suite"
)

// shown are figures and a page of some size that say which they are.
func shown(version string) []File {
	var all []File
	for _, name := range []string{HistoryName, "figures/a.svg", "figures/a.png", "figures/b.svg", PageName} {
		all = append(all, File{name, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat(version, 40_000))
			return err
		}})
	}
	return all
}

// finished is a folder of so many replicates with figures and page.
func finished(t *testing.T, dir string, id Identity, replicates int, version string) error {
	t.Helper()
	f := opened(t, dir, id)
	defer f.Close()
	run(t, f, id.Layout, 0, replicates)
	return f.Finish(replicates, shown(version)...)
}

// Wherever in figures or page the disk is full, the error names the file, no half
// file is left, and all that has its name is of the run before.
func TestAFullDiskLeavesTheFiguresOfBefore(t *testing.T) {
	id := madeUp(t, 1, 60)
	for name, write := range map[string]func(dir string) error{
		"a run":    func(dir string) error { return finished(t, dir, id, 300, "new") },
		"a report": func(dir string) error { return WriteFiles(dir, id.Scenario.Hash(), shown("new")...) },
	} {
		dir := t.TempDir()
		if err := finished(t, dir, id, 300, "old"); err != nil {
			t.Fatal(err)
		}
		before := files(t, dir)
		for _, room := range []int{10, 130_000, 250_000, 370_000, 490_000} {
			t.Run(name, func(t *testing.T) {
				if name == "a run" {
					room += len(before["estimates.csv"]) + len(before["estimates.parquet"])
				}
				limit(t, room)
				err := write(dir)
				if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "writing "+dir) {
					t.Errorf("room for %d bytes: error %v, want the file and that the disk is full", room, err)
				}
			})
			now := files(t, dir)
			for name, text := range before {
				if now[name] != text {
					t.Errorf("room for %d bytes: %s is no more what it was", room, name)
				}
			}
			for name := range now {
				if isUnfinished(filepath.Base(name)) {
					t.Errorf("room for %d bytes: %s is left", room, name)
				}
			}
		}
		if err := write(dir); err != nil {
			t.Fatal(err)
		}
		if now := files(t, dir); !strings.HasPrefix(now[PageName], "new") || !strings.HasPrefix(now["figures/b.svg"], "new") {
			t.Error("with room they are not there")
		}
	}
}

// What a process that was killed left half written among the figures goes with
// the next run or report.
func TestHalfFiguresAreSwept(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	if err := finished(t, dir, id, 10, "x"); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, FiguresName, ".a.svg.123"+unfinished)
	if err := os.WriteFile(half, []byte("ha"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, dir, id).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	// While a run is at work, what is half written may be its own.
	f := opened(t, dir, id)
	if err := os.WriteFile(half, []byte("ha"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteFiles(dir, id.Scenario.Hash(), shown("y")...); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); err != nil {
		t.Errorf("a report has swept while a run was at work: %v", err)
	}
	_ = f.Close()
	if err := WriteFiles(dir, id.Scenario.Hash(), shown("z")...); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a report leaves it: %v", err)
	}
}

// Where no folder can be made the error names it.
func TestAPlaceForFiguresThatCantBeMade(t *testing.T) {
	place := "/proc"
	if _, err := os.Stat(place); err != nil {
		suite.Lacks(t, "there is no %s here", place)
	}
	err := Create(filepath.Join(place, "report"), shown("x")...)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(place, "report")) {
		t.Errorf("error %v, want the place", err)
	}
}
