package numeric

import (
	"math"
	"testing"
)

// On -x^2 from x = 1 the step by -s ends at 1 - s t, where the function has not
// fallen if and only if |1 - s t| is at most 1: the first t of 1, 1/2, 1/4 ... that is
// at most 2/s.
func TestHalvesUntilItDoesNotFall(t *testing.T) {
	for _, c := range []struct{ step, from, scale float64 }{
		{0.5, 1, 1}, {2, 1, 1}, {2.1, 1, 0.5}, {16, 1, 0.125}, {17, 1, 0.0625}, {16, 0.75, 0.09375},
	} {
		h := Halving{Most: 30, Ceiling: math.Inf(1)}
		tried, last := 0, 0.0
		value, ok := h.Step(-1, c.from, func(scale float64) float64 {
			tried, last = tried+1, scale
			x := 1 - c.step*scale
			return -x * x
		})
		if x := 1 - c.step*c.scale; !ok || last != c.scale || value != -x*x || tried != 1+int(math.Log2(c.from/c.scale)) {
			t.Errorf("a step of %v from scale %v: %v at %v after %d, %v", c.step, c.from, value, last, tried, ok)
		}
	}
}

// What is no number or beyond the ceiling is too far, and what falls everywhere ends
// after the most tries with the value before.
func TestHalvingHasLimits(t *testing.T) {
	h := Halving{Most: 7, Slack: 1e-3}
	for name, c := range map[string]struct {
		f     func(scale float64) float64
		tried int
		ok    bool
	}{
		"no number at first":    {func(s float64) float64 { return math.Sqrt(0.3-s) - 1 }, 3, true},
		"above the ceiling":     {func(s float64) float64 { return s - 0.3 }, 3, true},
		"falls within rounding": {func(s float64) float64 { return -1.0019 }, 1, true},
		"falls":                 {func(s float64) float64 { return -1.0021 }, 7, false},
		"infinite":              {func(s float64) float64 { return math.Inf(1) }, 7, false},
	} {
		tried := 0
		value, ok := h.Step(-1, 1, func(scale float64) float64 { tried++; return c.f(scale) })
		if ok != c.ok || tried != c.tried || !ok && value != -1 {
			t.Errorf("%s: %v, %v after %d tries", name, value, ok, tried)
		}
	}
}
