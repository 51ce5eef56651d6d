package stream_test

import (
	"math"
	"testing"

	"caseload/sim/stream"
)

const (
	within    = 1e-15 // relative, as the package says
	minNormal = 0x1p-1022
	overflow  = 709.782712893384 // e^x still fits
)

// positives are numbers of all magnitudes, subnormal ones too: around the
// powers of two, around 1, and anywhere.
func positives(n int) []float64 {
	r := newStream("positives")
	x := []float64{math.SmallestNonzeroFloat64, math.MaxFloat64, math.Sqrt2 / 2, math.Sqrt2}
	for e := -1073; e <= 1023; e++ {
		p := math.Ldexp(1, e)
		x = append(x, p, math.Nextafter(p, 0), math.Nextafter(p, 2*p), math.Ldexp(math.Sqrt2, e))
	}
	for range n {
		x = append(x,
			math.Ldexp(1+r.Uniform(), r.Intn(2096)-1073),
			math.Ldexp(1+r.Uniform(), r.Intn(6)-3),
			1+math.Ldexp(r.Uniform()-0.5, -r.Intn(50)))
	}
	return x
}

// exactLog is math.Log, but for subnormal numbers, which Go's assembly for
// amd64 takes to be near -709 where e.g. ln 5e-324 = -1074 ln 2.
func exactLog(x float64) float64 {
	if x < minNormal {
		return math.Log(x*0x1p100) - 100*math.Ln2
	}
	return math.Log(x)
}

func TestLogIsWithinItsBound(t *testing.T) {
	for _, x := range positives(500_000) {
		if got, want := stream.Log(x), exactLog(x); !(math.Abs(got-want) <= within*math.Abs(want)) {
			t.Fatalf("log %v is %v, want %v", x, got, want)
		}
	}
}

func TestExpIsWithinItsBound(t *testing.T) {
	r := newStream("exponents")
	for range 500_000 {
		for _, x := range []float64{
			-708 + r.Uniform()*(708+709.7),
			4 * (r.Uniform() - 0.5),
			math.Ldexp(r.Uniform()-0.5, -r.Intn(60)),
			(float64(r.Intn(2000)-1000) + 0.5) * math.Ln2, // where the reduction changes over
		} {
			if x >= 709.78 || x <= -708 {
				continue
			}
			if got, want := stream.Exp(x), math.Exp(x); !(math.Abs(got-want) <= within*want) {
				t.Fatalf("exp %v is %v, want %v", x, got, want)
			}
		}
	}
}

func TestASubnormalExpIsWithinTwoOfTheSmallestSteps(t *testing.T) {
	r := newStream("subnormal")
	for range 200_000 {
		x := -708.4 - 40*r.Uniform()
		if got, want := stream.Exp(x), math.Exp(x); !(math.Abs(got-want) <= 2*math.SmallestNonzeroFloat64) {
			t.Fatalf("exp %v is %v, want %v", x, got, want)
		}
	}
}

func TestPowIsWithinItsBound(t *testing.T) {
	r := newStream("powers")
	bases := positives(300_000)
	for _, x := range bases {
		for _, y := range []float64{0.5, 1.3, 2, -1, 20 * (r.Uniform() - 0.5)} {
			want := math.Pow(x, y)
			if x < minNormal || !(want >= minNormal && want <= math.MaxFloat64/2) {
				continue
			}
			bound := within * (1 + math.Abs(y*exactLog(x)))
			if got := stream.Pow(x, y); !(math.Abs(got-want) <= bound*want) {
				t.Fatalf("%v to the %v is %v, want %v within %v", x, y, got, want, bound)
			}
		}
	}
}

// alike is nearness within the bound, in which NaN is near NaN, an infinity
// only itself, and 0 differs from -0.
func alike(a, b float64) bool {
	if math.IsNaN(b) || math.IsInf(b, 0) || b == 0 {
		return math.IsNaN(a) && math.IsNaN(b) || a == b && math.Signbit(a) == math.Signbit(b)
	}
	return math.Abs(a-b) <= within*math.Abs(b)
}

func TestSpecialLogsAndExps(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), 0.0
	for _, c := range []struct{ x, log, exp float64 }{
		{nan, nan, nan},
		{inf, inf, inf},
		{-inf, nan, 0},
		{zero, -inf, 1},
		{-zero, -inf, 1},
		{1, 0, math.E},
		{-math.SmallestNonzeroFloat64, nan, 1},
		{math.SmallestNonzeroFloat64, -1074 * math.Ln2, 1},
		{-1, nan, 1 / math.E},
		{-math.MaxFloat64, nan, 0},
		{math.MaxFloat64, overflow, inf},
		{-746, nan, 0},
	} {
		if got := stream.Log(c.x); !alike(got, c.log) {
			t.Errorf("log %v is %v, want %v", c.x, got, c.log)
		}
		if got := stream.Exp(c.x); !alike(got, c.exp) {
			t.Errorf("exp %v is %v, want %v", c.x, got, c.exp)
		}
	}
}

// The largest float is 2^1024 (1 - 2^-53), whose logarithm rounds to overflow;
// half of the smallest, 2^-1075, is where a result rounds to zero.
func TestExpAtTheEndsOfItsRange(t *testing.T) {
	got := stream.Exp(overflow)
	if want := math.MaxFloat64; !(got <= want && want-got <= 1e-12*want) {
		t.Errorf("exp %v is %v, want just below %v", overflow, got, want)
	}
	if got := stream.Exp(math.Nextafter(overflow, 710)); !math.IsInf(got, 1) {
		t.Errorf("exp beyond the largest is %v, want +Inf", got)
	}
	least := -1075 * math.Ln2
	if got := stream.Exp(least + 1e-9); got != math.SmallestNonzeroFloat64 {
		t.Errorf("exp %v is %v, want the smallest number", least+1e-9, got)
	}
	if got := stream.Exp(least - 1e-9); got != 0 {
		t.Errorf("exp %v is %v, want 0", least-1e-9, got)
	}
}

func TestSpecialPowersAreThoseOfMath(t *testing.T) {
	ends := []float64{0, math.SmallestNonzeroFloat64, 0.5, 1, 2, math.MaxFloat64, math.Inf(1), math.NaN()}
	for _, x := range ends {
		for _, y := range append(ends, -0.5, -1, -2, math.Inf(-1)) {
			got, want := stream.Pow(x, y), math.Pow(x, y)
			if !(alike(got, want) || math.Abs(got/want-1) <= 1e-12) {
				t.Errorf("%v to the %v is %v, want %v", x, y, got, want)
			}
		}
	}
	for _, y := range []float64{0.5, 2, -1, math.NaN()} {
		if got := stream.Pow(-2, y); !math.IsNaN(got) {
			t.Errorf("-2 to the %v is %v, want NaN: the base is not to be negative", y, got)
		}
	}
}
