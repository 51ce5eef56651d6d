package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/results/trial"
	"caseload/scenarios"

	"github.com/gofrs/flock"
)

// DataName is the file that says which trials the data in a folder are of.
const DataName = "data.json"

// DataAbout says which trials the data in a folder are of, and how they are written.
type DataAbout struct {
	Scenario     string      `json:"scenario"`
	Title        string      `json:"title"`
	Hash         string      `json:"hash"`
	Seed         int64       `json:"seed"`
	ModelVersion int         `json:"model_version"`
	Replicates   int         `json:"replicates"` // of all shards
	BlockSize    int         `json:"block_size"` // replicates of a file
	Format       TableFormat `json:"format"`
	Events       bool        `json:"events"`
	Shard        string      `json:"shard,omitempty"` // such as 2/4
	Arms         []string    `json:"arms"`
	Clients      int         `json:"clients"`
	CreatedBy    string      `json:"created_by"`
}

// AboutData describes data that are to be made.
func AboutData(name string, sc *scenarios.Scenario, replicates int, format TableFormat, events bool, shard, createdBy string) *DataAbout {
	a := &DataAbout{Scenario: name, Title: sc.Title, Hash: sc.Hash(), Seed: sc.Seed, ModelVersion: analysis.ModelVersion, Replicates: replicates,
		BlockSize: analysis.BlockSize, Format: format, Events: events, Shard: shard, Clients: sc.Trial.Clients, CreatedBy: createdBy}
	for _, arm := range sc.Arms {
		a.Arms = append(a.Arms, arm.Name)
	}
	return a
}

// Kinds are the tables of which each block has a file.
func (a *DataAbout) Kinds() []string {
	if a.Events {
		return []string{"clients", "visits", "events"}
	}
	return []string{"clients", "visits"}
}

// Range is which replicates the folder is to have: those of its shard, which is whole
// blocks, so that shards have the files of a run in one piece.
func (a *DataAbout) Range() (replicate.Range, error) {
	whole := replicate.Range{To: a.Replicates}
	if a.Shard == "" {
		return whole, nil
	}
	blocks := (a.Replicates + a.BlockSize - 1) / a.BlockSize
	s, err := ParseShard(a.Shard, blocks, "blocks")
	if err != nil || s.Of > blocks {
		return whole, fmt.Errorf("got %q, want I/N with N at most the %d blocks of %d replicates that there are, such as 1/2", a.Shard, blocks, a.BlockSize)
	}
	return replicate.Range{From: s.From() * a.BlockSize, To: min(s.To()*a.BlockSize, a.Replicates)}, nil
}

// Blocks lists the blocks of the folder in order.
func (a *DataAbout) Blocks() ([]replicate.Range, error) {
	whole, err := a.Range()
	var list []replicate.Range
	for from := whole.From; from < whole.To; from += a.BlockSize {
		list = append(list, replicate.Range{From: from, To: min(from+a.BlockSize, whole.To)})
	}
	return list, err
}

func (a *DataAbout) metadata() []string {
	return (&Manifest{Hash: a.Hash, Seed: a.Seed, ModelVersion: a.ModelVersion}).metadata()
}

func (a *DataAbout) file() File {
	return File{DataName, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(a)
	}}
}

// InspectData reads which trials the data in a folder are of. A place that holds none is
// Refused.
func InspectData(dir string) (*DataAbout, error) {
	path := filepath.Join(dir, DataName)
	text, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("%s: got a place without %s, want a folder that \"caseload data --out\" has made", dir, DataName)
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", path, unreadable(err))
	}
	a := new(DataAbout)
	if err := json.Unmarshal(text, a); err != nil || a.Hash == "" || a.BlockSize < 1 || a.Replicates < 1 {
		return nil, refuse("%s: got a file that does not say which trials the data are of: give another folder", path)
	}
	if a.ModelVersion != analysis.ModelVersion {
		return nil, refuse("%s is of version %d of the model, and this program simulates version %d: its trials are others. Make the data again", dir, a.ModelVersion, analysis.ModelVersion)
	}
	return a, nil
}

// Data is a folder that data are written into, block by block. Several goroutines may
// write blocks at the same time.
type Data struct {
	dir   string
	about *DataAbout
	lock  *flock.Flock
	// scratch tells that files are read at once and then removed: they need not outlast
	// a loss of power, and are named after their kind alone.
	scratch bool
}

// OpenData opens a folder for data, which it makes if dir is not there or empty, and
// keeps others out until Close. It refuses a folder that holds something else, or data
// of other trials or in another form. More replicates may be wanted than it has.
func OpenData(dir string, about *DataAbout, sc *scenarios.Scenario) (*Data, error) {
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	there, err := dataIn(dir)
	if err != nil {
		return nil, err
	}
	text, err := sc.Encode()
	if err != nil {
		return nil, err
	}
	if there != nil {
		lines := there.differences(about)
		if there.Hash != about.Hash {
			changed, err := changedKeys(filepath.Join(dir, ScenarioName), text)
			if err != nil {
				return nil, err
			}
			lines += listed(changed)
		}
		if lines != "" {
			return nil, refuse("%s has data of other trials, or in another form (see its %s):%s\nGive another folder, or remove this one", dir, DataName, lines)
		}
	}
	d := &Data{dir: dir, about: about}
	if d.lock, err = tryLock(dir); err != nil {
		return nil, err
	}
	err = removePartial(dir)
	if err == nil {
		err = writeAll(dir, about.file(), File{ScenarioName, func(w io.Writer) error { _, err := w.Write(text); return err }})
	}
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// dataIn reads what a folder says about its data, nil if it is empty.
func dataIn(dir string) (*DataAbout, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir, unreadable(err))
	}
	found := ""
	for _, e := range entries {
		if e.Name() == DataName {
			return InspectData(dir)
		}
		if e.Name() != lockName && !isUnfinished(e.Name()) {
			found = e.Name()
		}
	}
	if found != "" {
		return nil, refuse("%s holds %s and is no folder of data: give a new name, or an empty folder", dir, found)
	}
	return nil, nil
}

