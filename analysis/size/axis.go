package size

import (
	"caseload/sim/portable"
	"math"
)

// An axis is what a search varies, and which designs there are along it.
type axis struct {
	min, max float64
	start    float64 // the design as written
	step     float64 // designs are whole multiples of it; 0: any number
	root     bool    // power goes with the square root, as with numbers of clients
}

// place is the surrogate's x of a design.
func (a *axis) place(u float64) float64 {
	if a.root {
		return math.Sqrt(u)
	}
	return u
}

// back is the design of an x: 0 for negative ones.
func (a *axis) back(x float64) float64 {
	if a.root {
		return math.Max(0, x) * x
	}
	return x
}

// near is the design nearest to u, within the range.
func (a *axis) near(u float64) float64 {
	if a.step > 0 {
		u = math.Round(u/a.step) * a.step
	}
	return a.within(u)
}

// up is the smallest design that is not below u, whatever the range.
func (a *axis) up(u float64) float64 {
	if a.step > 0 {
		return math.Ceil(u/a.step-1e-9) * a.step
	}
	return u
}

// within moves a design into the range.
func (a *axis) within(u float64) float64 { return math.Max(a.min, math.Min(a.max, u)) }

// ladder is some designs from one to another, each as many times the one before.
func (a *axis) ladder(from, to float64, rungs int) (list []float64) {
	for k := range rungs {
		u := a.near(from * portable.Pow(to/from, float64(k)/float64(rungs-1)))
		if len(list) == 0 || u > list[len(list)-1] {
			list = append(list, u)
		}
	}
	return list
}
