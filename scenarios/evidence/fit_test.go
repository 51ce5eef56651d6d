package evidence

import (
	"math"
	"slices"
	"testing"

	"caseload/sim/portable"
)

// The proportions of the file are those of its sources; their shares and ratios are
// published side by side for a voucher (Kwiatkowski 2000): 0.30 and 1.89.
func TestFormsOfAVoucher(t *testing.T) {
	share := Model{Share, AtOnce}.Experimental(0.33, math.Log(-math.Log(1-0.30)), 180, true)
	ratio := Model{Ratio, None}.Experimental(0.33, math.Log(1.89), 180, true)
	for _, pe := range []float64{share, ratio} {
		if math.Abs(pe-0.53) > 0.005 { // as rounded in print
			t.Errorf("experimental arm %v, want 0.53", pe)
		}
	}
}

// Without an effect the experimental arm is beta-binomial: its proportion is that of the
// control arm, Beta(x + 1/2, n - x + 1/2).
func TestLikelihoodWithoutAnEffect(t *testing.T) {
	logBeta := func(a, b float64) float64 {
		return portable.LogGamma(a) + portable.LogGamma(b) - portable.LogGamma(a+b)
	}
	for _, c := range Trials() {
		_, got := Models[0].likelihood(&c)
		x, n := float64(c.Came(1)), float64(c.N[1])
		a, b := float64(c.Came(0))+0.5, float64(c.N[0]-c.Came(0))+0.5
		want := logWays(c.Came(1), c.N[1]) + logBeta(a+x, b+n-x) - logBeta(a, b)
		if want < -25 {
			continue // so unlikely that nothing depends on it; the mass is beyond six normal scores
		}
		if math.Abs(got-want) > 0.01 { // a percent of the likelihood, which the grid of effects does not resolve
			t.Errorf("%s: log likelihood %v, want %v", c.Trial, got, want)
		}
	}
}

func TestEveryTrialNamesOneContrast(t *testing.T) {
	named := map[string]int{}
	for _, c := range Trials() {
		named[c.Trial] += 0
		if c.Named {
			named[c.Trial]++
		}
		for arm := range 2 {
			if c.N[arm] <= 0 || c.Proportion[arm] <= 0 || c.Proportion[arm] >= 1 {
				t.Errorf("%s: %v of %v", c.Trial, c.Proportion, c.N)
			}
		}
		if c.Source == "" || c.WindowDays <= 0 || !slices.Contains(Kinds, c.Kind) {
			t.Errorf("%s: kind %q, source %q, window %v", c.Trial, c.Kind, c.Source, c.WindowDays)
		}
	}
	for trial, n := range named {
		if n != 1 {
			t.Errorf("%s names %d contrasts", trial, n)
		}
	}
}

// Presets carry effects in the form in which all trials together are predicted best, also
// without recalled figures and without those that found nothing.
func TestPresetsCarryWhatPredictsBest(t *testing.T) {
	keep := func(drop func(*Contrast) bool) (list []Contrast) {
		for _, c := range Trials() {
			if !drop(&c) {
				list = append(list, c)
			}
		}
		return list
	}
	for name, list := range map[string][]Contrast{
		"all":                Trials(),
		"recalled out":       keep(func(c *Contrast) bool { return c.Recalled }),
		"nulls out":          keep(func(c *Contrast) bool { return c.Null() }),
		"not randomized out": keep(func(c *Contrast) bool { return !c.Randomized }),
	} {
		if best, scores := ChooseForAll(list); best != Carried {
			t.Errorf("%s: %v is best (%v)", name, best, scores)
		}
	}
}

func TestEachTrialCounts(t *testing.T) {
	all := Trials()
	for _, kind := range Kinds {
		whole := Derive(all, kind, 90)
		for _, c := range Fitted(all, kind) {
			if part := Derive(Without(all, c.Trial), kind, 90); math.Abs(part.Shares[0]-whole.Shares[0]) < 1e-4 {
				t.Errorf("without %s the share of %s stays at %v", c.Trial, kind, whole.Shares[0])
			}
		}
	}
}
