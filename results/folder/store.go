package folder

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"caseload/analysis"

	"github.com/gofrs/flock"
)

// Folder keeps what the replicates of one run leave. It is an analysis.Store
// and, like it, for one goroutine at a time.
type Folder struct {
	dir      string
	manifest Manifest
	layout   *analysis.Layout // nil where only parts are dealt with
	run      runID
	shard    Shard
	lock     *flock.Flock // nil: none
	readOnly bool

	kept   map[int]span // the parts on the disk
	open   *part        // being filled, not written yet; nil: none
	loaded *part        // read last; nil: none
}

var (
	_ analysis.Store        = (*Folder)(nil)
	_ analysis.Checkpointer = (*Folder)(nil)
)

// span is replicates in a row, to excluded.
type span struct{ from, to int }

// wanted is which replicates of the run belong into block k.
func (f *Folder) wanted(k int) span {
	return span{max(k*analysis.BlockSize, f.shard.From()), min((k+1)*analysis.BlockSize, f.shard.To())}
}

// wantedPart is which replicates of the run belong into a part.
func (f *Folder) wantedPart(index int) span {
	return span{max(index*PartSize, f.shard.From()), min((index+1)*PartSize, f.shard.To())}
}

// Replicates is how many are kept without a gap, from the first on.
func (f *Folder) Replicates() int {
	at := f.shard.From()
	for s, ok := f.kept[at/PartSize]; ok && s.from <= at && s.to > at; s, ok = f.kept[at/PartSize] {
		at = s.to
	}
	return at - f.shard.From()
}

// End is the replicate after the last that is kept.
func (f *Folder) End() int {
	end := f.shard.From()
	for _, s := range f.kept {
		end = max(end, s.to)
	}
	return end
}

// Dir is where the folder is.
func (f *Folder) Dir() string { return f.dir }

// Manifest is what the folder says about its run.
func (f *Folder) Manifest() Manifest { return f.manifest }

// Read is block k as far as it is kept; nil if nothing is. A part that is
// damaged is an error that names it.
func (f *Folder) Read(k int) (*analysis.Block, error) {
	index, at := k/partBlocks, k%partBlocks
	p := f.open
	if p == nil || p.index != index {
		s, ok := f.kept[index]
		if !ok || s.to <= k*analysis.BlockSize || s.from >= (k+1)*analysis.BlockSize {
			return nil, nil
		}
		if err := f.load(index); err != nil {
			return nil, err
		}
		p = f.loaded
	}
	if at -= p.skipped(); at < 0 || at >= len(p.blocks) {
		return nil, nil
	}
	path := filepath.Join(f.dir, partsDir, partName(index))
	b, ok := decodeBlock(p.blocks[at])
	if !ok || b.First != max(p.first, k*analysis.BlockSize) {
		return nil, damaged(path)
	}
	if f.layout != nil && !fits(b, f.layout) {
		return nil, fmt.Errorf("%s: got rows of %d numbers, want %d: remove it and run again", path, len(b.Rows[0]), f.layout.Width)
	}
	return b, nil
}

// fits tells whether a block is laid out like this.
func fits(b *analysis.Block, l *analysis.Layout) bool {
	return len(b.Rows) > 0 && len(b.Rows[0]) == l.Width && len(b.Counts) == l.Counts && len(b.Pilot) == l.Pilot
}

// skipped is how many blocks of the part lie before its first replicate.
func (p *part) skipped() int { return p.first % PartSize / analysis.BlockSize }

// load reads a part, unless it is the one that was read last.
func (f *Folder) load(index int) error {
	if f.loaded != nil && f.loaded.index == index {
		return nil
	}
	p, err := readPart(f.dir, index, f.run)
	if err != nil {
		return err
	}
	f.loaded = p
	return nil
}

// Keep takes block k. It is on the disk once its part is complete or Flush is
// called. A block that is there already is kept as it is.
func (f *Folder) Keep(k int, b *analysis.Block) error {
	index, want := k/partBlocks, f.wanted(k)
	if len(b.Rows) == 0 || b.First != want.from || b.First+len(b.Rows) > want.to {
		return fmt.Errorf("folder: block %d of replicates %d to %d, want within %d to %d", k, b.First, b.First+len(b.Rows), want.from, want.to)
	}
	if s := f.kept[index]; s.to >= b.First+len(b.Rows) {
		return nil
	}
	if f.readOnly {
		return fmt.Errorf("%s is only read, but lacks replicate %d", f.dir, b.First)
	}
	if f.open != nil && f.open.index != index {
		if err := f.Flush(); err != nil {
			return err
		}
	}
	if err := f.fill(index, k%partBlocks, b); err != nil {
		return err
	}
	if p := f.open; p != nil && p.first+p.rows == f.wantedPart(index).to {
		return f.Flush()
	}
	return nil
}

// Checkpoint keeps block k as far as it goes, and puts it on the disk.
func (f *Folder) Checkpoint(k int, b *analysis.Block) error {
	if err := f.Keep(k, b); err != nil {
		return err
	}
	return f.Flush()
}

// fill puts a block into the part that is open.
func (f *Folder) fill(index, at int, b *analysis.Block) error {
	if f.open == nil {
		f.open = &part{index: index, run: f.run, first: f.wantedPart(index).from}
		if _, ok := f.kept[index]; ok {
			if err := f.load(index); err != nil {
				return err
			}
			*f.open, f.loaded = *f.loaded, nil
		}
	}
	p := f.open
	at -= p.skipped()
	end := b.First + len(b.Rows)
	switch {
	case end <= p.first+p.rows:
		return nil
	case at == len(p.blocks)-1: // more of the last
		p.blocks[at] = encodeBlock(b)
	case at == len(p.blocks) && b.First == p.first+p.rows:
		p.blocks = append(p.blocks, encodeBlock(b))
	default:
		return fmt.Errorf("folder: replicates %d to %d are to be kept, but those from %d on come first", b.First, end, p.first+p.rows)
	}
	p.rows = end - p.first
	return nil
}

// Flush writes what is not on the disk yet. Nothing stays half done: where it
// fails the folder is as it was.
func (f *Folder) Flush() error {
	p := f.open
	if p == nil {
		return nil
	}
	f.open = nil
	if p.rows == 0 || f.kept[p.index].to >= p.first+p.rows {
		return nil
	}
	text, err := p.encode()
	if err != nil {
		return err
	}
	err = writeAll(filepath.Join(f.dir, partsDir), File{partName(p.index), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}})
	if err != nil {
		return err
	}
	f.kept[p.index] = span{p.first, p.first + p.rows}
	return nil
}

// Finish ends a run of the replicates from the first on: it writes what they
// leave, their estimates, the files given, and last the manifest that counts
// them. Of a shard there are no estimates before it is merged.
func (f *Folder) Finish(replicates int, files ...File) error {
	if err := f.Flush(); err != nil {
		return err
	}
	if have := f.Replicates(); replicates > have {
		return errors.New("folder: more replicates than are kept")
	}
	for _, x := range files {
		if err := f.makeBelow(x.Name); err != nil {
			return err
		}
	}
	f.manifest.Replicates = replicates
	var all []File
	if f.shard.Of == 0 {
		all = f.estimateFiles(replicates)
	}
	return writeAll(f.dir, append(append(all, files...), f.manifest.file())...)
}

// makeBelow makes the folder that a file belongs into.
func (f *Folder) makeBelow(name string) error {
	if below, _ := filepath.Split(filepath.FromSlash(name)); below != "" {
		return makeDir(filepath.Join(f.dir, below))
	}
	return nil
}
