package stream_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"caseload/sim/stream"
)

// name is a stream's name, spelled out.
type name struct {
	seed, replicate uint64
	kind            uint8
	id              int
	purpose         stream.Purpose
}

func (n name) stream() stream.Stream {
	return stream.NewKey(n.seed, n.replicate).Entity(n.kind, n.id).Stream(n.purpose)
}

var purposes = func() (p [1 << 17]stream.Purpose) {
	for i := range p {
		p[i] = stream.NewPurpose(fmt.Sprint("purpose", i))
	}
	return
}()

// axes are the ways in which names can be neighbours.
var axes = []struct {
	name string
	at   func(i int) name
}{
	{"seeds", func(i int) name { return name{uint64(i), 1, 1, 17, purposes[0]} }},
	{"replicates", func(i int) name { return name{1, uint64(i), 1, 17, purposes[0]} }},
	{"clients", func(i int) name { return name{1, 1, 1, i, purposes[0]} }},
	{"kinds", func(i int) name { return name{1, 1, uint8(i), i >> 8, purposes[0]} }},
	{"purposes", func(i int) name { return name{1, 1, 1, 17, purposes[i]} }},
	{"diagonal", func(i int) name { return name{uint64(i), uint64(i), uint8(i), i, purposes[i]} }},
}

// The first draws of neighbouring streams behave like the draws of one.
func TestNeighbouringKeysAreIndependent(t *testing.T) {
	for _, axis := range axes {
		t.Run(axis.name, func(t *testing.T) {
			u := make([]float64, len(purposes))
			high, low := make([]int, 1024), make([]int, 1024)
			var before uint64
			for i := range u {
				r := axis.at(i).stream()
				w := r.Uint64()
				u[i] = (float64(w>>12) + 0.5) * 0x1p-52
				if i%2 == 1 { // pairs that don't overlap
					high[before>>59<<5|w>>59]++
					low[before&31<<5|w&31]++
				}
				before = w
			}
			flat4(t, "pairs by their high bits", high)
			flat4(t, "pairs by their low bits", low)
			lags4(t, "first draws", u)
			kolmogorov4(t, "first draws", u)
		})
	}
}

// Two neighbours' first draws differ in half of their bits, each bit for itself.
func TestNeighbouringKeysDifferInHalfOfTheirBits(t *testing.T) {
	for _, axis := range axes {
		n := float64(len(purposes) / 2)
		var flips [64]int
		for i := 0; i < len(purposes); i += 2 {
			a, b := axis.at(i).stream(), axis.at(i+1).stream()
			x := a.Uint64() ^ b.Uint64()
			for bit := range flips {
				flips[bit] += int(x >> bit & 1)
			}
		}
		squares := 0.0
		for bit, f := range flips {
			mean4(t, fmt.Sprint(axis.name, ", bit ", bit), float64(f), n, 0.5, 0.25)
			squares += (float64(f) - n/2) * (float64(f) - n/2) / (n / 4)
		}
		chi4(t, axis.name+", all bits", squares, 64)
	}
}

// neighbours are the name, each name one step away from it, and two steps on
// one axis.
func (n name) neighbours() []name {
	all := []name{n, n, n, n, n, n, n}
	all[1].seed++
	all[2].replicate++
	all[3].kind++
	all[4].id++
	all[5].purpose = purposes[1]
	all[6].id += 2
	return all
}

// The first and second draws of a stream and of its neighbours, over many
// unrelated names: no two are correlated.
func TestDrawsOfNeighboursAreUncorrelated(t *testing.T) {
	const n = 200_000
	var sums [14][14]float64
	pick := newStream("names")
	for range n {
		at := name{pick.Uint64() >> 40, pick.Uint64() >> 50, uint8(pick.Intn(8)), pick.Intn(5000), purposes[0]}
		var u [14]float64
		for j, other := range at.neighbours() {
			r := other.stream()
			u[2*j], u[2*j+1] = r.Uniform()-0.5, r.Uniform()-0.5
		}
		for a := range u {
			for b := range a {
				sums[a][b] += u[a] * u[b]
			}
		}
	}
	squares := 0.0
	for a := range sums {
		for b := range a {
			z := 12 * sums[a][b] / math.Sqrt(n)
			if squares += z * z; !(math.Abs(z) < 4) {
				t.Errorf("draws %d and %d of neighbours: correlation %.1f standard errors from 0", a, b, z)
			}
		}
	}
	chi4(t, "all pairs", squares, 14*13/2)
}

// Over a grid of a million names no output occurs twice among the first four
// of each: no two streams are the same, nor one a few steps ahead of another.
// (By chance alone that has probability 4e-7.)
func TestNoTwoStreamsOfAGridMeet(t *testing.T) {
	var draws []uint64
	for seed := range uint64(10) {
		for replicate := range uint64(10) {
			for kind := range uint8(4) {
				for id := range 250 {
					for _, p := range purposes[:10] {
						r := name{seed, replicate, kind, id, p}.stream()
						draws = append(draws, r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
					}
				}
			}
		}
	}
	slices.Sort(draws)
	for i := 1; i < len(draws); i++ {
		if draws[i] == draws[i-1] {
			t.Fatalf("%x is drawn twice among %d", draws[i], len(draws))
		}
	}
	if len(draws) != 4_000_000 {
		t.Errorf("%d draws compared, want 4 million", len(draws))
	}
}
