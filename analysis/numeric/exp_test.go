package numeric

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestExp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200000 {
		x := (rng.Float64() - 0.5) * []float64{1e-3, 1, 20, 1400, 3000}[rng.IntN(5)]
		got, want := Exp(x), math.Exp(x)
		if !(math.Abs(got-want) <= 2*math.Abs(math.Nextafter(want, 0)-want)) && got != want {
			t.Errorf("e^%v: got %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{0, math.Inf(1), math.Inf(-1), 710, -746} {
		if got := Exp(x); got != math.Exp(x) {
			t.Errorf("e^%v: got %v", x, got)
		}
	}
	if !math.IsNaN(Exp(math.NaN())) {
		t.Error("e^NaN is a number")
	}
}

func BenchmarkExp(b *testing.B) {
	for name, f := range map[string]func(float64) float64{"numeric": Exp, "math": math.Exp} {
		b.Run(name, func(b *testing.B) {
			x, sum := -3.0, 0.0
			for b.Loop() {
				sum += f(x)
				x += 1e-6
			}
			_ = sum
		})
	}
}
