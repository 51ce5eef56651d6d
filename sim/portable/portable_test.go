package portable_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"caseload/sim/portable"
)

// draw returns arguments: n of each of some ways, and those given.
func draw(n int, given []float64, ways ...func(r *rand.Rand) float64) []float64 {
	r := rand.New(rand.NewPCG(20261128, 7))
	x := given
	for range n {
		for _, way := range ways {
			x = append(x, way(r))
		}
	}
	return x
}

func between(a, b float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return a + (b-a)*r.Float64() }
}

// sized are numbers of all sizes from 2^low to 2^high.
func sized(low, high int) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Ldexp(1+r.Float64(), low+r.IntN(high-low)) }
}

func signed(f func(r *rand.Rand) float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Copysign(f(r), r.Float64()-0.5) }
}

// next to a boundary of the tables of Exp: halves of ln 2 / 128.
func besideRoots(r *rand.Rand) float64 {
	return (float64(r.IntN(2000)-1000) + 0.5) * math.Ln2 / 128
}

// Next to a boundary of the segments of Log, and to 1.
func besideSegments(r *rand.Rand) float64 {
	x := 0.6875 + float64(r.IntN(176))/256
	return math.Float64frombits(math.Float64bits(x) + uint64(r.IntN(5)) - 2)
}

func exactOf(f func(x *big.Float) *big.Float) func(x float64) *big.Float {
	return func(x float64) *big.Float { return f(number(x)) }
}

// The error of each function is within what its documentation says, over
// arguments of all sizes, the hard ones among them.
func TestFunctionsAreWithinTheirErrors(t *testing.T) {
	one := number(1)
	for _, c := range []struct {
		name  string
		of    func(float64) float64
		exact func(float64) *big.Float
		bound float64
		x     []float64
	}{
		{"exp", portable.Exp, exactOf(bigExp), 0.52,
			draw(1500, []float64{709.78, -708, -707.9}, between(-708, 709.78), between(-2, 2), signed(sized(-60, 0)), besideRoots)},
		{"exp, subnormal", portable.Exp, exactOf(bigExp), 1.001, draw(500, nil, between(-745, -708))},
		{"expm1", portable.Expm1, func(x float64) *big.Float { return sub(bigExp(number(x)), one) }, 0.8,
			draw(1500, nil, between(-40, 709), between(-1, 1), signed(sized(-60, 0)), besideRoots)},
		{"log", portable.Log, exactOf(bigLog), 0.53,
			draw(1500, []float64{math.SmallestNonzeroFloat64, math.MaxFloat64}, sized(-1074, 1023), between(0.5, 2), besideSegments,
				func(r *rand.Rand) float64 { return 1 + math.Ldexp(r.Float64()-0.5, -r.IntN(50)) })},
		{"log1p", portable.Log1p, func(x float64) *big.Float { return bigLog(add(one, number(x))) }, 0.7,
			draw(1500, []float64{-1 + 0x1p-53, 1e300}, between(-0.9999, 4), signed(sized(-60, -1)), sized(0, 1000))},
		{"log10", portable.Log10, func(x float64) *big.Float { return div(bigLog(number(x)), bigLog(number(10))) }, 0.6,
			draw(1500, nil, sized(-1074, 1023), between(0.5, 2))},
		{"erfc", portable.Erfc, exactOf(bigErfc), 8,
			draw(60, []float64{0.46875, 4, 26.5}, between(-6, 6), between(0, 1), between(4, 26.5))},
		{"asin", portable.Asin, exactOf(bigAsin), 6, draw(500, []float64{1, -1}, between(-1, 1), signed(sized(-40, -1)))},
	} {
		worst, at := 0.0, 0.0
		for _, x := range c.x {
			if x == 0 {
				continue
			}
			want := c.exact(x)
			if want.Sign() == 0 {
				if got := c.of(x); got != 0 {
					t.Errorf("%s of %v is %v, want 0", c.name, x, got)
				}
				continue
			}
			if u := ulps(c.of(x), want); !(u <= worst) {
				worst, at = u, x
			}
		}
		if t.Logf("%s: at most %.3f ulp", c.name, worst); !(worst <= c.bound) {
			t.Errorf("%s of %v is %v, %.3f ulp off; want at most %v", c.name, at, c.of(at), worst, c.bound)
		}
	}
}

