package estimate

import (
	"caseload/sim/portable"
	"math"
)

// rates are the events and the exposure of two arms, control first.
type rates struct{ events, exposure [2]float64 }

// mostEvents of one row: more are a mistake.
const mostEvents = 1e6

// countRates adds up. BadData: a count that is negative, not whole or above
// mostEvents, or an exposure that is not positive and finite. NoEvents: in
// neither arm. Separated: in one arm only, so that the rate ratio is 0 or
// infinite.
func countRates(d *Data) (rates, Status) {
	d.check(Exposures)
	var r rates
	var rows [2]int
	bad := false
	for i, y := range d.Y {
		k, e := bit(d.Treated[i]), d.Exposure[i]
		bad = bad || !(y >= 0 && y <= mostEvents && y == math.Trunc(y) && e > 0 && e <= math.MaxFloat64)
		rows[k]++
		r.events[k] += y
		r.exposure[k] += e
	}
	switch {
	case bad:
		return r, BadData
	case rows[0] == 0 || rows[1] == 0:
		return r, EmptyArm
	case r.events[0]+r.events[1] == 0:
		return r, NoEvents
	case r.events[0] == 0 || r.events[1] == 0:
		return r, Separated
	}
	return r, OK
}

// logs of the rate of control and of the rate ratio.
func (r rates) logs() (control, ratio float64) {
	control = portable.Log(r.events[0] / r.exposure[0])
	return control, portable.Log(r.events[1]/r.exposure[1]) - control
}
