package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"caseload/scenarios"

	"github.com/gofrs/flock"
)

// Names within the folder of a sweep.
const (
	DesignName = "design.json" // which sweep it is
	cellsDir   = "cells"       // a folder of a run for each cell
)

// Design says which sweep a folder is of.
type Design struct {
	Scenario     string             `json:"scenario"`
	Hash         string             `json:"hash"` // of the scenario as written
	Seed         int64              `json:"seed"`
	Levels       map[string]float64 `json:"levels"` // of its tests, by key
	ModelVersion int                `json:"model_version"`
	Method       string             `json:"method"`
	Samples      int                `json:"samples"` // of a Latin hypercube, else 0
	Recalibrate  bool               `json:"recalibrate"`
	Over         []DesignKey        `json:"over"`
	// Shard is which part of the replicates of each cell the folder has, such as 2/4 of
	// Total; Whole tells that it has them all. Of a whole sweep they are left out.
	Shard     string `json:"shard,omitempty"`
	Total     int    `json:"total,omitempty"`
	Whole     bool   `json:"whole,omitempty"`
	CreatedBy string `json:"created_by"`
}

// DesignKey is a key and what it is varied over, as a scenario writes it.
type DesignKey struct {
	Key    string `json:"key"`
	Values string `json:"values"`
}

// Sweep is the folder of a sweep.
type Sweep struct {
	dir  string
	lock *flock.Flock // nil: none
}

// OpenSweep opens the folder of a sweep, which it makes if dir is not there or
// empty, and keeps others out until Close. It refuses a folder of another sweep,
// and one that holds something else.
func OpenSweep(dir string, want Design, sc *scenarios.Scenario) (*Sweep, error) {
	text, err := sc.Encode()
	if err != nil {
		return nil, err
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	there, err := ReadDesign(dir)
	if err != nil {
		return nil, err
	}
	if there == nil {
		if err := free(dir); err != nil {
			return nil, err
		}
	}
	s := &Sweep{dir: dir}
	if s.lock, err = tryLock(dir); err != nil {
		return nil, err
	}
	if err := s.begin(there, want, text); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Sweep) begin(there *Design, want Design, text []byte) error {
	if there != nil {
		if err := compareDesigns(s.dir, there, &want, text); err != nil {
			return err
		}
	}
	if err := removePartial(s.dir); err != nil {
		return err
	}
	if there == nil {
		// The design is first: it is what makes the folder ours.
		err := writeAll(s.dir, File{DesignName, func(w io.Writer) error { return encode(w, want) }})
		if err != nil {
			return err
		}
	}
	if err := writeAll(s.dir, File{ScenarioName, func(w io.Writer) error { _, err := w.Write(text); return err }}); err != nil {
		return err
	}
	for _, below := range []string{cellsDir, FiguresName} {
		if err := makeDir(filepath.Join(s.dir, below)); err != nil {
			return err
		}
		if err := removePartial(filepath.Join(s.dir, below)); err != nil {
			return err
		}
	}
	return nil
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// ReadDesign reads which sweep a folder is of; nil if it is of none.
func ReadDesign(dir string) (*Design, error) {
	path := filepath.Join(dir, DesignName)
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, unreadable(err))
	}
	d := new(Design)
	if err := json.Unmarshal(text, d); err != nil || d.Hash == "" || len(d.Over) == 0 {
		return nil, refuse("%s: got a file that is not the design of a sweep: give another folder", path)
	}
	return d, nil
}

// free refuses a folder that holds something.
func free(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", dir, unreadable(err))
	}
	for _, e := range entries {
		if name := e.Name(); name != lockName && !isUnfinished(name) {
			return refuse("%s holds %s and is no folder of a sweep: give a new name, or an empty folder", dir, name)
		}
	}
	return nil
}

