package numeric

import "math"

// Halving says how a step up a function is taken: in full, or in halves of it until
// the function does not fall.
type Halving struct {
	Most    int     // steps tried
	Slack   float64 // how far the function may fall by rounding, by 1 + its size
	Ceiling float64 // what the function cannot exceed, but for that; +Inf: nothing
}

// Step tries a step at the given scale, then at a half of that, and so on. Try is
// the function there; where it is NaN the step is too long. It returns the
// function where the step ends, or false if it fell everywhere. The point last
// tried is then the one to go to.
func (h *Halving) Step(before, scale float64, try func(scale float64) float64) (value float64, ok bool) {
	slack := float64(h.Slack * (1 + math.Abs(before)))
	for range h.Most {
		if v := try(scale); v >= before-slack && v <= h.Ceiling+slack {
			return v, true
		}
		scale /= 2
	}
	return before, false
}
