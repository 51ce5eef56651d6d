package performance

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// Dunnett is the single-step comparison of several arms with one control arm (Dunnett
// 1955, J Am Stat Assoc 50:1096). It allows for the correlation of the tests, which share
// the control arm.
const Dunnett = "dunnett"

// shared describes the tests of Dunnett's procedure.
type shared struct {
	// loadings are, for each test, the root of n1/(n1 + n0), n1 being the clients of its
	// arm and n0 those of control: tests i and j have the correlation of their product.
	loadings []float64
	df       float64 // of the pooled variance; infinite where it is known
	sides    int
	enough   float64   // above 0: p values from here on need no adjustment, as they reject nothing
	slopes   []float64 // loading over the root of 1 - loading^2
	scales   []float64 // 1 over that root
}

// adjust returns single-step adjusted p values: of each test the probability that the
// largest of all statistics, or absolute statistics if the tests have two sides, is beyond
// its own, if no arm differs from control. A p value is taken for that of Student's t with
// the pooled degrees of freedom, so that one test alone keeps its p value.
func (s *shared) adjust(p, dst []float64) []float64 {
	dst = Adjust("none", p, dst)
	for i, v := range dst {
		if v < 1 && (s.enough == 0 || v < s.enough) {
			dst[i] = max(v, min(1, 1-s.within(s.statistic(v)))) // not below its own by rounding
		}
	}
	return dst
}

// statistic returns the t statistic that has a p value.
func (s *shared) statistic(p float64) float64 {
	two := p
	if s.sides == 1 {
		two = 2 * min(p, 1-p)
	}
	t := 0.0
	switch {
	case two <= 0:
		t = math.Inf(1)
	case math.IsInf(s.df, 1):
		t = -numeric.NormalQuantile(two / 2)
	case two < 1:
		t = numeric.StudentCritical(two, s.df)
	}
	if s.sides == 1 && p > 0.5 {
		return -t
	}
	return t
}

// negligible is the share of the densities' maximum below which integrals leave them out.
const negligible = 1e-12

// within returns the probability that all statistics, or absolute statistics, are at most
// t. Statistic i is (loading_i Z0 + sqrt(1 - loading_i^2) Zi)/S, with standard normal Z
// and S the root of a chi-square over its degrees of freedom. With x = log S the density of S
// is proportional to exp(df (x - exp(2x)/2)). The trapezoidal rule of an analytic
// density that vanishes at both ends converges exponentially: with steps of 0.6
// standard deviations of x, which are about 1/sqrt(2 df), and less where few degrees of
// freedom make it skew, the error is below 1e-10, as TestDunnettLaws finds where the answer is known.
func (s *shared) within(t float64) float64 {
	if math.IsInf(t, 1) {
		return 1
	}
	s.prepare()
	if math.IsInf(s.df, 1) {
		return s.given(t)
	}
	step := 0.6 / math.Sqrt(2*s.df) / (1 + 3/s.df)
	sum, weights := 0.0, 0.0
	for _, side := range [2]float64{1, -1} {
		for k := 0; ; k++ {
			x := float64(side * step * float64(k))
			if side < 0 {
				x -= step
			}
			w := portable.Exp(s.df * (x - float64(portable.Expm1(2*x)/2)))
			if w < negligible {
				break
			}
			sum += float64(w * s.given(float64(t*portable.Exp(x))))
			weights += w
		}
	}
	return sum / weights
}

// prepare computes what integrals need of the loadings.
func (s *shared) prepare() {
	s.slopes, s.scales = s.slopes[:0], s.scales[:0]
	for _, l := range s.loadings {
		root := math.Sqrt(1 - float64(l*l))
		s.slopes, s.scales = append(s.slopes, l/root), append(s.scales, 1/root)
	}
}

// given returns the probability for a given S, t being multiplied by it: the integral over
// Z0 of the product of the statistics' conditional probabilities. Off the real axis, at
// z + iy, the integrand grows as exp(y^2 (1 + sum of squared slopes)/2) at most, so that a
// step h makes an error of exp(-2 pi^2/h^2/(1 + sum)), which is e^-26 here (Trefethen &
// Weideman 2014, SIAM Review 56:385, section 5).
func (s *shared) given(t float64) float64 {
	growth := 1.0
	for _, b := range s.slopes {
		growth += float64(b * b)
	}
	step := math.Sqrt(2 * math.Pi * math.Pi / 26 / growth)
	ends, sum := 7.5, 0.0 // beyond which the density is below 1e-12 of its maximum
	for k := -int(ends / step); k <= int(ends/step); k++ {
		z := step * float64(k)
		product := portable.Exp(-float64(z*z) / 2)
		for i, b := range s.slopes {
			at := float64(b * z)
			up := float64(t * s.scales[i])
			q := numeric.NormalCDF(up - at)
			if s.sides == 2 {
				q -= numeric.NormalCDF(-up - at)
			}
			product *= q
		}
		sum += product
	}
	return sum * step / math.Sqrt(2*math.Pi)
}
