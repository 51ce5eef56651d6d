package folder

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/replicate"
)

// Merge joins the shards in dirs into the folder dst: its parts are those of a
// run in one piece. All replicates must be there; those that are there twice
// must be the same. The folder says that it has none until Finish.
func Merge(dst, createdBy string, dirs ...string) error {
	sources, err := sources(dst, dirs)
	if err != nil {
		return err
	}
	scenario, err := readFile(filepath.Join(dirs[0], ScenarioName))
	if err != nil {
		return fmt.Errorf("reading %s: %w", filepath.Join(dirs[0], ScenarioName), unreadable(err))
	}
	total, err := complete(sources)
	if err != nil {
		return err
	}
	m := sources[0].manifest
	m.Shard, m.Total, m.Replicates, m.CreatedBy = "", 0, 0, createdBy
	out, err := open(dst, &m, scenario)
	if err != nil {
		return err
	}
	defer out.Close()
	if end := out.End(); end > total {
		return refuse("%s has %d replicates already, more than the %d of the folders to be joined: give another folder", dst, end, total)
	}
	for k := 0; k*analysis.BlockSize < total; k++ {
		b, err := joined(sources, k, min(total, (k+1)*analysis.BlockSize))
		if err != nil {
			return err
		}
		if err := out.Keep(k, b); err != nil {
			return err
		}
	}
	return out.Flush()
}

// sources opens the folders to be joined, which must be of one run.
func sources(dst string, dirs []string) ([]*Folder, error) {
	var all []*Folder
	for _, dir := range dirs {
		if same(dst, dir) {
			return nil, refuse("%s is one of the folders to be joined: give another one for the result", dst)
		}
		m, err := Inspect(dir)
		if err != nil {
			return nil, err
		}
		if err := m.outdated(dir); err != nil {
			return nil, err
		}
		f, err := view(dir, m)
		if err != nil {
			return nil, err
		}
		if all = append(all, f); len(all) == 1 {
			continue
		}
		first := all[0].manifest
		first.Shard, first.Total = m.Shard, m.Total // the one thing that may differ
		scenario, err := readFile(filepath.Join(dirs[0], ScenarioName))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", filepath.Join(dirs[0], ScenarioName), unreadable(err))
		}
		lines, err := differences(dir, m, &first, scenario)
		if err != nil {
			return nil, err
		}
		if lines != "" {
			return nil, refuse("%s is of another run than %s (see %s and %s of both):%s", dir, dirs[0], ManifestName, ScenarioName, lines)
		}
	}
	return all, nil
}

// same tells whether two names are of one folder.
func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// complete is how many replicates the folders have together. It refuses gaps.
func complete(sources []*Folder) (total int, err error) {
	var have []replicate.Range
	last := 0
	for _, f := range sources {
		switch t := f.manifest.Total; {
		case t == 0:
		case total != 0 && t != total:
			return 0, refuse("the folders are shards of %d and of %d replicates, want shards of one run", total, t)
		default:
			total = t
		}
		if err := f.whole(); err != nil {
			return 0, err
		}
		for _, s := range f.kept {
			have = append(have, replicate.Range{From: s.from, To: s.to})
			last = max(last, s.to)
		}
	}
	total = max(total, last)
	var missing []string
	for _, gap := range replicate.Gaps(replicate.Range{To: total}, have) {
		missing = append(missing, gap.String())
	}
	if len(missing) > 0 {
		return 0, refuse("replicates are missing (the first is 0): %s: finish the shards, or give those that were left out", strings.Join(missing, ", "))
	}
	if total == 0 {
		return 0, refuse("the folders have no replicates")
	}
	return total, nil
}

// whole refuses a folder that lacks a part of what its manifest counts.
func (f *Folder) whole() error {
	there, counted := f.Replicates(), f.manifest.Replicates
	if there >= counted {
		return nil
	}
	from := f.shard.From()
	at, end := from+there, from+counted
	for _, s := range f.kept {
		if s.from > at {
			end = min(end, s.from)
		}
	}
	path := filepath.Join(f.dir, partsDir, partName(at/PartSize))
	return refuse("%s: replicates %d to %d are not there, and %s counts %d: run the same command again with --out %s, which runs what is missing",
		path, at, end-1, ManifestName, counted, f.dir)
}

// piece is what a folder has of a block.
type piece struct {
	*analysis.Block
	dir string
}

// joined puts block k together, up to replicate end: pieces of it in a row
// from the folders that have them.
func joined(sources []*Folder, k, end int) (*analysis.Block, error) {
	var pieces []replicate.Piece[piece]
	for _, f := range sources {
		b, err := f.Read(k)
		if err != nil {
			return nil, err
		}
		if b != nil {
			pieces = append(pieces, replicate.Piece[piece]{Range: replicate.Range{From: b.First, To: b.First + len(b.Rows)}, Of: piece{b, f.dir}})
		}
	}
	row, spare, err := replicate.Merge(replicate.Range{From: k * analysis.BlockSize, To: end}, pieces)
	if misfit, ok := errors.AsType[*replicate.Misfit[piece]](err); ok {
		return nil, refuse("replicates %v are in %s and, in part, in another folder: leave one of them out", misfit.Piece.Range, misfit.Piece.Of.dir)
	}
	if err != nil {
		return nil, err
	}
	out := row[0].Of.Block
	for _, p := range row[1:] {
		if !out.Append(p.Of.Block) {
			return nil, errors.New(p.Of.dir + " is not of the same run as the others: its blocks are laid out in another way")
		}
	}
	for _, p := range spare {
		if !alike(out, p.Of.Block) {
			return nil, refuse("%s has other numbers for replicates %v than another folder has: one of them is not of this run", p.Of.dir, p.Range)
		}
	}
	return out, nil
}

// alike tells whether a block has some of another's rows, to the bit.
func alike(whole, b *analysis.Block) bool {
	from := b.First - whole.First
	if from < 0 || from+len(b.Rows) > len(whole.Rows) {
		return false
	}
	return slices.EqualFunc(whole.Rows[from:][:len(b.Rows)], b.Rows, sameBits)
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
