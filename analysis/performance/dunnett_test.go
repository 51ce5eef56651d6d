package performance

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"caseload/analysis/numeric"
)

// R: multcomp::glht and mvtnorm::pmvnorm, in testdata/dunnett.R. Their errors are below 1e-5,
// as their algorithm is a Monte Carlo one that was given 5 million points.
func TestDunnettAgainstR(t *testing.T) {
	text, err := os.ReadFile("testdata/dunnett.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Sizes, P, Adjusted []float64
			Sides              int
			DF                 float64
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 12 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		how := Correction{Method: Dunnett, Sides: c.Sides}
		how.Groups(c.Sizes[1:], repeated(c.Sizes[0], len(c.P)), c.DF)
		for i, got := range how.Adjust(c.P, nil) {
			if !(math.Abs(got-c.Adjusted[i]) <= 1e-5) {
				t.Errorf("groups of %v, %d sides, p value %v: got %v, want %v", c.Sizes, c.Sides, c.P[i], got, c.Adjusted[i])
			}
		}
	}
}

func repeated(x float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = x
	}
	return list
}

// Dunnett 1955 (J Am Stat Assoc 50:1096), table 1a, and Dunnett 1964 (Biometrics 20:482),
// table II: critical values at 0.05 for arms as large as control, to two decimals.
func TestDunnettTables(t *testing.T) {
	for _, c := range []struct {
		sides, arms int
		df, want    float64
	}{
		{1, 2, 10, 2.15}, {1, 3, 10, 2.34}, {1, 4, 20, 2.30}, {1, 2, math.Inf(1), 1.92}, {1, 3, math.Inf(1), 2.06},
		{2, 2, 10, 2.57}, {2, 3, 10, 2.76}, {2, 2, math.Inf(1), 2.21}, {2, 3, math.Inf(1), 2.35}, {2, 4, math.Inf(1), 2.44},
	} {
		how := Correction{Method: Dunnett, Sides: c.sides}
		how.Groups(repeated(9, c.arms), repeated(9, c.arms), c.df)
		// Beyond the value the probability is below 0.05, but for the rounding of the value.
		if above, below := 1-how.shared.within(c.want+0.005), 1-how.shared.within(c.want-0.005); !(above < 0.05 && 0.05 < below) {
			t.Errorf("%+v: %v above, %v below", c, above, below)
		}
	}
}

// One test keeps its p value; tests that share nothing are Sidak's; Dunnett's adjusted p
// values lie between the p value and Sidak's, and fall with the p value.
func TestDunnettLaws(t *testing.T) {
	for _, df := range []float64{3, 40, math.Inf(1)} {
		for _, sides := range []int{1, 2} {
			how := Correction{Method: Dunnett, Sides: sides}
			how.Groups([]float64{30}, []float64{70}, df)
			for _, p := range []float64{1e-9, 0.003, 0.05, 0.4, 0.8} {
				if got := how.Adjust([]float64{p}, nil)[0]; !(math.Abs(got-p) <= 1e-10) {
					t.Errorf("df %v, %d sides: %v alone becomes %v", df, sides, p, got)
				}
			}
			how.Groups([]float64{30, 10, 50}, []float64{70, 70, 70}, df)
			last := 0.0
			for _, p := range []float64{0, 1e-6, 0.003, 0.05, 0.4, 0.8, nan} {
				got := how.Adjust([]float64{p, 0.5, nan}, nil)
				if got[0] < last || got[0] < p || got[0] > min(1, 3*p)+1e-9 || got[2] != 1 {
					t.Errorf("df %v, %d sides, p %v: %v after %v", df, sides, p, got, last)
				}
				last = got[0]
			}
		}
	}
	how := Correction{Method: Dunnett, Sides: 2}
	how.Groups([]float64{nan, 0, nan}, []float64{70, 0, 70}, math.Inf(1))
	if got, want := how.Adjust([]float64{0.02, 1, 1}, nil)[0], 1-math.Pow(0.98, 3); !(math.Abs(got-want) <= 1e-10) {
		t.Errorf("Sidak: got %v, want %v", got, want)
	}
	p, dst := []float64{0.02, 0.01, 0.5}, make([]float64, 3)
	if n := testing.AllocsPerRun(10, func() { dst = how.Adjust(p, dst) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// With arms of several sizes and one control arm the chance of any false rejection is alpha.
func TestDunnettKeepsItsLevel(t *testing.T) {
	const replicates = 6000
	sizes, control := []float64{12, 6, 20}, 9.0
	df := 12 + 6 + 20 + control - 4
	rng := rand.New(rand.NewPCG(12, 5))
	p, f := make([]float64, 3), NewFamilyAccumulator(Correction{Method: Dunnett, Sides: 2}, 0.05, 3)
	f.Groups(sizes, repeated(control, 3), df)
	for range replicates {
		chi := 0.0
		for range int(df) {
			z := rng.NormFloat64()
			chi += z * z
		}
		s, usual := math.Sqrt(chi/df), rng.NormFloat64()/math.Sqrt(control)
		for i, n := range sizes {
			p[i] = numeric.StudentTwoSided((rng.NormFloat64()/math.Sqrt(n)-usual)/(s*math.Sqrt(1/n+1/control)), df)
		}
		f.Add(p)
	}
	about(t, Dunnett, f.Measures().Any, 0.05)
}
