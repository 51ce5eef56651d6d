package numeric

import (
	"math"

	"caseload/sim/portable"
)

// PlanarMax is the largest, by size, of four normal variates with mean 0 and variance 1,
// of which three are in a plane: A[k] x + B[k] y, and the fourth is Slope x + s z, with
// x, y and z independent and standard normal and s = sqrt(1 - Slope^2).
type PlanarMax struct {
	A, B  [3]float64
	Slope float64
}

// quadratureError bounds the error that panels are split to get below, as a share of the
// probability that one variate alone is beyond.
const quadratureError = 1e-9

// splits is how often a panel is halved at most.
const splits = 30

// Beyond returns the probability that any of the variates is at least size from 0, to
// 1e-8 of it. Given x, the fourth variate and y are independent, so that it is
// the integral over x of the chance that one of them is beyond; by symmetry, twice that
// over x above 0. The panels begin and end where the integrand has a kink or a step,
// and are halved until the rules of Gauss and Kronrod with 7 and 15 points agree
// (Piessens et al. 1983, QUADPACK).
func (m *PlanarMax) Beyond(size float64) float64 {
	if !(size > 0) {
		return 1
	}
	end := size + 10 // what lies beyond is below e^-50 of the result
	var points [24]float64
	n := 1 // from 0
	add := func(x float64) {
		if x > 0 && x < end {
			points[n] = x
			n++
		}
	}
	add(size / m.Slope)
	for j, a := range m.A {
		add(size / math.Abs(a))
		for k := range j {
			// The bounds of y by two variates meet.
			for _, sign := range [2]float64{1, -1} {
				b, c := m.B[j], float64(sign*m.B[k])
				add(math.Abs(size * (b - c) / (float64(b*float64(sign*m.A[k])) - float64(c*a))))
			}
		}
	}
	add(math.Nextafter(end, 0))
	sortFew(points[:n])
	allowed := quadratureError * NormalTwoSided(size)
	sum := 0.0
	for k := 1; k < n; k++ {
		sum += m.panel(points[k-1], points[k], size, allowed, splits)
	}
	return min(1, 2*sum)
}

// sortFew sorts by insertion.
func sortFew(x []float64) {
	for i := 1; i < len(x); i++ {
		for j := i; j > 0 && x[j] < x[j-1]; j-- {
			x[j], x[j-1] = x[j-1], x[j]
		}
	}
}

// panel integrates from low to high.
func (m *PlanarMax) panel(low, high, size, allowed float64, left int) float64 {
	centre, half := float64((low+high)/2), float64((high-low)/2)
	if !(half > 0) {
		return 0
	}
	at := m.density(centre, size)
	kronrod, gauss := float64(kronrod15[7].weight*at), float64(kronrod15[7].gauss*at)
	for k := range 7 {
		rule := &kronrod15[k]
		by := float64(half * rule.node)
		pair := m.density(centre-by, size) + m.density(centre+by, size)
		kronrod += float64(rule.weight * pair)
		gauss += float64(rule.gauss * pair)
	}
	if math.Abs(kronrod-gauss)*half <= allowed || left == 0 {
		return float64(kronrod * half)
	}
	return m.panel(low, centre, size, allowed, left-1) + m.panel(centre, high, size, allowed, left-1)
}

// density returns the density of x times the chance that another is beyond, given x.
func (m *PlanarMax) density(x, size float64) float64 {
	const root = 0.39894228040143267794 // 1/sqrt(2 pi)
	s := math.Sqrt(max(0, 1-float64(m.Slope*m.Slope)))
	at := float64(m.Slope * x)
	fourth := outside((-size-at)/max(s, 1e-9), (size-at)/max(s, 1e-9))
	low, high := math.Inf(-1), math.Inf(1)
	for k, a := range m.A {
		at := float64(a * x)
		b := math.Abs(m.B[k])
		if m.B[k] < 0 {
			at = -at
		}
		b = max(b, 1e-9)
		low, high = max(low, (-size-at)/b), min(high, (size-at)/b)
	}
	others := 1.0
	if low < high {
		others = outside(low, high)
	}
	return float64(root * portable.Exp(-float64(x*x)/2) * (fourth + float64((1-fourth)*others)))
}

// outside returns the probability that a standard normal variate is not between two
// numbers, without the loss of digits where that is small.
func outside(low, high float64) float64 { return NormalCDF(low) + NormalCDF(-high) }

// kronrod15 has the nodes of the 15-point rule from the outermost to the centre, with
// their weights and those in the 7-point rule of Gauss. Source: QUADPACK, qk15.
var kronrod15 = [8]struct{ node, weight, gauss float64 }{
	{0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0},
	{0.949107912342758524526189684047851, 0.063092092629978553290700663189204, 0.129484966168869693270611432679082},
	{0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0},
	{0.741531185599394439863864773280788, 0.140653259715525918745189590510238, 0.279705391489276667901467771423780},
	{0.586087235467691130294144691258380, 0.169004726639267902826583426598550, 0},
	{0.405845151377397166906606412076961, 0.190350578064785409913256402421014, 0.381830050505118944950369775488975},
	{0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0},
	{0, 0.209482141084727828012999174891714, 0.417959183673469387755102040816327},
}
