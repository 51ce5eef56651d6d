package stream_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"caseload/sim/stream"
)

// digest hashes what draw gives, bit for bit, 200000 times.
func digest(purpose string, draw func(r *stream.Stream) float64) uint64 {
	r := newStream(purpose)
	h := fnv.New64a()
	var b [8]byte
	for range 200_000 {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(draw(r)))
		h.Write(b[:])
	}
	return h.Sum64()
}

// The same bits on every architecture: a compiler that fuses a product with a
// sum (that for arm64 does), or a change of any formula, shows here. Numbers of
// a run change with these.
func TestDrawsAreTheSameBitsEverywhere(t *testing.T) {
	for _, c := range []struct {
		name string
		draw func(r *stream.Stream) float64
		want uint64
	}{
		{"uniform", (*stream.Stream).Uniform, 0xb33130061870a22a},
		{"exponential", (*stream.Stream).Exp, 0x2b2e47ee95db986c},
		{"normal", (*stream.Stream).Normal, 0x57518c9905aa0038},
	} {
		if got := digest(c.name, c.draw); got != c.want {
			t.Errorf("%s: digest %#x, want %#x", c.name, got, c.want)
		}
	}
}
