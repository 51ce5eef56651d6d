package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// modelsWithCovariates are the regressions whose coefficients can be infinite.
func modelsWithCovariates() []Estimator {
	return []Estimator{logistic{}, logisticRobust{}, logisticInteraction{}, standardized{}, poisson{}, poissonRobust{}, negativeBinomial{},
		cox{}, cox{breslow: true}, cox{stratified: true}, cox{robust: true}, cox{interaction: true}, fineGray{}}
}

// without is the data without the rows whose last covariate is not 0, nor that one.
func without(d *Data) *Data {
	c := clone(d)
	last := c.X[len(c.X)-1]
	n := 0
	for i, x := range last {
		if x == 0 {
			swapRows(c, n, i)
			n++
		}
	}
	c = firstRows(c, n)
	c.X = c.X[:len(c.X)-1]
	return c
}

// The only client of a site, whose indicator foretells the outcome, does not cost the
// effect of the arm: it is that of all others, as the likelihood has it in the limit. Nor
// does a small site in which all have the same outcome. R's glm and coxph give the same
// effect, with a warning of the other coefficient.
func TestALevelWithOneClientDoesNotCostTheEffect(t *testing.T) {
	for _, e := range modelsWithCovariates() {
		for _, clients := range []int{1, 4} {
			rng := rand.New(rand.NewPCG(21, ownSeed(e.Method().Name)))
			d := &Data{}
			simulate(d, e.Method(), 200, 0.5, rng)
			covariates(d, rng)
			d.X = append(d.X, make([]float64, len(d.Y)))
			left := clients
			for i := range d.Y {
				alike := d.Y[i] == 0
				if e.Method().Kinds == Time {
					alike = !d.Event[i] && !(len(d.Competing) > 0 && d.Competing[i])
				}
				if alike && left > 0 && d.Treated[i] == (left%2 == 0) {
					d.X[len(d.X)-1][i] = 1
					left--
				}
			}
			got, want := fit(e, d), fit(e, without(d))
			if got.Status != OK || left > 0 || want.Status != OK {
				t.Errorf("%s, %d clients: %+v, want %+v", e.Method().Name, clients, got, want)
				continue
			}
			if e.Method().Measure == "RD" { // the site counts, without an effect
				scale := float64(len(d.Y)-clients) / float64(len(d.Y))
				want.Value, want.SE = want.Value*scale, want.SE*scale
			}
			effect, se := 1e-6, 1e-6 // what is left of the drift
			switch {
			case e.Method().Name == "fine_gray":
				effect, se = 0.02, 0.02 // the curve of censoring is of all rows
			case e.Method().Clustered:
				se = 0.02 // so is the number of clusters
			}
			if !(math.Abs(got.Value-want.Value) < effect*want.SE) || !(math.Abs(got.SE/want.SE-1) < se) {
				t.Errorf("%s, %d clients: %+v, want %+v", e.Method().Name, clients, got, want)
			}
		}
	}
}

// Nor does the only client of a site in an arm, who was seen or not, cost the effect
// weighted by the chance of being seen: in the limit their chance is 1 or 0.
func TestALevelWithOneClientDoesNotCostTheWeights(t *testing.T) {
	d := trialFor(ipw{}, 200, 5)
	for seen := range 2 {
		d.X = append(d.X[:2], make([]float64, len(d.Y)))
		for i, y := range d.Y {
			if d.Treated[i] && math.IsNaN(y) == (seen == 0) {
				d.X[2][i] = 1
				break
			}
		}
		got, want, near := fit(ipw{}, d), fit(ipw{}, without(d)), 1e-6
		if seen == 1 { // counts as one, and not as those like them
			near = 0.5
		}
		if got.Status != OK || !(math.Abs(got.Value-want.Value) < near*want.SE) || !(math.Abs(got.SE/want.SE-1) < near) {
			t.Errorf("seen %d: %+v, want %+v", seen, got, want)
		}
	}
}
