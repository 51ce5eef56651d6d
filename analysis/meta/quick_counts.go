package meta

import "math"

// quickCounts pools many parts of one body of tables, each in a time that does not grow with
// how many tables there are.
type quickCounts struct {
	by         TableMeasure
	peto       bool
	k, some    int // tables, and those whose own effects Q is of
	sums       mantelSums
	w, wy, wyy float64 // sums over these of 1/v, y/v and y^2/v
}

// effect returns a table's own effect and variance, if it has one.
func (q *quickCounts) effect(t TwoByTwo) (y, v float64, ok bool) {
	if q.peto {
		d, v := t.score()
		return d / v, 1 / v, v > 0
	}
	y, v = t.Effect(q.by)
	return y, v, !t.Uninformative()
}

// add adds a table, sign times.
func (q *quickCounts) add(t TwoByTwo, sign int) {
	by := float64(sign)
	q.k += sign
	if q.peto {
		d, v := t.score()
		q.sums[0], q.sums[1] = q.sums[0]+float64(by*d), q.sums[1]+float64(by*v)
	} else {
		q.sums.add(t, q.by, by)
	}
	if y, v, ok := q.effect(t); ok {
		q.some += sign
		q.w, q.wy, q.wyy = q.w+by/v, q.wy+float64(by*y)/v, q.wyy+float64(by*y*y)/v
	}
}

// fit pools the tables that were added. It is not ok where sums are what is left of larger
// ones, before, and may be rounding.
func (q *quickCounts) fit(before *mantelSums, o *Options, w *Work) (f Fit, ok bool) {
	for k, x := range q.sums {
		if math.Abs(x) < 1e-6*math.Abs(before[k]) && !(q.peto && k == 0) && !(q.by == RiskDifference && k != 1) {
			return f, false
		}
	}
	estimate, variance := q.sums[0]/q.sums[1], 1/q.sums[1]
	k := q.some
	if !q.peto {
		estimate, variance = q.sums.effect(q.by)
		if q.by == RiskDifference {
			k = q.k
		}
	}
	if k <= fewStudies || !(variance > 0) || math.IsInf(variance+estimate, 0) || math.IsNaN(estimate) {
		return f, false
	}
	spread := q.wyy - float64(estimate*(float64(2*q.wy)-float64(estimate*q.w)))
	if !(spread > 1e-4*q.wyy) {
		return f, false
	}
	return w.commonOf(k, q.some, estimate, variance, spread, o), true
}

// pool pools by the method of the body.
func (q *quickCounts) pool(tables []TwoByTwo, o Options, w *Work) Fit {
	if q.peto {
		return Peto(tables, o, w)
	}
	return MantelHaenszel(tables, q.by, o, w)
}

// LeaveTableOut pools all tables but each in turn, as MantelHaenszel by the measure or, if
// asked, as Peto; out has a Fit a table.
func LeaveTableOut(tables []TwoByTwo, by TableMeasure, peto bool, o Options, w *Work, out []Fit) {
	q := quickCounts{by: by, peto: peto}
	for _, t := range tables {
		q.add(t, 1)
	}
	all := q
	var rest []TwoByTwo
	for i, t := range tables {
		if w.stopped() {
			return
		}
		q.add(t, -1)
		f, ok := q.fit(&all.sums, &o, w)
		if q = all; !ok {
			rest = append(append(rest[:0], tables[:i]...), tables[i+1:]...)
			f = q.pool(rest, o, w)
		}
		out[i] = f
	}
}

// CumulateTables pools the first table, the first two, and so on in the given order of their
// indices; out has a Fit a table.
func CumulateTables(tables []TwoByTwo, order []int, by TableMeasure, peto bool, o Options, w *Work, out []Fit) {
	q := quickCounts{by: by, peto: peto}
	var first []TwoByTwo
	for n, i := range order {
		if w.stopped() {
			return
		}
		first = append(first, tables[i])
		q.add(tables[i], 1)
		f, ok := q.fit(&mantelSums{}, &o, w)
		if !ok {
			f = q.pool(first, o, w)
		}
		out[n] = f
	}
}
