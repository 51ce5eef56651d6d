package sim

import (
	"slices"

	"caseload/sim/portable"
)

// A curve gives the logarithms of hazards by a number that they are solved for,
// relative to those of the number as written: solved at some values, and between them
// interpolated by cubics that rise or fall as the values do (Fritsch & Carlson 1980,
// SIAM J Numer Anal 17:238-246). The number is put on the scale on which the logarithm
// of a constant hazard of alike clients is a straight line.
type curve struct {
	probability bool        // of the number; else it is a time or a rate
	knots       []float64   // the values, on that scale, rising
	log         [][]float64 // by piece of the hazard and value
	slope       [][]float64
}

// scale returns a number on the curve's scale.
func (c *curve) scale(x float64) float64 {
	if c.probability {
		return portable.Log(-portable.Log1p(-x))
	}
	return portable.Log(x)
}

// add puts a value with its logarithms at the end, unless it is no further than the
// last.
func (c *curve) add(x float64, logs []float64) {
	t := c.scale(x)
	if n := len(c.knots); n > 0 && !(t > c.knots[n-1]) {
		return
	}
	c.knots = append(c.knots, t)
	for k, y := range logs {
		if k == len(c.log) {
			c.log = append(c.log, nil)
		}
		c.log[k] = append(c.log[k], y)
	}
}

// finish sets the slopes at the values: within each interval the curve is monotone.
func (c *curve) finish() {
	c.slope = nil
	for k := range c.log {
		c.slope = append(c.slope, monotoneSlopes(c.knots, c.log[k]))
	}
}

// monotoneSlopes returns slopes for cubics between points that don't overshoot: the
// harmonic mean of the secants on either side, weighted by the other interval's length
// (Fritsch & Butland 1984, SIAM J Sci Stat Comput 5:300-304), 0 where they turn.
func monotoneSlopes(x, y []float64) []float64 {
	n := len(x)
	d := make([]float64, n)
	if n < 2 {
		return d
	}
	secant := func(k int) float64 { return (y[k+1] - y[k]) / (x[k+1] - x[k]) }
	d[0], d[n-1] = secant(0), secant(n-2)
	for k := 1; k < n-1; k++ {
		a, b := secant(k-1), secant(k)
		if float64(a*b) <= 0 {
			continue
		}
		before, after := x[k]-x[k-1], x[k+1]-x[k]
		v, w := before+float64(2*after), after+float64(2*before)
		d[k] = (v + w) / (v/a + w/b)
	}
	return d
}

// at returns the logarithm of piece k at the number x, which is between the values.
func (c *curve) at(x float64, k int) float64 {
	t, last := c.scale(x), len(c.knots)-1
	if t <= c.knots[0] {
		return c.log[k][0]
	}
	if t >= c.knots[last] {
		return c.log[k][last]
	}
	j, found := slices.BinarySearch(c.knots, t)
	y, d := c.log[k], c.slope[k]
	if found {
		return y[j]
	}
	j--
	h := c.knots[j+1] - c.knots[j]
	u := (t - c.knots[j]) / h
	v := 1 - u
	return float64(y[j]*v*v*(1+float64(2*u))) + float64(y[j+1]*u*u*(1+float64(2*v))) + float64(h*u*v*(float64(d[j]*v)-float64(d[j+1]*u)))
}
