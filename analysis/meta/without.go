package meta

import (
	"math"
	"slices"

	"caseload/analysis/measure"
)

// LeaveOneOut pools all studies but each in turn; out has a Fit a study, without Tau2SE,
// LogLik and Iterations.
func LeaveOneOut(y, v []float64, o Options, w *Work, out []Fit) {
	q := w.quickly(y, v, &o)
	q.addAll(y, v)
	for i := range y {
		if w.stopped() {
			return
		}
		f, ok := q.without(i, &o, w)
		if !ok {
			w.y = append(append(w.y[:0], y[:i]...), y[i+1:]...)
			w.v = append(append(w.v[:0], v[:i]...), v[i+1:]...)
			f = Pool(w.y, w.v, o, w)
		}
		out[i] = f.brief()
	}
}

// Cumulative pools the first study, the first two, and so on in the given order of
// their indices, all in their own order if that is nil; out has a Fit a study, as
// LeaveOneOut.
func Cumulative(y, v []float64, order []int, o Options, w *Work, out []Fit) {
	q := w.quickly(y, v, &o)
	w.y, w.v = w.y[:0], w.v[:0]
	for n := range y {
		if w.stopped() {
			return
		}
		i := n
		if order != nil {
			i = order[n]
		}
		w.y, w.v = append(w.y, y[i]), append(w.v, v[i])
		q.add(y[i], v[i])
		f, ok := q.all(&o, w)
		if !ok {
			f = Pool(w.y, w.v, o, w)
		}
		out[n] = f.brief()
	}
}

// brief returns the fit without what only a fit of its own knows.
func (f Fit) brief() Fit {
	f.Tau2SE, f.LogLik, f.Iterations = measure.Missing(), math.NaN(), 0
	return f
}

// Influence describes what a study does to the result (Viechtbauer & Cheung 2010, Res
// Synth Methods 1:112).
type Influence struct {
	RStudent measure.Number `json:"rstudent"`  // its distance from what the others predict, in standard errors
	DFFits   measure.Number `json:"dffits"`    // how far it moves the estimate, in standard errors without it
	CookD    measure.Number `json:"cook_d"`    // the same squared, in standard errors with it
	CovRatio measure.Number `json:"cov_ratio"` // variance of the estimate without it by that with it
	Hat      measure.Number `json:"hat"`       // its share of the weight
}

// Influences compares the fit of all studies with those of LeaveOneOut. What can't
// be told is NaN.
func Influences(y, v []float64, all *Fit, without []Fit, out []Influence) {
	sum := measure.Number(0)
	for i := range y {
		sum += 1 / (measure.Number(v[i]) + all.Tau2)
	}
	root := func(x measure.Number) measure.Number { return measure.Number(math.Sqrt(float64(x))) }
	for i := range y {
		f := &without[i]
		y, v := measure.Numbers(y[i], v[i])
		hat := 1 / (v + all.Tau2) / sum
		moved := all.Estimate - f.Estimate
		out[i] = Influence{
			RStudent: (y - f.Estimate) / root(v+f.Tau2+measure.Number(f.SE*f.SE)),
			DFFits:   moved / root(hat*(v+f.Tau2)),
			CookD:    moved * moved / (all.SE * all.SE),
			CovRatio: f.SE * f.SE / (all.SE * all.SE),
			Hat:      hat,
		}
	}
}

// byValue sorts indices by the values they point to, ties by index.
func byValue(order []int, value func(i int) float64) {
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := value(a), value(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}
