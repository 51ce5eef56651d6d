package folder

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"caseload/analysis/replicate"
	"caseload/scenarios"
)

// HoldsData reports whether a folder is one of data.
func HoldsData(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, DataName))
	return err == nil && info.Mode().IsRegular()
}

// MergeData copies the files of shards of data into one folder, and returns what it is of.
// All blocks must be there.
func MergeData(dst string, sc *scenarios.Scenario, dirs ...string) (*DataAbout, error) {
	var whole *DataAbout
	var shards []*DataAbout
	for _, dir := range dirs {
		if same(dst, dir) {
			return nil, refuse("%s is one of the folders to be joined: give another one for the result", dst)
		}
		a, err := InspectData(dir)
		if err != nil {
			return nil, err
		}
		if whole == nil {
			first := *a
			whole = &first
		}
		whole.Shard = a.Shard // the one thing that may differ
		if lines := a.differences(whole); lines != "" {
			return nil, refuse("%s has data of other trials than %s, or in another form (see %s of both):%s", dir, dirs[0], DataName, lines)
		}
		if a.Replicates != whole.Replicates {
			return nil, refuse("%s is of %d replicates and %s of %d: want shards of one set of data", dir, a.Replicates, dirs[0], whole.Replicates)
		}
		shards = append(shards, a)
	}
	whole.Shard = ""
	from, err := sourcesOfBlocks(whole, shards, dirs)
	if err != nil {
		return nil, err
	}
	d, err := OpenData(dst, whole, sc)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	blocks, err := whole.Blocks()
	if err != nil {
		return nil, err
	}
	for k, b := range blocks {
		if d.Has(b) {
			continue
		}
		if err := d.copyBlock(from[k], b); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// sourcesOfBlocks finds a folder for each block.
func sourcesOfBlocks(whole *DataAbout, shards []*DataAbout, dirs []string) (from []string, err error) {
	blocks, err := whole.Blocks()
	if err != nil {
		return nil, err
	}
	var have []replicate.Range
	for _, b := range blocks {
		dir := ""
		for k := range shards {
			if missingIn(dirs[k], shards[k], b) == "" {
				dir = dirs[k]
				have = append(have, b)
				break
			}
		}
		from = append(from, dir)
	}
	var missing []string
	for _, gap := range replicate.Gaps(replicate.Range{To: whole.Replicates}, have) {
		missing = append(missing, gap.String())
	}
	if len(missing) > 0 {
		return nil, refuse("replicates are missing (the first is 0): %s: finish the shards, or give those that were left out", strings.Join(missing, ", "))
	}
	return from, nil
}

// copyBlock copies the files of a block.
func (d *Data) copyBlock(dir string, b replicate.Range) error {
	var files []File
	for _, kind := range d.about.Kinds() {
		name := d.about.BlockFile(kind, b)
		files = append(files, File{name, func(w io.Writer) error {
			in, err := os.Open(filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("reading %s: %w", filepath.Join(dir, name), unreadable(err))
			}
			defer in.Close()
			_, err = io.Copy(w, in)
			return err
		}})
	}
	return writeAll(d.dir, files...)
}
