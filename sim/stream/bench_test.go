package stream_test

import (
	"math"
	"testing"

	"caseload/sim/stream"
)

// Each draws n numbers and returns their sum, which for large n is near n
// times their mean: doing less would show.
var draws = []struct {
	name     string
	mean, sd float64
	sum      func(r *stream.Stream, n int) float64
}{
	{"uint64", 0x1p31, 0x1p32 / math.Sqrt(12), func(r *stream.Stream, n int) float64 {
		var sum uint64
		for range n {
			sum += r.Uint64() >> 32 // the sum fits for n below 2^32
		}
		return float64(sum)
	}},
	{"uniform", 0.5, 1 / math.Sqrt(12), func(r *stream.Stream, n int) (sum float64) {
		for range n {
			sum += r.Uniform()
		}
		return
	}},
	{"exp", 1, 1, func(r *stream.Stream, n int) (sum float64) {
		for range n {
			sum += r.Exp()
		}
		return
	}},
	{"normal", 0, 1, func(r *stream.Stream, n int) (sum float64) {
		s := stream.NewSampler()
		s.Use(*r)
		for range n {
			sum += s.Normal()
		}
		return
	}},
	{"key", 0.5, 1 / math.Sqrt(12), func(_ *stream.Stream, n int) (sum float64) {
		for i := range n {
			s := stream.NewKey(1, 2).Entity(3, i).Stream(4)
			sum += s.Uniform()
		}
		return
	}},
}

func BenchmarkDraw(b *testing.B) {
	for _, d := range draws {
		b.Run(d.name, func(b *testing.B) {
			r := newStream(d.name)
			b.ReportAllocs()
			b.ResetTimer()
			sum, n := d.sum(r, b.N), float64(b.N)
			if z := (sum - n*d.mean) / (d.sd * math.Sqrt(n)); !(math.Abs(z) < 6) {
				b.Errorf("sum of %v draws %.1f standard errors off", n, z)
			}
		})
	}
}
