package estimate

import "math"

// A Finding says whether an estimate is the finding whose end is looked for.
type Finding interface{ Holds(e *Estimate) bool }

// Tipper is an estimator of which it can be found at which shift of what it imputes a
// finding goes.
type Tipper interface {
	// Tip returns the smallest shift of the imputed outcomes of the treated arm, towards
	// worse, at which the finding no longer holds; infinite if it holds at the largest
	// one tried. Where it goes and comes back, it is one of the shifts at which it goes. It follows a Fit of the same data with Assume.Keeps, whose estimate
	// was the finding.
	Tip(d *Data, alpha, worse float64, f Finding, w *Work) float64
}

// The largest shift tried is mostSDs standard deviations of what was seen in the control
// arm, of zeros and ones mostLogOdds, at which all but 1 in 20,000 that had even odds are
// the worse; a tipping point is found within the 2^-halvings part of that.
const (
	mostSDs     = 5
	mostLogOdds = 10
	halvings    = 13
)

// keptWork is what was drawn, for drawing the same again with a shift.
type keptWork struct {
	on      bool
	outcome []float64 // of each imputation, by row
	eta, u  []float64 // of zeros and ones, in the same places
	time    int
}

// keeps makes room for what is drawn, if it is to be kept.
func (m *imputeWork) keeps(a *Assumption) {
	k, n := &m.kept, len(m.completed[0])
	k.time = 0
	if k.on = a.Keeps && !m.complete; !k.on {
		return
	}
	k.outcome, k.eta, k.u = resize(k.outcome, imputations*n), resize(k.eta, imputations*n), resize(k.u, imputations*n)
}

// drew keeps the log odds and the uniform number of a draw. The last of a row is that of
// the outcome.
func (k *keptWork) drew(f *imputer, i int32, eta, u float64) {
	if k.on {
		at := k.time*(len(k.outcome)/imputations) + int(i)
		k.eta[at], k.u[at] = eta-f.shift, u
	}
}

// keep keeps the outcome as completed.
func (m *imputeWork) keep() {
	if k := &m.kept; k.on {
		y := m.completed[len(m.original)-1]
		copy(k.outcome[k.time*len(y):], y)
		k.time++
	}
}

// Tip bisects, with the same draws at every shift. The search begins at the Delta of the
// data, and the shift is in addition to that.
func (multipleImputation) Tip(d *Data, alpha, worse float64, f Finding, w *Work) float64 {
	m := &w.missing.impute
	if !m.kept.on || len(m.models[1][len(m.original)-1].rows) == 0 {
		return math.Inf(1)
	}
	low, high := 0.0, m.largestShift(w.missing.rows[0])
	holds := func(shift float64) bool {
		e := m.shifted(d, float64(worse*shift), alpha, w)
		return f.Holds(&e)
	}
	if !(high > 0) || holds(high) {
		return math.Inf(1)
	}
	for range halvings {
		if middle := (low + high) / 2; holds(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return worse * high
}

// largestShift returns the largest one that is tried.
func (m *imputeWork) largestShift(control []int32) float64 {
	outcome := len(m.original) - 1
	y := m.original[outcome]
	if m.models[1][outcome].logit {
		return mostLogOdds
	}
	mean, ss, n := armMean(y, control), 0.0, 0.0
	for _, i := range control {
		if v := y[i]; !math.IsNaN(v) {
			ss += float64((v - mean) * (v - mean))
			n++
		}
	}
	return mostSDs * math.Sqrt(ss/(n-1))
}

// shifted returns the estimate with what was imputed in the treated arm shifted.
func (m *imputeWork) shifted(d *Data, shift, alpha float64, w *Work) Estimate {
	k, outcome := &m.kept, len(m.original)-1
	model, y := &m.models[1][outcome], m.completed[len(m.original)-1]
	m.values, m.variances = m.values[:0], m.variances[:0]
	for time := range imputations {
		first := time * len(y)
		copy(y, k.outcome[first:first+len(y)])
		for _, i := range model.rows {
			if at := first + int(i); model.logit {
				y[i] = one(k.u[at], k.eta[at]+(d.Assume.Delta+shift))
			} else {
				y[i] += shift
			}
		}
		value, variance := m.effect.fit(y)
		m.values, m.variances = append(m.values, value), append(m.variances, variance)
	}
	return m.combine(d, alpha, w)
}
