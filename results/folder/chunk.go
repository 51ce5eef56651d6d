package folder

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync"

	"caseload/results/trial"
)

// A chunk is a column of a row group while it is filled: which rows have a value, and
// which of the different values each of these has. A column of numbers of which many
// are different has the numbers themselves.
type chunk struct {
	kind     chunkKind
	rows     int
	present  []uint16 // by row: 1 if it has a value, else 0; empty while all have
	index    []uint16 // of each value: its number among the different ones
	plain    bool
	numbers  []uint64 // of a plain chunk: each value, the bits of a float64
	texts    []string // the different values of a column of text, in the order in which they come
	numbered map[string]uint16
	keys     keys // those of any other column
	cells    []float64
}

// chunkKind is what a chunk holds.
type chunkKind uint8

const (
	chunkOfTexts chunkKind = iota
	chunkOfNumbers
	chunkOfIntegers
	chunkOfBooleans
)

// spareChunks have room that the files before have needed.
var spareChunks = sync.Pool{New: func() any { return new(chunk) }}

func (c *chunk) begin(column *trial.DatasetColumn) {
	c.plain, c.numbered = false, nil
	switch column.Type {
	case "number":
		c.kind = chunkOfNumbers
	case "integer":
		c.kind = chunkOfIntegers
	case "boolean":
		c.kind = chunkOfBooleans
	default:
		c.kind = chunkOfTexts
		c.numbered = map[string]uint16{}
	}
	c.reset()
}

// reset empties the chunk. One of numbers that was plain remains so.
func (c *chunk) reset() {
	c.rows, c.present, c.index, c.numbers, c.texts = 0, c.present[:0], c.index[:0], c.numbers[:0], c.texts[:0]
	clear(c.numbered)
	c.keys.reset()
	if c.kind == chunkOfBooleans { // whose numbers are their own
		c.keys.number(0)
		c.keys.number(1)
	}
}

// values is how many rows have a value.
func (c *chunk) values() int { return len(c.index) + len(c.numbers) }

// add takes the cells of some rows.
func (c *chunk) add(column *trial.DatasetColumn, from, to int) {
	if c.kind == chunkOfTexts {
		c.addTexts(column, from, to)
		return
	}
	c.cells = slices.Grow(c.cells[:0], to-from)[:to-from]
	column.Numbers(c.cells, from)
	values := c.defined(c.cells)
	switch {
	case c.plain:
		for _, x := range values {
			c.numbers = append(c.numbers, math.Float64bits(x))
		}
	case c.kind == chunkOfBooleans && !slices.ContainsFunc(values, func(x float64) bool { return x != 0 && x != 1 }):
		for _, x := range values {
			c.index = append(c.index, uint16(x))
		}
	case c.kind != chunkOfNumbers:
		for _, x := range values {
			c.index = append(c.index, c.keys.number(uint64(uint32(int32(x)))))
		}
	default:
		for _, x := range values {
			c.index = append(c.index, c.keys.number(math.Float64bits(x)))
		}
		const few = 1024 // values that tell whether many are different
		if len(c.keys.list) > max(few, len(c.index))/4 {
			c.unlist()
		}
	}
}

// defined notes which of the next rows have a value, and returns the values, which it moves
// to the front of the cells.
func (c *chunk) defined(cells []float64) []float64 {
	n := 0
	for _, x := range cells {
		if !undefined(x) {
			n++
		}
	}
	c.rows += len(cells)
	if n == len(cells) {
		if len(c.present) > 0 {
			c.present = appendOnes(c.present, n)
		}
		return cells
	}
	c.present = appendOnes(c.present, c.rows-len(cells)-len(c.present))
	n = 0
	for _, x := range cells {
		var has uint16
		if !undefined(x) {
			cells[n] = x
			n++
			has = 1
		}
		c.present = append(c.present, has)
	}
	return cells[:n]
}

func appendOnes(to []uint16, n int) []uint16 {
	for range n {
		to = append(to, 1)
	}
	return to
}

