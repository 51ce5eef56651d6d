package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// riskDifference compares two proportions, p1 - p0.
//
// SE is the unpooled Wald one, sqrt(p1(1-p1)/n1 + p0(1-p0)/n0). The interval is
// Newcombe's hybrid score interval without continuity correction (method 10
// of Newcombe 1998, Stat Med 17:873), which keeps its coverage in small
// samples and at rare events; it is not Value -+ z SE. Stat and P are the
// z test with pooled variance, the square root of Pearson's chi-square, so
// that P and the interval can disagree at the edge.
//
// A table in which everybody or nobody has the event is a fit like any other:
// no difference, P = 1. To leave such trials out would bias the rest.
type riskDifference struct{}

func (riskDifference) Method() Method {
	return Method{Name: "risk_difference", Kinds: Binary, Measure: measure.RD, Linear: true, NullTest: true, Limits: Newcombe}
}

func (riskDifference) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := t.difference(len(d.Y))
	e.Low, e.High = newcombe(t, w.critical.Normal(alpha))
	return e
}

// newcombe returns the hybrid score interval of a difference of proportions: the
// Wilson limits of the two, squared and added. Newcombe 1998, method 10.
func newcombe(t table, z float64) (low, high float64) {
	p1, p0 := float64(t.x1)/float64(t.n1), float64(t.x0)/float64(t.n0)
	l1, u1 := numeric.Wilson(t.x1, t.n1, z)
	l0, u0 := numeric.Wilson(t.x0, t.n0, z)
	low = p1 - p0 - math.Sqrt(float64((p1-l1)*(p1-l1))+float64((u0-p0)*(u0-p0)))
	high = p1 - p0 + math.Sqrt(float64((u1-p1)*(u1-p1))+float64((p0-l0)*(p0-l0)))
	return low, high
}

// NewcombeLimits returns the interval of the difference of x1 of n1 and x0 of n0 at z
// standard errors. Source: Newcombe 1998, method 10.
func NewcombeLimits(x1, n1, x0, n0 int, z float64) (low, high float64) {
	return newcombe(table{x1: x1, n1: n1, x0: x0, n0: n0}, z)
}

// mostZ is more standard errors than any p value distinguishes from more of them.
const mostZ = 40

// NewcombeZ returns the number of standard errors at which a limit of the interval
// of NewcombeLimits is at a margin: positive where the margin is below the
// difference and the lower limit reaches it, negative where it is above. It is at
// most 40 in size.
func NewcombeZ(x1, n1, x0, n0 int, margin float64) float64 {
	t := table{x1: x1, n1: n1, x0: x0, n0: n0}
	difference := float64(x1)/float64(n1) - float64(x0)/float64(n0)
	sign := 1.0
	if margin > difference {
		sign = -1
	}
	near, far := 0.0, float64(mostZ)
	for range 60 {
		z := (near + far) / 2
		low, high := newcombe(t, z)
		if sign > 0 && low > margin || sign < 0 && high < margin {
			near = z
		} else {
			far = z
		}
	}
	return sign * near
}
