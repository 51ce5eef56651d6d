package stream_test

import (
	"math"
	"testing"

	"caseload/sim/stream"

	"gonum.org/v1/gonum/stat/distuv"
)

// tail is where the ziggurat changes from layers to its tail.
const tail = 7.69711747013104972

func TestExponentialsAreExponential(t *testing.T) {
	const n = 1_000_000
	d := distuv.Exponential{Rate: 1}
	r := newStream("exponential")
	u := make([]float64, n)
	for i := range u {
		u[i] = d.CDF(r.Exp())
	}
	lags4(t, "exponentials", u)
	kolmogorov4(t, "exponentials", u)
}

// In narrow bins, as many draws as it takes to fill bins of the tail beyond
// the layers too, one draw in 2200.
func TestExponentialsFitInEveryLayerAndInTheTail(t *testing.T) {
	const n = 10_000_000
	d := distuv.Exponential{Rate: 1}
	r := newStream("layers")
	body, beyond := make([]int, 2000), make([]int, 50)
	var sum, squares, cubes float64
	for range n {
		x := r.Exp()
		sum, squares, cubes = sum+x, squares+x*x, cubes+x*x*x
		body[int(d.CDF(x)*float64(len(body)))]++
		if x >= tail {
			beyond[int(d.Survival(x)/d.Survival(tail)*float64(len(beyond)))]++
		}
	}
	flat4(t, "exponentials", body)
	flat4(t, "exponentials beyond the layers", beyond)
	far := 0.0
	for _, c := range beyond {
		far += float64(c)
	}
	p := d.Survival(tail)
	mean4(t, "draws beyond the layers", far, n, p, p*(1-p))
	// The k-th moment is k!, so that of x^k the variance is (2k)! - k!^2.
	mean4(t, "exponentials", sum, n, 1, 1)
	mean4(t, "their squares", squares, n, 2, 24-4)
	mean4(t, "their cubes", cubes, n, 6, 720-36)
}

// A client's first threshold, one from each of neighbouring streams.
func TestFirstExponentialsOfNeighboursAreIndependent(t *testing.T) {
	d := distuv.Exponential{Rate: 1}
	for _, axis := range axes {
		u := make([]float64, len(purposes))
		for i := range u {
			r := axis.at(i).stream()
			u[i] = d.CDF(r.Exp())
		}
		lags4(t, axis.name, u)
		kolmogorov4(t, axis.name, u)
	}
}

func TestNormalsAreNormal(t *testing.T) {
	const n = 4_000_000
	s := stream.NewSampler()
	s.Use(*newStream("normal"))
	u := make([]float64, n)
	bins, beyond := make([]int, 1000), make([]int, 20)
	var moments [5]float64
	for i := range u {
		x := s.Normal()
		for k, power := 1, x; k <= 4; k, power = k+1, power*x {
			moments[k] += power
		}
		u[i] = distuv.UnitNormal.CDF(x)
		bins[int(u[i]*1000)]++
		if u[i] < 0.001 { // where the ziggurat has its tail
			beyond[int(u[i]*20_000)]++
		}
	}
	flat4(t, "normals", bins)
	flat4(t, "normals in the tail", beyond)
	// Moments 1, 3, 15, 105 of even order: variance of x^k is m(2k) - m(k)^2.
	mean4(t, "normals", moments[1], n, 0, 1)
	mean4(t, "their squares", moments[2], n, 1, 3-1)
	mean4(t, "their cubes", moments[3], n, 0, 15)
	mean4(t, "their fourth powers", moments[4], n, 3, 105-9)
	lags4(t, "normals", u)
	kolmogorov4(t, "normals", u)
}

func TestFirstNormalsOfNeighboursAreIndependent(t *testing.T) {
	s := stream.NewSampler()
	for _, axis := range axes {
		u := make([]float64, len(purposes))
		for i := range u {
			s.Use(axis.at(i).stream())
			u[i] = distuv.UnitNormal.CDF(s.Normal())
		}
		lags4(t, axis.name, u)
		kolmogorov4(t, axis.name, u)
	}
}

// All 24 orders of four, each from a stream of its own and from one stream.
func TestAllOrdersAreEquallyLikely(t *testing.T) {
	s := stream.NewSampler()
	for _, own := range []bool{false, true} {
		counts := make([]int, 256)
		s.Use(*newStream("shuffle"))
		for i := range 120_000 {
			if own {
				s.Use(name{1, 1, 1, i, purposes[2]}.stream())
			}
			order := [4]int{0, 1, 2, 3}
			s.Shuffle(4, func(a, b int) { order[a], order[b] = order[b], order[a] })
			counts[order[0]<<6|order[1]<<4|order[2]<<2|order[3]]++
		}
		var orders []int
		for _, c := range counts {
			if c > 0 {
				orders = append(orders, c)
			}
		}
		if len(orders) != 24 {
			t.Fatalf("%d orders of four seen, want 24", len(orders))
		}
		flat4(t, "orders of four", orders)
	}
}

func TestASamplerDrawsFromACopyAndGivesItBack(t *testing.T) {
	r := *newStream("copy")
	untouched := r
	s := stream.NewSampler()
	s.Use(r)
	s.Normal()
	if r != untouched {
		t.Error("drawing from a sampler changed the stream it was given")
	}
	after := s.Stream()
	if after == untouched {
		t.Error("the sampler's stream has not moved on")
	}
	want := s.Normal()
	s.Use(after)
	if got := s.Normal(); got != want || math.IsNaN(got) {
		t.Errorf("continued from the stream given back: %v, want %v", got, want)
	}
}
