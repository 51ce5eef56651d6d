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
	size  int // words a client
	// offsets of the parts, in words; the keys come first
	state, clocks, streams, stays, care, seen int
}

// sighting is what a visit finds: ticks abstinent by then, and in the lowest bit
// whether the client is using.
type sighting uint64

func newSighting(abst int64, using uint64) sighting { return sighting(uint64(abst)<<1 | using) }

func (s sighting) abst() int64 { return int64(s >> 1) }
func (s sighting) using() bool { return s&1 != 0 }

const wordBytes = 8

// wordsOf is the number of words that n values of type T take.
func wordsOf[T any](n int) int {
	var t T
	return n * int(unsafe.Sizeof(t)) / wordBytes
}

// newLives lays out the state of n clients of the model.
func newLives(m *Model, n int) lives {
	l := lives{}
	take := func(words int) (at int) {
		at = l.size
		l.size += words
		return at
	}
	take(m.stride)
	l.state = take(wordsOf[client](1))
	l.clocks = take(wordsOf[clock](m.clocks))
	l.streams = take(wordsOf[stream.Stream](len(m.procs)))
	l.stays = take(wordsOf[stay](len(m.services)))
	l.care = take(wordsOf[care](len(m.programs)))
	l.seen = take(wordsOf[sighting](len(m.visits)))
	l.size = (l.size + 7) &^ 7 // whole cache lines
	l.words = make([]uint64, n*l.size)
	return l
}

// part is the k-th T from word at of client i. T's size is a multiple of a
// word and it holds no pointer.
func part[T any](l *lives, i, at, k int) *T {
	return (*T)(unsafe.Pointer(&l.words[i*l.size+at+k*wordsOf[T](1)]))
}

// client is the state of client i.
func (w *Workspace) client(i int) *client { return part[client](&w.lives, i, w.lives.state, 0) }

// clock is the clock of a slot that can be re-aimed.
func (w *Workspace) clock(i, slot int) *clock {
	return part[clock](&w.lives, i, w.lives.clocks, int(w.m.slots[slot].clock))
}

// stream is the stream of a process.
func (w *Workspace) stream(i, p int) *stream.Stream {
	return part[stream.Stream](&w.lives, i, w.lives.streams, p)
}

// stay is the client's dealings with a service.
func (w *Workspace) stay(i, s int) *stay { return part[stay](&w.lives, i, w.lives.stays, s) }

// careOf is the client's dealings with a program.
func (w *Workspace) careOf(i, k int) *care { return part[care](&w.lives, i, w.lives.care, k) }

// sighting is what visit v of the client found.
func (w *Workspace) sighting(i, v int) *sighting {
	return part[sighting](&w.lives, i, w.lives.seen, v)
}

// keys are the keys of the client's clocks, in whole eights.
func (w *Workspace) keys(i int) []uint64 {
	at := i * w.lives.size
	return w.lives.words[at : at+w.m.stride]
}

// key is the key of one clock.
func (w *Workspace) key(i, slot int) *uint64 { return &w.lives.words[i*w.lives.size+slot] }
