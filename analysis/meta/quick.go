package meta

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// fewStudies are those with which a fit costs no more than what quick prepares.
const fewStudies = 100

// quick pools many parts of one body of studies, each in a time that does not grow with how
// many studies there are. Where digits would be lost, it leaves the fit to Pool.
type quick struct {
	on     bool
	y, v   []float64
	centre float64 // taken off all effects, so that squares are of their size
	curve  curve
	grid   []float64
	plain  unweighted

	left  int // which, or -1
	peaks peaks
}

// unweighted are sums over studies.
type unweighted struct{ k, y, yy, v float64 }

func (u *unweighted) add(y, v, sign float64) {
	u.k, u.y, u.v = u.k+sign, u.y+float64(sign*y), u.v+float64(sign*v)
	u.yy += float64(sign * y * y)
}

// squares returns the sum of squared distances from the mean.
func (u *unweighted) squares() float64 { return u.yy - u.y*u.y/u.k }

// quickly prepares for the parts of a body of studies.
func (w *Work) quickly(y, v []float64, o *Options) *quick {
	q := &w.quick
	q.on = false
	if len(y) <= fewStudies {
		return q
	}
	f := Pool(y, v, Options{}, w)
	if f.Status != OK {
		return q
	}
	q.on, q.y, q.v, q.centre, q.left = true, y, v, float64(f.Estimate), -1
	least, top := slices.Min(v), slices.Max(v)
	// Of no part the variance of effects is larger than that of the first few.
	var u unweighted
	for i := range y {
		u.add(y[i]-q.centre, v[i], 1)
		if i > 0 {
			top = math.Max(top, 2*u.squares()/(u.k-1))
		}
	}
	top = math.Max(top, 2*u.squares()/(u.k-2))
	if q.grid = gridOf(least, top, q.grid); q.grid[1] > gridRatio*least || !(top < math.MaxFloat64) {
		q.on = false // so many decades that the grid is coarse
		return q
	}
	q.curve.reset(q.grid)
	q.plain = unweighted{}
	return q
}

// add adds a study to the body that is pooled.
func (q *quick) add(y, v float64) {
	if q.on {
		q.curve.add(y-q.centre, v)
		q.plain.add(y-q.centre, v, 1)
	}
}

func (q *quick) addAll(y, v []float64) {
	for i := range y {
		q.add(y[i], v[i])
	}
}

// at returns the totals of what is pooled.
func (q *quick) at(tau2 float64) totals {
	t := q.curve.at(tau2)
	if q.left >= 0 {
		t.add(q.y[q.left]-q.centre, q.v[q.left], tau2, -1)
	}
	return t
}

// end returns the largest tau2 of which totals are known.
func (q *quick) end() float64 {
	if len(q.grid) == 0 {
		return 0
	}
	return q.grid[len(q.grid)-1]
}

// without pools all studies but one.
func (q *quick) without(i int, o *Options, w *Work) (f Fit, ok bool) {
	if !q.on {
		return f, false
	}
	all := q.curve.at(0)
	y, weight := q.y[i]-q.centre, 1/q.v[i]
	if weight > 0.1*all.sum[0][0] || weight*y*y > 0.9*all.sum[0][2] {
		return f, false
	}
	before := q.plain
	q.left = i
	q.plain.add(y, q.v[i], -1)
	f, ok = q.all(o, w)
	q.left, q.plain = -1, before
	return f, ok
}

// all pools all studies that were added.
func (q *quick) all(o *Options, w *Work) (f Fit, ok bool) {
	end := q.end()
	if !q.on || q.plain.k <= fewStudies || 2*q.plain.squares()/(q.plain.k-1) > end {
		return f, false
	}
	common := q.at(0)
	k := common.k
	spread, exact := common.rss()
	tau2, ok := q.tau2(o, &common)
	if !exact || !ok || !(tau2 < end) {
		return f, false
	}
	h := unknown()
	h.Q, h.QDF, h.QP = measure.Number(spread), measure.Number(k-1), measure.Number(numeric.ChiSquareTail(spread, k-1))
	h.spread(o, tau2, math.NaN(), (k-1)/common.trace())
	t := q.at(tau2)
	scale, df := 1.0, math.NaN()
	if o.KnappHartung {
		rss, exact := t.rss()
		if !exact {
			return f, false
		}
		scale, df = rss/(k-1), k-1
	}
	return w.fitOf(int(k), t.mean()+q.centre, scale/t.sum[0][0], df, h, o), true
}

// tau2 estimates the variance between studies, as estimateTau2.
func (q *quick) tau2(o *Options, common *totals) (tau2 float64, ok bool) {
	k, squares := common.k, q.plain.squares()
	if !(squares > 1e-4*q.plain.yy) {
		return 0, false
	}
	rss, _ := common.rss()
	switch o.Method {
	case FE:
		return 0, true
	case DL:
		return math.Max(0, (rss-(k-1))/common.trace()), true
	case HS:
		return math.Max(0, (rss-k)/common.sum[0][0]), true
	case HE:
		return math.Max(0, (squares-float64(q.plain.v*(1-1/k)))/(k-1)), true
	case SJ:
		t := q.at(squares / k)
		rss, exact := t.rss()
		return squares / k * rss / (k - 1), exact
	case PM, EB:
		return q.solveQ(k-1, o.mostIterations())
	}
	restricted := o.Method == REML
	_, ok = q.peaks.find(q.grid, o.mostIterations(), func(tau2 float64) (score, information, weight float64) {
		t := q.at(tau2)
		score, information = t.slopes(restricted)
		return score, information, t.sum[0][0] / k
	})
	if !ok || len(q.peaks.tops) != 1 {
		return 0, false
	}
	return q.peaks.tops[0], true
}

// solveQ finds where Q takes a value, as the model's.
func (q *quick) solveQ(want float64, most int) (tau2 float64, ok bool) {
	for range most {
		t := q.at(tau2)
		rss, exact := t.rss()
		if !exact {
			return 0, false
		}
		step := (rss - want) / t.residual(1)
		if !(step > 0) {
			return tau2, step == step
		}
		if tau2 += step; step < settled*tau2 || !(tau2 < q.end()) {
			return tau2, true
		}
	}
	return 0, false
}
