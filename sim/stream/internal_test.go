package stream

import (
	"hash/fnv"
	"math"
	"testing"
)

// A midpoint is never 0 or 1, not even at the ends, and mirrors exactly.
func TestUniformsLieStrictlyBetweenZeroAndOne(t *testing.T) {
	r := Stream{}
	words := []uint64{0, 1, 1<<11 - 1, 1 << 11, 1<<12 - 1, 1 << 12, 1 << 63}
	for range 100_000 {
		words = append(words, r.Uint64())
	}
	for _, u := range words {
		a, b := midpoint(u), midpoint(^u)
		if !(a > 0 && a < 1 && b > 0 && b < 1) || a+b != 1 {
			t.Fatalf("%x gives %v, its complement %v", u, a, b)
		}
	}
	if got, want := midpoint(math.MaxUint64), 1-0x1p-53; got != want {
		t.Errorf("largest uniform %v, want %v", got, want)
	}
}

// The first outputs of SplitMix64 from state 1234567, as published for
// Vigna's splitmix64.c (Rosetta Code, "Pseudo-random numbers/Splitmix64").
func TestTheGeneratorIsSplitMix64(t *testing.T) {
	r := Stream{1234567}
	for i, want := range []uint64{
		6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
	} {
		if got := r.Uint64(); got != want {
			t.Errorf("output %d is %d, want %d", i, got, want)
		}
	}
}

func TestAPurposeIsTheMixedFNV1aHashOfItsName(t *testing.T) {
	for _, name := range []string{"", "a", "leaving.methadone", "été"} {
		h := fnv.New64a()
		h.Write([]byte(name))
		if got, want := NewPurpose(name), Purpose(mix(h.Sum64())); got != want {
			t.Errorf("%q hashes to %x, want %x", name, got, want)
		}
	}
}

// The layers of a ziggurat have one area, they reach the top of the density
// exactly, and the area is that of the lowest layer with its tail (Marsaglia &
// Tsang 2000): (r + 1) e^-r of the exponential, r e^(-r^2/2) plus the integral
// beyond r of the normal.
func TestTheLayersOfAZigguratHaveOneArea(t *testing.T) {
	for _, c := range []struct {
		name       string
		z          *ziggurat
		tail, area float64
		lowest     float64
		density    func(float64) float64
	}{
		{"exponential", &exponential, expTail, expArea, (expTail + 1) * math.Exp(-expTail),
			func(x float64) float64 { return math.Exp(-x) }},
		{"normal", &normal, normalTail, normalArea,
			normalTail*math.Exp(-normalTail*normalTail/2) + math.Sqrt(math.Pi/2)*math.Erfc(normalTail/math.Sqrt2),
			func(x float64) float64 { return math.Exp(-x * x / 2) }},
	} {
		near := func(name string, got, want, tolerance float64) {
			t.Helper()
			if !(math.Abs(got-want) <= tolerance*want) {
				t.Errorf("%s: %s is %v, want %v", c.name, name, got, want)
			}
		}
		near("lowest layer", c.lowest, c.area, 1e-12)
		near("its width times its height", c.z.x[0]*c.density(c.tail), c.area, 1e-13)
		for i := 1; i < layers; i++ {
			near("a layer", c.z.x[i]*(c.density(c.z.x[i+1])-c.density(c.z.x[i])), c.area, 1e-9)
			near("density at its edge", c.z.y[i], c.density(c.z.x[i]), 1e-14)
		}
		if c.z.x[layers] != 0 || c.z.y[layers] != 1 {
			t.Errorf("%s: the top is at %v, %v, want 0, 1", c.name, c.z.x[layers], c.z.y[layers])
		}
	}
}

// Beyond the layers an exponential starts anew (it has no memory): what is
// above the tail's start has mean 1, variance 1, and exceeds 1 with probability
// 1/e, each within 4 standard errors; E(x-1)^4 = 9.
func TestTheTailStartsAnew(t *testing.T) {
	const n = 1_000_000
	r := NewKey(20240611, 1).Entity(1, 17).Stream(NewPurpose("tail"))
	var sum, squares, above float64
	for range n {
		x := r.expSlow(0, expTail) - expTail
		if !(x >= 0) {
			t.Fatalf("a draw of the tail lies %v before its start", -x)
		}
		sum += x
		squares += (x - 1) * (x - 1)
		if x > 1 {
			above++
		}
	}
	p := 1 / math.E
	for _, c := range []struct {
		name                string
		got, want, variance float64
	}{{"mean", sum, 1, 1}, {"variance", squares, 1, 9 - 1}, {"share above 1", above, p, p * (1 - p)}} {
		if se := math.Sqrt(c.variance / n); !(math.Abs(c.got/n-c.want) < 4*se) {
			t.Errorf("%s %v, want %v within 4 standard errors of %v", c.name, c.got/n, c.want, se)
		}
	}
}

// Beyond the layers a normal has the mean and the variance of a normal truncated
// there: with m = phi(r)/Phi(-r), m and 1 + r m - m^2 (Johnson, Kotz & Balakrishnan
// 1994, section 13.10.1), each within 4 standard errors.
func TestTheTailOfTheNormalIsTruncated(t *testing.T) {
	const n = 1_000_000
	r := NewKey(20240611, 1).Entity(1, 18).Stream(NewPurpose("tail"))
	m := math.Exp(-normalTail*normalTail/2) / math.Sqrt(2*math.Pi) / (math.Erfc(normalTail/math.Sqrt2) / 2)
	variance := 1 + normalTail*m - m*m
	var sum, squares, fourth float64
	for range n {
		x := r.normalBeyond()
		if !(x >= normalTail) {
			t.Fatalf("a draw of the tail lies %v before its start", normalTail-x)
		}
		d := (x - m) * (x - m)
		sum, squares, fourth = sum+x, squares+d, fourth+d*d
	}
	if se := math.Sqrt(variance / n); !(math.Abs(sum/n-m) < 4*se) {
		t.Errorf("mean %v, want %v within 4 standard errors of %v", sum/n, m, se)
	}
	if se := math.Sqrt((fourth/n - squares/n*squares/n) / n); !(math.Abs(squares/n-variance) < 4*se) {
		t.Errorf("variance %v, want %v within 4 standard errors of %v", squares/n, variance, se)
	}
}
