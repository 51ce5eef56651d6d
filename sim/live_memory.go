package sim

import (
	"unsafe"

	"caseload/sim/stream"
)

// lives is the state of all clients, each client's in one piece: clocks, state,
// streams, dealings with services and programs, and what visits saw. An event
// of a client among thousands then costs one walk of the page table instead of
// ten. How much a client has depends on the model, so that no Go struct can
// spell it; the parts are fixed-size structs without pointers, laid in a slice
// of words at offsets found once, and each accessor is one line.
type lives struct {
	words []uint64
	first unsafe.Pointer // of the words: places within a client's are right by construction
	size  int            // bytes a client
	// offsets of the parts, in bytes; the client's state and the keys of clocks come first
	streams, stays, care, tenures, courses, thresholds, choices, seen uintptr
	clocks                                                            [64]uintptr // by slot, of those that can be re-aimed
	sights                                                            int         // snapshots a moment: of use, of each course, two of each skill, of contacts, and of all bits
}

// A snapshot is what is recorded of a course at a moment: the ticks that the
// state has held by then (of use: abstinent), how many events there have been,
// and in the lowest bit whether the client is in the state (using).
type snapshot uint64

const (
	countBits  = 23
	countLimit = 1<<countBits - 1
)

func newSnapshot(time int64, count int32, state uint64) snapshot {
	return snapshot(uint64(time)<<(countBits+1) | uint64(min(count, countLimit))<<1 | state)
}

func (s snapshot) time() int64 { return int64(s >> (countBits + 1)) }
func (s snapshot) count() int  { return int(s >> 1 & countLimit) }
func (s snapshot) on() bool    { return s&1 != 0 }

// A history is a client's course so far.
type history struct {
	since       int64 // of the present state
	time        int64 // ticks in the state before that
	first       int64 // tick of the first event; -1: none yet
	count       int32
	sanctionDue bool // a sanction is due
}

const wordBytes = 8

// wordsOf returns the number of words that n values of type T take.
func wordsOf[T any](n int) int {
	var t T
	return n * int(unsafe.Sizeof(t)) / wordBytes
}

// newLives lays out the state of n clients of the model.
func newLives(m *Model, n int) lives {
	l, size := lives{}, 0
	take := func(words int) (at uintptr) {
		at = uintptr(size * wordBytes)
		size += words
		return at
	}
	take(int(keysAt / wordBytes))
	take(8 * m.eights)
	clocks := take(wordsOf[clock](m.clocks))
	for s := range m.slots[:min(len(m.slots), len(l.clocks))] {
		l.clocks[s] = clocks + uintptr(m.slots[s].clock)*unsafe.Sizeof(clock{})
	}
	l.streams = take(wordsOf[stream.Stream](len(m.procs)))
	l.stays = take(wordsOf[stay](len(m.services)))
	l.care = take(wordsOf[care](len(m.programs)))
	l.tenures = take(wordsOf[tenure](m.tenures))
	l.courses = take(wordsOf[history](len(m.courses)))
	l.thresholds = take(m.thresholds)
	if l.choices = uintptr(size * wordBytes); len(m.decisions) > 0 {
		take(1 + wordsOf[choice](len(m.decisions)))
	}
	l.sights = 1 + len(m.courses) + 2*m.skillsKept
	if m.countsContacts {
		l.sights++
	}
	if m.seesBits {
		l.sights++
	}
	l.seen = take(wordsOf[snapshot](len(m.moments) * l.sights))
	size = (size + 7) &^ 7 // whole cache lines
	l.words, l.size = make([]uint64, n*size), size*wordBytes
	l.first = unsafe.Pointer(unsafe.SliceData(l.words))
	for i := range n {
		l.client(i).id = i
	}
	return l
}

// client returns the state of client i, which the client's other parts follow.
func (l *lives) client(i int) *client { return (*client)(unsafe.Add(l.first, i*l.size)) }

// part returns the k-th T from an offset on of a client's piece. T's size is a multiple of a
// word and it holds no pointer.
func part[T any](c *client, at uintptr, k int) *T {
	var t T
	return (*T)(unsafe.Add(unsafe.Pointer(c), at+uintptr(k)*unsafe.Sizeof(t)))
}

// keysAt is the offset of the keys of clocks, at a whole word where numbers of clients are smaller, too.
const keysAt = (unsafe.Sizeof(client{}) + wordBytes - 1) / wordBytes * wordBytes

// client returns the state of client i.
func (w *Workspace) client(i int) *client { return w.lives.client(i) }

// clock returns the clock of a slot that can be re-aimed.
func (w *Workspace) clock(c *client, slot slotID) *clock {
	return part[clock](c, w.lives.clocks[slot&63], 0)
}

// ownBase returns the client's own multiplier of a process.
func (w *Workspace) ownBase(i int, p processID) *float64 {
	return &w.base[i*len(w.m.procs)+int(p)]
}

// stream returns the stream of a process.
func (w *Workspace) stream(c *client, p processID) *stream.Stream {
	return part[stream.Stream](c, w.lives.streams, int(p))
}

// stay returns the client's dealings with a service.
func (w *Workspace) stay(c *client, s int) *stay { return part[stay](c, w.lives.stays, s) }

// careOf returns the client's dealings with a program.
func (w *Workspace) careOf(c *client, k int) *care { return part[care](c, w.lives.care, k) }

// threshold returns what is left of the client's threshold of contacts that bring.
func (w *Workspace) threshold(c *client, at int) *float64 {
	return part[float64](c, w.lives.thresholds, at)
}

// history returns the client's course k so far.
func (w *Workspace) history(c *client, k int) *history { return part[history](c, w.lives.courses, k) }

// snapshot returns what was recorded at moment v: of use for k = -1, else of course k.
func (w *Workspace) snapshot(c *client, v momentID, k int) *snapshot {
	return part[snapshot](c, w.lives.seen, int(v)*w.lives.sights+1+k)
}

// bitsAt returns the client's bits at moment v, where the model has them recorded.
func (w *Workspace) bitsAt(c *client, v momentID) *uint64 {
	return part[uint64](c, w.lives.seen, int(v)*w.lives.sights+w.lives.sights-1)
}

// skillAt returns what was recorded of the skill in a program at moment v: the share
// learned, and what is added to points.
func (w *Workspace) skillAt(c *client, v momentID, p *program) *[2]float64 {
	return (*[2]float64)(unsafe.Pointer(part[float64](c, w.lives.seen, int(v)*w.lives.sights+1+len(w.m.courses)+2*p.staffing.recorded)))
}

// key returns the key of one clock.
func (w *Workspace) key(c *client, slot slotID) *uint64 { return part[uint64](c, keysAt, int(slot)) }

// keysOf returns the keys of eight clocks, for which one comparison after another is made at
// once.
func keysOf(c *client, eight int) *[8]uint64 { return part[[8]uint64](c, keysAt, eight) }
