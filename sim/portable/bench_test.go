package portable_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/sim/portable"
)

// BenchmarkFunction sets the package's functions beside those of math.
func BenchmarkFunction(b *testing.B) {
	x := draw(4096, nil, func(r *rand.Rand) float64 { return 4 * r.Float64() })
	for _, f := range []struct {
		name string
		of   func(float64) float64
	}{
		{"log/by=portable", portable.Log},
		{"log/by=math", math.Log},
		{"log1p/by=portable", portable.Log1p},
		{"log1p/by=math", math.Log1p},
		{"exp/by=portable", portable.Exp},
		{"exp/by=math", math.Exp},
		{"expm1/by=portable", portable.Expm1},
		{"expm1/by=math", math.Expm1},
		{"erfc/by=portable", portable.Erfc},
		{"erfc/by=math", math.Erfc},
		{"pow/by=portable", func(x float64) float64 { return portable.Pow(x, 1.3) }},
		{"pow/by=math", func(x float64) float64 { return math.Pow(x, 1.3) }},
		{"normal_quantile", func(x float64) float64 { return portable.NormalQuantile(x / 4) }},
		{"gamma_quantile", func(x float64) float64 { return portable.GammaQuantile(20, x/4) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			sum := 0.0
			for i := range b.N {
				sum += f.of(x[i%len(x)])
			}
			if math.IsNaN(sum) {
				b.Error("not a number")
			}
		})
	}
}