// differences lists what makes data others than those wanted.
func (a *DataAbout) differences(wanted *DataAbout) (lines string) {
	differ := func(key string, x, y any) {
		if x != y {
			lines += fmt.Sprintf("\n  %s: there %v, wanted %v", key, x, y)
		}
	}
	differ("hash of the scenario", a.Hash, wanted.Hash)
	differ("seed", a.Seed, wanted.Seed)
	differ("block_size", a.BlockSize, wanted.BlockSize)
	differ("format", a.Format, wanted.Format)
	differ("events", a.Events, wanted.Events)
	differ("shard", orWhole(a.Shard), orWhole(wanted.Shard))
	if a.Shard != "" || a.Replicates > wanted.Replicates {
		differ("replicates", a.Replicates, wanted.Replicates)
	}
	return lines
}

// Close lets others in.
func (d *Data) Close() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Close()
}

// BlockFile names the file of a kind for a block.
func (a *DataAbout) BlockFile(kind string, block replicate.Range) string {
	return fmt.Sprintf("%s-%06d-%06d.%s", kind, block.From, block.To-1, a.Format)
}

// Has reports whether a block has been written.
func (d *Data) Has(block replicate.Range) bool { return missingIn(d.dir, d.about, block) == "" }

// missingIn names the first file of a block that is not there, "" if all are.
func missingIn(dir string, a *DataAbout, block replicate.Range) string {
	for _, kind := range a.Kinds() {
		name := a.BlockFile(kind, block)
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// Write writes a block: fill puts each replicate into the tables, which are of the kinds,
// in turn. Either all files of the block appear or none that counts.
func (d *Data) Write(block replicate.Range, tables []*trial.Dataset, fill func(r int) error) (err error) {
	var drafts []*draft
	defer func() {
		for _, x := range drafts {
			_ = os.Remove(x.out.Name()) // gone where it was renamed
		}
	}()
	var writers []tableWriter
	fail := func(name string, err error) error {
		return fmt.Errorf("writing %s: %w", filepath.Join(d.dir, name), reason(err))
	}
	for _, t := range tables {
		name := d.about.BlockFile(t.Name, block)
		if d.scratch {
			name = t.Name + "." + string(d.about.Format)
		}
		x, err := begin(d.dir, name)
		if err != nil {
			return fail(name, err)
		}
		x.fleeting = d.scratch
		drafts = append(drafts, x)
		w, err := newTableWriter(x, t, d.about.Format, d.about.metadata())
		if err != nil {
			return fail(x.name, err)
		}
		writers = append(writers, w)
	}
	for r := block.From; r < block.To && err == nil; r++ {
		if err = fill(r); err != nil {
			break
		}
		for k, w := range writers {
			if err = w.rows(); err != nil {
				err = fail(drafts[k].name, err)
				break
			}
		}
	}
	return errors.Join(err, d.finish(drafts, writers, err))
}

// finish closes drafts and, unless the block has failed, gives them their names.
func (d *Data) finish(drafts []*draft, writers []tableWriter, failed error) error {
	for k, x := range drafts {
		err := failed
		if err == nil {
			err = writers[k].end()
		}
		if err = x.finish(err); err != nil && failed == nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(d.dir, x.name), reason(err))
		}
	}
	if failed != nil {
		return nil
	}
	for _, x := range drafts {
		if err := os.Rename(x.out.Name(), filepath.Join(d.dir, x.name)); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(d.dir, x.name), reason(err))
		}
	}
	return syncDir(d.dir)
}

// blockName is the name of a file of a block.
var blockName = regexp.MustCompile(`^(clients|visits|events)-(\d{6,})-(\d{6,})\.(parquet|csv)$`)

// Complete ends the writing: it removes files of blocks that have been written again
// with more replicates, and writes those given.
func (d *Data) Complete(files ...File) error {
	blocks, err := d.about.Blocks()
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, b := range blocks {
		for _, kind := range d.about.Kinds() {
			wanted[d.about.BlockFile(kind, b)] = true
		}
	}
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", d.dir, unreadable(err))
	}
	for _, e := range entries {
		if blockName.MatchString(e.Name()) && !wanted[e.Name()] {
			if err := os.Remove(filepath.Join(d.dir, e.Name())); err != nil {
				return fmt.Errorf("removing %s: %w", filepath.Join(d.dir, e.Name()), reason(err))
			}
		}
	}
	return writeAll(d.dir, files...)
}

// TableFile is a file of a table with all its rows, by the format's name.
func (a *DataAbout) TableFile(d *trial.Dataset) File {
	return tableFile(d.Name, d, a.Format, a.metadata())
}
