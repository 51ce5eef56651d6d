package portable_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"caseload/sim/portable"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

func near(t *testing.T, name string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s is %v, want %v", name, got, want)
	}
}

// The quantile's own error is what the distribution, exact to 300 bits, makes of
// it: (Phi(z) - p) / (z phi(z)).
func TestTheNormalQuantileIsWithinItsError(t *testing.T) {
	worst := 0.0
	for _, p := range draw(40, []float64{0.075, 0.925, 1e-11, 1e-300, 0.5 + 1e-9}, between(0, 1), sized(-60, -1)) {
		z := portable.NormalQuantile(p)
		x := div(number(-z), root(number(2)))
		miss := sub(div(bigErfc(x), number(2)), number(p))
		density := div(bigExp(div(mul(number(z), number(-z)), number(2))), root(mul(number(2), bigPi(precision))))
		off, _ := div(miss, mul(density, number(z))).Float64()
		worst = max(worst, math.Abs(off))
	}
	if t.Logf("at most %.2g of its size", worst); !(worst <= 1e-15) {
		t.Errorf("the quantile is off by %v of its size, want at most 1e-15", worst)
	}
}

// gamma(n) = (n-1)!, and gamma(n + 1/2) = (2n)! sqrt(pi) / (4^n n!).
func TestLogGammaAtWholeAndHalfNumbers(t *testing.T) {
	check := func(x float64, gamma *big.Float) {
		want, _ := bigLog(gamma).Float64()
		if got := portable.LogGamma(x); !(math.Abs(got-want) <= max(1e-14, 1e-15*math.Abs(want))) {
			t.Errorf("log gamma %v is %v, want %v", x, got, want)
		}
	}
	whole, half := number(1), root(bigPi(precision))
	for n := 1.0; n < 300; n++ {
		check(n, whole)
		check(n-0.5, half)
		whole, half = mul(whole, number(n)), mul(half, number(n-0.5))
	}
}

// Sums that are finite: the gamma distribution of a whole shape is a sum of
// Poisson probabilities (Abramowitz & Stegun 26.4.21), the beta distribution of
// whole shapes one of binomial ones (26.5.24), both summed exactly.
func TestTailsAreThoseOfExactSums(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		n := 1 + r.IntN(60)
		x := float64(n) * 2.5 * r.Float64()
		term, sum := bigExp(number(-x)), number(0)
		for k := range n {
			sum = add(sum, term)
			term = div(mul(term, number(x)), number(float64(k+1)))
		}
		above, _ := sum.Float64()
		below, _ := sub(number(1), sum).Float64()
		gotBelow, gotAbove := portable.GammaTails(float64(n), x)
		near(t, "gamma above", gotAbove, above, 1e-13+1e-15/above)
		near(t, "gamma below", gotBelow, below, 1e-13+1e-15/below)

		m := 1 + r.IntN(60)
		y := r.Float64()
		lower, upper := betaSum(n, m, y)
		gotBelow, gotAbove = portable.BetaTails(float64(n), float64(m), y)
		near(t, "beta below", gotBelow, lower, 1e-13+1e-15/lower)
		near(t, "beta above", gotAbove, upper, 1e-13+1e-15/upper)
	}
}

// betaSum is the probability of n or more of n+m-1 trials, each with x.
func betaSum(n, m int, x float64) (below, above float64) {
	total := n + m - 1
	sum := number(0)
	for k := n; k <= total; k++ {
		term := new(big.Float).SetPrec(precision).SetInt(new(big.Int).Binomial(int64(total), int64(k)))
		for range k {
			term = mul(term, number(x))
		}
		for range total - k {
			term = mul(term, sub(number(1), number(x)))
		}
		sum = add(sum, term)
	}
	below, _ = sum.Float64()
	above, _ = sub(number(1), sum).Float64()
	return below, above
}

// Shapes that are not whole, against the library's functions, which are good to
// some 1e-11 there.
func TestTailsAreThoseOfTheLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for range 400 {
		a := math.Exp(7 * (r.Float64() - 0.5))
		b := math.Exp(7 * (r.Float64() - 0.5))
		g := distuv.Gamma{Alpha: a, Beta: 1}
		x := a * (0.2 + 1.6*r.Float64())
		below, above := portable.GammaTails(a, x)
		near(t, "gamma below", below, g.CDF(x), 1e-10)
		near(t, "gamma above", above, g.Survival(x), 1e-10)
		d := distuv.Beta{Alpha: a, Beta: b}
		y := 0.05 + 0.9*r.Float64()
		below, above = portable.BetaTails(a, b, y)
		near(t, "beta below", below, d.CDF(y), 1e-9)
		near(t, "beta above", above, d.Survival(y), 1e-9)
		near(t, "beta density", portable.BetaDensity(a, b, y), d.Prob(y), 1e-11)
	}
}

func TestQuantilesUndoTheirDistribution(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	for range 2000 {
		a := math.Exp(12 * (r.Float64() - 0.5))
		b := math.Exp(12 * (r.Float64() - 0.5))
		p := r.Float64()
		if x := portable.GammaQuantile(a, p); x > 1e-300 {
			below, above := portable.GammaTails(a, x)
			// 1e-12 of x moves the probability by the density times x times that.
			near(t, "gamma", min(below, above), min(p, 1-p), 1e-12*(1+max(a, x))+1e-13)
		}
		x := portable.BetaQuantile(a, b, p)
		if x < 1e-300 || x > 1-1e-6 {
			continue // where 1 - x, as a number, has lost its digits
		}
		below, above := portable.BetaTails(a, b, x)
		near(t, "beta", min(below, above), min(p, 1-p), 1e-12*(1+a+b/(1-x))+1e-13)
	}
}

func TestCholeskyIsThatOfTheLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 13))
	for n := 1; n < 9; n++ {
		root := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range n {
				root.Set(i, j, r.NormFloat64())
			}
		}
		var s mat.SymDense
		s.SymOuterK(1, root)
		var c mat.Cholesky
		if !c.Factorize(&s) {
			t.Fatal("the library finds no factor")
		}
		var want mat.TriDense
		c.LTo(&want)
		a := make([]float64, n*n)
		for i := range n {
			for j := range n {
				a[i*n+j] = s.At(i, j)
			}
		}
		if !portable.Cholesky(a, n) {
			t.Fatal("no factor found")
		}
		for i := range n {
			for j := range i + 1 {
				if got := a[i*n+j]; !(math.Abs(got-want.At(i, j)) <= 1e-10) {
					t.Errorf("%d x %d at %d, %d: %v, want %v", n, n, i, j, got, want.At(i, j))
				}
			}
		}
	}
	if portable.Cholesky([]float64{1, 0, 2, 1}, 2) {
		t.Error("a matrix that is not positive definite has a factor")
	}
}
