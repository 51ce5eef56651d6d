package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// fisher is Fisher's exact test of a two-by-two table (Fisher 1934): given the
// margins, and without an effect, the events of the treated arm have a
// hypergeometric distribution. P is the probability of all tables no more
// likely than the one observed, within a relative 1e-7 for ties in all but
// rounding, as in R's fisher.test; there is no test statistic.
//
// Value is the log of the conditional maximum likelihood odds ratio, at which
// the noncentral hypergeometric distribution has its mean at the events observed
// (Cornfield 1956; Agresti 2002, Categorical Data Analysis, 3.6). It is nearer
// to 0 than that of oddsRatio. The limits are the odds ratios that leave alpha/2
// in either tail, which need not agree with P at the edge. SE is from the
// conditional information, 1/sqrt(variance of the events at Value); no interval
// is made of it. All of it is conservative: events are whole numbers.
//
// NoEstimate: a cell is zero, so that the odds ratio is 0, infinite or, with an
// empty margin, undefined. The test decides all the same.
type fisher struct{}

func (fisher) Method() Method {
	return Method{Name: "fisher", Kinds: Binary, Measure: measure.LogOR, Limits: Own, Exact: true}
}

func (fisher) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	if status != OK {
		return failed(len(d.Y), status)
	}
	f := &w.fisher
	f.load(t)
	if t.hasZero() {
		return testOnly(len(d.Y), math.NaN(), f.twoSided())
	}
	value, variance, ok := f.centre(t)
	low, okLow := f.limit(value-w.critical.Normal(alpha)/math.Sqrt(variance), alpha/2, true)
	high, okHigh := f.limit(value+w.critical.Normal(alpha)/math.Sqrt(variance), alpha/2, false)
	if !ok || !okLow || !okHigh {
		return failed(len(d.Y), NotConverged)
	}
	return Estimate{Value: value, SE: 1 / math.Sqrt(variance), Low: low, High: high, Stat: math.NaN(), DF: math.NaN(),
		P: f.twoSided(), SMD: t.smd(), N: len(d.Y)}.orBad()
}

// hasZero reports whether a cell is zero.
func (t table) hasZero() bool {
	return t.x1 == 0 || t.x1 == t.n1 || t.x0 == 0 || t.x0 == t.n0
}
