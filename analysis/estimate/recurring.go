package estimate

import (
	"cmp"
	"math"
	"slices"
)

// Recurring holds the times of events that recur, of all rows.
type Recurring struct {
	Until []float64 // days for which the row is observed
	Ended []bool    // death ended the time in which events can happen, else the observation ended
	First []int32   // place of the row's first event in Times
	Count []int32   // events of the row
	Times []float64 // days, rising within a row, none after Until; shared by all who read them
}

// reset empties the rows, keeping the memory.
func (r *Recurring) reset() {
	r.Until, r.Ended, r.First, r.Count, r.Times = r.Until[:0], r.Ended[:0], r.First[:0], r.Count[:0], nil
}

// fits reports whether there is what belongs to n rows.
func (r *Recurring) fits(n int) bool {
	return len(r.Until) == n && len(r.Ended) == n && len(r.First) == n && len(r.Count) == n
}

// of returns the times of row i.
func (r *Recurring) of(i int) []float64 { return r.Times[r.First[i]:][:r.Count[i]] }

// recurrence is one moment of a row: an event, or the end of its observation.
type recurrence struct {
	time float64
	row  int32
	end  bool
}

// list fills moments with those of the rows that keep accepts, in order of time, an event
// before an end. It reports whether all times are finite.
func (r *Recurring) list(moments []recurrence, keep func(i int) bool) ([]recurrence, bool) {
	moments = moments[:0]
	for i, until := range r.Until {
		if !keep(i) {
			continue
		}
		for _, t := range r.of(i) {
			moments = append(moments, recurrence{t, int32(i), false})
		}
		moments = append(moments, recurrence{until, int32(i), true})
	}
	for k := range moments {
		if t := moments[k].time; math.IsNaN(t) || math.IsInf(t, 0) {
			return moments, false
		}
	}
	slices.SortFunc(moments, func(a, b recurrence) int {
		return cmp.Or(cmp.Compare(a.time, b.time), bit(a.end)-bit(b.end), int(a.row-b.row))
	})
	return moments, true
}
