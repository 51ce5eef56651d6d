package stream_test

import (
	"hash"
	"hash/fnv"
	"math"
	"testing"

	"caseload/sim/stream"
)

const within = 1e-15 // relative, as the package says

// bothNaNOrEqual is equality in which NaN equals NaN.
func bothNaNOrEqual(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// positives are numbers of all magnitudes, many of them about 1, and some at
// powers of two and their neighbours.
func positives(n int) []float64 {
	r := newStream("positives")
	var x []float64
	for e := -1022; e <= 1023; e++ {
		p := math.Ldexp(1, e)
		x = append(x, p, math.Nextafter(p, 0), math.Nextafter(p, 2*p), math.Ldexp(math.Sqrt2, e-1))
	}
	for range n {
		x = append(x,
			math.Ldexp(1+r.Uniform(), r.Intn(2045)-1022),
			math.Ldexp(1+r.Uniform(), r.Intn(6)-3),
			1+math.Ldexp(r.Uniform()-0.5, -r.Intn(50)))
	}
	return x
}

func TestLogIsWithinItsBound(t *testing.T) {
	for _, x := range positives(500_000) {
		got, want := stream.Log(x), math.Log(x)
		if x < 0x1p-1022 { // math.Log is wrong here on amd64 (golang.org/issue/9546's kin): scale
			want = math.Log(x*0x1p100) - 100*math.Ln2
		}
		if !(math.Abs(got-want) <= within*math.Abs(want)) {
			t.Fatalf("log %v is %v, want %v", x, got, want)
		}
	}
}
