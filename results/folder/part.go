package folder

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"

	"caseload/analysis"

	"github.com/klauspost/compress/zstd"
)

// A part file keeps PartSize replicates in a row, or fewer at the ends of a
// run. All numbers are little-endian:
//
//	magic    8 bytes
//	format   uint32
//	run      16 bytes: which run the part is of
//	first    uint64: the first replicate
//	rows     uint32: how many replicates
//	blocks   one zstd frame
//	crc      uint32: CRC-32C of everything before
//
// The frame holds a block after the other, each as its length (uvarint) and
//
//	first, rows, width    uvarints
//	the numbers           float64, column by column, every bit kept
//	counts                how many (uvarint), then varints
//	pilot                 how many (uvarint), then float64
const (
	// PartSize is how many replicates a part file keeps.
	PartSize = partBlocks * analysis.BlockSize

	partBlocks = 4
	partMagic  = "caseload"
	partFormat = 1
	headLength = len(partMagic) + 4 + len(runID{}) + 8 + 4
	crcLength  = 4
)

// runID tells the parts of different runs apart.
type runID [16]byte

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// part is the content of a part file. Blocks stay encoded until they are asked
// for.
type part struct {
	index  int
	run    runID
	first  int // replicate
	rows   int // replicates
	blocks [][]byte
}

func partName(index int) string { return fmt.Sprintf("%06d.part", index) }

// encode is the file. The same part gives the same bytes.
func (p *part) encode() ([]byte, error) {
	var raw []byte
	for _, b := range p.blocks {
		raw = binary.AppendUvarint(raw, uint64(len(b)))
		raw = append(raw, b...)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, headLength+len(raw)), partMagic...)
	out = binary.LittleEndian.AppendUint32(out, partFormat)
	out = append(out, p.run[:]...)
	out = binary.LittleEndian.AppendUint64(out, uint64(p.first))
	out = binary.LittleEndian.AppendUint32(out, uint32(p.rows))
	out = z.EncodeAll(raw, out)
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, castagnoli)), z.Close()
}

// damaged is the error about a part that can't be read.
func damaged(path string) error { return fmt.Errorf("%s is damaged: remove it and run again", path) }

// readHead reads the beginning of a part file: which replicates it keeps. Its
// checksum is left to readPart.
func readHead(dir string, index int, run runID) (*part, error) {
	path := filepath.Join(dir, partsDir, partName(index))
	if err := regular(path); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, reason(err))
	}
	defer f.Close()
	head := make([]byte, headLength)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, damaged(path)
	}
	return decodeHead(head, path, index, run)
}

func decodeHead(head []byte, path string, index int, run runID) (*part, error) {
	if len(head) < headLength || string(head[:len(partMagic)]) != partMagic {
		return nil, damaged(path)
	}
	rest := head[len(partMagic):]
	if format := binary.LittleEndian.Uint32(rest); format != partFormat {
		return nil, fmt.Errorf("%s: got format %d, want %d: it was written by another version of caseload, or is damaged", path, format, partFormat)
	}
	p := &part{index: index}
	rest = rest[4:]
	rest = rest[copy(p.run[:], rest):]
	p.first = int(binary.LittleEndian.Uint64(rest))
	p.rows = int(binary.LittleEndian.Uint32(rest[8:]))
	if p.run != run {
		return nil, fmt.Errorf("%s is of another run: remove it and run again", path)
	}
	if p.first/PartSize != index || p.rows < 1 || p.first+p.rows > (index+1)*PartSize {
		return nil, damaged(path)
	}
	return p, nil
}

// readPart reads a whole part file and checks it.
func readPart(dir string, index int, run runID) (*part, error) {
	path := filepath.Join(dir, partsDir, partName(index))
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, reason(err))
	}
	p, err := decodeHead(text, path, index, run)
	if err != nil {
		return nil, err
	}
	end := len(text) - crcLength
	if end < headLength || crc32.Checksum(text[:end], castagnoli) != binary.LittleEndian.Uint32(text[end:]) {
		return nil, damaged(path)
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	raw, err := z.DecodeAll(text[headLength:end], nil)
	if err != nil {
		return nil, damaged(path)
	}
	for len(raw) > 0 {
		n, used := binary.Uvarint(raw)
		if used <= 0 || n > uint64(len(raw)-used) {
			return nil, damaged(path)
		}
		p.blocks = append(p.blocks, raw[used:][:n:n])
		raw = raw[used+int(n):]
	}
	return p, nil
}

// encodeBlock is a block within a part.
func encodeBlock(b *analysis.Block) []byte {
	width := 0
	if len(b.Rows) > 0 {
		width = len(b.Rows[0])
	}
	out := make([]byte, 0, 8*(len(b.Rows)*width+len(b.Pilot))+2*len(b.Counts)+32)
	for _, n := range []int{b.First, len(b.Rows), width} {
		out = binary.AppendUvarint(out, uint64(n))
	}
	for c := range width {
		for _, row := range b.Rows {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(row[c]))
		}
	}
	out = binary.AppendUvarint(out, uint64(len(b.Counts)))
	for _, n := range b.Counts {
		out = binary.AppendVarint(out, n)
	}
	out = binary.AppendUvarint(out, uint64(len(b.Pilot)))
	for _, x := range b.Pilot {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
	}
	return out
}

// decodeBlock reads what encodeBlock wrote; false if it is something else.
func decodeBlock(text []byte) (*analysis.Block, bool) {
	r := reader{rest: text, ok: true}
	b := &analysis.Block{First: r.count(math.MaxInt32)}
	rows := r.count(analysis.BlockSize)
	width := r.count(len(text))
	numbers := r.floats(rows * width)
	b.Counts = make([]int64, r.count(len(r.rest)))
	for k := range b.Counts {
		b.Counts[k] = r.varint()
	}
	b.Pilot = r.floats(r.count(len(r.rest)))
	if !r.ok || len(r.rest) > 0 {
		return nil, false
	}
	cells := make([]float64, rows*width)
	b.Rows = make([][]float64, rows)
	for k := range b.Rows {
		b.Rows[k] = cells[k*width:][:width:width]
		for c := range width {
			b.Rows[k][c] = numbers[c*rows+k]
		}
	}
	return b, true
}

// reader takes numbers off the front of a text until one is not there.
type reader struct {
	rest []byte
	ok   bool
}

// count is a whole number of at most most.
func (r *reader) count(most int) int {
	n, used := binary.Uvarint(r.rest)
	if used <= 0 || n > uint64(most) {
		r.ok, r.rest = false, nil
		return 0
	}
	r.rest = r.rest[used:]
	return int(n)
}

func (r *reader) varint() int64 {
	n, used := binary.Varint(r.rest)
	if used <= 0 {
		r.ok, r.rest = false, nil
		return 0
	}
	r.rest = r.rest[used:]
	return n
}

func (r *reader) floats(n int) []float64 {
	if n > len(r.rest)/8 {
		r.ok, r.rest = false, nil
		return nil
	}
	out := make([]float64, n)
	for k := range out {
		out[k] = math.Float64frombits(binary.LittleEndian.Uint64(r.rest[8*k:]))
	}
	r.rest = r.rest[8*n:]
	return out
}
