package folder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/results/trial"
)

// FiguresName is the folder of figures within a result folder.
const FiguresName = "figures"

// How the files begin that say which scenario they are about.
const (
	explained = "explain-"
	sized     = "size-"
	compared  = "compare-"
)

// ExplainFile is the name of the file of an explanation.
func ExplainFile(what string) string { return explained + what + ".json" }

// SizeFile is the name of the file of a plan.
func SizeFile(what string) string { return sized + what + ".json" }

// CompareFile is the name of the file of a comparison of designs.
func CompareFile(what string) string { return compared + what + ".json" }

// isExplanation tells of a file that says which scenario it is about.
func isExplanation(name string) bool {
	return (strings.HasPrefix(name, explained) || strings.HasPrefix(name, sized) || strings.HasPrefix(name, compared)) && strings.HasSuffix(name, ".json")
}

// CheckCompatible refuses a folder that holds results of another scenario than the one of
// that hash, or of another version of the model, as what is put beside them would
// be taken for theirs; and one that is no result folder. A folder that doesn't
// exist holds none.
func CheckCompatible(dir, hash string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", dir, reason(err))
	case !info.IsDir():
		return refuse("%s is a file, want a folder: give another name", dir)
	}
	if err := checkContents(dir, hash); err != nil {
		return err
	}
	m, err := readManifest(dir)
	switch {
	case err != nil || m == nil:
		return err
	}
	if err := m.outdated(dir); err != nil {
		return err
	}
	if m.Hash != hash {
		return otherScenario(filepath.Join(dir, ManifestName))
	}
	_, err = explanations(dir, hash)
	return err
}

func otherScenario(path string) error {
	return refuse("%s is about another scenario, or about this one with other settings: give another folder", path)
}

// explanations tells whether a folder has any. Those of another scenario than the
// one of that hash are refused.
func explanations(dir, hash string) (found bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", dir, unreadable(err))
	}
	for _, e := range entries {
		if !isExplanation(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		text, err := readFile(path)
		if err != nil {
			return false, fmt.Errorf("reading %s: %w", path, unreadable(err))
		}
		var about struct {
			Hash         string
			ModelVersion int `json:"model_version"`
		}
		if err := json.Unmarshal(text, &about); err != nil || about.Hash == "" {
			return false, refuse("%s: got a file that is neither an explanation nor a plan: remove it, or give another folder", path)
		}
		switch v := about.ModelVersion; {
		case v != analysis.ModelVersion && (v > 0 || about.Hash == hash):
			return false, refuse("%s is of model version %d, and this caseload is of %d: ask again, into another folder", path, v, analysis.ModelVersion)
		case about.Hash != hash:
			return false, otherScenario(path)
		}
		found = true
	}
	return found, nil
}

// unused tells of a folder that nothing has been put into yet.
func unused(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !isUnfinished(e.Name()) })
}

// WriteFiles puts files about the scenario of that hash into dir, or below it, in place
// of those of the same names: all of them or, where that fails before the first
// gets its name, none. Folders are made where there are none. The files that tell
// whose the others are come first. It refuses what CheckCompatible
// refuses.
func WriteFiles(dir, hash string, files ...File) error {
	if err := CheckCompatible(dir, hash); err != nil {
		return err
	}
	return writeBelow(dir, files)
}

// writeBelow puts files into dir, or below it, all or none.
func writeBelow(dir string, files []File) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	done, err := lock(dir)
	if err != nil {
		return err
	}
	defer done()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := makeDir(filepath.Dir(path)); err != nil {
			return err
		}
		if info, err := os.Lstat(path); err == nil && info.IsDir() {
			return refuse("%s is a folder, want a file or nothing there: remove it, or give another folder", path)
		}
	}
	return writeAll(dir, files...)
}

// Tidy removes what somebody who was killed left half written in a folder, if it is
// there and nobody is at work in it.
func Tidy(dir string) error {
	left := 0
	for _, place := range []string{dir, filepath.Join(dir, FiguresName)} {
		entries, err := os.ReadDir(place)
		if err != nil {
			continue // not there, or for others to refuse
		}
		for _, e := range entries {
			if isUnfinished(e.Name()) {
				left++
			}
		}
	}
	if left == 0 {
		return nil
	}
	done, err := lock(dir)
	if err == nil {
		done()
	}
	return err
}

// lock removes what somebody who was killed left half written in a
// folder, if nobody else is at work there, and keeps others out until done.
func lock(dir string) (done func(), err error) {
	path := filepath.Join(dir, lockName)
	_, absent := os.Lstat(path) // then nothing but a run needs it later
	l, err := tryLock(dir)
	if _, busy := errors.AsType[Refused](err); busy {
		return func() {}, nil // a run, which sweeps for itself
	}
	if err != nil {
		return nil, err
	}
	done = func() {
		if l != nil {
			_ = l.Close()
		}
		if absent != nil {
			_ = os.Remove(path)
		}
	}
	for _, place := range []string{dir, filepath.Join(dir, FiguresName)} {
		if !isDir(place) {
			continue
		}
		if err := removePartial(place); err != nil {
			done()
			return nil, err
		}
	}
	return done, nil
}

// An Annex is a file about the scenario of a run that another command than the run has
// put into the run's folder.
type Annex struct {
	Name string // of the file
	Stem string // what it is about: what ExplainFile and SizeFile make a name of
}

// Explanations lists the explanations in a folder, in the order of their names.
func Explanations(dir string) ([]Annex, error) { return annexes(dir, explained) }

// Plans lists the plans in a folder, in the order of their names.
func Plans(dir string) ([]Annex, error) { return annexes(dir, sized) }

// Comparisons lists the comparisons of designs in a folder, in the order of their names.
func Comparisons(dir string) ([]Annex, error) { return annexes(dir, compared) }

// annexes lists the JSON files in a folder whose names begin with a prefix.
func annexes(dir, prefix string) ([]Annex, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir, unreadable(err))
	}
	var list []Annex
	for _, e := range entries {
		if stem, ok := strings.CutPrefix(e.Name(), prefix); ok && isExplanation(e.Name()) {
			list = append(list, Annex{e.Name(), strings.TrimSuffix(stem, ".json")})
		}
	}
	return list, nil
}

// ReadAnnexes reads annexes of a folder.
func ReadAnnexes[T any](dir string, list []Annex, read func(io.Reader) (*T, error)) (all []*T, err error) {
	for _, a := range list {
		text, _, err := Read(dir, a.Name)
		if err != nil {
			return nil, err
		}
		x, err := read(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w: remove it, or ask again", filepath.Join(dir, a.Name), err)
		}
		all = append(all, x)
	}
	return all, nil
}

// ReadHistory reads the history of a run in its folder; nil if there is none of the
// scenario of that hash, that seed, and this version of the model.
func ReadHistory(dir, hash string, seed int64) (*trial.History, error) {
	text, found, err := Read(dir, HistoryName)
	if err != nil || !found {
		return nil, err
	}
	h, err := trial.ReadHistory(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: remove it and run again", filepath.Join(dir, HistoryName), err)
	}
	if h.Hash != hash || h.Seed != seed || h.ModelVersion != analysis.ModelVersion {
		return nil, nil
	}
	return h, nil
}

// Read is the content of a file in a folder; found is false where there is none.
func Read(dir, name string) (text []byte, found bool, err error) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	text, err = readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("reading %s: %w", path, unreadable(err))
	}
	return text, true, nil
}
