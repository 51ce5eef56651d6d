package calendar_test

import (
	"container/heap"
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// The hold model (Jones 1986, Communications of the ACM 29): take the earliest
// event, put it back an exponential time later. The exponentials are drawn
// beforehand, so that only the event list is timed.

const meanHold = 1 << 18 // ticks: the calendar lasts a billion holds of 300 clients

var delays = func() (d [4096]int64) {
	r := stream.NewKey(7, 0).Entity(0, 0).Stream(stream.NewPurpose("delays"))
	for i := range d {
		d[i] = int64(r.Exp() * meanHold)
	}
	return
}()

// later is the key of the same event, some time later.
func later(k uint64, i int) uint64 {
	return k + uint64(delays[i%len(delays)])<<24
}

// digest chains keys, so that it depends on their order.
func digest(sum, k uint64) uint64 { return bits.RotateLeft64(sum, 1) + k }

// A design is an event list filled with so many clients. Its hold does the
// hold model n times and returns the digest of the keys taken.
type design struct {
	name string
	fill func(pending int) (hold func(n int) uint64)
}

var designs = []design{{"winner", fillWinner}, {"heap4", fillHeap4}, {"container", fillContainer}}

// first is the first key of a client.
func first(client int) uint64 {
	return calendar.Key(delays[client*7919%len(delays)], client&calendar.MaxRank, client)
}

func fillWinner(pending int) func(int) uint64 {
	c := calendar.New(pending)
	for i := range pending {
		c.Set(i, first(i))
	}
	return func(n int) (sum uint64) {
		for i := range n {
			k := c.Next()
			sum = digest(sum, k)
			c.Set(calendar.Client(k), later(k, i))
		}
		return sum
	}
}

// heap4 is a heap with four children to a parent, of packed keys.
type heap4 []uint64

// replaceTop puts k in the place of the earliest key and lets it sink.
func (h heap4) replaceTop(k uint64) {
	i := 0
	for {
		from := 4*i + 1
		if from >= len(h) {
			break
		}
		least := from
		for j := from + 1; j < min(from+4, len(h)); j++ {
			if h[j] < h[least] {
				least = j
			}
		}
		if k <= h[least] {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = k
}

func fillHeap4(pending int) func(int) uint64 {
	h := make(heap4, pending)
	for i := range h {
		h[i] = first(i)
	}
	slices.Sort(h) // a sorted slice is a heap
	return func(n int) (sum uint64) {
		for i := range n {
			k := h[0]
			sum = digest(sum, k)
			h.replaceTop(later(k, i))
		}
		return sum
	}
}

// ordinary is the event list of the textbook: container/heap of pointers, an
// event made anew each time.
type ordinary []*event

func (h ordinary) Len() int      { return len(h) }
func (h ordinary) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *ordinary) Push(x any)   { *h = append(*h, x.(*event)) }

func (h ordinary) Less(i, j int) bool {
	a, b := h[i], h[j]
	if a.tick != b.tick {
		return a.tick < b.tick
	}
	return a.rank < b.rank || a.rank == b.rank && a.client < b.client
}

func (h *ordinary) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}

func fillContainer(pending int) func(int) uint64 {
	h := &ordinary{}
	for i := range pending {
		k := first(i)
		heap.Push(h, &event{calendar.Tick(k), calendar.Rank(k), i})
	}
	return func(n int) (sum uint64) {
		for i := range n {
			e := heap.Pop(h).(*event)
			sum = digest(sum, calendar.Key(e.tick, e.rank, e.client))
			heap.Push(h, &event{e.tick + delays[i%len(delays)], e.rank, e.client})
		}
		return sum
	}
}

// check holds n times from a fresh start with the design and with a sorted
// slice, and compares what they took.
func check(t testing.TB, d design, pending, n int) {
	t.Helper()
	keys := make([]uint64, pending)
	for i := range keys {
		keys[i] = first(i)
	}
	slices.Sort(keys)
	var want uint64
	for i := range n {
		k := keys[0]
		want = digest(want, k)
		k = later(k, i)
		at, _ := slices.BinarySearch(keys[1:], k)
		copy(keys, keys[1:1+at])
		keys[at] = k
	}
	if got := d.fill(pending)(n); got != want {
		t.Errorf("%s with %d pending: digest %x after %d holds, want %x", d.name, pending, got, n, want)
	}
}

func TestEveryDesignTakesTheSameKeys(t *testing.T) {
	for _, pending := range []int{1, 2, 3, 300, 3000} {
		for _, d := range designs {
			check(t, d, pending, 20_000)
		}
	}
}

func BenchmarkHold(b *testing.B) {
	for _, pending := range []int{300, 3000, 30000} {
		for _, d := range designs {
			b.Run(fmt.Sprintf("design=%s/pending=%d", d.name, pending), func(b *testing.B) {
				check(b, d, pending, 5000)
				hold := d.fill(pending)
				hold(2 * pending) // warm
				b.ReportAllocs()
				b.ResetTimer()
				hold(b.N)
			})
		}
	}
}
