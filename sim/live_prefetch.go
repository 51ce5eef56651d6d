package sim

import (
	"unsafe"

	"caseload/sim/calendar"
	"caseload/sim/prefetch"
)

// cacheBytes is a core's share of a cache, or so. Where the lives take more, those who wait
// for a place have to be fetched from memory, one by one, at each event that clients share. It is
// where asking for them began to show (5,000 clients of bench-p2: no; 10,000: 0.91 of the time).
const cacheBytes = 2 << 20

// prefetch asks for the life of a client who is likely to come soon; of nobody, if i is below 0.
func (w *Workspace) prefetch(i int) {
	if i >= 0 {
		prefetch.Lines(unsafe.Pointer(w.client(i)), w.lives.size/prefetch.LineBytes)
		w.cal.Prefetch(i)
	}
}

// prefetchAfter asks for the life of the client who comes after client i, whose event is the
// present one.
func (w *Workspace) prefetchAfter(i int) {
	if k := w.cal.After(i); k != calendar.Never {
		w.prefetch(calendar.Client(k))
	}
}

// prefetchSpell asks for client i's first spell, if there are so many clients. A life that is
// not of this world may have one of another.
func (w *Workspace) prefetchSpell(i int) {
	if i >= w.n {
		return
	}
	if k := int(w.client(i).first); 0 <= k && k < len(w.spells) {
		prefetch.Lines(unsafe.Pointer(&w.spells[k]), 1)
	}
}