func TestPowersAreWithinTheirError(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		x := math.Ldexp(1+r.Float64(), r.IntN(40)-20)
		if r.IntN(2) == 0 {
			x = 0.5 + r.Float64()
		}
		y := (r.Float64() - 0.5) * math.Ldexp(1, r.IntN(6))
		exponent := mul(number(y), bigLog(number(x)))
		size, _ := exponent.Float64()
		if math.Abs(size) > 700 {
			continue
		}
		if u := ulps(portable.Pow(x, y), bigExp(exponent)); !(u <= 0.53+math.Abs(size)/400) {
			t.Fatalf("%v to the %v is %.3f ulp off, want at most %v", x, y, u, 0.53+math.Abs(size)/400)
		}
	}
}

func TestHypotIsWithinTwoUlp(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		x := math.Ldexp(r.Float64(), r.IntN(1800)-900)
		y := math.Ldexp(r.Float64(), r.IntN(1800)-900)
		if r.IntN(2) == 0 {
			y = x * r.Float64()
		}
		want := root(add(mul(number(x), number(x)), mul(number(y), number(y))))
		if u := ulps(portable.Hypot(x, -y), want); !(u <= 2) {
			t.Fatalf("hypot of %v and %v is %.3f ulp off", x, y, u)
		}
	}
}

// A power of ten has a whole number as its logarithm: digits are counted by it.
func TestLogarithmsOfPowersOfTenAreExact(t *testing.T) {
	x := big.NewInt(1)
	for k := range 23 { // 10^22 is the last that is a float
		f, _ := new(big.Float).SetInt(x).Float64()
		if got := portable.Log10(f); got != float64(k) {
			t.Errorf("log10 of 1e%d is %v", k, got)
		}
		x.Mul(x, big.NewInt(10))
	}
}

// same is equality in which NaN is NaN, and -0 is not 0.
func same(a, b float64) bool {
	return a != a && b != b || a == b && math.Signbit(a) == math.Signbit(b)
}

