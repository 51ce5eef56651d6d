package numeric

import (
	"math"
	"testing"
)

// Of one variate four times it is the normal tail, of three that are independent 1 less
// the cube of the chance of being within, however far out.
func TestPlanarMaxLaws(t *testing.T) {
	same := PlanarMax{A: [3]float64{1, 1, 1}, Slope: 1}
	apart := PlanarMax{A: [3]float64{1, 0, 1}, B: [3]float64{0, 1, 0}}
	for _, size := range []float64{1e-3, 0.5, 1, 1.96, 3, 6, 12, 30} {
		p := NormalTwoSided(size)
		for what, pair := range map[string][2]float64{"one": {same.Beyond(size), p}, "three": {apart.Beyond(size), -math.Expm1(3 * math.Log1p(-p))}} {
			if !(math.Abs(pair[0]/pair[1]-1) < 1e-8) {
				t.Errorf("%s beyond %v: got %v, want %v", what, size, pair[0], pair[1])
			}
		}
	}
	if p := same.Beyond(0); p != 1 {
		t.Errorf("beyond 0: %v", p)
	}
}
