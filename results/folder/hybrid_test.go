package folder

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/rle"
)

// Numbers of each width, in runs of all lengths and without, are those that the Parquet
// library reads back.
func TestHybridIsReadBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for width := 1; width <= 16; width++ {
		for range 200 {
			var list []uint16
			for range random.IntN(40) {
				x := uint16(random.IntN(1 << width))
				for range 1 + random.IntN(1+random.IntN(90)) {
					if list = append(list, x); random.IntN(4) == 0 {
						x = uint16(random.IntN(1 << width))
					}
				}
			}
			if len(list) == 0 {
				continue
			}
			got, err := (&rle.Encoding{BitWidth: width}).DecodeInt32(nil, appendHybrid(nil, list, width))
			if err != nil || len(got) < len(list) || len(got) > len(list)+7 { // the last eight are filled up
				t.Fatalf("width %d: %d of %d numbers: %v", width, len(got), len(list), err)
			}
			for k, x := range list {
				if got[k] != int32(x) {
					t.Fatalf("width %d: number %d of %d is %d, want %d", width, k, len(list), got[k], x)
				}
			}
		}
	}
}

// A long run takes a few bytes, and numbers without runs their bits and three bytes at most.
func TestHybridIsShort(t *testing.T) {
	same := make([]uint16, 10_000)
	if n := len(appendHybrid(nil, same, 9)); n > 5 {
		t.Errorf("10,000 zeros take %d bytes", n)
	}
	for k := range same {
		same[k] = uint16(k)
	}
	width := bits.Len(uint(len(same) - 1))
	if n, want := len(appendHybrid(nil, same, width)), len(same)*width/8+3; n > want {
		t.Errorf("10,000 numbers of %d bits take %d bytes, want %d at most", width, n, want)
	}
}

// Values have the numbers in which they come, those that share a slot, too.
func TestKeysAreNumberedAsTheyCome(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var k keys
	for range 2 {
		k.reset()
		var want []uint64
		for range 100_000 {
			key := uint64(random.IntN(60_000)) << 40
			at := slices.Index(want[max(0, len(want)-8):], key) // a few are enough to look at
			n := int(k.number(key))
			if n == len(want) {
				want = append(want, key)
			}
			if k.list[n] != key || at >= 0 && n != max(0, len(want)-8)+at {
				t.Fatalf("%x has number %d of %d", key, n, len(want))
			}
		}
		if !slices.Equal(k.list, want) || len(k.slots) < 2*len(want) {
			t.Errorf("%d values and %d slots, want %d", len(k.list), len(k.slots), len(want))
		}
		slices.Sort(want)
		if len(slices.Compact(want)) != len(k.list) {
			t.Error("a value has two numbers")
		}
	}
}
