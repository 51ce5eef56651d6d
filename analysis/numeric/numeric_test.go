package numeric

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

func relative(got, want float64) float64 { return math.Abs(got-want) / math.Abs(want) }

// The ratio is known exactly at halves of whole numbers, by its recurrence
// from gamma(1)/gamma(1/2) = 1/sqrt(pi) and gamma(3/2)/gamma(1) = sqrt(pi)/2.
func TestGammaRatioAtHalves(t *testing.T) {
	even, odd := 1/math.SqrtPi, math.SqrtPi/2
	for k := range 400 {
		x := 0.5 + float64(k)
		if got := GammaRatio(x); !(relative(got, even) < 1e-13) {
			t.Errorf("GammaRatio(%v) = %v, want %v", x, got, even)
		}
		if got := GammaRatio(x + 0.5); !(relative(got, odd) < 1e-13) {
			t.Errorf("GammaRatio(%v) = %v, want %v", x+0.5, got, odd)
		}
		even *= (x + 0.5) / x
		odd *= (x + 1) / (x + 0.5)
	}
	if !math.IsNaN(GammaRatio(0)) || !math.IsNaN(GammaRatio(math.NaN())) {
		t.Error("outside the domain: want NaN")
	}
}

// finiteStudent is the two-sided tail for whole df by the finite sums of
// Abramowitz & Stegun 26.7.3 and 26.7.4.
func finiteStudent(t float64, df int) float64 {
	theta := math.Atan(t / math.Sqrt(float64(df)))
	c, s := math.Cos(theta), math.Sin(theta)
	term, sum := 1.0, 1.0
	if df%2 == 1 {
		if df == 1 {
			return 1 - 2*theta/math.Pi
		}
		for k := 2; k <= df-3; k += 2 {
			term *= c * c * float64(k) / float64(k+1)
			sum += term
		}
		return 1 - 2/math.Pi*(theta+s*c*sum)
	}
	for k := 1; k <= df-3; k += 2 {
		term *= c * c * float64(k) / float64(k+1)
		sum += term
	}
	return 1 - s*sum
}

func TestStudentTwoSidedAgainstFiniteSums(t *testing.T) {
	for _, df := range []int{1, 2, 3, 4, 5, 7, 10, 17, 30, 99, 298, 1001} {
		for x := 0.01; x < 12; x += 0.0971 {
			want := finiteStudent(x, df)
			// The sums are taken from 1, so they are good to some 1e-14 absolute.
			if got := StudentTwoSided(-x, float64(df)); !(math.Abs(got-want) <= 1e-11*want+2e-14) {
				t.Errorf("StudentTwoSided(%v, %d) = %v, want %v", x, df, got, want)
			}
		}
	}
}

// The reference subtracts log gammas and so loses digits in proportion to df.
func TestStudentTwoSidedAgainstIncompleteBeta(t *testing.T) {
	for _, df := range []float64{1, 1.37, 2.5, 6.2, 14.9687537106954, 120.4, 298, 5000.5, 1e6} {
		for x := 0.02; x < 40; x *= 1.13 {
			want := mathext.RegIncBeta(df/2, 0.5, df/(df+x*x))
			if want < 1e-290 {
				continue
			}
			if got := StudentTwoSided(x, df); !(relative(got, want) < 1e-11+1e-14*df) {
				t.Errorf("StudentTwoSided(%v, %v) = %v, want %v (%.2g)", x, df, got, want, relative(got, want))
			}
		}
	}
}

// The three ways of summing meet without a jump.
func TestStudentTwoSidedIsContinuous(t *testing.T) {
	for _, df := range []float64{1, 3, 12.25, 12.3, 40, 298, 1e5} {
		for _, x := range []float64{farOut, math.Sqrt(df)} {
			below, above := StudentTwoSided(x*(1-1e-13), df), StudentTwoSided(x*(1+1e-13), df)
			if !(math.Abs(below-above) <= 1e-9*below) {
				t.Errorf("df %v: jump at %v from %v to %v", df, x, below, above)
			}
		}
	}
}

func TestStudentEdges(t *testing.T) {
	if got := StudentTwoSided(0, 5); got != 1 {
		t.Errorf("at 0: %v", got)
	}
	if got := StudentTwoSided(math.Inf(-1), 5); got != 0 {
		t.Errorf("at -Inf: %v", got)
	}
	if got, want := StudentTwoSided(1.3, math.Inf(1)), NormalTwoSided(1.3); got != want {
		t.Errorf("df Inf: %v, want %v", got, want)
	}
	for _, got := range []float64{StudentTwoSided(1, 0), StudentTwoSided(math.NaN(), 3),
		StudentTwoSided(1, math.NaN()), StudentCritical(0, 3), StudentCritical(0.05, -1), StudentCritical(1, 3)} {
		if !math.IsNaN(got) {
			t.Errorf("outside the domain: got %v, want NaN", got)
		}
	}
}

