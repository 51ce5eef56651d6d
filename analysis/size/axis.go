package size

import (
	"math"

	"caseload/sim/portable"
)

// An axis is what a search varies, and which designs there are along it.
type axis struct {
	min, max float64
	start    float64 // the design as written
	step     float64 // designs are whole multiples of it; 0: any number
	root     bool    // power goes with the square root, as with numbers of clients
	exponent float64 // in its place, of an assurance: see bend; 0: none
}

// link returns the surrogate's x of a design.
func (a *axis) link(n float64) float64 {
	if a.exponent != 0 {
		return math.Copysign(portable.Pow(n, a.exponent), a.exponent)
	}
	if a.root {
		return math.Sqrt(n)
	}
	return n
}

// unlink returns the design of an x: 0 for one below all, infinity for one above all.
func (a *axis) unlink(x float64) float64 {
	switch {
	case a.exponent > 0:
		return portable.Pow(math.Max(0, x), 1/a.exponent)
	case a.exponent < 0 && x >= 0:
		return math.Inf(1)
	case a.exponent < 0:
		return portable.Pow(-x, 1/a.exponent)
	}
	if a.root {
		return math.Max(0, x) * x
	}
	return x
}

// near returns the design nearest to n, within the range.
func (a *axis) near(n float64) float64 {
	if a.step > 0 {
		n = math.Round(n/a.step) * a.step
	}
	return a.within(n)
}

// up returns the smallest design that is not below n, whatever the range.
func (a *axis) up(n float64) float64 {
	if a.step > 0 {
		return math.Ceil(n/a.step-1e-9) * a.step
	}
	return n
}

// within moves a design into the range.
func (a *axis) within(n float64) float64 { return math.Max(a.min, math.Min(a.max, n)) }

// ladder returns some designs from one to another, each as many times the one before.
func (a *axis) ladder(from, to float64, rungs int) (list []float64) {
	for k := range rungs {
		n := a.near(from * portable.Pow(to/from, float64(k)/float64(rungs-1)))
		if len(list) == 0 || n > list[len(list)-1] {
			list = append(list, n)
		}
	}
	return list
}
