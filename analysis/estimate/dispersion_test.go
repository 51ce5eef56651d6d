package estimate

import (
	"math"
	"testing"
)

// Two arms in turn and the only client of a site, whose large count its own indicator
// fits exactly: the log likelihood falls by 5.7 for a unit of dispersion at first, and
// is larger by 8.2 at 0.52, where it was said to be largest without any. Source: R 4.2.2,
// MASS 7.3-58.2, glm.nb(y ~ arm + own, control = glm.control(epsilon = 1e-14, maxit = 200)).
func TestNegativeBinomialFindsAMaximumAwayFromZero(t *testing.T) {
	d := &Data{Y: []float64{2, 2, 3, 5, 4, 0, 1, 10, 4, 1, 2, 1, 1, 2, 3, 3, 13, 3, 1, 0, 11, 1, 8, 0, 200}, X: [][]float64{make([]float64, 25)}}
	for i := range d.Y {
		d.Treated, d.Exposure = append(d.Treated, i%2 == 1 || i == 24), append(d.Exposure, 1)
	}
	d.X[0][24] = 1
	got := fit(negativeBinomial{}, d)
	if got.Status != OK {
		t.Fatalf("%+v", got)
	}
	near(t, "log rate ratio", got.Value, -0.638087403377, iterative)
	near(t, "SE", got.SE, 0.376929306433, iterative)
	beta, _, _ := negativeBinomial{}.Coefficients(d, new(Work))
	near(t, "dispersion", math.Exp(-beta[3]), 0.524960950832, iterative)
	// With a count of 80 and others less dispersed the likelihood has a maximum at 0.21,
	// too (glm.nb stops there), but a larger one without dispersion: -49.15 against -49.25.
	d.Y = []float64{1, 4, 0, 2, 2, 0, 3, 1, 6, 0, 2, 5, 1, 0, 3, 2, 0, 4, 1, 2, 1, 0, 5, 3, 80}
	want := fit(poisson{}, d)
	want.Status = Boundary
	same(t, fit(negativeBinomial{}, d), want)
}

// Large counts that vary by half a percent more than their mean are overdispersed, if by
// only 5e-9 of the square of the mean: what a normal distribution of variance
// mu + mu^2 alpha says, to half a percent.
func TestNegativeBinomialOfLargeCounts(t *testing.T) {
	d := &Data{}
	for i := range 40 {
		mean, off := 9e5, 951.0
		if i%2 == 0 {
			mean, off = 8.1e5, 902
		}
		d.Treated, d.Y, d.Exposure = append(d.Treated, i%2 == 0), append(d.Y, mean+off*float64(1-i/2%2*2)), append(d.Exposure, 1)
	}
	got := fit(negativeBinomial{}, d)
	beta, _, _ := negativeBinomial{}.Coefficients(d, new(Work))
	// (951^2/9e5 - 1)/9e5 and (902^2/8.1e5 - 1)/8.1e5 are 5.43e-9 and 5.49e-9.
	if alpha := math.Exp(-beta[2]); got.Status != OK || !(math.Abs(alpha/5.46e-9-1) < 0.02) {
		t.Errorf("dispersion %v, %+v", alpha, got)
	}
}
