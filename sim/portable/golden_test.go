package portable_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"caseload/sim/portable"
)

// digest hashes the bits of f at the arguments.
func digest(x []float64, f func(float64) float64) uint64 {
	h := fnv.New64a()
	var b [8]byte
	for _, a := range x {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(f(a)))
		h.Write(b[:])
	}
	return h.Sum64()
}

// The same bits on every architecture: a compiler that fuses a product with a
// sum, or a change of any formula, shows here. All numbers of the program change
// with these.
func TestFunctionsGiveTheSameBitsEverywhere(t *testing.T) {
	near1 := draw(20_000, nil, between(0.5, 2))
	wide := draw(20_000, nil, sized(-1074, 1023))
	signs := draw(20_000, nil, signed(sized(-60, 9)))
	unit := draw(20_000, nil, between(0, 1), sized(-300, -1))
	beta := func(a, b float64) func(x float64) float64 {
		return func(x float64) float64 { below, above := portable.BetaTails(a, b, x); return below - above }
	}
	gamma := func(a float64) func(x float64) float64 {
		return func(x float64) float64 { below, above := portable.GammaTails(a, a*x); return below - above }
	}
	for _, c := range []struct {
		name string
		of   func(float64) float64
		x    []float64
		want uint64
	}{
		{"exp", portable.Exp, signs, 0x25a2f83cac7f30a6},
		{"expm1", portable.Expm1, signs, 0xb6b691f8dde34e3c},
		{"log near 1", portable.Log, near1, 0x2935403331812c8d},
		{"log", portable.Log, wide, 0x4bf7c005341ee039},
		{"log1p", portable.Log1p, signs, 0x209563551e64db60},
		{"log10", portable.Log10, wide, 0xe54730a7eaf47906},
		{"pow", func(x float64) float64 { return portable.Pow(x, 1.3) }, wide, 0xb99985d0589dd104},
		{"hypot", func(x float64) float64 { return portable.Hypot(x, 1) }, signs, 0x9807fbf94b44c5f1},
		{"erfc", portable.Erfc, draw(20_000, nil, between(-6, 27)), 0x9b11fbea2ec4b3ce},
		{"asin", portable.Asin, unit, 0x3e086ff64d0fd14a},
		{"log gamma", portable.LogGamma, draw(5_000, nil, sized(-20, 20)), 0x2413010735775777},
		{"normal quantile", portable.NormalQuantile, unit, 0xb24d4fbbbfc63f08},
		{"gamma tails, 0.3", gamma(0.3), near1, 0x8645c0a3489ba0c2},
		{"gamma tails, 40", gamma(40), near1, 0xf9bac9b0093ad99f},
		{"beta tails", beta(7.5, 0.5), unit, 0x868e07184f35f0bb},
		{"gamma quantile", func(p float64) float64 { return portable.GammaQuantile(6.5, p) }, unit[:4_000], 0xf17a9fc59f601424},
		{"beta quantile", func(p float64) float64 { return portable.BetaQuantile(2.5, 80, p) }, unit[:4_000], 0x96300275f10c1526},
	} {
		if got := digest(c.x, c.of); got != c.want {
			t.Errorf("%s: digest %#x, want %#x", c.name, got, c.want)
		}
	}
}