func TestStudentCriticalInvertsTheTail(t *testing.T) {
	for _, df := range []float64{1, 1.5, 2, 3, 4.7, 18, 298, 1e5} {
		for _, alpha := range []float64{1e-6, 0.001, 0.05, 0.1, 0.5, 0.95} {
			c := StudentCritical(alpha, df)
			if got := StudentTwoSided(c, df); !(relative(got, alpha) < 1e-11) {
				t.Errorf("tail at critical(%v, %v) = %v: %v", alpha, df, c, got)
			}
		}
	}
	// stats::qt(0.975, 1) = tan(0.475 pi), exactly.
	if got, want := StudentCritical(0.05, 1), math.Tan(0.475*math.Pi); !(relative(got, want) < 1e-12) {
		t.Errorf("df 1: %v, want %v", got, want)
	}
}

func TestNormal(t *testing.T) {
	for z := -6.0; z <= 6; z += 0.37 {
		if got, want := NormalCDF(z), distuv.UnitNormal.CDF(z); !(relative(got, want) < 1e-13) {
			t.Errorf("CDF(%v) = %v, want %v", z, got, want)
		}
		if got := NormalQuantile(NormalCDF(z)); !(math.Abs(got-z) < 1e-7) {
			t.Errorf("quantile of CDF(%v) = %v", z, got)
		}
		if got, want := NormalTwoSided(z), 2*NormalCDF(-math.Abs(z)); !(relative(got, want) < 1e-13) {
			t.Errorf("two-sided(%v) = %v, want %v", z, got, want)
		}
	}
	if !math.IsNaN(NormalQuantile(1.5)) || !math.IsInf(NormalQuantile(1), 1) {
		t.Error("edges of the quantile")
	}
}

// Limits of 30 of 74 and 29 of 115: stats::prop.test(correct = FALSE), R 4.2.2.
func TestWilson(t *testing.T) {
	z := -NormalQuantile(0.025)
	for _, c := range []struct {
		x, n      int
		low, high float64
	}{
		{30, 74, 0.300905644625558, 0.519241610935921},
		{29, 115, 0.181699362136558, 0.338670039538319},
	} {
		low, high := Wilson(c.x, c.n, z)
		if !(relative(low, c.low) < 1e-12) || !(relative(high, c.high) < 1e-12) {
			t.Errorf("%d of %d: %v, %v", c.x, c.n, low, high)
		}
	}
	if low, _ := Wilson(0, 9, z); low != 0 {
		t.Errorf("none: low %v", low)
	}
	if _, high := Wilson(9, 9, z); high != 1 {
		t.Errorf("all: high %v", high)
	}
	if low, high := Wilson(0, 0, z); low != 0 || high != 1 {
		t.Errorf("of none: %v, %v", low, high)
	}
}

func TestCriticalsRemember(t *testing.T) {
	var c Criticals
	for _, alpha := range []float64{0.05, 0.1, 0.05} {
		for _, df := range []float64{298, 42, 298, 17.3, 298 + cacheSize, math.Inf(1)} {
			if got, want := c.Student(alpha, df), StudentCritical(alpha, df); got != want {
				t.Errorf("Student(%v, %v) = %v, want %v", alpha, df, got, want)
			}
		}
		if got, want := c.Normal(alpha), -NormalQuantile(alpha/2); got != want {
			t.Errorf("Normal(%v) = %v, want %v", alpha, got, want)
		}
	}
	if n := testing.AllocsPerRun(100, func() { c.Student(0.05, 17.3); c.Student(0.05, 18); c.Normal(0.01) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

var sink float64

func BenchmarkStudent(b *testing.B) {
	var c Criticals
	for _, x := range []float64{0.5, 2, 4.5} {
		b.Run("tail/t="+map[float64]string{0.5: "0.5", 2: "2", 4.5: "4.5"}[x], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sink = StudentTwoSided(x, 298)
			}
		})
	}
	b.Run("gonum", func(b *testing.B) {
		for b.Loop() {
			sink = mathext.RegIncBeta(149, 0.5, 298/(298+4.0))
		}
	})
	b.Run("critical", func(b *testing.B) {
		for b.Loop() {
			sink = StudentCritical(0.05, 297.3)
		}
	})
	b.Run("cached", func(b *testing.B) {
		for b.Loop() {
			sink = c.Student(0.05, 298)
		}
	})
}
