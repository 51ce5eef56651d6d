package closedform

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

type periodCase struct {
	Name        string
	Arm, Size   [][]float64
	Clusters    []float64
	ICC         float64
	Kind        string
	Correlation float64
	Variance    float64
	ByExposure  *float64 `json:"by_exposure"`
}

func (c *periodCase) design() *PeriodDesign {
	d := &PeriodDesign{Sizes: c.Size, Clusters: c.Clusters, ICC: c.ICC}
	for _, row := range c.Arm {
		var treated []bool
		for _, x := range row {
			treated = append(treated, x == 1)
		}
		d.Treated = append(d.Treated, treated)
	}
	switch c.Kind {
	case "exchangeable":
		d.Correlation = Exchangeable(c.Correlation)
	case "decaying":
		d.Correlation = Decaying(c.Correlation)
	}
	return d
}

// R: testdata/make-periods.R, from matrices, and for the wedges of one correlation and size from equation 8 of Hussey &
// Hughes (2007).
func TestPeriodsAgainstR(t *testing.T) {
	text, err := os.ReadFile("testdata/make-periods.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Designs []periodCase
		Power   []struct{ Effect, SE, DF, Alpha, Normal, T float64 }
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got/want-1) < tolerance) {
			t.Errorf("%s: got %.12g, want %.12g", what, got, want)
		}
	}
	for _, c := range file.Designs {
		d := c.design()
		near(c.Name, d.Variance(), c.Variance, 1e-9)
		if c.ByExposure != nil {
			near(c.Name+" by exposure", d.ExposureVariance(), *c.ByExposure, 1e-9)
		}
	}
	for _, p := range file.Power {
		near("normal power", WaldPower(p.Effect, p.SE, p.Alpha), p.Normal, 1e-9)
		near("t power", WaldTPower(p.Effect, p.SE, p.DF, p.Alpha), p.T, 1e-9)
	}
	if len(file.Designs) < 8 || len(file.Power) < 4 {
		t.Error("no values")
	}
}

// wedgeOf has a step for each sequence of so many clusters, and n clients of each cluster in each period.
func wedgeOf(steps int, clusters, n, icc float64) *PeriodDesign {
	d := &PeriodDesign{ICC: icc}
	for s := range steps {
		treated, sizes := make([]bool, steps+1), make([]float64, steps+1)
		for t := range treated {
			treated[t], sizes[t] = t > s, n
		}
		d.Treated, d.Sizes, d.Clusters = append(d.Treated, treated), append(d.Sizes, sizes), append(d.Clusters, clusters)
	}
	return d
}

// Published formulas of designs: parallel clusters (Donner & Klar 2000), a crossover of two periods (Giraudeau,
// Ravaud & Donner 2008, Stat Med 27:5578), clusters with a baseline period (Hooper & Bourke 2015, BMJ 350:h2925) and the stepped
// wedge (Woertman et al. 2013, J Clin Epidemiol 66:752).
func TestPeriodsAreThePublishedFormulas(t *testing.T) {
	const n, icc, cac, k = 20.0, 0.07, 0.8, 6.0
	two := func(first, second []bool) *PeriodDesign {
		sizes := []float64{n, n}[:len(first)]
		return &PeriodDesign{Treated: [][]bool{first, second}, Sizes: [][]float64{sizes, sizes}, Clusters: []float64{k, k}, ICC: icc, Correlation: Exchangeable(cac)}
	}
	effect := DesignEffect(n, icc, 0)
	// The correlation of the means of a cluster in two periods.
	r := n * icc * cac / effect
	wedge := func(steps, n, icc float64) float64 {
		// Woertman's design effect for one measurement before the first step and one after each.
		total := n * steps
		return (1 + icc*(total+n-1)) / (1 + icc*(total/2+n-1)) * 3 * (1 - icc) / (2 * (steps - 1/steps))
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"parallel", two([]bool{false}, []bool{true}).Variance(), 2 * effect / (k * n)},
		{"crossover", two([]bool{false, true}, []bool{true, false}).Variance(), effect / (k * n) * (1 - r)},
		{"baseline", two([]bool{false, false}, []bool{false, true}).Variance(), 2 * effect / (k * n) * (1 - r*r)},
		// as many clients in all: 4 for each client of the sample of an unclustered trial's two arms
		{"wedge", wedgeOf(4, 3, n, icc).Variance(), 4 * wedge(4, n, icc) / (12 * n)},
		{"wedge of six steps", wedgeOf(6, 2, 9, 0.02).Variance(), 4 * wedge(6, 9, 0.02) / (12 * 9)},
	} {
		if !(math.Abs(c.got/c.want-1) < 1e-12) {
			t.Errorf("%s: %.15g, want %.15g", c.name, c.got, c.want)
		}
	}
}

// What the design does not tell has no variance; a single length of exposure has one effect.
func TestPeriodsAtTheEdges(t *testing.T) {
	d := wedgeOf(1, 6, 10, 0.05)
	if got := d.Variance(); got == got {
		t.Errorf("all begin at once: %v", got)
	}
	d.Treated, d.Sizes, d.Clusters = append(d.Treated, []bool{false, false}), append(d.Sizes, []float64{10, 10}), append(d.Clusters, 6)
	if v, by := d.Variance(), d.ExposureVariance(); !(math.Abs(v/by-1) < 1e-12) {
		t.Errorf("one length of exposure: %v and %v", v, by)
	}
	if got := new(PeriodDesign).Variance(); got == got {
		t.Errorf("no design: %v", got)
	}
	d.ICC = 1
	if got := d.Variance(); got == got {
		t.Errorf("periods that are all alike: %v", got)
	}
}
