package performance

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/numeric"
)

// families simulates one-sample z tests of independent estimates with the given
// means and standard error 1, in every adjustment, and returns the mean false
// discovery proportion too.
func families(seed uint64, replicates int, means ...float64) (map[string]FamilyMeasures, map[string]float64) {
	rng := rand.New(rand.NewPCG(66, seed))
	of, falseShare := map[string]*FamilyAccumulator{}, map[string]float64{}
	for _, method := range Adjustments {
		of[method] = NewFamilyAccumulator(Correction{Method: method}, 0.05, len(means))
	}
	p, adjusted := make([]float64, len(means)), make([]float64, len(means))
	for range replicates {
		for i, mean := range means {
			p[i] = numeric.NormalTwoSided(mean + rng.NormFloat64())
		}
		for method, f := range of {
			f.Add(p)
			adjusted = Adjust(method, p, adjusted)
			wrong, rejected := 0.0, 0.0
			for i, q := range adjusted {
				if q < 0.05 {
					rejected++
					if means[i] == 0 {
						wrong++
					}
				}
			}
			falseShare[method] += wrong / max(1, rejected) / float64(replicates)
		}
	}
	measures := map[string]FamilyMeasures{}
	for method, f := range of {
		measures[method] = f.Measures()
	}
	return measures, falseShare
}

// about fails the test unless a rate is within 4 MCSE of want.
func about(t *testing.T, what string, got Rate, want float64) {
	t.Helper()
	if !(math.Abs(float64(got.Share)-want) <= float64(4*got.MCSE)) {
		t.Errorf("%s: %v (%v), want %v", what, got.Share, got.MCSE, want)
	}
}

// Without any effect the chance of any rejection is the familywise error: alpha
// at most, exactly 1 - (1 - alpha/m)^m for Bonferroni and alpha for Hochberg's
// and Benjamini & Hochberg's (Simes 1986) if tests are independent. For Holm's
// the first step is Bonferroni's.
func TestFamilywiseError(t *testing.T) {
	for k, m := range []int{1, 2, 5} {
		got, _ := families(uint64(k), 40000, make([]float64, m)...)
		single := 1 - math.Pow(1-0.05/float64(m), float64(m))
		about(t, "none", got["none"].Any, 1-math.Pow(0.95, float64(m)))
		about(t, "bonferroni", got["bonferroni"].Any, single)
		about(t, "holm", got["holm"].Any, single)
		about(t, "benjamini_hochberg", got["benjamini_hochberg"].Any, 0.05)
		if h := got["hochberg"].Any; !(h.Share <= 0.05+4*h.MCSE) || !(h.Share >= got["holm"].Any.Share) {
			t.Errorf("hochberg: %v (%v)", h.Share, h.MCSE)
		}
	}
}

// With effects of known power the rates are products of independent chances.
func TestPowerOfAFamily(t *testing.T) {
	means := []float64{3, 2, 1.5}
	power := func(mean, alpha float64) float64 {
		c := -numeric.NormalQuantile(alpha / 2)
		return numeric.NormalCDF(mean-c) + numeric.NormalCDF(-mean-c)
	}
	got, _ := families(9, 40000, means...)
	for method, level := range map[string]float64{"none": 0.05, "bonferroni": 0.05 / 3} {
		none, all, sum := 1.0, 1.0, 0.0
		for i, mean := range means {
			one := power(mean, level)
			about(t, method, got[method].Each[i], one)
			none, all, sum = none*(1-one), all*one, sum+one
		}
		about(t, method+", any", got[method].Any, 1-none)
		about(t, method+", all", got[method].All, all)
		about(t, method+", rejections", Rate{Share: got[method].Rejections, MCSE: got[method].RejectionsMCSE}, sum)
	}
	// All are rejected by Hochberg and by Benjamini & Hochberg if each p value is
	// below alpha, so that their conjunctive power is that of unadjusted tests.
	all := power(3, 0.05) * power(2, 0.05) * power(1.5, 0.05)
	about(t, "hochberg, all", got["hochberg"].All, all)
	about(t, "benjamini_hochberg, all", got["benjamini_hochberg"].All, all)
}

// Where some hypotheses are true, the expected share of false rejections is
// alpha m0/m (Benjamini & Hochberg 1995, theorem 1; with equality for independent
// tests, Benjamini & Yekutieli 2001).
func TestFalseDiscoveryRate(t *testing.T) {
	const n = 40000
	_, got := families(12, n, 0, 0, 0, 3, 2.5)
	if want := 0.05 * 3 / 5; !(math.Abs(got["benjamini_hochberg"]-want) < 4*math.Sqrt(want/n)) {
		t.Errorf("%v, want %v", got["benjamini_hochberg"], want)
	}
}

func TestFamilyByHand(t *testing.T) {
	f := NewFamilyAccumulator(Correction{Method: "bonferroni"}, 0.05, 2)
	for _, p := range [][]float64{{0.01, 0.02}, {0.04, 0.001}, {nan, 0.02}, {0.3, nan}} {
		f.Add(p)
	}
	m := f.Measures()
	if m.N != 4 {
		t.Errorf("%d replicates", m.N)
	}
	near(t, "first", m.Each[0].Share, 0.25)
	near(t, "second", m.Each[1].Share, 0.75)
	near(t, "any", m.Any.Share, 0.75)
	near(t, "any MCSE", m.Any.MCSE, math.Sqrt(0.75*0.25/4))
	near(t, "all", m.All.Share, 0.25)
	near(t, "rejections", m.Rejections, 1)
	low, high := numeric.Wilson(3, 4, z95)
	near(t, "low", m.Any.Low, low)
	near(t, "high", m.Any.High, high)
	near(t, "of nothing", NewFamilyAccumulator(Correction{Method: "holm"}, 0.05, 1).Measures().Any.Low, nan)
	p := []float64{0.1, 0.2}
	if n := testing.AllocsPerRun(100, func() { f.Add(p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFamiliesThatMakeNoSense(t *testing.T) {
	for what, make := range map[string]func(){
		"method": func() { NewFamilyAccumulator(Correction{Method: "bayes"}, 0.05, 1) },
		"tests":  func() { NewFamilyAccumulator(Correction{Method: "holm"}, 0.05, 0) },
		"level":  func() { NewFamilyAccumulator(Correction{Method: "holm"}, nan, 1) },
		"length": func() { NewFamilyAccumulator(Correction{Method: "holm"}, 0.05, 2).Add([]float64{1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			make()
		}()
	}
}