func TestSpecialArguments(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), 0.0
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"exp NaN", portable.Exp(nan), nan}, {"exp Inf", portable.Exp(inf), inf}, {"exp -Inf", portable.Exp(-inf), 0},
		{"exp 0", portable.Exp(0), 1}, {"exp 710", portable.Exp(710), inf}, {"exp -746", portable.Exp(-746), 0},
		{"exp of just too much", portable.Exp(math.Nextafter(709.782712893384, 710)), inf},
		{"exp of the least", portable.Exp(-1075*math.Ln2 + 1e-9), math.SmallestNonzeroFloat64},
		{"exp below the least", portable.Exp(-1075*math.Ln2 - 1e-9), 0},
		{"expm1 NaN", portable.Expm1(nan), nan}, {"expm1 Inf", portable.Expm1(inf), inf}, {"expm1 -Inf", portable.Expm1(-inf), -1},
		{"expm1 -0", portable.Expm1(math.Copysign(0, -1)), math.Copysign(0, -1)}, {"expm1 1e-300", portable.Expm1(1e-300), 1e-300}, {"expm1 800", portable.Expm1(800), inf},
		{"log 0", portable.Log(0), -inf}, {"log -0", portable.Log(-zero), -inf}, {"log -1", portable.Log(-1), nan},
		{"log Inf", portable.Log(inf), inf}, {"log NaN", portable.Log(nan), nan}, {"log 1", portable.Log(1), 0},
		{"log -Inf", portable.Log(-inf), nan},
		{"log1p -1", portable.Log1p(-1), -inf}, {"log1p -2", portable.Log1p(-2), nan}, {"log1p Inf", portable.Log1p(inf), inf},
		{"log1p NaN", portable.Log1p(nan), nan}, {"log1p 0", portable.Log1p(0), 0},
		{"log10 0", portable.Log10(0), -inf}, {"log10 -1", portable.Log10(-1), nan}, {"log10 Inf", portable.Log10(inf), inf},
		{"erfc Inf", portable.Erfc(inf), 0}, {"erfc -Inf", portable.Erfc(-inf), 2}, {"erfc NaN", portable.Erfc(nan), nan},
		{"erfc 0", portable.Erfc(0), 1}, {"erfc 28", portable.Erfc(28), 0},
		{"hypot Inf NaN", portable.Hypot(-inf, nan), inf}, {"hypot NaN", portable.Hypot(1, nan), nan}, {"hypot 0", portable.Hypot(0, -zero), 0},
		{"hypot 3 4", portable.Hypot(3, -4), 5},
		{"asin 1.1", portable.Asin(1.1), nan}, {"asin 0", portable.Asin(0), 0},
		{"log gamma 0", portable.LogGamma(0), nan},
		{"quantile 0", portable.NormalQuantile(0), -inf}, {"quantile 1", portable.NormalQuantile(1), inf},
		{"quantile 2", portable.NormalQuantile(2), nan}, {"quantile NaN", portable.NormalQuantile(nan), nan}, {"quantile 1/2", portable.NormalQuantile(0.5), 0},
		{"gamma quantile 0", portable.GammaQuantile(2, 0), 0}, {"gamma quantile 1", portable.GammaQuantile(2, 1), inf},
		{"gamma quantile -1", portable.GammaQuantile(2, -1), nan}, {"beta quantile 1", portable.BetaQuantile(2, 3, 1), 1},
		{"beta quantile of no shape", portable.BetaQuantile(0, 3, 0.5), nan},
	} {
		if !same(c.got, c.want) {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestSpecialPowersAreThoseOfMath(t *testing.T) {
	ends := []float64{0, math.SmallestNonzeroFloat64, 1e-300, 0.5, 1, 2, 1e300, math.MaxFloat64, math.Inf(1), math.NaN()}
	for _, x := range ends {
		for _, y := range append(ends, -0.5, -1, -2, -1e300, math.Inf(-1)) {
			got, want := portable.Pow(x, y), math.Pow(x, y)
			if !same(got, want) && !(math.Abs(got/want-1) <= 1e-14) {
				t.Errorf("%v to the %v is %v, want %v", x, y, got, want)
			}
		}
	}
	if got := portable.Pow(-2, 3); got == got {
		t.Errorf("a power of a negative number is %v, want NaN", got)
	}
}

func TestManyExponentialsAreThoseOfEach(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 15))
	x := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 709.5, 710, -708.5, -746}
	for range 2000 {
		x = append(x, 800*(r.Float64()-0.5)*r.Float64())
	}
	y := make([]float64, len(x))
	portable.Exps(y, x)
	for i, got := range y {
		if want := portable.Exp(x[i]); math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("e^%v is %v among many, alone %v", x[i], got, want)
		}
	}
}

func TestManyLogarithmsAreThoseOfEach(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 17))
	odd := []float64{0, 1e-20, -0.5, -1, -2, math.NaN(), math.Inf(1), math.Inf(-1)}
	for k := range 1 + len(odd) {
		x := append([]float64{0x1p-54, 1, math.MaxFloat64}, odd[:k]...)
		for range 1000 {
			x = append(x, math.Exp(40*(r.Float64()-0.5)))
		}
		y := make([]float64, len(x))
		portable.Log1ps(y, x)
		for i, got := range y {
			if want := portable.Log1p(x[i]); got != want && (got == got || want == want) {
				t.Errorf("ln(1 + %v) is %v among many, alone %v", x[i], got, want)
			}
		}
	}
}
