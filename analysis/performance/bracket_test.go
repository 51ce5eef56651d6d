package performance

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestBracketCountsExactly adds intervals in blocks, narrows after each to
// brackets that may shrink, drift apart or repeat, and compares with the count
// over all intervals wherever the bracket decides. Numbers are small and whole,
// so that ends, truths and bracket edges often coincide.
func TestBracketCountsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Map(rapid.IntRange(-6, 6), func(i int) float64 { return float64(i) / 2 })
		var b bracket
		var lows, highs []float64
		from, to := math.Inf(-1), math.Inf(1)
		for range rapid.IntRange(0, 4).Draw(t, "blocks") {
			for range rapid.IntRange(0, 20).Draw(t, "intervals") {
				low, width := number.Draw(t, "low"), math.Abs(number.Draw(t, "width"))
				b.add(low, low+width)
				lows, highs = append(lows, low), append(highs, low+width)
			}
			if rapid.Bool().Draw(t, "narrow") {
				center, half := number.Draw(t, "center"), math.Abs(number.Draw(t, "half"))
				b.narrow(center, half)
				from, to = max(from, center-half), min(to, center+half)
			}
		}
		theta := number.Draw(t, "theta")
		got, ok := b.containing(theta)
		if decidable := theta >= from && theta <= to; ok != decidable {
			t.Fatalf("decided %v at %v within %v to %v", ok, theta, from, to)
		}
		want := 0
		for i := range lows {
			if lows[i] <= theta && theta <= highs[i] {
				want++
			}
		}
		if ok && got != want {
			t.Fatalf("%d intervals contain %v, want %d", got, theta, want)
		}
		for _, end := range append(b.lows, b.highs...) {
			if !(end >= from && end <= to) {
				t.Fatalf("%v kept, outside %v to %v", end, from, to)
			}
		}
	})
}

func TestBracketIgnoresNonsense(t *testing.T) {
	var b bracket
	b.add(-1, 1)
	b.narrow(math.NaN(), 1)
	b.narrow(0, math.NaN())
	b.narrow(0, -1)
	b.narrow(math.Inf(1), math.Inf(1))
	if n, ok := b.containing(50); n != 0 || !ok {
		t.Errorf("%d, %v", n, ok)
	}
	if _, ok := b.containing(math.NaN()); ok {
		t.Error("NaN decided")
	}
	b.narrow(0, math.Inf(1))
	if n, ok := b.containing(0.5); n != 1 || !ok {
		t.Errorf("an endless bracket: %d, %v", n, ok)
	}
}
