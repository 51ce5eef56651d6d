package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// hedgesG is the standardized mean difference with the exact correction for
// small samples (Hedges 1981). SE is the square root of the large-sample
// variance 1/n1 + 1/n0 + g^2/(2(n1+n0)) (Hedges & Olkin 1985, p. 86), the one
// that metafor::escalc(measure = "SMD") gives; interval and test are normal.
type hedgesG struct{}

func (hedgesG) Method() Method {
	return Method{Name: "hedges_g", Kinds: Numbers, Measure: measure.SMD}
}

func (hedgesG) Fit(d *Data, alpha float64, w *Work) Estimate {
	m, status := summarize(d)
	switch {
	case status != OK:
		return failed(len(d.Y), status)
	case m.pooledDF() < 2:
		return failed(len(d.Y), TooFew)
	case m.constant():
		return failed(len(d.Y), ZeroVariance)
	}
	g := m.hedges()
	se := math.Sqrt(1/m.n[1] + 1/m.n[0] + g*g/(2*(m.n[1]+m.n[0])))
	e := waldZ(g, se, len(d.Y), alpha, w)
	e.SMD = e.Value
	return e
}
