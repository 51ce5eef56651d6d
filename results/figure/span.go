package figure

import (
	"math"

	"caseload/results/report"

	"gonum.org/v1/plot"
)

// span is the range of what a panel shows. It begins at zero, which every
// effect is seen against.
type span struct{ low, high float64 }

// include widens the span to take in values; those that are missing don't
// count.
func (s *span) include(values ...float64) {
	for _, x := range values {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			s.low, s.high = min(s.low, x), max(s.high, x)
		}
	}
}

// padded leaves some room beyond the data, but none beyond a bare zero. A span
// without a length gets one.
func (s span) padded() (low, high float64) {
	const room = 0.04
	if s.low == 0 && s.high == 0 {
		return -1, 1
	}
	length := s.high - s.low
	if low = s.low; low < 0 {
		low -= room * length
	}
	if high = s.high; high > 0 {
		high += room * length
	}
	return low, high
}

// ticks are about so many round numbers from low to high: multiples of 1, 2 or 5
// times a power of ten.
func ticks(low, high float64, about int) plot.ConstantTicks {
	step := roundStep((high - low) / float64(about))
	var out plot.ConstantTicks
	// The tolerance keeps a tick that falls on an end but for rounding.
	for k := math.Ceil(low/step - 1e-9); k*step <= high+1e-9*step; k++ {
		at := k * step
		out = append(out, plot.Tick{Value: at, Label: tickLabel(at, step)})
	}
	return out
}

// roundStep is the round number nearest to a step, by ratio.
func roundStep(step float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(step)))
	switch lead := step / unit; {
	case lead < math.Sqrt2:
		return unit
	case lead < math.Sqrt(10):
		return 2 * unit
	case lead < math.Sqrt(50):
		return 5 * unit
	}
	return 10 * unit
}

// tickLabel shows a tick to as many decimals as its step has; very small and
// very large ones with a power of ten.
func tickLabel(at, step float64) string {
	power := math.Floor(math.Log10(step) + 1e-9)
	if power < -4 || power > 5 {
		return scientific(at)
	}
	return withMinus(report.Number(at).Fixed(int(max(0, -power))))
}

// newSpan is a span around a value, which need not be near zero.
func newSpan(x float64) span {
	if math.IsNaN(x) {
		return span{math.Inf(1), math.Inf(-1)}
	}
	return span{x, x}
}

// take widens the span to take in both values.
func (s *span) take(a, b float64) { s.include(a, b) }

// setSpan gives an axis a range with some room on both sides and about so many
// ticks at round numbers.
func setSpan(a *plot.Axis, s span, about int) {
	const room = 0.04
	length := s.high - s.low
	if !(length > 0) {
		length = 1
		if math.IsInf(s.low, 0) {
			s = span{}
		}
	}
	a.Min, a.Max = s.low-room*length, s.high+room*length
	a.Tick.Marker = ticks(a.Min, a.Max, about)
}
