package verdict

import (
	"math"
	"testing"
)

// The boundaries of the rule, on both sides of each.
func TestVerdict(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		e    Effect
		want Verdict
		tiny bool
	}{
		{"nothing by construction, one replicate", Effect{0, nan, 1, true}, Negligible, false},
		{"one replicate", Effect{0.9, nan, 1, false}, CannotTell, false},
		{"too few replicates", Effect{0.9, 0.01, 255, false}, CannotTell, false},
		{"enough replicates", Effect{0.9, 0.01, 256, false}, Benefit, false},
		{"unknown effect", Effect{nan, 0.01, 1000, false}, CannotTell, false},
		{"within what matters", Effect{0.011, 0.003, 1000, false}, Negligible, false},
		{"clear, but does not matter", Effect{-0.01, 0.001, 1000, false}, Negligible, false},
		{"not within, not clear", Effect{0.012, 0.005, 1000, false}, CannotTell, false},
		{"very small", Effect{0.03, 0.009, 1000, false}, Benefit, true},
		{"very small harm", Effect{-0.03, 0.009, 1000, false}, Harm, true},
		{"just not clear", Effect{-0.03, 0.0101, 1000, false}, CannotTell, false},
		{"harm", Effect{-0.2, 0.05, 1000, false}, Harm, false},
		{"no error at all, as the worlds are the same", Effect{0, 0, 1000, false}, Negligible, false},
	} {
		if got := c.e.Verdict(); got != c.want || c.e.VerySmall() != c.tiny {
			t.Errorf("%s: %s, very small %t; want %s, %t", c.name, got, c.e.VerySmall(), c.want, c.tiny)
		}
	}
}
