package sim

import (
	"math"
	"testing"

	"caseload/sim/calendar"
)

// The tick after a wait, at the ends of what one comparison of bits tells apart.
func TestAWaitEndsWithinTheCalendarOrNever(t *testing.T) {
	const never = calendar.NeverTick
	if math.Float64bits(never) != neverBits {
		t.Errorf("the bits of never are %x, want %x", uint64(neverBits), math.Float64bits(never))
	}
	for _, of := range []struct {
		wait float64
		want int64
	}{
		{0, 7}, {math.Copysign(0, -1), 7}, {math.SmallestNonzeroFloat64, 7}, {0.99, 7}, {1, 8}, {-1, 7}, {math.Inf(-1), 7},
		{math.Nextafter(never, 0), 7 + never - 1}, {never, never}, {math.Inf(1), never}, {math.MaxFloat64, never},
	} {
		if got := after(7, of.wait); got != of.want {
			t.Errorf("%v ticks after 7: %d, want %d", of.wait, got, of.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a wait that is not a number passes")
		}
	}()
	after(7, math.NaN())
}