// unlist makes the chunk plain.
func (c *chunk) unlist() {
	for _, k := range c.index {
		c.numbers = append(c.numbers, c.keys.list[k])
	}
	c.plain, c.index = true, c.index[:0]
	c.keys.reset()
}

func (c *chunk) addTexts(column *trial.DatasetColumn, from, to int) {
	c.present = appendOnes(c.present, c.rows-len(c.present))
	c.rows += to - from
	last, number := "", uint16(0)
	for r := from; r < to; r++ {
		text := column.Text(r)
		if text == "" {
			c.present = append(c.present, 0)
			continue
		}
		if text != last {
			last, number = text, c.number(text)
		}
		c.present, c.index = append(c.present, 1), append(c.index, number)
	}
}

// number is that of a text, which is a new one if it has not come before.
func (c *chunk) number(text string) uint16 {
	k, known := c.numbered[text]
	if !known {
		k = uint16(len(c.texts))
		c.numbered[text] = k
		c.texts = append(c.texts, text)
	}
	return k
}

// different is how many different values there are.
func (c *chunk) different() int { return len(c.texts) + len(c.keys.list) }

// appendDictionary appends the different values, one after the other.
func (c *chunk) appendDictionary(to []byte) []byte {
	for _, text := range c.texts {
		to = binary.LittleEndian.AppendUint32(to, uint32(len(text)))
		to = append(to, text...)
	}
	for _, key := range c.keys.list {
		if c.kind == chunkOfNumbers {
			to = binary.LittleEndian.AppendUint64(to, key)
		} else {
			to = binary.LittleEndian.AppendUint32(to, uint32(key))
		}
	}
	return to
}

// appendValues appends which of the rows have a value, and then the values.
func (c *chunk) appendValues(to []byte) []byte {
	size := len(to)
	to = append(to, 0, 0, 0, 0)
	if c.values() == c.rows {
		to = appendRun(to, 1, c.rows, 1)
	} else {
		to = appendHybrid(to, c.present, 1)
	}
	binary.LittleEndian.PutUint32(to[size:], uint32(len(to)-size-4))
	if c.plain {
		for _, x := range c.numbers {
			to = binary.LittleEndian.AppendUint64(to, x)
		}
		return to
	}
	width := bits.Len(uint(max(c.different(), 2) - 1))
	return appendHybrid(append(to, byte(width)), c.index, width)
}

// keys numbers different values in the order in which they come.
type keys struct {
	list  []uint64
	slots []uint32 // a hash table with open addresses: a value's number and 1; 0 is free
	shift int      // of a hash, to make it an address
}

func (k *keys) reset() {
	if k.list = k.list[:0]; len(k.slots) == 0 {
		k.resize(64)
	}
	clear(k.slots)
}

func (k *keys) resize(slots int) {
	k.slots, k.shift = make([]uint32, slots), 64-bits.Len(uint(slots-1))
}

// slot is where the search for a value begins: Fibonacci hashing, Knuth 1998, The Art of
// Computer Programming 3, section 6.4.
func (k *keys) slot(key uint64) int {
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	return int(key * golden >> k.shift)
}

// number is that of a value, which is a new one if it has not come before.
func (k *keys) number(key uint64) uint16 {
	for s := k.slot(key); ; s++ {
		switch at := k.slots[s&(len(k.slots)-1)]; {
		case at == 0:
			return k.add(key)
		case k.list[at-1] == key:
			return uint16(at - 1)
		}
	}
}

// add numbers a new value. At most half of the slots are taken.
func (k *keys) add(key uint64) uint16 {
	k.list = append(k.list, key)
	if 2*len(k.list) > len(k.slots) {
		k.resize(2 * len(k.slots))
		for n := range k.list {
			k.take(n)
		}
	} else {
		k.take(len(k.list) - 1)
	}
	return uint16(len(k.list) - 1)
}

// take gives the n-th value a slot.
func (k *keys) take(n int) {
	s := k.slot(k.list[n])
	for k.slots[s] != 0 {
		s = (s + 1) & (len(k.slots) - 1)
	}
	k.slots[s] = uint32(n + 1)
}
