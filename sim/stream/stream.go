// Package stream gives every decision of a trial its own stream of random
// numbers.
//
// A stream is named by a key: the seed of the run, the replicate, the entity
// that decides (a client, a stratum, a case manager) and the purpose of the
// draw. The name is hashed to the state of a SplitMix64 generator (Steele, Lea
// & Flood 2014, OOPSLA), so that what one client draws depends neither on how
// many others there are nor on the order in which events happen. The same
// client in another world has the same luck.
package stream

import "math/bits"

const (
	golden = 0x9e3779b97f4a7c15 // 2^64 / golden ratio, SplitMix64's increment
	lane   = 0xd1342543de82ef95 // odd multiplier that keeps key parts apart
)

// mix returns the SplitMix64 finalizer, a bijection of the 64-bit words.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// A Key is a hashed prefix of a stream's name.
type Key uint64

// NewKey hashes the seed of a run and the number of a replicate.
func NewKey(seed, replicate uint64) Key {
	return Key(mix(mix(seed+golden) + replicate*lane + golden))
}

// Entity extends a replicate's key by the kind and number of what decides.
func (k Key) Entity(kind uint8, id int) Key {
	return Key(mix(uint64(k) + (uint64(id)<<8|uint64(kind))*lane + golden))
}

// Stream completes an entity's key by the purpose of the draws.
func (k Key) Stream(p Purpose) Stream { return Stream{mix(uint64(k) + uint64(p))} }

// A Purpose is the hashed name of a decision, such as "leaving.methadone".
type Purpose uint64

// NewPurpose hashes a name (FNV-1a), so that adding a decision to a scenario
// leaves the draws of all others as they were.
func NewPurpose(name string) Purpose {
	h := uint64(14695981039346656037)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return Purpose(mix(h))
}

// Stream is one SplitMix64 sequence, eight bytes of state. Its pointer
// satisfies the Source interfaces of golang.org/x/exp/rand and math/rand/v2.
type Stream struct{ s uint64 }

// Uint64 returns 64 uniform bits.
func (r *Stream) Uint64() uint64 {
	r.s += golden
	return mix(r.s)
}

// Skip passes over the next n numbers.
func (r *Stream) Skip(n int64) { r.s += uint64(n) * golden }

// Seed sets the state; it exists for the x/exp/rand Source interface.
func (r *Stream) Seed(seed uint64) { r.s = mix(seed) }

// Uniform returns a number strictly between 0 and 1, one of 2^52 midpoints.
// (A midpoint of 2^53 cells needs 54 bits, and the last would round to 1.)
func (r *Stream) Uniform() float64 { return midpoint(r.Uint64()) }

// midpoint maps 64 bits to the middle of one of 2^52 cells of the unit
// interval, without rounding.
func midpoint(u uint64) float64 { return (float64(int64(u>>12)) + 0.5) * 0x1p-52 }

// Bernoulli returns true with probability p.
func (r *Stream) Bernoulli(p float64) bool { return r.Uniform() < p }

// Intn returns a number from 0 to n-1 by multiplication, with a bias below
// n/2^64.
func (r *Stream) Intn(n int) int {
	hi, _ := bits.Mul64(r.Uint64(), uint64(n))
	return int(hi)
}
