package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"caseload/scenarios"

	"github.com/gofrs/flock"
)

// Open opens the folder of a run, which it makes if dir is not there or empty,
// and keeps others out until Close. It refuses a folder of another run, one
// that holds something else, and one in which another process is at work: the
// error is then Refused. What a run that was killed left half written is
// removed.
func Open(dir string, want Identity) (*Folder, error) {
	text, err := want.Scenario.Encode()
	if err != nil {
		return nil, err
	}
	m := want.manifest()
	f, err := open(dir, &m, text)
	if err != nil {
		return nil, err
	}
	f.layout = want.Layout
	if want.Baselines != nil {
		if err := f.keepBaselines(want.Baselines); err != nil {
			_ = f.Close()
			return nil, err
		}
	}
	return f, nil
}

// keepBaselines keeps the scenario whose baselines the run has.
func (f *Folder) keepBaselines(sc *scenarios.Scenario) error {
	text, err := sc.Encode()
	if err != nil {
		return err
	}
	return writeAll(f.dir, File{BaselinesName, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}})
}

// open is Open for a run known by its manifest and the text of its scenario.
func open(dir string, want *Manifest, scenario []byte) (*Folder, error) {
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	if err := checkContents(dir, want.Hash); err != nil {
		return nil, err
	}
	shard, err := want.shard()
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, manifest: *want, run: want.run(), shard: shard}
	if f.lock, err = tryLock(dir); err != nil {
		return nil, err
	}
	if err = f.begin(want, scenario); err == nil {
		err = f.index()
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// begin makes the folder ready to be written to.
func (f *Folder) begin(want *Manifest, scenario []byte) error {
	there, err := readManifest(f.dir)
	if err != nil {
		return err
	}
	if there != nil {
		if err := compare(f.dir, there, want, scenario); err != nil {
			return err
		}
	}
	if err := removePartial(f.dir); err != nil {
		return err
	}
	// The manifest is first: it is what makes the folder ours.
	if there == nil {
		if err := writeAll(f.dir, f.manifest.file()); err != nil {
			return err
		}
	}
	path := filepath.Join(f.dir, ScenarioName)
	if old, err := readFile(path); err != nil || string(old) != string(scenario) {
		err := writeAll(f.dir, File{ScenarioName, func(w io.Writer) error {
			_, err := w.Write(scenario)
			return err
		}})
		if err != nil {
			return err
		}
	}
	parts := filepath.Join(f.dir, partsDir)
	if err := makeDir(parts); err != nil {
		return err
	}
	if figures := filepath.Join(f.dir, FiguresName); isDir(figures) {
		if err := removePartial(figures); err != nil {
			return err
		}
	}
	return removePartial(parts)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// View opens the folder of a run, known by the scenario in it, to read what it
// keeps and nothing else. It refuses what Open refuses, but not a folder in
// which another process is at work: its parts may become more meanwhile.
func View(dir string, want Identity) (*Folder, error) {
	there, err := Inspect(dir)
	if err != nil {
		return nil, err
	}
	text, err := want.Scenario.Encode()
	if err != nil {
		return nil, err
	}
	if err := there.outdated(dir); err != nil {
		return nil, err
	}
	m := want.manifest()
	if m.Hash != there.Hash || m.Seed != there.Seed {
		return nil, refuse("%s: got a scenario that is not the one that %s says was run: it was changed since",
			filepath.Join(dir, ScenarioName), ManifestName)
	}
	if err := compare(dir, there, &m, text); err != nil {
		return nil, err
	}
	f, err := view(dir, there)
	if err != nil {
		return nil, err
	}
	f.layout = want.Layout
	return f, nil
}

// view is View for a run known by the folder's own manifest.
func view(dir string, m *Manifest) (*Folder, error) {
	shard, err := m.shard()
	if err != nil {
		return nil, refuse("%s: shard: %v", filepath.Join(dir, ManifestName), err)
	}
	f := &Folder{dir: dir, manifest: *m, run: m.run(), shard: shard, readOnly: true}
	return f, f.index()
}

// Close lets others in.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}

// index finds out which replicates the parts keep.
func (f *Folder) index() error {
	f.kept = map[int]span{}
	entries, err := os.ReadDir(filepath.Join(f.dir, partsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", filepath.Join(f.dir, partsDir), unreadable(err))
	}
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), ".part")
		index, err := strconv.Atoi(digits)
		if !ok || err != nil || partName(index) != e.Name() {
			continue
		}
		p, err := readHead(f.dir, index, f.run)
		if err != nil {
			return err
		}
		f.kept[index] = span{p.first, p.first + p.rows}
	}
	return nil
}

// checkContents refuses a folder that holds something and is no result folder, or
// explanations of another scenario than the one of that hash.
func checkContents(dir, hash string) error {
	if m, err := readManifest(dir); m != nil || err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", dir, unreadable(err))
	}
	found, err := explanations(dir, hash)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		// What a run that was killed at its very beginning may leave, and what an
		// explanation leaves.
		if name == lockName || isUnfinished(name) || isExplanation(name) || found && besideAnswers(name) || name == FiguresName && (found || unused(filepath.Join(dir, name))) {
			continue
		}
		return refuse("%s holds %s and is no result folder: give a new name, or an empty folder", dir, name)
	}
	return nil
}

// tryLock keeps other processes out of a folder. The lock is the system's, so that
// it ends with the process, however that ends. File systems that have none are
// used without.
func tryLock(dir string) (*flock.Flock, error) {
	if err := regular(filepath.Join(dir, lockName)); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, lockName), err)
	}
	l := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o644))
	got, err := l.TryLock()
	switch {
	case err == nil && !got:
		_ = l.Close()
		return nil, refuse("%s: another run is writing to it: wait for its end, or give another folder", dir)
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.ENOLCK):
		_ = l.Close()
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("writing to %s: %w", dir, reason(err))
	}
	return l, nil
}
