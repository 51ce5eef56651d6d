package calibrate

import (
	"fmt"
	"math"
	"slices"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// posterior is the distribution of parameters given figures, as weighted draws.
type posterior struct {
	z, theta [][]float64 // [parameter][draw]
	weight   []float64   // of each draw; their sum is 1
	radius   float64     // distance of the furthest accepted, in standard deviations
}

// how the posterior is made. The zero value is what is right: the switches are
// there to see what the check says of code that leaves a step out.
type how struct{ unadjusted, unweighted bool }

// TooFew tells that there are not enough simulations to say anything.
type TooFew struct{ Accepted, Want int }

// Error says how many there are.
func (e TooFew) Error() string {
	return fmt.Sprintf("%d simulations are near enough to the published figures, want at least %d: give more simulations or a larger tolerance", e.Accepted, e.Want)
}

// Fewest returns how many accepted simulations a calibration with so many figures
// needs: ten for each coefficient of the regression, and 50 for its quantiles.
func Fewest(figures int) int { return max(50, 10*(figures+1)) }

// fit finds the posterior for figures at target from the share tolerance of the
// table that is nearest. Rows for which skip is true are left out.
func (p *Problem) fit(t *table, target []float64, tolerance float64, h how, skip func(row int) bool) (*posterior, error) {
	near := t.nearest(target, tolerance, h, skip)
	if want := Fewest(len(target)); len(near.rows) < want {
		return nil, TooFew{len(near.rows), want}
	}
	out := &posterior{weight: near.weight, radius: near.radius}
	var x *regression
	if !h.unadjusted {
		x = newRegression(t, target, near)
	}
	for k := range p.Priors {
		z := make([]float64, len(near.rows))
		for i, r := range near.rows {
			z[i] = t.rows[r].z[k]
		}
		if x != nil {
			x.adjust(z)
		}
		theta := make([]float64, len(z))
		for i := range z {
			theta[i] = p.Priors[k].Quantile(normalCDF(z[i]))
		}
		out.z, out.theta = append(out.z, z), append(out.theta, theta)
	}
	return out, nil
}

// neighbours are the accepted simulations.
type neighbours struct {
	rows   []int
	weight []float64 // Epanechnikov, of sum 1
	radius float64
}

// nearest accepts the simulations whose figures are nearest to the target, each
// figure in units of its standard deviation under the priors.
func (t *table) nearest(target []float64, tolerance float64, h how, skip func(int) bool) neighbours {
	all := t.distances(target, skip)
	n := int(math.Ceil(tolerance * float64(len(all))))
	var out neighbours
	if n == 0 {
		return out
	}
	out.radius = all[n-1].distance
	// The bandwidth is the distance of the first that is not accepted.
	width := math.Nextafter(out.radius, math.Inf(1)) * (1 + 1e-6)
	if n < len(all) && all[n].distance > out.radius {
		width = all[n].distance
	}
	sum := 0.0
	for _, a := range all[:n] {
		w := 1 - float64((a.distance/width)*(a.distance/width))
		if h.unweighted || width < 1e-12 {
			w = 1
		}
		out.rows, out.weight = append(out.rows, a.row), append(out.weight, w)
		sum += w
	}
	for i := range out.weight {
		out.weight[i] /= sum
	}
	return out
}

// distant is a simulation and its distance from a target.
type distant struct {
	row      int
	distance float64
}

// distances returns the simulations that are not skipped, the nearest first.
func (t *table) distances(target []float64, skip func(int) bool) (all []distant) {
	for i := range t.rows {
		if skip != nil && skip(i) {
			continue
		}
		sum := 0.0
		for j, v := range t.rows[i].values {
			if t.spread[j] > 0 {
				d := (v - target[j]) / t.spread[j]
				sum += float64(d * d)
			}
		}
		all = append(all, distant{i, math.Sqrt(sum)})
	}
	slices.SortStableFunc(all, func(a, b distant) int {
		switch {
		case a.distance < b.distance:
			return -1
		case a.distance > b.distance:
			return 1
		}
		return 0
	})
	return all
}

// effective returns the effective sample size of weights of sum 1 (Kish 1965).
func effective(weight []float64) float64 {
	sum := 0.0
	for _, w := range weight {
		sum += float64(w * w)
	}
	return 1 / sum
}

// regression is of anything on the figures of the accepted simulations, centred
// at the target, so that the intercept is what is expected there.
type regression struct {
	x      [][]float64 // [draw]: 1 and the figures
	weight []float64
	system numeric.Symmetric
	within float64 // what residuals are multiplied by, for the coefficients fitted
}

func newRegression(t *table, target []float64, near neighbours) *regression {
	r := &regression{weight: near.weight}
	for _, k := range near.rows {
		x := make([]float64, 1, len(target)+1)
		x[0] = 1
		for j, v := range t.rows[k].values {
			d := 0.0
			if t.spread[j] > 0 {
				d = (v - target[j]) / t.spread[j]
			}
			x = append(x, d)
		}
		r.x = append(r.x, x)
	}
	m := len(target) + 1
	r.system.Reset(m)
	for i, x := range r.x {
		for a := range m {
			for b := range a + 1 {
				r.system.A[a*m+b] += float64(r.weight[i] * x[a] * x[b])
			}
		}
	}
	r.system.Alias() // figures that say the same, or do not vary among the accepted
	n := effective(r.weight)
	r.within = math.Sqrt(n / (n - float64(r.system.Rank)))
	return r
}

// fitted returns the coefficients of y.
func (r *regression) fitted(y []float64) []float64 {
	b := make([]float64, r.system.P)
	for i, x := range r.x {
		for a := range b {
			b[a] += float64(r.weight[i] * x[a] * y[i])
		}
	}
	r.system.Solve(b)
	return b
}

func dot(a, b []float64) (sum float64) {
	for k := range a {
		sum += float64(a[k] * b[k])
	}
	return sum
}

// adjust moves parameters to where they would be if the simulations had given the
// target: their residuals, as large as they are there, about what is expected
// there.
func (r *regression) adjust(z []float64) {
	b := r.fitted(z)
	residual, size := make([]float64, len(z)), make([]float64, len(z))
	const least = 1e-12 // a residual of nothing has no logarithm
	for i := range z {
		residual[i] = z[i] - dot(b, r.x[i])
		size[i] = portable.Log(max(residual[i]*residual[i], least))
	}
	g := r.fitted(size)
	for i := range z {
		z[i] = b[0] + float64(r.within*residual[i]*portable.Exp((g[0]-dot(g, r.x[i]))/2))
	}
}
