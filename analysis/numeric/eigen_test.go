package numeric

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestEigen puts matrices together again from their eigenvalues and vectors, among
// them singular ones and multiples of the identity.
func TestEigen(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for p := 1; p <= 9; p++ {
		for rank := range p + 1 {
			a, v := make([]float64, p*p), make([]float64, p*p)
			for range rank {
				x := make([]float64, p)
				for j := range x {
					x[j] = rng.NormFloat64()
				}
				for j := range p * p {
					a[j] += x[j/p] * x[j%p]
				}
			}
			want := append([]float64(nil), a...)
			Eigen(a, v, p)
			for j := range p * p {
				sum, product := 0.0, 0.0
				for k := range p {
					sum += v[j/p*p+k] * a[k*p+k] * v[j%p*p+k]
					product += v[j/p*p+k] * v[j%p*p+k]
				}
				if math.Abs(sum-want[j]) > 1e-13*float64(p+1)*10 {
					t.Errorf("%d x %d of rank %d: entry %d is %v, want %v", p, p, rank, j, sum, want[j])
				}
				if one := 0.0; j/p == j%p && math.Abs(product-1) > 1e-13 || j/p != j%p && math.Abs(product-one) > 1e-13 {
					t.Errorf("%d x %d: vectors are not orthonormal", p, p)
				}
			}
		}
	}
}