// compareDesigns refuses a folder of another sweep, and says what differs.
func compareDesigns(dir string, there, want *Design, scenario []byte) error {
	if err := there.outdated(dir); err != nil {
		return err
	}
	var lines []string
	differ := func(key string, a, b any) {
		if a != b {
			lines = append(lines, fmt.Sprintf("%s: there %v, wanted %v", key, a, b))
		}
	}
	differ("seed", there.Seed, want.Seed)
	differ("shard", orWhole(there.Shard), orWhole(want.Shard))
	differ("replicates of all shards", there.Total, want.Total)
	lines = append(lines, changedLevels(there.Levels, want.Levels)...)
	differ("sweep.method", there.Method, want.Method)
	differ("sweep.samples", there.Samples, want.Samples)
	differ("sweep.recalibrate", there.Recalibrate, want.Recalibrate)
	for _, k := range append(slices.Clone(there.Over), want.Over...) {
		line := len(lines)
		differ("sweep.over."+k.Key, valuesOf(there.Over, k.Key), valuesOf(want.Over, k.Key))
		if len(lines) > line && slices.Contains(lines[:line], lines[line]) {
			lines = lines[:line]
		}
	}
	if len(lines) == 0 && !slices.Equal(there.Over, want.Over) {
		lines = append(lines, "sweep.over: the same keys in another order")
	}
	if there.Hash != want.Hash {
		changed, err := changedKeys(filepath.Join(dir, ScenarioName), scenario)
		if err != nil {
			return err
		}
		if lines = append(lines, changed...); len(changed) == 0 {
			differ("hash of the scenario", there.Hash, want.Hash)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return refuse("%s is of another sweep (see its %s and %s):%s\nGive another folder, or remove this one",
		dir, DesignName, ScenarioName, listed(lines))
}

func valuesOf(over []DesignKey, key string) string {
	for _, k := range over {
		if k.Key == key {
			return k.Values
		}
	}
	return "nothing"
}

// Cell is the folder of the run of a cell.
func (s *Sweep) Cell(number int) string {
	return filepath.Join(s.dir, cellsDir, fmt.Sprintf("%05d", number))
}

// WriteFiles puts files into the folder, or below it.
func (s *Sweep) WriteFiles(files ...File) error { return writeAll(s.dir, files...) }

// Done notes that a shard has all replicates of all cells.
func (s *Sweep) Done() error {
	d, err := ReadDesign(s.dir)
	if err != nil {
		return err
	}
	d.Whole = true
	return writeAll(s.dir, File{DesignName, func(w io.Writer) error { return encode(w, d) }})
}

// MergeSweep joins the cells of the shards of a sweep into the folder dst, which then
// has all replicates of all cells. What they show together is not there before the
// sweep is run into dst once more.
func MergeSweep(dst, createdBy string, sc *scenarios.Scenario, dirs ...string) error {
	first, err := wholeShards(dst, dirs)
	if err != nil {
		return err
	}
	want := *first
	want.Shard, want.Total, want.Whole, want.CreatedBy = "", 0, false, createdBy
	s, err := OpenSweep(dst, want, sc)
	if err != nil {
		return err
	}
	defer s.Close()
	cells, err := os.ReadDir(filepath.Join(dirs[0], cellsDir))
	if err != nil {
		return fmt.Errorf("reading %s: %w", filepath.Join(dirs[0], cellsDir), unreadable(err))
	}
	for _, c := range cells {
		to := filepath.Join(dst, cellsDir, c.Name())
		if about, err := Inspect(to); err == nil && about.Replicates == first.Total {
			continue // joined before
		}
		var parts []string
		for _, dir := range dirs {
			parts = append(parts, filepath.Join(dir, cellsDir, c.Name()))
		}
		if err := Merge(to, createdBy, parts...); err != nil {
			return err
		}
	}
	return nil
}

// wholeShards refuses folders that are not all shards of one sweep, each of them whole.
func wholeShards(dst string, dirs []string) (*Design, error) {
	var first *Design
	for _, dir := range dirs {
		if same(dst, dir) {
			return nil, refuse("%s is one of the folders to be joined: give another one for the result", dst)
		}
		d, err := ReadDesign(dir)
		switch {
		case err != nil:
			return nil, err
		case d == nil || d.Shard == "":
			return nil, refuse("%s: got no shard of a sweep, want one as \"caseload sweep --shard\" makes", dir)
		case !d.Whole:
			return nil, refuse("%s does not have all of its replicates: run the same command again with --out %s, which does the rest", dir, dir)
		}
		if first == nil {
			first = d
		}
		scenario, err := readFile(filepath.Join(dirs[0], ScenarioName))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", filepath.Join(dirs[0], ScenarioName), unreadable(err))
		}
		like := *first
		like.Shard = d.Shard
		if err := compareDesigns(dir, d, &like, scenario); err != nil {
			return nil, err
		}
	}
	return first, nil
}

// Close lets others in.
func (s *Sweep) Close() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Close()
}
