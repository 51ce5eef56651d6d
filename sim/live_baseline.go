package sim

import (
	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// A baseline is the hazard of a process before multipliers, with its
// integral and the integral's inverse. Time is in ticks since the origin
// (enrolment, or the start of the state that the process ends).
type baseline struct {
	kind  baseKind
	rate  float64 // constant: per tick
	mean  float64 // constant: 1/rate; infinite for never
	shape float64 // Weibull: cumulative hazard is scale * days^shape
	scale float64
	// piecewise constant: segment k runs from start[k] to start[k+1], the
	// last one for ever; cum[k] is the integral at start[k]
	start, cum, rates []float64
}

type baseKind uint8

const (
	never baseKind = iota
	constant
	weibull
	piecewise
)

// between integrates the baseline from u to v ticks since the origin.
func (b *baseline) between(u, v int64) float64 {
	switch b.kind {
	case constant:
		return float64(b.rate * float64(v-u))
	case never:
		return 0
	}
	return b.cumulative(float64(v)) - b.cumulative(float64(u))
}

// cumulative integrates the baseline from the origin to u ticks.
func (b *baseline) cumulative(u float64) float64 {
	switch b.kind {
	case constant:
		return float64(b.rate * u)
	case weibull:
		return float64(b.scale * portable.Pow(float64(u*(1.0/calendar.Day)), b.shape))
	case piecewise:
		k := b.segment(u)
		return b.cum[k] + float64(b.rates[k]*(u-b.start[k]))
	}
	return 0
}

// segment finds the piece that u lies in; there are few.
func (b *baseline) segment(u float64) int {
	k := len(b.start) - 1
	for k > 0 && u < b.start[k] {
		k--
	}
	return k
}

// reach returns the ticks from u until the integral has grown by h, or a
// number past the calendar.
func (b *baseline) reach(u int64, h float64) float64 {
	switch b.kind {
	case constant:
		return h / b.rate
	case weibull:
		at := b.cumulative(float64(u)) + h
		return float64(portable.Pow(at/b.scale, 1/b.shape)*calendar.Day) - float64(u)
	case piecewise:
		return b.reachPiecewise(float64(u), h)
	}
	return calendar.MaxTick
}

func (b *baseline) reachPiecewise(u, h float64) float64 {
	at := u
	for k := b.segment(u); ; k++ {
		if k+1 == len(b.start) || at+h/b.rates[k] < b.start[k+1] {
			return at + h/b.rates[k] - u
		}
		h -= float64(b.rates[k] * (b.start[k+1] - at))
		at = b.start[k+1]
	}
}
