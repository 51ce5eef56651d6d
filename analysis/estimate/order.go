package estimate

import (
	"cmp"
	"math"
	"slices"
)

// timeOrder is the rows of a time outcome in order of time, ties in order of
// row: one order only for given data, so that sums over it are reproducible.
type timeOrder struct {
	rows  []int32   // row numbers in order
	times []float64 // their times
	start []int32   // scratch: first place of each bucket
}

// crowded is the bucket size above which insertion would be slow.
const crowded = 24

// sort orders the times and reports whether all are finite. If the order of the
// last call still orders them (a second method on the same outcome) it is
// kept.
func (o *timeOrder) sort(y []float64) bool {
	if o.holds(y) {
		return true
	}
	o.rows = o.rows[:0]
	n := len(y)
	low, high := math.Inf(1), math.Inf(-1)
	finite := true
	for _, t := range y {
		finite = finite && t-t == 0
		low, high = min(low, t), max(high, t)
	}
	if !finite {
		return false
	}
	o.rows, o.times = resize(o.rows, n), resize(o.times, n)
	span := high - low
	scale := float64(n-1) / span
	if span <= math.MaxFloat64 && scale <= math.MaxFloat64 {
		o.distribute(y, low, scale)
		o.insert()
		return true
	}
	// All equal, or too near or too far apart for buckets.
	for i, t := range y {
		o.rows[i], o.times[i] = int32(i), t
	}
	o.sortRange(y, 0, n)
	return true
}

// holds reports whether the order kept is the order of y. Comparing costs a
// tenth of sorting, and mostly ends at the first rows.
func (o *timeOrder) holds(y []float64) bool {
	if len(o.rows) != len(y) || len(y) == 0 {
		return false
	}
	for i, r := range o.rows {
		o.times[i] = y[r]
		if i == 0 {
			continue
		}
		a, b := o.times[i-1], o.times[i]
		if !(a < b || a == b && o.rows[i-1] < r) {
			return false
		}
	}
	first, last := o.times[0], o.times[len(y)-1]
	return first-first == 0 && last-last == 0
}

// distribute places rows in as many equally wide buckets as there are rows,
// scale of them in a unit of time, in order of row within each. Buckets are in order of time; what is left to
// do within one is insertion, or a sort where times crowd.
func (o *timeOrder) distribute(y []float64, low, scale float64) {
	n := len(y)
	o.start = resize(o.start, n+1)
	clear(o.start)
	for _, t := range y {
		o.start[int((t-low)*scale)+1]++
	}
	for b := range n {
		o.start[b+1] += o.start[b]
	}
	for i, t := range y {
		b := int((t - low) * scale)
		at := o.start[b]
		o.start[b]++
		o.rows[at], o.times[at] = int32(i), t
	}
	from := int32(0) // start[b] is now the end of bucket b
	for _, to := range o.start[:n] {
		if to-from > crowded {
			o.sortRange(y, int(from), int(to))
		}
		from = to
	}
}

// sortRange orders one crowded bucket, unless it is in order already, as a
// bucket of ties is.
func (o *timeOrder) sortRange(y []float64, from, to int) {
	if slices.IsSorted(o.times[from:to]) {
		return
	}
	rows := o.rows[from:to]
	slices.SortFunc(rows, func(a, b int32) int {
		if c := cmp.Compare(y[a], y[b]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	for i, r := range rows {
		o.times[from+i] = y[r]
	}
}

// insert finishes the order by stable insertion.
func (o *timeOrder) insert() {
	times, rows := o.times, o.rows[:len(o.times)]
	for i := 1; i < len(times); i++ {
		t := times[i]
		if !(t < times[i-1]) {
			continue
		}
		r, j := rows[i], i
		for ; j > 0 && t < times[j-1]; j-- {
			times[j], rows[j] = times[j-1], rows[j-1]
		}
		times[j], rows[j] = t, r
	}
}

// resize returns a slice of n entries, of any content, in the memory of s if it
// is large enough.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
