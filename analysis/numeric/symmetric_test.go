package numeric

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// random fills s with X'X of n rows, and returns it as gonum's.
func random(s *Symmetric, p, n int, rng *rand.Rand) *mat.SymDense {
	s.Reset(p)
	for range n {
		x := make([]float64, p)
		for j := range x {
			x[j] = rng.NormFloat64()
		}
		for j := range x {
			for k := range x {
				s.A[j*p+k] += x[j] * x[k]
			}
		}
	}
	return mat.NewSymDense(p, append([]float64(nil), s.A...))
}

func TestSymmetricAgainstGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var s Symmetric
	for _, p := range []int{1, 2, 3, 7} {
		a := random(&s, p, p+20, rng)
		if s.Alias(); s.Rank != p || !s.Factor() {
			t.Fatalf("rank %d of %d", s.Rank, p)
		}
		var want mat.Dense
		if err := want.Inverse(a); err != nil {
			t.Fatal(err)
		}
		got := make([]float64, p*p)
		s.Invert(got)
		for k, g := range got {
			if w := want.At(k/p, k%p); !(math.Abs(g-w) < 1e-12) {
				t.Errorf("%d unknowns, inverse at %d: %v, want %v", p, k, g, w)
			}
		}
	}
}

// A copied column is left out and the rest solved without it.
func TestSymmetricAlias(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var small, s Symmetric
	random(&small, 2, 9, rng)
	s.Reset(3)
	for j, from := range []int{0, 0, 1} {
		for k, to := range []int{0, 0, 1} {
			s.A[j*3+k] = small.A[from*2+to]
		}
	}
	small.Alias()
	if s.Alias(); s.Rank != 2 || s.Aliased[0] || !s.Aliased[1] || s.Aliased[2] || !s.Factor() {
		t.Fatalf("rank %d, aliased %v", s.Rank, s.Aliased)
	}
	v, w := []float64{1, 1, 5}, []float64{1, 5}
	s.Solve(v)
	small.Solve(w)
	if v[1] != 0 || !(math.Abs(v[0]-w[0]) < 1e-14) || !(math.Abs(v[2]-w[1]) < 1e-14) {
		t.Errorf("%v, want %v", v, w)
	}
}
