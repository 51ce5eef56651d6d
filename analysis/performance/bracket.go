package performance

import "math"

// bracket counts how many intervals contain a point that is not known yet but
// lies within a bracket that shrinks. An interval contains theta unless it
// begins after theta or ends before it, so for low <= high
//
//	containing(theta) = #(low <= theta) - #(high < theta)
//
// exactly. An end outside the bracket counts alike for every theta inside: it
// is counted, or not, and forgotten.
type bracket struct {
	from, to    float64 // theta is within, both included
	narrowed    bool    // else from and to don't hold: anywhere
	lows, highs []float64
	lowsBelow   int // lows < from, forgotten
	highsBelow  int // highs < from, forgotten
}

func (b *bracket) add(low, high float64) {
	b.lowsBelow += b.keep(&b.lows, low)
	b.highsBelow += b.keep(&b.highs, high)
}

// keep appends an end that lies within the bracket, and returns 1 for one
// that lies below it.
func (b *bracket) keep(ends *[]float64, end float64) int {
	switch {
	case b.narrowed && end < b.from:
		return 1
	case b.narrowed && end > b.to:
		return 0
	}
	*ends = append(*ends, end)
	return 0
}

// narrow intersects the bracket with center -+ halfWidth. Once the intersection
// is empty it stays so: what is forgotten can't be decided again.
func (b *bracket) narrow(center, halfWidth float64) {
	from, to := center-halfWidth, center+halfWidth
	if !(halfWidth >= 0) || math.IsNaN(from) || math.IsNaN(to) {
		return
	}
	if b.narrowed {
		from, to = max(from, b.from), min(to, b.to)
	}
	b.from, b.to, b.narrowed = from, to, true
	b.lowsBelow += b.forget(&b.lows)
	b.highsBelow += b.forget(&b.highs)
}

// forget drops the ends outside the bracket and returns how many of them lie
// below it.
func (b *bracket) forget(ends *[]float64) int {
	below := 0
	old := *ends
	*ends = old[:0]
	for _, end := range old {
		below += b.keep(ends, end)
	}
	return below
}

// decides reports whether theta lies within the bracket.
func (b *bracket) decides(theta float64) bool {
	return !math.IsNaN(theta) && (!b.narrowed || theta >= b.from && theta <= b.to)
}

// containing returns the number of intervals that contain theta, if decidable.
func (b *bracket) containing(theta float64) (n int, ok bool) {
	if !b.decides(theta) {
		return 0, false
	}
	n = b.lowsBelow - b.highsBelow
	for _, low := range b.lows {
		if low <= theta {
			n++
		}
	}
	for _, high := range b.highs {
		if high < theta {
			n--
		}
	}
	return n, true
}

func (b *bracket) kept() int { return len(b.lows) + len(b.highs) }
