// Package calendar is the future-event list: for each client, or whoever else has
// events, the one event that comes next, and among all of them the earliest.
//
// It is a winner tree over packed keys. A key is a single uint64,
//
//	40 bits tick | 4 bits rank | 20 bits client
//
// so that comparing two keys orders events by time, then by rank, then by
// client, and no two clients' keys are equal. Setting a client's key walks
// from its leaf to the root with a branch-free minimum at each level;
// cancelling is setting Never. There is nothing stale in the tree and nothing
// is allocated after New.
package calendar

import (
	"fmt"
	"math"
	"unsafe"

	"caseload/sim/prefetch"
)

// Day is the number of ticks in a day. A tick is about 5 milliseconds.
const Day = 1 << 24

const (
	clientBits = 20
	rankBits   = 4
)

// Limits of a key.
const (
	MaxClients = 1 << clientBits
	MaxRank    = 1<<rankBits - 1
	// TickBits is how many bits of a key are its tick.
	TickBits = 64 - rankBits - clientBits
	// MaxTick is the first tick that does not fit, some 179 years.
	MaxTick = 1 << TickBits
	// NeverTick is the time of what never happens.
	NeverTick = MaxTick
	// MaxDays is MaxTick in days.
	MaxDays = MaxTick / Day
	// Never is the key of a client for whom nothing is to come. (It is also
	// what the last client's event of the last rank in the last tick packs to.)
	Never = math.MaxUint64
)

// Ticks converts days to ticks, rounding down. What lies beyond the calendar
// saturates at MaxTick. It panics if days is negative or NaN.
func Ticks(days float64) int64 {
	if !(days >= 0) {
		panic(fmt.Sprintf("calendar: %v days", days))
	}
	if days >= MaxDays {
		return MaxTick
	}
	return int64(days * Day)
}

// Days converts ticks to days.
func Days(ticks int64) float64 { return float64(float64(ticks) * (1.0 / Day)) }

// Key packs an event. A tick of MaxTick or later gives Never; a negative one
// panics.
func Key(tick int64, rank, client int) uint64 {
	if uint64(tick) >= MaxTick {
		return outside(tick, client)
	}
	return uint64(tick)<<(rankBits+clientBits) | uint64(rank)<<clientBits | uint64(client)
}

// outside returns the key of a tick that does not fit, kept apart so that Key is
// inlined.
//
//go:noinline
func outside(tick int64, client int) uint64 {
	if tick < 0 {
		panic(fmt.Sprintf("calendar: client %d at tick %d, before the start", client, tick))
	}
	return Never
}

// Tick, Rank and Client unpack a key.
func Tick(key uint64) int64 { return int64(key >> (rankBits + clientBits)) }

// Rank returns the rank of a key.
func Rank(key uint64) int { return int(key>>clientBits) & MaxRank }

// Client returns the client of a key.
func Client(key uint64) int { return int(key & (MaxClients - 1)) }

// A Calendar holds one key for each of a fixed number of leaves: clients, or others,
// such as case managers, with an event of some client.
type Calendar struct {
	leaves uint
	tree   []uint64 // tree[1] is the earliest key; tree[leaves+i] is leaf i's
	now    uint64   // tick of the last key taken
}

// New makes an empty calendar for leaves 0 to n-1. It panics if there are none, or more
// than twice the clients that fit a key.
func New(n int) *Calendar {
	if n < 1 || n > 2*MaxClients {
		panic(fmt.Sprintf("calendar: %d leaves, want 1 to %d", n, 2*MaxClients))
	}
	leaves := uint(1)
	for leaves < uint(n) {
		leaves *= 2
	}
	c := &Calendar{leaves: leaves, tree: make([]uint64, 2*leaves)}
	c.Reset()
	return c
}

// Reset empties the calendar and sets its time to zero.
func (c *Calendar) Reset() {
	c.tree[0] = Never
	for done := 1; done < len(c.tree); done *= 2 {
		copy(c.tree[done:], c.tree[:done])
	}
	c.now = 0
}

// Set replaces the leaf's key. It panics if the key lies before the tick of
// the last key taken.
func (c *Calendar) Set(leaf int, key uint64) {
	if key>>(rankBits+clientBits) < c.now {
		panic(fmt.Sprintf("calendar: leaf %d set to tick %d, before now, tick %d", leaf, Tick(key), c.now))
	}
	i := c.leaves + uint(leaf)
	if c.tree[i] == key {
		return
	}
	c.tree[i] = key
	first := unsafe.Pointer(unsafe.SliceData(c.tree)) // on the way to the root no place is beyond the leaf's
	at := func(i uint) *uint64 { return (*uint64)(unsafe.Add(first, i*8)) }
	for ; i > 3; *at(i) = key { // two generations at a time: those between are never looked at
		key = min(min(key, *at(i ^ 1)), min(*at(i ^ 2), *at(i ^ 3)))
		i >>= 2
	}
	if i > 1 {
		*at(1) = min(key, *at(i ^ 1))
	}
}

// Get returns the leaf's key.
func (c *Calendar) Get(leaf int) uint64 { return c.tree[c.leaves+uint(leaf)] }

// Peek returns the earliest key without moving time.
func (c *Calendar) Peek() uint64 { return c.tree[1] }

// After returns the earliest key but that of a leaf: that of the next event, if the leaf's own is
// the present one and is not set to an earlier one than that.
func (c *Calendar) After(leaf int) uint64 {
	key, i := uint64(Never), c.leaves+uint(leaf)
	for ; i > 3; i >>= 2 { // as in Set
		key = min(key, min(c.tree[i^1], min(c.tree[i^2], c.tree[i^3])))
	}
	if i > 1 {
		key = min(key, c.tree[i^1])
	}
	return key
}

// Prefetch is told that a leaf's key will be set soon.
func (c *Calendar) Prefetch(leaf int) {
	i := c.leaves + uint(leaf)
	prefetch.Lines(unsafe.Pointer(&c.tree[i]), 1)
	prefetch.Lines(unsafe.Pointer(&c.tree[i>>2]), 1) // further up all are asked for often
}

// Next returns the earliest key, or Never, and moves time to it. The key
// stays until its leaf's is set anew.
func (c *Calendar) Next() uint64 {
	k := c.tree[1]
	if k != Never {
		c.now = k >> (rankBits + clientBits)
	}
	return k
}
