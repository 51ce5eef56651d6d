package folder

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Progress is how far a folder is.
type Progress struct {
	There bool
	Done  int  // replicates, of all cells of a sweep; of an explanation, of each world; or bodies
	Whole bool // nothing is left to do
}

// ReadProgress finds out how far a folder is, also while somebody is at work in it.
func ReadProgress(dir string) (p Progress, err error) {
	q, err := ReadQuestion(dir)
	if q != nil || err != nil {
		if q != nil {
			p = Progress{true, q.Done, q.Whole}
		}
		return p, err
	}
	d, err := ReadDesign(dir)
	if d != nil || err != nil {
		return sweepProgress(dir, d, err)
	}
	if HoldsData(dir) {
		return dataProgress(dir)
	}
	m, err := readManifest(dir)
	if m == nil || err != nil {
		return p, err
	}
	return runProgress(dir, m)
}

// runProgress is that of the folder of a run.
func runProgress(dir string, m *Manifest) (p Progress, err error) {
	if err := m.outdated(dir); err != nil {
		return p, err
	}
	f, err := view(dir, m)
	if err != nil {
		return p, err
	}
	p = Progress{There: true, Done: f.Replicates()}
	if f.shard.Of > 0 {
		p.Whole = m.Replicates == f.shard.To()-f.shard.From() && p.Done == m.Replicates
	} else {
		p.Whole = m.Replicates > 0 && p.Done >= m.Replicates
	}
	return p, nil
}

// dataProgress is that of the folder of data. What explains them is written last.
func dataProgress(dir string) (p Progress, err error) {
	a, err := InspectData(dir)
	if err != nil {
		return p, err
	}
	blocks, err := a.Blocks()
	if err != nil {
		return p, err
	}
	p = Progress{There: true, Whole: true}
	for _, b := range blocks {
		if missingIn(dir, a, b) == "" {
			p.Done += b.To - b.From
		} else {
			p.Whole = false
		}
	}
	p.Whole = p.Whole && Holds(dir, DictionaryName)
	return p, nil
}

// sweepProgress is that of the folder of a sweep.
func sweepProgress(dir string, d *Design, err error) (Progress, error) {
	if err != nil {
		return Progress{}, err
	}
	p := Progress{There: true, Whole: d.Whole}
	cells, err := os.ReadDir(filepath.Join(dir, cellsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p, err
	}
	for _, c := range cells {
		at := filepath.Join(dir, cellsDir, c.Name())
		m, err := readManifest(at)
		if err != nil {
			return p, err
		}
		if m == nil {
			continue
		}
		cell, err := runProgress(at, m)
		if err != nil {
			return p, err
		}
		p.Done += cell.Done
	}
	return p, nil
}

// Replace writes files into a folder that is there, in place of those of the same names.
func Replace(dir string, files ...File) error { return writeAll(dir, files...) }

// Holds tells whether a folder has a file whose name ends in this way, that is not one
// being written.
func Holds(dir, ending string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return strings.HasSuffix(e.Name(), ending) && !isUnfinished(e.Name()) && e.Name() != DesignName
	})
}

// WriteText writes a file of its own, whole or not at all.
func WriteText(path, text string) error {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	return writeAll(dir, File{name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }})
}
