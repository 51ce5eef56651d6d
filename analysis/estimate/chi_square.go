package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// chiSquare compares two proportions, p1 - p0, by Pearson's chi-square test
// without continuity correction (Pearson 1900): Stat is the signed root of
// chi-square, which is the z of the difference with pooled variance, and P that
// of chi-square on 1 degree of freedom.
//
// SE is the unpooled one, sqrt(p1(1-p1)/n1 + p0(1-p0)/n0), and the interval the
// plain Wald one, as textbooks print beside the test. It falls short of its
// coverage in small samples and at rare events, where it can even have no
// width; riskDifference is the same but for Newcombe's interval, which keeps
// it. The test pools the arms and the interval doesn't, so that the two can
// disagree at the edge.
//
// A table in which everybody or nobody has the event is a fit like any other:
// no difference, P = 1. To leave such trials out would bias the rest.
type chiSquare struct{}

func (chiSquare) Method() Method {
	return Method{Name: "chi_square", Kinds: Binary, Measure: measure.RD, Linear: true, NullTest: true}
}

func (chiSquare) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := t.difference(len(d.Y))
	half := float64(w.critical.Normal(alpha) * e.SE)
	e.Low, e.High = e.Value-half, e.Value+half
	return e
}

// difference of the proportions with its unpooled standard error and the test
// with pooled variance, but no limits yet.
func (t table) difference(n int) Estimate {
	n1, n0 := float64(t.n1), float64(t.n0)
	p1, p0 := float64(t.x1)/n1, float64(t.x0)/n0
	e := Estimate{Value: p1 - p0, DF: math.NaN(), SMD: t.smd(), N: n}
	e.SE = math.Sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0)
	pooled := float64(t.x1+t.x0) / (n1 + n0)
	if null := pooled * (1 - pooled); null > 0 {
		e.Stat = e.Value / math.Sqrt(null*(1/n1+1/n0))
	}
	e.P = numeric.NormalTwoSided(e.Stat)
	return e
}
